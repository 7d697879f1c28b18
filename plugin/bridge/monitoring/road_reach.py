"""Which features lie within some metres of a facility along roads, and what has to be said of those that do not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.errors import InputError
from ...core.indicators.measure_table import FeatureTable, MeasureRefused
from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.threads import Feedback
from ..layers.road_distances import Roads, lines_source, points_of

Chosen = tuple[FeatureTable, Array]  # a layer, and the shapes of those of its features that are meant


@dataclass(frozen=True)
class Ways:
    """`rows` of `places` (a mask) are to be reached from facilities by at most `metres` of road."""

    places: FeatureTable
    rows: Array
    metres: float
    facilities: Chosen
    roads: Chosen


def reach_along(ways: Ways, plane: CRS, feedback: Optional[Feedback] = None) -> tuple[Array, list[Remark]]:
    """(mask of the features that are reached, remarks). A feature is reached as a whole, by its inner point: straight
    to the nearest road, along the roads, straight from there. One farther from every road than `metres` is not
    reached, nor one from which no road leads to a facility. Raises MeasureRefused, Cancelled."""
    table, lines = ways.roads
    if len(lines) and shapely.get_dimensions(lines).max() != 1:
        raise MeasureRefused("indicator_needs_length", layer=table.role.zh)
    if not len(lines):
        raise MeasureRefused("indicator_no_roads", layer=table.role.zh)
    reached = np.zeros(len(ways.places.fids), dtype=bool)
    at, shapes = np.flatnonzero(ways.rows), ways.facilities[1]
    if not len(at) or not len(shapes):
        return reached, []
    roads = Roads(lines_source(lines, plane), plane, ways.metres)
    try:
        found = roads.nearest(points_of(ways.places.geometries[at]), points_of(shapes), feedback)
    except InputError as error:
        raise MeasureRefused("indicator_no_roads", layer=table.role.zh) from error
    reached[at] = found.metres <= ways.metres
    apart = int(np.isinf(found.metres).sum()) - found.off_road[0]
    return reached, list(_reach_remarks(ways, found.off_road, apart))


def _reach_remarks(ways: Ways, off_road: tuple[int, int], apart: int) -> Iterator[Remark]:
    roads, facilities = ways.roads[0].role.zh, ways.facilities[0].role.zh
    metres = f"{ways.metres:g}"
    for role, count in ((ways.places.role, off_road[0]), (ways.facilities[0].role, off_road[1])):
        if count:
            params = {"layer": role.zh, "count": count, "metres": metres, "roads": roads}
            yield Remark("indicator_off_road", role.zh, None, params)
    if apart:
        params = {"layer": ways.places.role.zh, "count": apart, "roads": roads, "facilities": facilities}
        yield Remark("indicator_no_way", ways.places.role.zh, None, params)
