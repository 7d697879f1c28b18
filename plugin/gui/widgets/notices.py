"""Remarks on the inputs of a run, on the page itself: the first in full, all of them at a click."""

from collections.abc import Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from ...bridge.i18n import tr
from .contrast import Tone, text_style


class Notices(QLabel):
    """A strip that is there only while there is something to say."""

    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self.setWordWrap(True)
        self.setStyleSheet(text_style(Tone.DOUBT))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.linkActivated.connect(lambda _link: self.open_all())
        self.hide()

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show plain texts, each once, in the order given; nothing hides the strip."""
        self.texts = list(dict.fromkeys(texts))
        self.setVisible(bool(self.texts))
        if not self.texts:
            self.clear()
            return
        first = _escaped(self.texts[0])
        more = tr("All {0} remarks on the inputs…").format(len(self.texts))
        self.setText(f'{first}<br><a href="all">{_escaped(more)}</a>' if len(self.texts) > 1 else first)

    def open_all(self) -> None:
        """Show every text in a window from which it can be copied."""
        dialog = all_texts(self.texts, self)
        dialog.exec()


def all_texts(texts: Sequence[str], parent=None) -> QDialog:
    """The window that lists texts one below the other."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Remarks on the inputs"))
    view = QPlainTextEdit("\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1)))
    view.setReadOnly(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(view)
    layout.addWidget(buttons)
    dialog.resize(680, 420)
    return dialog


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
