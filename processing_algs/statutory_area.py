"""onemap:statutoryarea: area fields by the statutory ellipsoidal formula."""

from typing import Optional

import shapely
from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.encoding import repair_encoding
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.bridge.layers.snapshot import LayerSnapshot
from ..plugin.core.errors import InputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.area import statutory_areas
from ..plugin.core.land.rounding import hectares, mu
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

_AREA_FIELDS = tuple((name, field_types.REAL) for name in ("area_m2", "area_ha", "area_mu"))


class StatutoryArea(OneMapAlgorithm):
    NAME = "statutoryarea"
    GROUP_ID = "tools"

    def title(self):
        return tr("Statutory area")

    def help_text(self) -> str:
        return tr(
            "Adds the statutory ellipsoidal area (国土调查办发〔2008〕32号) of every polygon: area_m2 (2 "
            "decimals), area_ha "
            "(4 decimals) and area_mu (2 decimals), rounded half-up.\n"
            "A layer in CGCS2000 degrees is measured on the 3-degree plane of its centre. The geometry itself "
            "is not changed; the "
            "area of an invalid polygon is that of its repaired form, and a warning names it.\n"
            "Example: tools/process run onemap:statutoryarea --INPUT=parcels.gpkg --OUTPUT=with_area.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(
            QgsProcessingParameterVectorLayer("INPUT", tr("Polygons"), [QgsProcessing.TypeVectorAnyGeometry])
        )
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("With area")))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = repair_encoding(self.parameterAsVectorLayer(parameters, "INPUT", context))
            self._snapshot = LayerSnapshot(layer, role="projects")
            if self._snapshot.dimension != 2:
                raise InputError("projects_not_polygons", layer=layer.name())
            if self._snapshot.expected_count == 0:
                raise InputError("projects_empty", layer=layer.name())
            centre = layer.extent().center()
            self._plane = crs_rules.working_plane(self._snapshot.crs, (centre.x(), centre.y()))
            self._wkb_type = layer.wkbType()
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        source = self._snapshot
        fields = QgsFields(source.fields)
        fields.extend(qgs_fields(_AREA_FIELDS))
        sink, identifier = shared.make_sink(
            self, parameters, "OUTPUT", context, shared.SinkShape(fields, self._wkb_type, source.qgis_crs)
        )
        done = 0
        for features, _, geometries in source.batches(self._plane, [f.name() for f in source.fields], feedback):
            areas = statutory_areas(geometries, self._plane)
            for feature, area, missing in zip(features, areas, shapely.is_missing(geometries)):
                self._write(sink, fields, feature, None if missing else float(area))
            done += len(features)
            feedback.setProgress(100.0 * done / max(source.expected_count, 1))
        for remark in source.remarks:
            feedback.pushWarning(remark.text())
        for repair in source.repairs:
            feedback.pushWarning(tr("Repaired: {0}, feature {1}: {2}").format(repair.layer, repair.fid, repair.why()))
        for skip in source.skipped:
            feedback.pushWarning(tr("Not used: {0}, feature {1} ({2})").format(skip.layer, skip.fid, skip.why()))
        return {"OUTPUT": identifier}

    @staticmethod
    def _write(sink, fields, feature, area):
        values = [None] * 3 if area is None else [area, float(hectares(area)), float(mu(area))]
        result = QgsFeature(fields)
        result.setAttributes(feature.attributes() + values)
        result.setGeometry(feature.geometry())
        if not sink.addFeature(result):
            raise InputError("output_failed", output="OUTPUT", error=sink.lastError())
