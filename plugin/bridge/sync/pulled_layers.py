"""What the platform handed down, as map layers: the findings of its machine review, and its control lines for
the check.
"""

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateTransform,
    QgsFillSymbol,
    QgsLayerTreeLayer,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer

from ...core.review.findings import EFFECTS
from ...formats.rules.rule_files import load_catalogue
from ...store.pulled import Pulled
from ...store.workspace import Workspace
from ..i18n import tr
from ..layers.feature_labels import put, settings_of
from ..layers.fills import category
from ..layers.map_style import style as map_style
from ..layers.results import EFFECT_COLOURS, effect_names, effect_symbol


def findings_layer(workspace: Workspace, target: Optional[str] = None, label: str = "") -> QgsVectorLayer:
    """The polygon layer of the pulled findings, coloured by effect, labelled with the message; `target`: id of one
    record only, `label` its name.

    None when there are no findings (of that record).
    """
    rows = [row["effect"] for row in Pulled(workspace).rows("finding", **({"target_id": target} if target else {}))]
    if not rows:
        return None
    where = "target_id = '{}'".format(target.replace("'", "''")) if target else ""
    title = tr("Findings: {0}").format(label.split(" ")[0]) if target else tr("Findings of the machine review")
    layer = _table_layer(workspace, "finding", title, where)
    for name, title in _finding_titles().items():
        layer.setFieldAlias(layer.fields().lookupField(name), title)
    layer.setMapTipTemplate('<b>[% "rule" %]</b><br>[% "message" %]')
    layer.setDisplayExpression('"message"')
    _label(layer)
    names = effect_names()
    known = [category(e, effect_symbol(e), names[e]) for e in EFFECTS if e in rows]
    other = category("", QgsFillSymbol.createSimple({"color": "#878787", "style": "b_diagonal"}), tr("Other"))
    layer.setRenderer(
        QgsCategorizedSymbolRenderer("effect", [*known, *([other] if set(rows) - set(EFFECT_COLOURS) else [])])
    )
    return layer


def _label(layer):
    """The message on each finding, broken at its commas."""
    settings = settings_of('"message"')
    settings.wrapChar = "，"
    put(layer, settings)


def _finding_titles():
    return {
        "target_collection": tr("Reviewed collection"),
        "target_id": tr("Reviewed record"),
        "target_version": tr("Reviewed version"),
        "rule": tr("Rule"),
        "effect": tr("Effect"),
        "message": tr("Message"),
        "updated_at": tr("Updated"),
    }


def control_layers(workspace: Workspace) -> list[QgsVectorLayer]:
    """One polygon layer for each control line of the catalogue among the pulled ones, named and coloured as the
    catalogue says.

    A platform tells the line by `line_id` or, where that numbers the single features, by `zone`.
    """
    catalogue, layers = load_catalogue(), []
    for column in ("line_id", "zone"):
        values = Pulled(workspace).values("control_line", column)
        lines = {
            value: catalogue.by_alias(value)[0] for value in values if value and len(catalogue.by_alias(value)) == 1
        }
        if lines:
            for line in {line.id: line for line in lines.values()}.values():
                names = ", ".join("'{}'".format(v.replace("'", "''")) for v, found in lines.items() if found is line)
                layer = _table_layer(workspace, "control_line", line.name, f'"{column}" IN ({names})')
                look = {
                    "color": line.fill,
                    "outline_color": line.outline,
                    "style": map_style()["patterns"][line.pattern],
                    "outline_width": "0.3",
                }
                layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
                layers.append(layer)
            break
    return layers


def _table_layer(workspace, table, title, where):
    source = f"{workspace.path}|layername={table}|geometrytype=Polygon"
    return QgsVectorLayer(f"{source}|subset={where}" if where else source, title, "ogr")


def refresh(workspace: Workspace) -> None:
    """Draw the workspace's layers anew, whose tables were changed behind QGIS's back."""
    path = str(workspace.path)
    for layer in QgsProject.instance().mapLayers().values():
        if layer.source().split("|")[0] == path and not layer.isEditable():
            layer.reload()
            layer.triggerRepaint()


def show(layers: list, canvas: QgsMapCanvas, zoom: bool = True) -> None:
    """Put layers on top of the map, in place of earlier ones of the same source; zoom to them."""
    project = QgsProject.instance()
    sources = {layer.source() for layer in layers}
    project.removeMapLayers([i for i, layer in project.mapLayers().items() if layer.source() in sources])
    for layer in reversed(layers):
        project.addMapLayer(layer, False)
        project.layerTreeRoot().insertChildNode(0, QgsLayerTreeLayer(layer))
    if zoom and layers:
        ids = [layer.id() for layer in layers]
        QTimer.singleShot(0, lambda: _zoom(ids, canvas))  # after QGIS has set up its map for a first layer


def _zoom(ids, canvas):
    box, layers = QgsRectangle(), [QgsProject.instance().mapLayer(i) for i in ids]
    if sip.isdeleted(canvas) or not all(layers):
        return
    for layer in layers:
        layer.updateExtents()
        move = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
        extent = move.transformBoundingBox(layer.extent())
        box.combineExtentWith(extent)
    box.scale(1.2)
    canvas.setExtent(box)
    canvas.refresh()
