"""Polygons in the colours of the values of one field, as every result layer of areas shows its classes."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from qgis.core import QgsCategorizedSymbolRenderer, QgsFillSymbol, QgsRendererCategory, QgsSymbol


def category(value: Any, symbol: QgsSymbol, label: str) -> QgsRendererCategory:
    """A class of a renderer; of a value that is a member of an Enum QGIS would find no feature and draw none."""
    return QgsRendererCategory(value.value if isinstance(value, Enum) else value, symbol, label)


def filled_by(
    field: str, classes: Iterable[tuple[str, str, str]], outline: str, width_mm: float
) -> QgsCategorizedSymbolRenderer:
    """A renderer of (value, fill colour, label); outlines are all of one colour and width."""
    look = {"outline_color": outline, "outline_width": str(width_mm)}
    categories = [
        category(value, QgsFillSymbol.createSimple({"color": colour, **look}), label)
        for value, colour, label in classes
    ]
    return QgsCategorizedSymbolRenderer(field, categories)
