"""The 3 and 6 degree zones of CGCS2000: numbers, widths and the planes that EPSG has for them."""

from functools import lru_cache
from typing import Optional

import numpy as np
from pyproj import CRS

from ..errors import CrsError


def zone3(longitude: float) -> int:
    """Number of the 3-degree zone: floor((L + 1.5) / 3); its central meridian is 3n."""
    return int(np.floor((longitude + 1.5) / 3))


def zone6(longitude: float) -> int:
    """Number of the 6-degree zone: floor(L / 6) + 1; its central meridian is 6n - 3."""
    return int(np.floor(longitude / 6)) + 1


# width in degrees: first and last zone, EPSG code of the first with the zone's number in front and by its meridian
_ZONES = {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)}


def zone_crs(width: int, zone: int, prefix: bool) -> CRS:
    """Return the plane of a 3 or 6 degree zone, eastings with or without the zone's number in front.

    Raises CrsError for a zone that EPSG has no code for (3 degrees: 25-45, 6 degrees: 13-23).
    """
    first, last, with_prefix, by_meridian = _ZONES[width]
    if not first <= zone <= last:
        raise CrsError("crs_zone_unknown", width=width, zone=zone, first=first, last=last)
    return epsg((with_prefix if prefix else by_meridian) + zone - first)


def zone_width(zone: Optional[int]) -> Optional[int]:
    """3 or 6: the width in degrees of the zones that have this number, None for no zone; the two never meet."""
    return next((w for w, (first, last, *_) in _ZONES.items() if zone is not None and first <= zone <= last), None)


def numbered(plane: CRS) -> Optional[CRS]:
    """The same zone with its number in front of the eastings, None for a plane that is no zone by its meridian."""
    code = plane.to_epsg()
    for width, (first, last, _, by_meridian) in _ZONES.items():
        if code is not None and by_meridian <= code <= by_meridian + last - first:
            return zone_crs(width, first + code - by_meridian, prefix=True)
    return None


@lru_cache(maxsize=128)
def epsg(code: int) -> CRS:
    """The CRS of an EPSG code, kept."""
    return CRS.from_epsg(code)
