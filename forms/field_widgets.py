"""One input widget per kind of field; each has value(), set_value(value) and the signal changed."""

import re

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy

from ..plugin.bridge.i18n import tr
from .files_input import FilesInput

_COMPACT_DATE = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")


def make_widget(field, workspace):
    """The widget of a Field; `workspace` gives references and keeps attachments."""
    if field.kind == "choice":
        return ChoiceInput([(code, field.label(code)) for code, _, _ in field.codes])
    if field.kind == "reference":
        shown = field.reference["shows"]
        return ChoiceInput([(r["id"], str(r[shown])) for r in workspace.records(field.reference["form"], order=shown)])
    if field.value_type == "files":
        return FilesInput(workspace)
    if field.widget == "text":
        return TextInput()
    return LineInput(field)


class LineInput(QLineEdit):
    """Text, numbers and dates on one line.

    What cannot be read as a number stays text, so that the validator names it.
    """

    changed = pyqtSignal()

    def __init__(self, field):
        super().__init__()
        self._type = field.value_type
        if self._type == "date":
            self.setPlaceholderText("2026-03-31")
        if field.kind == "computed":
            self.setPlaceholderText(tr("computed"))
        self.textEdited.connect(lambda text: self.changed.emit())

    def value(self):
        text = self.text().strip()
        if not text:
            return None
        if self._type == "date":
            match = _COMPACT_DATE.fullmatch(text)
            return "{}-{:0>2}-{:0>2}".format(*match.groups()) if match else text
        if self._type in ("integer", "number"):
            return _number(text, self._type)
        return text

    def set_value(self, value):
        self.setText("" if value is None else str(value))


def _number(text, kind):
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return text
    return int(value) if value.is_integer() and (kind == "integer" or "." not in text) else value


class TextInput(QPlainTextEdit):
    """Long text; Tab leaves the field."""

    changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(74)  # three lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.changed.emit)

    def value(self):
        return self.toPlainText() or None

    def set_value(self, value):
        blocked = self.blockSignals(True)  # what the program puts in is not what somebody types: no draft is made of it
        if (value or "") != self.toPlainText():
            self.setPlainText(value or "")
        self.blockSignals(blocked)


class ChoiceInput(QComboBox):
    """One of several values; a value that is no longer a choice is shown as it is."""

    changed = pyqtSignal()

    def __init__(self, choices):
        super().__init__()
        self.addItem("", None)
        for value, label in choices:
            self.addItem(label, value)
        self.activated.connect(lambda index: self.changed.emit())

    def value(self):
        return self.currentData()

    def set_value(self, value):
        position = self.findData(value)
        if position < 0:
            self.addItem(str(value), value)
            position = self.count() - 1
        self.setCurrentIndex(position)
