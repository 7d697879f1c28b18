"""onemap:specfromdatabase: a specification drafted from a database that was accepted."""

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
from ..plugin.bridge.quality.inspection_draft import draft_specification, save_draft
from . import review_parameters as shared
from .base import OneMapAlgorithm


class SpecificationFromDatabase(OneMapAlgorithm):
    NAME = "specfromdatabase"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Draft a specification from a database")

    def help_text(self) -> str:
        return tr(
            "Drafts a specification for the inspection from a database that was accepted: its layers, fields, lengths, "
            "few values as code lists, forms, ranges, and the geometry checks that hold in it. Titles, code lists and "
            "the names of the district's layers are taken from LIKE where they fit. Checks that the database breaks "
            "itself are left out and named. The draft is a proposal: read it before use.\n"
            "Example: tools/process run onemap:specfromdatabase --PACKAGE=accepted.gdb --LIKE=county "
            "--SPECIFICATION=ours.yaml"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        output = QgsProcessingParameterFileDestination("SPECIFICATION", tr("Specification"), "YAML (*.yaml)")
        package = QgsProcessingParameterFile("PACKAGE", tr("Package or database"), fileFilter=tr("All files (*)"))
        like = QgsProcessingParameterString("LIKE", tr("Specification to take titles and lists from"), "county")
        for parameter in (package, shared.optional(like), output):
            self.addParameter(parameter)
        for name in ("LAYER_COUNT", "FIELD_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        package = Path(self.parameterAsString(parameters, "PACKAGE", context))
        like = self.parameterAsString(parameters, "LIKE", context).strip() or "county"
        path = Path(self.parameterAsFileOutput(parameters, "SPECIFICATION", context))
        draft = draft_specification(package, like, feedback)
        for remark in draft.remarks:
            feedback.pushWarning(remark.text())
        save_draft(draft, path)
        layers = draft.specification.layers
        return {
            "SPECIFICATION": str(path),
            "LAYER_COUNT": len(layers),
            "FIELD_COUNT": sum(len(layer.fields) for layer in layers),
        }
