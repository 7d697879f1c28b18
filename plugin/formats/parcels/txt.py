"""Boundary-point TXT (勘测定界界址点坐标): read every variant, keep the text of each point, write it back without loss.

Format as in the domain table parcel_txt_format.md: sections [项目信息], [属性描述], [地块坐标]; a parcel's head line
ends with @; a point line is 点号,圈号,X (north),Y (east). Where the points lie is the matter of placing.py.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Optional, Union

import numpy as np
import shapely
from pyproj import CRS

from ...core.errors import InputError
from ...core.files import write_complete
from ...core.land.remarks import Remark
from ...core.land.zones import numbered
from .bare import read_bare
from .model import HEAD_FIELDS, SHORT_HEAD, Parcel, ParcelFile, Point
from .text import angle_or_number, cells, decode, key_and_value, plain, section_name

POINTS_SECTION, HEADER_SECTION, PROJECT_SECTION = "地块坐标", "属性描述", "项目信息"
PLACE_KEYS = ("坐标系", "几度分带", "分带", "带号", "投影类型", "计量单位", "转换参数")
_SHAPES = ("面", "线", "点")
_SHOWN = 60  # characters of a line that a message quotes
_NAMED = 5  # projects that a message names


def read_parcel_txt(source: Union[str, Path, bytes]) -> ParcelFile:
    """Read a TXT file (path) or its bytes into a ParcelFile.

    Raises InputError naming the line for text that is no boundary-point file, OSError for a file that cannot be read.
    A point count that differs from the head line's is remarked, not refused: both countings (with and without the
    closing point) are in use.
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    text, encoding = decode(raw)
    lines = [(number, line.strip("\ufeff \t\u3000")) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    reader = _Reader()
    if lines and section_name(lines[0][1]) is None:
        if not is_head(cells(lines[0][1])):
            return read_bare(lines, encoding)
        reader.section = POINTS_SECTION
    for number, line in lines:
        reader.take(number, line)
    return reader.finished(encoding)


class _Reader:
    """Takes the lines of a file one by one."""

    def __init__(self) -> None:
        self.sections: dict[str, dict[str, str]] = {}
        self.section: Optional[str] = None
        self.parcels: list[Parcel] = []
        self.projects: list[dict[str, str]] = [{}]

    def take(self, number: int, line: str) -> None:
        section = section_name(line)
        if section is not None:
            self.section = section
            if section == PROJECT_SECTION:
                self.projects.append({})
            self.sections.setdefault(section, {})
        elif self.section is None:
            raise InputError("txt_no_section", line=number)
        elif self.section == POINTS_SECTION:
            self._coordinate_line(number, line)
        else:
            is_project = self.section == PROJECT_SECTION
            self._entry(self.projects[-1] if is_project else self.sections[self.section], number, line)

    @staticmethod
    def _entry(section: dict[str, str], number: int, line: str) -> None:
        pair = key_and_value(line)
        if pair is None:
            return
        key, value = pair
        known = section.setdefault(key, value)
        if known != value and key in PLACE_KEYS:  # two files pasted together
            raise InputError("txt_two_headers", line=number, key=key, one=known, other=value)

    def _coordinate_line(self, number: int, line: str) -> None:
        parts = cells(line)
        if is_head(parts):
            self.parcels.append(replace(_head(parts), project=self.projects[-1]))
            return
        if not self.parcels:
            raise InputError("txt_point_before_head", line=number)
        if len(parts) < 4 or not _is_point(parts):
            raise InputError("txt_bad_point", line=number, text=line[:_SHOWN])
        add_point(self.parcels[-1], number, Point(*parts[:4]), tuple(parts[4:]))

    def finished(self, encoding: str) -> ParcelFile:
        if not self.parcels:
            raise InputError("txt_no_parcel")
        if len(self.projects) == 2:  # one section: it is of all parcels, also where it stands after them
            self.parcels = [replace(parcel, project=self.projects[1]) for parcel in self.parcels]
        header, remarks = self.sections.get(HEADER_SECTION, {}), list(_count_remarks(self.parcels))
        remarks += _project_remarks(self.parcels)
        return ParcelFile(header, self.parcels, self.parcels[0].project, encoding, remarks)


def is_head(parts: list[str]) -> bool:
    """Whether the cells of a line are a parcel's head: they end with @, or have 面, 线 or 点 in the shape's place."""
    return plain(parts[-1]).endswith("@") or (len(parts) >= 5 and any(p in _SHAPES for p in parts[2:7]))


def _head(parts: list[str]) -> Parcel:
    last = parts[-1].rstrip("@＠").strip()
    values = [*parts[:-1], *([last] if last or not plain(parts[-1]).endswith("@") else [])]
    names = HEAD_FIELDS if len(values) >= len(HEAD_FIELDS) else SHORT_HEAD
    return Parcel(dict(zip(names, values)), [], names, tuple(values[len(names) :]))


def _is_point(parts: list[str]) -> bool:
    return bool(np.isfinite([angle_or_number(parts[2]), angle_or_number(parts[3])]).all())


def add_point(parcel: Parcel, line: int, point: Point, columns: tuple[str, ...]) -> None:
    """Append a point with its line number and the cells after Y."""
    parcel.points.append(point)
    parcel.lines.append(line)
    if columns or parcel.columns:
        missing = len(parcel.points) - 1 - len(parcel.columns)
        parcel.columns += [()] * missing + [columns]


def _count_remarks(parcels: list[Parcel]) -> Iterator[Remark]:
    for parcel in parcels:
        stated, found = angle_or_number(parcel.head.get("count", "")), len(parcel.points)
        if not found:
            raise InputError("txt_parcel_empty", parcel=parcel.number)
        rings = parcel.rings()
        corners = sum(map(len, rings))
        if np.isfinite(stated) and stated not in (found, corners, corners + len(rings)):
            params = {"parcel": parcel.number, "stated": f"{stated:g}", "found": found}
            yield Remark("txt_count_differs", params=params)


def _project_remarks(parcels: list[Parcel]) -> list[Remark]:
    """Said of a file of several projects, whose parcels may bear the same numbers."""
    names = list(dict.fromkeys(parcel.project_name for parcel in parcels if parcel.project))
    different = {tuple(parcel.project.items()) for parcel in parcels}
    if len(different) < 2:
        return []
    said = "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
    return [Remark("txt_several_projects", params={"count": len(different), "projects": said})]


def parcel_from_polygon(geometry: shapely.Geometry, head: dict[str, str], decimals: int = 3) -> Parcel:
    """Make a Parcel of a polygon or multipolygon (x = east, y = north): J-numbered points, outer ring of a part
    first.
    """
    points, ring_number, start = [], 0, 0
    for part in shapely.get_parts(geometry):
        for ring in (part.exterior, *part.interiors):
            ring_number += 1
            corners = shapely.get_coordinates(ring)
            for index, (east, north) in enumerate(corners):
                name = f"J{start + 1 + (index if index < len(corners) - 1 else 0)}"
                points.append(Point(name, str(ring_number), f"{north:.{decimals}f}", f"{east:.{decimals}f}"))
            start += len(corners) - 1
    return Parcel({"count": str(len(points)), **head}, points)


def write_parcel_txt(parcel_file: ParcelFile, path: Union[str, Path], encoding: Optional[str] = None) -> None:
    """Write a ParcelFile with all its head fields and point columns.

    Points come out as the text they came in as. Raises OSError when the place cannot be written.
    """
    lines = []
    for name, section in ((PROJECT_SECTION, parcel_file.project), (HEADER_SECTION, parcel_file.header)):
        if section:
            lines += [f"[{name}]", *(f"{key}={value}" for key, value in section.items())]
    lines.append(f"[{POINTS_SECTION}]")
    project = parcel_file.project
    for parcel in parcel_file.parcels:
        if parcel.project and parcel.project != project:
            project = parcel.project
            lines += [f"[{PROJECT_SECTION}]", *(f"{key}={value}" for key, value in project.items())]
            lines.append(f"[{POINTS_SECTION}]")
        lines += _parcel_lines(parcel)
    write_complete(path, ("\r\n".join(lines) + "\r\n").encode(encoding or parcel_file.encoding))


def _parcel_lines(parcel: Parcel) -> list[str]:
    head = [*(parcel.head.get(name, "") for name in parcel.head_names), *parcel.further]
    columns = parcel.columns or [()] * len(parcel.points)
    points = [",".join(map(_safe, (*point, *more))) for point, more in zip(parcel.points, columns)]
    return [",".join([*map(_safe, head), "@"]), *points]


def _safe(value: object) -> str:
    """A field must not break its line: commas and line ends become spaces."""
    return re.sub(r"[,\r\n]+", " ", str(value))


def file_plane(plane: CRS) -> CRS:
    """The form of a Gauss-Kruger plane whose eastings carry the zone number, as TXT files have them.

    The plane itself if it has none.
    """
    return numbered(plane) or plane


def header_for(zone: Optional[int], width: int, degrees: bool, decimals: int, day: str = "") -> dict[str, str]:
    """The [属性描述] section of a new file; `zone`: number of the `width`-degree zone, None for longitude and
    latitude.
    """
    return {
        "格式版本号": "1.01版本",
        "数据产生单位": "",
        "数据产生日期": day,
        "坐标系": "2000国家大地坐标系",
        "几度分带": str(width),
        "投影类型": "经纬度" if degrees else "高斯克吕格",
        "计量单位": "度" if degrees else "米",
        "带号": "" if zone is None else str(zone),
        "精度": "0.01" if decimals <= 3 else f"{10.0**-decimals:.{decimals}f}",
        "转换参数": "0,0,0,0,0,0,0",
    }
