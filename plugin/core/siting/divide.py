"""Large geometries in small pieces: what is asked of a piece looks at few vertices, and its box follows it."""

from collections.abc import Iterator

import numpy as np
import shapely

from ..land.boxes import Box
from ..land.repair import polygon_parts
from ..land.robust import robust

_SHORT = 24  # edges of a line
_MANY = 1000  # vertices of a polygon
_DEEPEST = 24  # halvings; a polygon that is still large then lies on one spot


def short_lines(geometries: np.ndarray) -> np.ndarray:
    """The features as points and lines of at most _SHORT edges: boundaries of polygons, long lines cut."""
    parts = shapely.get_parts(geometries)
    flat = shapely.get_dimensions(parts) == 2
    lines = shapely.get_parts(np.concatenate([parts[~flat], shapely.boundary(parts[flat])]))
    long = shapely.get_num_coordinates(lines) > _SHORT + 1
    return np.concatenate([lines[~long], _cut(lines[long])])


def _cut(lines: np.ndarray) -> np.ndarray:
    if not len(lines):
        return lines
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    position = np.arange(len(owner)) - np.searchsorted(owner, owner)
    piece = position // _SHORT
    step = (piece + owner * (piece.max() + 2)).astype(np.int64)
    # the first vertex of a piece also ends the piece before it
    joint = np.flatnonzero((position % _SHORT == 0) & (position > 0))
    where = np.concatenate([np.arange(len(owner)), joint])
    key = np.concatenate([step, step[joint] - 1])
    order = np.lexsort((np.concatenate([position, position[joint]]), key))
    key, where = key[order], where[order]
    keys, counts = np.unique(key, return_counts=True)
    enough = np.isin(key, keys[counts > 1])
    _, dense = np.unique(key[enough], return_inverse=True)
    return shapely.linestrings(coordinates[where[enough]], indices=dense)


def divided(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(pieces, index of the geometry each comes from): polygons of more than _MANY vertices are cut into boxes, the
    rest is as it was.

    Pieces of one geometry share edges and no land, so areas add up; their union is the geometry.
    """
    counts = shapely.get_num_coordinates(geometries)
    large = np.flatnonzero((counts > _MANY) & (shapely.get_dimensions(geometries) == 2))
    if not len(large):
        return geometries, np.arange(len(geometries))
    pieces, owners = [geometries], [np.arange(len(geometries))]
    for index in large:
        parts = [piece for part in shapely.get_parts(geometries[index]) for piece in _halved(part, 0)]
        pieces.append(np.array(parts, dtype=object))
        owners.append(np.full(len(parts), index))
    keep = np.ones(sum(map(len, pieces)), bool)
    keep[large] = False
    return np.concatenate(pieces)[keep], np.concatenate(owners)[keep]


def _halved(polygon: shapely.Geometry, depth: int) -> Iterator[shapely.Geometry]:
    """Yield the polygon, or its pieces on both sides of a cut across its longer side."""
    if shapely.get_num_coordinates(polygon) <= _MANY or depth == _DEEPEST:
        yield polygon
        return
    left, low, right, top = polygon.bounds
    x, y = (left + right) / 2, (low + top) / 2
    wide = right - left >= top - low
    sides = ((left, low, x, top), (x, low, right, top)) if wide else ((left, low, right, y), (left, y, right, top))
    for box in sides:
        for part in shapely.get_parts(within_box(polygon, box)):
            yield from _halved(part, depth + 1)


def within_box(geometry: shapely.Geometry, box: Box) -> shapely.Geometry:
    """What of a geometry lies in a box (left, low, right, top): the fast clip where its answer is valid, else
    an intersection.
    """
    try:
        piece = shapely.clip_by_rect(geometry, *box)
        if shapely.is_valid(piece):
            return polygon_parts(piece) if shapely.get_dimensions(geometry) == 2 else piece
    except shapely.GEOSException:
        pass  # the exact way below answers
    piece = robust(shapely.intersection, geometry, shapely.box(*box))
    return polygon_parts(piece) if shapely.get_dimensions(geometry) == 2 else piece


def clipped(geometries: np.ndarray, box: Box) -> np.ndarray:
    """Features cut to a box; what lies inside stays as it is."""
    bounds = shapely.bounds(geometries)
    out = (bounds[:, 0] < box[0]) | (bounds[:, 1] < box[1]) | (bounds[:, 2] > box[2]) | (bounds[:, 3] > box[3])
    cut = geometries.copy()
    for index in np.flatnonzero(out):
        cut[index] = within_box(geometries[index], box)
    return cut[~shapely.is_empty(cut)]
