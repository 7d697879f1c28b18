"""A boundary-point file (勘测定界界址点坐标) as values: header, parcels, and the text of every point."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ...core.land.remarks import Remark
from .text import angle_or_number

HEAD_FIELDS = ("count", "area", "number", "name", "shape", "sheet", "use", "code")
SHORT_HEAD = ("count", "area", "number", "name", "shape", "use")

PROJECT_KEYS = ("项目编号", "项目代码", "项目名称", "项目用地名称")


class Point(NamedTuple):
    """One boundary point as the file's text: 点号, 圈号, X (north or latitude), Y (east or longitude)."""

    name: str
    ring: str
    north: str
    east: str


@dataclass
class Parcel:
    """One parcel: the fields of its head line as text, and its points as they were written.

    `further`: head fields after the named ones; `columns`: cells after Y, one tuple a point (empty: no point has any);
    `lines`: the file's line number of every point (empty for a parcel that was not read from a file); `project`: the
    project section that it stands under.
    """

    head: dict[str, str]
    points: list[Point]
    head_names: tuple[str, ...] = HEAD_FIELDS
    further: tuple[str, ...] = ()
    columns: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    project: dict[str, str] = field(default_factory=dict)

    @property
    def project_name(self) -> str:
        """Number and name of its project, the section's first value where it has neither; "" without a section."""
        stated = [self.project[key] for key in PROJECT_KEYS if self.project.get(key)]
        return " ".join(stated or [value for value in self.project.values() if value][:1])

    @property
    def number(self) -> str:
        """地块编号, else the name, for messages."""
        return self.head.get("number") or self.head.get("name") or "?"

    def line(self, index: int) -> int:
        """The file's line of a point, its place in the parcel where it was not read from a file."""
        return self.lines[index] if index < len(self.lines) else index + 1

    def coordinates(self) -> np.ndarray:
        """n x 2 array of (X, Y) as written: metres, or degrees where the text is degrees (minutes and seconds too)."""
        values = [(angle_or_number(p.north), angle_or_number(p.east)) for p in self.points]
        return np.array(values, dtype=float).reshape(-1, 2)

    def rings(self) -> list[list[int]]:
        """Indices of the points of every ring, in the file's order, the closing point left out.

        A new ring begins with another 圈号, after the point that closes the ring before, and where the first point's
        name comes again at another place (rings that all bear number 1 and are not closed).
        """
        rings: list[list[int]] = []
        current: list[int] = []
        for index, point in enumerate(self.points):
            if current and self._begins_ring(current, point):
                rings.append(current)
                current = []
            if not current and rings and self._closes_again(rings[-1], index):
                continue
            current.append(index)
            if len(current) > 3 and self._same_place(current[0], index):
                rings.append(current[:-1])
                current = []
        return rings + ([current] if current else [])

    def _begins_ring(self, current: list[int], point: Point) -> bool:
        first = self.points[current[0]]
        again = len(current) > 2 and point.name == first.name != "" and point[2:] != first[2:]
        return again or point.ring != self.points[current[-1]].ring

    def _closes_again(self, ring: list[int], index: int) -> bool:
        """Whether a point repeats the one that closed the ring before; a ring that begins there loses no corner."""
        return self.points[index].ring == self.points[ring[0]].ring and self._same_place(ring[0], index)

    def _same_place(self, one: int, other: int) -> bool:
        a, b = self.points[one], self.points[other]
        return a[2:] == b[2:] or (
            angle_or_number(a.north) == angle_or_number(b.north) and angle_or_number(a.east) == angle_or_number(b.east)
        )


@dataclass
class ParcelFile:
    """A whole file: sections as {key: text} (the first project's where it holds several), parcels, encoding, and what
    is to be remarked about it.

    `is_bare`: the file holds nothing but coordinates.
    """

    header: dict[str, str]
    parcels: list[Parcel]
    project: dict[str, str] = field(default_factory=dict)
    encoding: str = "gb18030"
    remarks: list[Remark] = field(default_factory=list)
    is_bare: bool = False
