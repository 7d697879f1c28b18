"""Closed rings to polygons by containment: holes, islands, rings written twice, rings that overlap."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.land.pieces import objects
from ...core.land.repair import polygon_parts

_NOISE = 1e-6  # share of the smaller ring below which an overlap, or a part that sticks out, is rounding
_SAME = 1e-4  # share of both together that two drawings of one ring may differ by
_MOST_PAIRS = 2_000_000
_CHUNK = 500
_NONE = np.zeros(0, dtype=np.int64)


@dataclass
class Nested:
    """Polygons of one set of rings, and what was found on the way.

    `polygons`: shapely polygons and multipolygons, one for every outer ring or group of united ones; `duplicates`:
    rings taken once though written more often; `repaired`: rings that cross themselves; `empty`: rings without area;
    `overlaps`: areas, in square units of the coordinates, that two rings of the same depth share.
    """

    polygons: list[shapely.Geometry]
    duplicates: int = 0
    repaired: int = 0
    empty: int = 0
    overlaps: list[float] = field(default_factory=list)


def nest(rings: list[np.ndarray], unite: bool) -> Nested:
    """Polygons of closed rings, each an n x 2 array of coordinates in any plane (at least 4 rows, last = first).

    A ring inside an odd number of others is a hole, one inside a hole is an island. Rings that overlap partly are one
    outline where `unite`, else each stays a polygon of its own; so does a ring that lies inside another along its edge.
    Raises InputError for more overlapping rings than can be looked at.
    """
    result = Nested([])
    shells = _different(_usable(rings, result), result)
    relations = _relations(shells, unite)
    result.duplicates += len(relations.same)
    result.overlaps = relations.overlaps
    if len(relations.same) or (unite and len(relations.crossing)):
        shells = _united(shells, relations, unite)
        relations = _relations(shells, unite)
    result.polygons = _polygons(shells, relations.inside)
    return result


def _usable(rings: list[np.ndarray], result: Nested) -> np.ndarray:
    """Valid polygons of the rings, larger ones first."""
    shells = []
    for ring in rings:
        shell = shapely.Polygon(ring)
        if not shell.is_valid:
            shell = polygon_parts(shapely.make_valid(shell))
            result.repaired += not shell.is_empty
        if shell.is_empty or shell.area == 0:
            result.empty += 1
        else:
            shells.append(shell)
    shells.sort(key=lambda shell: -shell.area)
    return objects(shells)


def _different(shells: np.ndarray, result: Nested) -> np.ndarray:
    """The shells without those that are there already, whatever corner and direction they begin with."""
    kept, known = [], set()
    for shell, key in zip(shells, shapely.to_wkb(shapely.normalize(shells)) if len(shells) else ()):
        if key in known:
            result.duplicates += 1
        else:
            known.add(key)
            kept.append(shell)
    return objects(kept)


def _pairs(shells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices (larger, smaller) of shells that meet; raises InputError for too many."""
    tree, large, small, total = shapely.STRtree(shells), [], [], 0
    for start in range(0, len(shells), _CHUNK):
        one, other = tree.query(shells[start : start + _CHUNK], predicate="intersects")
        one = one + start
        keep = one < other
        total += int(keep.sum())
        if total > _MOST_PAIRS:
            raise InputError("rings_too_many", count=len(shells))
        large.append(one[keep])
        small.append(other[keep])
    return np.concatenate([_NONE, *large]), np.concatenate([_NONE, *small])


@dataclass
class _Relations:
    """Pairs of shells (indices, k x 2, the larger first): the second inside the first, the same but for rounding,
    sharing land in another way; and how much the last ones share.
    """

    inside: np.ndarray
    same: np.ndarray
    crossing: np.ndarray
    overlaps: list[float]


def _relations(shells: np.ndarray, unite: bool) -> _Relations:
    pairs = np.column_stack(_pairs(shells))
    shapely.prepare(shells)
    large, small = shells[pairs[:, 0]], shells[pairs[:, 1]]
    within = shapely.contains_properly(large, small)
    shared = np.where(within, shapely.area(small), 0.0)
    shared[~within] = shapely.area(shapely.intersection(large[~within], small[~within]))
    every = shapely.area(large) + shapely.area(small) - shared
    same = shared >= (1 - _SAME) * every
    covered = ~same & (shared >= (1 - _NOISE) * shapely.area(small))
    if not unite:
        covered[covered & ~within] = ~_along(large, small, covered & ~within)
    crossing = ~same & ~covered & (shared > _NOISE * shapely.area(small))
    return _Relations(pairs[covered], pairs[same], pairs[crossing], shared[crossing].tolist())


def _along(large: np.ndarray, small: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether the `wanted` pairs have an edge in common."""
    edges = shapely.intersection(shapely.boundary(large[wanted]), shapely.boundary(small[wanted]))
    return shapely.length(edges) > 0


def _united(shells: np.ndarray, relations: _Relations, unite: bool) -> np.ndarray:
    """The shells with those that are the same taken once and, where wanted, those that cross made one."""
    root = list(range(len(shells)))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for one, other in relations.crossing.tolist() if unite else ():
        root[find(other)] = find(one)
    lost = {other for _, other in relations.same.tolist()}
    groups: dict[int, list[int]] = {}
    for index in range(len(shells)):
        if index not in lost:
            groups.setdefault(find(index), []).append(index)
    united = [polygon_parts(shapely.union_all(shells[members])) for members in groups.values()]
    return objects(sorted(united, key=lambda shell: -shell.area))


def _polygons(shells: np.ndarray, inside: np.ndarray) -> list[shapely.Geometry]:
    """Outer rings and islands less the holes directly in them."""
    containers: list[list[int]] = [[] for _ in shells]
    for container, contained in inside.tolist():
        containers[contained].append(container)
    depth = [len(around) for around in containers]
    holes: list[list[int]] = [[] for _ in shells]
    for index, around in enumerate(containers):
        if depth[index] % 2:
            holes[max(around, key=lambda i: depth[i])].append(index)
    return [
        polygon_parts(shapely.difference(shell, shapely.union_all(shells[holes[i]]))) if holes[i] else shell
        for i, shell in enumerate(shells)
        if not depth[i] % 2
    ]
