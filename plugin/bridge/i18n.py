"""Translation of what the user sees: English in the source, other languages in i18n/onemap_<locale>.ts/.qm."""

import functools
from collections.abc import Iterable

from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from ..core.messages import document, language
from ..paths import TRANSLATIONS

CONTEXT = "OneMap"


def tr(text: str) -> str:
    """Return `text` in the user's language, or in that of the document that is being written; pass literals only, so
    that tools/update_ts.py can collect them.
    """
    if document() == "zh":
        return _chinese().translate(CONTEXT, text.encode()) or text  # a str must be ASCII here: m² is not
    return QCoreApplication.translate(CONTEXT, text)


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the user's language."""
    return ("、" if language() == "zh" else ", ").join(names)


@functools.lru_cache(maxsize=1)
def _chinese() -> QTranslator:
    translator = QTranslator()
    translator.load(str(TRANSLATIONS / "onemap_zh_CN.qm"))
    return translator
