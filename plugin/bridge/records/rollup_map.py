"""The roll-up on the map: a division layer coloured by the commonest stage of each division."""

import colorsys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCategorizedSymbolRenderer, QgsExpression, QgsSymbol, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from ...core.forms.schema import Form
from ..i18n import tr
from ..layers.feature_labels import label
from ..layers.fills import category
from .places import division_field

if TYPE_CHECKING:
    from ...store.rollup import RollupRow

quoted = QgsExpression.quotedString
_NONE = "#bdbdbd"
_NOT_ASKED = "#f2f2f2"  # a division of another county is no hole in the map
MISSING_COLOUR = "#ff8a80"  # 未报: asked for and not reported
_UNREPORTED = "\x00"
_CLASSES = ("#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#9c755f", "#edc948", "#76b7b2", "#e15759")


def stage_colour(form: Form, value: Any) -> str:
    """Colour of a value of the roll-up's group field: stages run from red to green, classes have plain hues,
    none is grey.
    """
    group = form.rollup["group"]
    values = [code[0] for code in form.field(group).codes]
    if value not in values:
        return _NONE
    if not any(check["kind"] == "stage_forward" and check["field"] == group for check in form.checks):
        return _CLASSES[values.index(value) % len(_CLASSES)]
    share = values.index(value) / max(1, len(values) - 1)
    red, green, blue = colorsys.hls_to_rgb(share * 0.36, 0.55, 0.65)
    return f"#{int(red * 255):02x}{int(green * 255):02x}{int(blue * 255):02x}"


def colour_by_rollup(layer: QgsVectorLayer, form: Form, rows: "Sequence[RollupRow]") -> int:
    """Colour divisions by their commonest value and name them; return how many of them the layer has."""
    name = division_field(layer)
    if not name:
        return 0
    leading = {row.code: row.leading or (_UNREPORTED if row.missing else "") for row in rows}
    field = form.field(form.rollup["group"])
    order = [code[0] for code in field.codes]
    categories = []
    for value in sorted(set(leading.values()), key=lambda v: order.index(v) if v in order else len(order)):
        codes = [code for code, found in leading.items() if found == value]
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        symbol.setColor(QColor(MISSING_COLOUR if value == _UNREPORTED else stage_colour(form, value)))
        message = tr("Not reported") if value == _UNREPORTED else field.label(value) or tr("(none)")
        categories.append(category(codes, symbol, str(message)))
    empty = QgsSymbol.defaultSymbol(layer.geometryType())
    empty.setColor(QColor(_NOT_ASKED))
    categories.append(category("", empty, tr("Not in the table")))
    digits = len(rows[0].code) if rows else 6
    code = f'substr(to_string("{name}"), 1, {digits})'
    layer.setRenderer(QgsCategorizedSymbolRenderer(code, categories))
    pairs = ", ".join(f"{quoted(row.code)}, {quoted(row.name or row.code)}" for row in rows)
    label(layer, f"map_get(map({pairs}), {code})")
    layer.triggerRepaint()
    layer.emitStyleChanged()
    return len({str(f[name])[:digits] for f in layer.getFeatures()} & set(leading))
