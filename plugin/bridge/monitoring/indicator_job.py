"""A run of an indicator set: made on the main thread, run in any; a layer that has not changed is not read again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsVectorLayer

from ...core.errors import Cancelled, OneMapError
from ...core.indicators.formula_nodes import Measure, Zone, measures
from ...core.indicators.indicator_goal_rows import read_goals, strange_goals
from ...core.indicators.indicator_goals import Goals
from ...core.indicators.indicator_model import IndicatorSet, Role
from ...core.indicators.indicator_results import IndicatorRun, Judging, LayerUse, assemble
from ...core.indicators.indicator_statistics import StatisticTable, read_statistics
from ...core.indicators.indicator_values import Inputs
from ...core.indicators.measure_table import FeatureTable, MeasureResult, MeasureRun
from ...core.indicators.warning_rules import WarningRule
from ...core.land.remarks import Remark, stated_once
from ...core.review.layer_dates import DateSource
from ...core.threads import Feedback, raise_if_cancelled
from ...formats.rules.indicator_files import load_indicator_set, load_units, load_warning_rules
from ...formats.workbook.statistics_table import GOAL_COLUMNS, STATISTIC_COLUMNS, named_rows
from ..layers.two_zones import zone_instead
from .indicator_divisions import DivisionLayer, Divisions
from .measure_layers import Assignment, RoleLayer, assign
from .measure_reader import Asked, read_table
from .measure_state import MeasureStore, measure_key
from .measure_zones import Wish, Zones

_SHOWN = 5  # codes in a remark


@dataclass(frozen=True)
class IndicatorInput:
    """What the user chose; `spec` is a file or the name of a shipped set, `years` besides the main one."""

    spec: str
    layers: Sequence[QgsVectorLayer]
    divisions: QgsVectorLayer
    year: int
    mapping: dict[str, str] = field(default_factory=dict)
    statistics: Sequence[Path] = ()
    goals: Optional[Path] = None
    warnings: Optional[Path] = None
    years: Sequence[int] = ()
    code_field: str = ""
    digits: int = 0
    today: Optional[date] = None


@dataclass
class _Wanted:
    """Measures of one role and year that have no kept answer, by zone; `keys` under which answers are kept."""

    role: Role
    year: int
    by_zone: dict[Optional[Zone], list[Measure]] = field(default_factory=lambda: defaultdict(list))


class IndicatorJob:
    """Raises InputError, CrsError, CatalogueError for anything that cannot be used."""

    def __init__(self, chosen: IndicatorInput, store: Optional[MeasureStore] = None) -> None:
        self.chosen, self.store = chosen, store or MeasureStore()
        self.set: IndicatorSet = load_indicator_set(chosen.spec)
        self.rules: tuple[WarningRule, ...] = load_warning_rules(chosen.warnings)
        self.division_layer = DivisionLayer(chosen.divisions, chosen.code_field, digits=chosen.digits)
        others = [layer for layer in chosen.layers if layer.source() != chosen.divisions.source()]
        self.assignment: Assignment = assign(others, self.set, chosen.mapping)
        self.plane = self.division_layer.plane
        self.read_layers: list[str] = []  # names of the layers that the last run read
        self.divisions: Optional[Divisions] = None

    def years(self) -> list[int]:
        """The main year, those asked for, else those that layers bear up to it."""
        found = self.chosen.years or [year for year in self.assignment.years() if year <= self.chosen.year]
        return sorted({*found, self.chosen.year})

    def run(self, feedback: Optional[Feedback] = None) -> IndicatorRun:
        """Compute everything; raises OneMapError, Cancelled."""
        self.read_layers = []
        divisions = self.divisions = self.division_layer.read(feedback)
        years, (statistics, goals, remarks) = self.years(), self._tables([place.code for place in divisions.places])
        needed = self._needed(years)
        work = _Work(self, divisions, feedback)
        results = work.answer(needed)
        self.store.save()
        inputs = Inputs(self.set, divisions.places, divisions.areas, results, statistics)
        today = self.chosen.today or date.today()
        judging = Judging(goals, self.rules, self.chosen.year, years, today)
        all_remarks = [*self.assignment.remarks, *divisions.remarks, *remarks, *work.remarks]
        all_remarks += _strangers(statistics, {place.code for place in divisions.places})
        return assemble(inputs, judging, work.uses, stated_once(all_remarks))

    def _needed(self, years: Iterable[int]) -> dict[tuple[Measure, int], None]:
        """Every (measure, year) of the set, those of baseline years that are to be computed included."""
        found: dict[tuple[Measure, int], None] = {}
        for indicator in self.set.indicators:
            base = indicator.baseline
            asked = {*years, *([base[0]] if base is not None and base[1] is None else [])}
            for year in sorted(asked):
                found.update(dict.fromkeys(measures(indicator.formula.node, year)))
        return found

    def _tables(self, codes: Sequence[str]) -> tuple[StatisticTable, Goals, list[Remark]]:
        units, table = load_units(), StatisticTable()
        for path in self.chosen.statistics:
            rows = named_rows(path, STATISTIC_COLUMNS, remarks=table.remarks)
            table.add(read_statistics(rows, self.set.statistics, units, Path(path).name), self.set.statistics)
        if self.chosen.goals is None:
            return table, Goals(), table.remarks
        rows = named_rows(self.chosen.goals, GOAL_COLUMNS, ("unit", "code"), table.remarks)
        names = {name: i.id for i in self.set.indicators for name in (i.id, i.zh)}
        goals, remarks = read_goals(rows, {i.id: i.unit for i in self.set.indicators}, names, units)
        return table, Goals(goals), [*table.remarks, *remarks, *strange_goals(goals, codes)]


class _Work:
    """Answers the measures of one run."""

    def __init__(self, job: IndicatorJob, divisions: Divisions, feedback: Optional[Feedback]) -> None:
        self._job, self._divisions, self._feedback = job, divisions, feedback
        self._tables: dict[tuple[str, int], FeatureTable] = {}
        self._state = job.store.sha256(job.division_layer.snapshot, feedback)
        self.uses: dict[tuple[str, int], list[LayerUse]] = {}
        self.remarks: list[Remark] = []
        self._failures: dict[tuple[str, int], Remark] = {}

    def answer(self, needed: Iterable[tuple[Measure, int]]) -> dict[tuple[Measure, int], MeasureResult]:
        """Kept answers where the layers are as they were, the others computed, a layer read once."""
        found: dict[tuple[Measure, int], MeasureResult] = {}
        groups: dict[tuple[str, int], _Wanted] = {}
        keys: dict[tuple[Measure, int], str] = {}
        for measure, year in needed:
            roles = [self._job.set.role_of(name) for name in _named(measure)]
            if not all(self._uses(role, year) for role in roles):
                lacking = next(role for role in roles if not self._uses(role, year))
                found[measure, year] = self._failed(lacking, year)
                continue
            keys[measure, year] = self._key(measure, roles, year)
            kept = self._job.store.find(keys[measure, year])
            if kept is not None:
                found[measure, year] = kept
                continue
            group = groups.setdefault((roles[0].key, year), _Wanted(roles[0], year))
            group.by_zone[measure.zone].append(measure)
        shapes, known = self._divisions.shapes, self._job.set
        zones = Zones(shapes, self._job.plane, known, lambda role, year: self._table(role, year, groups.values()))
        for number, group in enumerate(groups.values()):
            if self._feedback is not None:
                self._feedback.setProgress(95 * number / len(groups))
            found.update(self._computed(group, groups.values(), zones))
        for place, key in keys.items():
            self._job.store.keep(key, found[place])
        remarks = [remark for result in found.values() for remark in result.remarks]
        self.remarks += list({remark.text(): remark for remark in remarks}.values())
        return found

    def _failed(self, role: Role, year: int) -> MeasureResult:
        nothing = np.full(len(self._divisions.areas), np.nan)
        remark = Remark("indicator_no_layer", params={"layer": role.zh, "year": year})
        return MeasureResult(nothing, np.zeros(len(nothing), int), self._failures.get((role.key, year), remark))

    def _uses(self, role: Role, year: int) -> list[LayerUse]:
        """The layers of a role and year as lineage tells them; none where there is none or one cannot be read."""
        place = (role.key, year)
        if place not in self.uses:
            layers = self._job.assignment.of(role, year, self._job.chosen.year)
            try:
                self.uses[place] = [self._use(role, year, layer) for layer in layers]
            except Cancelled:
                raise
            except (OneMapError, OSError) as error:
                self.uses[place] = []
                self._failures[place] = _failed(role, error)
            if len(layers) > 1:
                names = "、".join(layer.snapshot.name for layer in layers)
                params = {"layer": role.zh, "year": year, "count": len(layers), "names": names}
                self.remarks.append(Remark("indicator_several", role.zh, None, params))
        return self.uses[place]

    def _use(self, role: Role, year: int, layer: RoleLayer) -> LayerUse:
        snapshot, digest = layer.snapshot, self._job.store.sha256(layer.snapshot, self._feedback)
        dated = snapshot.dated
        count = max(snapshot.expected_count, 0)
        source = snapshot.source
        day = "" if dated.source is DateSource.FILE else dated.day  # when a file was written says nothing of its data
        return LayerUse(role.key, role.zh, year, snapshot.name, source, day, dated.display_text(), digest, count)

    def _key(self, measure: Measure, roles: Sequence[Role], year: int) -> str:
        known = self._job.set
        definitions = [known.parts.get(name) for name in _named(measure)] + list(roles)
        states = [use.sha256 for role in roles for use in self.uses[role.key, year]]
        return measure_key(measure, definitions, [self._job.plane.srs, self._state, *states])

    def _computed(
        self, group: _Wanted, groups: Iterable[_Wanted], zones: Zones
    ) -> Iterator[tuple[tuple[Measure, int], Any]]:
        table = self._table(group.role, group.year, groups)
        asked = [(zone, measure) for zone, found in group.by_zone.items() for measure in found]
        if isinstance(table, Remark):
            yield from (((measure, group.year), self._refused(table)) for _, measure in asked)
            return
        for zone, wanted in group.by_zone.items():
            raise_if_cancelled(self._feedback)
            made = zones.confined(Wish(zone, group.year, table, wanted), self._feedback)
            if isinstance(made, Remark):
                yield from (((measure, group.year), self._refused(made)) for measure in wanted)
                continue
            parts, areas, plane = self._job.set.parts, self._divisions.areas, self._job.plane
            run = MeasureRun(table, parts, made.targets, plane, areas, zone is not None, made.within, made.remarks)
            for measure, result in run.answer(wanted, self._feedback).items():
                yield (measure, group.year), result

    def _refused(self, remark: Remark) -> MeasureResult:
        nothing = np.full(len(self._divisions.areas), np.nan)
        return MeasureResult(nothing, np.zeros(len(nothing), int), remark)

    def _table(self, role: Role, year: int, groups: Iterable[_Wanted]) -> "FeatureTable | Remark":
        """The features of a role, or why they cannot be had."""
        place = (role.key, year)
        if place in self._tables:
            return self._tables[place]
        layers = self._job.assignment.of(role, year, self._job.chosen.year)
        try:
            table = read_table(self._asked(role, groups), layers, self._job.plane, self._feedback)
        except Cancelled:
            raise
        except (OneMapError, OSError) as error:
            return _failed(role, error)
        self._job.read_layers += [layer.snapshot.name for layer in layers]
        if table.unread:
            params = {"layer": "、".join(layer.snapshot.name for layer in layers), "count": table.unread}
            return Remark("indicator_layer_unread", params=params)
        far = layers if self._is_elsewhere(table) else list(filter(self._is_in_another_zone, layers))
        if far:
            return Remark("indicator_layer_elsewhere", params={"layer": "、".join(one.snapshot.name for one in far)})
        self._tables[place] = table
        return table

    def _is_elsewhere(self, table: FeatureTable) -> bool:
        """Whether there are features and all lie beside the divisions, as they do in a layer with a wrong CRS."""
        if not len(table.geometries):
            return False
        layer_box, division_box = shapely.total_bounds(table.geometries), shapely.total_bounds(self._divisions.shapes)
        return bool((layer_box[:2] > division_box[2:]).any() or (layer_box[2:] < division_box[:2]).any())

    def _is_in_another_zone(self, layer: RoleLayer) -> bool:
        """Whether one of several layers would lie on the divisions only if its CRS were another."""
        return zone_instead(layer.snapshot, self._job.division_layer.snapshot, self._job.plane) is not None

    def _asked(self, role: Role, groups: Iterable[_Wanted]) -> Asked:
        """What all measures of the run ask of a role; every row where its covering of the divisions is looked at."""
        known, selections, asked, needs_all = self._job.set, [], [], False
        for measure in (m for group in groups for found in group.by_zone.values() for m in found):
            own_selections = [s for s in measure.selections if known.role_of(s.name).key == role.key]
            selections += own_selections
            if measure.selection in own_selections:
                asked.append(measure)
                needs_all = needs_all or (bool(role.covers) and measure.zone is None)
        made = Asked.of(role, known, selections, asked)
        return replace(made, enough=None) if needs_all else made


def _strangers(statistics: StatisticTable, codes: set[str]) -> list[Remark]:
    """What statistics name that no division is."""
    unknown = sorted({code for code, _, _ in statistics.rows} - codes)
    if not unknown:
        return []
    shown = "、".join(unknown[:_SHOWN]) + ("…" if len(unknown) > _SHOWN else "")
    return [Remark("statistic_code_unknown", params={"count": len(unknown), "codes": shown})]


def _failed(role: Role, error: Exception) -> Remark:
    """What is said of a layer that cannot be read; an error of ours stays a message."""
    return Remark("indicator_layer_failed", params={"layer": role.zh, "error": getattr(error, "message", str(error))})


def _named(measure: Measure) -> list[str]:
    return [selection.name for selection in measure.selections]
