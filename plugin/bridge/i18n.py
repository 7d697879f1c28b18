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


class Chinese(QTranslator):
    """The Chinese texts, read, where Qt would map the file. An upgrade writes over the file of the running plugin: on
    Windows that is refused while it is mapped, elsewhere the next text that is looked up ends QGIS without a message.
    """

    def __init__(self) -> None:
        super().__init__()
        try:
            self._content = (TRANSLATIONS / "onemap_zh_CN.qm").read_bytes()  # Qt makes no copy
        except OSError:  # English is shown
            self._content = b""
        if self._content:
            self.loadFromData(self._content)


@functools.lru_cache(maxsize=1)
def _chinese() -> QTranslator:
    return Chinese()
