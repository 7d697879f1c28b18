"""Layers of one meridian whose borders lie on one another only at another scale of its plane, or moved as a whole: UTM
coordinates said to be Gauss-Kruger (1.3 km to the south at 30 N), and those of an old datum said to be CGCS2000.

Such a layer is near the others, so nothing but their common border tells: the box of each is compared with all others.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

import numpy as np
from pyproj import CRS

from .crs import describe, false_easting, has_true_scale, is_metric_plane, zone_meridian
from .types import Box
from .zone_search import UTM_NORTH, Place, PlaceDoubt

_UTM_SCALE = 0.9996
_SAME = 0.6  # metres between sides that share a vertex: spatial indexes keep them in 32 bits
_LEAST_SIZE = 1_000.0  # metres: a smaller box may lie beside another by chance
_MOVED, _FARTHEST_MOVED = 30.0, 300.0  # metres between the old datums of China and CGCS2000
_STRETCH = 2e-5  # of a size: what a change of datum alters


@dataclass(frozen=True)
class _Frame:
    """What a plane makes of true metres on its meridian."""

    meridian: float
    false_easting: float
    scale: float


@dataclass(frozen=True)
class _Bounded:
    """A layer with its box in true metres from its meridian and the equator."""

    place: Place
    frame: _Frame
    box: Box


def scale_doubts(projects: Place, layers: Sequence[Place]) -> dict[int, PlaceDoubt]:
    """What is to be said of some layers, by their number: a border that is another's at the other scale fails the
    layer (all of them, where it is the projects'), one that is another's moved by tens of metres is named.
    """
    known = {at: bounded for at, place in enumerate(layers) for bounded in _bounded(place)}
    own = next(_bounded(projects), None)
    if own is not None:
        for other in known.values():
            if _meet_at_other_scale(own, other):
                return dict.fromkeys(range(len(layers)), _doubt("projects_at_other_scale", own, other))
    doubts = zip(known, _doubts(list(known.values()), own))
    return {at: doubt for at, doubt in doubts if doubt is not None}


def _doubts(known: Sequence[_Bounded], own: Optional[_Bounded]) -> Iterator[Optional[PlaceDoubt]]:
    """What is to be said of each layer; `own`: the projects."""
    for number, (one, (scaled, moved)) in enumerate(zip(known, _worth_a_look(known))):
        others = [known[at] for at in scaled if at != number] + ([own] if own is not None else [])
        doubt = next((_doubt("layer_at_other_scale", one, o) for o in others if _meet_at_other_scale(one, o)), None)
        yield doubt or next((said for at in moved if at > number for said in _moved(one, known[at])), None)


def _worth_a_look(known: Sequence[_Bounded]) -> Iterator[tuple[list[int], list[int]]]:
    """For each layer the numbers of those whose border may be its own at the other scale, and of those that may be
    moved: of hundreds of layers each has to be compared with all others."""
    boxes = np.array([one.box for one in known]).reshape(-1, 4)
    meridians = np.array([one.frame.meridian for one in known])
    factors = np.array([_factor(one.frame) for one in known])
    for one, meridian, factor in zip(boxes, meridians, factors):
        near = np.abs(one * factor - boxes) <= _SAME
        scaled = near[:, 1] & near[:, 3] & (near[:, 0] | near[:, 2]) & (meridians == meridian)
        west, south, east, north = (boxes - one).T
        far, bent = np.hypot(west + east, south + north) / 2, np.maximum(abs(west - east), abs(south - north))
        moved = (far > _MOVED - _SAME) & (far < _FARTHEST_MOVED + _SAME) & (meridians == meridian)
        moved &= bent < 2 * _SAME + _STRETCH * max(one[2] - one[0], one[3] - one[1])
        yield np.flatnonzero(scaled).tolist(), np.flatnonzero(moved).tolist()


def _bounded(place: Place) -> Iterator[_Bounded]:
    frame, (west, south, east, north) = _frame(place.crs.srs), place.box
    if frame is not None and math.isfinite(sum(place.box)) and min(east - west, north - south) >= _LEAST_SIZE:
        middle, k = frame.false_easting, frame.scale
        yield _Bounded(place, frame, ((west - middle) / k, south / k, (east - middle) / k, north / k))


@lru_cache(maxsize=64)
def _frame(definition: str) -> Optional[_Frame]:
    crs = CRS.from_user_input(definition)
    if not is_metric_plane(crs):
        return None
    scale = 1.0 if has_true_scale(crs) else _UTM_SCALE if crs.to_epsg() in UTM_NORTH else None
    return None if scale is None else _Frame(zone_meridian(crs), false_easting(crs), scale)


def _other_scale(frame: _Frame) -> float:
    return _UTM_SCALE if frame.scale == 1 else 1.0


def _factor(frame: _Frame) -> float:
    return frame.scale / _other_scale(frame)


def _meet_at_other_scale(one: _Bounded, other: _Bounded) -> bool:
    """Whether `one` has its northern and southern border and one more side on those of `other` at the other scale."""
    if one.frame.meridian != other.frame.meridian:
        return False
    factor = _factor(one.frame)
    west, south, east, north = (abs(a * factor - b) <= _SAME for a, b in zip(one.box, other.box))
    return south and north and (west or east)


def _moved(one: _Bounded, other: _Bounded) -> Iterator[PlaceDoubt]:
    """Said where all four sides of one box lie beside those of the other in the same direction."""
    west, south, east, north = (b - a for a, b in zip(one.box, other.box))
    allowed = _SAME + _STRETCH * max(one.box[2] - one.box[0], one.box[3] - one.box[1])
    if max(abs(west - east), abs(south - north)) > allowed or one.frame.meridian != other.frame.meridian:
        return
    to_east, to_north = (west + east) / 2, (south + north) / 2
    if _MOVED <= math.hypot(to_east, to_north) <= _FARTHEST_MOVED:
        params = {"layer": one.place.name, "other": other.place.name, "east": round(to_east), "north": round(to_north)}
        yield PlaceDoubt("layer_moved", params, is_failure=False)


def _doubt(code: str, one: _Bounded, other: _Bounded) -> PlaceDoubt:
    params = {"layer": one.place.name, "other": other.place.name, "crs": describe(one.place.crs)}
    km = round(max(abs(a - b) for a, b in zip(one.box, other.box)) / 1000, 1)
    kind = "UTM" if one.frame.scale == 1 else "Gauss-Kruger"
    return PlaceDoubt(code, {**params, "km": km, "scale": f"{_other_scale(one.frame):g}", "kind": kind})
