"""onemap:redevelopmentprogress: tasks of low-efficiency land against what its projects have reached."""

from datetime import date
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.monitoring import land_stock_rows as stock_looks
from ..plugin.bridge.monitoring import redevelopment_rows as rows
from ..plugin.bridge.monitoring.land_stock import StockLayer, take_stock
from ..plugin.bridge.monitoring.redevelopment import (
    RedevelopmentChoice,
    RedevelopmentRun,
    Where,
    judged_run,
    keep_tasks,
    kept_tasks,
    read_tasks,
    redevelopment_run,
)
from ..plugin.bridge.monitoring.redevelopment_layer import ProjectLayer, named_divisions
from ..plugin.bridge.monitoring.redevelopment_report import redevelopment_report
from ..plugin.bridge.review.rounds_target import reading_workspace, writing_workspace
from ..plugin.core.errors import InputError
from ..plugin.core.indicators.land_stock import StockKind
from ..plugin.core.indicators.redevelopment_model import Task
from ..plugin.core.indicators.redevelopment_settings import RedevelopmentSettings, load_redevelopment_settings
from ..plugin.core.land.divisions import Divisions
from ..plugin.report import write_report
from ..plugin.report.monitoring.redevelopment import redevelopment_document
from ..plugin.store.lock import holder_name
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

_STOCKS = {"LOW_LAND": StockKind.LOW, "APPROVED_LAND": StockKind.APPROVED, "IDLE_LAND": StockKind.IDLE}
_TABLE_FILTER = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"


