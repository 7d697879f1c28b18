"""The head of a VCT file: its separator, its axes, and the reference system that it means."""

import re
from typing import Optional

from pyproj import CRS

from ...core.errors import CrsError
from ...core.land import crs as crs_rules

_CGCS2000 = ("cgcs2000", "2000国家大地坐标系", "国家2000")
_METRES, _DEGREES = ("", "m", "meter", "metre", "米"), ("", "d", "dd", "degree", "度")
_ZONE_3, _ZONE_6, _PLAIN = 4513 - 25, 4491 - 13, 4534  # EPSG of zones with a number before the easting, and without
_MERIDIANS = range(75, 136, 3)


def axes_are_swapped(head: dict[str, str]) -> bool:
    """Whether the first number of a point counts to the north."""
    return head.get("xaxisdirection", "").strip().upper().startswith(("N", "北"))


def reference_of(head: dict[str, str], easting: Optional[float]) -> "tuple[Optional[CRS], str]":
    """The reference system of a file and how the file names it; `easting`: of any of its points."""
    spheroid = head.get("spheroid", "")
    named = " ".join(part for part in (spheroid, head.get("projection", ""), head.get("parameters", "")) if part)
    if any(float_of(part) for part in re.split(r"[,\s]+", head.get("offset", ""))):
        return None, f"{named} Offset:{head['offset']}"  # nobody has said from where it counts
    if not any(word in spheroid.lower().replace(" ", "") for word in _CGCS2000):
        return None, named
    code = _geographic(head) or _plane(head, easting)
    try:
        return (crs_rules.parse_crs(f"EPSG:{code}"), named) if code else (None, named)
    except CrsError:
        return None, named


def float_of(text: str) -> float:
    """A number, 0 for what is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _geographic(head: dict[str, str]) -> int:
    is_angular = head.get("coordinatesystemtype", "").strip().upper().startswith(("G", "D"))
    fits = head.get("xyunit", "").strip().lower() in _DEGREES
    return crs_rules.GEOGRAPHIC if is_angular and fits else 0


def _plane(head: dict[str, str], easting: Optional[float]) -> int:
    """EPSG code of a Gauss-Krueger zone by the number before the easting, or by the meridian among the parameters."""
    is_plane = head.get("coordinatesystemtype", "P").strip().upper().startswith("P")
    if not is_plane or easting is None or head.get("xyunit", "").strip().lower() not in _METRES:
        return 0
    zone = int(easting // 1_000_000)
    if 25 <= zone <= 45:
        return _ZONE_3 + zone
    if 13 <= zone <= 23:
        return _ZONE_6 + zone
    message = f"{head.get('parameters', '')},{head.get('meridian', '')}"
    found = {float_of(part) for part in re.split(r"[,;:\s]+", message)} & set(map(float, _MERIDIANS))
    return _PLAIN + int(found.pop() - 75) // 3 if zone == 0 and len(found) == 1 else 0
