"""The types of fields under both Qts: QVariant names them under Qt 5, QMetaType alone under Qt 6."""

from typing import Any

from qgis.PyQt.QtCore import QMetaType, QVariant


def _type(name: str, new_name: str) -> Any:
    return getattr(QVariant, name) if hasattr(QVariant, name) else getattr(QMetaType.Type, new_name)


TEXT = _type("String", "QString")
REAL = _type("Double", "Double")
INT = _type("Int", "Int")
LONG = _type("LongLong", "LongLong")
BOOL = _type("Bool", "Bool")
DATE = _type("Date", "QDate")
