"""Labels of features on the map of QGIS: with a white rim, as what lies below is dark as often as light."""

from qgis.core import (
    QgsPalLayerSettings,
    QgsProperty,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

_RIM = 0.8  # mm


def settings_of(expression: str, points: float = 10.0, colour: str = "#202020") -> QgsPalLayerSettings:
    """Labels by an expression, with their rim; they are left out where there is no room."""
    settings, look, rim = QgsPalLayerSettings(), QgsTextFormat(), QgsTextBufferSettings()
    rim.setEnabled(True)
    rim.setSize(_RIM)
    rim.setColor(QColor("white"))
    look.setSize(points)
    look.setColor(QColor(colour))
    look.setBuffer(rim)
    settings.setFormat(look)
    settings.fieldName, settings.isExpression = expression, True
    settings.centroidInside = True  # of a curved division the centroid may lie on its border or outside
    return settings


def label(layer: QgsVectorLayer, expression: str, farthest: float = 0.0, first: str = "") -> None:
    """Label features by an expression, where there is room; `farthest`: at no scale smaller than 1 to this; `first`:
    an expression from 0 to 10, the labels for which it is largest get the room."""
    settings = settings_of(expression)
    if first:
        rank = QgsProperty.fromExpression(first)
        settings.dataDefinedProperties().setProperty(QgsPalLayerSettings.Property.Priority, rank)
    if farthest:
        settings.scaleVisibility, settings.minimumScale, settings.maximumScale = True, farthest, 0.0
    put(layer, settings)


def put(layer: QgsVectorLayer, settings: QgsPalLayerSettings) -> None:
    """Give a layer these labels."""
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.triggerRepaint()
