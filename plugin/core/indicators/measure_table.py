"""The features of one layer as columns, and what the measures of formulas come to over the divisions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.remarks import Remark
from ..land.rounding import half_up, plain
from ..land.types import Array
from ..threads import Feedback
from .formula_nodes import Condition, Measure, MeasureKind, Selection
from .indicator_model import Overlap, Part, Role
from .measure_cut import Cut, counted_once, cut_places, cut_sizes, sizes

_AREA_FIELD = "area"
_SLACK = 1e-6
_OVERLAP_M2 = 1.0


@dataclass
class FeatureTable:
    """Usable features of one layer on the plane; `codes` "" where there is none; `columns` by the set's field names.

    `absent`: fields that the layer lacks; `scheme`: of its class codes, "" without; `unread`: features that are there
    and cannot be used.
    """

    role: Role
    fids: Array
    geometries: Array
    codes: Array
    columns: Mapping[str, Array]
    scheme: str = ""
    absent: frozenset[str] = frozenset()
    unread: int = 0
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class MeasureResult:
    """A measure over the divisions: values in base units, how many features they come from, or why there is none.

    `holes` {division: Remark}: why the value of one division cannot be said; `unknown`: how many features of each lack
    a number that they are chosen by."""

    values: Array
    counts: Array
    failure: Optional[Remark] = None
    holes: dict[int, Remark] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    unknown: Optional[Array] = None


class MeasureRefused(Exception):
    """A measure that the layer cannot answer; `remark` says why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.remark = Remark(code, params=params)


def selected(table: FeatureTable, selection: Selection, parts: Mapping[str, Part]) -> Array:
    """Which features a selection takes; raises MeasureRefused."""
    part = parts.get(selection.name)
    conditions = (*(part.conditions if part else ()), *selection.conditions)
    mask = np.ones(len(table.fids), dtype=bool)
    if part is not None and part.codes:
        mask &= _of_codes(table, part)
    for condition in conditions:
        mask &= _meets(table, condition)
    return mask


def undecided(table: FeatureTable, selection: Selection, parts: Mapping[str, Part]) -> Array:
    """Which features a selection might take: a number that it compares is not there, nothing else rules them out."""
    part = parts.get(selection.name)
    conditions = (*(part.conditions if part else ()), *selection.conditions)
    lacks = np.zeros(len(table.fids), dtype=bool)
    mask = _of_codes(table, part) if part is not None and part.codes else ~lacks
    for condition in conditions:
        unknown = np.zeros(len(table.fids), dtype=bool)
        if condition.compares:
            unknown = np.isnan(as_numbers(_column(table, condition.field)))
        mask &= unknown | _meets(table, condition)
        lacks |= unknown
    return mask & lacks


def _of_codes(table: FeatureTable, part: Part) -> Array:
    if table.scheme not in part.codes:
        raise MeasureRefused("indicator_no_codes", part=part.zh, layer=table.role.zh, scheme=table.scheme or "-")
    wanted = part.codes[table.scheme]
    return _by_kind(table.codes, lambda code: code.startswith(wanted))


def _by_kind(codes: Array, test: Callable[[str], bool]) -> Array:
    """A test of every code, asked once of each different one."""
    listed = codes.tolist()
    kinds = {code: test(code) for code in set(listed)}
    return np.array([kinds[code] for code in listed], dtype=bool)


def _column(table: FeatureTable, name: str) -> Array:
    if name in table.absent or name not in table.columns:
        known = table.role.fields.get(name)
        raise MeasureRefused("indicator_no_field", layer=table.role.zh, field="/".join(known.names) if known else name)
    return table.columns[name]


def _meets(table: FeatureTable, condition: Condition) -> Array:
    if condition.field == _AREA_FIELD and _AREA_FIELD not in table.columns:
        raise MeasureRefused("indicator_no_field", layer=table.role.zh, field=_AREA_FIELD)
    column = _column(table, condition.field)
    if condition.sign in ("=", "!="):
        kinds = {value: _is_one_of(value, condition.values) for value in set(column.tolist())}
        equal = np.array([kinds[value] for value in column.tolist()], dtype=bool)
        return equal if condition.sign == "=" else ~equal
    numbers, limit = as_numbers(column), float(condition.values[0])
    with np.errstate(invalid="ignore"):
        compared = {"<": numbers < limit, "<=": numbers <= limit, ">": numbers > limit, ">=": numbers >= limit}
    return compared[condition.sign]


