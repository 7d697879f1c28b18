"""What a layer shows in the QGIS project beside what its file holds: a filter hides features, an edit is not yet saved.

Both are read as shown, so both must be told: a line that a filter hides was not checked.
"""

from pathlib import Path
from typing import Optional

from osgeo import gdal
from qgis.core import QgsRectangle, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QUrl, QUrlQuery

from ...core.land.input_check import NARROWING, CheckItem, CheckState, InputCheck
from ...core.land.remarks import Remark
from .source_parts import source_parts
from .unreadable import layer_names
from .wkb import CHORD_M

_SEVERAL = (".kml", ".kmz", ".gml", ".gpkg", ".gdb", ".sqlite", ".db", ".xml")  # files that may hold several layers
_MOST_NAMES = 20
SERVICE_REMARK, RENEWED_REMARK = "layer_of_service", "layer_of_service_renewed"
_SERVICES = ("WFS", "OAPIF", "arcgisfeatureserver")


def view_remarks(layer: QgsVectorLayer) -> list[Remark]:
    """Remarks on a layer that was read otherwise than its file stands; none for a plain layer. Main thread only."""
    remarks = []
    if layer.subsetString():
        params = {"layer": layer.name(), "where": layer.subsetString(), "count": layer.featureCount()}
        remarks.append(Remark("layer_filtered", layer.name(), None, params))
    query = (
        _url_query(layer).queryItemValue("query", QUrl.ComponentFormattingOption.FullyDecoded)
        if layer.providerType() == "virtual"
        else ""
    )
    if query:
        params = {"layer": layer.name(), "where": query, "count": layer.featureCount()}
        remarks.append(Remark("layer_queried", layer.name(), None, params))
    names = _named_one_of(layer)
    if names:
        params = {"layer": layer.name(), "layers": ", ".join(names[:_MOST_NAMES])}
        remarks.append(Remark("layer_one_of_several", layer.name(), None, params))
    count = layer.featureCount()
    expected = stated_count(layer, count)
    if 0 <= count < expected:
        params = {"layer": layer.name(), "expected": expected, "count": count, "missing": expected - count}
        remarks.append(Remark("layer_rows_lost", layer.name(), None, params))
    if QgsWkbTypes.isCurvedType(layer.wkbType()):
        remarks.append(Remark("layer_of_arcs", layer.name(), None, {"layer": layer.name(), "mm": int(1000 * CHORD_M)}))
    if layer.isEditable() and layer.isModified():
        remarks.append(Remark("layer_unsaved", layer.name(), None, {"layer": layer.name()}))
    return remarks + (
        [Remark(SERVICE_REMARK, layer.name(), None, {"layer": layer.name()})] if is_service(layer) else []
    )


def is_service(layer: QgsVectorLayer) -> bool:
    """Whether QGIS downloads the layer from a web service: where that does not answer, it gives nothing."""
    return layer.providerType() in _SERVICES


def renew_service(layer: QgsVectorLayer) -> bool:
    """Have QGIS forget what it downloaded of a layer of a web service, so that it asks again; whether it does.

    Not while the layer is edited: what was drawn refers to what was downloaded. Main thread only.
    """
    provider = layer.dataProvider()
    if not is_service(layer) or layer.isEditable() or provider is None:
        return False
    provider.reloadData()
    layer.updateExtents()
    return True


def stated_count(layer: QgsVectorLayer, shown: Optional[int] = None) -> int:
    """How many features a layer should give, negative where nobody knows; `shown`: how many QGIS counts. Main thread
    only.

    QGIS leaves rows of a delimited text whose geometry it cannot read out of the layer without a word: its rows are
    counted as a table.
    """
    count = layer.featureCount() if shown is None else shown
    if layer.providerType() == "ogr" and "geometrytype=" in layer.source().lower():
        return max(count, _areas_of_file(layer))
    if layer.providerType() != "delimitedtext":
        return count
    rows = QgsVectorLayer(_as_table(layer), "", "delimitedtext")
    return max(count, rows.featureCount()) if rows.isValid() else count


def layer_extent(layer: QgsVectorLayer) -> QgsRectangle:
    """As QgsVectorLayer.extent, which looks for the way to WGS 84 besides: 30 ms where a process asks first. Main
    thread only.
    """
    provider = layer.dataProvider()
    if layer.isEditable() and layer.isModified():
        layer.updateExtents()  # what was drawn since lies beyond what the file said
    if provider is None or layer.isEditable() or layer.featureCount() <= 0:
        return layer.extent()
    return provider.extent()


def _areas_of_file(layer):
    """How many features of the file are, or may hold, areas: QGIS shows those of one kind only."""
    parts = source_parts("ogr", layer.source())
    data = gdal.OpenEx(parts.get("path", ""), gdal.OF_VECTOR) if int(layer.geometryType()) == 2 else None
    table = data.GetLayerByName(parts["layerName"]) if data and "layerName" in parts else data and data.GetLayer(0)
    return sum(_may_be_area(feature) for feature in table) if table else -1


def _may_be_area(feature):
    shape = feature.GetGeometryRef()
    return shape is not None and (shape.GetDimension() == 2 or shape.GetGeometryCount() > 0)


def _named_one_of(layer):
    """Names of the layers of a file that was given without naming one of them; none where it holds one."""
    parts = source_parts("ogr", layer.source()) if layer.providerType() == "ogr" else {}
    if "layerName" in parts or "layerId" in parts:
        return []
    path = Path(parts.get("path", ""))
    if path.suffix.lower() not in _SEVERAL:
        return []
    try:
        names = layer_names(path)
    except RuntimeError:
        return []
    return names if len(names) > 1 else []


def _as_table(layer):
    """The source of a delimited text without what says where its geometry stands."""
    url, query = QUrl.fromEncoded(layer.source().encode()), _url_query(layer)
    for key in ("wktField", "xField", "yField", "zField", "mField", "geomType", "spatialIndex", "watchFile"):
        query.removeQueryItem(key)
    query.addQueryItem("geomType", "none")
    url.setQuery(query)
    return bytes(url.toEncoded()).decode()


def _url_query(layer):
    return QUrlQuery(QUrl.fromEncoded(layer.source().encode()))


def limits_check(remarks: list[Remark]) -> InputCheck:
    """The check of a layer of which nothing was read yet: those of its remarks that narrow what is looked at."""
    check = InputCheck()
    for remark in remarks:
        if remark.code in NARROWING:
            check.add(CheckItem.COUNT, CheckState.REMARK, remark.code, **remark.params)
    return check
