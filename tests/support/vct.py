"""Writes made-up layers as a plain-text VCT 3 file: polygons by signed ids of lines that neighbours share."""

import shapely
from onemap.plugin.core.quality.inspection_spec import FieldKind, Shape

_KINDS = {Shape.POINT: "Point", Shape.LINE: "Line", Shape.POLYGON: "Polygon", Shape.NONE: "None"}
_TYPES = {FieldKind.CHAR: "Char", FieldKind.INT: "Int", FieldKind.FLOAT: "Float", FieldKind.DATE: "Date"}
HEAD = {
    "DataMark": "VCT", "Version": "3.0", "CoordinateSystemType": "P", "Dim": "2", "XAxisDirection": "E",
    "YAxisDirection": "N", "XYUnit": "M", "Spheroid": "CGCS2000,6378137.0,298.257222101",
    "PrimeMeridian": "Greenwich", "Projection": "高斯-克吕格投影", "Parameters": "0,120,500000,0,1,3",
    "Offset": "0,0", "Date": "20261127", "Separator": ",",
}  # fmt: skip


class _Writer:
    def __init__(self, tables, separator):
        self.tables, self.separator = tables, separator
        self.sections = {name: [] for name in ("Point", "Line", "Polygon", "Annotation", "Attribute")}
        self.edges = {}

    def point(self, xy):
        return self.separator.join(repr(float(value)) for value in xy)

    def add(self, section, number, code, *lines):
        self.sections[section] += [str(number), code, "Unknown", *map(str, lines), "0", ""]

    def path(self, number, code, coordinates):
        self.add("Line", number, code, 1, 1, 11, len(coordinates), *map(self.point, coordinates))

    def ring(self, ring):
        found, coordinates = [], list(map(tuple, ring.coords))
        for one, other in zip(coordinates, coordinates[1:]):
            key = tuple(sorted((one, other)))
            if key not in self.edges:
                self.edges[key] = 900_000_000 + len(self.edges)
                self.path(self.edges[key], "edge", key)
            found.append(self.edges[key] if key == (one, other) else -self.edges[key])
        return found

    def polygon(self, number, code, shape):
        ids = []
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                ids += [*([0] if ids else []), *self.ring(ring)]
        rows = [self.separator.join(map(str, ids[k : k + 8])) for k in range(0, len(ids), 8)]
        self.add("Polygon", number, code, 100, self.point(shape.representative_point().coords[0]), 21, len(ids), *rows)

    def table(self, place, table):
        code = f"20{place:08d}"
        rows = [table.code]
        for row, (shape, values) in enumerate(table.rows):
            number = place * 100_000 + row + 1
            if shape is not None and table.shape == Shape.POINT:
                self.add("Point", number, code, 1, self.point(shape.coords[0]))
            elif shape is not None and table.shape == Shape.LINE:
                self.path(number, code, shape.coords)
            elif shape is not None:
                self.polygon(number, code, shape)
            texts = ["" if values.get(name) is None else str(values[name]) for name, *_ in table.fields]
            rows.append(self.separator.join([str(number), *texts]))
        self.sections["Attribute"] += [*rows, "TableEnd"]
        return self.separator.join([code, table.code, _KINDS[table.shape], table.code])

    def structure(self, table):
        yield self.separator.join([table.code, str(len(table.fields))])
        for name, kind, length, decimals in table.fields:
            yield self.separator.join(map(str, [name, _TYPES[kind], length or 10, *([decimals] if decimals else [])]))


def vct_text(tables, head=(), separator=","):
    """The file as text; `head` replaces rows of HEAD."""
    writer = _Writer(tables, separator)
    codes = [writer.table(place + 1, table) for place, table in enumerate(tables)]
    rows = [f"{key}:{value}" for key, value in {**HEAD, "Separator": separator, **dict(head)}.items()]
    structure = [line for table in tables for line in writer.structure(table)]
    sections = {"Head": rows, "FeatureCode": codes, "TableStructure": structure, **writer.sections}
    return "\n".join(f"{name}Begin\n" + "\n".join([*lines, f"{name}End", ""]) for name, lines in sections.items())


def write_vct(path, tables, encoding="gb18030", **more):
    """Write the tables; the encoding is that of Chinese Windows unless another is asked for."""
    path.write_bytes(vct_text(tables, **more).replace("\n", "\r\n").encode(encoding))
    return path
