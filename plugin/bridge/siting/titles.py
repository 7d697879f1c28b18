"""Layers and tables of a site selection as QGIS shows them: columns under their titles, land in its colours."""

from typing import Any, Optional

from qgis.core import (
    QgsFillSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.siting.model import Constraint, Criteria
from ...formats.rules.rule_files import line_title
from ..i18n import tr
from ..layers.feature_labels import put, settings_of
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .results import SitesStyle

FREE = {
    "color": "183,225,161,120",
    "outline_style": "no",
}  # its pieces are tiles of the search: their seams mean nothing
REJECTED = {"color": "189,189,189,90", "outline_color": "#9e9e9e", "outline_width": "0.2"}
_LABELLED = 50
_UNITS = {"avoid": "m²", "within": "m²", "area": "m²", "min_distance": "m", "max_distance": "m"}
_SIGNS = {"m2": "m²", "degree": "°", "percent": "%", None: "°"}


def site_titles(criteria: Optional[Criteria]) -> dict[str, str]:
    """{field: title} of the sites, of the rejected and of what is free; a criterion's columns bear its own title."""
    titles = {
        "rank": tr("Rank"), "site_key": tr("Site"), "name": tr("Name"), "standing": tr("Standing"),
        "area_m2": tr("Area (m²)"), "area_ha": tr("Area (ha)"), "area_mu": tr("Area (mu)"), "score": tr("Score"),
        "evaluated_pct": tr("Evaluated weights (%)"), "not_evaluated": tr("Not evaluated"),
        "first_pct": tr("First in random runs (%)"), "top5_pct": tr("Among the first five (%)"),
        "reason_count": tr("Number of reasons"), "reasons": tr("Reasons"), "tile": tr("Piece"),
    }  # fmt: skip
    if criteria is None:
        return titles
    titles |= {f"c_{one.id}": _measured(line_title(one.title), _unit(one)) for one in criteria.constraints}
    for factor in criteria.factors:
        titles[f"{factor.id}_raw"] = _measured(str(factor.title), _SIGNS.get(factor.unit, factor.unit or ""))
        titles[f"{factor.id}_score"] = tr("{0}: score").format(factor.title)
        titles[f"{factor.id}_part"] = tr("{0}: part of the score").format(factor.title)
    return titles


def _unit(constraint: Constraint) -> str:
    if constraint.kind == "slope":
        return _SIGNS.get(constraint.unit, "°")
    return _UNITS.get(constraint.kind, "")


def _measured(title: str, unit: str) -> str:
    return tr("{0} ({1})").format(title, unit) if unit else title


class TitledSites(SitesStyle):
    """Sites by score, their ranks on the map; `criteria`: those whose columns they have."""

    criteria: Optional[Criteria] = None

    @classmethod
    def of(cls, criteria: Criteria) -> "TitledSites":
        """The style of the sites of these criteria."""
        style: TitledSites = cls.make()
        style.criteria = criteria
        return style

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: Optional[QgsProcessingContext], feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        super().postProcessLayer(layer, context, feedback)
        give_titles(layer, site_titles(self.criteria), {})
        if layer.featureCount() <= _LABELLED:  # small sites would be lost on a county
            label = settings_of('"rank"', 11, "#b71c1c")
            label.displayAll = True
            put(layer, label)


class TitledLand(KeptStyle):
    """Free or rejected land below the sites, all of one look."""

    criteria: Optional[Criteria] = None
    look: dict[str, str] = FREE

    @classmethod
    def of(cls, criteria: Criteria, look: dict[str, str]) -> "TitledLand":
        """The style of land of these criteria."""
        style: TitledLand = cls.make()
        style.criteria, style.look = criteria, look
        return style

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: Optional[QgsProcessingContext], feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        give_titles(layer, site_titles(self.criteria), {})
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(self.look)))
        layer.triggerRepaint()


class TitledRemovals(KeptStyle):
    """Columns of what each criterion removes."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: Optional[QgsProcessingContext], feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        titles = {
            "criterion": tr("Code"), "title": tr("Criterion"), "alone_m2": tr("Removed alone (m²)"),
            "removed_m2": tr("Removed in order (m²)"), "remaining_m2": tr("Remaining (m²)"),
            "alone": tr("Candidates removed alone"), "removed": tr("Candidates removed in order"),
            "remaining": tr("Candidates remaining"), "status": tr("Remarks"),
        }  # fmt: skip
        give_titles(layer, titles, {})


def when_loaded(context: QgsProcessingContext, identifier: Any, style: KeptStyle) -> None:
    """Have Processing apply a style where it loads this output."""
    if identifier and context.willLoadLayerOnCompletion(identifier):
        context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style)
