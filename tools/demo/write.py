"""Write the made-up county with GDAL: GeoPackages, a GBK shapefile without .cpg, boundary-point TXT files."""

from pathlib import Path

import shapely
from osgeo import gdal, ogr, osr

from .county import CODE, EPSG, NAME, class_name

gdal.UseExceptions()
ogr.UseExceptions()


def _srs():
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(EPSG)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def write_layer(path, layer, rows, driver="GPKG", options=(), append=False):
    """Write [(geometry, {field: text or number})] as one layer; `append` adds the layer to an existing GeoPackage."""
    path = str(path)
    if append:
        data = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE)
    else:
        data = gdal.GetDriverByName(driver).Create(path, 0, 0, 0, gdal.GDT_Unknown)
    kind = {0: ogr.wkbPoint, 1: ogr.wkbLineString}.get(shapely.get_dimensions(rows[0][0]), ogr.wkbMultiPolygon)
    target = data.CreateLayer(layer, _srs(), kind, options=list(options))
    names = list(rows[0][1])
    for name in names:
        number = any(isinstance(values[name], float) for _, values in rows)
        field = ogr.FieldDefn(name, ogr.OFTReal if number else ogr.OFTString)
        if not number:
            field.SetWidth(120)
        target.CreateField(field)
    data.StartTransaction() if driver == "GPKG" else None
    for geometry, values in rows:
        feature = ogr.Feature(target.GetLayerDefn())
        for name in names:
            if values[name] is not None:
                feature.SetField(name, values[name])
        made = ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry))
        feature.SetGeometry(ogr.ForceToMultiPolygon(made) if kind == ogr.wkbMultiPolygon else made)
        target.CreateFeature(feature)
    data.CommitTransaction() if driver == "GPKG" else None
    data = None


def _owner(code, number):
    """Made-up ownership: woods and roads are the state's, the rest belongs to one of twelve villages."""
    if code[:2] in ("03", "10", "11"):
        return {"QSXZ": "20", "QSDWMC": "云溪县", "ZLDWMC": "云溪县"}
    village = f"云溪县第{number % 12 + 1}村"
    return {"QSXZ": "30", "QSDWMC": village, "ZLDWMC": village}


def write_county(folder, county, lines, projects):
    """Write everything below `folder`.

    Return {"county", "projects", "shapefile", "txt"} paths and the line layer names.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "county.gpkg"
    write_layer(database, "XZQ", [(county.boundary, {"XZQDM": CODE, "XZQMC": NAME})])
    parcels = [
        (
            p,
            {
                "BSM": f"{CODE}0000{i:08d}",
                "TBBH": f"{i:06d}",
                "DLBM": c,
                "DLMC": class_name(c),
                "TBMJ": round(p.area, 2),
                **_owner(c, i),
            },
        )
        for i, (p, c) in enumerate(zip(county.parcels, county.codes), 1)
    ]
    write_layer(database, "DLTB", parcels, append=True)
    for name, rows in lines.items():
        write_layer(database, name, rows, append=True)
    write_layer(folder / "projects.gpkg", "projects", projects)
    shapes = folder / "shapefile_gbk"
    shapes.mkdir()
    write_layer(shapes / "projects.shp", "projects", projects[:40], "ESRI Shapefile", ["ENCODING=GBK"])
    (shapes / "projects.cpg").unlink(missing_ok=True)  # as offices mail them: GBK, and nothing that says so
    return database, folder / "projects.gpkg", [*lines, "DLTB"]


def write_town(folder, layers, terrain):
    """Write the county town and its terrain below `folder`; return their paths."""
    database, dem = Path(folder) / "town.gpkg", Path(folder) / "dem.tif"
    for number, (name, rows) in enumerate(layers.items()):
        write_layer(database, name, rows, append=bool(number))
    levels, left, top, cell = terrain
    options = ["COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES"]
    size = levels.shape[1], levels.shape[0]
    data = gdal.GetDriverByName("GTiff").Create(str(dem), *size, 1, gdal.GDT_Float32, options)
    data.SetGeoTransform((left, cell, 0, top, 0, -cell))
    data.SetProjection(_srs().ExportToWkt())
    data.GetRasterBand(1).WriteArray(levels.astype("float32"))
    data.GetRasterBand(1).SetUnitType("m")
    data = None
    return database, dem
