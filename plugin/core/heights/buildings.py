"""The buildings of a design: footprints, ground and top levels, and why a building cannot be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ..land.lengths import metres
from ..land.pieces import objects
from ..land.types import Array
from .settings import HeightSettings
from .terrain import Terrain
from .values import floor_count

_SAME = 0.98  # two footprints that share so much of both are one building drawn twice
_TOUCH_M2 = 1.0  # footprints that share less only touch


@dataclass(frozen=True)
class RawBuilding:
    """One building as its layer has it; None for what the layer lacks. `z_low`, `z_high`: of its vertices."""

    height: Any = None
    floors: Any = None
    base: Any = None
    extra: Any = None
    roof_level: Any = None
    z_low: Optional[float] = None
    z_high: Optional[float] = None


@dataclass
class Buildings:
    """Parallel arrays, one row a building.

    `base`: level of the ground, `height`: of the roof above it, `highest`: of the highest point above it; all metres,
    not-a-number where unknown. `reason`: code of a message that says why the height is unknown, "" where it is known;
    `source`: "height", "floors" or "level", what the height was taken from. `base_source`: "field", "z", "terrain", "".
    """

    fids: Array
    keys: Array
    footprints: Array
    base: Array
    height: Array
    highest: Array
    floors: Array
    reason: Array
    source: Array
    base_source: Array
    other_base: Array  # level of the terrain where `base` contradicts it, not-a-number elsewhere

    def __len__(self) -> int:
        return len(self.fids)

    @property
    def top(self) -> Array:
        """Level of the highest point; not-a-number where unknown."""
        return self.base + self.highest


@dataclass(frozen=True)
class RowRemark:
    """What a reader must know of some buildings: `code` of a message, positions."""

    code: str
    rows: Array


def make_buildings(
    fids: Sequence[int], keys: Sequence[str], footprints: Array, raw: Sequence[RawBuilding], settings: HeightSettings
) -> Buildings:
    """Buildings of their raw values; the ground is known only where a field or a vertex tells it (see `stand_on`)."""
    read = [_read(one, settings) for one in raw]
    base, height, highest, floors = (np.array([row[n] for row in read], dtype=float) for n in range(4))
    reason, source, base_source = (objects([row[n] for row in read]) for n in (4, 5, 6))
    return Buildings(
        np.asarray(fids, dtype=np.int64), objects(list(keys)), objects(footprints), base, height, highest, floors,
        reason, source, base_source, np.full(len(read), np.nan),
    )  # fmt: skip


_Read = tuple[float, float, float, float, str, str, str]


def _read(raw: RawBuilding, settings: HeightSettings) -> _Read:
    """(base, height, highest, floors, reason, source, base source) of one building."""
    base, base_source = _base(raw, settings)
    floors = floor_count(raw.floors)
    height, reason, source = _height(raw, settings, base)
    extra = metres(raw.extra) or 0.0
    nan = float("nan")
    count = floors if floors is not None and 0 < floors <= settings.most_floors else nan
    if height is None:
        return nan if base is None else base, nan, nan, count, reason, "", base_source
    return nan if base is None else base, height, height + max(extra, 0.0), count, "", source, base_source


def _base(raw: RawBuilding, settings: HeightSettings) -> tuple[Optional[float], str]:
    value, source = metres(raw.base), "field"
    if value is None and metres(raw.height) is not None and raw.z_low is not None:
        value, source = raw.z_low, "z"  # with a height beside them the vertices lie on the ground
    if value is None or not settings.lowest_level_m <= value <= settings.highest_level_m:
        return None, ""
    return value, source


def _height(raw: RawBuilding, settings: HeightSettings, base: Optional[float]) -> tuple[Optional[float], str, str]:
    """(height or None, reason, source); what is given and absurd is a reason even where floors are known."""
    if not _is_empty(raw.height):
        value = metres(raw.height)
        if value is None:
            return None, "height_unreadable", ""
        if value <= 0:
            return None, "height_not_positive", ""
        return (value, "", "height") if value < settings.highest_building_m else (None, "height_absurd", "")
    if not _is_empty(raw.floors):
        count = floor_count(raw.floors)
        if count is None:
            return None, "floors_unreadable", ""
        if not 0 < count <= settings.most_floors:
            return None, "floors_absurd", ""
        return count * settings.storey_m, "", "floors"
    level = metres(raw.roof_level) if not _is_empty(raw.roof_level) else raw.z_high
    if level is None or level == 0:
        return None, "height_missing", ""
    if base is None:
        return None, "height_level_no_base", ""
    if level <= base:
        return None, "base_above_top", ""
    return (level - base, "", "level") if level - base < settings.highest_building_m else (None, "height_absurd", "")


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def stand_on(buildings: Buildings, terrain: Terrain, raw: Sequence[RawBuilding], settings: HeightSettings) -> None:
    """Give buildings without a base the mean ground at their corners and middle; then heights of roof levels follow."""
    rows = np.flatnonzero(np.isnan(buildings.base) & ~shapely.is_missing(buildings.footprints))
    levels = ground_of(buildings.footprints[rows], terrain)
    known = np.isfinite(levels)
    buildings.base[rows[known]] = levels[known]
    buildings.base_source[rows[known]] = "terrain"
    for row in rows[known]:
        if buildings.reason[row] == "height_level_no_base":
            height, reason, source = _height(raw[row], settings, float(buildings.base[row]))
            if height is not None:
                extra = max(metres(raw[row].extra) or 0.0, 0.0)
                buildings.height[row], buildings.highest[row] = height, height + extra
            buildings.reason[row], buildings.source[row] = reason, source


def ground_of(footprints: Array, terrain: Terrain) -> Array:
    """Mean level of the terrain at the corners and an inner point of polygons; not-a-number where one has no data."""
    if not len(footprints):
        return np.zeros(0)
    parts, of_part = shapely.get_parts(footprints, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    corner = ring == np.append(ring[1:], -1)  # the last point of a ring is its first
    xy, owner = xy[corner], of_part[of_ring[ring[corner]]]
    inner = shapely.get_coordinates(shapely.point_on_surface(footprints))
    owner = np.concatenate([owner, np.arange(len(footprints))])
    levels = terrain.at(np.vstack([xy, inner]))
    return np.bincount(owner, levels, len(footprints)) / np.bincount(owner, minlength=len(footprints))


def odd_footprints(footprints: Array) -> list[RowRemark]:
    """Buildings drawn twice, and footprints that lie on one another."""
    usable = np.flatnonzero(~shapely.is_missing(footprints))
    one, other = shapely.STRtree(footprints[usable]).query(footprints[usable], predicate="intersects")
    one, other = usable[one[one < other]], usable[other[one < other]]
    shared = shapely.area(shapely.intersection(footprints[one], footprints[other])) if len(one) else np.zeros(0)
    twice = shared >= _SAME * np.maximum(shapely.area(footprints[one]), shapely.area(footprints[other]))
    lying = (shared > _TOUCH_M2) & ~twice
    found = [
        RowRemark("heights_twice", np.unique(other[twice])),
        RowRemark("heights_overlapping", np.unique(np.concatenate([one[lying], other[lying]]))),
    ]
    return [remark for remark in found if len(remark.rows)]
