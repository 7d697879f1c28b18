"""What pairs of projects and control features share: clear pairs by array arithmetic, the others by GEOS.

Every run checks itself: of the pairs that arrays answered every so many is asked of GEOS, too. Where one differs,
GEOS alone answers from then on, and the report says so (`self_check.has_failed`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, Optional

import numpy as np
import shapely

from .clear_cuts import clear_cuts
from .lone_edges import LoneEdges, lone_edges
from .robust import robust
from .shells import BLOCK, Shells, shells
from .types import Array

FEW = 100  # pairs for which making arrays costs more than it saves
_SAMPLE = 250  # of so many pairs one is asked of GEOS, too
_SAME_M2 = 1e-6  # planar; two ways to sum the same vertices differ by less


class PairRows(NamedTuple):
    """Row by row: the positions of a pair in the arrays of projects and controls, and its two valid geometries."""

    project: Array
    control: Array
    projects: Array
    controls: Array

    def take(self, rows: Array) -> PairRows:
        return PairRows(*(column[rows] for column in self))


class Shared(NamedTuple):
    """What each pair shares (None: nothing, or no more than contact seen by arrays), and where it is the whole
    control feature.
    """

    pieces: Array
    is_full: Array


class SelfCheck:
    """Whether array arithmetic ever differed from GEOS in this program."""

    has_failed = False

    def agrees(self, pieces: Array, pairs: PairRows) -> bool:
        """Ask GEOS for a sample of pairs; remembers a difference."""
        sample = slice(None, None, _SAMPLE)
        truth = geos_cut(pairs.projects[sample], pairs.controls[sample])
        areas = shapely.area(truth)
        found = np.nan_to_num(shapely.area(pieces[sample]))  # nothing shared is no piece
        same = np.abs(found - areas) <= _SAME_M2 + 1e-9 * areas
        self.has_failed |= not same.all()
        return bool(same.all())


self_check = SelfCheck()


class PairCuts:
    """The cuts of some projects (prepared geometries of one thread) with the controls that its pairs name."""

    def __init__(self, projects: Array, controls: Array, named: Array) -> None:
        self._use_arrays = len(named) >= FEW
        if self._use_arrays:
            used = np.full(len(controls), None)
            used[named] = controls[named]
            self._projects, self._controls = shells(projects), shells(used)
            self._is_near = np.zeros(len(self._controls.ring), bool)
            self._is_of_geos = np.zeros(len(controls), bool)

    def lone_edges(self) -> Optional[LoneEdges]:
        """Those of the named controls that lie within the boxes of what pairs with them shared, after `of`; None where
        there are too few pairs, or arrays failed. Of a control that GEOS cut nothing is known: where an edge of two
        neighbours is cut their pieces may differ in the last digit.
        """
        if not self._use_arrays or self_check.has_failed:
            return None
        lone = lone_edges(self._controls, np.flatnonzero(self._is_near))
        return replace(lone, known=lone.known & ~self._is_of_geos)

    def of(self, pairs: PairRows) -> Shared:
        """What the pairs share; `pairs.controls` may hold cut-outs of controls that were not named."""
        shared, rest = Shared(np.empty(len(pairs.project), object), np.zeros(len(pairs.project), bool)), None
        if self._use_arrays and not self_check.has_failed:
            rest = self._by_arrays(pairs, shared)
        cut = _by_geos(pairs, np.arange(len(pairs.project)) if rest is None else rest, shared)
        if self._use_arrays:
            self._is_of_geos[pairs.control[cut[self._projects.usable[pairs.project[cut]]]]] = True
        return shared

    def _by_arrays(self, pairs: PairRows, shared: Shared) -> Array:
        """Fill in what is clear; return the rows of the other pairs."""
        usable = self._projects.usable[pairs.project] & self._controls.usable[pairs.control]
        asked = np.flatnonzero(usable)
        cuts = clear_cuts(self._projects, self._controls, pairs.project[asked], pairs.control[asked])
        self._is_near[cuts.blocks] = True
        shared.pieces[asked[cuts.crossing]] = cuts.pieces
        cuts.clear[cuts.pierced] = self._pierce(pairs, asked[cuts.pierced], shared)
        apart = cuts.clear.copy()
        apart[cuts.crossing] = False
        self._hold(pairs, asked[apart], shared)
        held = asked[cuts.held]
        shared.pieces[held], shared.is_full[held] = pairs.controls[held], True
        answered = asked[cuts.clear]
        if not self_check.agrees(shared.pieces[answered], pairs.take(answered)):
            shared.pieces[:], shared.is_full[:] = None, False
            return np.arange(len(pairs.project))
        rest = np.ones(len(pairs.project), bool)
        rest[answered] = False
        return np.flatnonzero(rest)

    def _pierce(self, pairs: PairRows, rows: Array, shared: Shared) -> Array:
        """Take the holes that lie in both out of the pieces of `rows`, whose rings cross no hole; booleans: where that
        is clear.
        """
        projects, controls = self._projects, self._controls
        project, control = pairs.project[rows], pairs.control[rows]
        boxes = projects.box.take(project).shared(controls.box.take(control))
        found = []
        for side, own, others in ((projects, project, pairs.controls), (controls, control, pairs.projects)):
            at, hole = side.holes_within(own, boxes)
            vertex = side.start[side.hole_ring[hole]]
            inside = shapely.contains_xy(others[rows[at]], side.x[vertex], side.y[vertex])
            found.append((at[inside], side.hole_shapes[hole[inside]]))
        at, holes = map(np.concatenate, zip(*found))
        pierced = np.unique(at)
        is_clear = np.ones(len(rows), bool)
        is_clear[pierced] = shapely.get_type_id(shared.pieces[rows[pierced]]) == shapely.GeometryType.POLYGON
        for one in pierced[is_clear[pierced]]:
            shell = shapely.get_exterior_ring(shared.pieces[rows[one]])
            shared.pieces[rows[one]] = shapely.polygons(shell, holes[at == one])
        return is_clear

    def _hold(self, pairs: PairRows, rows: Array, shared: Shared) -> None:
        """Pairs whose rings do not meet: where one polygon lies in the other it is what they share."""
        controls, projects = self._controls, self._projects
        inside = rows[_lies_in(controls, pairs.control[rows], projects, pairs.project[rows], pairs.projects[rows])]
        shared.pieces[inside], shared.is_full[inside] = pairs.controls[inside], True
        held = rows[_lies_in(projects, pairs.project[rows], controls, pairs.control[rows], pairs.controls[rows])]
        shared.pieces[held] = pairs.projects[held]


def _lies_in(inner: Shells, one: Array, outer: Shells, other: Array, geometries: Array) -> Array:
    """Which shells `one` of `inner` lie in the geometries, whose shells are `other` of `outer`; no rings meet."""
    rows = np.flatnonzero(inner.box.take(one).within(outer.box.take(other)))
    vertex = inner.block[one[rows]] * BLOCK
    found: Array = rows[shapely.contains_xy(geometries[rows], inner.x[vertex], inner.y[vertex])]
    return found


def _by_geos(pairs: PairRows, rows: Array, shared: Shared) -> Array:
    """Fill in some rows; return those that had to be cut."""
    rows = rows[shapely.intersects(pairs.projects[rows], pairs.controls[rows])]
    rows = rows[~_are_neighbours(pairs.projects[rows], pairs.controls[rows])]
    is_full = shapely.covers(pairs.projects[rows], pairs.controls[rows])
    shared.is_full[rows] = is_full
    shared.pieces[rows] = pairs.controls[rows]  # a control feature wholly inside a project is its own piece
    cut = rows[~is_full]
    shared.pieces[cut] = geos_cut(pairs.projects[cut], pairs.controls[cut])
    return cut


def _are_neighbours(projects: Array, controls: Array) -> Array:
    """Booleans: which areas share no more than borders; telling so takes a third of the time of cutting them."""
    neighbours = shapely.get_dimensions(controls) == 2  # a line on the border does count
    neighbours[neighbours] = shapely.touches(projects[neighbours], controls[neighbours])
    return neighbours


def geos_cut(projects: Array, controls: Array) -> Array:
    """The intersections of GEOS; of a pair that it cannot node, the robust one."""
    try:
        cut: Array = shapely.intersection(projects, controls)
        return cut
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        return np.array([robust(shapely.intersection, a, b) for a, b in zip(projects, controls)], dtype=object)
