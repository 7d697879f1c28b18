"""Features laid over divisions, or over the land of a zone in them: one pass, then grouped as often as wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS, Geod

from ..land import crs as crs_rules
from ..land.area import ellipsoidal_areas
from ..land.overlay import HUGE, union
from ..land.pieces import objects
from ..land.repair import polygon_parts, single_parts
from ..land.robust import robust
from ..land.types import Array
from ..land.windows import Windows
from ..threads import PROCESSORS, Feedback, in_threads, raise_if_cancelled

_QUADRANT = 64  # segments of a quarter circle around a facility: its area is 1e-4 too small at most
_GEOD = Geod(a=6378137.0, rf=298.257222101)  # CGCS2000
_BLOCK = 20_000


@dataclass
class Cut:
    """One row a piece: the feature and the target it lies in, its size (m², m) or 1, and its shape ("" none kept)."""

    row: Array
    target: Array
    amount: Array
    pieces: Optional[Array] = None


def zone_targets(
    divisions: Array, features: Array, metres: Optional[float], feedback: Optional[Feedback] = None
) -> Array:
    """The land of a zone in each division: inside the features, or within metres of them; empty where there is none.

    `divisions`: valid polygons; `features`: valid geometries of any kind.
    """
    grown = features if metres is None else shapely.buffer(features, metres, quad_segs=_QUADRANT)
    tree = shapely.STRtree(grown)
    found = []
    for division in divisions:
        raise_if_cancelled(feedback)
        near = np.sort(tree.query(division, predicate="intersects"))
        land = union(grown[near]) if len(near) else shapely.Polygon()
        found.append(polygon_parts(robust(shapely.intersection, land, division)) if len(near) else land)
    return objects(found)


def cut_sizes(
    geometries: Array, targets: Array, plane: CRS, keep: bool = False, feedback: Optional[Feedback] = None
) -> Cut:
    """Areas (of polygons) or lengths (of lines) of what of each geometry lies in each target; raises Cancelled."""
    return _cut(geometries, targets, lambda rows, target: _pieces(geometries, rows, target, plane, keep), feedback)


def cut_places(geometries: Array, targets: Array, feedback: Optional[Feedback] = None) -> Cut:
    """Which target each geometry's inner point lies in, the first where it lies on a border; amounts are 1."""
    points = geometries.copy()
    lines = shapely.get_dimensions(geometries) == 1
    points[lines] = shapely.line_interpolate_point(_single(geometries[lines]), 0.5, normalized=True)
    other = shapely.get_dimensions(geometries) != 1
    points[other] = shapely.point_on_surface(geometries[other])
    x, y = shapely.get_x(points), shapely.get_y(points)

    def inside(rows: Array, target: Any) -> tuple[Array, Array, Array]:
        hit = rows[shapely.intersects_xy(target, x[rows], y[rows])]
        return hit, np.ones(len(hit)), objects([])

    found = _cut(points, targets, inside, feedback)
    _, first = np.unique(found.row, return_index=True)  # rows come target by target
    return Cut(found.row[first], found.target[first], found.amount[first])


def _single(lines: Array) -> Array:
    """The longest part of each line."""
    single = lines.copy()
    for index in np.flatnonzero(shapely.get_num_geometries(lines) > 1):
        parts = shapely.get_parts(lines[index])
        single[index] = parts[np.argmax(shapely.length(parts))]
    return single


Work = Callable[[Array, Any], tuple[Array, Array, Array]]


