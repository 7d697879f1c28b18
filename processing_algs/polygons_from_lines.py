"""onemap:polygonsfromlines: closed polylines of a drawing (DXF, DWG) to polygons."""

from typing import Optional

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.drawing import DrawingLines
from ..plugin.bridge.layers.parcel_titles import TitledParcels, show_titles
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.core.errors import InputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.coordinates import misplaced
from ..plugin.core.land.pieces import objects
from ..plugin.core.land.remarks import Remark
from ..plugin.formats.parcels.polylines import Closed, polygons_from_lines
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

_M_PER_DEGREE = 111_000.0
_POLYGON_FIELDS = (("layer", field_types.TEXT),)
_UNCLOSED_FIELDS = (("layer", field_types.TEXT), ("gap_m", field_types.REAL))


class PolygonsFromLines(OneMapAlgorithm):
    NAME = "polygonsfromlines"
    GROUP_ID = "tools"

    def title(self) -> str:
        return tr("Polygons from closed lines (DXF)")

    def help_text(self) -> str:
        return tr(
            "Turns the closed polylines of a drawing into polygons, layer by layer: open lines are chained end to end, "
            "arcs of a DXF get steps of 0.25 degrees, a ring inside another becomes a hole, an outline drawn twice is "
            "taken once, neighbours stay apart, overlaps are reported. UNCLOSED lists what did not close, with its gap "
            "in metres. A drawing has no CRS of its own: give it with CRS.\n"
            "Example: tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer "
            "--CRS=EPSG:4549 --OUTPUT=parcels.gpkg --UNCLOSED=unclosed.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterVectorLayer("INPUT", tr("Lines"), [QgsProcessing.TypeVectorLine]))
        group = QgsProcessingParameterField("GROUP_FIELD", tr("Field that names the drawing layer"), "Layer", "INPUT")
        self.addParameter(shared.optional(group))
        number = QgsProcessingParameterNumber
        text = tr("Ends closer than this are joined [m]")
        self.addParameter(number("TOLERANCE", text, number.Double, 0.01, minValue=0))
        crs = QgsProcessingParameterCrs("CRS", tr("CRS of the drawing, where it has none"))
        self.addParameter(shared.optional(crs))
        for name, text, kind in (
            ("OUTPUT", tr("Polygons"), QgsProcessing.TypeVectorPolygon),
            ("UNCLOSED", tr("Lines that did not close"), QgsProcessing.TypeVectorLine),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(name, text, kind))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
            if layer is None or layer.featureCount() == 0:
                raise InputError("lines_empty", layer=layer.name() if layer else "INPUT")
            field = self.parameterAsString(parameters, "GROUP_FIELD", context)
            self._name, self._lines = layer.name(), DrawingLines(layer, field)
            self._crs = layer.crs() if layer.crs().isValid() else self.parameterAsCrs(parameters, "CRS", context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        groups = self._lines.read(feedback)
        for remark in self._lines.remarks:
            feedback.pushWarning(remark.text())
        self._check_crs(groups, feedback)
        polygons, unclosed = qgs_fields(_POLYGON_FIELDS), qgs_fields(_UNCLOSED_FIELDS)
        good, good_id = shared.make_sink(
            self, parameters, "OUTPUT", context, shared.SinkShape(polygons, QgsWkbTypes.Polygon, self._crs)
        )
        bad, bad_id = shared.make_sink(
            self, parameters, "UNCLOSED", context, shared.SinkShape(unclosed, QgsWkbTypes.LineString, self._crs)
        )
        unit = _M_PER_DEGREE if self._crs.isGeographic() else 1.0  # metres of one layer unit
        tolerance = self.parameterAsDouble(parameters, "TOLERANCE", context) / unit
        for name in sorted(groups):
            closed = polygons_from_lines(groups.pop(name), tolerance)
            for polygon in closed.polygons:
                _add(good, polygons, polygon, [name])
            for line, gap in zip(closed.unclosed, closed.gaps):
                _add(bad, unclosed, line, [name, round(gap * unit, 4)])
            for remark in _remarks(closed, name or self._name, unit):
                feedback.pushWarning(remark.text())
        show_titles(context, [good_id, bad_id], TitledParcels)
        return {"OUTPUT": good_id, "UNCLOSED": bad_id}

    def _check_crs(self, groups: dict, feedback: QgsProcessingFeedback) -> None:
        """Say that there is no CRS; raises InputError where most coordinates contradict the one there is."""
        if not self._crs.isValid():
            feedback.pushWarning(Remark("lines_no_crs").text())
            return
        crs = crs_rules.parse_crs(_definition(self._crs))
        boxes = shapely.bounds(objects([line for lines in groups.values() for line in lines]))
        wrong = misplaced(crs, boxes)
        if wrong.affects_layer():
            raise InputError("layer_error", layer=self._name, error=str(wrong.error()))


def _definition(crs: QgsCoordinateReferenceSystem) -> str:
    return crs.authid() if crs.authid().upper().startswith("EPSG:") else crs.toWkt(crs.WKT2_2019)


def _remarks(closed: Closed, layer: str, unit: float) -> list[Remark]:
    """What was found in one drawing layer; `unit`: metres of one layer unit."""
    counts = (
        ("lines_unreadable", closed.unreadable),
        ("lines_twice", closed.duplicates),
        ("lines_repaired", closed.repaired),
        ("lines_flat", closed.flat),
        ("lines_shared", closed.shared),
        ("lines_open", len(closed.unclosed)),
    )
    remarks = [Remark(code, params={"layer": layer, "count": count}) for code, count in counts if count]
    if closed.overlaps:
        params = {"layer": layer, "count": len(closed.overlaps), "area": sum(closed.overlaps) * unit**2}
        remarks.append(Remark("lines_overlap", params=params))
    return remarks


def _add(sink: QgsFeatureSink, fields: QgsFields, geometry: shapely.Geometry, attributes: list) -> None:
    feature, shape = QgsFeature(fields), QgsGeometry()
    shape.fromWkb(shapely.to_wkb(geometry, output_dimension=2))
    feature.setGeometry(shape)
    feature.setAttributes(attributes)
    sink.addFeature(feature)
