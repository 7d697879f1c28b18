"""Areas of overlay pieces: parts that sum to their whole, and which of them are slivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Union

import numpy as np
import shapely

from ..land import overlaps, overlay
from ..land.area import ellipsoidal_areas, statutory_areas
from ..land.pieces import objects
from ..land.rounding import closed, half_up

if TYPE_CHECKING:
    from ..land.area import Plane
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from .rules import Rule
    from .settings import Settings

    _Asked = Union["Measuring", Settings]


_COMPARED = 400  # pieces of a project up to which looking for those that overlap is cheaper than their union
_LACKING_M2 = 1e-3  # by so much sum and union may differ where neighbours lack vertices of each other
_ROUNDING_M2 = 1e-6  # and where they do not
_MOST_OF_IT = 0.5  # share of a project that is no matter of borders drawn twice
_TWICE = 1.5  # times its area: what lies in two features with all of its land has twice its area in pieces


Summed = tuple[int, float, float]  # project, m², limit


@dataclass(frozen=True)
class Measuring:
    """What of Settings is asked here."""

    plane: Plane
    sliver_m2: float
    sliver_m: float
    delays_unions: bool = False


@dataclass
class PieceAreas:
    """Statutory areas (m²) of the pieces of a PieceTable and of the union of each project's polygonal pieces.

    `sliver`: which pieces are slivers; `summed`: [(project, m², limit)] of slivers that count because of their sum.
    `at_most`: owners whose unions were not made, their `union_m2` is the sum of the pieces.
    """

    areas: Array
    owners: Array
    union_m2: Array
    sliver: Array
    summed: list[Summed] = field(default_factory=list)
    at_most: Array = field(default_factory=lambda: np.zeros(0, int))

    def of_projects(self, index: Array) -> PieceAreas:
        """The same, of projects whose positions among all are `index`; here they are those in a chunk."""
        summed = [(int(index[owner]), total, limit) for owner, total, limit in self.summed]
        return replace(self, owners=index[self.owners], summed=summed, at_most=index[self.at_most])


def piece_areas(table: PieceTable, rules: Sequence[Rule], settings: _Asked, project_m2: Array) -> PieceAreas:
    """PieceAreas of a PieceTable; `project_m2`: areas of all projects, none of whose overlaps is larger."""
    flat = np.flatnonzero(shapely.get_dimensions(table.geometry) == 2)
    raw, unknown = table.area.copy(), np.isnan(table.area)
    raw[unknown] = ellipsoidal_areas(table.geometry[unknown], settings.plane)
    owners, group = np.unique(table.project[flat], return_inverse=True)
    sums = np.bincount(group, raw[flat], minlength=len(owners))  # right where no two pieces share an interior
    may_lie_in_two = (sums > _TWICE * project_m2[owners])[group]
    known = overlaps.Known(table.lone[flat], np.where(may_lie_in_two, -1, table.shell[flat]))
    if settings.delays_unions:
        mixed = overlaps.perhaps_overlapping_owners(table.geometry[flat], group, known)
    else:
        parts = _Parts(table.geometry[flat], raw[flat], group, known.is_matched())
        doubled = overlaps.overlapping_pieces(parts.geometries, group, known, _COMPARED)
        mixed = np.unique(group[doubled | (np.bincount(group)[group] > overlay.MANY)])
        sums[mixed] = _united_m2(parts, doubled, mixed, settings.plane)
    union_m2 = np.minimum(half_up(sums, 2), project_m2[owners])
    raw = np.minimum(raw, project_m2[table.project])
    areas, apart = half_up(raw, 2), ~np.isin(group, mixed)
    areas[flat[apart]] = closed(raw[flat[apart]], group[apart], union_m2)
    sliver, summed = _slivers(table, areas, rules, settings)
    _cover(table, areas, sliver, project_m2, settings.plane)
    return PieceAreas(areas, owners, union_m2, sliver, summed, owners[mixed if settings.delays_unions else []])


class _Parts(NamedTuple):
    """Polygonal pieces, their unrounded areas, the group of each, which is sorted, and whether all vertices of its
    control feature are those of its neighbours there.
    """

    geometries: Array
    areas: Array
    group: Array
    is_matched: Array

    def of(self, groups: Array) -> Iterator[slice]:
        """The rows of each of some groups."""
        starts, ends = (np.searchsorted(self.group, groups, side) for side in ("left", "right"))
        return map(slice, starts, ends)


def _united_m2(parts: _Parts, doubled: Array, mixed: Array, plane: Plane) -> Array:
    """Unrounded areas of the unions of the groups `mixed`.

    Only `doubled` pieces are united, the others are added: the same but for a fraction of a cent. Where so little could
    turn the cent, those that may lack a vertex of a neighbour are united, too, and all where even that is too close.
    """
    united, unsure = np.zeros(len(mixed)), np.arange(len(mixed))
    lacking, everything = doubled | ~parts.is_matched, np.ones(len(doubled), bool)
    for joined, off_m2 in ((doubled, _LACKING_M2), (lacking, _ROUNDING_M2), (everything, 0.0)):
        rows = list(parts.of(mixed[unsure]))
        wholes = [overlay.union(parts.geometries[own][joined[own]]) if joined[own].any() else None for own in rows]
        alone = np.array([parts.areas[own][~joined[own]].sum() for own in rows])
        united[unsure] = ellipsoidal_areas(objects(wholes), plane) + alone
        unsure = unsure[(alone > 0) & (np.abs(united[unsure] * 100 % 1 - 0.5) < off_m2 * 100)]
        if not len(unsure):
            break
    return united


def _slivers(table: PieceTable, areas: Array, rules: Sequence[Rule], settings: _Asked) -> tuple[Array, list[Summed]]:
    """A piece below its rule's tolerance is a sliver, unless those of one project join to a piece that is none or
    sum to what their rule takes for real.
    """
    own = [settings.sliver_m2 if rule.tolerance_m2 is None else rule.tolerance_m2 for rule in rules]
    tolerance = np.array(own)[table.rule]
    dimension = shapely.get_dimensions(table.geometry)
    sliver = (dimension == 2) & (areas < tolerance)
    lines = np.flatnonzero(dimension == 1)
    sliver[lines] = shapely.length(table.geometry[lines]) < settings.sliver_m
    _join(table, areas, sliver, tolerance, settings.plane)
    sums = (_sum(table, areas, sliver, numbered, settings.plane) for numbered in enumerate(rules))
    summed = [counted for counted_of_rule in sums for counted in counted_of_rule]
    return sliver, summed


def _join(table: PieceTable, areas: Array, sliver: Array, tolerance: Array, plane: Plane) -> None:
    """Slivers of one project that touch and together are none."""
    parted = _by_project(table, _flat_slivers(table, sliver))
    enough = [own for own in parted if areas[own].sum() >= tolerance[own].min()]
    near = [own for own in enough if overlay.do_boxes_meet(table.geometry[own])]
    wholes = objects([overlay.union(table.geometry[own]) for own in near])
    parts, group = shapely.get_parts(wholes, return_index=True)
    largest = np.zeros(len(near))
    np.maximum.at(largest, group, statutory_areas(parts, plane))
    for own, largest_m2 in zip(near, largest):
        sliver[own] = largest_m2 < tolerance[own].min()


def _cover(table: PieceTable, areas: Array, sliver: Array, project_m2: Array, plane: Plane) -> None:
    """Slivers of a rule that together are half of a project, or more, are its land: a mast stands on a square metre."""
    flat = _flat_slivers(table, sliver)
    for rule in np.unique(table.rule[flat]).tolist():
        for own in _by_project(table, flat[table.rule[flat] == rule]):
            least = _MOST_OF_IT * project_m2[table.project[own[0]]]
            if areas[own].sum() >= least and ellipsoidal_areas(_united(table, own), plane)[0] >= least:
                sliver[own] = False


def _united(table: PieceTable, own: Array) -> Array:
    return objects([overlay.union(table.geometry[own])])  # what lies in two features counts once


def _sum(table: PieceTable, areas: Array, sliver: Array, numbered: tuple[int, Rule], plane: Plane) -> Iterator[Summed]:
    """Slivers of a rule that sum to its `sliver_total_m2` are slivers no more; yield (project, m², limit)."""
    number, rule = numbered
    if rule.sliver_total_m2 is None:
        return
    rows = _flat_slivers(table, sliver & (table.rule == number))
    for own in _by_project(table, rows):
        if areas[own].sum() < rule.sliver_total_m2:
            continue
        total = float(statutory_areas(_united(table, own), plane)[0])
        if total >= rule.sliver_total_m2:
            sliver[own] = False
            yield int(table.project[own[0]]), total, rule.sliver_total_m2


def _flat_slivers(table: PieceTable, sliver: Array) -> Array:
    return np.flatnonzero(sliver & (shapely.get_dimensions(table.geometry) == 2))


def _by_project(table: PieceTable, rows: Array) -> Sequence[Array]:
    """The rows of each project; a table is sorted by project."""
    return np.split(rows, np.flatnonzero(np.diff(table.project[rows])) + 1) if len(rows) else []
