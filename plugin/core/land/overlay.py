"""The geometry of a check: the pieces that projects and control features share, what lies outside, and areas
without double counting.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple, Optional, Protocol

import numpy as np
import shapely

from ..memory import give_back
from ..threads import Feedback, raise_if_cancelled
from .lone_edges import LoneEdges
from .pair_cuts import PairCuts, PairRows, Shared
from .repair import polygon_parts
from .robust import robust
from .types import Array
from .windows import Windows

NOISE_M2 = (
    1e-6  # planar; what a difference leaves below a square millimetre is rounding of double coordinates, not land
)
_BLOCK_COST = 150_000  # vertices of a block's pairs: a tenth of a second, so that a cancel is heard
MANY = 50  # pieces of one owner that are not compared pair by pair, and not united all at once
_SHARE = 1000  # geometries of which a second form is held at a time
_MANY_PAIRS = 500  # of one project: what lies wholly inside it is then found before any arrays are made
_HAS_CLUSTERS = hasattr(shapely, "disjoint_subset_union_all") and shapely.geos_version >= (3, 12, 0)
HUGE = 8_000  # vertices from which a control feature is cut to the surroundings of what it meets


@dataclass(frozen=True)
class Pairs:
    """Projects of a chunk and control features that may meet. `controls`: valid geometries; `project` (sorted) and
    `control`: positions in the chunk and in `controls`; `windows`: {position in `controls`: Windows} of huge ones, if
    they are known already; `wants_lone`: whether the LoneEdges of the controls are asked for; `cut_outs`: booleans,
    which controls are no whole features but what `with_cut_outs` made of them."""

    controls: Array
    project: Array
    control: Array
    windows: Optional[dict[int, Windows]] = None
    wants_lone: bool = False
    cut_outs: Optional[Array] = None


class Cut(NamedTuple):
    """What pairs share: `positions` in their arrays, `pieces`, which are whole control features (`is_full`), and the
    LoneEdges of the controls where they were asked for and there are many.
    """

    positions: Array
    pieces: Array
    is_full: Array
    lone: Optional[LoneEdges]


class Chunk(Protocol):
    """Some projects that one thread cuts."""

    def copies(self) -> Array:
        """Fresh copies of their polygons: what one thread prepares no other may touch."""


def intersections(chunk: Chunk, pairs: Pairs, feedback: Optional[Feedback] = None) -> Cut:
    """Intersect pairs of a chunk.

    A piece of two polygons is polygonal; of a line or point control feature it is what lies inside the project. Pairs
    that only touch are left out. Raises Cancelled when `feedback.isCanceled()`.
    """
    controls, project, control = pairs.controls, pairs.project, pairs.control
    copies = chunk.copies()
    shapely.prepare(copies)
    local = _Local(pairs)
    held = _held(copies, pairs, local.is_huge)
    rest = np.setdiff1d(np.arange(len(project)), held, assume_unique=True)
    cuts = PairCuts(copies, controls, control[rest][~local.is_huge[control[rest]]])
    found = [_complete(held, controls[control[held]])]
    for block in _blocks(copies, pairs, rest):
        raise_if_cancelled(feedback)
        projects = copies[project[block]]
        rows = PairRows(project[block], control[block], projects, local.of_pairs(control[block], projects))
        found.append(_kept(block, rows, cuts.of(rows)))
    positions, pieces, is_full = map(np.concatenate, zip(*found))
    is_full &= ~local.is_huge[control[positions]]  # of which the rest may lie elsewhere
    order = np.argsort(positions, kind="stable")
    lone = cuts.lone_edges() if pairs.wants_lone else None
    return Cut(positions[order], pieces[order], is_full[order], lone)


def _held(copies: Array, pairs: Pairs, is_huge: Array) -> Array:
    """Positions of the pairs of projects with very many of them whose control feature lies wholly inside: of a project
    as large as a county that is nearly all, and arrays over their edges would take most of the memory.
    """
    counts = np.bincount(pairs.project, minlength=len(copies))
    asked = np.flatnonzero((counts[pairs.project] > _MANY_PAIRS) & ~is_huge[pairs.control])
    inside = shapely.contains_properly(copies[pairs.project[asked]], pairs.controls[pairs.control[asked]])
    found: Array = asked[inside]
    return found


def _blocks(copies: Array, pairs: Pairs, rows: Array) -> list[Array]:
    """The positions `rows` in parts of about the same work."""
    cost = (
        shapely.get_num_coordinates(copies)[pairs.project[rows]] // 8
        + np.minimum(shapely.get_num_coordinates(pairs.controls), HUGE)[pairs.control[rows]]
    )
    starts = np.flatnonzero(np.diff(np.cumsum(cost) // _BLOCK_COST, prepend=-1))
    return np.split(rows, starts[1:])


class _Local:
    """Control features as each pair needs them: of a huge one only the surroundings of the project, the same
    land there.
    """

    def __init__(self, pairs: Pairs) -> None:
        self._controls, self._windows = pairs.controls, dict(pairs.windows or {})
        self.is_huge = shapely.get_num_coordinates(pairs.controls) > HUGE
        self.is_huge[list(self._windows)] = True
        self._is_area = self.is_huge & (shapely.get_dimensions(pairs.controls) == 2)
        if pairs.cut_outs is not None:
            self.is_huge |= pairs.cut_outs
            self._is_area &= ~pairs.cut_outs

    def of_pairs(self, control: Array, projects: Array) -> Array:
        geometries = self._controls[control]
        for at in self.to_cut(control):
            if control[at] not in self._windows:
                self._windows[control[at]] = Windows(geometries[at])
            geometries[at] = self._windows[control[at]].local(shapely.bounds(projects[at]))
        return geometries

    def to_cut(self, control: Array) -> Array:
        """Positions of the controls that are cut to the surroundings of a project."""
        found: Array = np.flatnonzero(self._is_area[control])
        return found


def with_cut_outs(pairs: Pairs, projects: Array) -> tuple[Pairs, Array]:
    """The same pairs without windows: those with a huge control have a cut-out of it, after the controls. Also the
    position in `pairs.controls` of every control then.
    """
    local = _Local(pairs)
    cut = local.to_cut(pairs.control)
    made = local.of_pairs(pairs.control[cut], projects[pairs.project[cut]])
    _, first, number = np.unique([id(one) for one in made], return_index=True, return_inverse=True)  # neighbours share
    controls, control, count = pairs.controls.copy(), pairs.control.copy(), len(pairs.controls)
    controls[pairs.control[cut]] = None  # no pair asks for the complete one any more
    control[cut] = count + number
    is_cut_out = np.arange(count + len(first)) >= count
    found = Pairs(np.concatenate([controls, made[first]]), pairs.project, control, cut_outs=is_cut_out)
    return found, np.concatenate([np.arange(count), pairs.control[cut][first]])


def _complete(positions: Array, pieces: Array) -> tuple[Array, Array, Array]:
    """As `_kept`, of control features that are their own pieces."""
    worth = _worth_keeping(pieces, shapely.get_dimensions(pieces))
    return positions[worth], pieces[worth], np.ones(int(worth.sum()), bool)


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
    """Union of polygonal pieces; of many, exact duplicates are dropped first, they cost nothing then, and each cluster
    is united for itself.
    """
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) > _MANY_PAIRS:
        give_back()  # the overlay of so many edges takes most of all
    if len(pieces) > MANY:
        return polygon_parts(_united(pieces[_different(pieces)]))
    return polygon_parts(robust(shapely.union_all, pieces))


def _different(pieces: Array) -> list[int]:
    """Positions of the last of each geometry that is there, in the order in which they first come."""
    last: dict[bytes, int] = {}
    for start in range(0, len(pieces), _SHARE):
        for index, wkb in enumerate(shapely.to_wkb(shapely.normalize(pieces[start : start + _SHARE])), start):
            last[blake2b(wkb, digest_size=20).digest()] = index  # their WKB would be as much again as they are
    return list(last.values())


def _united(pieces: Array) -> Any:
    """The union of many pieces, of which most do not touch: 4 to 18 times faster than all at once where GEOS can."""
    if _HAS_CLUSTERS:
        try:
            return shapely.disjoint_subset_union_all(pieces)
        except shapely.GEOSException:
            pass  # all at once, on a grid if need be
    return robust(shapely.union_all, pieces)


def do_boxes_meet(geometries: Array) -> bool:
    """Whether the boxes of any two of them meet."""
    return len(shapely.STRtree(geometries).query(geometries)[0]) > len(geometries)
