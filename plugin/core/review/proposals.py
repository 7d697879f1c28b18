"""Which control line a layer may hold, proposed with the reason: exact names first, then hints to be confirmed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from .catalogue import Catalogue, ControlLine
from .matching import LayerName, match_lines

SURE, LIKELY = 0.99, 0.6  # taken without asking; preselected, to be looked at
_LEAD = 0.1  # by how much the best must be ahead of the next to be preselected
_WEIGHTS = {2: 0.8, 3: 0.82}  # letters of a hint found in a name; longer ones 0.85
_CHINESE = re.compile("[一-鿿]+")
_TOKENS = re.compile(r"[A-Za-z]{2,}(?:_[A-Za-z]+)*")


class Why(str, Enum):
    """What a proposal rests on; a message `proposal_<value>` says it."""

    NAME = "name"
    CODE = "code"
    TOKEN = "token"  # noqa: S105 - a part of a name
    HINT = "hint"
    FIELD = "field"
    LIKENESS = "likeness"
    REMEMBERED = "remembered"


@dataclass(frozen=True)
class LayerFacts:
    """What is known of a layer without reading it through."""

    name: LayerName
    fields: tuple[str, ...]
    geometry: str = "polygon"  # "polygon", "line", "point"


@dataclass(frozen=True)
class Reason:
    """One piece of evidence: what was found that speaks for a line."""

    why: Why
    text: str
    weight: float


@dataclass(frozen=True)
class Proposal:
    """One line for a layer, its likeness from 0 to 1 and the evidence, the strongest first."""

    line_id: str
    likeness: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Hints:
    """Rows of resources/catalogue/line_hints.csv: {line id: (texts)} by kind."""

    names: dict[str, list[str]]
    fields: dict[str, list[str]]
    exceptions: dict[str, list[str]]

    @classmethod
    def from_rows(cls, rows: list[dict[str, str]]) -> "Hints":
        """From dicts with line_id, kind (name, field, except) and text."""
        kinds: dict[str, dict[str, list[str]]] = {"name": {}, "field": {}, "except": {}}
        for row in rows:
            kinds[row["kind"]].setdefault(row["line_id"], []).append(row["text"])
        return cls(kinds["name"], kinds["field"], kinds["except"])


def propose(facts: LayerFacts, mapping: dict[str, str], catalogue: Catalogue, hints: Hints) -> list[Proposal]:
    """Proposals for a layer, the likeliest first; one of likeness 1 alone where the names leave no doubt."""
    matching = match_lines([facts.name], {k: v for k, v in mapping.items() if v in catalogue.lines}, catalogue)
    if 0 in matching.assigned:
        line_id = matching.assigned[0]
        return [Proposal(line_id, 1.0, (Reason(_exact(facts, line_id, catalogue), facts.name.name, 1.0),))]
    found: dict[str, list[Reason]] = {}
    for line_id, reason in _evidence(facts, catalogue, hints):
        found.setdefault(line_id, []).append(reason)
    proposals = [_sum_up(line_id, reasons, facts, catalogue) for line_id, reasons in found.items()]
    return sorted(proposals, key=lambda proposal: -proposal.likeness)


def preselected(proposals: list[Proposal]) -> str:
    """The line a page may select by itself, "" where none is likely enough or two are equally likely."""
    if not proposals or proposals[0].likeness < LIKELY:
        return ""
    ahead = len(proposals) == 1 or proposals[0].likeness - proposals[1].likeness >= _LEAD
    return proposals[0].line_id if ahead else ""


def _exact(facts: LayerFacts, line_id: str, catalogue: Catalogue) -> Why:
    line = catalogue.get(line_id)
    named = {name.casefold() for name in (line.id, line.name, *line.aliases)}
    if facts.name.ysdm in line.ysdm and not {facts.name.name.casefold(), facts.name.table.casefold()} & named:
        return Why.CODE
    return Why.NAME


def _evidence(facts: LayerFacts, catalogue: Catalogue, hints: Hints) -> Iterator[tuple[str, Reason]]:
    """(line id, Reason) of everything that speaks for a line."""
    texts = [text for text in dict.fromkeys((facts.name.name, facts.name.table)) if text]
    held = {field.casefold(): field for field in facts.fields}
    for line in catalogue.lines.values():
        excepted = any(word in text for word in hints.exceptions.get(line.id, ()) for text in texts)
        if not excepted:
            yield from ((line.id, reason) for text in texts for reason in _of_name(text, line, hints))
        fields = [held[name.casefold()] for name in hints.fields.get(line.id, ()) if name.casefold() in held]
        if fields:
            yield line.id, Reason(Why.FIELD, "、".join(fields), 0.7 if len(fields) == 1 else 0.8)


def _of_name(text: str, line: ControlLine, hints: Hints) -> Iterator[Reason]:
    tokens = {token.casefold() for token in _TOKENS.findall(text)}
    named = [name for name in (line.id, *line.aliases) if len(name) > 2 and name.casefold() in tokens]
    if named:
        yield Reason(Why.TOKEN, named[0], 0.9)
    terms = [word for word in (line.name, *line.aliases, *hints.names.get(line.id, ())) if _CHINESE.fullmatch(word)]
    held = max((word for word in terms if word in text), key=len, default="")
    if held:
        yield Reason(Why.HINT, held, _WEIGHTS.get(len(held), 0.85))
        return
    core = "".join(_CHINESE.findall(text))
    ratio = SequenceMatcher(None, core, line.name).ratio() if core else 0.0
    if ratio >= 0.5:
        yield Reason(Why.LIKENESS, line.name, 0.3 + 0.35 * ratio)


def _sum_up(line_id: str, reasons: Sequence[Reason], facts: LayerFacts, catalogue: Catalogue) -> Proposal:
    """Independent pieces of evidence add up; a line that is never held in such geometries is unlikely."""
    by_kind = {reason.why: reason for reason in sorted(reasons, key=lambda reason: reason.weight)}
    doubt = 1.0
    for reason in by_kind.values():
        doubt *= 1 - reason.weight
    fits = catalogue.get(line_id).geometry in ("any", facts.geometry)
    likeness = min((1 - doubt) * (1 if fits else 0.3), 0.98)
    return Proposal(line_id, likeness, tuple(sorted(by_kind.values(), key=lambda reason: -reason.weight)))
