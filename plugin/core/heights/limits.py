"""Buildings against limits: which footprints a limit meets, how high they may be there, by how much they exceed it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

import numpy as np
import shapely
from shapely import Geometry

from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled
from .buildings import Buildings
from .settings import HeightSettings
from .surfaces import Shape

_NOISE_M2, _NOISE_M = 1e-4, 1e-9


class LimitKind(str, Enum):
    """What a limit comes from."""

    ZONE = "zone"
    CORRIDOR = "corridor"
    BACKDROP = "backdrop"
    AIRPORT = "airport"
    PARCEL = "parcel"
    __str__ = str.__str__


@dataclass(frozen=True)
class Limit:
    """One limit over one area. `is_level`: counted from the datum, else from the building's ground.

    `shape` None: the limit cannot be told, `reason` says why. `exempt`: positions of buildings that it does not judge,
    with the code of the reason; `sight`: position of its sight, -1 for none.
    """

    kind: LimitKind
    name: str
    area: Any
    shape: Optional[Shape]
    is_level: bool = True
    clause: str = ""
    reason: str = ""
    exempt: dict[int, str] = field(default_factory=dict)
    sight: int = -1


@dataclass
class Checks:
    """Parallel arrays, one row for each building that a limit meets.

    `allowed`: height above the building's ground, `level`: the same as a level, `exceed`: metres above it (negative:
    to spare), all not-a-number where unknown; `share`: part of the footprint that lies in the limit's area; `piece`:
    what exceeds, None where nothing does; `reason`: code of a message that says why a row is not checked, "" else.
    """

    building: Array
    limit: Array
    allowed: Array
    level: Array
    exceed: Array
    share: Array
    piece: Array
    reason: Array
    is_broken: Array

    def __len__(self) -> int:
        return len(self.building)


def check_limits(
    buildings: Buildings, limits: Sequence[Limit], settings: HeightSettings, feedback: Optional[Feedback] = None
) -> Checks:
    """Checks of all buildings against all limits, sorted by building; raises Cancelled."""
    usable = np.flatnonzero(~shapely.is_missing(buildings.footprints))
    tree = shapely.STRtree(buildings.footprints[usable])
    tables = []
    for number, limit in enumerate(limits):
        raise_if_cancelled(feedback)
        rows = usable[np.sort(tree.query(limit.area, predicate="intersects"))]
        if len(rows):
            tables.append(_check(buildings, rows, limit, number, settings))
    return _joined(tables)


def _check(buildings: Buildings, rows: Array, limit: Limit, number: int, settings: HeightSettings) -> Checks:
    rows, pieces, share = parts_inside(buildings.footprints, rows, limit.area)
    base = buildings.base[rows]
    uses_top = limit.kind not in (LimitKind.ZONE, LimitKind.PARCEL) or settings.uses_highest_point
    height = (buildings.highest if uses_top else buildings.height)[rows]
    lowest = limit.shape.lowest(pieces) if limit.shape is not None else np.full(len(rows), np.nan)
    level = lowest if limit.is_level else base + lowest
    allowed = lowest - base if limit.is_level else lowest
    reason = _reasons(buildings, rows, limit)
    exceed = np.where(reason == "", height - allowed, np.nan)
    with np.errstate(invalid="ignore"):
        is_broken = exceed > settings.tolerance_m + _NOISE_M
        on_terrain = exceed + buildings.other_base[rows] - base > settings.tolerance_m + _NOISE_M
    doubtful = np.isfinite(buildings.other_base[rows]) & (reason == "") & (on_terrain != is_broken) & limit.is_level
    reason[doubtful], exceed[doubtful], is_broken[doubtful] = "heights_base_doubtful", np.nan, False
    piece = np.full(len(rows), None, dtype=object)
    if limit.shape is not None:
        reach = height + base if limit.is_level else height
        for at in np.flatnonzero(is_broken):
            piece[at] = polygon_parts(limit.shape.below(pieces[at], float(reach[at])))
    return Checks(rows, np.full(len(rows), number), allowed, level, exceed, share, piece, reason, is_broken)


def parts_inside(footprints: Array, rows: Array, area: Geometry) -> tuple[Array, Array, Array]:
    """(rows, parts of their footprints inside an area, shares of the footprints); those that only touch are left
    out."""
    shapely.prepare(area)
    inside = shapely.contains_properly(area, footprints[rows])
    pieces = footprints[rows].copy()
    pieces[~inside] = shapely.intersection(pieces[~inside], area)
    for at in np.flatnonzero(shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION):
        pieces[at] = polygon_parts(pieces[at])
    size = shapely.area(pieces)
    kept = size > _NOISE_M2
    return rows[kept], pieces[kept], (size / shapely.area(footprints[rows]))[kept]


def _reasons(buildings: Buildings, rows: Array, limit: Limit) -> Array:
    """Why a building is not checked against a limit, "" where it is."""
    reason = objects(list(buildings.reason[rows]))
    no_ground = np.isnan(buildings.base[rows]) & (reason == "") & limit.is_level
    reason[no_ground] = "heights_no_ground"
    if limit.reason:
        reason[:] = limit.reason
    for at in np.flatnonzero(np.isin(rows, list(limit.exempt))):
        reason[at] = limit.exempt[int(rows[at])]
    return reason


def _joined(tables: Sequence[Checks]) -> Checks:
    if not tables:
        none, nothing = np.zeros(0), objects([])
        no_rows = np.zeros(0, dtype=int)
        return Checks(no_rows, no_rows, none, none, none, none, nothing, nothing, np.zeros(0, dtype=bool))
    columns = [np.concatenate([getattr(t, name) for t in tables]) for name in Checks.__dataclass_fields__]
    order = np.argsort(columns[0], kind="stable")
    return Checks(*(column[order] for column in columns))
