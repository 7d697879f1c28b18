"""Gauss-Kruger inverse at array speed: PROJ at a few nodes, one complex polynomial for the millions of vertices
between them.

The inverse is conformal, so (isometric latitude) + i (longitude) is an analytic function of northing + i easting and a
degree-8 polynomial over a square of 131 km carries it to far below the 1e-6 arc-second the land survey rounds to.
Latitude is a second, real polynomial of isometric latitude. Every fit is compared with PROJ at points of its own
before it is used; where it misses, PROJ computes each vertex.

The squares lie on a fixed grid. Which fit answers for a vertex is a matter of its place alone, never of what was
computed before it, beside it or in another thread: the same input gives the same cents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

    from .types import Array

_DEGREE = 8
_MISS = 1e-7 / 3600  # degrees; a tenth of the rounding step of latitude and longitude
_E = np.sqrt(0.0066943800229)
_SQUARE = 131_072.0  # metres; a fit of this size misses PROJ by about 1e-9 arc-second
# squares farther out than this are PROJ's: no survey lies there, and strays must not make fits without end
_FARTHEST_EAST, _FARTHEST_NORTH = 4, 51
_NUMBERS = 10 + 3 * (_DEGREE + 1)  # of a fit, with its square


class GaussInverse:
    """Plane metres (x = easting, y = northing) of a pyproj Gauss-Kruger CRS to longitude and latitude in degrees."""

    def __init__(self, proj: Optional[Transformer], middle: float) -> None:
        self._proj, self._middle = proj, middle
        self._fits: dict[tuple[int, int], Optional[_Fit]] = {}

    @classmethod
    def of(cls, plane_wkt: str) -> GaussInverse:
        """That of a plane."""
        from pyproj import CRS, Transformer  # here: a process of workers.Workers starts without it

        plane = CRS.from_wkt(plane_wkt)
        return cls(Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True), _false_easting(plane))

    @property
    def numbers(self) -> Array:
        """What it knows by now, one row a square, for `of_numbers`."""
        known = [(key, fit) for key, fit in list(self._fits.items()) if fit is not None]
        return np.array([[self._middle, *key, *fit.numbers] for key, fit in known]).reshape(len(known), _NUMBERS)

    @classmethod
    def of_numbers(cls, numbers: Array) -> GaussInverse:
        """The same without PROJ: of any other place it raises LookupError."""
        made = cls(None, float(numbers[0, 0]) if len(numbers) else 0.0)
        made._fits = {(int(row[1]), int(row[2])): _Fit.of_numbers(row[3:]) for row in numbers}
        return made

    def prepare(self, boxes: Array) -> None:
        """Make the fits of all squares that boxes (n x 4: min x, min y, max x, max y) reach, for `numbers`."""
        boxes = boxes[np.isfinite(boxes).all(axis=1)] - np.array([self._middle, 0.0, self._middle, 0.0])
        squares = np.unique(np.floor(boxes / _SQUARE), axis=0)
        limits = np.array([_FARTHEST_EAST, _FARTHEST_NORTH])
        for left, low, right, top in np.clip(squares, [*-limits, *-limits], [*limits, *limits]).tolist():
            for column in np.arange(left, right + 1):
                for row in np.arange(low, top + 1):
                    self._fit(column, row)

    def __call__(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return (longitude, latitude) arrays; infinite where PROJ cannot answer."""
        with np.errstate(invalid="ignore"):  # a vertex that is no number is PROJ's
            column, row = np.floor((x - self._middle) / _SQUARE), np.floor(y / _SQUARE)
        if not len(x) or (column == column[0]).all() and (row == row[0]).all():
            return self._in_square(x, y, column[:1], row[:1])
        return self._in_squares(x, y, column, row)

    def _in_squares(self, x: Array, y: Array, column: Array, row: Array) -> tuple[Array, Array]:
        longitude, latitude = np.empty(len(x)), np.empty(len(x))
        near = (np.abs(column) <= _FARTHEST_EAST) & (np.abs(row) <= _FARTHEST_NORTH)
        keys = np.where(near, column * 1000 + row, np.inf)
        order = np.argsort(keys, kind="stable")
        changes = np.flatnonzero(keys[order[1:]] != keys[order[:-1]]) + 1
        for group in np.split(order, changes):
            square = column[group[:1]], row[group[:1]]
            longitude[group], latitude[group] = self._in_square(x[group], y[group], *square)
        return longitude, latitude

    def _in_square(self, x: Array, y: Array, column: Array, row: Array) -> tuple[Array, Array]:
        fit = self._fit(column[0], row[0]) if len(x) else None
        return fit(x, y) if fit else self._asked().transform(x, y)

    def _asked(self) -> Any:
        if self._proj is None:
            raise LookupError
        return self._proj

    def _fit(self, column: float, row: float) -> Optional[_Fit]:
        if not (abs(column) <= _FARTHEST_EAST and abs(row) <= _FARTHEST_NORTH):
            return None
        key = int(column), int(row)
        if key not in self._fits:  # two threads may both make it: they make the same
            self._fits[key] = _Fit.over(self._middle + column * _SQUARE, row * _SQUARE, self._asked())
        return self._fits[key]


