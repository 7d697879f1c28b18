"""The fields of one rule that a province may change."""

from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.layers.results import effect_names
from ...core.land.rounding import plain
from ...formats.rules.rule_draft import RuleRow
from ..widgets.typed import typed_number

_NUMBERS = ("tolerance_m2", "sliver_total_m2", "distance_m")
_LIST_HEIGHT = 74
EXACTLY = Qt.MatchFlag.MatchExactly


class RuleForm(QWidget):
    """Shows a RuleRow; `changed(key, value)` when the person ends an edit, `switched(on)`, `restored()`."""

    changed = pyqtSignal(str, object)
    switched = pyqtSignal(bool)
    restored = pyqtSignal()

    def __init__(self, laws: dict, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._laws, self._names = laws, {self._key(row): name for name, row in laws.items()}
        self.title, self.source = QLabel(), QLabel()
        self.title.setWordWrap(True)
        self.effect, self.on = QComboBox(), QCheckBox(tr("The rule is in use"))
        for value, label in effect_names().items():
            self.effect.addItem(label, value)
        self.numbers = {key: QLineEdit() for key in _NUMBERS}
        self.exempt_uses, self.unless = QLineEdit(), QLineEdit()
        self.condition, self.note = QPlainTextEdit(), QPlainTextEdit()
        self.cited, self.choice = QListWidget(), QComboBox()
        self.add, self.take = QPushButton(tr("Add")), QPushButton(tr("Take away"))
        self.restore = QPushButton(tr("Back to the national rule"))
        self.choice.addItems(list(laws))
        self._build()
        self._connect()
        self.setEnabled(False)

    def _build(self):
        form = QFormLayout(self)
        form.addRow(self.title)
        form.addRow(tr("Source"), self.source)
        form.addRow("", self.on)
        form.addRow(tr("Effect"), self.effect)
        form.addRow(tr("Tolerance of one piece [m²]"), self.numbers["tolerance_m2"])
        form.addRow(tr("Slivers count from a sum of [m²]"), self.numbers["sliver_total_m2"])
        form.addRow(tr("Distance [m]"), self.numbers["distance_m"])
        form.addRow(tr("Exempt land uses"), self.exempt_uses)
        form.addRow(tr("Exception (expression)"), self.unless)
        form.addRow(tr("What must be done"), self.condition)
        form.addRow(tr("Note"), self.note)
        form.addRow(tr("Legal basis"), self._law_box())
        form.addRow("", self.restore)
        self.exempt_uses.setPlaceholderText("公路用地、铁路用地")
        for box in (self.condition, self.note, self.cited):
            box.setMaximumHeight(_LIST_HEIGHT)
        self.cited.setWordWrap(True)

    def _law_box(self):
        box, row = QWidget(), QHBoxLayout()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for widget, stretch in ((self.choice, 1), (self.add, 0), (self.take, 0)):
            row.addWidget(widget, stretch)
        column.addWidget(self.cited)
        column.addLayout(row)
        return box

    def _connect(self):
        self.effect.activated.connect(lambda _i: self.changed.emit("effect", self.effect.currentData()))
        for key, box in self.numbers.items():
            box.editingFinished.connect(lambda key=key, box=box: self._edited(key, number(box.text())))
        self.exempt_uses.editingFinished.connect(lambda: self._edited("exempt_uses", terms(self.exempt_uses.text())))
        self.unless.editingFinished.connect(lambda: self._edited("unless", self.unless.text().strip() or None))
        for key, box in (("condition", self.condition), ("note", self.note)):
            box.textChanged.connect(lambda key=key, box=box: self._edited(key, box.toPlainText().strip() or None))
        self.on.clicked.connect(self.switched.emit)
        self.restore.clicked.connect(lambda _checked=False: self.restored.emit())
        self.add.clicked.connect(lambda _checked=False: self._cite(self.choice.currentText()))
        self.take.clicked.connect(lambda _checked=False: self._take())

    def show_rule(self, row: RuleRow, source: str) -> None:
        """Fill the fields with a rule; nothing is reported as changed by that."""
        self._row, values = None, row.values
        self.title.setText(f"<b>{row.id}</b>　{values['title']}")
        self.source.setText(source)
        self.on.setChecked(not row.is_off)
        self.on.setEnabled(not row.is_new)
        self.effect.setCurrentIndex(self.effect.findData(values["effect"]))
        for key, box in self.numbers.items():
            box.setText(number_text(values.get(key)))
        self.numbers["distance_m"].setEnabled(values["kind"] == "distance")
        self.exempt_uses.setText("、".join(values.get("exempt_uses") or ()))
        self.exempt_uses.setCursorPosition(0)
        self.unless.setText(values.get("unless") or "")
        self.condition.setPlainText(values.get("condition") or "")
        self.note.setPlainText(values.get("note") or "")
        self.cited.clear()
        self.cited.addItems([self._names[self._key(law)] for law in values.get("laws", ())])
        self.restore.setEnabled(bool(row.changed or row.is_off) and not row.is_new)
        self.setEnabled(True)
        self._row = row

    _row: Optional[RuleRow] = None

    @staticmethod
    def _key(law):
        return law["law"], str(law.get("article", "-"))

    def _edited(self, key, value):
        if self._row is not None and value != self._row.values.get(key):
            self.changed.emit(key, value)

    def _cite(self, name):
        if name in self._laws and not self.cited.findItems(name, EXACTLY):
            self.cited.addItem(name)
            self._laws_changed()

    def _take(self):
        if self.cited.currentRow() >= 0:
            self.cited.takeItem(self.cited.currentRow())
            self._laws_changed()

    def _laws_changed(self):
        names = [self.cited.item(at).text() for at in range(self.cited.count())]
        self.changed.emit("laws", [dict(self._laws[name]) for name in names])


def number(text: str) -> Any:
    """The number a person typed, None for nothing; the text itself where it is none, for the check to name it."""
    text = text.strip()
    try:
        value = typed_number(text) if text else None
    except ValueError:
        return text
    return int(text) if text.isdecimal() else value


def number_text(value: Any) -> str:
    """A number as a person types it; what was typed and is none, as it was."""
    return plain(value) if isinstance(value, (int, float)) else str(value or "")


def terms(text: str) -> Any:
    """The parts of a list typed with 、 or a comma; None for nothing."""
    parts = [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、")]
    return [part for part in parts if part] or None
