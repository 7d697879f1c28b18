"""onemap:checkheights: a building design against height zones, views, obstacle surfaces and parcel conditions."""

from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.heights import outputs
from ..plugin.bridge.heights.city import write_city
from ..plugin.bridge.heights.job import HeightsJob, HeightsRun
from ..plugin.bridge.heights.pictures import write_skylines
from ..plugin.bridge.heights.reporting import write_heights_reports
from ..plugin.bridge.heights.titles import AllowedHeights, ExceedingParts, TitledHeights, ViewCorridors
from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.results import areal_multipolygons, qgs_fields, write_rows
from ..plugin.core.heights.settings import default_settings
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.types import Array
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .height_parameters import chosen_heights, datum_names, limit_layers, limit_options

_TABLES = (
    ("FINDINGS", outputs.FINDING_FIELDS, outputs.finding_table, ExceedingParts),
    ("LIMITS", outputs.LIMIT_FIELDS, outputs.limit_table, AllowedHeights),
    ("SUMMARY", outputs.SUMMARY_FIELDS, outputs.summary_table, TitledHeights),
    ("SIGHTS", outputs.SIGHT_FIELDS, outputs.sight_table, ViewCorridors),
)


class CheckHeights(OneMapAlgorithm):
    NAME = "checkheights"
    GROUP_ID = "review"

    def title(self) -> str:
        return tr("Check building heights")

    def help_text(self) -> str:
        return tr(
            "Runs a building design through everything that regulates its heights: height zones, view corridors and "
            "the backdrop of their targets, ridges, obstacle surfaces of an airport, conditions of parcels.\n"
            "Heights come from HEIGHT_FIELD, else floors times STOREY_M, else from Z; ground levels from BASE_FIELD, "
            "else from DEM. What is missing or absurd is not checked, with the reason. Levels of the 1985 datum and "
            "of a local one are compared only when DATUM_SHIFT_M is given.\n"
            "FINDINGS holds the parts that exceed a limit; LIMITS every building with the height allowed; SIGHTS "
            "every view with the share of its target that is hidden. Fields of the other layers are known by name "
            "(see the guide on heights).\n"
            "Example: tools/process run onemap:checkheights --BUILDINGS=town.gpkg|layername=JZW "
            "--ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD "
            "--TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --FINDINGS=heights.gpkg --REPORT=heights.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        for parameter in (*self._layers(), *self._options(), *self._outputs()):
            self.addParameter(parameter)
        for name in ("BUILDING", "FINDING", "CONFLICT", "CLEAR", "NOT_CHECKED", "NO_LIMIT", "BLOCKED_VIEW"):
            self.addOutput(QgsProcessingOutputNumber(f"{name}_COUNT", f"{name}_COUNT"))

    def _layers(self) -> list:
        vector, field = QgsProcessingParameterVectorLayer, QgsProcessingParameterField
        anything = [QgsProcessing.TypeVectorAnyGeometry]
        of_buildings = {"parentLayerParameterName": "BUILDINGS"}
        fields = [
            ("KEY_FIELD", tr("Field of building keys")),
            ("HEIGHT_FIELD", tr("Field of heights [m]")),
            ("FLOORS_FIELD", tr("Field of floors")),
            ("BASE_FIELD", tr("Field of ground levels [m]")),
        ]
        extra = field("EXTRA_FIELD", tr("Field of what stands on the roof [m]"), **of_buildings)
        return [
            vector("BUILDINGS", tr("Buildings"), anything),
            *(shared.optional(field(name, label, **of_buildings)) for name, label in fields),
            shared.optional(extra, True),
            *limit_layers(),
            shared.optional(vector("DENSITY_ZONES", tr("Density zones"), [QgsProcessing.TypeVectorPolygon])),
            shared.optional(vector("INTENSITY_ZONES", tr("Intensity zones"), [QgsProcessing.TypeVectorPolygon])),
            shared.optional(vector("EXISTING", tr("Existing buildings"), anything)),
            shared.optional(vector("GREEN", tr("Green land"), [QgsProcessing.TypeVectorPolygon])),
            shared.optional(vector("BUILD_TO", tr("Build-to lines"), [QgsProcessing.TypeVectorLine])),
        ]

    def _options(self) -> list:
        number, flag, usual = QgsProcessingParameterNumber, QgsProcessingParameterBoolean, default_settings()
        storey = number(
            "STOREY_M", tr("Height of a storey [m]"), number.Double, usual.storey_m, minValue=1, maxValue=20
        )
        tolerance = number("TOLERANCE_M", tr("Tolerance [m]"), number.Double, 0.0, minValue=0)
        highest = flag("HIGHEST_POINT", tr("Zones count to the highest point"), False)
        levels = QgsProcessingParameterEnum(
            "LEVEL_DATUM", tr("Datum of the buildings' levels"), datum_names(), defaultValue=0
        )
        own = [shared.optional(tolerance), *(shared.optional(option, True) for option in (storey, highest, levels))]
        return [*own, *limit_options()]

    def _outputs(self) -> list:
        sink, file, polygon = QgsProcessingParameterFeatureSink, QgsProcessingParameterFileDestination, QgsProcessing
        optional = {"optional": True, "createByDefault": False}
        return [
            sink("FINDINGS", tr("Findings"), polygon.TypeVectorPolygon),
            sink("LIMITS", tr("Buildings and heights allowed"), polygon.TypeVectorPolygon, **optional),
            sink("SUMMARY", tr("Summary by building"), polygon.TypeVector, **optional),
            sink("SIGHTS", tr("Views"), polygon.TypeVectorPolygon, **optional),
            file("SKYLINE", tr("Skyline picture"), "PNG (*.png)", **optional),
            file("CITYJSON", tr("Buildings as CityJSON"), "CityJSON (*.city.json *.json)", **optional),
            file("REPORT", tr("Report"), shared.REPORT_FILTER, **optional),
        ]

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            self._job = HeightsJob(chosen_heights(self, parameters, context))
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        picture = self.parameterAsFileOutput(parameters, "SKYLINE", context)
        run = self._job.run(feedback, wants_skylines=bool(picture or self._reports))
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        ids = self._write(parameters, context, run)
        if picture:
            write_skylines(run, picture)
        city = self.parameterAsFileOutput(parameters, "CITYJSON", context)
        if city:
            write_city(run, city)
        write_heights_reports(run, self._reports)
        report = ";".join(map(str, self._reports))
        return {**ids, **dict(outputs.counts(run)), "SKYLINE": picture, "CITYJSON": city, "REPORT": report}

    def _write(self, parameters: dict, context: QgsProcessingContext, run: HeightsRun) -> dict:
        ids = {}
        for name, specification, table_of, style in _TABLES:
            if parameters.get(name) is None:
                continue
            table = table_of(run)
            kind = QgsWkbTypes.NoGeometry if table.shapes is None else QgsWkbTypes.MultiPolygon
            crs = None if table.shapes is None else self._job.qgis_crs
            made = shared.make_sink(
                self, parameters, name, context, shared.SinkShape(qgs_fields(specification), kind, crs)
            )
            write_rows(made[0], specification, table.rows, self._moved(table))
            ids[name] = made[1]
            del made
            if context.willLoadLayerOnCompletion(ids[name]):
                context.layerToLoadOnCompletionDetails(ids[name]).setPostProcessor(style.make())
        return ids

    def _moved(self, table: outputs.Table) -> Optional[Array]:
        """The shapes of a table in the CRS of the buildings, None for none."""
        if table.shapes is None:
            return None
        shapes = areal_multipolygons(table.shapes)
        return crs_rules.transform_geometries(shapes, self._job.plane, self._job.crs)
