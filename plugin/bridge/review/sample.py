"""The sample county as files: made from a seed on the first click, so that no control-line data is bundled."""

from pathlib import Path
from typing import Any, Optional

import shapely
from osgeo import ogr, osr
from qgis.core import QgsProject, QgsVectorLayer

from ...core.errors import Cancelled, OutputError
from ...core.sample.county import EPSG, make_county
from ...core.sample.lines import control_layers
from ...core.sample.projects import make_projects

_PARCELS, _PROJECTS = 2500, 24
_AT_FIRST = ("YJJBNTTB", "STBHHX", "CZKFBJ", "SYDBHQ", "ZRBHD", "LSWHBHX", "GJGYL", "dzyfq")  # on the map


def make_sample(folder: Path, feedback: Optional[Any] = None) -> tuple:
    """Write the county's database and its projects into a folder; returns their two paths. Any thread.

    Raises OutputError when the folder cannot be written or holds such files already, Cancelled.
    """
    database, projects = folder / "样例县_云溪县.gpkg", folder / "样例项目.gpkg"
    for path in (database, projects):
        if path.exists():
            raise OutputError("sample_exists", path=path)
    county = make_county(parcels=_PARCELS)
    if feedback is not None and feedback.isCanceled():
        raise Cancelled
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _write(database, {name: rows for name, rows in control_layers(county).items() if rows})
        _write(projects, {"项目用地": make_projects(county, _PROJECTS)})
    except RuntimeError as error:
        raise OutputError("output_not_writable", path=folder, error=error) from error
    return database, projects


def open_sample(database: Path, projects: Path) -> list:
    """Add the sample's layers to the QGIS project, the projects on top; main thread only."""
    sources = [(f"{database}|layername={name}", name) for name in reversed(_AT_FIRST)]
    layers = [QgsVectorLayer(*source, "ogr") for source in [*sources, (str(projects), projects.stem)]]
    layers = [layer for layer in layers if layer.isValid()]
    QgsProject.instance().addMapLayers(layers)
    return layers


def _write(path, layers):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    if data is None:
        raise RuntimeError(path.name)
    for name, rows in layers.items():
        _write_layer(data.CreateLayer(name, reference, ogr.wkbMultiPolygon), rows)
    data.FlushCache()


def _write_layer(layer, rows):
    for name in rows[0][1]:
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    layer.StartTransaction()
    for geometry, values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for name, value in values.items():
            feature.SetField(name, str(value))
        feature.SetGeometryDirectly(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry))))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
