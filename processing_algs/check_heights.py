"""onemap:checkheights: a building design against height zones, views, obstacle surfaces and parcel conditions."""

from typing import Any

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
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.heights import outputs
from ..plugin.bridge.heights.chosen import HeightsInput
from ..plugin.bridge.heights.job import HeightsJob, HeightsRun
from ..plugin.bridge.heights.pictures import write_skylines
from ..plugin.bridge.heights.reporting import write_heights_reports
from ..plugin.bridge.heights.titles import AllowedHeights, ExceedingParts, TitledHeights, ViewCorridors
from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.results import areal_multipolygons, qgs_fields, write_rows
from ..plugin.core.heights.datum import Datum
from ..plugin.core.heights.settings import default_settings
from ..plugin.core.land import crs as crs_rules
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

DATUMS = (Datum.UNSTATED, Datum.NATIONAL_1985, Datum.LOCAL)
_FIELDS = {"KEY_FIELD": "key", "HEIGHT_FIELD": "height", "FLOORS_FIELD": "floors", "BASE_FIELD": "base",
           "EXTRA_FIELD": "extra"}  # fmt: skip
_LAYERS = {"EXISTING": "existing", "ZONES": "zones", "CORRIDORS": "corridors", "VIEWPOINTS": "viewpoints",
           "TARGETS": "targets", "RUNWAYS": "runways", "PARCELS": "parcels", "GREEN": "green",
           "BUILD_TO": "build_to"}  # fmt: skip
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

    def initAlgorithm(self, configuration: Any = None) -> None:
        for parameter in (*self._layers(), *self._options(), *self._outputs()):
            self.addParameter(parameter)
        for name in ("BUILDING", "FINDING", "CONFLICT", "CLEAR", "NOT_CHECKED", "NO_LIMIT", "BLOCKED_VIEW"):
            self.addOutput(QgsProcessingOutputNumber(f"{name}_COUNT", f"{name}_COUNT"))

    def _layers(self) -> list:
        vector, field = QgsProcessingParameterVectorLayer, QgsProcessingParameterField
        anything, polygon = [QgsProcessing.TypeVectorAnyGeometry], [QgsProcessing.TypeVectorPolygon]
        point, line = [QgsProcessing.TypeVectorPoint], [QgsProcessing.TypeVectorLine]
        of_buildings = {"parentLayerParameterName": "BUILDINGS"}
        fields = [
            ("KEY_FIELD", tr("Field of building keys")),
            ("HEIGHT_FIELD", tr("Field of heights [m]")),
            ("FLOORS_FIELD", tr("Field of floors")),
            ("BASE_FIELD", tr("Field of ground levels [m]")),
        ]
        extra = field("EXTRA_FIELD", tr("Field of what stands on the roof [m]"), **of_buildings)
        others = [
            vector("CORRIDORS", tr("View corridors"), polygon),
            vector("VIEWPOINTS", tr("Viewpoints"), point),
            vector("TARGETS", tr("Targets of views"), anything),
            QgsProcessingParameterRasterLayer("DEM", tr("Terrain (DEM)")),
            vector("EXISTING", tr("Existing buildings"), anything),
            vector("RUNWAYS", tr("Runways"), line),
            vector("PARCELS", tr("Parcels with conditions"), polygon),
            vector("GREEN", tr("Green land"), polygon),
            vector("BUILD_TO", tr("Build-to lines"), line),
        ]
        return [
            vector("BUILDINGS", tr("Buildings"), anything),
            *(shared.optional(field(name, label, **of_buildings)) for name, label in fields),
            shared.optional(extra, True),
            shared.optional(vector("ZONES", tr("Height zones"), polygon)),
            shared.optional(field("LIMIT_FIELD", tr("Field of limits [m]"), parentLayerParameterName="ZONES")),
            *map(shared.optional, others),
        ]

    def _options(self) -> list:
        number, flag, usual = QgsProcessingParameterNumber, QgsProcessingParameterBoolean, default_settings()
        real = number.Double
        names = [tr("Not stated"), tr("1985 national datum"), tr("Local datum")]
        options = [
            number("EYE_M", tr("Height of the eye [m]"), real, usual.eye_m, minValue=0),
            number("TOLERANCE_M", tr("Tolerance [m]"), real, 0.0, minValue=0),
            number("STOREY_M", tr("Height of a storey [m]"), real, usual.storey_m, minValue=1, maxValue=20),
            number("K", tr("Coefficient of refraction"), real, usual.refraction_k, minValue=0, maxValue=0.5),
            number(
                "CORRIDOR_WIDTH_M", tr("Width of a view to a point [m]"), real, usual.corridor_width_m, minValue=0.1
            ),
            flag("ZONES_ARE_LEVELS", tr("Limits of zones are levels"), False),
            flag("HIGHEST_POINT", tr("Zones count to the highest point"), False),
            QgsProcessingParameterEnum("LEVEL_DATUM", tr("Datum of the buildings' levels"), names, defaultValue=0),
            QgsProcessingParameterEnum("DEM_DATUM", tr("Datum of the terrain"), names, defaultValue=0),
            number("DATUM_SHIFT_M", tr("1985 level less local level [m]"), real, None, optional=True),
        ]
        return [shared.optional(option, index > 1) for index, option in enumerate(options)]

    def _outputs(self) -> list:
        sink, file, polygon = QgsProcessingParameterFeatureSink, QgsProcessingParameterFileDestination, QgsProcessing
        optional = {"optional": True, "createByDefault": False}
        return [
            sink("FINDINGS", tr("Findings"), polygon.TypeVectorPolygon),
            sink("LIMITS", tr("Buildings and heights allowed"), polygon.TypeVectorPolygon, **optional),
            sink("SUMMARY", tr("Summary by building"), polygon.TypeVector, **optional),
            sink("SIGHTS", tr("Views"), polygon.TypeVectorPolygon, **optional),
            file("SKYLINE", tr("Skyline picture"), "PNG (*.png)", **optional),
            file("REPORT", tr("Report"), shared.REPORT_FILTER, **optional),
        ]

    def prepareAlgorithm(self, parameters: dict, context: QgsProcessingContext, feedback: Any) -> bool:
        with user_error():
            self._job = HeightsJob(chosen_heights(self, parameters, context))
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        picture = self.parameterAsFileOutput(parameters, "SKYLINE", context)
        run = self._job.run(feedback)
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        ids = self._write(parameters, context, run)
        if picture:
            write_skylines(run, picture)
        write_heights_reports(self._job, run, self._reports)
        report = ";".join(map(str, self._reports))
        return {**ids, **dict(outputs.counts(run)), "SKYLINE": picture, "REPORT": report}

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

    def _moved(self, table: outputs.Table) -> Any:
        """The shapes of a table in the CRS of the buildings, None for none."""
        if table.shapes is None:
            return None
        shapes = areal_multipolygons(table.shapes)
        return crs_rules.transform_geometries(shapes, self._job.plane, self._job.crs)


