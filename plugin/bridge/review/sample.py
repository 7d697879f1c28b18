"""The sample county as files: made from a seed on the first click, so that no control-line data is bundled."""

from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import shapely
from osgeo import ogr, osr
from qgis.core import QgsFillSymbol, QgsProject, QgsSingleSymbolRenderer, QgsVectorLayer

from ...core.errors import Cancelled, OutputError
from ...core.sample.county import EPSG, make_county
from ...core.sample.lines import control_layers
from ...core.sample.projects import make_projects
from ...core.threads import Feedback
from ...formats.rules.rule_files import load_catalogue
from ..layers.catalogue_style import style_as_line

_PARCELS, _PROJECTS = 2500, 24
_AT_FIRST = ("dzyfq", "LSWHBHX", "SYDBHQ", "ZRBHD", "GJGYL", "CZKFBJ", "STBHHX", "YJJBNTTB")  # on the map


def make_sample(folder: Path, feedback: Optional[Feedback] = None) -> tuple:
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(database, {name: rows for name, rows in control_layers(county).items() if rows})
        _write(projects, {"项目用地": make_projects(county, _PROJECTS)})
    except (RuntimeError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError("output_not_writable", path=folder, error=why) from error
    return database, projects


def open_sample(database: Path, projects: Path) -> Iterator[QgsVectorLayer]:
    """Add the sample's layers to the QGIS project one at a time, the projects last and on top; main thread only."""
    catalogue = load_catalogue()
    for table in reversed(_AT_FIRST):
        line = catalogue.by_alias(table)[0]
        layer = QgsVectorLayer(f"{database}|layername={table}", line.name, "ogr")
        style_as_line(layer, line)
        yield QgsProject.instance().addMapLayer(layer)
    layer = QgsVectorLayer(str(projects), projects.stem, "ogr")
    look = {"color": "255,255,255,90", "outline_color": "#d50000", "outline_width": "0.8"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
    yield QgsProject.instance().addMapLayer(layer)


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
