"""Where the points of a boundary-point file lie: the evidence in the file is weighed, put right with a remark, or the
file is refused.

Evidence: zone and width in the header, the zone number in front of the eastings, the magnitude of both columns, the
unit, a CRS that the user chose. Zone numbers of 3-degree (25-45) and 6-degree zones (13-23) never meet.
"""

import re
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from pyproj import CRS

from ...core.errors import CrsError, InputError
from ...core.land import crs as crs_rules
from ...core.land.coordinates import check_coordinates
from ...core.land.point_columns import ZONE_M, PointForm, columns_of_points
from ...core.land.remarks import Remark
from ...core.land.zones import zone3, zone6, zone_crs, zone_width
from .model import ParcelFile
from .text import first_integer, number


@dataclass
class Place:
    """The CRS of the points, and whether the file writes east before north."""

    crs: CRS
    east_first: bool = False
    zone: Optional[int] = None
    width: Optional[int] = None
    remarks: list[Remark] = field(default_factory=list)


def find_place(file: ParcelFile, chosen: Optional[CRS] = None) -> Place:
    """Weigh what the file says and how its coordinates look; `chosen`: the CRS that the user gave, None for none.

    Raises InputError for coordinates of another system than CGCS2000, for contradictions that cannot be put right,
    and where neither the file nor the user says the zone.
    """
    if file.is_bare and chosen is None:
        raise InputError("txt_needs_crs")
    remarks = _system_remarks(file, chosen)
    if chosen is not None and not (chosen.is_geographic or crs_rules.is_cgcs2000_plane(chosen)):
        return Place(chosen, remarks=[*remarks, Remark("txt_order_unchecked", params=_named(chosen))])
    form, east_first = _form(file)
    place = _PLACES[form](file, east_first, chosen)
    if east_first:
        remarks.append(Remark("txt_east_first"))
    place.east_first, place.remarks = east_first, remarks + place.remarks
    if chosen is not None and not crs_rules.same(place.crs, chosen):
        found = crs_rules.describe(place.crs)
        raise CrsError("txt_crs_contradicts", chosen=crs_rules.describe(chosen), found=found)
    return place


def _named(crs: CRS) -> dict[str, str]:
    return {"crs": crs_rules.describe(crs)}


def _system_remarks(file: ParcelFile, chosen: Optional[CRS]) -> list[Remark]:
    """What the header says about the datum; raises InputError for another one than CGCS2000."""
    system = file.header.get("坐标系", "")
    known = re.search("2000|CGCS", system, re.IGNORECASE) and not re.search("独立|地方|城市|城建", system)
    if system and not known:
        raise InputError("txt_old_system", system=system)
    remarks = [] if system or chosen is not None else [Remark("txt_system_unstated")]
    parameters = [number(part) for part in re.split("[,，]", file.header.get("转换参数", ""))]
    if any(parameters):
        remarks.append(Remark("txt_conversion", params={"text": file.header["转换参数"][:80]}))
    return remarks


def _form(file: ParcelFile) -> tuple[PointForm, bool]:
    """(how points are written, whether east stands first); raises InputError naming the line that does not fit."""
    coordinates = np.concatenate([parcel.coordinates() for parcel in file.parcels])
    found = columns_of_points(coordinates[:, 0], coordinates[:, 1])
    if found is None:
        raise InputError("txt_place_unknown", **_at(file, 0))
    if not found.fits.all():
        raise InputError("txt_points_differ", **_at(file, int(np.flatnonzero(~found.fits)[0])))
    return found.form, found.east_first


def _at(file: ParcelFile, index: int) -> dict[str, object]:
    """The point at an index over all parcels, for a message."""
    for parcel in file.parcels:
        if index < len(parcel.points):
            point = parcel.points[index]
            return {"line": parcel.line(index), "text": f"{point.north}, {point.east}", "parcel": parcel.number}
        index -= len(parcel.points)
    raise IndexError(index)


def _in_degrees(file: ParcelFile, east_first: bool, chosen: Optional[CRS]) -> Place:
    unit = file.header.get("计量单位", "")
    remarks = [Remark("txt_degrees_in_metres", params={"unit": unit})] if "米" in unit else []
    if chosen is not None and chosen.is_geographic:
        return Place(chosen, remarks=remarks)
    return Place(crs_rules.parse_crs("EPSG:4490"), remarks=remarks)


def _with_prefix(file: ParcelFile, east_first: bool, chosen: Optional[CRS]) -> Place:
    """Plane of eastings that bear the zone's number; what the header says otherwise is remarked."""
    column = 0 if east_first else 1
    zones = [np.unique(parcel.coordinates()[:, column] // ZONE_M).astype(int) for parcel in file.parcels]
    every = sorted(set(np.concatenate(zones).tolist()))
    if len(every) > 1:
        other = next(
            p for p, found in zip(file.parcels, zones) if found.tolist() != zones[0].tolist() or len(found) > 1
        )
        raise InputError("txt_two_zones", zones="、".join(map(str, every)), parcel=other.number)
    zone, width = every[0], zone_width(every[0]) or 3
    stated, stated_width = first_integer(file.header.get("带号")), _stated_width(file)
    remarks = []
    if stated is not None and zone != _zone_of_header(stated, width):
        remarks.append(Remark("txt_zone_differs", params={"stated": stated, "zone": zone}))
    if stated_width is not None and stated_width != width:
        remarks.append(Remark("txt_width_differs", params={"stated": stated_width, "zone": zone, "width": width}))
    return Place(zone_crs(width, zone, prefix=True), False, zone, width, remarks)


def _without_prefix(file: ParcelFile, east_first: bool, chosen: Optional[CRS]) -> Place:
    """Plane of plain eastings: the header or the user must say the zone."""
    stated, stated_width = first_integer(file.header.get("带号")), _stated_width(file)
    if stated is None and chosen is not None:
        return _chosen_plane(chosen)
    zone = _zone_of_header(stated, stated_width or 3)
    width = zone_width(zone)
    if zone is None or width is None:
        raise InputError("txt_zone_unknown", width=stated_width or 3, zone="—" if stated is None else stated)
    if stated_width not in (None, width):
        raise InputError("txt_width_contradicts", stated=stated_width, zone=zone, width=width)
    remarks = [] if zone == stated else [Remark("txt_meridian", params={"stated": stated, "zone": zone})]
    return Place(zone_crs(width, zone, prefix=False), False, zone, width, remarks)


def _chosen_plane(chosen: CRS) -> Place:
    """The user's plane for a file that says no zone; its false easting must be the one of plain eastings."""
    if not chosen.is_projected:
        raise CrsError("txt_crs_contradicts", chosen=crs_rules.describe(chosen), found="X, Y [m]")
    check_coordinates(chosen, (500_000.0, 3_000_000.0, 500_000.0, 3_000_000.0))
    return Place(chosen)


def _stated_width(file: ParcelFile) -> Optional[int]:
    return first_integer(file.header.get("几度分带") or file.header.get("分带"))


def _zone_of_header(stated: Optional[int], width: Optional[int]) -> Optional[int]:
    """The zone of 带号; some files give the central meridian there instead."""
    if stated is None or stated < 75:
        return stated
    if width == 6:
        return zone6(stated) if stated % 6 == 3 else None
    return zone3(stated) if stated % 3 == 0 else None


_PLACES = {PointForm.DEGREES: _in_degrees, PointForm.PREFIXED: _with_prefix, PointForm.PLAIN: _without_prefix}
