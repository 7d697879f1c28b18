"""The types of fields in every QGIS: QVariant names them up to 3.36, QMetaType since (alone so under Qt 6)."""

from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QMetaType, QVariant

_NEW = 33800


def _type(name: str, new_name: str) -> Any:
    return getattr(QMetaType.Type, new_name) if Qgis.QGIS_VERSION_INT >= _NEW else getattr(QVariant, name)


TEXT = _type("String", "QString")
REAL = _type("Double", "Double")
INT = _type("Int", "Int")
LONG = _type("LongLong", "LongLong")
BOOL = _type("Bool", "Bool")
DATE = _type("Date", "QDate")
