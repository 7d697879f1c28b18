"""Parcels on the map in the colours of their grades; one layer for a tab, main thread."""

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)

from ..i18n import tr
from ..layers.results import areal_multipolygons, qgs_fields
from .land_firm import LandFirmJob, LandFirmOutcome
from .land_firm_rows import PARCEL_FIELDS, GradedParcels, LandFirmRows


class LandFirmMap:
    """The layer that a run made takes the place of that of the run before."""

    def __init__(self) -> None:
        self._layer_id = ""

    def show(self, job: LandFirmJob, outcome: LandFirmOutcome) -> QgsVectorLayer:
        """Put the parcels of a run on the map; no field names a firm."""
        QgsProject.instance().removeMapLayer(self._layer_id)
        layer = QgsVectorLayer("MultiPolygon", tr("Parcels by grade {0}").format(outcome.result.year), "memory")
        layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(job.plane.to_wkt()))
        layer.dataProvider().addAttributes(list(qgs_fields(PARCEL_FIELDS)))
        layer.updateFields()
        rows = LandFirmRows(outcome, True)
        features = []
        for values, wkb in zip(rows.parcels(), shapely.to_wkb(areal_multipolygons(rows.shapes()))):
            feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
            geometry.fromWkb(wkb)
            feature.setGeometry(geometry)
            feature.setAttributes(list(values))
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        GradedParcels.make().postProcessLayer(layer, None, None)
        QgsProject.instance().addMapLayer(layer)
        self._layer_id = layer.id()
        return layer
