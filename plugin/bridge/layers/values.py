"""Attribute values as QGIS gives them: NULL is a value of its own, and the word "NULL" is a word."""

from typing import Any, Optional

from qgis.core import NULL
from qgis.PyQt.QtCore import Qt


def is_null(value: Any) -> bool:
    """Whether a feature holds nothing in a field."""
    return value is None or (not isinstance(value, (str, int, float)) and value == NULL)


def text_of(value: Any) -> Optional[str]:
    """A value as text, None for nothing; whole numbers without a point or an exponent, dates as YYYY-MM-DD."""
    if is_null(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a number of twenty digits comes as a real one; nobody writes a key as 3.3e+17
    if hasattr(value, "toString") and not isinstance(value, str):
        return str(value.toString(Qt.DateFormat.ISODate))  # dates and times of Qt: their own text is Python's
    return str(value)
