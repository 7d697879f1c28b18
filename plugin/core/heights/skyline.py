"""The skyline from a viewpoint: the highest elevation angle in each direction of terrain and buildings, and where new
buildings rise above the ridge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from ..land.types import Array
from .buildings import Buildings
from .settings import HeightSettings
from .sights import Eye
from .terrain import Terrain

_NEAREST_M = 1.0  # what is nearer than this to the eye hides everything or nothing; it is left out
_PAIRS = 4_000_000  # edges x directions at a time
_LEVEL_DEG = 1e-6


@dataclass(frozen=True)
class Silhouette:
    """Elevation angles in degrees, one for each direction of `azimuths` (degrees, clockwise from north); -90 where
    there is nothing. `owner`: building that makes it, -1 for none."""

    azimuths: Array
    angles: Array
    owner: Array


@dataclass(frozen=True)
class Rise:
    """One span of directions in which a building shows above the ridge: degrees, and metres at its distance."""

    building: int
    azimuth_from: float
    azimuth_to: float
    degrees: float
    metres: float


def directions(settings: HeightSettings) -> Array:
    """Azimuths of the middles of the bins."""
    count = int(round(360 / settings.azimuth_step_deg))
    return (np.arange(count) + 0.5) * (360 / count)


def building_silhouette(
    eye: Eye, buildings: Buildings, settings: HeightSettings, rows: Optional[Array] = None
) -> Silhouette:
    """The highest edge of the buildings' roofs in each direction; buildings without a level are left out.

    Each edge is met by the ray in the middle of each bin it spans, and its ends count in their own bins.
    """
    azimuths = directions(settings)
    angles, owner = np.full(len(azimuths), -90.0), np.full(len(azimuths), -1)
    rows = np.arange(len(buildings)) if rows is None else rows
    if eye.level is None:
        return Silhouette(azimuths, angles, owner)
    for bins, angle, who in _sightings(eye, buildings, settings, rows):
        _raise(angles, owner, bins, angle, who)
    return Silhouette(azimuths, angles, owner)


def _sightings(
    eye: Eye, buildings: Buildings, settings: HeightSettings, rows: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """(bin, elevation angle, building) of all edges of the roofs of some buildings, part by part."""
    top = buildings.top
    rows = rows[np.isfinite(top[rows]) & ~shapely.is_missing(buildings.footprints[rows])]
    if not len(rows):
        return
    count = len(directions(settings))
    starts, ends, which = _edges(buildings.footprints[rows])
    starts, ends = starts - (eye.x, eye.y), ends - (eye.x, eye.y)
    rises = top[rows][which] - (eye.level or 0.0)
    for part in _portions(starts, ends, count):
        bins, distance, edge = _meetings(starts[part], ends[part], count)
        yield bins, _elevation(rises[part][edge], distance, settings), rows[which[part]][edge]


def _edges(footprints: Array) -> tuple[Array, Array, Array]:
    """(starts, ends, position of the footprint) of all edges of polygons."""
    rings, of_ring = (
        shapely.get_rings(footprints, return_index=True) if _are_single(footprints) else _all_rings(footprints)
    )
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[:-1] == ring[1:]
    return xy[:-1][inner], xy[1:][inner], of_ring[ring[:-1][inner]]


def _are_single(footprints: Array) -> bool:
    return bool((shapely.get_type_id(footprints) == shapely.GeometryType.POLYGON).all())


def _all_rings(footprints: Array) -> tuple[Array, Array]:
    parts, of_part = shapely.get_parts(footprints, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    return rings, of_part[of_ring]


def _azimuth(xy: Array) -> Array:
    return np.degrees(np.arctan2(xy[:, 0], xy[:, 1])) % 360


def _portions(starts: Array, ends: Array, count: int) -> Sequence[Array]:
    """Positions of edges, in groups that span not too many bins together."""
    turn = np.abs((_azimuth(ends) - _azimuth(starts) + 180) % 360 - 180)
    total = np.cumsum(turn / 360 * count + 3)
    cuts = np.flatnonzero(np.diff(total // _PAIRS, prepend=0))
    return np.split(np.arange(len(starts)), cuts)


def _meetings(starts: Array, ends: Array, count: int) -> tuple[Array, Array, Array]:
    """(bin, distance, position of the edge): rays of the bins' middles with edges, and the edges' own ends."""
    step = 360 / count
    first, turn = _azimuth(starts), (_azimuth(ends) - _azimuth(starts) + 180) % 360 - 180
    low = np.where(turn >= 0, first, first + turn)
    from_bin = np.ceil(low / step - 0.5).astype(int)
    to_bin = np.floor((low + np.abs(turn)) / step - 0.5).astype(int)
    number = np.maximum(to_bin - from_bin + 1, 0)
    edge = np.repeat(np.arange(len(starts)), number)
    bins = np.repeat(from_bin, number) + np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)
    ray = np.radians((bins + 0.5) * step)
    east, north = np.sin(ray), np.cos(ray)
    side = ends[edge] - starts[edge]
    cross = east * side[:, 1] - north * side[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (starts[edge, 0] * side[:, 1] - starts[edge, 1] * side[:, 0]) / cross
    near, far = np.hypot(*starts.T), np.hypot(*ends.T)
    distance = np.where(np.isfinite(distance), distance, near[edge])
    own = (np.concatenate([first, _azimuth(ends)]) / step).astype(int)
    everyone = np.arange(len(starts))
    return (
        np.concatenate([bins, own]) % count,
        np.concatenate([distance, near, far]),
        np.concatenate([edge, everyone, everyone]),
    )


def _elevation(rise: Array, distance: Array, settings: HeightSettings) -> Array:
    """Degrees above the horizon, curvature and refraction counted where it is far."""
    far = np.where(distance > settings.curvature_from_m, settings.bend * distance**2, 0.0)
    angle = np.degrees(np.arctan2(rise - far, np.maximum(distance, _NEAREST_M)))
    return np.where(distance < _NEAREST_M, -90.0, angle)


def _raise(angles: Array, owner: Array, bins: Array, angle: Array, who: Array) -> None:
    """Put the highest angle of each bin, and whose it is, where it is higher than what is there."""
    order = np.lexsort((angle, bins))
    last = order[np.flatnonzero(np.diff(bins[order], append=-1))]
    higher = last[angle[last] > angles[bins[last]]]
    angles[bins[higher]], owner[bins[higher]] = angle[higher], who[higher]


def terrain_silhouette(eye: Eye, terrain: Terrain, settings: HeightSettings, reach: float = np.inf) -> Silhouette:
    """The ridge: the highest ground in each direction, sampled every cell along the rays as far as the terrain goes."""
    azimuths = directions(settings)
    angles = np.full(len(azimuths), -90.0)
    level = eye.level if eye.level is not None else np.nan
    left, low, right, top = terrain.box
    farthest = max(np.hypot(x - eye.x, y - eye.y) for x in (left, right) for y in (low, top))
    distances = np.arange(max(terrain.cell, _NEAREST_M), min(farthest, reach), terrain.cell)
    way = np.column_stack([np.sin(np.radians(azimuths)), np.cos(np.radians(azimuths))])
    for part in np.array_split(np.arange(len(azimuths)), max(len(azimuths) * len(distances) // _PAIRS, 1)):
        xy = (eye.x, eye.y) + way[part][:, None, :] * distances[None, :, None]
        ground = terrain.at(xy.reshape(-1, 2)).reshape(len(part), -1)
        angle = _elevation(ground - level, np.broadcast_to(distances, ground.shape), settings)
        if angle.size:
            angles[part] = np.nanmax(np.where(np.isnan(angle), -90.0, angle), axis=1)
    return Silhouette(azimuths, angles, np.full(len(azimuths), -1))


def rises_above(
    ridge: Silhouette, watch: tuple[Eye, tuple[float, float]], buildings: Buildings, settings: HeightSettings,
    rows: Optional[Array] = None,
) -> list[Rise]:  # fmt: skip
    """Where buildings, each by itself, show above the ridge; `watch`: the eye and azimuths (from, to; clockwise)."""
    eye, (start, stop) = watch
    if eye.level is None:
        return []
    inside = (ridge.azimuths - start) % 360 <= ((stop - start) % 360 or 360)
    seen = inside & (ridge.angles > -90)
    rows = np.arange(len(buildings)) if rows is None else rows
    parts = []
    for bins, angle, who in _sightings(eye, buildings, settings, rows):
        over = seen[bins] & (angle > ridge.angles[bins] + _LEVEL_DEG)
        parts.append((who[over], bins[over], angle[over]))
    if not parts:
        return []
    building, bins, angle = (np.concatenate(column) for column in zip(*parts))
    order = np.lexsort((angle, bins, building))
    place = building[order] * len(ridge.azimuths) + bins[order]
    last = order[np.flatnonzero(np.diff(place, append=-1))]  # the highest of each building in each bin
    return list(_spans(ridge, eye, buildings, (building[last], bins[last], angle[last])))


def before_unknown(
    ridge: Silhouette, watch: tuple[Eye, tuple[float, float]], buildings: Buildings, settings: HeightSettings
) -> Array:
    """Buildings in a protected direction of which the terrain says nothing: they may rise above its ridge."""
    eye, (start, stop) = watch
    inside = (ridge.azimuths - start) % 360 <= ((stop - start) % 360 or 360)
    blind = inside & (ridge.angles <= -90)
    if eye.level is None or not blind.any():
        return np.zeros(0, dtype=int)
    seen = [who[blind[bins]] for bins, _, who in _sightings(eye, buildings, settings, np.arange(len(buildings)))]
    return np.unique(np.concatenate(seen)) if seen else np.zeros(0, dtype=int)


def _spans(ridge: Silhouette, eye: Eye, buildings: Buildings, over: tuple[Array, Array, Array]) -> Iterator[Rise]:
    """Neighbouring bins of one building as one Rise."""
    building, bins, angle = over
    step = 360 / len(ridge.azimuths)
    breaks = np.flatnonzero((np.diff(building) != 0) | (np.diff(bins) > 1)) + 1
    for run in np.split(np.arange(len(bins)), breaks) if len(bins) else ():
        worst = run[np.argmax(angle[run] - ridge.angles[bins[run]])]
        low = float(ridge.angles[bins[worst]])
        rise = _metres(eye, buildings, int(building[worst]), low, float(angle[worst]))
        ends = float(bins[run[0]] * step), float((bins[run[-1]] + 1) * step)
        yield Rise(int(building[worst]), *ends, float(angle[worst]) - low, rise)


def _metres(eye: Eye, buildings: Buildings, building: int, ridge: float, angle: float) -> float:
    """Metres by which a building would have to be lower to stay under the ridge."""
    away = (buildings.top[building] - (eye.level or 0.0)) / max(np.tan(np.radians(angle)), 1e-9) if angle > 0 else None
    if away is None:
        away = shapely.distance(buildings.footprints[building], shapely.Point(eye.x, eye.y))
    return float(away * (np.tan(np.radians(angle)) - np.tan(np.radians(ridge))))
