"""The results of a site selection as styled layers of the QGIS project, in one group."""

import numpy as np
from qgis.core import (
    QgsFillSymbol,
    QgsPalLayerSettings,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ...core.land.pieces import objects
from ..i18n import tr
from ..layers import field_types
from ..layers.results import qgs_fields
from . import results as results

_FREE = {
    "color": "183,225,161,120",
    "outline_style": "no",
}  # its pieces are tiles of the search: their seams mean nothing
_LABELLED = 50
_REJECTED = {"color": "189,189,189,90", "outline_color": "#9e9e9e", "outline_width": "0.2"}


def selection_layers(job, run):
    """(sites layer, other layers) of a SelectionRun of `job` (SelectSites)."""
    fields = results.site_fields(run.criteria)
    sites = _layer(
        tr("Sites"), fields, results.site_rows(run.selection, run.names), run.geometries[run.selection.order], job, run
    )
    rejected, rows = results.rejected_rows(run.selection, run.names)
    others = [_layer(tr("Rejected"), results.rejected_fields(run.criteria), rows, run.geometries[rejected], job, run)]
    return _styled(sites, others, _REJECTED)


def search_layers(job, run, selection):
    """(sites layer, other layers) of a SearchRun of `job` (FindSites); `selection`: its picked sites."""
    geometries = run.geometries[np.array(run.picked, dtype=int)]
    rows = results.site_rows(selection, [""] * len(geometries))
    sites = _layer(tr("Sites"), results.site_fields(run.criteria, parcels=False), rows, geometries, job, run)
    free = objects(run.free or [])
    tiles = ([number] for number in range(1, len(free) + 1))
    return _styled(sites, [_layer(tr("Free land"), (("tile", field_types.LONG),), tiles, free, job, run)], _FREE)


def _layer(name, specification, rows, geometries, job, run):
    layer = QgsVectorLayer("MultiPolygon", name, "memory")
    layer.setCrs(job.snapshot.qgis_crs)
    fields = qgs_fields(specification)
    layer.dataProvider().addAttributes(list(fields))
    layer.updateFields()
    results.write_rows(layer.dataProvider(), fields, rows, geometries, run.plane, job.snapshot.crs)
    layer.updateExtents()
    return layer


def _styled(sites, others, look):
    results.SitesStyle.make().postProcessLayer(sites, None, None)
    if sites.featureCount() <= _LABELLED:
        _label_ranks(sites)
    for layer in others:
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
    return sites, others


def _label_ranks(sites):
    """Ranks stand on the map, as small sites would be lost on a county."""
    look, halo, label = QgsTextFormat(), QgsTextBufferSettings(), QgsPalLayerSettings()
    halo.setEnabled(True)
    halo.setColor(QColor("white"))
    look.setBuffer(halo)
    look.setSize(11)
    look.setColor(QColor("#b71c1c"))
    label.setFormat(look)
    label.fieldName, label.displayAll = "rank", True
    sites.setLabeling(QgsVectorLayerSimpleLabeling(label))
    sites.setLabelsEnabled(True)


def show_layers(title, sites, others):
    """Add layers to the project in a group of their own on top; the sites lie over the others."""
    project = QgsProject.instance()
    group = project.layerTreeRoot().insertGroup(0, title)
    for layer in (sites, *others):
        project.addMapLayer(layer, False)
        group.addLayer(layer)
    return group
