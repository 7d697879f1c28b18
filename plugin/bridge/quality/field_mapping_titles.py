"""Titles and coded values of the tables of mapfields."""

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ..i18n import tr
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle


class TitledMapping(KeptStyle):
    """Titles, and how a field was found in words."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        titles = {
            "target": tr("Field of the specification"), "title": tr("Title"), "type": tr("Type"),
            "length": tr("Length"), "need": tr("Need (M/C/O)"), "source": tr("Field of the layer"),
            "match": tr("Found by"), "used": tr("Used"), "from_unit": tr("Unit before"), "to_unit": tr("Unit after"),
            "filled": tr("Filled"), "empty": tr("Empty"), "faults": tr("Values that do not fit"), "note": tr("Note"),
            "kind": tr("Kind"), "field": tr("Field"), "value": tr("Value"), "count": tr("Count"),
        }  # fmt: skip
        matches = {
            "chosen": tr("chosen"), "default": tr("fixed value"), "name": tr("by name"), "title": tr("by title"),
            "pinyin": tr("by initials of the pinyin"), "values": tr("by values"),
            "shortened": tr("by a title that was cut short"), "name_of": tr("name of the code"),
            "none": "—",
        }  # fmt: skip
        kinds = {"source": tr("field of the layer"), "target": tr("field of the specification"), "value": tr("value")}
        give_titles(layer, titles, {"match": matches, "kind": kinds, "used": {"yes": tr("Yes"), "no": tr("No")}})


class TitledFields(KeptStyle):
    """The titles of the specification on the fields of the output; `titles`: {field: title}."""

    titles: Any = {}

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, dict(self.titles), {})
