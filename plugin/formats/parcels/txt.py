"""Boundary-point TXT (勘测定界界址点坐标): read every variant, keep the text of each point, write it back without loss.

Format as in the domain table parcel_txt_format.md: sections [项目信息], [属性描述], [地块坐标]; a parcel's head line
ends with @; a point line is 点号,圈号,X (north),Y (east). Rings are told apart by containment, not by their number.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.land.crs import zone_crs
from ...core.land.remarks import Remark

_HEAD_FIELDS = ("count", "area", "number", "name", "shape", "sheet", "use", "code")
_SHORT_HEAD = ("count", "area", "number", "name", "shape", "use")


@dataclass
class Parcel:
    """One parcel: the fields of its head line as text, and `points` [(点号, 圈号, X text, Y text)] as they stood."""

    head: dict
    points: list
    head_names: tuple = _HEAD_FIELDS

    def rings(self):
        """Rings as float arrays of (x = east, y = north), closed; points with one 圈号 in sequence make one ring.

        A ring that closes on its first point ends there, so that a new part may use the same number again.
        """
        rings, current, label = [], [], None
        for _, ring, north, east in self.points:
            closed = len(current) > 2 and current[0] == current[-1]
            if current and (ring != label or closed):
                rings.append(current)
                current = []
            label = ring
            current.append((float(east), float(north)))
        rings.append(current)
        return [np.array(r if r[0] == r[-1] else [*r, r[0]]) for r in rings if len(r) >= 3]

    def polygon(self):
        """The parcel as a shapely polygon or multipolygon: a ring inside an odd number of others is a hole."""
        shells = [shapely.Polygon(ring) for ring in self.rings() if len(ring) >= 4]
        return even_odd(shells)


@dataclass
class ParcelFile:
    """A whole file: sections as {key: text}, parcels, encoding, and what is to be remarked about it."""

    header: dict
    parcels: list
    project: dict = field(default_factory=dict)
    encoding: str = "gb18030"
    remarks: list = field(default_factory=list)

    @property
    def is_degrees(self):
        """True when the points are longitude and latitude."""
        _, _, north, east = self.parcels[0].points[0]
        return abs(float(east)) <= 180 and abs(float(north)) <= 90

    def crs_definition(self):
        """EPSG code of the coordinates, from the zone in front of the eastings, else the header's 带号 and 几度分带.

        Raises InputError when neither tells the zone, or the file says it is not CGCS2000.
        """
        system = self.header.get("坐标系", "")
        if system and not re.search("2000|CGCS", system, re.IGNORECASE):
            raise InputError("txt_old_system", system=system)
        if self.is_degrees:
            return "EPSG:4490"
        east = float(self.parcels[0].points[0][3])
        width = _number(self.header.get("几度分带")) or 3
        zone = int(east // 1e6) if east >= 1e7 else _number(self.header.get("带号"))
        first, last, prefixed, plain = {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)}.get(width, (1, 0, 0, 0))
        if zone is None or not first <= zone <= last:
            raise InputError("txt_zone_unknown", width=width, zone=zone)
        return f"EPSG:{(prefixed if east >= 1e7 else plain) + zone - first}"


def even_odd(shells):
    """Combine simple polygons: what lies inside an even number of others is land, odd is hole."""
    ordered = sorted(shells, key=lambda s: -s.area)
    result = shapely.MultiPolygon()
    for shell in ordered:
        valid = shell if shell.is_valid else shapely.make_valid(shell)
        result = (
            shapely.symmetric_difference(result, valid) if result.intersects(valid) else shapely.union(result, valid)
        )
    return result


def read_parcel_txt(source):
    """Read a TXT file (path) or its bytes into a ParcelFile.

    Raises InputError naming the line for text that is no boundary-point file. A point count that differs from the
    head line's is remarked, not refused: both countings (with and without the closing point) are in use.
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    text, encoding = _decode(raw)
    sections, parcels, section = {}, [], None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
            sections.setdefault(section, {})
        elif section == "地块坐标":
            _coordinate_line(line, number, parcels)
        elif "=" in line and section is not None:
            key, value = line.split("=", 1)
            sections[section][key.strip()] = value.strip()
        elif section is None:
            raise InputError("txt_no_section", line=number)
    if not parcels:
        raise InputError("txt_no_parcel")
    result = ParcelFile(sections.get("属性描述", {}), parcels, sections.get("项目信息", {}), encoding)
    result.remarks = list(_count_remarks(parcels))
    return result


