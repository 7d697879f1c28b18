"""onemap:polygonsfromlines: closed polylines of a drawing (DXF, DWG) to polygons."""

from collections import defaultdict

import shapely
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.bridge.layers.snapshot import straight_wkb
from ..plugin.core.errors import InputError
from ..plugin.formats.parcels.polylines import polygons_from_lines
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error


class PolygonsFromLines(OneMapAlgorithm):
    NAME = "polygonsfromlines"
    GROUP_ID = "tools"

    def title(self):
        return tr("Polygons from closed lines (DXF)")

    def help_text(self):
        return tr(
            "Turns the closed polylines of a drawing into polygons: segments are chained end to end, curves "
            "get short segments, a ring "
            "inside another becomes a hole, layer by layer. UNCLOSED lists what did not close, with its gap in "
            "metres.\n"
            "Example: tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer "
            "--OUTPUT=parcels.gpkg "
            "--UNCLOSED=unclosed.gpkg"
        )

    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterVectorLayer("INPUT", tr("Lines"), [QgsProcessing.TypeVectorLine]))
        group = QgsProcessingParameterField("GROUP_FIELD", tr("Field that names the drawing layer"), "Layer", "INPUT")
        self.addParameter(shared.optional(group))
        tolerance = QgsProcessingParameterNumber(
            "TOLERANCE",
            tr("Ends closer than this are joined [m]"),
            QgsProcessingParameterNumber.Double,
            0.01,
            minValue=0,
        )
        self.addParameter(tolerance)
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Polygons"), QgsProcessing.TypeVectorPolygon))
        self.addParameter(
            QgsProcessingParameterFeatureSink("UNCLOSED", tr("Lines that did not close"), QgsProcessing.TypeVectorLine)
        )

    def prepareAlgorithm(self, parameters, context, feedback):
        with user_error():
            layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
            if layer.featureCount() == 0:
                raise InputError("lines_empty", layer=layer.name())
            self._source, self._crs = QgsVectorLayerFeatureSource(layer), layer.crs()
            field = self.parameterAsString(parameters, "GROUP_FIELD", context)
            self._field = field if field in [f.name() for f in layer.fields()] else ""
        return True

    def compute(self, parameters, context, feedback):
        groups = defaultdict(list)
        for feature in self._source.getFeatures():
            if feedback.isCanceled():
                break
            wkb = straight_wkb(feature.geometry())
            groups[str(feature[self._field]) if self._field else ""].append(
                shapely.force_2d(shapely.from_wkb(wkb)) if wkb else None
            )
        polygons, unclosed = (
            qgs_fields((("layer", QVariant.String),)),
            qgs_fields((("layer", QVariant.String), ("gap_m", QVariant.Double))),
        )
        good, good_id = shared.make_sink(self, parameters, "OUTPUT", context, polygons, QgsWkbTypes.Polygon, self._crs)
        bad, bad_id = shared.make_sink(
            self, parameters, "UNCLOSED", context, unclosed, QgsWkbTypes.LineString, self._crs
        )
        for name, lines in sorted(groups.items()):
            closed = polygons_from_lines(lines, self.parameterAsDouble(parameters, "TOLERANCE", context))
            for polygon in closed.polygons:
                _add(good, polygons, polygon, [name])
            for line, gap in zip(closed.unclosed, closed.gaps):
                _add(bad, unclosed, line, [name, round(gap, 4)])
            if closed.unclosed:
                feedback.pushWarning(tr("{0}: {1} line(s) did not close").format(name, len(closed.unclosed)))
        return {"OUTPUT": good_id, "UNCLOSED": bad_id}


def _add(sink, fields, geometry, attributes):
    feature, shape = QgsFeature(fields), QgsGeometry()
    shape.fromWkb(shapely.to_wkb(geometry, output_dimension=2))
    feature.setGeometry(shape)
    feature.setAttributes(attributes)
    sink.addFeature(feature)
