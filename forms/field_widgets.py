"""One input widget per kind of field; each has value(), set_value(value) and the signal changed."""

from typing import Any, Optional

from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtWidgets import (
    QAction,
    QCalendarWidget,
    QComboBox,
    QCompleter,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
)

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.fields import Field
from ..plugin.core.forms.identifiers import division_digits
from ..plugin.core.forms.parsing import Unreadable, read_text
from ..plugin.core.forms.unseen import tidy_identifier
from ..plugin.core.land.divisions import scope_of
from ..plugin.store.workspace import Workspace
from .files_input import FilesInput


def make_widget(field: Field, workspace: Workspace) -> Any:
    """The widget of a Field; `workspace` gives references and divisions, and keeps attachments."""
    if field.kind == "choice":
        return ChoiceInput([(code, field.label(code)) for code, _, _ in field.codes])
    if field.kind == "reference":
        return ChoiceInput(_references(field, workspace))
    if field.value_type == "files":
        return FilesInput(workspace)
    if field.widget == "text":
        return TextInput()
    if field.widget == "division":
        return DivisionInput(field, workspace)
    return DateInput(field) if field.value_type == "date" else LineInput(field)


def _references(field, workspace):
    shown = field.reference["shows"]
    return [(r["id"], str(r[shown])) for r in workspace.records(field.reference["form"], order=shown)]


class LineInput(QLineEdit):
    """Text, numbers and dates on one line, read as an import reads them.

    What cannot be read stays text, so that the validator says why.
    """

    changed = pyqtSignal()

    def __init__(self, field):
        super().__init__()
        self._field = field
        if field.kind == "computed":
            self.setPlaceholderText(tr("computed"))
        self.textEdited.connect(lambda text: self.changed.emit())

    def value(self) -> Any:
        text = self.text().strip()
        if not text or self._field.value_type == "text":
            return (tidy_identifier(self._field.identifier, text) if self._field.identifier else text) or None
        try:
            return read_text(self._field, text)
        except Unreadable:
            return text

    def set_value(self, value: Any) -> None:
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)


class DateInput(LineInput):
    """A day: typed as people write it, or chosen from a calendar."""

    def __init__(self, field):
        super().__init__(field)
        self.setPlaceholderText(tr("example: {0}").format("2026-03-31"))
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_FileDialogDetailedView)
        self.action = QAction(icon, tr("Calendar"), self)
        self.action.triggered.connect(self.choose)
        self.addAction(self.action, QLineEdit.ActionPosition.TrailingPosition)

    def calendar(self):
        """A window with a calendar that shows the day of the field, or today."""
        window = QDialog(self, Qt.WindowType.Popup)
        made, layout = QCalendarWidget(), QVBoxLayout(window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(made)
        day = QDate.fromString(str(self.value() or ""), Qt.DateFormat.ISODate)
        made.setSelectedDate(day if day.isValid() else QDate.currentDate())
        made.activated.connect(lambda chosen: (self.take(chosen), window.accept()))
        made.clicked.connect(lambda chosen: (self.take(chosen), window.accept()))
        window.move(self.mapToGlobal(self.rect().bottomLeft()))
        return window

    def choose(self) -> None:
        if self.isEnabled() and not self.isReadOnly():
            self.calendar().exec()

    def take(self, day):
        """Enter a day of the calendar."""
        self.set_value(day.toString("yyyy-MM-dd"))
        self.changed.emit()


class DivisionInput(LineInput):
    """A division's code: typed, or found by any part of its code or name among those of the workspace.

    Emits named(name) when the code of a known division was entered.
    """

    named = pyqtSignal(str)

    def __init__(self, field, workspace):
        super().__init__(field)
        self._divisions, digits = workspace.divisions(), division_digits(field.identifier)
        scope = scope_of(workspace.county)
        found = (d for d in self._divisions if d.code.startswith(scope) and len(d.code) in (digits or (6,)))
        self.lines = [f"{d.code} {d.name}" for d in sorted(found, key=lambda d: d.code) if d.valid_in(None)]
        completer = QCompleter(self.lines, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        completer.activated.connect(self._taken)
        self.setCompleter(completer)
        self.setPlaceholderText(tr("code, or part of the name") if self.lines else "")
        self.editingFinished.connect(self._finish)

    def _taken(self, line):
        self.set_value(line.split(" ")[0])
        self.changed.emit()
        self._finish()

    def _finish(self):
        """A name that is one division's becomes its code; the name of a known code is told."""
        text = self.text().strip()
        if text and not text.isdigit():
            codes = self._divisions.find([text])
            if len(codes) == 1:
                self.set_value(codes[0])
                self.changed.emit()
        name = self._divisions.name(self.text().strip())
        if name:
            self.named.emit(name)


class TextInput(QPlainTextEdit):
    """Long text; Tab leaves the field."""

    changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(74)  # three lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.changed.emit)

    def value(self) -> Optional[str]:
        return self.toPlainText() or None

    def set_value(self, value: Any) -> None:
        blocked = self.blockSignals(True)  # what the program puts in is not what somebody types: no draft is made of it
        if (value or "") != self.toPlainText():
            self.setPlainText(value or "")
        self.blockSignals(blocked)


class ChoiceInput(QComboBox):
    """One of several values; a value that is no longer a choice is shown as it is.

    The mouse wheel scrolls the page, and changes the value only of the box that has the focus.
    """

    changed = pyqtSignal()

    def __init__(self, choices):
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.addItem("", None)
        for value, label in choices:
            self.addItem(label, value)
        self.activated.connect(lambda index: self.changed.emit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def value(self) -> Optional[str]:
        return self.currentData()

    def set_value(self, value: Any) -> None:
        position = self.findData(value)
        if position < 0:
            self.addItem(str(value), value)
            position = self.count() - 1
        self.setCurrentIndex(position)