def _false_easting(plane: CRS) -> float:
    operation = plane.coordinate_operation
    found = [p.value for p in operation.params if p.name == "False easting"] if operation else []
    return float(found[0]) if found else 0.0


class _Fit:
    """Polynomials over one square whose lower left corner is given."""

    _corner: tuple[float, float]

    @classmethod
    def over(cls, left: float, low: float, proj: Transformer) -> Optional[_Fit]:
        """The fit, or None where PROJ does not answer or is missed at a check point."""
        fit = cls()
        fit._corner = left, low
        return fit if fit._solve(proj) and fit._holds(proj) else None

    @property
    def numbers(self) -> list[float]:
        centre, forward = self._centre, self._forward
        ends = [*self._corner, centre.real, centre.imag, self._origin, *self._range]
        return [*ends, *forward.real, *forward.imag, *self._latitude]

    @classmethod
    def of_numbers(cls, numbers: Array) -> _Fit:
        fit, many = cls(), _DEGREE + 1
        fit._corner, fit._centre = (float(numbers[0]), float(numbers[1])), complex(numbers[2], numbers[3])
        fit._origin, fit._range = numbers[4], (numbers[5], numbers[6])
        real, imaginary, fit._latitude = numbers[7:].reshape(3, many)
        fit._forward = real + 1j * imaginary
        return fit

    def _solve(self, proj: Transformer) -> bool:
        x, y = self._grid(2 * _DEGREE + 2)
        longitude, latitude = proj.transform(x, y)
        if not np.all(np.isfinite(longitude)):
            return False
        self._centre = complex(self._corner[1] + _SQUARE / 2, self._corner[0] + _SQUARE / 2)
        self._origin = longitude.mean()
        isometric = _isometric(latitude)
        w = isometric + 1j * np.radians(longitude - self._origin)
        self._forward = np.linalg.lstsq(np.vander(self._scaled(x, y), _DEGREE + 1), w, rcond=None)[0]
        self._range = isometric.min(), isometric.max()
        self._latitude = _power_basis(self._unit(isometric), latitude)
        return True

    def _holds(self, proj: Transformer) -> bool:
        x, y = self._grid(13)
        misses = np.abs(np.subtract(self(x, y), proj.transform(x, y)))
        return bool(misses.max() < _MISS)

    def _grid(self, n: int) -> tuple[Array, Array]:
        nodes = _SQUARE * (1 - np.cos(np.pi * (np.arange(n) + 0.5) / n)) / 2
        x, y = np.meshgrid(nodes, nodes)
        return (self._corner[0] + x).ravel(), (self._corner[1] + y).ravel()

    def _scaled(self, x: Array, y: Array) -> Array:
        z = np.empty(len(x), complex)
        z.real, z.imag = y, x
        z -= self._centre
        z /= _SQUARE / np.sqrt(2)
        return z

    def _unit(self, isometric: Array) -> Array:
        low, high = self._range
        return (isometric - (low + high) / 2) * (2 / (high - low))

    def __call__(self, x: Array, y: Array) -> tuple[Array, Array]:
        w = _horner(self._forward, self._scaled(x, y))
        longitude = np.degrees(w.imag)
        longitude += self._origin
        return longitude, _horner(self._latitude, self._unit(w.real))


def _isometric(latitude: Array) -> Array:
    s = np.sin(np.radians(latitude))
    return np.arctanh(s) - _E * np.arctanh(_E * s)


def _power_basis(t: Array, values: Array) -> Array:
    """Coefficients of the least-squares polynomial of degree _DEGREE on [-1, 1], highest power first."""
    fitted = chebyshev.chebfit(t, values, _DEGREE)  # type: ignore[no-untyped-call]
    return np.asarray(chebyshev.cheb2poly(fitted))[::-1]  # type: ignore[no-untyped-call]


def _horner(coefficients: Array, z: Array) -> Array:
    result = np.full_like(z, coefficients[0])
    for c in coefficients[1:]:
        result *= z
        result += c
    return result
