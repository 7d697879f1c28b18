"""Faults of single features: invalid, pointed, of several parts, small, with vertices too many or edges too short.

None and empty geometries have none of these; the caller lists them. Coordinates are metres of a plane.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ..land.types import Array
from ..threads import Feedback, in_threads
from .topology import Places, blocks, joined, places, points

_PLACE = re.compile(r"^(?P<why>[^\[]*)\[(?P<x>[-+.\deE]+) (?P<y>[-+.\deE]+)")


def invalid(geometries: Array, feedback: Optional[Feedback] = None) -> Places:
    """Geometries that break the rules of simple features: a point there, the reason as GEOS says it in `notes`.

    A line is invalid only where it has no length; that it crosses itself is a check of its own.
    """

    def look(block: slice) -> Places:
        rows = np.flatnonzero(~shapely.is_valid(geometries[block]) & ~shapely.is_missing(geometries[block]))
        rows += block.start
        said = [_reason(why, shape) for why, shape in zip(shapely.is_valid_reason(geometries[rows]), geometries[rows])]
        return places(rows, 1.0, [where for _, where in said], notes=[why for why, _ in said])

    return joined(in_threads(look, blocks(geometries), feedback))


def _reason(said: str, shape: Any) -> tuple[str, Any]:
    """(reason, point of it) of an answer of GEOS; where it names no place, the first vertex stands for it."""
    found = _PLACE.match(said)
    if found is None:
        xy = shapely.get_coordinates(shape)
        return said.strip(), shapely.Point(xy[0]) if len(xy) and np.isfinite(xy[0]).all() else shapely.Point()
    return found["why"].strip(), shapely.Point(float(found["x"]), float(found["y"]))


def multipart(geometries: Array) -> Places:
    """Features of more than one part; the amount is the number of parts."""
    parts = shapely.get_num_geometries(geometries)
    rows = np.flatnonzero(parts > 1)
    return places(rows, parts[rows], geometries[rows])


def smaller(geometries: Array, sizes: Array, limits: Array) -> Places:
    """Features whose size (m² or m, as the caller measured it) is below their limit; a limit of 0 allows all.

    An empty or missing geometry has no size and is not told.
    """
    real = ~shapely.is_missing(geometries) & ~shapely.is_empty(geometries)
    rows = np.flatnonzero(real & (sizes < limits))
    return places(rows, sizes[rows], geometries[rows])


def limits_by_class(classes: Array, smallest: dict[str, float], default: float) -> Array:
    """The smallest size of each class: that of the longest code of `smallest` that a class begins with."""
    keys = sorted(smallest, key=len, reverse=True)
    known = {c: next((smallest[k] for k in keys if str(c).startswith(k)), default) for c in set(classes.tolist())}
    return np.array([known[c] for c in classes.tolist()], dtype=float)


@dataclass
class _Edges:
    """The edges of the rings or lines of a block: `row` and `path` they belong to, whether that comes back to where it
    began, start and end points.
    """

    row: Array
    path: Array
    closed: Array
    start: Array
    end: Array


def duplicate_vertices(geometries: Array, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Neighbouring vertices not farther apart than `tolerance` metres: a point there, the amount their distance."""

    def look(edges: _Edges) -> Places:
        length = np.hypot(*(edges.end - edges.start).T)
        bad = length <= tolerance
        return places(edges.row[bad], length[bad], points(edges.end[bad]))

    return _of_edges(geometries, look, feedback)


def short_edges(geometries: Array, tolerance: float, shortest: float, feedback: Optional[Feedback] = None) -> Places:
    """Edges longer than `tolerance` (else they are duplicate vertices) and shorter than `shortest` metres."""

    def look(edges: _Edges) -> Places:
        length = np.hypot(*(edges.end - edges.start).T)
        bad = (length > tolerance) & (length < shortest)
        lines = shapely.linestrings(np.stack([edges.start[bad], edges.end[bad]], axis=1)) if bad.any() else []
        return places(edges.row[bad], length[bad], lines)

    return _of_edges(geometries, look, feedback)


