"""The geometry of a check: which project meets which control feature, and the piece they share.

Threads never share a prepared geometry (preparation is lazy and not thread-safe): every block of pairs prepares its own
copies of its projects.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from .errors import Cancelled
from .repair import polygon_parts
from .robust import robust

NOISE_M2 = 1e-6  # planar; what a difference leaves below a square millimetre is rounding of double coordinates, not land
_BLOCK_COST = 150_000  # vertices of a block's pairs: a tenth of a second, so that a cancel is heard
_THIN = 0.25  # a project filling less than this share of its box is searched piece by piece
_SEARCH_PIECES = 8
_MANY = 50


class Projects:
    """Projects under review: keys, valid polygons on the plane, statutory areas (m²), and a tree to search them by box."""

    def __init__(self, keys, geometries, areas_m2):
        self.keys = list(keys)
        self.geometries = np.asarray(geometries, dtype=object)
        self.areas_m2 = np.asarray(areas_m2, dtype=float)
        shapely.bounds(self.geometries)  # computes the cached envelopes before any thread reads them
        boxes, self._owner = _search_boxes(self.geometries)
        self._tree = shapely.STRtree(boxes)

    def __len__(self):
        return len(self.keys)

    def candidates(self, geometries, distance=0.0):
        """Pairs (project index, geometry index) whose boxes meet within `distance` metres, sorted by project."""
        bounds = shapely.bounds(geometries) + np.array([-distance, -distance, distance, distance])
        known = np.flatnonzero(~np.isnan(bounds[:, 0]))
        pairs = self._tree.query(shapely.box(*bounds[known].T))
        pairs = np.stack([self._owner[pairs[1]], known[pairs[0]]])
        return np.unique(pairs, axis=1)


def _search_boxes(geometries):
    """Boxes of the projects; long thin ones are cut into strips so that their boxes follow them."""
    boxes = shapely.envelope(geometries)
    owner = np.arange(len(geometries))
    thin = np.flatnonzero(shapely.area(geometries) < _THIN * shapely.area(boxes))
    strips, strip_owner = [], []
    for index in thin:
        for strip in _strips(geometries[index]):
            strips.append(strip)
            strip_owner.append(index)
    keep = np.setdiff1d(owner, strip_owner)
    return np.concatenate([boxes[keep], np.array(strips, dtype=object)]), np.concatenate([keep, strip_owner]).astype(int)


def _strips(geometry):
    """Boxes of what lies in each of some strips across the longer side; the whole box where clipping fails."""
    left, low, right, top = shapely.bounds(geometry)
    wide = right - left >= top - low
    edges = np.linspace(left, right, _SEARCH_PIECES + 1) if wide else np.linspace(low, top, _SEARCH_PIECES + 1)
    try:
        parts = [
            shapely.clip_by_rect(geometry, a, low, b, top) if wide else shapely.clip_by_rect(geometry, left, a, right, b)
            for a, b in zip(edges[:-1], edges[1:])
        ]
    except shapely.GEOSException:
        return [shapely.envelope(geometry)]
    # a strip's box is padded: clipping may shave the last bit of an edge that lies on the cut
    return [shapely.box(*(shapely.bounds(p) + np.array([-1, -1, 1, 1]))) for p in parts if not shapely.is_empty(p)]


def intersections(projects, controls, project_index, control_index, feedback=None):
    """Intersect pairs; yield (positions in the pair arrays, pieces) block by block.

    `projects`, `controls`: arrays of valid geometries; `project_index` must be sorted. A piece of two polygons is
    polygonal; of a line or point control feature it is what lies inside the project. Pairs that only touch are left out.
    Raises Cancelled when `feedback.isCanceled()`.
    """
    blocks = list(_blocks(projects, controls, project_index, control_index))
    yield from in_threads(lambda block: _intersect(projects, controls, project_index, control_index, block), blocks, feedback)


def _blocks(projects, controls, project_index, control_index):
    """Cut the pairs into slices of about equal cost."""
    cost = shapely.get_num_coordinates(projects)[project_index] // 8 + shapely.get_num_coordinates(controls)[control_index]
    starts = np.flatnonzero(np.diff(np.cumsum(cost) // _BLOCK_COST, prepend=-1))
    for start, stop in zip(starts, np.append(starts[1:], len(project_index))):
        yield np.arange(start, stop)


def in_threads(work, blocks, feedback):
    """Run `work` over the blocks in threads, results in order, few in flight, cancel heard between blocks."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque()
        try:
            for block in blocks:
                waiting.append(pool.submit(work, block))
                if len(waiting) > threads:
                    raise_if_cancelled(feedback)
                    yield waiting.popleft().result()
            while waiting:
                raise_if_cancelled(feedback)
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def raise_if_cancelled(feedback):
    if feedback is not None and feedback.isCanceled():
        raise Cancelled


