"""Gauss-Kruger inverse at array speed: PROJ at a few nodes, one complex polynomial for the millions of vertices
between them.

The inverse is conformal, so (isometric latitude) + i (longitude) is an analytic function of northing + i easting and a
degree-9 polynomial over a county or a province carries it to far below the 1e-6 arc-second the land survey rounds to.
Latitude is a second, real polynomial of isometric latitude. Every fit is compared with PROJ at points of its own
before it is used; where it misses, PROJ computes each vertex.
"""

from typing import Optional

import numpy as np
from numpy.polynomial import chebyshev
from pyproj import CRS, Transformer

from .types import Array, Box

_DEGREE = 9
_MISS = 1e-7 / 3600  # degrees; a tenth of the rounding step of latitude and longitude
_E = np.sqrt(0.0066943800229)


class GaussInverse:
    """Plane metres (x = easting, y = northing) of a pyproj Gauss-Kruger CRS to longitude and latitude in degrees."""

    def __init__(self, plane_wkt: str) -> None:
        plane = CRS.from_wkt(plane_wkt)
        self._proj = Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)
        self._fit: Optional[_Fit] = None

    def __call__(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return (longitude, latitude) arrays; infinite where PROJ cannot answer."""
        if len(x) < 2000:
            return self._proj.transform(x, y)
        bounds = x.min(), y.min(), x.max(), y.max()
        fit = self._fit  # read once: another thread may put a new one in its place
        if fit is None or not fit.covers(bounds):
            fit = self._fit = _Fit.over(bounds, self._proj)
        return fit(x, y) if fit.is_exact else self._proj.transform(x, y)


class _Fit:
    """Polynomials over one rectangle, with the largest miss against PROJ seen at check points."""

    bounds: Box
    is_exact: bool

    @classmethod
    def over(cls, bounds: Box, proj: Transformer) -> "_Fit":
        fit = cls()
        with np.errstate(invalid="ignore"):  # infinite bounds: PROJ will answer each vertex
            margin = 1000.0 + 0.05 * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
        fit.bounds = bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin
        fit.is_exact = False
        if np.all(np.isfinite(bounds)):
            fit._solve(proj)
        return fit

    def covers(self, bounds: Box) -> bool:
        a, b = self.bounds, bounds
        return a[0] <= b[0] and a[1] <= b[1] and a[2] >= b[2] and a[3] >= b[3]

    def _solve(self, proj: Transformer) -> None:
        x, y = self._grid(2 * _DEGREE + 2)
        longitude, latitude = proj.transform(x, y)
        if not np.all(np.isfinite(longitude)):
            return
        self._centre = complex((self.bounds[1] + self.bounds[3]) / 2, (self.bounds[0] + self.bounds[2]) / 2)
        self._radius = np.hypot(self.bounds[3] - self.bounds[1], self.bounds[2] - self.bounds[0]) / 2
        self._origin = longitude.mean()
        isometric = _isometric(latitude)
        w = isometric + 1j * np.radians(longitude - self._origin)
        self._forward = np.linalg.lstsq(np.vander(self._scaled(x, y), _DEGREE + 1), w, rcond=None)[0]
        self._range = isometric.min(), isometric.max()
        self._latitude = _power_basis(self._unit(isometric), latitude)
        check_x, check_y = self._grid(13)
        seen, truth = self(check_x, check_y), proj.transform(check_x, check_y)
        self.is_exact = max(np.abs(np.subtract(seen, truth)).max(axis=1)) < _MISS

    def _grid(self, n: int) -> tuple[Array, Array]:
        nodes = (1 - np.cos(np.pi * (np.arange(n) + 0.5) / n)) / 2
        x, y = np.meshgrid(nodes, nodes)
        left, low, right, top = self.bounds
        return (left + x * (right - left)).ravel(), (low + y * (top - low)).ravel()

    def _scaled(self, x: Array, y: Array) -> Array:
        z = np.empty(len(x), complex)
        z.real, z.imag = y, x
        z -= self._centre
        z /= self._radius
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
