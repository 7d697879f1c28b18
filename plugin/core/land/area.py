"""Statutory ellipsoidal area of polygons (图斑椭球面积), vectorised over all their vertices.

Source of the formula: 国土调查办发〔2008〕32号, as kept in domain table area_rules.yaml (constants, series A-E, steps
1-5). The trapezoid sum telescopes: with G(B) = A sin B - B sin 3B + C sin 5B - D sin 7B + E sin 9B the area of a
closed ring is b² times the planar shoelace of its vertices mapped to (L, G(B)), so one reduction gives all rings at
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import shapely

from ..errors import InputError
from ..threads import in_threads, run_inline
from .gauss import GaussInverse
from .rounding import half_up

if TYPE_CHECKING:
    from pyproj import CRS

    from .types import Array

    Plane = Union[CRS, GaussInverse]  # the second where no PROJ is at hand

_POLAR_AXIS = 6356752.31414036  # b of CGCS2000, metres
_E2 = 0.0066943800229  # first eccentricity squared
_MAX_EDGE = 70.0  # metres; longer edges get extra points, for the area only
_SECONDS = 3600.0
_RADIANS_PER_SECOND = np.pi / (180.0 * 3600.0)
_BLOCK_VERTICES = 60_000  # the working arrays of a block stay in the processor's cache


def _series() -> tuple[float, float, float, float, float]:
    """Coefficients A..E of the trapezoid series as powers of e²."""
    e2, e4, e6, e8 = (_E2**k for k in (1, 2, 3, 4))
    return (
        1 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
        1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
        3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
        1 / 112 * e6 + 45 / 2304 * e8,
        5 / 2304 * e8,
    )


_A, _B, _C, _D, _E = _series()


def statutory_areas(geometries: Any, plane: Plane) -> Array:
    """Return the statutory areas of polygons, m² rounded half-up to 2 decimals, as a float64 array.

    `geometries`: array of shapely polygons or multipolygons (None and empty count 0) whose coordinates are x = easting,
    y = northing in metres of `plane`, a CGCS2000 Gauss-Kruger pyproj CRS. Parts that are no polygons are ignored.
    Raises InputError when `plane` is not a projected CRS.
    """
    return half_up(ellipsoidal_areas(geometries, plane), 2)


def ellipsoidal_areas(geometries: Any, plane: Plane) -> Array:
    """As `statutory_areas`, before the last rounding: areas of parts that are to be added first."""
    geometries = np.asarray(geometries, dtype=object).ravel()
    inverse = plane if isinstance(plane, GaussInverse) else gauss_inverse(plane.srs)
    blocks = _blocks(shapely.get_num_coordinates(geometries))
    areas = list(in_threads(lambda block: _block_areas(geometries[block], inverse), blocks))
    return np.concatenate(areas) if areas else np.zeros(0)


class AreasToCome:
    """The statutory areas of polygons on a plane, computed in a thread from now on. Raises as `statutory_areas`."""

    def __init__(self, geometries: Array, plane: CRS) -> None:
        # who measures pieces of them elsewhere knows no square but those that are known here
        gauss_inverse(plane.srs).prepare(shapely.bounds(geometries).reshape(-1, 4))
        with_one = ThreadPoolExecutor(1, initializer=run_inline)
        # an array of its own: shapely forbids and allows writing to one while it reads it, threads disturb each other
        self._found = with_one.submit(statutory_areas, geometries.copy(), plane)
        with_one.shutdown(wait=False)

    @property
    def are_known(self) -> bool:
        return self._found.done()

    def areas_m2(self) -> Array:
        """Waits for them."""
        return self._found.result()


def statutory_area(geometry: Any, plane: Plane) -> float:
    """Return the statutory area of one polygon or multipolygon; see `statutory_areas`."""
    return float(statutory_areas([geometry], plane)[0])


@lru_cache(maxsize=8)
def gauss_inverse(definition: str) -> GaussInverse:
    """That of a plane, kept. Raises InputError for a CRS that is no plane."""
    from pyproj import CRS  # here: a process of workers.Workers starts without it

    plane = CRS.from_user_input(definition)
    if not plane.is_projected:
        raise InputError("area_needs_plane", crs=plane.name)
    return GaussInverse.of(plane.to_wkt())


def _blocks(counts: Array) -> Iterator[slice]:
    """Yield slices of consecutive geometries that hold about _BLOCK_VERTICES vertices together."""
    groups = np.cumsum(counts) // _BLOCK_VERTICES
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    for start, stop in zip(starts, np.append(starts[1:], len(counts))):
        yield slice(start, stop)


def _block_areas(geometries: Array, inverse: GaussInverse) -> Array:
    polygons, owner = _polygons(geometries)
    rings, ring_polygon = _rings(polygons)
    if len(rings) == 0:
        return np.zeros(len(geometries))
    blocks = _blocks(shapely.get_num_coordinates(rings))  # one geometry may be as large as a county's forest
    ring_areas = np.concatenate([_ring_areas(rings[block], inverse) for block in blocks])
    is_hole = np.diff(ring_polygon, prepend=-1) == 0
    return np.bincount(owner[ring_polygon], np.where(is_hole, -ring_areas, ring_areas), minlength=len(geometries))


def _polygons(geometries: Array) -> tuple[Array, Array]:
    """Return the polygon parts and the index of the geometry each belongs to."""
    owner = np.arange(len(geometries))
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON  # getting parts would copy each of them
    parts, part_owner = shapely.get_parts(geometries[~single], return_index=True)
    keep = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return _merged(geometries[single], owner[single], parts[keep], owner[~single][part_owner[keep]])


def _rings(polygons: Array) -> tuple[Array, Array]:
    """Rings and the index of the polygon each belongs to; a polygon without holes stands for its only ring."""
    index = np.flatnonzero(shapely.get_num_coordinates(polygons))
    polygons = polygons[index]
    holed = shapely.get_num_interior_rings(polygons) > 0
    rings, ring_polygon = shapely.get_rings(polygons[holed], return_index=True)
    return _merged(polygons[~holed], index[~holed], rings, index[holed][ring_polygon])


def _merged(some: Array, owners: Array, others: Array, other_owners: Array) -> tuple[Array, Array]:
    """Two lists and their owners as one, in the order of the owners."""
    if not len(others):
        return some, owners
    owner = np.concatenate([owners, other_owners])
    order = np.argsort(owner, kind="stable")
    return np.concatenate([some, others])[order], owner[order]


def _ring_areas(rings: Array, inverse: GaussInverse) -> Array:
    """Unsigned areas of closed rings in m², unrounded."""
    vertices = shapely.get_coordinates(rings)
    vertices = np.floor(vertices * 1e4 + 0.5) / 1e4
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
    vertices, starts = _densify(vertices, starts)
    longitude, latitude = inverse(vertices[:, 0], vertices[:, 1])
    ell = np.round(longitude * _SECONDS, 6)
    bee = np.round(latitude * _SECONDS, 6)
    first = np.repeat(starts[:-1], np.diff(starts))
    x = (ell - ell[first]) * _RADIANS_PER_SECOND
    g = _authalic(bee * _RADIANS_PER_SECOND)
    y = g - g[first]
    # one trapezoid per edge; the closing vertex of a ring makes the edge to the next ring start at x = y = 0
    trapezoids = np.zeros(len(x))
    np.multiply(x[1:] + x[:-1], y[1:] - y[:-1], out=trapezoids[:-1])
    trapezoids[starts[1:] - 1] = 0.0
    return np.abs(np.add.reduceat(trapezoids, starts[:-1])) * (_POLAR_AXIS**2 / 2)


def _authalic(b: Array) -> Array:
    """G(B), by the odd-multiple recurrence sin((n+2)B) = 2 cos 2B sin nB - sin((n-2)B): one trigonometric call,
    not five.
    """
    s1 = np.sin(b)
    twice = 2 - 4 * s1 * s1
    s3 = (twice + 1) * s1
    s5 = twice * s3 - s1
    s7 = twice * s5 - s3
    s9 = twice * s7 - s5
    return _A * s1 - _B * s3 + _C * s5 - _D * s7 + _E * s9


def _densify(vertices: Array, starts: Array) -> tuple[Array, Array]:
    """Add int(length / 70) equally spaced points to every edge over 70 m (6 decimals).

    Return vertices and ring starts.
    """
    step = np.zeros_like(vertices)
    np.subtract(vertices[1:], vertices[:-1], out=step[:-1])
    step[starts[1:] - 1] = 0.0
    length = np.sqrt(np.einsum("ij,ij->i", step, step))
    long = np.flatnonzero(length > _MAX_EDGE)
    if not len(long):
        return vertices, starts
    extra = (length[long] // _MAX_EDGE).astype(np.int64)
    place = np.zeros(len(vertices) + 1, np.int64)
    place[long + 1] = extra
    place = np.cumsum(place) + np.arange(len(place))  # where each vertex comes to lie
    which = np.repeat(np.arange(len(long)), extra)
    part = np.arange(len(which)) - (np.cumsum(extra) - extra)[which] + 1
    edge = long[which]
    dense = np.empty((len(vertices) + len(which), 2))
    dense[place[:-1]] = vertices
    dense[place[edge] + part] = np.round(vertices[edge] + step[edge] * (part / (extra[which] + 1))[:, None], 6)
    return dense, place[starts]
