"""A field for how sure a fact is: read and written in the user's language, kept as the files spell it."""

from typing import Optional

from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from ...core.quality.confidence import KINDS, confidence_text


def stored_confidence(shown: str, before: str = "") -> str:
    """What a file keeps for what a user sees; `before`: what it kept so far, which stays where nothing was changed."""
    if not shown or shown == confidence_text(before):
        return before if shown else ""
    for kind in KINDS:
        name = confidence_text(kind)
        if shown == name or shown.startswith((f"{name}；", f"{name}; ")):
            return " ".join(filter(None, (kind, shown[len(name) :].lstrip(" ;；"))))
    return shown


class ConfidenceEdit(QLineEdit):
    """A line for a confidence; `text` and `setText` speak as files do."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._before = ""
        self.setToolTip("\n".join(confidence_text(kind) for kind in KINDS))

    def setText(self, text: str) -> None:
        self._before = text or ""
        super().setText(confidence_text(self._before) if self._before else "")

    def text(self) -> str:
        return stored_confidence(super().text().strip(), self._before)
