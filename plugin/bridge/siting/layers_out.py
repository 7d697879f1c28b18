"""The results of a site selection as styled layers of the QGIS project, in one group."""

from typing import Any, Union

import numpy as np
from qgis.core import (
    QgsFillSymbol,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.land.pieces import objects
from ...core.siting.selection import Selection
from ..i18n import tr
from ..layers import field_types
from ..layers.feature_labels import put, settings_of
from . import results
from .results import ResultRows
from .search import FindSites, SearchRun
from .select import SelectionRun, SelectSites

_FREE = {
    "color": "183,225,161,120",
    "outline_style": "no",
}  # its pieces are tiles of the search: their seams mean nothing
_RUN = "onemap/site_run"  # a property of the groups of layers that runs made
_LABELLED = 50
_REJECTED = {"color": "189,189,189,90", "outline_color": "#9e9e9e", "outline_width": "0.2"}


def selection_layers(job: SelectSites, run: SelectionRun) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """(sites layer, other layers) of a SelectionRun of `job` (SelectSites)."""
    fields = results.site_fields(run.criteria)
    rows, order = results.site_rows(run.selection, run.names), run.selection.order
    sites = _layer(tr("Sites"), ResultRows(fields, rows, run.geometries[order], run.plane), job)
    rejected, rows = results.rejected_rows(run.selection, run.names)
    made = ResultRows(results.rejected_fields(run.criteria), rows, run.geometries[rejected], run.plane)
    return _styled(sites, [_layer(tr("Rejected"), made, job)], _REJECTED)


def search_layers(job: FindSites, run: SearchRun, selection: Selection) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """(sites layer, other layers) of a SearchRun of `job` (FindSites); `selection`: its picked sites."""
    geometries = run.geometries[np.array(run.picked, dtype=int)]
    rows = results.site_rows(selection, [""] * len(geometries))
    fields = results.site_fields(run.criteria, parcels=False)
    sites = _layer(tr("Sites"), ResultRows(fields, rows, geometries, run.plane), job)
    free = objects(run.free or [])
    tiles = ([number] for number in range(1, len(free) + 1))
    made = ResultRows((("tile", field_types.LONG),), tiles, free, run.plane)
    return _styled(sites, [_layer(tr("Free land"), made, job)], _FREE)


def _layer(name: str, made: ResultRows, job: Union[SelectSites, FindSites]) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon", name, "memory")
    layer.setCrs(job.snapshot.qgis_crs)
    layer.dataProvider().addAttributes(list(made.fields()))
    layer.updateFields()
    results.write_rows(layer.dataProvider(), made, job.snapshot.crs)
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
    label = settings_of('"rank"', 11, "#b71c1c")
    label.displayAll = True
    put(sites, label)


def show_layers(title: str, sites: Any, others: Any) -> Any:
    """Add layers to the project in a group of their own on top; the sites lie over the others. Groups of runs before
    stay, but are switched off: ranks of two runs on one place say nothing.
    """
    project = QgsProject.instance()
    for former in project.layerTreeRoot().findGroups():
        if former.customProperty(_RUN):
            former.setItemVisibilityChecked(False)
    group = project.layerTreeRoot().insertGroup(0, title)
    group.setCustomProperty(_RUN, True)
    for layer in (sites, *others):
        project.addMapLayer(layer, False)
        group.addLayer(layer)
    return group
