"""Polygons of a VCT file out of the lines that bound them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from ...core.errors import InputError
from ..parcels.rings import nest

_MEETS = 1e-4  # in units of the coordinates: ends of lines that bound one polygon


class Loose(Exception):
    """Lines that do not make closed rings; `code` and `value` say which."""

    def __init__(self, code: str, value: int) -> None:
        super().__init__(code)
        self.code, self.value = code, value


def polygon_of(groups: list[list[int]], lines: Mapping[int, np.ndarray]) -> Any:
    """The polygon that signed ids of lines bound, ring after ring; raises Loose."""
    return polygon_of_rings([ring for group in groups for ring in _rings(group, lines)])


def _rings(group: list[int], lines: Mapping[int, np.ndarray]) -> Iterator[np.ndarray]:
    """Closed rings of lines in their order: where the last end meets the first beginning a ring is closed."""
    path: list[np.ndarray] = []
    for number in group:
        line = lines.get(abs(number))
        if line is None:
            raise Loose("vct_line_missing", abs(number))
        line = line if number > 0 else line[::-1]
        if path and not _meet(path[-1][-1], line[0]):
            raise Loose("vct_ring_open", number)
        path.append(line)
        if _meet(path[0][0], line[-1]):
            yield _ring(path)
            path = []
    if path:
        raise Loose("vct_ring_open", group[-1])


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() <= _MEETS)


def _ring(path: list[np.ndarray]) -> np.ndarray:
    ring = np.concatenate([path[0][:1], *(line[1:] for line in path)])
    ring[-1] = ring[0]
    if len(ring) < 4:
        raise Loose("vct_ring_short", len(ring))
    return ring


def polygon_of_rings(rings: list[np.ndarray]) -> Any:
    """A polygon, or several where a ring lies outside the others; what cannot be told apart stays as it is written."""
    if not rings:
        raise Loose("vct_ring_short", 0)
    rings = sorted(rings, key=lambda ring: -shapely.Polygon(ring).area)
    written = shapely.Polygon(rings[0], rings[1:])
    if len(rings) == 1 or written.is_valid:
        return written
    try:
        nested = nest(rings, False)
    except InputError:
        return written
    if nested.repaired or nested.overlaps or nested.duplicates or nested.empty:
        return written
    parts = [part for shape in nested.polygons for part in shapely.get_parts(shape).tolist()]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
