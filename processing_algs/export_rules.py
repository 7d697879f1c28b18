"""onemap:exportrules: the effective rule set as an Excel table, one row a rule."""

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..plugin.bridge.i18n import tr
from ..plugin.formats.rules.rule_files import load_catalogue, read_rules
from ..plugin.formats.rules.rule_table import write_table
from . import review_parameters as shared
from .base import OneMapAlgorithm


class ExportRules(OneMapAlgorithm):
    NAME = "exportrules"
    GROUP_ID = "review"

    def title(self):
        return tr("Export the rule table (Excel)")

    def help_text(self) -> str:
        return tr(
            "Writes the rules that are in effect, the national set with the province's file over it, as an Excel "
            "table: one row for each rule, drop-down lists, laws by name. importrules makes a province's rule file "
            "of it.\n"
            "Example: tools/process run onemap:exportrules --RULES=province.yaml --WORKBOOK=rules.xlsx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        rules = QgsProcessingParameterFile("RULES", tr("Rule file (province)"), fileFilter="YAML (*.yaml *.yml)")
        self.addParameter(shared.optional(rules))
        self.addParameter(QgsProcessingParameterFileDestination("WORKBOOK", tr("Workbook"), "Excel (*.xlsx)"))
        self.addOutput(QgsProcessingOutputNumber("RULE_COUNT", tr("Rules")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        rules = self.parameterAsFile(parameters, "RULES", context)
        target = self.parameterAsFileOutput(parameters, "WORKBOOK", context)
        layered = read_rules([rules] if rules else None)[0]
        count = write_table(layered.data, layered.sources, load_catalogue(), Path(target))
        feedback.pushInfo(tr("{0} rules written to {1}").format(count, target))
        return {"WORKBOOK": target, "RULE_COUNT": count}
