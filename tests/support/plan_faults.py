"""Faults for a clean plan database: each names its item and layer, puts one fault in, and says what else it causes."""

import copy
from dataclasses import dataclass, replace
from typing import Callable

import numpy as np
import shapely
from onemap.plugin.core.quality.inspection_spec import FieldKind, Shape
from onemap.plugin.formats.rules.inspection_files import load_specification
from pyproj import Transformer

from .pdf import made_pdf
from .plan_database import CODE, EPSG, NAME, Table, jpg, metadata, pdf

HEAD = ("SD", "STGYL", "ZRBHD", "GDBHHX", "STBHZYXPJJG", "NYSCSYXPJJG", "CZJSSYXPJJG", "STXTFWGNZYXFB", "STCRXFB")
ALONE = HEAD[:5]  # polygon layers with the common fields that nothing else is compared with
LINE, POINT, POINTS = "ZDJTJCSSX", "ZDJCSSD", "FZJZSSD"
SPECIFICATION = """extends: example_province
name: faults
version: "1"
layers:
  - code: ZDJTJCSSX
    checks:
      - {check: dangle, others: [XZQX]}
      - {check: line_off_boundary, others: [XZYDYH]}
      - {check: self_crossing}
      - {check: pseudo_node}
  - code: ZDJCSSD
    checks: [{check: attribute_of_place, field: XZQMC, others: [XZQX]}]
  - code: SD
    checks: [{check: short_edge}]
files:
  - {title: 文字说明, pattern: '说明\\.(docx|txt|pdf)', need: O}
texts:
  - title: 文字说明
    pattern: '说明\\.(docx|txt|pdf)'
    numbers:
      - {after: 耕地面积, layer: XZYDYH, field: TBMJ, where: {YDYHFLDM: ["01"]}}
      - {after: 生态保护红线, layer: STBHHX}
quotas:
  - {id: cropland, value: %.4f}
  - {id: farmland, value: %.4f}
  - {id: redline, value: %.4f}
  - {id: urban, value: %.4f}
"""


@dataclass(frozen=True)
class Fault:
    """`also`: items that the fault may cause besides, on any layer."""

    item: str
    layer: str
    name: str
    put: Callable
    also: tuple = ()

    def __str__(self):
        return f"{self.item}-{self.layer or 'package'}-{self.name}"


def specification(database, folder):
    """The file of a specification that asks for everything, with quotas that the clean database just keeps."""
    cells = database.cells
    database.files["说明.txt"] = words(cells["C2"], cells["C7"]).encode("gb18030")
    path = folder / "faults.yaml"
    path.write_text(SPECIFICATION % (cells["C2"], cells["C6"], cells["C7"], cells["C8"]), encoding="utf-8")
    return path


def words(cropland, redline):
    """What the text of a package says of two numbers."""
    return (
        f"规划基期2020年，现状耕地面积到2020年底为{cropland:,.2f}公顷，折合{cropland * 0.0015:.4f}万亩。\n"
        f"序号\t名称\t数量\n1\t生态保护红线\t{redline:.2f}\n划定生态保护红线{redline / 100:.3f}平方公里。\n"
    )


def _rewritten(old, new):
    def put(d):
        d.files["说明.txt"] = d.files["说明.txt"].decode("gb18030").replace(old, new, 1).encode("gb18030")

    return put


def faulty(database, fault):
    """A copy of a database with one fault."""
    made = copy.deepcopy(database)
    fault.put(made)
    return made


def all_faults():
    """Every fault, in the order of the items."""
    found = [
        *_of_files(),
        *_of_layers(),
        *_of_base(),
        *_of_metadata(),
        *_of_structure(),
        *_of_kinds(),
        *_of_values(),
        *_of_shapes(),
        *_of_sums(),
        *_of_texts(),
    ]
    stated = [replace(f, also=(*f.also, "Q703")) if "Q603" in f.also else f for f in found]  # in text and table
    return sorted(stated, key=lambda fault: fault.item)


