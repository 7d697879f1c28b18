"""onemap:inspectpackage: a plan database or submission package against a specification."""

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.district import district_wkb
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.bridge.quality import inspection_rows as rows
from ..plugin.bridge.quality.inspection import InspectionJob, InspectionOutcome
from ..plugin.bridge.quality.inspection_given import QUOTA_FILTER, District, InspectionInput
from ..plugin.bridge.quality.inspection_report import inspection_report
from ..plugin.core.quality.inspection import STAGES
from ..plugin.report import write_report
from ..plugin.report.quality.inspection import inspection_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

_SINKS = (("DEFECTS", 0, QgsWkbTypes.Point), ("DEFECT_LINES", 1, QgsWkbTypes.MultiLineString),
          ("DEFECT_AREAS", 2, QgsWkbTypes.MultiPolygon))  # fmt: skip


class InspectPackage(OneMapAlgorithm):
    NAME = "inspectpackage"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Inspect a plan database or package")

    def help_text(self) -> str:
        return tr(
            "Inspects a folder, archive (.zip) or database (.gdb, .gpkg, .shp, .vct) against a specification in seven "
            "stages: 1 completeness, 2 mathematical base, 3 structure, 4 values, 5 geometry and topology, 6 areas and "
            "tables, 7 quotas and the plan above.\n"
            "SPEC is one of city, county, township, village, detailed, survey, maintenance, or a YAML file of your own "
            "that may extend one of them. What they say is a proposal made from public facts, not the standard "
            "itself.\n"
            "TOLERANCES (Q509=0.01, Q601=1) and QUOTAS (.xlsx, .csv, .xls or .dbf with id, value, unit) hold for this "
            "run before what the specification says; DISTRICT, a polygon layer, stands in the place of the package's "
            "own district. The report names them.\n"
            "DEFECTS holds every defect as a point with its state; give it as EXCEPTIONS to the next run and "
            "exceptions, notes and what is fixed are kept. ITEMS says of each item what was checked, and what was not "
            "and why. A layer whose reference system or kind of geometry is wrong is not measured. Score and grades "
            "are a proposal too.\n"
            "Example: tools/process run onemap:inspectpackage --PACKAGE=submission.zip --SPEC=county "
            "--DEFECTS=defects.gpkg --ITEMS=items.gpkg --REPORT=inspection.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        sink, text = QgsProcessingParameterFeatureSink, QgsProcessingParameterString
        file, number = QgsProcessingParameterFile, QgsProcessingParameterNumber
        areas = sink("DEFECT_AREAS", tr("Defects as polygons"), QgsProcessing.TypeVectorPolygon, None, True, False)
        lines = sink("DEFECT_LINES", tr("Defects as lines"), QgsProcessing.TypeVectorLine, None, True, False)
        earlier = QgsProcessingParameterVectorLayer(
            "EXCEPTIONS", tr("Defects of the run before"), [QgsProcessing.TypeVector]
        )
        report, source = shared.report_parameter(), QgsProcessingParameterFeatureSource
        polygons = QgsProcessing.TypeVectorPolygon
        for parameter in (
            file("PACKAGE", tr("Package or database"), fileFilter=tr("All files (*)")),
            text("SPEC", tr("Specification"), "county"),
            shared.optional(file("BASE", tr("Plan above"), fileFilter=tr("All files (*)"))),
            shared.optional(text("STAGES", tr("Stages"), "1-7"), True),
            shared.optional(earlier),
            shared.optional(text("TOLERANCES", tr("Tolerances of this run (Q509=0.01, Q601=1)")), True),
            shared.optional(file("QUOTAS", tr("Quotas handed down (table)"), fileFilter=QUOTA_FILTER)),
            shared.optional(source("DISTRICT", tr("District (instead of the package's own)"), [polygons])),
            shared.optional(number("LIMIT", tr("Defects listed of an item and layer"), number.Integer, 1000), True),
            sink("DEFECTS", tr("Defects"), QgsProcessing.TypeVectorPoint),
            areas,
            lines,
            sink("ITEMS", tr("Items"), QgsProcessing.TypeVector),
            report,
        ):
            self.addParameter(parameter)
        for name in ("DEFECT_COUNT", "SCORE", "UNCHECKED_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = self.parameterAsVectorLayer(parameters, "EXCEPTIONS", context)
            base = self.parameterAsString(parameters, "BASE", context)
            chosen = InspectionInput(
                Path(self.parameterAsString(parameters, "PACKAGE", context)),
                self.parameterAsString(parameters, "SPEC", context).strip() or "county",
                Path(base) if base else None,
                stages_of(self.parameterAsString(parameters, "STAGES", context)),
                max(self.parameterAsInt(parameters, "LIMIT", context), 1),
                rows.read_earlier(layer) if layer is not None else (),
                tolerances=self.parameterAsString(parameters, "TOLERANCES", context),
                quotas=self.parameterAsString(parameters, "QUOTAS", context),
                district=self._district(parameters, context),
            )
            self._job = InspectionJob(chosen)
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def _district(self, parameters: dict, context: QgsProcessingContext) -> Optional[District]:
        source = self.parameterAsSource(parameters, "DISTRICT", context)
        return None if source is None else District(source.sourceName(), district_wkb(source))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        outcome = self._job.run(feedback)
        ids = {}
        for name, dimension, kind in _SINKS:
            if dimension == 0 or parameters.get(name) is not None:
                ids[name] = self._write(parameters, context, outcome, (name, dimension, kind))
        ids["ITEMS"] = self._write_items(parameters, context, outcome)
        for path in self._reports:
            write_report(inspection_document(inspection_report(outcome)), path)
        for name, identifier in ids.items():
            if context.willLoadLayerOnCompletion(identifier):
                style = (rows.TitledItems if name == "ITEMS" else rows.ColouredDefects).make()
                context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style)
        feedback.pushInfo(rows.summary_text(outcome.run))
        numbers = {
            "DEFECT_COUNT": sum(outcome.score.open.values()),
            "SCORE": outcome.score.points,
            "UNCHECKED_COUNT": sum(bool(result.not_checked) for result in outcome.run.results()),
        }
        return {**ids, **numbers, "REPORT": ";".join(map(str, self._reports))}

    def _write(self, parameters: dict, context: QgsProcessingContext, outcome: InspectionOutcome, output: tuple) -> str:
        name, dimension, kind = output
        fields, crs = qgs_fields(rows.DEFECT_FIELDS), rows.crs_of(outcome.plane)
        sink, identifier = shared.make_sink(self, parameters, name, context, shared.SinkShape(fields, kind, crs))
        rows.write_defects(sink, outcome.run.defects, dimension)
        return identifier

    def _write_items(self, parameters: dict, context: QgsProcessingContext, outcome: InspectionOutcome) -> str:
        fields = qgs_fields(rows.ITEM_FIELDS)
        made = shared.make_sink(self, parameters, "ITEMS", context, shared.SinkShape(fields, QgsWkbTypes.NoGeometry))
        rows.write_items(made[0], outcome.run)
        return made[1]


def stages_of(stages_text: str) -> tuple[int, ...]:
    """Stages of a text such as "1-4,6"; all for an empty one. Raises QgsProcessingException."""
    chosen: set[int] = set()
    for part in filter(None, stages_text.replace("，", ",").replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise QgsProcessingException(
                tr("Stages are numbers from 1 to 7, such as 1-4,6; not {0}").format(stages_text)
            )
        chosen |= set(range(int(first), min(int(last or first), 99) + 1))
    if chosen - set(STAGES):
        raise QgsProcessingException(tr("Stages are numbers from 1 to 7, such as 1-4,6; not {0}").format(stages_text))
    return tuple(sorted(chosen)) or STAGES
