"""What sites take and cost, and how far they are from what counts, as rows of a table."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...core.land.rounding import mu
from ...core.messages import language, translated
from ...core.siting.cost import SiteCost, in_language
from ...report.siting.cost_tables import access_rows, cost_basis
from ..i18n import tr
from ..layers import field_types
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

_TEXT, _REAL = field_types.TEXT, field_types.REAL
COST_FIELDS = (
    ("site_key", _TEXT), ("item", _TEXT), ("area_mu", _REAL), ("m2", _REAL), ("price", _REAL), ("yuan", _REAL),
    ("basis", _TEXT), ("metres", _REAL), ("minutes", _REAL), ("place", _TEXT), ("way", _TEXT),
)  # fmt: skip


def cost_output_rows(costs: dict[str, SiteCost]) -> Iterator[list[Any]]:
    """Rows of COST_FIELDS: areas and prices first, then distances; empty where something was not evaluated;
    in the user's language."""
    for key, cost in in_language(costs, language()).items():
        for row in [*cost.rows, *cost.unclassified()]:
            area = None if row.m2 is None else float(mu(row.m2))
            how = cost_basis(row) if row.m2 is not None else ""
            way = cost_basis(row) if row.m2 is None else ""
            yield [key, translated(row.title), area, row.m2, row.price, row.yuan, how, None, None, "", way]
        for access, shown in zip(cost.access, access_rows(cost)):
            metres = [_finite(access.metres), _finite(access.minutes)]
            yield [key, access.title, None, None, None, None, "", *metres, access.place, shown[-1]]


def _finite(value):
    return float(value) if value is not None and np.isfinite(value) else None


class StyledCosts(KeptStyle):
    """Columns under their titles."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        titles = {
            "site_key": tr("Site"),
            "item": tr("Item"),
            "area_mu": tr("Area [mu]"),
            "m2": tr("Area [m²]"),
            "price": tr("Price [yuan/mu]"),
            "yuan": tr("Cost [yuan]"),
            "basis": tr("Basis of the price"),
            "metres": tr("Distance [m]"),
            "minutes": tr("Drive [min]"),
            "place": tr("Destination"),
            "way": tr("How it was measured"),
        }
        give_titles(layer, titles, {})
