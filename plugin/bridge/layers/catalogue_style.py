"""How layers that a user adds by hand look: control lines as the catalogue says, land use in the standard's colours."""

import csv
from functools import lru_cache

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ...core.review.catalogue import ControlLine
from ...formats.rules.conversion_files import load_conversion_table, shown_classes_2023, shown_classes_of_survey
from ...paths import RESOURCES
from ..i18n import tr
from .fills import category
from .map_style import style as map_style

_COLOURS = RESOURCES / "catalogue" / "landuse_2023_colours.csv"
_NEWER_FIELDS = ("YDYHFLDM",)  # codes of 2023
_PADDED = 6
_UNKNOWN = "190,190,190"
_LOOKED_AT = 500  # features
_CODE_FIELDS = ("YDYHFLDM", "DLBM", "DLDM", "地类编码")
_SEEN_THROUGH = 110  # of 255: what lies below a filled line stays readable


def style_as_line(layer: QgsVectorLayer, line: ControlLine) -> None:
    """Draw a layer as the catalogue draws this line."""
    layer.setRenderer(QgsSingleSymbolRenderer(_symbol(layer, line)))
    layer.triggerRepaint()
    layer.emitStyleChanged()


def style_as_land_use(layer: QgsVectorLayer) -> bool:
    """Colour land-use parcels by class; False for a layer without a field of class codes. A parcel of a class that the
    classification does not know is grey.
    """
    name = next((f.name() for f in layer.fields() if f.name().upper() in _CODE_FIELDS), "")
    if not name:
        return False
    written = _codes(layer, name)
    is_padded = any(len(code) == _PADDED and code.endswith("00") for code in written)  # as plan databases write them
    classes = land_use_colours() if is_padded or not _is_survey(written, name) else land_survey_colours()
    names = shown_classes_2023() if classes is land_use_colours() else shown_classes_of_survey()
    categories = [
        category(_padded(code) if is_padded else code, _land(colour), f"{code} {names.get(code, title)}")
        for code, (colour, title) in classes.items()
    ]
    categories.append(category("", _land(_UNKNOWN), tr("Other classes")))
    layer.setRenderer(QgsCategorizedSymbolRenderer(name, categories))
    layer.triggerRepaint()
    layer.emitStyleChanged()
    return True


def _padded(code: str) -> list[str]:
    """A code as it is, and with the zeros up to six digits."""
    return [code, code.ljust(_PADDED, "0")] if code.isdigit() and len(code) < _PADDED else [code]


def _land(colour: str) -> QgsFillSymbol:
    return QgsFillSymbol.createSimple({"color": colour, "outline_style": "no"})


def _codes(layer: QgsVectorLayer, name: str) -> set[str]:
    """The codes of some features."""
    request = QgsFeatureRequest().setLimit(_LOOKED_AT).setSubsetOfAttributes([name], layer.fields())
    return {str(feature[name]) for feature in layer.getFeatures(request)}


def _is_survey(codes: set[str], name: str) -> bool:
    """Whether the codes are those of the third land survey: 0601 is industry there and a farm's buildings in the
    classification of 2023. Where the codes do not tell the name of the field does.
    """
    survey, newer = len(codes & land_survey_colours().keys()), len(codes & land_use_colours().keys())
    return survey > newer if survey != newer else name.upper() not in _NEWER_FIELDS


def is_plain(layer: QgsVectorLayer) -> bool:
    """Whether a layer still looks as QGIS draws any new one: one symbol of one simple layer."""
    renderer = layer.renderer()
    if isinstance(renderer, (QgsCategorizedSymbolRenderer, QgsRuleBasedRenderer)) or renderer.type() != "singleSymbol":
        return False
    symbol = renderer.symbol()
    return symbol.symbolLayerCount() == 1 and symbol.symbolLayer(0).properties().get("style", "solid") == "solid"


@lru_cache(maxsize=1)
def land_use_colours() -> dict:
    """{class code: ("r,g,b", Chinese name)} of the land-use classification of 2023."""
    with open(_COLOURS, encoding="utf-8-sig", newline="") as table:
        rows = csv.DictReader(table)
        return {row["code"]: (f"{row['r']},{row['g']},{row['b']}", row["name_zh"]) for row in rows}


@lru_cache(maxsize=1)
def land_survey_colours() -> dict[str, tuple[str, str]]:
    """{class code: ("r,g,b", Chinese name)} of the third land survey, in the colour of the class of 2023 that it is, or
    the first of those that it may become.
    """
    table, colours = load_conversion_table("sandiao_to_2023"), land_use_colours()
    found = {}
    for row in table.rows.values():
        target = next((code for code in row.targets if code in colours), "")
        found[row.code] = (colours[target][0] if target else _UNKNOWN, row.name)
    return found


def _symbol(layer, line):
    kind = layer.geometryType()
    if kind == QgsWkbTypes.PointGeometry:
        return QgsMarkerSymbol.createSimple({"color": line.fill, "outline_color": line.outline, "size": "2.6"})
    if kind == QgsWkbTypes.LineGeometry:
        return QgsLineSymbol.createSimple({"color": line.outline, "width": "0.6"})
    style = map_style()["patterns"][line.pattern]
    fill = QColor(line.fill if style == "solid" else line.outline)
    fill.setAlpha(_SEEN_THROUGH if style == "solid" else 255)
    look = {"color": f"{fill.red()},{fill.green()},{fill.blue()},{fill.alpha()}", "style": style}
    return QgsFillSymbol.createSimple({**look, "outline_color": line.outline, "outline_width": "0.4"})
