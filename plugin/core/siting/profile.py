"""The ground along the longer axis of a site: heights, and how steep it is there."""

from dataclasses import dataclass
from typing import Callable

import numpy as np
import shapely

_BEYOND = 0.25  # of the axis, that a profile shows on either side
_POINTS = 240


@dataclass(frozen=True)
class Profile:
    """`metres` from the beginning, `heights` there (not-a-number: no data), `inside`: whether that lies on the site;
    `from_`, `to`: compass points of its ends."""

    metres: np.ndarray
    heights: np.ndarray
    inside: np.ndarray
    from_: str
    to: str

    @property
    def is_known(self) -> bool:
        return bool(np.isfinite(self.heights[self.inside]).any())

    @property
    def lowest(self) -> float:
        """Metres, on the site."""
        return float(np.nanmin(self.heights[self.inside]))

    @property
    def highest(self) -> float:
        return float(np.nanmax(self.heights[self.inside]))

    @property
    def fall_percent(self) -> float:
        """Difference of height of the ends on the site by the distance between them; not a number where unknown."""
        known = np.flatnonzero(self.inside & np.isfinite(self.heights))
        first, last = known[0], known[-1]
        away = self.metres[last] - self.metres[first]
        return float(abs(self.heights[last] - self.heights[first]) / away * 100) if away else float("nan")


def profile_of(site: shapely.Geometry, heights_at: Callable[[np.ndarray], np.ndarray]) -> Profile:
    """Profile along the longer axis of the smallest rectangle around a site, from its western end."""
    start, end = _axis(site)
    beyond = (end - start) * _BEYOND
    start, end = start - beyond, end + beyond
    places = start + np.linspace(0, 1, _POINTS)[:, None] * (end - start)
    metres = np.linspace(0, 1, _POINTS) * float(np.hypot(*(end - start)))
    inside = shapely.intersects(site, shapely.points(places))
    return Profile(metres, heights_at(places), inside, _compass(start - end), _compass(end - start))


def _axis(site: shapely.Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Middles of the shorter sides, the western one (of two the southern one) first."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(site))[:4]
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    first = 0 if sides[0] <= sides[1] else 1
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    one, other = middles[first], middles[(first + 2) % 4]
    return (one, other) if tuple(np.round(one, 3)) <= tuple(np.round(other, 3)) else (other, one)


def _compass(direction: np.ndarray) -> str:
    """N, NE, E and so on."""
    turn = np.degrees(np.arctan2(direction[0], direction[1])) % 360
    return ("N", "NE", "E", "SE", "S", "SW", "W", "NW")[int((turn + 22.5) // 45) % 8]
