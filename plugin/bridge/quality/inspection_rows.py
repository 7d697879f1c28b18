"""Defects and items as rows of layers and back: fields, values, titles, colours."""

from collections.abc import Iterator
from typing import Any, Optional

import shapely
from pyproj import CRS
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core.errors import InputError, OutputError
from ...core.land.repair import single_parts
from ...core.messages import text
from ...core.quality.defects import Defect, DefectState, Severity, items
from ...core.quality.inspection import Inspection, ItemResult
from ...core.quality.inspection_states import Earlier, place_of
from ...report.quality.inspection import unchecked_text
from ..i18n import tr
from ..layers import field_types
from ..layers.fills import category
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle, qgs_fields
from ..layers.values import text_of

_TEXT, _LONG = field_types.TEXT, field_types.LONG
DEFECT_FIELDS = (
    ("item", _TEXT), ("stage", _LONG), ("severity", _TEXT), ("layer", _TEXT), ("feature", _LONG), ("key", _TEXT),
    ("field", _TEXT), ("value", _TEXT), ("wanted", _TEXT), ("message", _TEXT), ("state", _TEXT), ("note", _TEXT),
    ("who", _TEXT), ("when", _TEXT), ("place", _TEXT),
)  # fmt: skip
ITEM_FIELDS = (
    ("item", _TEXT), ("stage", _LONG), ("title", _TEXT), ("severity", _TEXT), ("checked", _LONG), ("defects", _LONG),
    ("open", _LONG), ("exceptions", _LONG), ("status", _TEXT), ("not_checked", _TEXT), ("confidence", _TEXT),
)  # fmt: skip
_COLOURS = {"A": "215,25,28", "B": "253,141,60", "C": "43,131,186", "fixed": "44,162,95", "exception": "150,150,150"}
_BATCH = 2000
_MOST_EARLIER = 200_000


def defect_row(defect: Defect) -> list[Any]:
    """The values of DEFECT_FIELDS."""
    return [
        defect.item,
        items()[defect.item].stage,
        defect.severity.value,
        defect.layer,
        defect.fid,
        defect.key or None,
        defect.params.get("field"),
        defect.value or None,
        str(defect.wanted) or None,
        defect.text(),
        defect.state.value,
        defect.note or None,
        defect.who or None,
        defect.when or None,
        place_of(defect),
    ]


def item_row(result: ItemResult) -> list[Any]:
    """The values of ITEM_FIELDS; numbers of an item that was not checked are empty, not zero."""
    item, checked = items()[result.item], result.was_checked
    numbers = [result.checked, result.defects, result.open, result.exceptions] if checked else [None] * 4
    status = ("partly" if result.not_checked else "checked") if checked else "not_checked"
    reasons = unchecked_text(result) or None
    return [item.code, item.stage, item.title(), result.severity.value, *numbers, status, reasons, item.confidence]


def point_of(geometry: shapely.Geometry) -> shapely.Geometry:
    """A point on a defect, None where it has no place."""
    if geometry is None or geometry.is_empty:
        return None
    try:
        return shapely.point_on_surface(geometry)
    except shapely.GEOSException:
        return shapely.points(shapely.get_coordinates(geometry)[0])


def write_defects(sink: QgsFeatureSink, defects: list[Defect], dimension: int) -> None:
    """Write defects: all of them as points for dimension 0, else those whose place is lines (1) or polygons (2)."""
    fields = qgs_fields(DEFECT_FIELDS)
    shapes = [(defect, _shape(defect.geometry, dimension)) for defect in defects]
    chosen = [(d, s) for d, s in shapes if dimension == 0 or s is not None]
    for start in range(0, len(chosen), _BATCH):
        _add(sink, [_feature(fields, defect_row(d), s) for d, s in chosen[start : start + _BATCH]])


def write_items(sink: QgsFeatureSink, run: Inspection) -> None:
    """Write the ITEMS table."""
    fields = qgs_fields(ITEM_FIELDS)
    _add(sink, [_feature(fields, item_row(result), None) for result in run.results()])


def _shape(geometry: shapely.Geometry, dimension: int) -> shapely.Geometry:
    if dimension == 0:
        return point_of(geometry)
    if geometry is None or shapely.get_dimensions(geometry) != dimension or geometry.is_empty:
        return None
    parts = single_parts(geometry)
    parts = parts[shapely.get_dimensions(parts) == dimension]
    return shapely.multipolygons(parts) if dimension == 2 else shapely.multilinestrings(parts)


def _feature(fields: QgsFields, values: list[Any], shape: shapely.Geometry) -> QgsFeature:
    feature = QgsFeature(fields)
    feature.setAttributes(values)
    if shape is not None:
        geometry = QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape))
        feature.setGeometry(geometry)
    return feature


def _add(sink: QgsFeatureSink, features: list[QgsFeature]) -> None:
    if not sink.addFeatures(features, sink.FastInsert):
        raise OutputError("output_failed", output=tr("result layer"), error=sink.lastError() or tr("unknown reason"))


