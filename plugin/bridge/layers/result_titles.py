"""Chinese and English titles of the fields of a result layer, and its coded values in words, when it is loaded."""

from qgis.core import QgsEditorWidgetSetup, QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...formats.rules.rule_files import load_catalogue
from ..i18n import tr
from .results import FindingsStyle, KeptStyle, effect_names


def field_titles() -> dict:
    """{field: title} of the findings, verdicts and summaries of a review."""
    return {
        "project_key": tr("Project"), "line_id": tr("Line code"), "line_name": tr("Control line"),
        "rule_id": tr("Rule"), "status": tr("Status"), "effect": tr("Effect"), "conclusion": tr("Conclusion"),
        "control_fid": tr("Control feature id"), "control_label": tr("Control feature"),
        "overlap_m2": tr("Overlap (m²)"), "overlap_ha": tr("Overlap (ha)"), "overlap_mu": tr("Overlap (mu)"),
        "project_m2": tr("Project area (m²)"), "share_pct": tr("Share of the project (%)"),
        "is_sliver": tr("Sliver"), "law": tr("Legal basis"), "note": tr("Note"), "layer_name": tr("Layer"),
        "layer_date": tr("Layer date"), "pieces": tr("Pieces"), "slivers": tr("Slivers"),
        "sliver_m2": tr("Area of slivers (m²)"), "condition": tr("What must be done"), "reason": tr("Reason"),
        "rules_sha256": tr("SHA-256 of the rule set"), "prohibited": tr("Lines: not compliant"),
        "conditional": tr("Lines: conditional"), "consult": tr("Lines: consultation needed"),
        "notice": tr("Lines: notice"), "clear": tr("Lines: not involved"), "not_checked": tr("Lines: not checked"),
        "failed": tr("Lines: could not be read"), "kind": tr("Kind"), "code": tr("Code"), "name": tr("Name"),
        "nearest_m": tr("Nearest distance (m)"),
    }  # fmt: skip


def status_names() -> dict:
    """{status: words}"""
    return {
        "conflict": tr("Conflict"),
        "involved": tr("Involved"),
        "clear": tr("Clear"),
        "not_checked": tr("Not checked"),
        "failed": tr("Layer failed"),
    }


def give_titles(layer: QgsVectorLayer, titles: dict, values: dict) -> None:
    """Set the aliases of the fields in `titles` and the value maps of those in `values` ({field: {value: words}})."""
    for index, field in enumerate(layer.fields()):
        if field.name() in titles:
            layer.setFieldAlias(index, titles[field.name()])
        if field.name() in values:
            pairs = [{label: value} for value, label in values[field.name()].items()]
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": pairs}))


def _lines() -> dict:
    """The values of `line_name` in words, nothing where they are those words themselves."""
    titles = {line.name: line.title for line in load_catalogue().lines.values()}
    return {} if all(name == title for name, title in titles.items()) else {"line_name": titles}


class TitledResult(KeptStyle):
    """Titles and value maps of a table of verdicts, summaries or a range."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(
            layer, field_titles(), {"status": status_names(), **_lines(), "effect": {**effect_names(), "": "—"}}
        )


class TitledFindings(FindingsStyle):
    """Findings by effect, with titles and value maps."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        super().postProcessLayer(layer, context, feedback)
        give_titles(
            layer, field_titles(), {"effect": effect_names(), **_lines(), "is_sliver": {1: tr("Yes"), 0: tr("No")}}
        )
