"""The results of a site selection as styled layers of the QGIS project, in one group."""

from typing import Any, Union

import numpy as np
from qgis.core import QgsProject, QgsVectorLayer

from ...core.land.pieces import objects
from ...core.siting.selection import Selection
from ..i18n import tr
from ..layers import field_types
from . import results
from .results import ResultRows
from .search import FindSites, SearchRun
from .select import SelectionRun, SelectSites
from .titles import FREE, REJECTED, TitledLand, TitledSites

_RUN = "onemap/site_run"  # a property of the groups of layers that runs made


def selection_layers(job: SelectSites, run: SelectionRun) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """(sites layer, other layers) of a SelectionRun of `job` (SelectSites)."""
    fields = results.site_fields(run.criteria)
    rows, order = results.site_rows(run.selection, run.names), run.selection.order
    sites = _layer(tr("Sites"), ResultRows(fields, rows, run.geometries[order], run.plane), job)
    rejected, rows = results.rejected_rows(run.selection, run.names)
    made = ResultRows(results.rejected_fields(run.criteria), rows, run.geometries[rejected], run.plane)
    return _styled(run.criteria, sites, _layer(tr("Rejected"), made, job), REJECTED)


def search_layers(job: FindSites, run: SearchRun, selection: Selection) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """(sites layer, other layers) of a SearchRun of `job` (FindSites); `selection`: its picked sites."""
    geometries = run.geometries[np.array(run.picked, dtype=int)]
    rows = results.site_rows(selection, [""] * len(geometries))
    fields = results.site_fields(run.criteria, parcels=False)
    sites = _layer(tr("Sites"), ResultRows(fields, rows, geometries, run.plane), job)
    free = objects(run.free or [])
    tiles = ([number] for number in range(1, len(free) + 1))
    made = ResultRows((("tile", field_types.LONG),), tiles, free, run.plane)
    return _styled(run.criteria, sites, _layer(tr("Free land"), made, job), FREE)


def _layer(name: str, made: ResultRows, job: Union[SelectSites, FindSites]) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon", name, "memory")
    layer.setCrs(job.snapshot.qgis_crs)
    layer.dataProvider().addAttributes(list(made.fields()))
    layer.updateFields()
    results.write_rows(layer.dataProvider(), made, job.snapshot.crs)
    layer.updateExtents()
    return layer


def _styled(criteria, sites, land, look):
    TitledSites.of(criteria).postProcessLayer(sites, None, None)
    TitledLand.of(criteria, look).postProcessLayer(land, None, None)
    return sites, [land]


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
