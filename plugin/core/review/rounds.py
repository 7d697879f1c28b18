"""A frozen round of a review case: what went into a run and what came out of it, so that it can be looked at,
compared and run again later.

Geometries lie on the round's own working plane (`RoundHead.plane_wkt`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any

import numpy as np
import shapely

from ..land.layer_state import are_comparable
from ..land.rounding import half_up
from ..land.types import Array
from ..messages import restored, stored
from .round_table import RoundTable
from .tiers import CLEAR, CONFLICT, EFFECTS, FAILED, NOT_CHECKED, Conclusion, Effect, conclusion_of


class InputChange(str, Enum):
    """What became of an input between two rounds; `UNPROVEN`: neither can be told by a hash."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class RoundInput:
    """One layer of a round; `sha256` of its file or table (layer_state), of the frozen projects without a file; `view`:
    what of it was looked at where that was not all (a filter, a query, unsaved edits), "" for all.
    """

    role: str
    name: str
    source: str
    line_id: str = ""
    date: str = ""
    sha256: str = ""
    feature_count: int = 0
    status: str = "ok"
    view: str = ""


@dataclass(frozen=True)
class RoundHead:
    """What a round was computed from. `rule_digests`: {line id: hash of its rules in force}; `parameters`: those of the
    run by their public names, JSON values."""

    review_date: str
    plane_wkt: str
    rules_name: str
    rules_version: str
    rules_sha256: str
    software: str
    rule_digests: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[RoundInput, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {**asdict(self), "inputs": [{**asdict(one), "date": stored(one.date)} for one in self.inputs]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "RoundHead":
        """The head of what `to_json` gave; keys of a newer version are left out."""
        inputs = tuple(
            RoundInput(**{**_known(RoundInput, row), "date": restored(row.get("date", ""))})
            for row in values.get("inputs", ())
        )
        return cls(**{**_known(cls, values), "inputs": inputs})


@dataclass(frozen=True)
class RuleFile:
    """One file of the round's rule set as it was, the base first."""

    name: str
    content: bytes


@dataclass
class RoundProjects:
    """The projects of a round, in their order; `hashes` are those of their geometries, "" where there is none."""

    keys: list[str]
    names: list[str]
    areas_m2: list[float]
    geometries: Any
    hashes: list[str]

    def __len__(self) -> int:
        return len(self.keys)


@dataclass
class FrozenRound:
    """`verdicts`, `findings`: RoundTables with the fields of Verdict and Finding; findings carry `geometry_hash` too.

    `rule_files`: RuleFiles in the order in which they lie over one another; `geometries`: those of the findings, None
    where they were not kept.
    """

    head: RoundHead
    projects: RoundProjects
    verdicts: RoundTable
    findings: RoundTable
    geometries: Any
    rule_files: tuple[RuleFile, ...] = ()


@dataclass(frozen=True)
class RoundSummary:
    """Projects of a round by the conclusion that decides (tiers.decisive).

    `lines_not_checked`: control lines that no project was checked against.
    """

    projects: int = 0
    prohibited: int = 0
    conditional: int = 0
    consult: int = 0
    notice: int = 0
    failed: int = 0
    not_checked: int = 0
    clear: int = 0
    findings: int = 0
    lines_not_checked: int = 0
    area_m2: float = 0.0

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "RoundSummary":
        """The summary of JSON values; unknown keys are left out."""
        return cls(**_known(cls, values))


def geometry_hashes(geometries: Any) -> list[str]:
    """Hashes of geometries whose coordinates are taken to the millimetre, whatever their order of points; "" for
    none."""
    known = np.asarray(geometries, dtype=object)
    rounded = shapely.normalize(shapely.transform(known, lambda xy: np.round(xy, 3) + 0.0))
    blobs = shapely.to_wkb(rounded)
    return ["" if blob is None else hashlib.sha256(blob).hexdigest()[:32] for blob in blobs]


def summary(frozen: FrozenRound) -> RoundSummary:
    """The RoundSummary of a round."""
    places = {key: number for number, key in enumerate(frozen.projects.keys)}
    worst = np.full(len(places), len(_RANKS))
    ranks = _verdict_ranks(frozen.verdicts)
    keys, at = frozen.verdicts.codes("project_key")
    owners = np.array([places.get(key, -1) for key in keys], dtype=int)[at] if len(at) else np.zeros(0, int)
    np.minimum.at(worst, owners[owners >= 0], ranks[owners >= 0])
    counts = {name: int((worst == rank).sum()) for rank, name in enumerate(_RANKS)}
    counts["not_checked"] += int((worst == len(_RANKS)).sum())  # of which nothing is told
    _, line = frozen.verdicts.codes("line_id")
    blind = _unseen(line, ranks)
    area = float(half_up(float(np.sum(frozen.projects.areas_m2)), 2))
    return RoundSummary(len(places), findings=len(frozen.findings), lines_not_checked=blind, area_m2=area, **counts)


def frozen_conclusion(status: str, effect: str) -> Conclusion:
    """The conclusion of a frozen verdict; an effect that this version does not know counts as the strictest."""
    return conclusion_of(status, effect if effect in EFFECTS else Effect.PROHIBIT)


def _unseen(line: Array, ranks: Array) -> int:
    """Number of lines without a layer: projects that cannot be read are failed there too, all others not checked."""
    reported = (ranks != _RANKS.index("not_checked")) & (ranks != _RANKS.index("failed"))
    without_layer = line[ranks == _RANKS.index("not_checked")]
    return len(np.setdiff1d(without_layer, line[reported]))


# the one that decides first; a project is clear only where nothing else is told of it (tiers.decisive)
_RANKS = (*(conclusion.value for conclusion in Conclusion if conclusion.value != CLEAR.value), CLEAR.value)


def _verdict_ranks(verdicts: RoundTable) -> Array:
    """Position in _RANKS of every verdict."""
    statuses, s = verdicts.codes("status")
    effects, e = verdicts.codes("effect")
    of_status = {status: _RANKS.index(status) for status in (FAILED, NOT_CHECKED, CLEAR)}
    by_status = np.array([of_status.get(status, -1) for status in statuses], dtype=int)[s]
    by_effect = np.array([_RANKS.index(frozen_conclusion(CONFLICT, effect)) for effect in effects], dtype=int)[e]
    return np.where(by_status < 0, by_effect, by_status)


def changed_inputs(before: RoundHead, after: RoundHead) -> list[tuple[str, str, InputChange]]:
    """[(name, line id, InputChange)] of the inputs of two rounds, those that are the same left out."""
    old, new = _by_place(before.inputs), _by_place(after.inputs)
    found: list[tuple[str, str, InputChange]] = []
    for place in dict.fromkeys([*old, *new]):
        change = _input_change(old.get(place, []), new.get(place, []))
        if change is not InputChange.SAME:
            names = {i.name: None for i in [*old.get(place, []), *new.get(place, [])]}
            found.append((", ".join(names), place[1], change))
    return found


def narrowed_lines(before: RoundHead, after: RoundHead) -> set[str]:
    """Control lines of which the later round looked at a part only, and not at that of the earlier one: what it no
    longer finds there may be what it did not look at.
    """
    old, new = _by_place(before.inputs), _by_place(after.inputs)
    return {
        place[1]
        for place, inputs in new.items()
        if place[1] and any(i.view for i in inputs) and _views(inputs) != _views(old.get(place, []))
    }


def _views(inputs: Iterable[RoundInput]) -> list[str]:
    return sorted(one.view for one in inputs)


def same_rules(before: RoundHead, after: RoundHead, line: str) -> bool:
    """Whether a line stood under the same rules in two rounds: one rule set on one day, else the same rules in force.

    Digests of two versions of the program may differ though the rules do not; the files' hash then decides.
    """
    same_files = before.rules_sha256 == after.rules_sha256
    if same_files and before.review_date == after.review_date:
        return True
    if before.rule_digests and after.rule_digests:
        return before.rule_digests.get(line) == after.rule_digests.get(line)
    return same_files


def _by_place(inputs: Iterable[RoundInput]) -> dict[tuple[str, str], list[RoundInput]]:
    places: dict[tuple[str, str], list[RoundInput]] = {}
    for one in inputs:
        places.setdefault((one.role, one.line_id), []).append(one)
    return places


def _input_change(old: Sequence[RoundInput], new: Sequence[RoundInput]) -> InputChange:
    if not old or not new:
        return InputChange.ADDED if new else InputChange.GONE
    if not are_comparable(i.sha256 for i in [*old, *new] if i.sha256):
        return InputChange.UNPROVEN
    if sorted(_content(i) for i in old) != sorted(_content(i) for i in new):
        return InputChange.CHANGED
    return InputChange.SAME if all(i.sha256 for i in [*old, *new]) else InputChange.UNPROVEN


def _content(one: RoundInput) -> tuple[Any, ...]:
    """What makes two inputs equal: the file's bytes and the table in it, without a hash what else is known."""
    known = (one.sha256, one.name, one.status, one.view)
    return known if one.sha256 else (*known, one.feature_count, one.date)


def _known(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    return {key: value for key, value in values.items() if key in names}
