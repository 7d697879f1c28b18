"""onemap:summarise: values of many counties collected, checked, asked back, added up, frozen and written out."""

from datetime import date
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.monitoring import summary_rows as looks
from ..plugin.bridge.monitoring.summary import SummaryChoice, SummaryRun, return_questions, summary_run
from ..plugin.bridge.monitoring.summary_report import DivisionShapes, fill_layout, summary_report, write_frozen
from ..plugin.bridge.review.rounds_target import reading_workspace, writing_workspace
from ..plugin.core.land.remarks import Remark
from ..plugin.report import write_report
from ..plugin.report.monitoring.summary import summary_document
from ..plugin.store.division_table import read_divisions
from ..plugin.store.lock import holder_name
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

_SUFFIXES = (".xlsx", ".xlsm", ".csv", ".gpkg")
_LISTED = 20  # names of open cells in the log


class Summarise(OneMapAlgorithm):
    NAME = "summarise"
    GROUP_ID = "monitoring"

    def title(self) -> str:
        return tr("Summary of counties")

    def help_text(self) -> str:
        return tr(
            "Collects indicator values of many counties from files (VALUES of the indicators, Excel, CSV) and from the "
            "records of a workspace, as synchronisation and courier bags bring them. Checks that all are there and "
            "plausible: sums of cities, jumps against the year before, slips of units (10, 15, 10,000 times), negative "
            "and copied numbers, last year's table. Every doubtful cell gets one question; RETURN_QUESTIONS returns "
            "the submitted records with it; push or a courier bag takes them back to their counties.\n"
            "EXPECTED is the list that completeness is judged against: plan_city, plan_county, plan_town, "
            "plan_village, assessment, or an indicator set.\n"
            "Tables have the columns division, indicator, year, value, and unit, reason, dates where known. TEMPLATE "
            "is a workbook with named cells (om.CODE.INDICATOR, om.total.INDICATOR) that FILLED is made from. FROZEN "
            "keeps the edition with its SHA-256; PREVIOUS is an earlier one to compare with.\n"
            "Example: tools/process run onemap:summarise --FOLDER=counties --DIVISIONS=divisions.csv --YEAR=2025 "
            "--QUESTIONS=questions.gpkg --TOTALS=totals.gpkg --FROZEN=edition.json --REPORT=summary.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        year = QgsProcessingParameterNumber("YEAR", tr("Year"), minValue=1990, maxValue=2100, defaultValue=None)
        day = QgsProcessingParameterDateTime("DEADLINE", tr("Deadline"), QgsProcessingParameterDateTime.Date)
        polygon = [QgsProcessing.TypeVectorPolygon]
        folder = QgsProcessingParameterFile("FOLDER", tr("Folder of tables"), QgsProcessingParameterFile.Folder)
        for parameter in (
            shared.optional(QgsProcessingParameterMultipleLayers("SOURCES", tr("Tables"), QgsProcessing.TypeFile)),
            shared.optional(folder),
            shared.optional(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)")),
            shared.optional(
                QgsProcessingParameterFile("DIVISIONS", tr("Division codes (CSV)"), fileFilter="CSV (*.csv *.txt)")
            ),
            shared.optional(year),
            shared.optional(day, True),
            shared.optional(
                QgsProcessingParameterString(
                    "EXPECTED", tr("Expected indicators (name of a list, or an indicator set)")
                )
            ),
            shared.optional(QgsProcessingParameterString("SET_EDITION", tr("Edition of the set")), True),
            shared.optional(QgsProcessingParameterString("WEIGHT", tr("Indicator that weighs means")), True),
            shared.optional(
                QgsProcessingParameterFile("PREVIOUS", tr("Frozen edition before"), fileFilter="JSON (*.json)"), True
            ),
            shared.optional(
                QgsProcessingParameterFile("CHECKS", tr("Limits of the checks"), fileFilter="JSON (*.json)"), True
            ),
            shared.optional(
                QgsProcessingParameterFile("TEMPLATE", tr("Template workbook"), fileFilter="Excel (*.xlsx)"), True
            ),
            shared.optional(
                QgsProcessingParameterVectorLayer("DIVISION_LAYER", tr("Layer of divisions"), polygon), True
            ),
            QgsProcessingParameterBoolean("RETURN_QUESTIONS", tr("Return the records in question"), False),
        ):
            self.addParameter(parameter)
        self._add_outputs()

    def _add_outputs(self) -> None:
        table = QgsProcessing.TypeVector
        for name, title, kind, optional in (
            ("QUESTIONS", tr("Questions"), table, False),
            ("TOTALS", tr("Totals and means"), table, False),
            ("SUMMARY_VALUES", tr("Values with ranks"), table, True),
            ("STATES", tr("State of each division"), QgsProcessing.TypeVectorPolygon, True),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(name, title, kind, optional=optional))
        for name, title, kinds in (
            ("FILLED", tr("Filled template"), "Excel (*.xlsx)"),
            ("FROZEN", tr("Frozen edition"), "JSON (*.json)"),
            ("REPORT", tr("Report"), shared.REPORT_FILTER),
        ):
            self.addParameter(
                QgsProcessingParameterFileDestination(name, title, kinds, optional=True, createByDefault=False)
            )
        for name, title in (
            ("QUESTION_COUNT", tr("Questions")),
            ("COMPLETE_COUNT", tr("Complete divisions")),
            ("RETURNED_COUNT", tr("Records returned")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = self.parameterAsVectorLayer(parameters, "DIVISION_LAYER", context)
            self._shapes = DivisionShapes(layer) if layer is not None else None
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        path = self.parameterAsFile(parameters, "WORKSPACE", context)
        if path:
            with reading_workspace(path) as workspace:
                run = summary_run(self._choice(parameters, context), workspace, date.today(), feedback)
        else:
            run = summary_run(self._choice(parameters, context), None, date.today(), feedback)
        shapes = self._shapes.by_code() if self._shapes is not None else {}
        result = self._write(parameters, context, run, shapes)
        result.update(self._files(parameters, context, run, feedback))
        returned = self._return(parameters, context, path, run, feedback)
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        if self._reports:
            plane = self._shapes.plane if self._shapes is not None else None
            document = summary_document(summary_report(run, shapes, plane))
            for report in self._reports:
                write_report(document, report)
        states = [run.summary.state(division) for division in run.summary.table.divisions]
        counts = {"QUESTION_COUNT": len(run.summary.questions), "COMPLETE_COUNT": states.count("complete")}
        return {**result, **counts, "RETURNED_COUNT": returned, "REPORT": ";".join(map(str, self._reports))}

    def _choice(self, parameters: dict, context: QgsProcessingContext) -> SummaryChoice:
        given = parameters.get("SOURCES") or []
        files = [str(one) for one in (given if isinstance(given, (list, tuple)) else [given])]
        folder = self.parameterAsFile(parameters, "FOLDER", context)
        if folder:
            found = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in _SUFFIXES)
            files += [str(p) for p in found if not p.name.startswith("~$")]
        divisions = self.parameterAsFile(parameters, "DIVISIONS", context)
        listed = read_divisions(divisions) if divisions else []
        deadline = self.parameterAsDateTime(parameters, "DEADLINE", context)
        year = parameters.get("YEAR") is not None
        return SummaryChoice(
            tuple(files),
            {d.code: d.name for d in listed if len(d.code) == 6 and d.valid_in(None)},
            self.parameterAsInt(parameters, "YEAR", context) if year else 0,
            deadline.date().toPyDate() if deadline.isValid() else None,
            self.parameterAsString(parameters, "SET_EDITION", context),
            self.parameterAsString(parameters, "WEIGHT", context),
            self.parameterAsFile(parameters, "PREVIOUS", context),
            self.parameterAsString(parameters, "EXPECTED", context).strip(),
            self.parameterAsFile(parameters, "CHECKS", context),
        )

    def _write(self, parameters: dict, context: QgsProcessingContext, run: SummaryRun, shapes: dict) -> dict:
        rows, titled = looks.SummaryRows(run.summary), looks.TitledSummary
        contents = {
            "QUESTIONS": Rows(looks.QUESTION_FIELDS, list(rows.questions()), style=titled),
            "TOTALS": Rows(looks.TOTAL_FIELDS, list(rows.totals()), style=titled),
            "SUMMARY_VALUES": Rows(looks.VALUE_FIELDS, list(rows.values()), style=titled),
            "STATES": self._states(run, rows, shapes),
        }
        return {
            name: write_rows(self, parameters, name, context, content)
            for name, content in contents.items()
            if parameters.get(name) is not None
        }

    def _states(self, run: SummaryRun, rows: looks.SummaryRows, shapes: dict) -> Rows:
        """States of the divisions, with their polygons where a layer gives them."""
        if self._shapes is None:
            return Rows(looks.STATE_FIELDS, rows.states(), style=looks.TitledSummary)
        crs = QgsCoordinateReferenceSystem.fromWkt(self._shapes.plane.to_wkt())
        geometries = [shapes.get(division) for division in run.summary.table.divisions]
        return Rows(looks.STATE_FIELDS, rows.states(), geometries, crs, looks.StatesOnMap)

    def _files(
        self, parameters: dict, context: QgsProcessingContext, run: SummaryRun, feedback: QgsProcessingFeedback
    ) -> dict:
        """The filled template and the frozen edition, where asked for."""
        result = {}
        template = self.parameterAsFile(parameters, "TEMPLATE", context)
        filled = self.parameterAsFileOutput(parameters, "FILLED", context)
        if template and filled:
            filled_layout = fill_layout(run.summary, Path(template), Path(filled))
            result["FILLED"] = filled
            if filled_layout.open_names:
                params = {
                    "count": len(filled_layout.open_names),
                    "names": "、".join(filled_layout.open_names[:_LISTED]),
                }
                run.remarks.append(Remark("summary_template_open", params=params))
        target = self.parameterAsFileOutput(parameters, "FROZEN", context)
        if target:
            write_frozen(run.summary, Path(target))
            result["FROZEN"] = target
        return result

    def _return(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        path: str,
        run: SummaryRun,
        feedback: QgsProcessingFeedback,
    ) -> Optional[int]:
        if not path or not self.parameterAsBool(parameters, "RETURN_QUESTIONS", context):
            return 0
        with writing_workspace(path) as workspace:
            done = return_questions(workspace, run.summary, holder_name())
        params = {"count": done.count, "queued": done.queued, "rest": done.rest}
        run.remarks.append(Remark("summary_returned", params=params))
        return done.count
