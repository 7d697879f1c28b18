"""The roll-up on the map: a division layer coloured by the commonest stage of each division."""

import colorsys

from qgis.core import QgsCategorizedSymbolRenderer, QgsRendererCategory, QgsSymbol

from .i18n import tr

_CODE_FIELDS = ("code", "xzqdm", "xzq_dm", "adcode", "dm", "xzdm")


def stage_colour(form, value):
    """Colour of a value of the roll-up's group field: red for the first stage to green for the last, grey for none."""
    values = [c[0] for c in form.field(form.rollup["group"]).codes]
    if value not in values:
        return "#bdbdbd"
    share = values.index(value) / max(1, len(values) - 1)
    red, green, blue = colorsys.hls_to_rgb(share * 0.36, 0.55, 0.65)
    return f"#{int(red * 255):02x}{int(green * 255):02x}{int(blue * 255):02x}"


def code_field(layer):
    """Name of the field that holds division codes; "" when there is none."""
    return next((f.name() for wanted in _CODE_FIELDS for f in layer.fields() if f.name().casefold() == wanted), "")


def colour_by_rollup(layer, form, rows):
    """Colour a polygon layer by each division's commonest value; return how many divisions are on it."""
    name = code_field(layer)
    if not name:
        return 0
    leading = {row.code: row.leading for row in rows}
    categories = []
    for value in dict.fromkeys(leading.values()):
        codes = [code for code, found in leading.items() if found == value]
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        symbol.setColor(_qcolor(stage_colour(form, value)))
        categories.append(QgsRendererCategory(codes, symbol, form.field(form.rollup["group"]).label(value) or tr("(none)")))
    digits = len(rows[0].code) if rows else 6
    layer.setRenderer(QgsCategorizedSymbolRenderer(f'substr(to_string("{name}"), 1, {digits})', categories))
    layer.triggerRepaint()
    return len({str(f[name])[:digits] for f in layer.getFeatures()} & set(leading))


def _qcolor(text):
    from qgis.PyQt.QtGui import QColor

    return QColor(text)
