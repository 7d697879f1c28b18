"""The changes of a comparison as a layer in memory, for a window that shows them."""

from typing import Any

import shapely
from pyproj import CRS
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

from ...core.quality.comparison import Change
from ..i18n import tr
from ..layers.results import qgs_fields
from .comparison import CHANGE_FIELDS, ComparisonOutcome, change_rows
from .comparison_titles import ColouredChanges


def changes_layer(outcome: ComparisonOutcome, plane: CRS) -> QgsVectorLayer:
    """All changes with land of their own, coloured by kind, on the plane of the comparison; main thread."""
    layer = QgsVectorLayer("MultiPolygon", tr("Changes"), "memory")
    layer.setCrs(qgis_crs(plane))
    fields = qgs_fields(CHANGE_FIELDS)
    layer.dataProvider().addAttributes(fields.toList())
    layer.updateFields()
    changes = [change for change in outcome.comparison.changes if change.geometry is not None]
    rows = change_rows(outcome, changes)
    layer.dataProvider().addFeatures([_feature(layer, change, row) for change, row in zip(changes, rows)])
    layer.updateExtents()
    ColouredChanges().postProcessLayer(layer, None, None)
    return layer


def _feature(layer: QgsVectorLayer, change: Change, row: tuple[Any, ...]) -> QgsFeature:
    feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(change.geometry, output_dimension=2))
    geometry.convertToMultiType()
    feature.setGeometry(geometry)
    feature.setAttributes(list(row))
    return feature


def qgis_crs(plane: CRS) -> QgsCoordinateReferenceSystem:
    """A pyproj CRS as QGIS has it."""
    authority = plane.to_authority(min_confidence=100)
    if authority:
        return QgsCoordinateReferenceSystem(":".join(authority))
    return QgsCoordinateReferenceSystem.fromWkt(plane.to_wkt())
