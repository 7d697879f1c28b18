"""Where a photo was taken, by the GPS tags of its EXIF block (JPEG), and how far that is from a record's place.

A small reader of our own: no picture library is at hand everywhere. Degrees of WGS 84 are taken as CGCS2000.
"""

import functools
import json
import struct
from typing import Any, Optional

import shapely
from pyproj import Geod
from shapely.ops import nearest_points

from ...paths import RESOURCES

_LIMITS = RESOURCES / "records" / "photos.json"
_SOI, _EXIF, _NO_LENGTH = b"\xff\xd8", b"Exif\x00\x00", (0x01, *range(0xD0, 0xDA))
_APP1, _START_OF_SCAN, _MOST_SEGMENTS, _MOST_TAGS = 0xE1, 0xDA, 200, 200
_GPS, _LAT_REF, _LAT, _LON_REF, _LON = 0x8825, 1, 2, 3, 4
_ELLIPSOID = Geod(ellps="GRS80")


@functools.lru_cache(maxsize=1)
def farthest_metres() -> float:
    """How far from its record a photo may have been taken (resources/records/photos.json)."""
    return float(json.loads(_LIMITS.read_text(encoding="utf-8"))["farthest_m"])


def photo_place(content: bytes) -> Optional[tuple[float, float]]:
    """(longitude, latitude) of a JPEG; None where it says none that can be read."""
    try:
        tiff = _exif(content)
        return _gps(tiff) if tiff else None
    except (struct.error, IndexError, ZeroDivisionError, KeyError):
        return None  # a block cut short or written wrongly says nothing


def metres_from(wkb: bytes, place: tuple[float, float]) -> float:
    """Metres from a record's geometry (WKB, CGCS2000 lon/lat) to a place; 0 inside of it."""
    here, there = nearest_points(shapely.from_wkb(wkb), shapely.Point(place))
    return float(_ELLIPSOID.inv(here.x, here.y, there.x, there.y)[2])


def _exif(content):
    """The TIFF block of the EXIF segment; None where there is none."""
    if content[:2] != _SOI:
        return None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if content[at] != 0xFF or content[at + 1] == _START_OF_SCAN:
            return None
        if content[at + 1] in _NO_LENGTH:
            at += 2
            continue
        (size,) = struct.unpack_from(">H", content, at + 2)
        if content[at + 1] == _APP1 and content[at + 4 : at + 10] == _EXIF:
            return content[at + 10 : at + 2 + size]
        at += 2 + size
    return None


def _gps(tiff):
    order = {b"II": "<", b"MM": ">"}[tiff[:2]]
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    gps = _tags(tiff, order, first).get(_GPS)
    if gps is None:
        return None
    tags = _tags(tiff, order, struct.unpack_from(f"{order}I", gps)[0])
    lat, lon = (_degrees(tiff, order, tags[tag]) for tag in (_LAT, _LON))
    lat, lon = (-v if tags[ref][:1] in b"SW" else v for v, ref in ((lat, _LAT_REF), (lon, _LON_REF)))
    right = -90 <= lat <= 90 and -180 <= lon <= 180 and (lat, lon) != (0, 0)
    return (lon, lat) if right else None


def _tags(tiff, order, at) -> dict[int, Any]:
    """{tag: the four bytes of its value or of where it stands}"""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    found = {}
    for entry in range(min(count, _MOST_TAGS)):
        (tag,) = struct.unpack_from(f"{order}H", tiff, at + 2 + 12 * entry)
        found[tag] = tiff[at + 10 + 12 * entry : at + 14 + 12 * entry]
    return found


def _degrees(tiff, order, value):
    (at,) = struct.unpack(f"{order}I", value)
    numbers = struct.unpack_from(f"{order}6I", tiff, at)
    degrees, minutes, seconds = (numbers[i] / (numbers[i + 1] or (0 if numbers[i] else 1)) for i in (0, 2, 4))
    return degrees + minutes / 60 + seconds / 3600
