"""Faults of single features: invalid, pointed, of several parts, small, with vertices too many or edges too short.

None and empty geometries have none of these; the caller lists them. Coordinates are metres of a plane.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ..land.rings import rings_of, simple_parts
from ..land.types import Array
from ..threads import Feedback, in_threads
from .topology import Places, blocks, joined, places, points

_SLACK = 1 + 1e-9  # what squares of numbers may be off: they choose what is then looked at exactly
_PLACE = re.compile(r"^(?P<why>[^\[]*)\[(?P<x>[-+.\deE]+) (?P<y>[-+.\deE]+)")


def invalid(geometries: Array, feedback: Optional[Feedback] = None) -> Places:
    """Geometries that break the rules of simple features: a point there, the reason as GEOS says it in `notes`.

    A line is invalid only where it has no length; that it crosses itself is a check of its own. What is known to be
    valid may be left out of `geometries` (None).
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
class _Paths:
    """The rings or lines of a block: all their vertices with the path each is of; of every path the row it belongs to,
    whether it is a hole, and whether it comes back to where it began.
    """

    xy: Array
    path: Array
    row: Array
    is_hole: Array
    closed: Array

    @property
    def inner(self) -> Array:
        """For every vertex but the last whether an edge runs from it to the next."""
        found: Array = self.path[1:] == self.path[:-1]
        return found

    def ends(self) -> tuple[Array, Array, Array]:
        """(paths that have an edge, first vertex, last vertex of each)."""
        first = np.flatnonzero(np.diff(self.path, prepend=-1))
        last = np.append(first[1:], len(self.path))[: len(first)] - 1
        edged = last > first
        return self.path[first[edged]], first[edged], last[edged]

    def short_ones(self, most: float) -> Array:
        """Vertices where an edge begins that is shorter than `most`, and some that are a little longer."""
        dx, dy = np.diff(self.xy[:, 0]), np.diff(self.xy[:, 1])
        return np.flatnonzero((dx * dx + dy * dy <= (most * _SLACK) ** 2) & self.inner)


