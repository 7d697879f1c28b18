"""Two columns of coordinates: which of them is east, and what system they are in, told by the size of their numbers.

Zone numbers of 3-degree (25-45) and 6-degree zones (13-23) never meet; latitudes and longitudes of the country neither.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Optional

import numpy as np
from pyproj import CRS

from .crs import GEOGRAPHIC, describe, parse_crs
from .types import Array
from .zones import zone3, zone_crs, zone_width

LATITUDES, LONGITUDES = (3.0, 54.5), (73.0, 136.5)
_NORTHINGS = (1_000_000.0, 6_500_000.0)  # south of it a northing could be an easting
_ANY_NORTHING = (300_000.0, 6_500_000.0)
_EASTINGS = (100_000.0, 900_000.0)  # without the zone's number
ZONE_M = 1e6
_ZONES = [zone for zone in range(60) if zone_width(zone)]


class PointForm(str, Enum):
    """How coordinates are written."""

    DEGREES = "degrees"
    PREFIXED = "prefixed"  # eastings with the zone's number in front
    PLAIN = "plain"


@dataclass(frozen=True)
class PointColumns:
    """What two columns are; `fits`: which of their points are written so."""

    form: PointForm
    east_first: bool
    fits: Array


def columns_of_points(first: Array, second: Array) -> Optional[PointColumns]:
    """The form that most points have, None where none has any."""
    found = [
        PointColumns(form, east_first, _fits(form, *((second, first) if east_first else (first, second))))
        for form in PointForm
        for east_first in (False, True)
    ]
    best = max(found, key=lambda columns: int(columns.fits.sum()))
    return best if best.fits.any() else None


def _fits(form: PointForm, north: Array, east: Array) -> Array:
    if form is PointForm.DEGREES:
        return _between(north, LATITUDES) & _between(east, LONGITUDES)
    if form is PointForm.PREFIXED:
        known = np.isin(east // ZONE_M, _ZONES)
        return known & _between(east % ZONE_M, _EASTINGS) & _between(north, _ANY_NORTHING)
    return _between(north, _NORTHINGS) & _between(east, _EASTINGS)


def _between(values: Array, limits: tuple[float, float]) -> Array:
    return (values >= limits[0]) & (values <= limits[1])


def evident_crs(columns: PointColumns, east: Array) -> Optional[CRS]:
    """The system that the numbers tell by themselves; None for eastings without a zone and for several zones."""
    if columns.form is PointForm.DEGREES:
        return parse_crs(f"EPSG:{GEOGRAPHIC}")
    zones = set((east[columns.fits] // ZONE_M).astype(int).tolist())
    if columns.form is PointForm.PLAIN or len(zones) != 1:
        return None
    zone = zones.pop()
    return zone_crs(zone_width(zone) or 3, zone, prefix=True)


def plane_choices(longitude: Optional[float] = None) -> list[tuple[str, str]]:
    """[(authority code, name)] of the systems that points may be in, the zone of a longitude first."""
    planes = [zone_crs(3, zone, prefix) for prefix in (False, True) for zone in range(25, 46)]
    planes += [zone_crs(6, zone, prefix) for prefix in (False, True) for zone in range(13, 24)]
    if longitude is not None and 25 <= zone3(longitude) <= 45:
        own = [zone_crs(3, zone3(longitude), prefix) for prefix in (False, True)]
        planes = own + [plane for plane in planes if plane not in own]
    return [(f"EPSG:{crs.to_epsg()}", describe(crs)) for crs in (parse_crs(f"EPSG:{GEOGRAPHIC}"), *planes)]
