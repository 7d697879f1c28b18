"""onemap:importrules: a rule table of Excel to a province's rule file."""

from datetime import date
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.conditions import expression_error
from ..plugin.core.errors import InputError
from ..plugin.formats.rules.rule_import import BASE, RuleTable, check_document, province_document
from ..plugin.formats.rules.yaml_writer import save_yaml
from . import review_parameters as shared
from .base import OneMapAlgorithm


class ImportRules(OneMapAlgorithm):
    NAME = "importrules"
    GROUP_ID = "review"

    def title(self):
        return tr("Import the rule table (Excel)")

    def help_text(self) -> str:
        return tr(
            "Makes a province's rule file (YAML) of the table that exportrules wrote and somebody changed. Only what "
            "differs from the national set is written; a rule that is missing in the table stays in force, one marked "
            "as switched off is removed. Mistakes are named by row and column. A file of that name keeps its "
            "comments.\n"
            "Example: tools/process run onemap:importrules --WORKBOOK=rules.xlsx --RULES=province.yaml "
            "--NAME=某省控制线规则 --PROVINCE=33"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterFile("WORKBOOK", tr("Workbook"), fileFilter="Excel (*.xlsx)"))
        self.addParameter(QgsProcessingParameterFileDestination("RULES", tr("Rule file"), "YAML (*.yaml)"))
        self.addParameter(QgsProcessingParameterString("NAME", tr("Name of the rule set"), tr("Rules of the province")))
        province = QgsProcessingParameterString("PROVINCE", tr("Province code"), optional=True)
        version = QgsProcessingParameterString("VERSION", tr("Version"), optional=True)
        for parameter in (province, version):
            self.addParameter(shared.optional(parameter))
        self.addOutput(QgsProcessingOutputNumber("RULE_COUNT", tr("Rules that differ from the national set")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        target = Path(self.parameterAsFileOutput(parameters, "RULES", context))
        if target.exists() and target.samefile(BASE):
            raise InputError("rule_file_is_national")
        table = RuleTable(self.parameterAsFile(parameters, "WORKBOOK", context))
        name, province, version = (
            self.parameterAsString(parameters, n, context) for n in ("NAME", "PROVINCE", "VERSION")
        )
        document = province_document(table, name, province, version or f"{date.today():%Y.%m}")
        check_document(document, table, expression_error)
        save_yaml(target, document)
        count = len(document.get("rules", ())) + len(document.get("remove", ()))
        feedback.pushInfo(tr("{0} rules differ from the national set; written to {1}").format(count, target))
        return {"RULES": str(target), "RULE_COUNT": count}
