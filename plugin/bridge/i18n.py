"""Translation of what the user sees: English in the source, other languages in i18n/onemap_<locale>.ts/.qm."""

from qgis.PyQt.QtCore import QCoreApplication

CONTEXT = "OneMap"


def tr(text: str) -> str:
    """Return `text` in the user's language; pass literals only, so that tools/update_ts.py can collect them."""
    return QCoreApplication.translate(CONTEXT, text)
