"""The editor of one record: made from the form's schema, errors beside their fields, every keystroke batch a
draft that survives.
"""

from pathlib import Path
from typing import Any, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import QDialog, QShortcut, QWidget

from ..plugin.bridge.i18n import tr
from ..plugin.core.errors import InputError
from ..plugin.core.forms.computing import computed_values
from ..plugin.core.forms.validation import FieldError
from ..plugin.gui.widgets.attempt import attempt
from ..plugin.gui.widgets.contrast import Tone, text_style
from ..plugin.store.flow import status_text
from ..plugin.store.workspace import Workspace
from .editor_pages import EditorPages
from .editor_presets import keep_presets, name_fields, presets
from .field_widgets import DivisionInput
from .files_input import FilesInput
from .geometry_part import GeometryPart, geometry_text
from .history_dialog import HistoryDialog
from .map_geometry import EditorContext
from .window_size import fitting

_UI = Path(__file__).with_suffix(".ui")
_DRAFT_MS = 400
_NOT_COPIED = ("attach", "problem")


_ALONE = EditorContext()


class RecordEditor(QDialog):
    """`record`: id, or None for a new one. Emits saved(id)."""

    saved = pyqtSignal(str)

    def __init__(
        self,
        workspace: Workspace,
        form_id: str,
        record: Optional[str] = None,
        context: EditorContext = _ALONE,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.form, self.flow = workspace, workspace.form(form_id), workspace.flow(form_id)
        self.actor = context.actor
        self.record: Any = record
        self.stored = workspace.record(form_id, record) if record and workspace.count(form_id, {"id": record}) else {}
        self.geometry = GeometryPart(self, context.pick, context.draw)
        self.presets: dict[str, Any] = {}
        self._timer = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._build()
        self._wire(context.pick, context.draw)
        self._fill()

    def _build(self):
        self.setWindowTitle(self.form.label)
        self.pages = EditorPages(self.form, self.ws, self.pageLayout, self.scroll)
        self.widgets, self.errors = self.pages.widgets, self.pages.errors
        for widget in self.widgets.values():
            widget.changed.connect(self._edited)
        for code, name in name_fields(self.form).items():
            if isinstance(self.widgets[code], DivisionInput):
                self.widgets[code].named.connect(lambda name_found, name=name: self._take_name(name, name_found))
        self.resize(*fitting(720, 680))

    def _take_name(self, key, name):
        """The name of the division whose code was entered, where none stands yet."""
        if self.widgets[key].value() in (None, ""):
            self.widgets[key].set_value(name)
            self._edited()

    def _wire(self, pick, draw):
        for button, text, slot in (
            (self.lastButton, tr("Copy from last period"), self.copy_last),
            (self.geometryButton, tr("Take what is selected on the map"), self.geometry.take),
            (self.drawButton, tr("Draw on the map"), self.geometry.draw),
            (self.computeButton, tr("Compute"), self.geometry.compute),
            (self.historyButton, tr("History…"), self.show_history),
            (self.discardButton, tr("Discard the input"), self.discard),
            (self.saveButton, tr("Save"), self.save),
            (self.readyButton, tr("Save, ready to submit"), self.save_ready),
            (self.closeButton, tr("Close"), self.reject),
        ):
            button.setText(text)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
        QShortcut(QKeySequence.StandardKey.Save, self, activated=self.save)
        QShortcut(QKeySequence("Ctrl+Return"), self, activated=self.save_ready)
        has_geometry = self.form.geometry != "none"
        self.geometryButton.setVisible(has_geometry and pick is not None)
        self.drawButton.setVisible(has_geometry and draw is not None)
        self.geometryLabel.setVisible(has_geometry)
        self.computeButton.setVisible(any(f.computed for f in self.form.fields))
        self.lastButton.setVisible(bool(self.form.period))
        self.historyButton.setVisible(bool(self.stored))
        locked = self.ws.read_only or self.stored.get("status") in ("submitted", "approved")
        changing = (
            self.saveButton,
            self.readyButton,
            self.lastButton,
            self.geometryButton,
            self.drawButton,
            self.computeButton,
        )
        for widget in (*self.widgets.values(), *changing):
            if hasattr(widget, "set_locked"):
                widget.set_locked(locked)
            else:
                widget.setEnabled(not locked)

    def _fill(self):
        draft = self.ws.draft(self.form.id, self.record) if self.record else None
        self.presets = {} if self.stored or self.record else presets(self.ws, self.form, self.actor)
        self.set_values({**self.presets, **self.stored, **(draft or {})})
        self.geometry.wkb = (draft or {}).get("geometry", self.stored.get("geometry"))
        self.discardButton.setVisible(draft is not None and not self.ws.read_only)
        notes = [tr("Unsaved input was restored.")] if draft else []
        if self.stored.get("return_reason"):
            notes.append(tr("Returned: {0}").format(self.stored["return_reason"]))
        self.say("\n".join(notes))
        self.show_errors(only_given=not self.stored and not draft)

    def values(self) -> dict:
        """{key: value} as they stand in the widgets, with "geometry" where the form has one."""
        found = {key: widget.value() for key, widget in self.widgets.items()}
        if self.form.geometry != "none":
            found["geometry"] = self.geometry.wkb
        return found

    def set_values(self, values: dict) -> None:
        for key, widget in self.widgets.items():
            if key in values:
                widget.set_value(values[key])

    def _edited(self):
        self._timer.start()

    def keep_draft(self) -> None:
        """Write what stands in the widgets to the workspace and judge it."""
        self._timer.stop()
        for key, value in computed_values(self.form, self.values()).items():
            self.widgets[key].set_value(value)
        if not self.ws.read_only:
            self.attempt(self._write_draft)
        self.show_errors(only_given=not self.stored)

    def _write_draft(self):
        """Only what was changed is kept, so that an import in the meantime is not undone by it."""
        changes = self.changes()
        if changes and self.is_touched():
            self.record = self.ws.save_draft(self.form.id, changes, self.record)
        elif self.record:
            self.ws.drop_draft(self.form.id, self.record)

    def changes(self) -> dict:
        """{key: value} of what differs from the record as it was read; of a new record all that is given."""
        return {key: value for key, value in self.values().items() if value != self.stored.get(key)}

    def is_touched(self) -> bool:
        """Whether anything stands here that was not put in beforehand: an empty form leaves nothing."""
        return bool(self.stored) or any(v not in (None, self.presets.get(k)) for k, v in self.values().items())

    def flush(self) -> None:
        """Write what waits for the clock."""
        if self._timer.isActive():
            self.keep_draft()

    def show_errors(self, only_given: bool = False) -> int:
        """Put errors and warnings beside their fields.

        `only_given`: not yet what is merely missing. Return the number of errors.
        """
        values = self._complete_values()
        found = self.flow.errors(values)
        shown: dict[str, list[FieldError]] = {}
        for problem in found + self.flow.warnings(values):
            if not (only_given and problem.code == "form_required"):
                shown.setdefault(problem.field, []).append(problem)
        self.geometryLabel.setText(geometry_text(self.geometry.wkb))
        for widget in self.widgets.values():
            if isinstance(widget, FilesInput):
                widget.compare_places(self.geometry.wkb)
        for key, label in self.errors.items():
            problems = shown.get(key, [])
            label.setText("\n".join(p.message for p in problems))
            label.setStyleSheet(text_style(Tone.BAD if any(p.level == "error" for p in problems) else Tone.DOUBT))
            label.setVisible(bool(problems))
        self.pages.count_problems([key for key, problems in shown.items() if problems])
        return len(found)

    def _complete_values(self):
        values = {**self.stored, **self.values(), "id": self.record}
        return {**values, "period": self.form.period_of(values)}

    def save(self) -> bool:
        """Save the record as it stands (errors and all: it stays a draft); True when it was written."""
        self._timer.stop()
        if not self.is_touched():
            self.say(tr("Nothing was entered yet."))
            return False
        is_there = bool(self.record) and self.ws.count(self.form.id, {"id": self.record}) > 0
        row = self.changes() if is_there else self.values()
        if self.record:
            row["id"] = self.record

        def write():
            result = self.ws.save_records(self.form, [row], self.actor, "edit")
            self.record = result.ids[0]
            self.stored = self.ws.record(self.form.id, self.record)
            if result.locked:  # submitted while it was open here: what was typed stays a draft
                raise InputError("record_locked", status=status_text(self.stored["status"]))
            self.set_values(self.stored)
            self.discardButton.hide()
            keep_presets(self.ws, self.form, self.stored)

        if self.ws.read_only or not self.attempt(write):
            return False
        self.show_errors()
        self.saved.emit(self.record)
        return True

    def go_to(self, key, message=""):
        """Bring a field into sight and the cursor into it, with words beside it until it is edited; "geometry" is the
        button that takes it from the map, None is nothing."""
        if key == "geometry":
            self.geometryButton.setFocus()
        elif key in self.widgets:
            if message:
                self.errors[key].setText(message)
                self.errors[key].show()
            self.pages.show_field(key)

    def save_ready(self) -> None:
        """Save, and mark as ready when nothing is wrong; otherwise go to the first error."""
        if not self.save():
            return
        if self.show_errors():
            self.go_to(next(f.key for f in self.form.fields if self.errors[f.key].text()))
            return
        if self.stored["status"] == "ready" or self.attempt(lambda: self.flow.change(self.record, "ready", self.actor)):
            self.saved.emit(self.record)
            self.accept()

    def attempt(self, act: Any) -> bool:
        """Run an act; what is refused is shown above the fields. False then."""
        return bool(attempt(act, self.say))

    def copy_last(self) -> None:
        """Take over the fields that are still empty from the record of the last period."""
        last = self.flow.previous(self._complete_values())
        if last is None:
            self.say(tr("There is no earlier record with the same key."))
            return
        own = self.values()
        self.set_values({k: v for k, v in last.items() if own.get(k) is None and k not in _NOT_COPIED})
        self.keep_draft()

    def show_history(self) -> None:
        """Who changed what of this record, and when."""
        HistoryDialog(self.form, self.ws.record_history(self.form.id, self.record), self).exec()

    def say(self, text: str) -> None:
        """Tell something above the fields."""
        self.noticeLabel.setText(text)
        self.noticeLabel.setVisible(bool(text))

    def discard(self) -> None:
        """Forget the draft: the fields go back to what was saved."""
        self._timer.stop()
        self.ws.drop_draft(self.form.id, self.record)
        self.set_values({**dict.fromkeys(self.widgets), **self.stored})
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = next(iter(self.widgets.values()), None)
        if first is not None and not self.stored:
            first.setFocus()

    def done(self, result: int) -> None:
        self.flush()
        super().done(result)
