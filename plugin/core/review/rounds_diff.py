"""What changed between two rounds of a review case, per project and control line, and whether data or rules did it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

import numpy as np

from ..land.rounding import half_up
from ..land.types import Array
from .rounds import FrozenRound, InputChange, RoundHead, RoundProjects, changed_inputs, narrowed_lines, same_rules
from .rounds_grid import VerdictGrid, line_names
from .rounds_identity import Match, ProjectPair, match_projects


class ChangeKind(str, Enum):
    """What became of what a project meets on a line. `ABSENT`: the project is not in the later round, which says
    nothing about it; `UNKNOWN`: one of the rounds could not check the line, or the later one
    looked at another part of it."""

    NEW = "new"
    GROWN = "grown"
    UNCHANGED = "unchanged"
    REDUCED = "reduced"
    RESOLVED = "resolved"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Cause(str, Enum):
    """What differs between the rounds at a project and line: their data, the rules, both, the program, or nothing."""

    DATA = "data"
    RULES = "rules"
    BOTH = "both"
    SOFTWARE = "software"
    NONE = "none"


@dataclass(frozen=True)
class Change:
    """One project and line that at least one of the rounds finds something at. Areas in m²; `by_rules_m2` and
    `by_data_m2` part `change_m2` where the earlier data was run under the later rules, else they are None."""

    project_key: str
    project_name: str
    line_id: str
    line_name: str
    kind: ChangeKind
    cause: Cause
    status_before: str
    status_after: str
    effect_before: str
    effect_after: str
    before_m2: float
    after_m2: float
    change_m2: float
    key_before: str = ""
    match: Optional[Match] = None
    by_rules_m2: Optional[float] = None
    by_data_m2: Optional[float] = None


@dataclass
class RoundDiff:
    """`changes` in the order of projects and lines; `lost`: {line name: projects that were clear and are no longer
    checked}; `inputs`: see changed_inputs; `lines_with_new_rules`: names; `pairs`: ProjectPairs."""

    changes: list[Change]
    pairs: list[ProjectPair]
    counts: dict[str, int]
    lost: dict[str, str]
    inputs: list[tuple[str, str, InputChange]]
    lines_with_new_rules: list[str]
    software: tuple[str, str] = ("", "")
    settings: list[str] = field(default_factory=list)

    def number(self, kind: ChangeKind) -> int:
        """How many changes of a kind there are."""
        return self.counts.get(kind, 0)


@dataclass(frozen=True)
class DiffOptions:
    """`limit_m2`: area that a piece may grow or shrink by and still be unchanged; `ways`: how projects are matched;
    `shapes`: the earlier round's project geometries on the later one's plane, where the planes differ; `between`: the
    earlier data run under the later rules."""

    limit_m2: float = 1.0
    ways: tuple[Match, ...] = tuple(Match)
    shapes: Any = None
    between: Optional[FrozenRound] = None


def diff_rounds(before: FrozenRound, after: FrozenRound, options: DiffOptions = DiffOptions()) -> RoundDiff:  # noqa: B008 - frozen
    """The RoundDiff of two rounds."""
    pairs = match_projects(before.projects, after.projects, options.ways, options.shapes)
    lines = line_names(before, after)
    old = VerdictGrid.of(before, lines, [p.before for p in pairs])
    new = VerdictGrid.of(after, lines, [p.after for p in pairs])
    kinds = _kinds(old, new, options.limit_m2)
    narrowed = np.isin(list(lines), sorted(narrowed_lines(before.head, after.head)))
    kinds[np.isin(kinds, _LESS) & narrowed] = _NUMBER[ChangeKind.UNKNOWN]
    causes = _Causes(before, after, pairs, list(lines))
    between = _between(options.between, lines, before, pairs)
    reported = _Rows(before, after, pairs, list(lines.items()), (old, new, between))
    rows, columns = np.nonzero(kinds >= 0)
    changes = [
        reported.change(r, c, _ORDER[kinds[r, c]], causes.of(r, c)) for r, c in zip(rows.tolist(), columns.tolist())
    ]
    lost = ((old.status == _CLEAR) & new.unknown & new.project).sum(axis=0).tolist()
    return RoundDiff(
        changes,
        pairs,
        {kind: int((kinds == number).sum()) for number, kind in enumerate(_ORDER)},
        {name: count for name, count in zip(lines.values(), lost) if count},
        changed_inputs(before.head, after.head),
        [lines[line] for line in causes.lines_with_new_rules],
        (before.head.software, after.head.software),
        causes.settings,
    )


_ORDER = tuple(ChangeKind)
_CLEAR = 0
_NUMBER = {kind: number for number, kind in enumerate(_ORDER)}
_LESS = (_NUMBER[ChangeKind.REDUCED], _NUMBER[ChangeKind.RESOLVED])


def _kinds(old: VerdictGrid, new: VerdictGrid, limit_m2: float) -> Array:
    """Position in _ORDER of each project and line, -1 where there is nothing to tell."""
    grown = (new.rank < old.rank) | (new.area - old.area > limit_m2)
    reduced = (new.rank > old.rank) | (old.area - new.area > limit_m2)
    both = old.touched & new.touched
    cases = [
        (old.touched & ~new.project, ChangeKind.ABSENT),
        (new.touched & ~old.project, ChangeKind.NEW),
        (both & grown, ChangeKind.GROWN),
        (both & reduced, ChangeKind.REDUCED),
        (both, ChangeKind.UNCHANGED),
        (old.touched & (new.status == _CLEAR), ChangeKind.RESOLVED),
        (new.touched & (old.status == _CLEAR), ChangeKind.NEW),
        (old.touched | new.touched, ChangeKind.UNKNOWN),
    ]
    return np.select([mask for mask, _ in cases], [_NUMBER[kind] for _, kind in cases], -1)


def _between(
    frozen: Optional[FrozenRound], lines: Iterable[str], before: FrozenRound, pairs: Sequence[ProjectPair]
) -> Optional[VerdictGrid]:
    """Grid of the earlier data under the later rules, aligned by the earlier round's keys; None without it."""
    if frozen is None:
        return None
    places = {key: number for number, key in enumerate(frozen.projects.keys)}
    keys = before.projects.keys
    return VerdictGrid.of(frozen, lines, [None if p.before is None else places.get(keys[p.before]) for p in pairs])


