"""The report of a maintenance package: what each layer holds, areas in and out, what is missing and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...core.days import day_of
from ...core.messages import text
from ...core.quality.maintenance import LayerMaintenance, Maintenance
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Table
from ..blocks.wording import Wording, decimals

_WORDING = Wording("maintenance.json")
say, column = _WORDING.say, _WORDING.column
_COLUMNS = (
    *("layer", "state", "whq", "whc", "whh", "before_m2", "after_m2", "taken_in_m2", "reclassed_m2"),
    *("handed_out_m2", "slivers"),
)


@dataclass
class MaintenanceReport:
    """What the report says; `package`: its file name, "" where nothing changed; `layers`: outcomes of the catalogue's
    layers with `layer`, `state`, `made`, `reason`."""

    before: str
    after: str
    package: str
    layers: Sequence[Any]
    tolerance_m2: float
    software: str
    created: datetime = field(default_factory=datetime.now)


def maintenance_document(report: MaintenanceReport) -> Document:
    """The Document of a MaintenanceReport."""
    title = say("title")
    head = say("head", title=title, package=report.package or say("nothing"))
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: MaintenanceReport) -> list[Block]:
    created = day_of(report.created)
    facts = [
        [say("f_before"), report.before, say("f_after"), report.after],
        [say("f_package"), report.package or say("nothing"), say("f_tolerance"), f"{report.tolerance_m2:g} m²"],
    ]
    rows = [_row(one) for one in report.layers if one.made is not None]
    blocks: list[Block] = [
        Heading(say("title"), 0),
        Paragraph(say("software", software=report.software, created=created)),
        Heading(say("h_inputs")),
        Facts(facts),
        Paragraph(say("method")),
        Heading(say("h_layers")),
    ]
    blocks.append(Table(column(*_COLUMNS), rows, tuple(range(2, len(_COLUMNS)))) if rows else Paragraph(say("none")))
    return [*blocks, Heading(say("h_notes")), *map(Paragraph, _notes(report))]


def _row(one: Any) -> list[str]:
    made: LayerMaintenance = one.made
    counts = [str(len(part)) for part in (made.before, made.changes, made.after)]
    changed = [decimals(made.changed_m2(kind)) for kind in _ORDER]
    sums = [decimals(made.before_m2), decimals(made.after_m2)]
    state = text(f"maintain_{one.state.value}", language="zh")
    return [f"{one.layer.code} {one.layer.title}", state, *counts, *sums, *changed, str(made.slivers)]


_ORDER = (Maintenance.TAKEN_IN, Maintenance.RECLASSED, Maintenance.HANDED_OUT)


def _notes(report: MaintenanceReport) -> list[str]:
    notes = [
        f"{one.layer.code} {one.layer.title}：{text(f'maintain_{one.state.value}', language='zh')}"
        for one in report.layers
        if one.made is None
    ]
    notes += [f"{one.layer.code} {one.layer.title}：{one.reason}" for one in report.layers if one.reason]
    notes += [
        say("uncovered", layer=one.layer.title, m2=decimals(one.made.uncovered_m2))
        for one in report.layers
        if one.made is not None and one.made.uncovered_m2
    ]
    notes += [say("slivers", layer=o.layer.title, count=o.made.slivers, m2=decimals(o.made.sliver_m2))
              for o in report.layers if o.made is not None and o.made.slivers]  # fmt: skip
    return [*notes, say("confidence")]


def _sheets(report: MaintenanceReport) -> list[Sheet]:
    rows = [
        [
            *(f"{one.layer.code} {one.layer.title}", text(f"maintain_{one.state.value}", language="zh")),
            *(len(one.made.before), len(one.made.changes), len(one.made.after), one.made.before_m2, one.made.after_m2),
            *(one.made.changed_m2(kind) for kind in _ORDER),
            one.made.slivers,
        ]
        for one in report.layers
        if one.made is not None
    ]
    return [Sheet(say("sheet"), column(*_COLUMNS), "text text int int int m2 m2 m2 m2 m2 int".split(), rows)]