def _of_files():
    text, picture = f"{CODE}{NAME}国土空间规划文本.pdf", f"图件/{CODE}{NAME}01用地现状图.jpg"

    def drop(path):
        return lambda d: d.files.pop(path)

    def move(path, to):
        return lambda d: d.files.update({to: d.files.pop(path)})

    def fill(path, data):
        return lambda d: d.files.update({path: data})

    yield Fault("Q101", "", "text", drop(text))
    yield Fault("Q101", "", "map", drop(picture))
    for to in (f"{NAME}规划文本.pdf", f"文本/{NAME}文本终稿.pdf", f"{CODE[:5]}{NAME}文本.pdf"):
        yield Fault("Q102", "", to, move(text, to))
    for to in (f"{NAME}用地图.jpg", f"图/{CODE}{NAME}现状图.jpg"):
        yield Fault("Q102", "", to, move(picture, to))
    for name, data in (("empty", b""), ("no pdf", b"<html>"), ("zip", b"PK\3\4")):
        yield Fault("Q103", "", f"text {name}", fill(text, data))
    for name, data in (("empty", b""), ("png", b"\x89PNG\r\n"), ("text", b"jpeg")):
        yield Fault("Q103", "", f"map {name}", fill(picture, data))
    yield Fault("Q103", "", "half a shape", fill("LSHJYS.shp", b"\0\0\x27\x0a" + bytes(20)))
    for path in ("readme.txt", "备份/旧.doc", "x.py", "附件/说明.rtf", "数据.7z"):
        yield Fault("Q108", "", path, fill(path, b"x"), ("Q103",) if path.endswith("7z") else ())
    for dpi in (72, 96, 150, 299):
        yield Fault("Q109", picture, str(dpi), fill(picture, jpg(dpi)))
    yield Fault("Q109", picture, "none", fill(picture, b"\xff\xd8\xff\xd9" + bytes(20)))
    yield Fault("Q110", "", "workbook", lambda d: setattr(d, "cells", None))
    for lines in (["青石县国土空间总体规划"], ["云 溪 乡规划文本"]):
        yield Fault("Q111", "", lines[0], fill(text, made_pdf(lines)))
    for path, data in (("备份/", pdf()), ("图 (2)/", jpg())):
        name = path + (text if data[:1] == b"%" else picture.rsplit("/", 1)[1])
        yield Fault("Q112", "", name, fill(name, data))


def _filled(path, data):
    return lambda d: d.files.update({path: data})


def _of_metadata():
    about = f"{CODE}{NAME}元数据.xml"
    yield Fault("Q113", "", "metadata", lambda d: d.files.pop(about))
    for name, value in (
        ("数据名称", None), ("数据名称", " "), ("坐标系", "1980西安坐标系"), ("坐标系", "CGCS2000 EPSG:4528"), ("坐标系", None),
        ("中央子午线", "117"), ("生产日期", "2099-01-01"), ("生产日期", "2025-13"), ("生产日期", "近期"), ("生产单位", None),
    ):  # fmt: skip
        yield Fault("Q114", "", f"{name} {value}", _filled(about, metadata(**{name: value})))
    yield Fault("Q114", "", "no XML", _filled(about, b"<a"))


def _of_layers():
    specification = load_specification("county")

    def drop(code):
        return lambda d: d.tables.pop(code)

    def empty(code):
        return lambda d: setattr(d.tables[code], "rows", [])

    def again(code, name):
        def put(d):
            second = copy.deepcopy(d.tables[code])
            second.name, second.rows, second.shp = name, second.rows[:1], False
            d.more.append(second)

        return put

    def add(name):
        return lambda d: d.more.append(
            Table(name, Shape.POINT, [("A", FieldKind.CHAR, 0, 0)], [(shapely.Point(1, 1), {})])
        )

    for spec in specification.layers:
        if spec.need.value == "M":
            yield Fault("Q104", spec.code, "absent", drop(spec.code))
    for code in (*ALONE, LINE, POINT):
        yield Fault("Q105", code, "empty", empty(code))
    for name in ("TEMP1", "临时图层", "新建要素类", "XZYDYH_1"):
        yield Fault("Q106", name, "unknown", add(name))
    for code, name in (("SD", "湿地"), ("STGYL", "生态公益林"), ("ZRBHD", "自然保护地"), ("TRL", "天然林")):
        yield Fault("Q107", code, "title", again(code, name))


