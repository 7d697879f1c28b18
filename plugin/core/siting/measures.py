"""What is measured of candidates against vector layers, batch by batch, so that no layer has to be held whole.

A measure takes `add(geometries, values)` (valid geometries on the plane, None where unusable left out; `values` the
attribute of a `classes` measure) and answers `finish()`. Candidates are projects.Projects.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land import overlaps, overlay
from ..land.area import ellipsoidal_areas, statutory_areas
from ..land.rounding import half_up
from ..land.types import Array
from ..review.projects import Projects
from ..threads import Feedback, in_threads
from .class_codes import class_code
from .divide import divided, short_lines

_CLOSE_M = 1e-6  # metres that may be rounding of a distance where two shapes meet
COMPLETE = 0.99  # ours: what a layer of land covers to this part it covers; borders of two offices never meet
_SHARES = 8  # of a piece of work: enough to even out two or four threads


class Overlap:
    """Statutory area in m2 that the union of the features covers of each candidate."""

    def __init__(self, candidates: Projects, plane: CRS, feedback: Optional[Feedback] = None) -> None:
        self._candidates, self._plane, self._feedback = candidates, plane, feedback
        self._pieces: list[np.ndarray] = []
        self._owners: list[np.ndarray] = []

    def add(self, geometries: np.ndarray, values: Optional[np.ndarray] = None) -> None:
        for owners, pieces, _ in _pieces(self._candidates, geometries, self._feedback):
            self._pieces.append(pieces)
            self._owners.append(owners)

    def finish(self) -> np.ndarray:
        """Array of m2, one a candidate."""
        areas = np.zeros(len(self._candidates))
        if self._owners:
            owners, pieces = np.concatenate(self._owners), np.concatenate(self._pieces)
            order = np.argsort(owners, kind="stable")
            shares = _shares(owners[order])
            for keys, sums in in_threads(
                lambda rows: self._sums(owners[order[rows]], pieces[order[rows]]), shares, self._feedback
            ):
                areas[keys] = sums
        return np.minimum(areas, self._candidates.areas_m2)

    def _sums(self, owners: np.ndarray, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(candidates, m2 of the union of the pieces of each).

        Only pieces that lie on one another have to be united.
        """
        keys, group = np.unique(owners, return_inverse=True)
        sums = np.bincount(group, ellipsoidal_areas(pieces, self._plane), minlength=len(keys))
        mixed = np.searchsorted(keys, overlaps.overlapping_owners(pieces, owners))
        starts = np.searchsorted(group, np.arange(len(keys) + 1))
        wholes = [overlay.union(pieces[starts[at] : starts[at + 1]]) for at in mixed]
        sums[mixed] = ellipsoidal_areas(np.array(wholes, dtype=object), self._plane)
        return keys, half_up(sums, 2)


@dataclass
class ClassAreas:
    """Rows (candidate, code, m2) sorted by candidate; `areas` of all candidates, for the shares."""

    owners: np.ndarray
    codes: np.ndarray
    areas: np.ndarray
    totals: np.ndarray

    def dominant(self) -> np.ndarray:
        """The code with the largest area of each candidate, None where no feature lies."""
        answer = np.full(len(self.totals), None, dtype=object)
        order = np.lexsort((self.codes.astype(str), -self.areas, self.owners))
        keys, first = np.unique(self.owners[order], return_index=True)
        answer[keys] = self.codes[order][first]
        return answer

    def share(self, score_of: Callable[[str], float]) -> np.ndarray:
        """Part of each candidate that has a class with a score, 0 to 1: the rest lies beyond the layer or has none."""
        has_score = {code: not np.isnan(score_of(code)) for code in set(self.codes)}
        known = np.array([has_score[code] for code in self.codes], dtype=bool)
        areas = np.bincount(self.owners[known], self.areas[known], minlength=len(self.totals))
        share = np.divide(areas, self.totals, out=np.zeros(len(self.totals)), where=self.totals > 0)
        return np.where(share > COMPLETE, 1.0, share)

    def mean(self, score_of: Callable[[str], float]) -> np.ndarray:
        """Mean of score_of(code) weighted by area; NaN where nothing of a candidate has a score."""
        scores = {code: score_of(code) for code in set(self.codes)}
        values = np.array([scores[c] for c in self.codes], dtype=float)
        known = ~np.isnan(values)
        size = len(self.totals)
        total = np.bincount(self.owners[known], self.areas[known], minlength=size)
        part = np.bincount(self.owners[known], self.areas[known] * values[known], minlength=size)
        return np.divide(part, total, out=np.full(size, np.nan), where=total > 0)