def _intersect(projects, controls, project_index, control_index, block):
    mine = np.unique(project_index[block])
    local = shapely.from_wkb(shapely.to_wkb(projects[mine]))
    shapely.prepare(local)
    of_pair = local[np.searchsorted(mine, project_index[block])]
    control = controls[control_index[block]]
    meets = shapely.intersects(of_pair, control)
    block, of_pair, control = block[meets], of_pair[meets], control[meets]
    pieces = control.copy()  # a control feature wholly inside a project is its own piece
    cut = np.flatnonzero(~shapely.contains_properly(of_pair, control))
    pieces[cut] = _cut(of_pair[cut], control[cut])
    return _worth_keeping(block, pieces, shapely.get_dimensions(control))


def _cut(projects, controls):
    try:
        return shapely.intersection(projects, controls)
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        return np.array([robust(shapely.intersection, a, b) for a, b in zip(projects, controls)], dtype=object)


def _worth_keeping(positions, pieces, dimensions):
    """Drop mere contact: pieces of polygons keep their polygons, pieces of lines their lines."""
    mixed = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    for index in np.flatnonzero(mixed & (dimensions == 2)):
        pieces[index] = polygon_parts(pieces[index])
    enough = np.where(dimensions == 2, shapely.area(pieces) > 0, shapely.get_dimensions(pieces) == dimensions)
    return positions[enough], pieces[enough]


def union(pieces):
    """Union of polygonal pieces; of many, exact duplicates are dropped first, they cost nothing then."""
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) > _MANY:
        different = {wkb: index for index, wkb in enumerate(shapely.to_wkb(shapely.normalize(pieces)))}
        pieces = pieces[list(different.values())]
    return polygon_parts(robust(shapely.union_all, pieces))


def unions(pieces, owners, feedback=None):
    """Union of the polygonal pieces of each owner: (owners without repeats, geometries). Raises Cancelled.

    `owners` is sorted. Pieces of one owner that share no interior need no union to be measured: they come back as one
    multipolygon, whose area is the same. Telling so by pairs is several times faster than the unions themselves.
    """
    if not len(pieces):
        return np.array([], dtype=int), np.array([], dtype=object)
    keys, group = np.unique(owners, return_inverse=True)
    parts, piece = shapely.get_parts(pieces, return_index=True)
    wholes = shapely.multipolygons(parts, indices=group[piece])
    many = np.bincount(group) > _MANY  # pairs grow with the square: beyond this the union itself is the cheaper way
    few = np.flatnonzero(~many[group])
    mixed = np.union1d(np.flatnonzero(many), group[few[_overlapping(pieces[few], group[few])]])
    starts = np.searchsorted(group, np.arange(len(keys) + 1))
    members = (pieces[starts[index] : starts[index + 1]] for index in mixed)
    for index, whole in zip(mixed, in_threads(union, members, feedback)):
        wholes[index] = whole
    return keys, wholes


def _overlapping(pieces, owners):
    """Positions of pieces whose interior meets that of another piece of the same owner."""
    if not len(pieces):
        return np.array([], dtype=int)
    boxes = shapely.bounds(pieces)
    # each owner's boxes are moved to a place of their own, so that the tree pairs pieces of one owner only
    boxes[:, [0, 2]] += (owners * (np.ptp(boxes[:, [0, 2]]) + 1.0))[:, None]
    one, other = shapely.STRtree(shapely.box(*boxes.T)).query(shapely.box(*boxes.T))
    one, other = one[one < other], other[one < other]
    shares = np.array_split(np.arange(len(one)), os.cpu_count() or 1)
    try:
        with ThreadPoolExecutor(len(shares)) as pool:
            meets = list(pool.map(lambda rows: shapely.relate_pattern(pieces[one[rows]], pieces[other[rows]], "T********"), shares))
    except shapely.GEOSException:  # what cannot be told apart is united
        return one
    return one[np.concatenate(meets)]


def part_outside(project, pieces):
    """What of a project lies outside the union of `pieces`: polygonal, parts below NOISE_M2 removed."""
    rest = robust(shapely.difference, project, union(pieces)) if len(pieces) else project
    parts = shapely.get_parts(polygon_parts(rest))
    parts = parts[shapely.area(parts) > NOISE_M2]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