def acute_angles(geometries: Array, degrees: float, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Vertices whose two edges make an angle below `degrees`: a point there, the amount the angle in degrees.

    Of a polygon the angle inside it counts (what is outside is its neighbour's), of a line either. Edges not longer
    than `tolerance` metres do not count: their direction says nothing.
    """
    most = np.cos(np.radians(degrees))

    def look(edges: _Edges) -> Places:
        edges = _without_short(edges, tolerance)
        back, out, row, at, inside = _corners(edges, geometries)
        cosine = np.einsum("ij,ij->i", back, out) / (np.hypot(*back.T) * np.hypot(*out.T))
        bad = np.flatnonzero((cosine > most) & inside)
        angle = np.degrees(np.arccos(np.clip(cosine[bad], -1.0, 1.0)))
        return places(row[bad], angle, points(at[bad]))

    return _of_edges(geometries, look, feedback)


def _without_short(edges: _Edges, tolerance: float) -> _Edges:
    """The edges that are long enough, each drawn on to where the next of its path begins."""
    long = np.hypot(*(edges.end - edges.start).T) > tolerance
    kept = _Edges(edges.row[long], edges.path[long], edges.closed[long], edges.start[long], edges.end[long])
    first, last = _first_and_last(kept.path)
    follows = np.append(kept.start[1:], kept.start[:1], axis=0)
    follows[last] = np.where(kept.closed[last, None], kept.start[first], kept.end[last])
    kept.end = follows
    return kept


def _first_and_last(path: Array) -> tuple[Array, Array]:
    """Positions of the first and the last edge of every path."""
    first = np.flatnonzero(np.diff(path, prepend=-1))
    return first, np.append(first[1:], len(path))[: len(first)] - 1


def _corners(edges: _Edges, geometries: Array) -> tuple[Array, Array, Array, Array, Array]:
    """(vector back, vector out, row, vertex, whether the smaller angle lies inside the polygon) of every corner."""
    first, last = _first_and_last(edges.path)
    before = np.arange(len(edges.path)) - 1
    before[first] = np.where(edges.closed[first], last, -1)
    here = np.flatnonzero(before >= 0)
    step = edges.end - edges.start
    back, out = -step[before[here]], step[here]
    turn = step[before[here], 0] * out[:, 1] - step[before[here], 1] * out[:, 0]
    is_area = shapely.get_dimensions(geometries[edges.row[here]]) == 2
    inside = ~is_area | (turn * _side(edges, first, last - first + 1)[here] >= 0)
    return back, out, edges.row[here], edges.start[here], inside


def _side(edges: _Edges, first: Array, sizes: Array) -> Array:
    """For every edge +1 where the polygon lies on its left, -1 on its right; a ring's own turn and rank decide."""
    if not len(first):
        return np.zeros(0)
    origin = np.repeat(edges.start[first], sizes, axis=0)
    a, b = edges.start - origin, edges.end - origin
    turns = np.sign(np.add.reduceat(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], first))
    turns[edges.path[first] % 2 == 1] *= -1  # a hole: the polygon lies outside of it
    return np.repeat(turns, sizes)


def _of_edges(geometries: Array, look: Callable[[_Edges], Places], feedback: Optional[Feedback]) -> Places:
    """What `look` finds in the edges of every block, the positions those of the whole array."""
    return joined(in_threads(lambda block: look(_edges(geometries, block)), blocks(geometries), feedback))


def _edges(geometries: Array, block: slice) -> _Edges:
    """Edges of polygons' rings and of lines. A path has an even number, a hole's an odd one."""
    shapes = geometries[block]
    parts, row = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    linear = shapely.get_dimensions(parts) == 1
    rings, of = shapely.get_rings(parts[areal], return_index=True)
    paths = np.concatenate([rings, parts[linear]])
    row = np.concatenate([row[areal][of], row[linear]]) + block.start
    hole = np.concatenate([np.diff(of, prepend=-1) == 0, np.zeros(linear.sum(), bool)])
    xy, path = shapely.get_coordinates(paths, return_index=True)
    along = np.flatnonzero(path[1:] == path[:-1])
    number = path[along]
    closed = shapely.is_closed(paths)
    return _Edges(row[number], 2 * number + hole[number], closed[number], xy[along], xy[along + 1])