class _Causes:
    """What differs between two rounds, asked by pair and line."""

    def __init__(
        self, before: FrozenRound, after: FrozenRound, pairs: Sequence[ProjectPair], lines: Sequence[str]
    ) -> None:
        self._software = before.head.software != after.head.software
        self.settings = _settings(before.head, after.head)
        changed = [line for line in lines if not same_rules(before.head, after.head, line)]
        self.lines_with_new_rules = changed
        self._rules = np.array([line in changed or "SLIVER_AREA" in self.settings for line in lines], dtype=bool)
        moved = {line for _, line, change in changed_inputs(before.head, after.head) if line and _differs(change)}
        self._layers = np.array([line in moved for line in lines], dtype=bool)
        self._projects = np.array([_moved(before.projects, after.projects, pair) for pair in pairs], dtype=bool)

    def of(self, row: int, column: int) -> Cause:
        data = self._projects[row] or self._layers[column]
        if data and self._rules[column]:
            return Cause.BOTH
        if data or self._rules[column]:
            return Cause.DATA if data else Cause.RULES
        return Cause.SOFTWARE if self._software else Cause.NONE


def _differs(change: InputChange) -> bool:
    return change is not InputChange.SAME and change is not InputChange.UNPROVEN


def _settings(before: RoundHead, after: RoundHead) -> list[str]:
    """Names of the parameters that decide verdicts, or who is who, and differ."""
    reported = ("SLIVER_AREA", "REVIEW_DATE", "PROJECT_KEY")
    old, new = before.parameters, after.parameters
    return [name for name in reported if _stated(old.get(name)) != _stated(new.get(name))]


def _stated(value: Any) -> Any:
    """A parameter as it is compared: one that was left out is an empty one, 0 is a number."""
    return "" if value is None else value


def _moved(old: RoundProjects, new: RoundProjects, pair: ProjectPair) -> bool:
    if pair.before is None or pair.after is None:
        return True
    return old.hashes[pair.before] != new.hashes[pair.after]


class _Rows:
    """Makes Changes of grid places."""

    def __init__(
        self,
        before: FrozenRound,
        after: FrozenRound,
        pairs: Sequence[ProjectPair],
        lines: Sequence[tuple[str, str]],
        grids: tuple[VerdictGrid, VerdictGrid, Optional[VerdictGrid]],
    ) -> None:
        self._before, self._after, self._pairs, self._lines = before.projects, after.projects, pairs, lines
        self._old, self._new, self._between = grids

    def change(self, row: int, column: int, kind: ChangeKind, cause: Cause) -> Change:
        pair, (line_id, line_name) = self._pairs[row], self._lines[column]
        projects, place = (self._before, pair.before) if pair.after is None else (self._after, pair.after)
        old, new = self._old.cell(row, column), self._new.cell(row, column)
        by_rules, by_data = self._parted(row, column, old.area_m2, new.area_m2)
        return Change(
            projects.keys[place],
            projects.names[place],
            line_id,
            line_name,
            kind,
            self._cause(row, column, cause),
            old.status,
            new.status,
            old.effect,
            new.effect,
            old.area_m2,
            new.area_m2,
            half_up(new.area_m2 - old.area_m2, 2),
            "" if pair.before is None else self._before.keys[pair.before],
            pair.match,
            by_rules,
            by_data,
        )

    def _cause(self, row: int, column: int, cause: Cause) -> Cause:
        """Data and rules told apart where the earlier data was run under the later rules."""
        if cause is not Cause.BOTH or self._between is None or self._pairs[row].before is None:
            return cause
        if self._between.same(self._old, row, column):
            return Cause.DATA
        return Cause.RULES if self._between.same(self._new, row, column) else Cause.BOTH

    def _parted(self, row: int, column: int, old_m2: float, new_m2: float) -> tuple[Optional[float], Optional[float]]:
        if self._between is None or None in (self._pairs[row].before, self._pairs[row].after):
            return None, None
        middle = self._between.cell(row, column).area_m2
        return half_up(middle - old_m2, 2), half_up(new_m2 - middle, 2)