def _of_base():
    def crs(code, epsg):
        return lambda d: setattr(d.tables[code], "epsg", epsg)

    def moved(code, epsg):
        move = Transformer.from_crs(EPSG, epsg, always_xy=True)

        def put(d):
            table = d.tables[code]
            change = lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))  # noqa: E731
            table.rows = [(shapely.transform(shape, change), values) for shape, values in table.rows]
            table.epsg = epsg

        return put

    def shifted(code, change):
        def put(d):
            table = d.tables[code]
            table.rows = [(shapely.transform(shape, change), values) for shape, values in table.rows]

        return put

    def one(code, change):
        def put(d):
            rows = d.tables[code].rows
            rows[0] = (shapely.transform(rows[0][0], change), rows[0][1])

        return put

    for code, epsg in (
        ("SD", 4326),
        ("STGYL", 0),
        ("ZRBHD", 3857),
        ("GDBHHX", 2379),
        ("STBHHX", 2437),
        (LINE, 0),
        (POINT, 32651),
    ):
        yield Fault("Q201", code, str(epsg), crs(code, epsg), ("Q202", "Q203"))
    for code, epsg in (
        ("SD", 4490),
        ("STGYL", 4528),
        ("ZRBHD", 4490),
        (LINE, 4490),
        (POINT, 4528),
        ("GDBHHX", 4502 + 8),
    ):
        yield Fault("Q202", code, str(epsg), moved(code, epsg), ("Q203",))
    for code in ALONE:
        yield Fault("Q203", code, "prefix", shifted(code, lambda xy: xy + (40e6, 0)))
        yield Fault("Q203", code, "swapped", shifted(code, lambda xy: xy[:, ::-1]))
    for code in (*ALONE, LINE, POINT):
        yield Fault("Q204", code, "far", one(code, lambda xy: xy + (9000, 0)), ("Q511", "Q515", "Q517"))
        yield Fault("Q204", code, "2 km", one(code, lambda xy: xy + (0, -2000)), ("Q511", "Q515", "Q517"))


def _of_structure():
    def field(code, name, change):
        def put(d):
            table = d.tables[code]
            table.fields = [change(f) if f[0] == name else f for f in table.fields]
            table.fields = [f for f in table.fields if f is not None]

        return put

    def as_number(f):
        return f[0], FieldKind.INT, 0, 0

    def longer(more):
        return lambda f: (f[0], f[1], f[2] + more, f[3])

    for code in HEAD[:4]:
        for name in ("BSM", "YSDM", "XZQDM", "XZQMC"):
            yield Fault("Q301", code, name, field(code, name, lambda f: None))
        for name in ("BSM", "YSDM", "XZQDM"):
            yield Fault("Q302", code, name, field(code, name, as_number))
        for name, more in (("BSM", 2), ("YSDM", 5), ("XZQDM", 7), ("XZQMC", -50)):
            yield Fault("Q303", code, name, field(code, name, longer(more)))
    for code, name in (("XZYDYH", "TBMJ"), ("GHYDYH", "TBMJ"), ("XZYDYH", "YDYHFLDM"), ("GHYDYH", "GHZT")):
        yield Fault("Q301", code, name, field(code, name, lambda f: None))
    yield Fault("Q302", "XZYDYH", "TBMJ", field("XZYDYH", "TBMJ", lambda f: (f[0], FieldKind.CHAR, 0, 0)))


def _of_kinds():
    for decimals, name in ((1, "TBDLMJ"), (3, "TBMJ"), (4, "TBMJ"), (3, "TBDLMJ")):
        yield Fault("Q304", "GHYDYH", f"{name} {decimals}", lambda d, f=name, n=decimals: _with_decimals(d, f, n))
    for code in ALONE[:3]:
        yield Fault("Q305", code, "points", lambda d, c=code: _as_points(d.tables[c]))
        yield Fault("Q306", code, "z", lambda d, c=code: _with_z(d.tables[c]))
    for code in ("XZYDYH", "GHYDYH", "TRL"):
        for name in ("TEMP", "字段1"):
            field = (name, FieldKind.CHAR, 5, 0)
            yield Fault("Q307", code, name, lambda d, c=code, f=field: d.tables[c].fields.append(f))

    for codes in ({"010100": "旱地"}, {"019900": "水田"}):
        fault = {"YDYHFLDM": codes}
        yield Fault("Q308", "XZYDYH", str(codes), lambda d, f=fault: d.tables["XZYDYH"].domains.update(f))


