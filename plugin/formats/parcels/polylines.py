"""Closed polylines, as drawings hold them, to polygons; and a list of what did not close."""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.land.pieces import objects
from .rings import nest

_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
_LEAST_RING = 4  # coordinates of a closed triangle
_MOST_NEIGHBOURS = 5_000_000


@dataclass
class Closed:
    """`polygons` with holes; `unclosed` lines with the `gaps` (layer units) between their ends; what else was found.

    `duplicates`: outlines drawn more than once; `repaired`: outlines that cross themselves; `flat`: closed lines
    without area; `unreadable`: lines with coordinates that are not finite; `shared`: polygons whose sides are open
    lines that belong to neighbours as well; `overlaps`: areas (square units) that two polygons share.
    """

    polygons: list[shapely.Polygon]
    unclosed: list[shapely.LineString]
    gaps: list[float]
    duplicates: int = 0
    repaired: int = 0
    flat: int = 0
    unreadable: int = 0
    shared: int = 0
    overlaps: list[float] = field(default_factory=list)


def polygons_from_lines(lines: list[Optional[shapely.Geometry]], tolerance: float = 0.01) -> Closed:
    """Turn lines of one drawing layer into polygons.

    `lines`: shapely (multi) line strings and polygons (their outlines) in any plane; null, empty and other ones are
    passed over. A line whose ends are within `tolerance` (layer units) of each other is closed; open ones are chained
    where their ends are that near, and make neighbours where several meet at a point. A ring inside another is a hole,
    one inside a hole an island; neighbours and outlines that overlap stay polygons of their own. Raises InputError for
    more overlaps than can be looked at.
    """
    result = Closed([], [], [])
    parts = _readable(_line_parts(lines), result)
    parts = _different(parts, result)
    rings, rest = _rings(parts, tolerance)
    more, rest = _rings(_chained(rest, tolerance), tolerance)
    shared, rest = _shared(rest)
    result.shared = len(shared)
    more += shared
    for line in rest:
        result.unclosed.append(line)
        result.gaps.append(_gap(line))
    nested = nest([shapely.get_coordinates(ring) for ring in rings + more], unite=False)
    result.duplicates += nested.duplicates
    result.repaired, result.flat, result.overlaps = nested.repaired, nested.empty, nested.overlaps
    parts = shapely.get_parts(objects(nested.polygons))
    result.polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return result


def _line_parts(lines: list[Optional[shapely.Geometry]]) -> np.ndarray:
    """Single line strings of all lines, and the outlines of polygons; collections taken apart."""
    parts = objects([line for line in lines if line is not None])
    for _ in range(4):  # a collection may hold multi parts, these single ones
        if not np.isin(shapely.get_type_id(parts), range(4, 8)).any():
            break
        parts = shapely.get_parts(parts)
    kinds = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kinds == shapely.GeometryType.POLYGON])
    kept = parts[np.isin(kinds, _LINES)]
    return shapely.force_2d(objects([*kept[~shapely.is_empty(kept)], *map(_as_line, rings)]))


def _as_line(ring: shapely.Geometry) -> shapely.LineString:
    return shapely.LineString(shapely.get_coordinates(ring))


def _readable(parts: np.ndarray, result: Closed) -> np.ndarray:
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    broken = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
    result.unreadable = len(broken)
    return np.delete(parts, broken)


def _different(parts: np.ndarray, result: Closed) -> np.ndarray:
    """Every line once, whichever way it is drawn; closed ones are compared later, whatever corner they begin with."""
    open_lines = ~shapely.is_closed(parts)
    keys, kept = set(), []
    for line, is_open, key in zip(parts, open_lines, shapely.to_wkb(shapely.normalize(parts))):
        if is_open and key in keys:
            result.duplicates += 1
            continue
        keys.add(key)
        kept.append(line)
    return objects(kept)


def _rings(parts: np.ndarray, tolerance: float) -> tuple[list[shapely.LineString], np.ndarray]:
    """(closed lines, the rest); one whose ends are within `tolerance` of each other is closed."""
    rings, rest = [], []
    for line in parts:
        coordinates = shapely.get_coordinates(line)
        is_closed = bool((coordinates[0] == coordinates[-1]).all())
        if not is_closed and len(coordinates) >= _LEAST_RING and _gap(line) <= tolerance:
            coordinates[-1] = coordinates[0]
            is_closed = True
        if is_closed and len(coordinates) >= _LEAST_RING:
            rings.append(shapely.LineString(coordinates))
        else:
            rest.append(line)
    return rings, objects(rest)


def _shared(parts: np.ndarray) -> tuple[list[shapely.LineString], np.ndarray]:
    """(outlines of the areas that open lines enclose where three or more meet at a point, the lines left over)."""
    faces, cuts, dangles, invalid = map(shapely.get_parts, shapely.polygonize_full(parts))
    if not len(faces):
        return [], parts
    return [_as_line(face) for face in shapely.get_exterior_ring(faces)], np.concatenate([cuts, dangles, invalid])


def _gap(line: shapely.LineString) -> float:
    ends = shapely.get_coordinates(line)[[0, -1]]
    return float(np.hypot(*(ends[1] - ends[0])))


def _chained(parts: np.ndarray, tolerance: float) -> np.ndarray:
    """Open lines joined end to end where exactly two ends meet within `tolerance`."""
    if not len(parts):
        return parts
    ends = _meeting_ends(np.array([shapely.get_coordinates(line)[[0, -1]] for line in parts]), tolerance)
    joined = []
    for line, (first, last) in zip(parts, ends):
        coordinates = shapely.get_coordinates(line)
        if len(coordinates) > 2 or (first != last).any():  # a speck shorter than the tolerance keeps its ends
            coordinates[0], coordinates[-1] = first, last
        joined.append(shapely.LineString(coordinates))
    return shapely.get_parts(shapely.line_merge(shapely.multilinestrings(joined)))


def _meeting_ends(ends: np.ndarray, tolerance: float) -> np.ndarray:
    """The n x 2 x 2 ends with those within `tolerance` of an earlier one moved onto it."""
    flat = ends.reshape(-1, 2)
    points = shapely.points(flat)
    around = shapely.box(*(flat - tolerance).T, *(flat + tolerance).T)
    here, there = shapely.STRtree(points).query(around)
    if len(here) > _MOST_NEIGHBOURS:
        raise InputError("rings_too_many", count=len(ends))
    near = (there < here) & (np.hypot(*(flat[here] - flat[there]).T) <= tolerance)
    first = np.arange(len(flat))
    np.minimum.at(first, here[near], there[near])
    return flat[first[first]].reshape(ends.shape)