def duplicate_vertices(geometries: Array, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Neighbouring vertices not farther apart than `tolerance` metres: a point there, the amount their distance."""

    def look(paths: _Paths) -> Places:
        at = paths.short_ones(tolerance)
        length = np.hypot(*(paths.xy[at + 1] - paths.xy[at]).T)
        at, length = at[length <= tolerance], length[length <= tolerance]
        return places(paths.row[paths.path[at]], length, points(paths.xy[at + 1]))

    return _of_paths(geometries, look, feedback)


def short_edges(geometries: Array, tolerance: float, shortest: float, feedback: Optional[Feedback] = None) -> Places:
    """Edges longer than `tolerance` (else they are duplicate vertices) and shorter than `shortest` metres."""

    def look(paths: _Paths) -> Places:
        at = paths.short_ones(shortest)
        length = np.hypot(*(paths.xy[at + 1] - paths.xy[at]).T)
        bad = (length > tolerance) & (length < shortest)
        at, length = at[bad], length[bad]
        lines = shapely.linestrings(np.stack([paths.xy[at], paths.xy[at + 1]], axis=1)) if len(at) else []
        return places(paths.row[paths.path[at]], length, lines)

    return _of_paths(geometries, look, feedback)


def acute_angles(geometries: Array, degrees: float, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Vertices whose two edges make an angle below `degrees`: a point there, the amount the angle in degrees.

    Of a polygon the angle inside it counts (what is outside is its neighbour's), of a line either. Edges not longer
    than `tolerance` metres do not count: their direction says nothing.
    """
    most = np.cos(np.radians(degrees))

    def look(paths: _Paths) -> Places:
        paths = _without_short(paths, tolerance)
        before, here, after = _sharp(paths, most)
        at = paths.xy[here]
        back, out = paths.xy[before] - at, paths.xy[after] - at
        cosine = np.einsum("ij,ij->i", back, out) / (np.hypot(*back.T) * np.hypot(*out.T))
        rows = paths.row[paths.path[here]]
        turn = out[:, 0] * back[:, 1] - out[:, 1] * back[:, 0]
        is_area = shapely.get_dimensions(geometries[rows]) == 2
        bad = np.flatnonzero((cosine > most) & (~is_area | (turn * _sides(paths, here) >= 0)))
        angle = np.degrees(np.arccos(np.clip(cosine[bad], -1.0, 1.0)))
        return places(rows[bad], angle, points(at[bad]))

    return _of_paths(geometries, look, feedback)


def _without_short(paths: _Paths, tolerance: float) -> _Paths:
    """The same without the edges that are too short: what is before one is drawn on to what comes after it."""
    at = paths.short_ones(tolerance)
    at = at[np.hypot(*(paths.xy[at + 1] - paths.xy[at]).T) <= tolerance]
    if not len(at):
        return paths
    begins = np.append(paths.inner, False)
    begins[at] = False
    begins = np.flatnonzero(begins)
    path = paths.path[begins]
    first = np.flatnonzero(np.diff(path, prepend=-1))
    last = np.append(first[1:], len(path))[: len(first)] - 1
    closing = np.where(paths.closed[path[first], None], paths.xy[begins[first]], paths.xy[begins[last] + 1])
    xy = np.insert(paths.xy[begins], last + 1, closing, axis=0)
    return _Paths(xy, np.insert(path, last + 1, path[first]), paths.row, paths.is_hole, paths.closed)


def _sharp(paths: _Paths, cosine: float) -> tuple[Array, Array, Array]:
    """(vertex before, vertex, vertex after) of the corners whose angle may have a greater cosine, by vertex."""
    dx, dy, inner = np.diff(paths.xy[:, 0]), np.diff(paths.xy[:, 1]), paths.inner
    found = np.flatnonzero(_are_sharp((dx[:-1], dy[:-1]), (dx[1:], dy[1:]), cosine) & inner[:-1] & inner[1:]) + 1
    path, first, last = paths.ends()
    closed = paths.closed[path]
    first, last = first[closed], last[closed]
    joint = _are_sharp((dx[last - 1], dy[last - 1]), (dx[first], dy[first]), cosine)
    here = np.concatenate([found, first[joint]])
    before, order = np.concatenate([found - 1, last[joint] - 1]), np.argsort(here)
    return before[order], here[order], here[order] + 1


def _are_sharp(one: tuple[Array, Array], other: tuple[Array, Array], cosine: float) -> Array:
    """Whether edges that follow one another (dx, dy) may turn back by an angle of a greater cosine; some more do."""
    (ax, ay), (bx, by) = one, other
    along = ax * bx + ay * by
    limit = np.sign(cosine) * cosine * cosine - 1e-9
    sharp: Array = -along * np.abs(along) > limit * (ax * ax + ay * ay) * (bx * bx + by * by)
    return sharp


def _sides(paths: _Paths, vertices: Array) -> Array:
    """For the path of every vertex +1 where the polygon lies on its left, -1 on its right; a ring's own turn and
    whether it is a hole decide.
    """
    if not len(vertices):
        return np.zeros(0)
    asked = np.unique(paths.path[vertices])
    path, first, last = paths.ends()
    chosen = np.isin(path, asked, assume_unique=True)
    first, last = first[chosen], last[chosen]
    sizes = last - first
    start = np.cumsum(sizes) - sizes
    begins = np.arange(sizes.sum()) + np.repeat(first - start, sizes)
    origin = np.repeat(paths.xy[first], sizes, axis=0)
    a, b = paths.xy[begins] - origin, paths.xy[begins + 1] - origin
    turns = np.sign(np.add.reduceat(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], start))
    turns[paths.is_hole[path[chosen]]] *= -1  # the polygon lies outside of a hole
    found: Array = turns[np.searchsorted(path[chosen], paths.path[vertices])]
    return found


def _of_paths(geometries: Array, look: Callable[[_Paths], Places], feedback: Optional[Feedback]) -> Places:
    """What `look` finds in the paths of every block, the positions those of the whole array."""
    return joined(in_threads(lambda block: look(_paths(geometries, block)), blocks(geometries), feedback))


def _paths(geometries: Array, block: slice) -> _Paths:
    """The rings of polygons, and after them the lines."""
    shapes = geometries[block]
    rings = rings_of(shapes)
    others = np.flatnonzero(shapely.get_dimensions(shapes) == 1)
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    others = np.union1d(others, mixed)
    parts, of = simple_parts(shapes[others])
    linear = shapely.get_dimensions(parts) == 1
    closed = np.concatenate([np.ones(len(rings.row), bool), shapely.is_closed(parts[linear])])
    row = np.concatenate([rings.row, others[of[linear]]]) + block.start
    xy, path = shapely.get_coordinates(np.concatenate([rings.shapes, parts[linear]]), return_index=True)
    return _Paths(xy, path, row, np.concatenate([rings.is_hole, np.zeros(linear.sum(), bool)]), closed)