def _with_decimals(database, name, decimals):
    table = database.tables["GHYDYH"]
    table.fields = [(*f[:3], decimals) if f[0] == name else f for f in table.fields]
    table.shp = True


def _as_points(table):
    table.shape = Shape.POINT
    table.rows = [(shapely.point_on_surface(shape), values) for shape, values in table.rows]


def _with_z(table):
    table.z = True
    table.rows = [(shapely.force_3d(shape, 5.0), values) for shape, values in table.rows]


def _of_values():
    def value(code, name, new, row=1):
        return lambda d: d.tables[code].rows[row][1].update({name: new})

    for code in (*ALONE, LINE, POINT):
        yield Fault("Q401", code, "XZQMC", value(code, "XZQMC", None), ("Q517",))
        yield Fault("Q405", code, "BSM", value(code, "BSM", f"{CODE}000000000001"))
    for code, name in (
        ("SD", "BSM"),
        ("STGYL", "YSDM"),
        ("ZRBHD", "XZQDM"),
        ("GHYDYH", "YDYHFLDM"),
        ("XZYDYH", "YDYHFLMC"),
    ):
        yield Fault("Q401", code, name, value(code, name, None), ("Q410",))
    yield Fault("Q401", "XZYDYH", "blank", value("XZYDYH", "XZQMC", "   "))
    for code, name, new in (
        ("XZYDYH", "CZCSXM", "999"), ("GHYDYH", "GHZT", "30"), ("GHYDYH", "YDYHFLDM", "9999"), ("GHYDYH", "YDYHFLDM", "0101"),
        ("GHYDYH", "YDYHFLDM", "010199"), ("GHYDYH", "JQDLDM", "0199"), ("XZYDYH", "CZCSXM", "20"),
    ):  # fmt: skip
        yield Fault("Q402", code, f"{name} {new}", value(code, name, new), ("Q410",))
    for code, name, new in (
        ("GHYDYH", "TBMJ", 0.0),
        ("GHYDYH", "TBMJ", -5.0),
        ("TRL", "MJ", 0.0),
        ("GHYDYH", "TBDLMJ", -1.0),
    ):
        yield Fault("Q403", code, f"{name} {new}", value(code, name, new), ("Q601",))
    for code in ("XZYDYH", "GHYDYH"):
        for new in ("旱 地", "水田地", "x"):
            yield Fault("Q404", code, new, value(code, "YDYHFLMC", new))
    for code in (*ALONE, LINE):
        yield Fault("Q406", code, "other county", value(code, "XZQDM", "330102"))
        yield Fault("Q406", code, "no such town", value(code, "XZQDM", f"{CODE}999"))
        yield Fault("Q406", code, "name", value(code, "XZQMC", "别县"))
        yield Fault("Q407", code, "YSDM", value(code, "YSDM", "1234567890", 0 if code == LINE else 1))
    for name, new in (("MC", "长" * 101), ("LX", "123"), ("LDJB", "0001")):
        yield Fault("Q408", "TRL", name, lambda d, n=name, v=new: _unbounded(d.tables["TRL"], n, v))
    for code, new in (("SD", "12AB"), ("STGYL", "1" * 17), ("ZRBHD", "99010200000000000X"), (LINE, "BSM")):
        yield Fault("Q409", code, new, value(code, "BSM", new))
    for row in (2, 3, 4):
        yield Fault("Q410", "GHYDYH", str(row), value("GHYDYH", "TBDLMJ", 9.0, row))


def _unbounded(table, name, new):
    table.shp = False
    table.fields = [(f[0], f[1], 0 if f[0] == name else f[2], f[3]) for f in table.fields]
    table.rows[0][1][name] = new


