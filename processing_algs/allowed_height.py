"""onemap:allowedheight: how high may be built here, and by which rule."""

from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.heights.allowed import (
    BINDING_FIELDS,
    CONTOUR_FIELDS,
    AllowedJob,
    AllowedRun,
    binding_table,
    contour_table,
    write_surface,
)
from ..plugin.bridge.heights.allowed_reporting import write_allowed_reports
from ..plugin.bridge.heights.surface_style import AllowedSurface, BindingLand, HeightContours
from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.results import areal_multipolygons, qgs_fields, write_rows
from ..plugin.core.land.pieces import objects
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .height_parameters import chosen_heights, limit_layers, limit_options


class AllowedHeight(OneMapAlgorithm):
    NAME = "allowedheight"
    GROUP_ID = "review"

    def title(self) -> str:
        return tr("How high may be built here")

    def help_text(self) -> str:
        return tr(
            "The greatest height above the ground that height zones, views, obstacle surfaces of an airport and "
            "parcels allow in each cell of AREA: the lowest of all limits that reach the cell.\n"
            "HEIGHTS is a raster: band 1 metres, band 2 the number of the limit that binds. BINDING holds the land of "
            "each binding limit with its clause, CONTOURS lines of equal height. Where a limit cannot be told, or "
            "the ground for a limit that is a level, the height is not known and the cell is empty. REPORT says it in "
            "words, with the share of each limit and a map.\n"
            "Example: tools/process run onemap:allowedheight --AREA=parcel.gpkg "
            "--ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD "
            "--TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --HEIGHTS=allowed.tif --BINDING=binding.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        number, sink = QgsProcessingParameterNumber, QgsProcessingParameterFeatureSink
        optional = {"optional": True, "createByDefault": False}
        area = QgsProcessingParameterVectorLayer("AREA", tr("Area"), [QgsProcessing.TypeVectorPolygon])
        cell = number("CELL_M", tr("Cell size [m]"), number.Double, 1.0, minValue=0.1, maxValue=1000)
        interval = number("INTERVAL_M", tr("Interval of contours [m]"), number.Double, 3.0, minValue=0.1)
        outputs = (
            QgsProcessingParameterRasterDestination("HEIGHTS", tr("Heights allowed")),
            sink("BINDING", tr("Land of the binding limits"), QgsProcessing.TypeVectorPolygon, **optional),
            sink("CONTOURS", tr("Contours of the heights allowed"), QgsProcessing.TypeVectorLine, **optional),
            QgsProcessingParameterFileDestination("REPORT", tr("Report"), shared.REPORT_FILTER, **optional),
        )
        for parameter in (area, cell, shared.optional(interval), *limit_layers(), *limit_options(), *outputs):
            self.addParameter(parameter)
        for name in ("CELL_COUNT", "KNOWN_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            self._job = AllowedJob(chosen_heights(self, parameters, context, "AREA"))
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        run = self._job.surface(self.parameterAsDouble(parameters, "CELL_M", context), feedback)
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        path = self.parameterAsOutputLayer(parameters, "HEIGHTS", context)
        write_surface(run, path)
        ids = {"HEIGHTS": path}
        interval = self.parameterAsDouble(parameters, "INTERVAL_M", context)
        if parameters.get("BINDING") is not None:
            ids["BINDING"] = self._write(parameters, context, run, "BINDING")
        if parameters.get("CONTOURS") is not None:
            self._interval = interval
            ids["CONTOURS"] = self._write(parameters, context, run, "CONTOURS")
        for name, style in (("HEIGHTS", AllowedSurface), ("BINDING", BindingLand), ("CONTOURS", HeightContours)):
            if name in ids and context.willLoadLayerOnCompletion(ids[name]):
                context.layerToLoadOnCompletionDetails(ids[name]).setPostProcessor(style.make())
        write_allowed_reports(run, interval, self._reports)
        ids["REPORT"] = ";".join(map(str, self._reports))
        known = int((run.surface.heights == run.surface.heights).sum())
        return {**ids, "CELL_COUNT": int((run.surface.binding > -2).sum()), "KNOWN_COUNT": known}

    def _write(self, parameters: dict, context: QgsProcessingContext, run: AllowedRun, name: str) -> str:
        is_land = name == "BINDING"
        specification = BINDING_FIELDS if is_land else CONTOUR_FIELDS
        table = binding_table(run) if is_land else contour_table(run, self._interval)
        kind = QgsWkbTypes.MultiPolygon if is_land else QgsWkbTypes.LineString
        crs = QgsCoordinateReferenceSystem.fromWkt(run.plane.to_wkt())
        shape = shared.SinkShape(qgs_fields(specification), kind, crs)
        made = shared.make_sink(self, parameters, name, context, shape)
        shapes = objects(table.shapes or [])
        write_rows(made[0], specification, table.rows, areal_multipolygons(shapes) if is_land else shapes)
        return made[1]
