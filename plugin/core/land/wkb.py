"""WKB bytes to shapely, with what GEOS does not read as None."""

import struct
from contextlib import suppress
from typing import Any, Optional

import numpy as np
import shapely

from .pieces import objects
from .types import Array

CURVED = range(8, 13)
_COLLECTION = 7
_CURVE = (NotImplementedError, shapely.GEOSException)
_TYPES = {0: ">I", 1: "<I"}


def from_wkb(wkb: Any) -> Array:
    """Geometries of WKB bytes or None; None also for curves and for what cannot be read."""
    wkb = objects(wkb)
    with np.errstate(invalid="ignore"):
        try:
            return np.atleast_1d(shapely.from_wkb(wkb, on_invalid="ignore"))
        except _CURVE:  # one ends the reading of all
            plain = np.array([data is None or wkb_kind(data) < _COLLECTION for data in wkb], dtype=bool)
            geometries = np.full(len(wkb), None, dtype=object)
            geometries[plain] = shapely.from_wkb(wkb[plain], on_invalid="ignore")
            for row in np.flatnonzero(~plain):  # a collection may hold a curve, or none
                with suppress(*_CURVE):
                    geometries[row] = shapely.from_wkb(wkb[row], on_invalid="ignore")
            return geometries


def wkb_kind(data: Optional[bytes]) -> int:
    """The type of a WKB geometry, Z and M aside; 0 where there is none."""
    if data is None or len(data) < 5 or data[0] not in _TYPES:
        return 0
    number: int = struct.unpack_from(_TYPES[data[0]], data, 1)[0]
    return (number & 0x1FFFFFFF) % 1000
