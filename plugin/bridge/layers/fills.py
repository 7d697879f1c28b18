"""Polygons in the colours of the values of one field, as every result layer of areas shows its classes."""

from collections.abc import Iterable

from qgis.core import QgsCategorizedSymbolRenderer, QgsFillSymbol, QgsRendererCategory


def filled_by(
    field: str, classes: Iterable[tuple[str, str, str]], outline: str, width_mm: float
) -> QgsCategorizedSymbolRenderer:
    """A renderer of (value, fill colour, label); outlines are all of one colour and width."""
    look = {"outline_color": outline, "outline_width": str(width_mm)}
    categories = [
        QgsRendererCategory(value, QgsFillSymbol.createSimple({"color": colour, **look}), label)
        for value, colour, label in classes
    ]
    return QgsCategorizedSymbolRenderer(field, categories)
