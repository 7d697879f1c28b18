"""Plain-text VCT 3 (GB/T 17798): what surveys and plans are handed in as. Sections Begin ... End, polygons of lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely

from ...core.land.remarks import Remark
from ...core.quality.inspection_spec import Shape
from ...core.threads import Feedback, raise_if_cancelled
from .vct_head import axes_are_swapped, reference_of
from .vct_lines import VctLines
from .vct_model import VctFile, VctLayer
from .vct_shapes import Loose, polygon_of, polygon_of_rings
from .vct_values import field_of, value_of

_SHAPES = {"point": Shape.POINT, "line": Shape.LINE, "polygon": Shape.POLYGON, "annotation": Shape.POINT}
_DIRECT, _INDIRECT, _OF_LINES, _POLYLINE = 1, 100, 21, 11
_STANDARD = "17798-2007"
_LISTED = 50  # faults of single objects
_LOOK = 2000
_MOST_LAYERS, _MOST_FIELDS = 1000, 1000


@dataclass(frozen=True)
class _Kind:
    """What a code of features stands for: the section it lies in, its table."""

    section: str
    table: str


def read_vct(path: Path, feedback: Optional[Feedback] = None) -> VctFile:
    """All of a VCT file; raises InputError with section and line for one that is broken or half, OSError, Cancelled."""
    with path.open("rb") as stream:
        return _Reader(VctLines(path, stream), feedback).read()


class _Reader:
    def __init__(self, lines: VctLines, feedback: Optional[Feedback]) -> None:
        self._lines, self._feedback, self.file = lines, feedback, VctFile()
        self._kinds: dict[str, list[_Kind]] = {}
        self._tables: dict[str, VctLayer] = {}
        self._edges: dict[int, np.ndarray] = {}
        self._seen: set[str] = set()
        self._objects: set[int] = set()
        self._is_swapped = False
        self._easting: Optional[float] = None

    def read(self) -> VctFile:
        steps = {
            "head": self._head, "featurecode": self._codes, "tablestructure": self._structure,
            "attribute": self._attributes, **dict.fromkeys(_SHAPES, self._shapes),
        }  # fmt: skip
        for section in self._lines.sections():
            if section in self._seen and section in steps:
                raise self._lines.fault("vct_section_twice")
            if section != "head" and "head" not in self._seen:
                raise self._lines.fault("vct_section_missing", value="Head")
            self._seen.add(section)
            steps.get(section, self._skip)()
        for needed in ("Head", "FeatureCode", "TableStructure", "Attribute"):
            if needed.lower() not in self._seen:
                raise self._lines.fault("vct_section_missing", value=needed)
        self.file.crs, self.file.crs_name = reference_of(self.file.head, self._easting)
        self.file.layers = list(self._tables.values())
        return self.file

    def _skip(self) -> None:
        for _ in self._lines.rows():
            pass

    def _fault(self, code: str, **params: Any) -> None:
        """Note an object that cannot be used."""
        if len(self.file.faults) == _LISTED:
            self.file.more_faults += 1
            return
        params = {"section": self._lines.section, "line": self._lines.number, **params}
        self.file.faults.append(Remark(code, params=params))

    def _look(self, count: int) -> None:
        if count % _LOOK == 0:
            raise_if_cancelled(self._feedback)

    def _parts(self, row: str) -> list[str]:
        return [part.strip() for part in row.split(self._lines.separator)]

    # what the file says of itself

    def _head(self) -> None:
        for row in self._lines.rows():
            key, colon, value = row.replace("：", ":", 1).partition(":")
            if not colon:
                raise self._lines.fault("vct_head", value=row[:40])
            self.file.head[key.strip().lower()] = value.strip()
        self._lines.separator = self.file.head.get("separator") or ","
        version = self.file.head.get("version", "") or "-"
        if not version.lstrip("Vv").startswith("3") and _STANDARD not in version:
            raise self._lines.fault("vct_version", value=version[:20])
        self._is_swapped = axes_are_swapped(self.file.head)

    def _codes(self) -> None:
        for row in self._lines.rows():
            parts = self._parts(row)
            if len(parts) < 4:
                raise self._lines.fault("vct_columns", value=row[:40])
            section, table = parts[2].lower(), parts[3]
            layer = self._tables.setdefault(table.upper(), VctLayer(table, parts[1]))
            shape = _SHAPES.get(section, Shape.NONE)
            if layer.shape not in (Shape.NONE, shape):
                raise self._lines.fault("vct_two_kinds", value=table)
            layer.shape = shape
            self._kinds.setdefault(parts[0], []).append(_Kind(section, table.upper()))
            if len(self._tables) > _MOST_LAYERS:
                raise self._lines.fault("vct_too_many", count=_MOST_LAYERS)

    def _structure(self) -> None:
        done: set[str] = set()
        for row in self._lines.rows():
            parts = self._parts(row)
            if parts == ["0"]:  # the mark at the end of a table, which some leave out
                continue
            if len(parts) < 2 or not parts[1].isdecimal() or int(parts[1]) > _MOST_FIELDS or parts[0].upper() in done:
                raise self._lines.fault("vct_columns", value=row[:40])
            done.add(parts[0].upper())
            layer = self._tables.setdefault(parts[0].upper(), VctLayer(parts[0]))
            for _ in range(int(parts[1])):
                self._add_field(layer)

    def _add_field(self, layer: VctLayer) -> None:
        row = self._lines.next()
        field = field_of(self._parts(row))
        if field is None or any(field.name.upper() == one.name.upper() for one in layer.fields):
            raise self._lines.fault("vct_columns", value=row[:40])
        layer.fields.append(field)

    # objects

    def _shapes(self) -> None:
        section = self._lines.section.lower()
        read = {"point": self._point, "line": self._line, "polygon": self._polygon, "annotation": self._annotation}
        self._objects = set()
        for count, row in enumerate(self._lines.rows()):
            self._look(count)
            start = self._lines.number
            if not row.isdecimal() or int(row) >= 1 << 63:
                raise self._lines.fault("vct_number", value=row[:40])
            code = self._lines.next()
            self._lines.next()  # how it is drawn
            self._keep(section, int(row), code, read[section](int(row)), start)

    def _keep(self, section: str, number: int, code: str, shape: Any, line: int) -> None:
        layers = [self._tables[kind.table] for kind in self._kinds.get(code, []) if kind.section == section]
        if number in self._objects:
            self._fault("vct_object_twice", line=line, value=number)
            return
        self._objects.add(number)
        if layers:
            layers[0].geometries[number] = shape
        elif section != "line":  # a line of no feature bounds polygons
            self._fault("vct_code", line=line, value=code[:40])

    def _points(self, count: int) -> np.ndarray:
        return self._turned(self._lines.points(count))

    def _turned(self, points: np.ndarray) -> np.ndarray:
        points = points[:, ::-1] if self._is_swapped else points
        if self._easting is None and len(points):
            self._easting = float(points[0, 0])
        return points

    def _point(self, number: int) -> Any:
        self._lines.integer(1)  # single, node, directed or a group
        count, point = self._lines.count_or_point()
        points = self._turned(point) if len(point) else self._points(count)
        self._end(len(point))
        return shapely.Point(points[0]) if count == 1 else shapely.MultiPoint(points)

    def _end(self, is_bare: int) -> None:
        """The end of a point: a directed one has a second, which only says its direction."""
        if is_bare:
            self._lines.skip_object()
        else:
            self._lines.end_object()

    def _annotation(self, number: int) -> Any:
        self._lines.integer(1)
        self._lines.next()  # the words stand among the attributes as well
        count, point = self._lines.count_or_point()
        points = self._turned(point) if len(point) else self._points(count)
        self._lines.end_object()
        return shapely.Point(points[0])

    def _line(self, number: int) -> Any:
        kind = self._lines.integer(1)
        if kind == _INDIRECT:
            return self._line_of_lines()
        pieces = []
        for _ in range(self._lines.integer(1)):
            part = self._lines.integer(1)
            if part != _POLYLINE:
                self._fault("vct_kind", value=part)
                self._lines.skip_object()
                return None
            pieces.append(self._points(self._lines.integer(2)))
        self._lines.end_object()
        path = pieces[0] if len(pieces) == 1 else np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
        self._edges.setdefault(number, path)
        return shapely.LineString(path)

    def _line_of_lines(self) -> Any:
        start, groups = self._lines.number, self._lines.references()
        parts = [self._edges.get(abs(number)) for group in groups for number in group]
        if any(part is None for part in parts):
            self._fault("vct_line_missing", line=start, value=groups[0][0] if groups else 0)
            return None
        return shapely.line_merge(shapely.MultiLineString([part for part in parts if part is not None]))

    def _polygon(self, number: int) -> Any:
        start, kind = self._lines.number - 2, self._lines.integer(1)
        self._points(1)  # where its label stands
        try:
            if kind == _DIRECT:
                return self._direct()
            part = self._lines.integer(1)
            if kind == _INDIRECT and part == _OF_LINES:
                return polygon_of(self._lines.references(), self._edges)
            self._fault("vct_kind", line=start, value=part)
            self._lines.skip_object()
        except Loose as loose:
            self._fault(loose.code, line=start, value=loose.value)
        return None

    def _direct(self) -> Any:
        rings = []
        for _ in range(self._lines.integer(1)):
            part = self._lines.integer(1)
            if part != _POLYLINE:
                self._fault("vct_kind", value=part)
                self._lines.skip_object()
                return None
            ring = self._points(self._lines.integer(3))
            rings.append(ring if (ring[0] == ring[-1]).all() else np.concatenate([ring, ring[:1]]))
        self._lines.end_object()
        return polygon_of_rings([ring for ring in rings if len(ring) > 3])

    # attributes

    def _attributes(self) -> None:
        layer: Optional[VctLayer] = None
        for count, row in enumerate(self._lines.rows()):
            self._look(count)
            if row.lower() == "tableend":
                layer = None
            elif layer is None:
                layer = self._tables.get(row.upper())
                if layer is None:
                    raise self._lines.fault("vct_table", value=row[:40])
            else:
                self._add_row(layer, row)
        if layer is not None:
            raise self._lines.fault("vct_table_open", value=layer.name)

    def _add_row(self, layer: VctLayer, row: str) -> None:
        parts = row.split(self._lines.separator)
        if not parts[0].strip().isdecimal() or int(parts[0]) >= 1 << 63 or len(parts) != len(layer.fields) + 1:
            self._fault("vct_row", value=layer.name, wanted=len(layer.fields) + 1, found=len(parts))
            return
        if int(parts[0]) in layer.rows:
            self._fault("vct_object_twice", value=int(parts[0]))
            return
        values = []
        for field, text in zip(layer.fields, parts[1:]):
            try:
                values.append(value_of(field, text))
            except ValueError:
                self._fault("vct_value", value=text.strip()[:40], field=field.name)
                values.append(None)
        layer.rows[int(parts[0])] = values