def _of_shapes():
    def shape(code, change, row=0):
        def put(d):
            rows = d.tables[code].rows
            rows[row] = (change(rows[row][0]), rows[row][1])

        return put

    def more(code, change, row=0):
        def put(d):
            rows = d.tables[code].rows
            rows.append((change(rows[row][0]), {**rows[row][1], "BSM": f"{CODE}000099999999"}))

        return put

    for code in ALONE:
        yield Fault("Q501", code, "bow tie", shape(code, _bow_tie), ("Q504",))
        yield Fault("Q502", code, "none", shape(code, lambda s: None))
        yield Fault("Q503", code, "arc", shape(code, _with_arc))
        yield Fault("Q504", code, "spike", shape(code, _spike))
        yield Fault("Q505", code, "two parts", shape(code, _two_parts))
        yield Fault("Q506", code, "small", shape(code, lambda s: s.centroid.buffer(1.5, quad_segs=2)))
        yield Fault("Q508", code, "vertex twice", shape(code, _vertex_twice))
    yield Fault("Q502", POINT, "none", shape(POINT, lambda s: None))
    yield Fault("Q518", "SD", "short edge", shape("SD", _short_edge))
    yield Fault("Q507", LINE, "short", shape(LINE, _short), ("Q511",))
    yield Fault("Q508", LINE, "vertex twice", shape(LINE, _line_vertex_twice))
    yield Fault("Q511", LINE, "loose end", shape(LINE, lambda s: shapely.LineString(s.coords[:-1])))
    yield Fault("Q511", LINE, "loose start", shape(LINE, lambda s: shapely.LineString(s.coords[1:])))
    yield Fault("Q512", LINE, "again", more(LINE, lambda s: s), ("Q519",))
    yield Fault("Q512", LINE, "a part again", more(LINE, lambda s: shapely.LineString(s.coords[:4])), ("Q511", "Q519"))
    yield Fault("Q520", LINE, "loop", shape(LINE, _loop), ("Q515",))
    yield Fault("Q515", LINE, "off", shape(LINE, _off))
    yield Fault("Q519", LINE, "cut", _cut)
    for code in (POINT, POINTS):
        yield Fault("Q513", code, "again", more(code, lambda s: s))
    for code in ("XZQXZ", "XZQC", "YDYHGHFQ", "STBHHX", "CZKFBJ"):
        yield Fault("Q509", code, "again", more(code, lambda s: s), ("Q603", "Q602", "Q701", "Q702"))
    for code in ("XZQXZ", "XZQC", "YDYHGHFQ", "GHYDYH"):
        yield Fault("Q510", code, "hole", lambda d, c=code: d.tables[c].rows.pop(1), ("Q406",))
    for code, other in (("STBHHX", "CZKFBJ"), ("YJJBNTBHHX", "STBHHX"), ("YJJBNTBHHX", "CZKFBJ")):
        put = lambda d, a=code, b=other: _meet(d.tables[a], d.tables[b])  # noqa: E731
        yield Fault("Q514", code, f"meets {other}", put, ("Q603", "Q701", "Q702"))
    yield Fault("Q516", POINTS, "outside", shape(POINTS, lambda s: shapely.Point(s.x + 9000, s.y)), ("Q204",))
    yield Fault("Q517", POINT, "name", lambda d: d.tables[POINT].rows[1][1].update({"XZQMC": "别县"}), ("Q406",))


def _of_texts():
    for old, new in (("公顷", "亩"), ("年底为", "年底为9"), ("保护红线\t", "保护红线\t1")):
        yield Fault("Q703", "说明.txt", old.strip(), _rewritten(old, new))
    for line in ("到2035年，耕地面积为 1.00 公顷。", "生态保护红线不少于 9 平方公里"):
        yield Fault("Q703", "说明.pdf", line, lambda d, words=line: d.files.update({"说明.pdf": made_pdf([words])}))


