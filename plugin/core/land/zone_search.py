"""Layers that lie on one another only if one of them were in the zone beside its own: which of them, and which zone.

Eastings without a zone's number fit every zone, and those with a wrong number fit that zone: such a layer contradicts
nothing but the place it is asked about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from .boxes import grown
from .crs import (
    describe,
    false_easting,
    has_true_scale,
    is_metric_plane,
    plane_for_longitude,
    transform_bounds,
    zone_meridian,
)
from .types import Box
from .zones import epsg

_APART, _AMONG = 100_000.0, 10_000.0  # metres: no county lies so far from its own lines; and what is beside them
FAR_AWAY = 1_000_000.0  # metres: more than a province
_PLAIN_EASTING, _MILLION = 500_000.0, 1e6
_ZONES_TRIED = (-3, 3, -6, 6, -9, 9)  # degrees between meridians
UTM_NORTH = range(32601, 32661)


@dataclass(frozen=True)
class Place:
    """Where a layer lies: its box in its own `crs`, and on the plane of the work."""

    name: str
    crs: CRS
    box: Box
    on_plane: Box

    @classmethod
    def of(cls, name: str, crs: CRS, box: Box, plane: CRS) -> "Place":
        return cls(name, crs, box, transform_bounds(box, crs, plane))


@dataclass(frozen=True)
class PlaceDoubt:
    """What is said of a layer for where it lies: `code` of a message with `params`; `is_failure`: nothing of it may
    be called clear.
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    is_failure: bool = True


def other_zone(crs: CRS, box: Box, plane: CRS, place: Box) -> Optional[CRS]:
    """The zone in which a layer would lie at `place` while in its own `crs` it lies far away, None where it does not.

    `box`: of the layer, in `crs`; `place`: on `plane`.
    """
    if not np.isfinite([*box, *place]).all() or not is_apart(transform_bounds(box, crs, plane), place):
        return None
    return next((zone for zone, there in _in_zones(crs, box, plane) if _meet(there, grown(place, _AMONG))), None)


def _in_zones(crs: CRS, box: Box, plane: CRS) -> Iterator[tuple[CRS, Box]]:
    """The zones beside that of `crs`, with where `box` would lie in each, on `plane`."""
    if not is_metric_plane(crs):
        return
    if has_true_scale(crs) and false_easting(crs) % _MILLION == _PLAIN_EASTING:
        number = false_easting(crs) - _PLAIN_EASTING
        plain = box[0] - number, box[1], box[2] - number, box[3]
        for step in _ZONES_TRIED:
            zone = plane_for_longitude(zone_meridian(crs) + step)
            yield zone, transform_bounds(plain, zone, plane)
    own = crs.to_epsg()
    for code in (own - 1, own + 1) if own in UTM_NORTH and own is not None else ():
        if code in UTM_NORTH:
            yield epsg(code), transform_bounds(box, epsg(code), plane)


def place_doubts(projects: Place, layers: Sequence[Place], plane: CRS) -> dict[int, PlaceDoubt]:
    """What is to be said of some layers, by their number; `projects` must lie among what they show.

    A layer that lies among the projects in another zone bears a wrong one, or the projects do; where no layer is for
    the place of the projects as it stands and some are for their place in another zone, those and all that reach
    there are in doubt. One in another part of the world has wrong coordinates; one merely far off is named.
    """
    place = projects.on_plane
    if not np.isfinite(place).all():
        return {}
    apart = [at for at, layer in enumerate(layers) if np.isfinite(layer.box).all() and is_apart(layer.on_plane, place)]
    found: dict[int, PlaceDoubt] = {}
    if apart:
        found = {at: _doubt_of(layers[at], projects, plane) for at in apart}
        found.update(_projects_elsewhere(projects, layers, apart, plane))
    return found


def _doubt_of(layer: Place, projects: Place, plane: CRS) -> PlaceDoubt:
    """Of a layer that lies apart from the projects."""
    params = {"layer": layer.name, "crs": describe(layer.crs)}
    zone = other_zone(layer.crs, layer.box, plane, projects.on_plane)
    if zone is not None:
        return PlaceDoubt("layer_in_other_zone", {**params, "zone": describe(zone)})
    if is_far_away(layer.on_plane, projects.on_plane):
        return PlaceDoubt("layer_far_away", {**params, "km": int(FAR_AWAY / 1000)})
    km = int(_gap(layer.on_plane, projects.on_plane) / 1000)
    return PlaceDoubt("layer_apart", {**params, "km": km}, is_failure=False)


def _projects_elsewhere(
    projects: Place, layers: Sequence[Place], apart: Sequence[int], plane: CRS
) -> dict[int, PlaceDoubt]:
    """Of all layers at the place that the projects have in another zone, where none is for the place as it stands."""
    best: tuple[int, list[int], Optional[CRS]] = (0, [], None)
    for zone, there in _in_zones(projects.crs, projects.box, plane):
        near = [at for at, layer in enumerate(layers) if _meet(layer.on_plane, grown(there, _AMONG))]
        for_it = set(near) & set(apart)
        for_stated = set(range(len(layers))) - set(apart) - set(near)
        if len(for_it) > best[0] and not for_stated:
            best = len(for_it), near, zone
    _, near, wanted = best
    if wanted is None:
        return {}
    names = ", ".join(layers[at].name for at in near if at in set(apart))[:200]
    params = {"projects": projects.name, "crs": describe(projects.crs), "zone": describe(wanted), "layers": names}
    return dict.fromkeys(near, PlaceDoubt("projects_in_other_zone", params))


def is_apart(box: Box, place: Box) -> bool:
    """Whether a box lies so far from a place that it may be in another zone; both on one plane."""
    return not _meet(box, grown(place, _APART))


def is_far_away(box: Box, place: Box) -> bool:
    """Whether a box lies farther from a place than any layer of one review does; both on one plane."""
    return not _meet(box, grown(place, FAR_AWAY))


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _gap(one: Box, other: Box) -> float:
    """Metres between two boxes."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    along = max(one[1] - other[3], other[1] - one[3], 0.0)
    return float(np.hypot(across, along))
