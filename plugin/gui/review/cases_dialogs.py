"""The two acts of a person on a round: accept findings with a reason, sign."""

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.messages import language
from ...formats.rules.case_files import case_kinds, reason_kinds
from ...store.cases_acts import Reason
from ..widgets.buttons import ok_cancel
from .cases_wording import round_name

if TYPE_CHECKING:
    from ...store.cases import RoundInfo


class ReasonDialog(QDialog):
    """Asks why `count` findings are accepted; `reason()` gives the answer."""

    def __init__(self, count: int, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Accept findings with a reason"))
        self.category, self.text, self.file = QComboBox(), QPlainTextEdit(), QLineEdit()
        for kind in reason_kinds():
            self.category.addItem(getattr(kind, language()), kind.id)
        self.category.currentIndexChanged.connect(lambda *_: self._ask())
        self.limited, self.day = QCheckBox(tr("Valid until")), QDateEdit(QDate.currentDate().addYears(1))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMinimumDate(QDate.currentDate())
        self.day.setEnabled(False)
        self.limited.toggled.connect(self.day.setEnabled)
        message = tr("{0} findings are counted apart; the computed verdict does not change.").format(count)
        self._build(message)
        self._ask()
        self.resize(460, 300)

    def _build(self, text):
        layout, file, day = QFormLayout(self), QHBoxLayout(), QHBoxLayout()
        note = QLabel(text)
        note.setWordWrap(True)
        browse = QPushButton(tr("Choose…"))
        browse.clicked.connect(lambda _checked=False: self._choose())
        file.addWidget(self.file, 1)
        file.addWidget(browse)
        day.addWidget(self.limited)
        day.addWidget(self.day, 1)
        layout.addRow(note)
        layout.addRow(tr("Category"), self.category)
        layout.addRow(tr("Reason in words"), self.text)
        layout.addRow(tr("Supporting file"), file)
        layout.addRow("", day)
        layout.addRow(ok_cancel(self))

    def _ask(self):
        kind = reason_kinds()[self.category.currentIndex()]
        self.text.setPlaceholderText(kind.ask if language() == "zh" else "")

    def _choose(self):
        path, _ = QFileDialog.getOpenFileName(self, tr("Supporting file"))
        if path:
            self.file.setText(path)

    def reason(self) -> Reason:
        """What was filled in; the workspace checks it."""
        day = self.day.date().toString("yyyy-MM-dd") if self.limited.isChecked() else ""
        return Reason(self.category.currentData(), self.text.toPlainText(), day, self.file.text().strip())


class SignDialog(QDialog):
    """Asks who signs and with what opinion. `info`: the RoundInfo; `text`: the opinion's first words."""

    def __init__(self, info: "RoundInfo", signer: str, text: str, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Sign {0}, round {1}").format(info.case, info.number))
        self.signer, self.opinion = QLineEdit(signer), QPlainTextEdit(text)
        places = next((kind.signers for kind in case_kinds() if kind.id == info.kind), ())
        place = places[len(info.signers)] if len(info.signers) < len(places) and language() == "zh" else ""
        layout = QFormLayout(self)
        note = QLabel(self._note(info))
        note.setWordWrap(True)
        layout.addRow(note)
        layout.addRow(place or tr("Signed by"), self.signer)
        layout.addRow(tr("Opinion"), self.opinion)
        layout.addRow(ok_cancel(self))
        self.resize(480, 300)

    @staticmethod
    def _note(info):
        if info.signers:
            return tr("{0} was signed by {1}. The second signature must be another person's.").format(
                round_name(info.number), info.signers[0]
            )
        return tr("Two different persons sign. After the first signature the round no longer changes.")
