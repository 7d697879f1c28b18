"""onemap:maintainplan: the yearly maintenance package of a plan database (before, change, after)."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality.maintenance import LayerState, MaintenanceInput, MaintenanceJob, MaintenanceOutcome
from ..plugin.bridge.quality.maintenance_package import SUMMARY_FIELDS, package_path, summary_row, write_package
from ..plugin.bridge.quality.maintenance_titles import TitledMaintenance
from ..plugin.bridge.review.reporting import software
from ..plugin.core.errors import InputError
from ..plugin.report import write_report
from ..plugin.report.quality.maintenance import MaintenanceReport, maintenance_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows


class MaintainPlan(OneMapAlgorithm):
    NAME = "maintainplan"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Make a maintenance package")

    def help_text(self) -> str:
        return tr(
            "Makes the yearly maintenance package of a plan database from the filed database (BEFORE) and the one of "
            "today (AFTER): of each layer that changed what was before (WHQ), what changed (WHC) and what is there now "
            "(WHH), in one database with the name that is asked for (EPSG:4490 with heights of 5737). Layers of "
            "classes: the polygons of before that a change touches, today's polygons cut by them, and the land of "
            "another class (WHLX 2). Layers of lines: land handed out (3) and taken in (1). New identifiers continue "
            "behind those of the databases; areas are statutory. Pieces below TOLERANCE_M2 are counted as slivers and "
            "left out. Which layers, fields and codes: resources/maintenance (a proposal, to be checked against the "
            "province's letter).\n"
            "Example: tools/process run onemap:maintainplan --BEFORE=filed.gdb --AFTER=today.gdb --COUNTY=990102 "
            "--COUNTY_NAME=云溪县 --YEAR=2026 --FOLDER=out --SUMMARY=maintenance.gpkg --REPORT=maintenance.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        text, number, folder = QgsProcessingParameterString, QgsProcessingParameterNumber, QgsProcessingParameterFile
        report = shared.report_parameter()
        summary = QgsProcessingParameterFeatureSink(
            "SUMMARY", tr("Layers of the package"), QgsProcessing.TypeVector, optional=True
        )
        for parameter in (
            folder("BEFORE", tr("Filed database"), folder.Folder),
            folder("AFTER", tr("Database of today"), folder.Folder),
            text("COUNTY", tr("County code (6 digits)")),
            text("COUNTY_NAME", tr("Name of the county")),
            number("YEAR", tr("Year"), number.Integer, date.today().year, minValue=2000, maxValue=2100),
            number("TOLERANCE_M2", tr("Slivers are smaller than [m²]"), number.Double, 1.0, minValue=0),
            folder("FOLDER", tr("Folder of the package"), folder.Folder),
            summary,
            report,
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputString("PACKAGE", tr("Package")))
        for name in ("CHANGED_COUNT", "FAILED_COUNT", "SLIVER_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            texts = {n: self.parameterAsString(parameters, n, context).strip() for n in ("COUNTY", "COUNTY_NAME")}
            if len(texts["COUNTY"]) != 6 or not texts["COUNTY"].isdigit() or not texts["COUNTY_NAME"]:
                raise InputError("maintain_county", county=texts["COUNTY"], name=texts["COUNTY_NAME"])
            before, after, folder = (
                self.parameterAsString(parameters, name, context) for name in ("BEFORE", "AFTER", "FOLDER")
            )
            if not Path(folder).is_dir():
                raise InputError("maintain_folder", folder=folder)
            self._chosen = MaintenanceInput(
                *(before, after, texts["COUNTY"], texts["COUNTY_NAME"]),
                year=self.parameterAsInt(parameters, "YEAR", context),
                folder=Path(folder),
                day=date.today().isoformat(),
                tolerance_m2=self.parameterAsDouble(parameters, "TOLERANCE_M2", context),
            )
            self._path = package_path(self._chosen)
            self._job = MaintenanceJob(self._chosen)
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        outcome = self._job.run(feedback)
        written = write_package(self._chosen, outcome, self._path)
        results: dict = {"PACKAGE": str(self._path) if written else ""}
        rows = [summary_row(one) for one in outcome.layers]
        if parameters.get("SUMMARY"):
            results["SUMMARY"] = self._write(parameters, context, rows)
        for one in outcome.layers:
            if one.reason:
                feedback.pushWarning(f"{one.layer.code} {one.layer.title}: {one.reason}")
        feedback.pushInfo(_summary(outcome, written, self._path.name))
        for path in self._reports:
            names = Path(self._chosen.before).name, Path(self._chosen.after).name
            package = self._path.name if written else ""
            report = MaintenanceReport(*names, package, outcome.layers, self._chosen.tolerance_m2, software())
            write_report(maintenance_document(report), path)
        counts = Counter(one.state for one in outcome.layers)
        slivers = sum(one.made.slivers for one in outcome.layers if one.made is not None)
        numbers = {"CHANGED_COUNT": counts[LayerState.CHANGED], "FAILED_COUNT": counts[LayerState.FAILED]}
        return {**results, **numbers, "SLIVER_COUNT": slivers, "REPORT": ";".join(map(str, self._reports))}

    def _write(self, parameters: dict, context: QgsProcessingContext, rows: list) -> str:
        return write_rows(self, parameters, "SUMMARY", context, Rows(SUMMARY_FIELDS, rows, style=TitledMaintenance))


def _summary(outcome: MaintenanceOutcome, written: int, name: str) -> str:
    """What came of it; a layer that could not be compared is no layer without changes."""
    failed = sum(one.state is LayerState.FAILED for one in outcome.layers)
    if written:
        return tr("{0} layers were written into {1}.").format(written, name)
    if failed:
        return tr("No package was made: {0} layers could not be compared, no other changed.").format(failed)
    return tr("Nothing changed; no package was made.")
