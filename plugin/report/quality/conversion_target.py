"""What a conversion report says of the parcels in the fields of a specification: what came from where, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..blocks.document import Sheet
from ..blocks.model import Block, Heading, Paragraph, Table
from .wording import column, say, texts

_SHOWN = 40  # values that do not fit
_KEYS = ("field", "field_title", "source", "match", "unit", "filled", "empty", "faults", "note")


@dataclass(frozen=True)
class TargetField:
    """One field of the specification: `source`, "" for none, found by `match`; how many values it got."""

    name: str
    title: str
    source: str
    match: str
    is_used: bool
    is_required: bool
    unit: str
    filled: int
    empty: int
    faults: int
    note: str


@dataclass(frozen=True)
class Misfit:
    """A value that does not fit its field, how often it occurs, and what became of it."""

    field: str
    value: str
    count: int
    what: str


@dataclass(frozen=True)
class TargetPart:
    """`unused`: fields of the converted layer that nothing was taken from."""

    layer: str
    specification: str
    confidence: str
    features: int
    fields: Sequence[TargetField]
    unused: Sequence[str] = ()
    misfits: Sequence[Misfit] = ()

    @property
    def open_fields(self) -> list[TargetField]:
        """Fields that must be filled in and got nothing, or not everywhere."""
        return [one for one in self.fields if one.is_required and (not one.is_used or one.empty)]


def target_blocks(part: TargetPart, is_open: bool) -> list[Block]:
    """The section of the report; `is_open`: parcels are undecided and so not among these."""
    used = sum(one.is_used for one in part.fields)
    head = say(
        "t_head", layer=part.layer, spec=part.specification, features=part.features, used=used, fields=len(part.fields)
    )
    made: list[Block] = [Heading(say("h_target")), Paragraph(head, bold=True)]
    if is_open:
        made.append(Paragraph(say("t_undecided"), bold=True))
    names = "、".join(_titled(one) for one in part.open_fields)
    made.append(Paragraph(say("t_open", fields=names) if names else say("t_complete"), bold=bool(names)))
    made.append(Table(column(*_KEYS), [list(map(str, _cells(one))) for one in part.fields], (5, 6, 7)))
    if part.misfits:
        rows = [[one.field, one.value, str(one.count), one.what] for one in part.misfits[:_SHOWN]]
        made += [Paragraph(say("t_misfits", count=len(part.misfits), shown=len(rows)))]
        made.append(Table(column("field", "value", "times", "what_became"), rows, (2,)))
    if part.unused:
        made.append(Paragraph(say("t_unused", fields="、".join(part.unused))))
    return [*made, Paragraph(say("t_confidence", confidence=part.confidence))]


def target_sheet(part: TargetPart) -> Sheet:
    """The same fields in the workbook."""
    kinds = "id text text text text int int int long".split()
    return Sheet(say("sheet_target"), column(*_KEYS), kinds, [_cells(one) for one in part.fields])


def _cells(one: TargetField) -> list:
    counts = (one.filled, one.empty, one.faults)
    matches: dict[str, str] = texts()["matches"]
    found = matches.get(one.match, one.match) if one.is_used or not one.source else say("t_proposed")
    return [one.name, one.title, one.source or "—", found, one.unit, *counts, one.note]


def _titled(one: TargetField) -> str:
    return f"{one.name}（{one.title}）" if one.title else one.name