def crs_of(plane: Optional[CRS]) -> QgsCoordinateReferenceSystem:
    """The reference system of the defects; none where no layer has a place."""
    if plane is None:
        return QgsCoordinateReferenceSystem()
    authority = plane.to_authority(min_confidence=100)
    return QgsCoordinateReferenceSystem(":".join(authority) if authority else plane.to_wkt())


def read_earlier(layer: QgsVectorLayer) -> tuple[Earlier, ...]:
    """The defects of an earlier run with their states; main thread. Raises InputError for another kind of layer."""
    missing = [name for name, _ in DEFECT_FIELDS if layer.fields().lookupField(name) < 0]
    if missing:
        raise InputError("inspection_no_defects", layer=layer.name(), fields=", ".join(missing))
    if layer.featureCount() > _MOST_EARLIER:
        raise InputError("inspection_many_defects", layer=layer.name(), count=_MOST_EARLIER)
    return tuple(_earlier_defects(layer))


def _earlier_defects(layer: QgsVectorLayer) -> Iterator[Earlier]:
    known = items()
    for feature in layer.getFeatures():
        values = {name: text_of(feature[name]) or "" for name, _ in DEFECT_FIELDS}
        if values["item"] not in known or not values["place"]:
            continue
        geometry = feature.geometry()
        defect = Defect(
            values["item"],
            _one_of(Severity, values["severity"], known[values["item"]].severity),
            values["layer"],
            int(float(values["feature"])) if values["feature"] else None,
            values["key"],
            values["value"],
            values["wanted"],
            "defect_as_stated",
            {"message": values["message"], "field": values["field"]},
            None if geometry.isNull() else shapely.from_wkb(bytes(geometry.asWkb())),
            _one_of(DefectState, values["state"], DefectState.OPEN),
            values["note"],
            values["who"],
            values["when"],
        )
        yield Earlier(values["place"], defect)


def _one_of(kind: Any, word: str, default: Any) -> Any:
    try:
        return kind(word)
    except ValueError:
        return default


def inspection_titles() -> dict:
    """{field: title} of the outputs of an inspection."""
    return {
        "item": tr("Item code"), "stage": tr("Stage"), "severity": tr("Severity"), "layer": tr("Layer"),
        "feature": tr("Feature"), "key": tr("Identifier"), "field": tr("Field"), "value": tr("Found"),
        "wanted": tr("Wanted"), "message": tr("Defect"), "state": tr("State"), "note": tr("Note"),
        "who": tr("By whom"), "when": tr("When"), "place": tr("Mark of the place"), "title": tr("Item"),
        "checked": tr("Checked"), "defects": tr("Defects"), "open": tr("Still open"), "exceptions": tr("Exceptions"),
        "status": tr("Status"), "not_checked": tr("Not checked, and why"), "confidence": tr("Confidence"),
    }  # fmt: skip


def inspection_values() -> dict:
    """{field: {value: words}} of the outputs of an inspection."""
    return {
        "severity": {"A": tr("A serious"), "B": tr("B considerable"), "C": tr("C slight")},
        "state": {"open": tr("Still open"), "fixed": tr("Fixed"), "exception": tr("Exception")},
        "status": {
            "checked": tr("Checked"),
            "partly": tr("Checked in part"),
            "not_checked": tr("Not checked"),
        },
    }


class TitledItems(KeptStyle):
    """Titles of the table of items."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, inspection_titles(), inspection_values())


class ColouredDefects(KeptStyle):
    """Defects by severity; fixed ones and exceptions in colours of their own."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        give_titles(layer, inspection_titles(), inspection_values())
        labels = {**inspection_values()["severity"], **inspection_values()["state"]}
        kind = layer.geometryType()
        categories = [category(key, _symbol(kind, colour), labels[key]) for key, colour in _COLOURS.items()]
        expression = 'CASE WHEN "state" = \'open\' THEN "severity" ELSE "state" END'
        layer.setRenderer(QgsCategorizedSymbolRenderer(expression, categories))
        layer.triggerRepaint()


def _symbol(kind: Any, colour: str) -> QgsSymbol:
    if kind == QgsWkbTypes.PolygonGeometry:
        look = {"color": colour, "style": "b_diagonal", "outline_color": colour, "outline_width": "0.6"}
        return QgsFillSymbol.createSimple(look)
    if kind == QgsWkbTypes.LineGeometry:
        return QgsLineSymbol.createSimple({"line_color": colour, "line_width": "1"})
    return QgsMarkerSymbol.createSimple({"color": colour, "size": "3", "outline_color": "255,255,255"})


def summary_text(run: Inspection) -> str:
    """One line on what was found, for the log."""
    opened = sum(defect.state == DefectState.OPEN for defect in run.defects)
    return text("inspection_summary", defects=opened, items=sum(bool(r.not_checked) for r in run.results()))