def _of_sums():
    def value(code, name, more, row=1):
        def put(d):
            values = d.tables[code].rows[row][1]
            values[name] = round(values[name] + more, 2)

        return put

    def cell(address, new):
        return lambda d: d.cells.update({address: new if not callable(new) else new(d.cells[address])})

    for row in (0, 5, 9):
        yield Fault("Q601", "GHYDYH", str(row), value("GHYDYH", "TBMJ", 3.0, row))
    for more in (1.5, -2.0):
        yield Fault("Q601", "TRL", str(more), value("TRL", "MJ", more, 0))
    for more in (0.5, -0.3, 0.05):
        yield Fault("Q602", "XZYDYH", str(more), value("XZYDYH", "TBMJ", more), ("Q603", "Q701", "Q604"))
    book = f"{CODE}{NAME}国土空间规划表格.xlsx"
    for address in ("C2", "C3", "C4", "C5", "C6", "C7", "C8"):
        yield Fault("Q603", book, address, cell(address, lambda v: v + 0.001), ("Q604",))
    yield Fault("Q603", book, "text", cell("C6", "约 12 公顷"))
    yield Fault("Q603", book, "empty", cell("C7", None))
    for address, more in (("C5", 1.0), ("C2", -0.5), ("C3", 0.01)):
        yield Fault("Q604", book, address, cell(address, lambda v, m=more: v + m), ("Q603",))
    for code in ("YJJBNTBHHX", "STBHHX"):
        yield Fault("Q701", code, "less", lambda d, c=code: d.tables[c].rows.pop(), ("Q603", "Q702"))
    yield Fault("Q701", "CZKFBJ", "more", lambda d: _grow(d), ("Q603", "Q702"))
    for code in ("YJJBNTBHHX", "STBHHX", "CZKFBJ"):
        yield Fault("Q702", code, "less", lambda d, c=code: d.tables[c].rows.pop(0), ("Q603", "Q701"))


def _bow_tie(shape):
    a, b, c, d = shape.exterior.coords[:4]
    return shapely.Polygon([a, c, b, d])


def _with_arc(shape):
    from osgeo import ogr

    x, y = shape.centroid.coords[0]
    text = f"CURVEPOLYGON(CIRCULARSTRING({x - 40} {y},{x} {y + 40},{x + 40} {y},{x} {y - 40},{x - 40} {y}))"
    return bytes(ogr.CreateGeometryFromWkt(text).ExportToIsoWkb())


def _spike(shape):
    x, y = shape.centroid.coords[0]
    return shapely.Polygon([(x - 50, y - 50), (x + 50, y - 50), (x + 50, y - 45)])


def _two_parts(shape):
    x, y = shape.centroid.coords[0]
    return shapely.MultiPolygon(
        [shapely.box(x - 50, y - 50, x - 10, y + 50), shapely.box(x + 10, y - 50, x + 50, y + 50)]
    )


def _vertex_twice(shape):
    path = list(shape.exterior.coords)
    return shapely.Polygon([path[0], path[0], *path[1:]])


def _short_edge(shape):
    path = list(shape.exterior.coords)
    (x, y), (to_x, to_y) = path[0], path[1]
    far = np.hypot(to_x - x, to_y - y)
    return shapely.Polygon([path[0], (x + (to_x - x) * 0.005 / far, y + (to_y - y) * 0.005 / far), *path[1:]])


def _short(line):
    (x, y), (to_x, to_y) = line.coords[0], line.coords[1]
    far = np.hypot(to_x - x, to_y - y)
    return shapely.LineString([(x, y), (x + (to_x - x) / far, y + (to_y - y) / far)])


def _line_vertex_twice(line):
    return shapely.LineString([line.coords[0], *line.coords])


def _loop(line):
    path = list(line.coords)
    (x, y) = path[3]
    return shapely.LineString([*path[:4], (x + 40, y + 60), (x - 60, y + 50), (x - 20, y - 60), *path[4:]])


def _off(line):
    path = list(line.coords)
    (x, y), (to_x, to_y) = path[3], path[4]
    return shapely.LineString([*path[:4], ((x + to_x) / 2, (y + to_y) / 2 + 15), *path[4:]])


def _cut(database):
    rows = database.tables[LINE].rows
    line, values = rows[0]
    rows[0] = (shapely.LineString(line.coords[:4]), values)
    rows.append((shapely.LineString(line.coords[3:]), {**values, "BSM": f"{CODE}000099999999"}))


def _meet(table, other):
    shape, values = table.rows[0]
    table.rows[0] = (other.rows[0][0], values)


def _grow(database):
    rows = database.tables["CZKFBJ"].rows
    taken = database.tables["XZYDYH"].rows[55][0]
    rows.append((taken, {**rows[0][1], "BSM": f"{CODE}000099999999"}))