def _decode(raw):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputError("txt_encoding")


def _coordinate_line(line, number, parcels):
    cells = [cell.strip() for cell in line.replace("，", ",").split(",")]
    if cells[-1] == "@":
        names = _HEAD_FIELDS if len(cells) - 1 >= len(_HEAD_FIELDS) else _SHORT_HEAD
        parcels.append(Parcel(dict(zip(names, cells[:-1])), [], names))
        return
    if not parcels:
        raise InputError("txt_point_before_head", line=number)
    if len(cells) < 4 or _number(cells[2]) is None or _number(cells[3]) is None:
        raise InputError("txt_bad_point", line=number, text=line[:60])
    parcels[-1].points.append(tuple(cells[:4]))


def _count_remarks(parcels):
    for parcel in parcels:
        stated, found = _number(parcel.head.get("count")), len(parcel.points)
        if not found:
            raise InputError("txt_parcel_empty", parcel=parcel.head.get("number", ""))
        if stated is not None and stated not in (found, found - len(parcel.rings())):
            yield Remark(
                "txt_count_differs", params={"parcel": parcel.head.get("number", ""), "stated": stated, "found": found}
            )


def _number(text) -> Optional[float]:
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    if not np.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def stated_area_m2(parcel, computed_m2):
    """The head line's area in m²: some tools write hectares, some m².

    Whichever is nearer to the computed area is meant.
    """
    stated = _number(parcel.head.get("area"))
    if stated is None:
        return None
    return min((stated * 10_000.0, float(stated)), key=lambda value: abs(value - computed_m2))


def parcel_from_polygon(geometry, head, decimals=3):
    """Make a Parcel of a polygon or multipolygon (x = east, y = north): J-numbered points, outer ring of a part
    first.
    """
    points, ring_number = [], 0
    for part in shapely.get_parts(geometry):
        for ring in (part.exterior, *part.interiors):
            ring_number += 1
            corners = shapely.get_coordinates(ring)
            start = len({p[0] for p in points})
            for index, (east, north) in enumerate(corners):
                name = f"J{start + 1 + (index if index < len(corners) - 1 else 0)}"
                points.append((name, str(ring_number), f"{north:.{decimals}f}", f"{east:.{decimals}f}"))
    return Parcel({"count": str(len(points)), **head}, points)


def write_parcel_txt(parcel_file, path, encoding=None):
    """Write a ParcelFile.

    Points come out as the text they came in as. Raises OSError when the place cannot be written.
    """
    lines = []
    for name, section in (("项目信息", parcel_file.project), ("属性描述", parcel_file.header)):
        if section:
            lines += [f"[{name}]", *(f"{key}={value}" for key, value in section.items())]
    lines.append("[地块坐标]")
    for parcel in parcel_file.parcels:
        lines.append(",".join([*(_safe(parcel.head.get(n, "")) for n in parcel.head_names), "@"]))
        lines += [",".join(point) for point in parcel.points]
    Path(path).write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding or parcel_file.encoding))


def _safe(value):
    """A head field must not break its line: commas and line ends become spaces."""
    return re.sub(r"[,\r\n]+", " ", str(value))


def file_plane(plane):
    """The twin of a 3-degree plane whose eastings carry the zone number, as TXT files have them.

    The plane itself if it has none.
    """
    code = plane.to_epsg()
    return zone_crs(3, code - 4534 + 25, prefix=True) if code and 4534 <= code <= 4554 else plane


def header_for(epsg_zone, width, degrees, decimals, maker="", day=""):
    """The [属性描述] section of a new file; `epsg_zone`: zone number or None for longitude and latitude."""
    return {
        "格式版本号": "1.01版本",
        "数据产生单位": maker,
        "数据产生日期": day,
        "坐标系": "2000国家大地坐标系",
        "几度分带": str(width),
        "投影类型": "经纬度" if degrees else "高斯克吕格",
        "计量单位": "度" if degrees else "米",
        "带号": "" if epsg_zone is None else str(epsg_zone),
        "精度": "0.01" if decimals <= 3 else f"{10.0**-decimals:.{decimals}f}",
        "转换参数": "0,0,0,0,0,0,0",
    }
