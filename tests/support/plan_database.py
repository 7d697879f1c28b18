"""A made-up county plan database that has no defect at all, as a submission package: gpkg, one shapefile, workbook,
pdf, jpg. The land is a net of four-cornered parcels with shared corners, so that nothing overlaps and nothing gapes."""

import struct
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.rounding import closed, half_up
from onemap.plugin.core.quality.inspection_spec import FieldKind, Shape
from onemap.plugin.formats.rules.inspection_files import load_specification
from pyproj import CRS

from .pdf import made_pdf

CODE, NAME, EPSG = "990102", "云溪县", 4549
PLANE = CRS.from_epsg(EPSG)
X, Y, STEP = 480_000.0, 3_330_000.0, 200.0
CLASSES = ["010100", "010300", "020100", "030100", "060100", "070100"]


@dataclass
class Table:
    """One layer as it will be written: `fields` as (name, type, length, decimals), rows of (geometry, values)."""

    code: str
    shape: Shape
    fields: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    epsg: int = EPSG
    z: bool = False
    name: str = ""
    shp: bool = False
    domains: dict = field(default_factory=dict)  # {field: {code: name}}

    def copied(self):
        rows = [(shape, {**values}) for shape, values in self.rows]
        return replace(self, fields=[*self.fields], rows=rows, domains={**self.domains})


@dataclass
class PlanDatabase:
    """Layers by code, cells of the workbook, files by path; change what you like before `write`."""

    tables: dict
    cells: dict
    files: dict = field(default_factory=dict)
    more: list = field(default_factory=list)  # further tables (a second one of a code)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        database = folder / f"{CODE}{NAME}国土空间规划矢量数据.gpkg"
        tables = [*self.tables.values(), *self.more]
        write_tables(database, [table for table in tables if not table.shp], "GPKG")
        for table in tables:
            if table.shp:
                write_tables(folder / f"{table.code}.shp", [table], "ESRI Shapefile")
        if self.cells is not None:
            write_workbook(folder / f"{CODE}{NAME}国土空间规划表格.xlsx", self.cells)
        for path, data in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return folder


def pdf():
    return made_pdf([f"{NAME}国土空间总体规划", "（2021—2035年）文本"])


def metadata(**changes):
    values = {
        "数据名称": NAME,
        "坐标系": f"CGCS2000 EPSG:{EPSG}",
        "中央子午线": "120",
        "生产日期": "2025年6月",
        "生产单位": "规划院",
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in {**values, **changes}.items() if value is not None)
    return f"<元数据>{inner}</元数据>".encode()


def jpg(dpi=300):
    return b"\xff\xd8\xff\xe0" + struct.pack(">H5sBBBHHBB", 16, b"JFIF\0", 1, 1, 1, dpi, dpi, 0, 0) + b"\xff\xd9"


def clean_database(columns=12, rows=10, seed=1):
    """The PlanDatabase without any defect; the caller may change it."""
    made = _clean(columns, rows, seed)
    return PlanDatabase({code: table.copied() for code, table in made.tables.items()}, {**made.cells}, {**made.files})


@lru_cache(maxsize=2)
def _clean(columns, rows, seed):
    net = _Net(columns, rows, seed)
    specification = load_specification("example_province")
    makers = {
        "XZQX": lambda: net.whole(), "XZQXZ": lambda: net.blocks((2, 2)), "XZQC": lambda: net.blocks((4, 2)),
        "XZYDYH": lambda: net.parcels(), "YDYHGHFQ": lambda: net.blocks((3, 2)),
        "STBHHX": lambda: net.some(1), "CZKFBJ": lambda: net.some(4), "YJJBNTBHHX": lambda: net.some(7),
    }  # fmt: skip
    tables = {}
    for spec in specification.layers:
        if spec.need.value != "M" and spec.code != "GHYDYH":
            continue
        maker = makers.get(spec.code)
        if spec.code == "GHYDYH":
            shapes = net.parcels()
        elif maker:
            shapes = maker()
        elif spec.shape == Shape.POLYGON:
            shapes = net.some(2)
        elif spec.shape == Shape.LINE:
            shapes = net.lines()
        else:
            shapes = net.points()
        tables[spec.code] = _table(spec, shapes)
    _close_areas(tables["XZYDYH"])
    tables["TRL"].shp = True
    files = {
        f"{CODE}{NAME}国土空间规划文本.pdf": pdf(),
        f"图件/{CODE}{NAME}01用地现状图.jpg": jpg(),
        f"{CODE}{NAME}元数据.xml": metadata(),
    }
    return PlanDatabase(tables, _cells(tables), files)


