"""The geometry of a check: the pieces that projects and control features share, what lies outside, and areas
without double counting.
"""

from dataclasses import dataclass
from typing import Any, Optional, Protocol

import numpy as np
import shapely

from ..threads import Feedback, raise_if_cancelled
from .boxes import diagonals
from .pair_cuts import PairCuts, PairRows, Shared
from .repair import polygon_parts
from .robust import robust
from .types import Array
from .windows import Windows

NOISE_M2 = (
    1e-6  # planar; what a difference leaves below a square millimetre is rounding of double coordinates, not land
)
_BLOCK_COST = 150_000  # vertices of a block's pairs: a tenth of a second, so that a cancel is heard
_MANY = 50
HUGE = 8_000  # vertices from which a control feature is cut to the surroundings of what it meets


@dataclass(frozen=True)
class Pairs:
    """Projects of a chunk and control features that may meet. `controls`: valid geometries; `project` (sorted) and
    `control`: positions in the chunk and in `controls`; `windows`: {position in `controls`: Windows} of huge ones, if
    they are known already."""

    controls: Array
    project: Array
    control: Array
    windows: Optional[dict[int, Windows]] = None


class Chunk(Protocol):
    """Some projects that one thread cuts."""

    def copies(self) -> Array:
        """Fresh copies of their polygons: what one thread prepares no other may touch."""


def intersections(chunk: Chunk, pairs: Pairs, feedback: Optional[Feedback] = None) -> tuple[Array, Array, Array]:
    """Intersect pairs of a chunk; return (positions in the pair arrays, pieces, which are whole control features).

    A piece of two polygons is polygonal; of a line or point control feature it is what lies inside the project. Pairs
    that only touch are left out. Raises Cancelled when `feedback.isCanceled()`.
    """
    controls, project, control = pairs.controls, pairs.project, pairs.control
    copies = chunk.copies()
    shapely.prepare(copies)
    cost = (
        shapely.get_num_coordinates(copies)[project] // 8
        + np.minimum(shapely.get_num_coordinates(controls), HUGE)[control]
    )
    starts = np.flatnonzero(np.diff(np.cumsum(cost) // _BLOCK_COST, prepend=-1))
    found = [(np.array([], dtype=int), np.array([], dtype=object), np.array([], dtype=bool))]
    local = _Local(controls, pairs.windows)
    cuts = PairCuts(copies, controls, control[~local.is_huge[control]])
    for block in np.split(np.arange(len(project)), starts[1:]):
        raise_if_cancelled(feedback)
        projects = copies[project[block]]
        rows = PairRows(project[block], control[block], projects, local.of_pairs(control[block], projects))
        found.append(_kept(block, rows, cuts.of(rows)))
    positions, pieces, is_full = map(np.concatenate, zip(*found))
    return positions, pieces, is_full


class _Local:
    """Control features as each pair needs them: of a huge one only the surroundings of the project, the same
    land there.
    """

    def __init__(self, controls: Array, windows: Optional[dict[int, Windows]] = None) -> None:
        self._controls, self._windows = controls, dict(windows or {})
        self.is_huge = shapely.get_num_coordinates(controls) > HUGE
        self.is_huge[list(self._windows)] = True

    def of_pairs(self, control: Array, projects: Array) -> Array:
        geometries = self._controls[control]
        for at in np.flatnonzero(self.is_huge[control] & (shapely.get_dimensions(geometries) == 2)):
            if control[at] not in self._windows:
                self._windows[control[at]] = Windows(geometries[at])
            geometries[at] = self._windows[control[at]].local(shapely.bounds(projects[at]))
        return geometries


def _kept(block: Array, pairs: PairRows, shared: Shared) -> tuple[Array, Array, Array]:
    rows = np.flatnonzero(~shapely.is_missing(shared.pieces))
    pieces = shared.pieces[rows]
    worth = _worth_keeping(pieces, shapely.get_dimensions(pairs.controls[rows]))
    return block[rows[worth]], pieces[worth], shared.is_full[rows[worth]]


def _worth_keeping(pieces: Array, dimensions: Array) -> Array:
    """Which pieces are more than contact: pieces of polygons keep (in place) their polygons, pieces of lines
    their lines.
    """
    mixed = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    for index in np.flatnonzero(mixed & (dimensions == 2)):
        pieces[index] = polygon_parts(pieces[index])
    return np.where(dimensions == 2, shapely.area(pieces) > 0, shapely.get_dimensions(pieces) == dimensions)


def union(pieces: Array) -> Any:
    """Union of polygonal pieces; of many, exact duplicates are dropped first, they cost nothing then."""
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) > _MANY:
        different = {wkb: index for index, wkb in enumerate(shapely.to_wkb(shapely.normalize(pieces)))}
        pieces = pieces[list(different.values())]
    return polygon_parts(robust(shapely.union_all, pieces))


def overlapping_owners(pieces: Array, owners: Array) -> Array:
    """Sorted owners that have two pieces whose interiors meet: the sum of their areas is not the area of their union.

    Telling so by pairs is several times faster than the unions themselves; an owner of very many pieces is said to
    overlap untested, as pairs grow with the square.
    """
    keys, group, counts = np.unique(owners, return_inverse=True, return_counts=True)
    tested = np.flatnonzero((counts[group] > 1) & (counts[group] <= _MANY))
    mixed = group[tested[_overlapping(pieces[tested], group[tested])]]
    return keys[np.union1d(np.flatnonzero(counts > _MANY), mixed)]


def _overlapping(pieces: Array, owners: Array) -> Array:
    """Positions of pieces whose interior meets that of another piece of the same owner."""
    if not len(pieces):
        return np.array([], dtype=int)
    boxes = shapely.bounds(pieces)
    # each owner's boxes are moved to a place of their own, so that the tree pairs pieces of one owner only
    boxes[:, [0, 2]] += (owners * (np.ptp(boxes[:, [0, 2]]) + 1.0))[:, None]
    lines = diagonals(boxes)
    one, other = shapely.STRtree(lines).query(lines)
    one, other = one[one < other], other[one < other]
    try:
        return one[shapely.relate_pattern(pieces[one], pieces[other], "T********")]
    except shapely.GEOSException:  # what cannot be told apart is united
        return one


def part_outside(project: Any, pieces: Array) -> Any:
    """What of a project lies outside the union of `pieces`: polygonal, parts below NOISE_M2 removed."""
    rest = robust(shapely.difference, project, union(pieces)) if len(pieces) else project
    parts = shapely.get_parts(polygon_parts(rest))
    parts = parts[shapely.area(parts) > NOISE_M2]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
