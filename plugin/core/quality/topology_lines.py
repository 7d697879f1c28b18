"""Faults of lines: loose ends, needless nodes, lines that cross or lie over themselves or one another."""

from typing import Optional

import numpy as np
import shapely

from ..land.robust import robust
from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled
from .topology import Places, joined, places, points


def dangles(lines: Array, tolerance: float, boundaries: Optional[Array] = None) -> Places:
    """Ends that meet no other line, nor another stretch of their own, nor one of `boundaries` (any geometries).

    The amount is the distance in metres to the nearest other line, infinite where there is none.
    """
    ends, row, path, parts = _ends(lines)
    tree = shapely.STRtree(parts)
    at, other = tree.query(ends, predicate="dwithin", distance=tolerance)
    met = np.zeros(len(ends), bool)
    met[at[other != path[at]]] = True
    met |= shapely.is_closed(parts)[path]
    own = np.flatnonzero(~met)
    met[own] = _meets_itself(ends[own], parts[path[own]], tolerance)
    if boundaries is not None and len(boundaries):
        edge = shapely.boundary(boundaries)
        lies = shapely.get_dimensions(boundaries) == 2
        held = shapely.STRtree(np.where(lies, edge, boundaries))
        met[held.query(ends, predicate="dwithin", distance=tolerance)[0]] = True
    loose = np.flatnonzero(~met)
    return places(row[loose], _to_next(tree, ends[loose], path[loose]), ends[loose])


def _ends(lines: Array) -> tuple[Array, Array, Array, Array]:
    """(end points, row, path of each end, paths): two ends of every line, those of one path after each other."""
    parts, row = shapely.get_parts(lines, return_index=True)
    real = (shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)
    parts, row = parts[real], row[real]
    ends = np.stack([shapely.get_point(parts, 0), shapely.get_point(parts, -1)], axis=1).ravel()
    path = np.repeat(np.arange(len(parts)), 2)
    return ends, row[path], path, parts


def _meets_itself(ends: Array, own: Array, tolerance: float) -> Array:
    """Whether an end lies on a stretch of its own line that is not the one it ends."""
    met = np.zeros(len(ends), bool)
    for at, (end, line) in enumerate(zip(ends, own)):
        xy = shapely.get_coordinates(line)
        here = shapely.get_coordinates(end)[0]
        rest = xy[1:] if (xy[0] == here).all() else xy[:-1]
        met[at] = len(rest) > 1 and shapely.dwithin(shapely.LineString(rest), end, tolerance)
    return met


def _to_next(tree: shapely.STRtree, ends: Array, path: Array) -> Array:
    far = np.full(len(ends), np.inf)
    for at, (end, own) in enumerate(zip(ends, path)):
        reach = 1.0
        while np.isinf(far[at]) and reach < 1e5:  # metres; farther away it is no neighbour
            near = tree.query(end, predicate="dwithin", distance=reach)
            near = near[near != own]
            if len(near):
                far[at] = shapely.distance(end, tree.geometries[near]).min()
            reach *= 10
    return far


def pseudo_nodes(lines: Array, tolerance: float, kinds: Optional[Array] = None) -> Places:
    """Points where exactly two lines of one kind (values as they are told apart; None: all alike) end: they could be
    one line. `rows`, `others`: both; the amount is 2.
    """
    ends, row, path, _ = _ends(lines)
    tree = shapely.STRtree(ends)
    one, other = tree.query(ends, predicate="dwithin", distance=tolerance)
    count = np.bincount(one, minlength=len(ends))
    pair = (one < other) & (count[one] == 2) & (count[other] == 2) & (path[one] != path[other])
    one, other = one[pair], other[pair]
    if kinds is not None and len(one):
        alike = kinds[row[one]] == kinds[row[other]]
        one, other = one[alike], other[alike]
    return places(row[one], 2.0, ends[one], others=row[other])


def self_crossings(lines: Array, feedback: Optional[Feedback] = None) -> Places:
    """Places where a line crosses or touches itself elsewhere than at its ends, or lies over itself: points; the
    amount is 1, for a stretch run through twice its length with a line.
    """
    parts, row = shapely.get_parts(lines, return_index=True)
    found = []
    for at in np.flatnonzero((shapely.get_dimensions(parts) == 1) & ~shapely.is_simple(parts)):
        raise_if_cancelled(feedback)
        found.append(_crossings_of(parts[at], int(row[at])))
    return joined(found)


def _crossings_of(line: shapely.LineString, row: int) -> Places:
    xy = shapely.get_coordinates(line)
    pieces = shapely.get_parts(robust(shapely.union_all, shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))))
    twice = _run_twice(xy, pieces)
    ends = shapely.get_coordinates(pieces).reshape(-1, 2, 2)
    spots, degree = np.unique(ends.reshape(-1, 2), axis=0, return_counts=True)
    crossed = spots[degree > 2]
    crossed = crossed[~(crossed[:, None] == xy[[0, -1]][None]).all(axis=2).any(axis=1) | (degree[degree > 2] > 3)]
    return joined([places(row, 1.0, points(crossed)), places(row, shapely.length(twice), twice)])


def _run_twice(xy: Array, pieces: Array) -> Array:
    """The pieces that more than one segment of the line runs through."""
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    hit = shapely.STRtree(segments).query(middle, predicate="dwithin", distance=1e-7)[0]
    return pieces[np.bincount(hit, minlength=len(pieces)) > 1]


def line_overlaps(lines: Array, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Stretches longer than `tolerance` metres that two lines of a layer share; the amount is their length."""
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    raise_if_cancelled(feedback)
    shared = shapely.intersection(lines[one], lines[other])
    length = shapely.length(shared)
    real = length > tolerance
    return places(one[real], length[real], shared[real], others=other[real])
