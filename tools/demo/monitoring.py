"""Write what the indicators of the made-up county are computed from: layers of three years, statistics, goals."""

from pathlib import Path

import shapely
from openpyxl import Workbook
from osgeo import gdal, ogr

from .indicator_data import (
    YEARS,
    facility_layers,
    goal_rows,
    land_rows,
    lasting_layers,
    statistic_rows,
    township_rows,
)
from .lines import control_layers
from .write import _srs

_LINES = ("YJJBNTTB", "STBHHX", "CZKFBJ", "LSWHBHX", "ZXCQCSZX")
_KINDS = {0: ogr.wkbPoint, 1: ogr.wkbMultiLineString, 2: ogr.wkbMultiPolygon}


def write_monitoring(folder, county, years=YEARS):
    """Write a GeoPackage of all layers, statistics.xlsx and goals.xlsx; return their three paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    database, statistics, goals = (folder / name for name in ("monitoring.gpkg", "statistics.xlsx", "goals.xlsx"))
    layers = {"XZQ_XZ": township_rows(county), **lasting_layers(county)}
    lines = control_layers(county)
    layers.update((name, lines[name]) for name in _LINES)
    for year in years:
        layers[f"DLTB_{year}"] = land_rows(county, year)
        layers.update((f"{name}_{year}", rows) for name, rows in facility_layers(county, year).items())
    write_layers(database, layers)
    write_table(statistics, ("政区代码", "年份", "指标", "数值", "单位"), statistic_rows(years))
    write_table(goals, ("指标", "政区代码", "类型", "年份", "数值"), goal_rows(county))
    return database, statistics, goals


def write_layers(path, layers):
    """Write {name: [(geometry, {field: value})]} as one GeoPackage; numbers stay numbers."""
    data = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    for name, rows in layers.items():
        _write_layer(data, name, [row for row in rows if not row[0].is_empty])
    data = None  # closes the file


def _write_layer(data, name, rows):
    kind = _KINDS[shapely.get_dimensions(rows[0][0])]
    target = data.CreateLayer(name, _srs(), kind)
    for field, value in rows[0][1].items():
        number = {int: ogr.OFTInteger64, float: ogr.OFTReal}.get(type(value), ogr.OFTString)
        target.CreateField(ogr.FieldDefn(field, number))
    target.StartTransaction()
    for geometry, values in rows:
        feature = ogr.Feature(target.GetLayerDefn())
        for field, value in values.items():
            feature.SetField(field, value)
        shape = ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry))
        feature.SetGeometryDirectly(ogr.ForceTo(shape, kind))
        target.CreateFeature(feature)
    target.CommitTransaction()


def write_table(path, header, rows):
    """Write rows below a header as a workbook; codes stay text."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