class _Net:
    def __init__(self, columns, rows, seed):
        self.columns, self.rows, rng = columns, rows, np.random.default_rng(seed)
        i, j = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij")
        shake = rng.uniform(-30, 30, (columns + 1, rows + 1, 2))
        shake[[0, -1], :, 0] = 0
        shake[:, [0, -1], 1] = 0
        self.nodes = np.round(np.stack([X + STEP * i, Y + STEP * j], axis=-1) + shake, 3)

    def ring(self, left, low, right, top):
        """The outline of cells left..right, low..top with all nodes on it."""
        n = self.nodes
        path = [
            *n[left:right, low], *n[right, low:top], *n[right:left:-1, top], *n[left, top:low:-1]
        ]  # fmt: skip
        return shapely.Polygon(path)

    def whole(self):
        return [self.ring(0, 0, self.columns, self.rows)]

    def parcels(self):
        return [self.ring(i, j, i + 1, j + 1) for i in range(self.columns) for j in range(self.rows)]

    def blocks(self, shares):
        across, up = (np.linspace(0, n, s + 1).astype(int) for n, s in zip((self.columns, self.rows), shares))
        return [
            self.ring(across[i], up[j], across[i + 1], up[j + 1]) for i in range(shares[0]) for j in range(shares[1])
        ]

    def some(self, column):
        """Three parcels of one column, apart from one another."""
        return [self.ring(column, j, column + 1, j + 1) for j in (1, 4, 7)]

    def lines(self):
        return [shapely.LineString(self.nodes[:, j]) for j in (2, 5)]

    def points(self):
        return [shapely.Point(self.nodes[i, 3] + 5) for i in range(1, 5)]


def _table(spec, shapes):
    table = Table(spec.code, spec.shape)
    for f in spec.fields:
        table.fields.append((f.name, f.kind or FieldKind.CHAR, f.length or 0, f.decimals or 0))
    areas = statutory_areas(np.array(shapes, dtype=object), PLANE) if spec.shape == Shape.POLYGON else None
    for number, shape in enumerate(shapes):
        values = {}
        for f in spec.fields:
            values[f.name] = _value(spec, f, number, None if areas is None else float(areas[number]))
        if spec.code in ("XZQXZ", "XZQC"):
            code = (
                f"{CODE}{100 + number:03d}"
                if spec.code == "XZQXZ"
                else f"{CODE}{100 + number // 2:03d}{200 + number:03d}"
            )
            values["XZQDM"], values["XZQMC"] = code, f"{'镇村'[spec.code == 'XZQC']}{number}"
        table.rows.append((shape, values))
    return table


@lru_cache(maxsize=1)
def _landuse():
    return load_specification("county").codes["landuse_2023"]


def _value(spec, f, number, area):
    code = CLASSES[number % len(CLASSES)]
    landuse = _landuse()
    fixed = {
        "BSM": f"{CODE}0000{number + 1:08d}", "YSDM": spec.ysdm or "2090020100", "XZQDM": CODE, "XZQMC": NAME,
        "YDYHFLDM": code, "YDYHFLMC": landuse.name(code), "TBMJ": area, "MJ": area,
        "TBDLMJ": area if code.startswith("01") else None, "GHZT": "10", "CZCSXM": "203", "JQDLDM": "0101", "BZ": None,
    }  # fmt: skip
    if f.name in fixed:
        return fixed[f.name]
    if f.kind in (FieldKind.FLOAT, FieldKind.INT):
        return 1
    return "1"


def _close_areas(table):
    """Stored areas that sum to the control area of the county."""
    areas = np.array([values["TBMJ"] for _, values in table.rows])
    whole = statutory_areas(np.array([shapely.union_all([s for s, _ in table.rows])], dtype=object), PLANE)
    spread = closed(areas, np.zeros(len(areas), int), whole)
    for (_, values), area in zip(table.rows, spread.tolist()):
        values["TBMJ"] = round(area, 2)
        values["TBDLMJ"] = values["TBMJ"] if values["YDYHFLDM"].startswith("01") else None