class Classes:
    """Areas by class of each candidate: pieces of one class and candidate are summed (land-use parcels do not
    overlap).
    """

    def __init__(self, candidates: Projects, plane: CRS, feedback: Optional[Feedback] = None) -> None:
        self._candidates, self._plane, self._feedback = candidates, plane, feedback
        self._rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, geometries: np.ndarray, values: np.ndarray) -> None:
        codes = np.array([class_code(v) for v in values], dtype=object)
        for owners, pieces, rows in _pieces(self._candidates, geometries, self._feedback):
            known = np.array([c is not None for c in codes[rows]], dtype=bool)
            self._rows.append((owners[known], codes[rows][known], statutory_areas(pieces[known], self._plane)))

    def finish(self) -> ClassAreas:
        """ClassAreas."""
        if not self._rows:
            nothing = np.array([], dtype=int)
            return ClassAreas(nothing, nothing.astype(object), nothing.astype(float), self._candidates.areas_m2)
        owners, codes, areas = (np.concatenate(column) for column in zip(*self._rows))
        names, number = np.unique(codes.astype(str), return_inverse=True)
        pair, inverse = np.unique(owners * len(names) + number, return_inverse=True)
        sums = np.bincount(inverse, areas)
        return ClassAreas(pair // len(names), names[pair % len(names)].astype(object), sums, self._candidates.areas_m2)


class Distance:
    """Distance in metres to the nearest feature; 0 where one meets the candidate, inf where there is none."""

    def __init__(self, candidates: Projects, plane: Optional[CRS] = None, feedback: Optional[Feedback] = None) -> None:
        self._geometries, self._feedback = candidates.geometries, feedback
        self._nearest = np.full(len(candidates), np.inf)

    def add(self, geometries: np.ndarray, values: Optional[np.ndarray] = None) -> None:
        if not len(geometries):
            return
        nearest = Nearest(geometries)
        shares = np.array_split(np.flatnonzero(self._nearest > 0), _SHARES)
        for rows, metres in in_threads(
            lambda rows: (rows, nearest.metres(self._geometries[rows])), shares, self._feedback
        ):
            self._nearest[rows] = np.minimum(self._nearest[rows], metres)

    def finish(self) -> np.ndarray:
        """Array of metres."""
        return self._nearest


class Nearest:
    """Features that distances are measured to; any thread may ask."""

    def __init__(self, geometries: np.ndarray) -> None:
        self._areas = shapely.STRtree(divided(geometries[shapely.get_dimensions(geometries) == 2])[0])
        self._edges = shapely.STRtree(short_lines(geometries))

    def metres(self, geometries: np.ndarray) -> np.ndarray:
        """Metres from each geometry to the nearest feature: 0 where one meets it, inf where there is none."""
        if not len(self._edges):
            return np.full(len(geometries), np.inf)
        found = _gaps(geometries, self._edges)
        close = np.flatnonzero((found > 0) & (found < _CLOSE_M))
        found[close[self._edges.query(geometries[close], predicate="intersects")[0]]] = 0.0
        apart = np.flatnonzero(found > 0)
        found[apart[self._inside(geometries[apart])]] = 0.0
        return found

    def _inside(self, geometries: np.ndarray) -> np.ndarray:
        """Rows of geometries that lie in a polygon, of those that meet no edge: the first vertex of a part tells."""
        near = np.unique(self._areas.query(geometries)[0])
        parts, owner = shapely.get_parts(geometries[near], return_index=True)
        vertices, part = shapely.get_coordinates(parts, return_index=True)
        first = vertices[np.flatnonzero(np.diff(part, prepend=-1))]
        inside = self._areas.query(shapely.points(first), predicate="intersects")[0]
        return near[np.unique(owner[inside])]


def _gaps(geometries: np.ndarray, edges: shapely.STRtree) -> np.ndarray:
    """Metres from each geometry to the nearest of the lines and points in a tree.

    The one nearest to the middle of a geometry's box is near enough to leave few others to be measured: exact, and
    five times faster than the tree's own search, which measures whole polygons on its way.
    """
    boxes = shapely.bounds(geometries)
    middle = shapely.points((boxes[:, :2] + boxes[:, 2:]) / 2)
    radius = np.hypot(*(boxes[:, 2:] - boxes[:, :2]).T) / 2
    first = edges.query_nearest(middle, all_matches=False)[1]
    gaps = shapely.distance(geometries, edges.geometries[first])
    apart = np.flatnonzero(gaps > 0)
    row, other = edges.query(middle[apart], predicate="dwithin", distance=(gaps + radius)[apart])
    own_rows = apart[row]
    new = other != first[own_rows]
    own_rows, other = own_rows[new], other[new]
    np.minimum.at(gaps, own_rows, shapely.distance(geometries[own_rows], edges.geometries[other]))
    return gaps


class Count:
    """Number of features within `metres` of each candidate."""

    def __init__(self, candidates: Projects, metres: float, feedback: Optional[Feedback] = None) -> None:
        self._candidates, self._metres = candidates, metres
        self._counts = np.zeros(len(candidates))

    def add(self, geometries: np.ndarray, values: Optional[np.ndarray] = None) -> None:
        owners, features = self._candidates.candidates(shapely.bounds(geometries), self._metres)
        near = shapely.dwithin(self._candidates.geometries[owners], geometries[features], self._metres)
        self._counts += np.bincount(owners[near], minlength=len(self._counts))

    def finish(self) -> np.ndarray:
        """Array of numbers."""
        return self._counts


def compactness(geometries: np.ndarray) -> np.ndarray:
    """4 pi A / P2 of polygons on the plane: 1 for a circle, 0.785 for a square; 0 without area."""
    area, length = shapely.area(geometries), shapely.length(geometries)
    return np.divide(4 * np.pi * area, length**2, out=np.zeros(len(area)), where=length > 0)


def _pieces(
    candidates: Projects, geometries: np.ndarray, feedback: Optional[Feedback]
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (candidate index, piece, row of the feature) arrays of polygonal overlaps of features with candidates."""
    geometries, row = divided(geometries)
    owners, features = candidates.candidates(shapely.bounds(geometries))

    def work(rows: Array) -> tuple[Array, Array, Array]:
        numbers, position = np.unique(owners[rows], return_inverse=True)
        share, pairs = _Share(candidates.geometries[numbers]), overlay.Pairs(geometries, position, features[rows])
        found, pieces = overlay.intersections(share, pairs, feedback)[:2]
        real = shapely.area(pieces) > overlay.NOISE_M2
        positions = rows[found[real]]
        return owners[positions], pieces[real], row[features[positions]]

    yield from in_threads(work, _shares(owners), feedback)


@dataclass
class _Share:
    """Candidates of one thread, in the shape that overlay.intersections asks for."""

    geometries: np.ndarray

    def copies(self) -> np.ndarray:
        """Fresh copies: what one thread prepares no other may touch."""
        return shapely.from_wkb(shapely.to_wkb(self.geometries))


def _shares(owners: np.ndarray) -> list[np.ndarray]:
    """Row numbers of sorted `owners` in shares of about equal size, no owner in two of them."""
    cuts = (
        np.searchsorted(owners, owners[np.linspace(0, len(owners) - 1, _SHARES + 1).astype(int)[1:-1]])
        if len(owners)
        else []
    )
    return [rows for rows in np.split(np.arange(len(owners)), np.unique(cuts)) if len(rows)]