class RedevelopmentProgress(OneMapAlgorithm):
    NAME = "redevelopmentprogress"
    GROUP_ID = "monitoring"

    def title(self) -> str:
        return tr("Progress of redevelopment of low-efficiency land")

    def help_text(self) -> str:
        return tr(
            "Sets the tasks of a year against the redevelopment projects of a workspace, or of a layer (PROJECTS) with "
            "fields named as in the form of redevelopment projects. A project counts once it has reached "
            "the counting stage, with the statutory area of its polygon; a place where projects overlap counts once. "
            "Every division gets its rate, what is due by the day, a light, and a forecast from the last eight weeks; "
            "projects that stand still and those of earlier years are listed.\n"
            "TASKS is a table with the columns year, division, kind and mu (年度, 行政区, 类型, 任务面积); it is kept "
            "in the workspace with KEEP_TASKS, and left empty the kept tasks are used. Days of moves come from the "
            "papers of a record, else from the audit chain. REPORT is the weekly report; several files may be given, "
            'separated by ";".\n'
            "LOW_LAND, APPROVED_LAND and IDLE_LAND are layers of the land database (JYJY_DXYDDK, JYJY_PEWGDK, "
            "JYJY_XZTDDK): their parcels are counted by division and type, with what is still open or overdue, in "
            "LAND_STOCK, LAND_PARCELS and the report. What their fields mean is our reading of their names.\n"
            "Example: tools/process run onemap:redevelopmentprogress --WORKSPACE=county.gpkg --TASKS=tasks.xlsx "
            "--YEAR=2026 --PROJECT_LAYER=projects.gpkg --PROGRESS=progress.gpkg --REPORT=week.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        stages = list(load_redevelopment_settings().counting_stages)
        day = QgsProcessingParameterDateTime("AS_OF", tr("Day of the report"), QgsProcessingParameterDateTime.Date)
        year = QgsProcessingParameterNumber("YEAR", tr("Task year"), minValue=2000, maxValue=2100, defaultValue=None)
        for parameter in (
            shared.optional(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)")),
            shared.optional(
                QgsProcessingParameterVectorLayer("PROJECTS", tr("Projects"), [QgsProcessing.TypeVectorPolygon])
            ),
            shared.optional(
                QgsProcessingParameterVectorLayer("DIVISIONS", tr("Layer of divisions"), [QgsProcessing.TypeVector])
            ),
            shared.optional(QgsProcessingParameterFile("TASKS", tr("Table of tasks"), fileFilter=_TABLE_FILTER)),
            shared.optional(year),
            QgsProcessingParameterEnum(
                "COUNTING_STAGE", tr("Counts from stage"), stages, defaultValue=stages[0], usesStaticStrings=True
            ),
            shared.optional(day),
            QgsProcessingParameterBoolean("KEEP_TASKS", tr("Keep the tasks in the workspace"), False),
            QgsProcessingParameterBoolean("ONLY_SUBMITTED", tr("Only submitted and approved records"), False),
        ):
            self.addParameter(parameter)
        self._add_stock()
        self._add_outputs()

    def _add_outputs(self) -> None:
        for name, title, kind in (
            ("PROJECT_LAYER", tr("Projects by stage"), QgsProcessing.TypeVectorPolygon),
            ("PROGRESS", tr("Tasks and progress"), QgsProcessing.TypeVector),
            ("MOVES", tr("Moves of the week"), QgsProcessing.TypeVector),
            ("STAGES", tr("Stages and how long they take"), QgsProcessing.TypeVector),
            ("LAND_PARCELS", tr("Low-efficiency, approved and idle land"), QgsProcessing.TypeVectorPolygon),
            ("LAND_STOCK", tr("Low-efficiency, approved and idle land by division"), QgsProcessing.TypeVector),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(name, title, kind, optional=name != "PROGRESS"))
        self.addParameter(shared.report_parameter())
        for name, title in (
            ("DONE_MU", tr("Done (mu)")),
            ("TASK_MU", tr("Task (mu)")),
            ("OVERDUE_COUNT", tr("Overdue")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))
        self.addOutput(QgsProcessingOutputString("LIGHT", tr("Light")))

    def _add_stock(self) -> None:
        for name, title in (
            ("LOW_LAND", tr("Low-efficiency land")),
            ("APPROVED_LAND", tr("Land approved and not supplied")),
            ("IDLE_LAND", tr("Idle land")),
        ):
            kinds = [QgsProcessing.TypeVectorPolygon]
            self.addParameter(shared.optional(QgsProcessingParameterVectorLayer(name, title, kinds)))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = self.parameterAsVectorLayer(parameters, "PROJECTS", context)
            divisions = self.parameterAsVectorLayer(parameters, "DIVISIONS", context)
            path = self.parameterAsFile(parameters, "WORKSPACE", context)
            if bool(path) == (layer is not None):
                raise InputError("redevelopment_source")
            options = ("KEEP_TASKS", "ONLY_SUBMITTED")
            if layer is not None and any(self.parameterAsBool(parameters, name, context) for name in options):
                raise InputError("redevelopment_records_only")
            self._layer = None if layer is None else ProjectLayer(layer)
            given = {name: self.parameterAsVectorLayer(parameters, name, context) for name in _STOCKS}
            self._stocks = [StockLayer(_STOCKS[name], one) for name, one in given.items() if one is not None]
            self._named = [] if divisions is None else named_divisions(divisions)
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        stage = self.parameterAsEnumString(parameters, "COUNTING_STAGE", context)
        settings = load_redevelopment_settings().with_stage(stage)
        if self._layer is None:
            run, district = self._of_workspace(parameters, context, feedback, settings)
        else:
            where = Where(Divisions(self._named))
            tasks = self._tasks(parameters, context, feedback, where.divisions) or []
            choice = self._choice(parameters, context)
            table = self._layer.read(settings, choice.year, feedback)
            run, district = judged_run(table, tasks, settings, choice, where), None
        take_stock(run, self._stocks, feedback)
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        result = self._outputs(parameters, context, run)
        if self._reports:
            document = redevelopment_document(redevelopment_report(run, district))
            for report in self._reports:
                write_report(document, report)
        total = run.progress.total
        counts = {"DONE_MU": total.done_mu, "TASK_MU": total.task_mu, "OVERDUE_COUNT": total.overdue}
        return {**result, **counts, "LIGHT": total.light.value, "REPORT": ";".join(map(str, self._reports))}

    def _of_workspace(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback,
        settings: RedevelopmentSettings,
    ) -> tuple[RedevelopmentRun, Any]:  # fmt: skip
        """(the run, the outline of the county)"""
        path = self.parameterAsFile(parameters, "WORKSPACE", context)
        with reading_workspace(path) as workspace:
            known = Divisions([*self._named, *workspace.divisions()])
        tasks = self._tasks(parameters, context, feedback, known)
        if tasks is not None and self.parameterAsBool(parameters, "KEEP_TASKS", context):
            with writing_workspace(path) as workspace:
                keep_tasks(workspace, tasks, holder_name())
        with reading_workspace(path) as workspace:
            if tasks is None:
                tasks = kept_tasks(workspace)
            choice = self._choice(parameters, context)
            return redevelopment_run(workspace, tasks, settings, choice, self._named), workspace.district()

    def _tasks(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback, divisions: Divisions
    ) -> Optional[list[Task]]:
        """The tasks of the table; None without a table."""
        table = self.parameterAsFile(parameters, "TASKS", context)
        if not table:
            return None
        found = read_tasks(Path(table), divisions, load_redevelopment_settings())
        for remark in found.remarks:
            feedback.pushWarning(remark.text())
        tasks: list[Task] = found.tasks
        return tasks

    def _choice(self, parameters: dict, context: QgsProcessingContext) -> RedevelopmentChoice:
        value = self.parameterAsDateTime(parameters, "AS_OF", context)
        day = value.date().toPyDate() if value.isValid() else date.today()
        given = parameters.get("YEAR") is not None
        year = self.parameterAsInt(parameters, "YEAR", context) if given else day.year
        return RedevelopmentChoice(year, day, self.parameterAsBool(parameters, "ONLY_SUBMITTED", context))

    def _outputs(self, parameters: dict, context: QgsProcessingContext, run: RedevelopmentRun) -> dict:
        lon_lat = QgsCoordinateReferenceSystem("EPSG:4490")
        titled = rows.TitledRedevelopment
        contents = {
            "PROJECT_LAYER": Rows(
                rows.PROJECT_FIELDS, rows.project_rows(run), rows.project_shapes(run), lon_lat, rows.StagedProjects
            ),
            "PROGRESS": Rows(rows.PROGRESS_FIELDS, rows.progress_rows(run), style=titled),
            "MOVES": Rows(rows.MOVE_FIELDS, list(rows.move_rows(run)), style=titled),
            "LAND_PARCELS": Rows(
                stock_looks.PARCEL_FIELDS,
                stock_looks.parcel_rows(run.stocks),
                stock_looks.parcel_shapes(run.stocks),
                lon_lat,
                stock_looks.StockParcels,
            ),  # fmt: skip
            "LAND_STOCK": Rows(
                stock_looks.STOCK_FIELDS, stock_looks.stock_table(run.stocks), style=stock_looks.TitledStock
            ),
            "STAGES": Rows(rows.STAGE_FIELDS, rows.stage_table(run.progress), style=titled),
        }
        return {
            name: write_rows(self, parameters, name, context, content)
            for name, content in contents.items()
            if parameters.get(name) is not None
        }