def _is_one_of(value: Any, wanted: Sequence[str]) -> bool:
    if value is None:
        return False
    text = plain(value) if isinstance(value, float) else str(value).strip()
    return any(text.startswith(one[:-1]) if one.endswith("*") else text == one for one in wanted)


def is_class(code: str) -> bool:
    """Whether a text may be a class code: those of all schemes begin with two digits."""
    return code[:2].isdigit() and len(code) > 1


def as_numbers(column: Array) -> Array:
    """Values as numbers, not-a-number for what is none."""
    try:
        return np.array(column.tolist(), dtype=float)
    except (TypeError, ValueError):
        return np.array([_as_number(value) for value in column], dtype=float)


def _as_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


@dataclass
class MeasureRun:
    """Answers all measures of one table and one set of targets in one pass.

    `targets`: the divisions, or the land of a zone in each; `total_m2`: areas of the divisions; `within`: which
    features a zone reaches, where it takes features as a whole; `remarks`: on the zone.
    """

    table: FeatureTable
    parts: Mapping[str, Part]
    targets: Array
    plane: CRS
    total_m2: Array
    is_zone: bool = False
    within: Optional[Array] = None
    remarks: Sequence[Remark] = ()
    _open: dict[Measure, Array] = field(default_factory=dict)  # features that a measure may or may not take

    def answer(self, measures: Iterable[Measure], feedback: Optional[Feedback] = None) -> dict[Measure, MeasureResult]:
        """The results by measure; raises Cancelled."""
        found: dict[Measure, MeasureResult] = {}
        masks: dict[Measure, Array] = {}
        reach = True if self.within is None else self.within
        for measure in measures:
            try:
                masks[measure] = selected(self.table, measure.selection, self.parts) & reach
                self._open[measure] = undecided(self.table, measure.selection, self.parts) & reach
            except MeasureRefused as refused:
                found[measure] = self._failed(refused.remark)
        self._answer_sizes({m: v for m, v in masks.items() if not self._by_place(m)}, found, feedback)
        self._answer_places({m: v for m, v in masks.items() if self._by_place(m)}, found, feedback)
        for result in found.values():
            result.remarks += [*self.table.remarks, *self.remarks]
        return found

    def _failed(self, remark: Remark) -> MeasureResult:
        nothing = np.full(len(self.targets), np.nan)
        return MeasureResult(nothing, np.zeros(len(self.targets), dtype=int), remark)

    def _by_place(self, measure: Measure) -> bool:
        """Whether a feature counts as a whole where its inner point lies."""
        if measure.kind is MeasureKind.COUNT:
            return True
        return measure.kind is MeasureKind.SUM and self._dimension() == 0

    def _dimension(self) -> int:
        return int(shapely.get_dimensions(self.table.geometries).max(initial=-1))

    def _answer_sizes(
        self, masks: dict[Measure, Array], found: dict[Measure, MeasureResult], feedback: Optional[Feedback]
    ) -> None:
        if not masks:
            return
        demanded = self.table.role.covers and not self.is_zone
        rows = self._rows(masks, bool(demanded))
        keep = self.table.role.overlap is Overlap.UNION and self._dimension() == 2
        cut = cut_sizes(self.table.geometries[rows], self.targets, self.plane, keep, feedback)
        cut.row = rows[cut.row]
        holes = self._uncovered(cut) if demanded else {}
        for measure, mask in masks.items():
            found[measure] = self._summed(measure, mask, cut)
            found[measure].holes.update(holes)

    def _rows(self, masks: Mapping[Measure, Array], everything: bool) -> Array:
        wanted = np.zeros(len(self.table.fids), dtype=bool)
        for measure, mask in masks.items():
            wanted |= mask | self._open[measure]
        return np.flatnonzero(wanted | everything)

    def _uncovered(self, cut: Cut) -> dict[int, Remark]:
        known = np.ones(len(self.table.fids), dtype=bool)
        if self.table.scheme:  # land of no class says nothing of any class
            known = _by_kind(self.table.codes, is_class)
        classified = known[cut.row]
        covered = np.bincount(cut.target[classified], cut.amount[classified], minlength=len(self.targets))
        over = float((covered - self.total_m2).max(initial=0.0))
        if over > _OVERLAP_M2 + _SLACK * float(self.total_m2.max(initial=0.0)):
            params = {"layer": self.table.role.zh, "m2": f"{over:,.2f}"}
            self.table.remarks.append(Remark("indicator_overlap", self.table.role.zh, None, params))
        return {
            int(index): Remark(
                "indicator_not_covered",
                params={
                    "layer": self.table.role.zh,
                    "share": float(half_up(100 * covered[index] / self.total_m2[index], 2)),
                    "wanted": self.table.role.covers * 100,
                },
            )
            for index in np.flatnonzero(covered < self.table.role.covers * self.total_m2 * (1 - _SLACK))
        }

    def _answer_places(
        self, masks: dict[Measure, Array], found: dict[Measure, MeasureResult], feedback: Optional[Feedback]
    ) -> None:
        if not masks:
            return
        rows = self._rows(masks, False)
        cut = cut_places(self.table.geometries[rows], self.targets, feedback)
        cut.row = rows[cut.row]
        for measure, mask in masks.items():
            found[measure] = self._summed(measure, mask, cut)

    def _summed(self, measure: Measure, mask: Array, cut: Cut) -> MeasureResult:
        used = mask[cut.row]
        rows, targets, amounts = cut.row[used], cut.target[used], cut.amount[used]
        counts = np.bincount(targets, minlength=len(self.targets))
        try:
            values = self._values(measure, Cut(rows, targets, amounts, cut.pieces[used] if cut.pieces is not None
                                               else None))  # fmt: skip
        except MeasureRefused as refused:
            return self._failed(refused.remark)
        values = half_up(values, 2) if measure.kind is MeasureKind.AREA else values
        unknown = np.bincount(cut.target[self._open[measure][cut.row]], minlength=len(self.targets))
        return MeasureResult(values, counts, unknown=unknown)

    def _values(self, measure: Measure, cut: Cut) -> Array:
        if measure.kind is MeasureKind.COUNT:
            return np.bincount(cut.target, minlength=len(self.targets)).astype(float)
        wanted = 2 if measure.kind is MeasureKind.AREA else 1
        if measure.kind is not MeasureKind.SUM and len(self.table.fids) and self._dimension() != wanted:
            raise MeasureRefused(f"indicator_needs_{measure.kind.value}", layer=self.table.role.zh)
        if cut.pieces is not None and not measure.field:
            return self._once(cut)
        weights = cut.amount
        if measure.field:
            weights = self._weights(measure, cut)
        return np.bincount(cut.target, weights, minlength=len(self.targets))

    def _once(self, cut: Cut) -> Array:
        pieces: Any = cut.pieces
        return np.array([counted_once(pieces[cut.target == number], self.plane) for number in range(len(self.targets))])

    def _weights(self, measure: Measure, cut: Cut) -> Array:
        """Field values in base units: of each piece its share, or times its size."""
        numbers = as_numbers(_column(self.table, measure.field)[cut.row])
        unknown = int(np.isnan(numbers).sum())
        if unknown:
            raise MeasureRefused("indicator_blank", layer=self.table.role.zh, field=measure.field, count=unknown)
        known = self.table.role.fields.get(measure.field)
        numbers = numbers * (known.unit.factor if known is not None and known.unit else 1.0)
        if measure.kind is MeasureKind.AREA:
            return numbers * cut.amount
        if self._dimension() == 0:
            return numbers
        return numbers * cut.amount / sizes(self.table.geometries[cut.row], self.plane)
