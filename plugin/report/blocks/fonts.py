"""Which installed font can write Chinese."""

from qgis.PyQt.QtCore import QT_VERSION
from qgis.PyQt.QtGui import QFontDatabase

_KNOWN = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Microsoft YaHei",
    "SimSun",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "PingFang SC",
)


def chinese_family() -> str:
    """Name of a font for simplified Chinese: a known one first, else any that declares the script.

    "" when there is none.
    """
    database = QFontDatabase() if QT_VERSION < 0x060000 else QFontDatabase  # its methods are static since Qt 6
    installed = set(database.families())
    known = next((family for family in _KNOWN if family in installed), "")
    return known or next(iter(database.families(QFontDatabase.WritingSystem.SimplifiedChinese)), "")