def chosen_heights(algorithm: OneMapAlgorithm, parameters: dict, context: QgsProcessingContext) -> HeightsInput:
    """What the parameters of an algorithm about heights say; main thread, for layers are taken."""
    real = {"eye_m": "EYE_M", "tolerance_m": "TOLERANCE_M", "storey_m": "STOREY_M", "refraction_k": "K",
            "corridor_width_m": "CORRIDOR_WIDTH_M"}  # fmt: skip
    numbers = {key: algorithm.parameterAsDouble(parameters, name, context) for key, name in real.items()}
    highest = algorithm.parameterAsBoolean(parameters, "HIGHEST_POINT", context)
    shift = parameters.get("DATUM_SHIFT_M")
    datums = [DATUMS[algorithm.parameterAsEnum(parameters, n, context)] for n in ("LEVEL_DATUM", "DEM_DATUM")]
    layers = {key: algorithm.parameterAsVectorLayer(parameters, name, context) for name, key in _LAYERS.items()}
    return HeightsInput(
        algorithm.parameterAsVectorLayer(parameters, "BUILDINGS", context),
        {role: algorithm.parameterAsString(parameters, name, context) for name, role in _FIELDS.items()},
        default_settings(**numbers, uses_highest_point=highest),
        **layers,
        limit_field=algorithm.parameterAsString(parameters, "LIMIT_FIELD", context),
        zones_are_levels=algorithm.parameterAsBoolean(parameters, "ZONES_ARE_LEVELS", context),
        dem=algorithm.parameterAsRasterLayer(parameters, "DEM", context),
        building_datum=datums[0],
        dem_datum=datums[1],
        shift_m=None if shift in (None, "") else algorithm.parameterAsDouble(parameters, "DATUM_SHIFT_M", context),
    )