def _cut(geometries: Array, targets: Array, work: Work, feedback: Optional[Feedback]) -> Cut:
    boxes = shapely.bounds(geometries).reshape(-1, 4)
    jobs = []
    for number, target in enumerate(targets):
        left, low, right, top = shapely.bounds(target)
        meets = (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= top) & (boxes[:, 3] >= low)
        rows = np.flatnonzero(meets)
        shares = np.array_split(rows, max(min(len(rows) // 500, 2 * PROCESSORS), len(rows) // _BLOCK, 1))
        jobs += [(number, share) for share in shares if len(share)]
    parts = list(in_threads(lambda job: (job[0], *_worked(work, job[1], targets[job[0]])), jobs, feedback))
    row = np.concatenate([np.zeros(0, dtype=int), *(part[1] for part in parts)])
    target = np.concatenate([np.zeros(0, dtype=int), *(np.full(len(part[1]), part[0]) for part in parts)])
    amount = np.concatenate([np.zeros(0), *(part[2] for part in parts)])
    pieces = np.concatenate([objects([]), *(part[3] for part in parts)])
    return Cut(row, target, amount, pieces if len(pieces) == len(row) else None)


def _worked(work: Work, rows: Array, target: Any) -> tuple[Array, Array, Array]:
    own = shapely.from_wkb(shapely.to_wkb(target))  # prepared geometries are not shared between threads
    shapely.prepare(own)
    return work(rows, own)


def _pieces(geometries: Array, rows: Array, target: Any, plane: CRS, keep: bool) -> tuple[Array, Array, Array]:
    """(rows that lie in the target, their sizes in it, their pieces where they are kept)."""
    inside = shapely.contains_properly(target, geometries[rows])
    across = rows[~inside]
    across = across[shapely.intersects(target, geometries[across])]
    pieces = _intersections(geometries[across], target)
    kept = shapely.get_dimensions(pieces) == shapely.get_dimensions(geometries[across])
    kept &= ~shapely.is_empty(pieces)
    rows, pieces = (
        np.concatenate([rows[inside], across[kept]]),
        np.concatenate([geometries[rows[inside]], pieces[kept]]),
    )
    return rows, sizes(pieces, plane), pieces if keep else objects([])


def _intersections(geometries: Array, target: Any) -> Array:
    if not len(geometries):
        return objects([])
    near: Any = target
    if shapely.get_num_coordinates(target) > HUGE:
        window = Windows(target)
        near = objects([window.local(box) for box in shapely.bounds(geometries)])
    try:
        pieces = objects(shapely.intersection(geometries, near))
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        places = near if isinstance(near, np.ndarray) else [near] * len(geometries)
        pieces = objects([robust(shapely.intersection, a, b) for a, b in zip(geometries, places)])
    for index in np.flatnonzero(shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION):
        pieces[index] = _of_dimension(pieces[index], int(shapely.get_dimensions(geometries[index])))
    return pieces


def _of_dimension(geometry: Any, dimension: int) -> Any:
    if dimension == 2:
        return polygon_parts(geometry)
    flat = single_parts(geometry)
    lines = flat[shapely.get_dimensions(flat) == dimension]
    return shapely.multilinestrings(lines) if dimension == 1 else shapely.multipoints(lines)


def sizes(geometries: Array, plane: CRS) -> Array:
    """Ellipsoidal areas of polygons in m², lengths of lines in m, 1 for points."""
    dimensions = shapely.get_dimensions(geometries)
    found = np.where(dimensions == 0, 1.0, 0.0)
    polygons, lines = dimensions == 2, dimensions == 1
    if polygons.any():
        found[polygons] = ellipsoidal_areas(geometries[polygons], plane)
    if lines.any():
        found[lines] = _lengths(geometries[lines], plane)
    return found


def _lengths(lines: Array, plane: CRS) -> Array:
    """Lengths on the ellipsoid of CGCS2000, segment by segment."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    parts, part_owner = shapely.get_parts(lines, return_index=True)
    part = np.repeat(np.arange(len(parts)), shapely.get_num_coordinates(parts))
    move = crs_rules.transformer(plane, CRS.from_epsg(crs_rules.GEOGRAPHIC))
    longitude, latitude = move.transform(xy[:, 0], xy[:, 1])
    along = part[1:] == part[:-1]
    # from each vertex to the next, the last to the first: never one pair alone, which pyproj takes another way
    _, _, metres = _GEOD.inv(longitude, latitude, np.roll(longitude, -1), np.roll(latitude, -1))
    return np.bincount(owner[1:][along], np.asarray(metres)[:-1][along], minlength=len(lines))


def counted_once(pieces: Array, plane: CRS) -> float:
    """The area of polygons in m², land below several of them once."""
    if len(pieces) < 2:
        return float(sizes(pieces, plane).sum())
    tree = shapely.STRtree(pieces)
    one, other = tree.query(pieces)
    one, other = one[one < other], other[one < other]
    try:
        meets = shapely.relate_pattern(pieces[one], pieces[other], "T********")
    except shapely.GEOSException:  # what cannot be told apart is united
        meets = np.ones(len(one), dtype=bool)
    mixed = np.unique(np.concatenate([one[meets], other[meets]]))
    alone = np.setdiff1d(np.arange(len(pieces)), mixed)
    total = float(ellipsoidal_areas(pieces[alone], plane).sum())
    return total + (float(ellipsoidal_areas([union(pieces[mixed])], plane)[0]) if len(mixed) else 0.0)
