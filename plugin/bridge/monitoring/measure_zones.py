"""What the measures of a formula are confined to: the divisions, the land of a zone in them, or what roads reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional, Union

import numpy as np
import shapely
from pyproj import CRS

from ...core.indicators.formula_nodes import Measure, Selection, Zone
from ...core.indicators.indicator_model import IndicatorSet, Role
from ...core.indicators.measure_cut import zone_targets
from ...core.indicators.measure_table import FeatureTable, MeasureRefused, selected
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.threads import Feedback
from .road_reach import Chosen, Ways, reach_along

TableOf = Callable[[Role, int], Union[FeatureTable, Remark]]


@dataclass(frozen=True)
class Confined:
    """As MeasureRun has them."""

    targets: Array
    within: Optional[Array] = None
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True)
class Wish:
    """Measures of one zone and year, and the table they measure."""

    zone: Optional[Zone]
    year: int
    table: FeatureTable
    measures: Sequence[Measure]


class Zones:
    """Makes the land of a zone once for a year. `table_of`: the features of a role and year, or why there are none."""

    def __init__(self, divisions: Array, plane: CRS, known: IndicatorSet, table_of: TableOf) -> None:
        self._divisions, self._plane, self._known, self._table_of = divisions, plane, known, table_of
        self._targets: dict[tuple[Zone, int], Array] = {}

    def confined(self, wish: Wish, feedback: Optional[Feedback] = None) -> Union[Confined, Remark]:
        """What the measures are taken of, or why they cannot be taken; raises Cancelled."""
        zone = wish.zone
        if zone is None:
            return Confined(self._divisions)
        chosen = []
        for selection in filter(None, (zone.selection, zone.along)):
            found = self._chosen(selection, wish.year)
            if isinstance(found, Remark):
                return found
            chosen.append(found)
        if zone.along is not None:
            return self._reached(zone, wish, chosen, feedback)
        (table, shapes), key = chosen[0], (zone, wish.year)
        if zone.metres is None and len(shapes) and shapely.get_dimensions(shapes).max() < 2:
            return Remark("indicator_needs_area", params={"layer": table.role.zh})
        if key not in self._targets:
            self._targets[key] = zone_targets(self._divisions, shapes, zone.metres, feedback)
        return Confined(self._targets[key])

    def _chosen(self, selection: Selection, year: int) -> Union[Chosen, Remark]:
        table = self._table_of(self._known.role_of(selection.name), year)
        if isinstance(table, Remark):
            return table
        try:
            return table, objects(table.geometries[selected(table, selection, self._known.parts)])
        except MeasureRefused as refused:
            return refused.remark

    def _reached(
        self, zone: Zone, wish: Wish, chosen: Sequence[Chosen], feedback: Optional[Feedback]
    ) -> Union[Confined, Remark]:
        mask = np.zeros(len(wish.table.fids), dtype=bool)
        for measure in wish.measures:
            try:
                mask |= selected(wish.table, measure.selection, self._known.parts)
            except MeasureRefused:  # told of that measure when it is taken
                continue
        try:
            within, remarks = reach_along(Ways(wish.table, mask, zone.metres or 0.0, *chosen), self._plane, feedback)
        except MeasureRefused as refused:
            return refused.remark
        return Confined(self._divisions, within, remarks)