def _cells(tables):
    land = [(v["YDYHFLDM"], v["TBMJ"]) for _, v in tables["XZYDYH"].rows]

    def ha(total):
        return float(half_up(total / 1e4, 4))

    def areas(code):
        return float(statutory_areas(np.array([s for s, _ in tables[code].rows], dtype=object), PLANE).sum())

    farm, wood = sum(a for c, a in land if c[:2] == "01"), sum(a for c, a in land if c[:2] == "03")
    whole = sum(a for _, a in land)
    return {
        "A1": "指标", "C1": "公顷", "C2": ha(farm), "C3": ha(wood), "C4": round(ha(whole) - ha(farm) - ha(wood), 4),
        "C5": ha(whole), "C6": ha(areas("YJJBNTBHHX")), "C7": ha(areas("STBHHX")), "C8": ha(areas("CZKFBJ")),
    }  # fmt: skip


def write_workbook(path, cells):
    from openpyxl import Workbook

    book = Workbook()
    for address, value in cells.items():
        book.active[address] = value
    book.save(path)


def write_tables(path, tables, driver):
    """Write layers into one file, without waiting for the disk."""
    from osgeo import gdal, ogr

    ogr.UseExceptions()
    gdal.SetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF")
    data = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    if driver == "GPKG":
        data.StartTransaction()
    for table in tables:
        _fill(_layer(data, table, driver), table)
    if driver == "GPKG":
        data.CommitTransaction()
    data = None
    _add_domains(path, [table for table in tables if table.domains])


def _add_domains(path, tables):
    from osgeo import gdal, ogr

    if not tables:
        return
    gdal.UseExceptions()
    data = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
    for table in tables:
        for name, codes in table.domains.items():
            domain = ogr.CreateCodedFieldDomain(f"D_{name}", "", ogr.OFTString, ogr.OFSTNone, codes)
            data.AddFieldDomain(domain)
            layer = data.GetLayerByName(table.name or table.code)
            place = layer.GetLayerDefn().GetFieldIndex(name)
            changed = ogr.FieldDefn(name, ogr.OFTString)
            changed.SetDomainName(f"D_{name}")
            layer.AlterFieldDefn(place, changed, ogr.ALTER_DOMAIN_FLAG)
    data = None


def _layer(data, table, driver):
    from osgeo import ogr, osr

    reference = None
    if table.epsg:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(table.epsg)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    options = ["ENCODING=UTF-8"] if driver != "GPKG" else ["SPATIAL_INDEX=NO"]
    layer = data.CreateLayer(table.name or table.code, reference, _kind(table), options)
    types = {
        FieldKind.CHAR: ogr.OFTString,
        FieldKind.INT: ogr.OFTInteger64,
        FieldKind.FLOAT: ogr.OFTReal,
        FieldKind.DATE: ogr.OFTDate,
    }
    for name, field_kind, length, decimals in table.fields:
        definition = ogr.FieldDefn(name, types[field_kind])
        if length:
            definition.SetWidth(length)
        if field_kind == FieldKind.FLOAT and driver != "GPKG":
            definition.SetWidth(length or 15)
            definition.SetPrecision(decimals or 2)
        layer.CreateField(definition)
    return layer


def _kind(table):
    """The kind of geometry of a layer: single parts unless a row has several, curves where a row is WKB."""
    from osgeo import ogr

    kinds = {Shape.POINT: ogr.wkbPoint, Shape.LINE: ogr.wkbLineString, Shape.POLYGON: ogr.wkbPolygon}
    parts = {Shape.POLYGON: ogr.wkbMultiPolygon, Shape.LINE: ogr.wkbMultiLineString}
    shapes = [s for s, _ in table.rows]
    if any(isinstance(s, bytes) for s in shapes):
        return ogr.wkbCurvePolygon
    several = any(s is not None and s.geom_type.startswith("Multi") for s in shapes)
    kind = parts.get(table.shape, kinds[table.shape]) if several else kinds[table.shape]
    return ogr.GT_SetZ(kind) if table.z else kind


def _fill(layer, table):
    from osgeo import ogr

    definition = layer.GetLayerDefn()
    for shape, values in table.rows:
        feature = ogr.Feature(definition)
        for name, value in values.items():
            if value is not None and definition.GetFieldIndex(name) >= 0:
                feature.SetField(name, value)
        if shape is not None:
            wkb = shape if isinstance(shape, bytes) else shapely.to_wkb(shape)
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(wkb))
        layer.CreateFeature(feature)
