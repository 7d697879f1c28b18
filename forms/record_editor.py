"""The editor of one record: made from the form's schema, errors beside their fields, every keystroke batch a draft that survives."""

from pathlib import Path

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QDialog, QLabel, QShortcut, QSizePolicy, QVBoxLayout, QWidget

from ..plugin.bridge.computed_fields import record_wkb, values_from_layers
from ..plugin.bridge.i18n import tr
from ..plugin.core import messages
from ..plugin.core.errors import OneMapError
from ..plugin.core.form_computing import computed_values
from .field_widgets import make_widget

_UI = Path(__file__).with_suffix(".ui")
_DRAFT_MS = 400
_NOT_COPIED = ("attach", "problem")


class RecordEditor(QDialog):
    """`record`: id, or None for a new one; `pick_geometry()`: (QgsGeometry, crs) from the map or None. Emits saved(id)."""

    saved = pyqtSignal(str)

    def __init__(self, workspace, form_id, record=None, actor="", pick_geometry=None, parent=None):
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.form, self.flow = workspace, workspace.form(form_id), workspace.flow(form_id)
        self.record, self.actor, self._pick = record, actor, pick_geometry
        self.stored = workspace.record(form_id, record) if record and workspace.count(form_id, {"id": record}) else {}
        self.geometry_wkb = self.stored.get("geometry")
        self.widgets, self.errors = {}, {}
        self._timer = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._build()
        self._fill()

    def _build(self):
        self.setWindowTitle(self.form.label)
        for field in self.form.fields:
            widget, error, holder = make_widget(field, self.ws), QLabel(), QWidget()
            error.setStyleSheet("color: #c62828")
            error.setWordWrap(True)
            error.hide()
            holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(1)
            column.addWidget(widget)
            column.addWidget(error)
            label = QLabel(f"{field.title}{' *' if field.required else ''}")
            label.setBuddy(widget)
            widget.setObjectName(field.key)
            widget.setToolTip(field.help.get(messages.language(), ""))
            widget.changed.connect(self._edited)
            self.fieldLayout.addRow(label, holder)
            self.widgets[field.key], self.errors[field.key] = widget, error
        self._wire()

    def _wire(self):
        for button, text, slot in (
            (self.lastButton, tr("Copy from last period"), self.copy_last),
            (self.geometryButton, tr("Geometry from the map"), self.take_geometry),
            (self.computeButton, tr("Compute"), self.compute),
            (self.saveButton, tr("Save"), self.save),
            (self.readyButton, tr("Save, ready to submit"), self.save_ready),
            (self.closeButton, tr("Close"), self.reject),
        ):
            button.setText(text)
            button.clicked.connect(slot)
        QShortcut(QKeySequence.StandardKey.Save, self, activated=self.save)
        QShortcut(QKeySequence("Ctrl+Return"), self, activated=self.save_ready)
        self.geometryButton.setVisible(self.form.geometry != "none" and self._pick is not None)
        self.computeButton.setVisible(any(f.computed for f in self.form.fields))
        self.lastButton.setVisible(bool(self.form.period))
        locked = self.ws.read_only or self.stored.get("status") in ("submitted", "approved")
        for widget in (*self.widgets.values(), self.saveButton, self.readyButton, self.lastButton, self.geometryButton, self.computeButton):
            widget.setEnabled(not locked)

    def _fill(self):
        draft = self.ws.draft(self.form.id, self.record) if self.record else None
        self.set_values({**self.stored, **(draft or {})})
        self.geometry_wkb = (draft or {}).get("geometry", self.geometry_wkb)
        notes = [tr("Restored what was being typed.")] if draft else []
        if self.stored.get("return_reason"):
            notes.append(tr("Returned: {0}").format(self.stored["return_reason"]))
        self.noticeLabel.setText("\n".join(notes))
        self.show_errors(only_given=not self.stored and not draft)

    def values(self):
        """{key: value} as they stand in the widgets, with "geometry" where the form has one."""
        found = {key: widget.value() for key, widget in self.widgets.items()}
        if self.form.geometry != "none":
            found["geometry"] = self.geometry_wkb
        return found

    def set_values(self, values):
        for key, widget in self.widgets.items():
            if key in values:
                widget.set_value(values[key])

    def _edited(self):
        self._timer.start()

    def keep_draft(self):
        """Write what stands in the widgets to the workspace and judge it."""
        self._timer.stop()
        for key, value in computed_values(self.form, self.values()).items():
            self.widgets[key].set_value(value)
        if not self.ws.read_only:
            self._told(lambda: setattr(self, "record", self.ws.save_draft(self.form.id, self.values(), self.record)))
        self.show_errors(only_given=not self.stored)

    def show_errors(self, only_given=False):
        """Put errors and warnings beside their fields; `only_given`: not yet what is merely missing. Return the number of errors."""
        values = self._whole()
        found = self.flow.errors(values)
        shown = {}
        for problem in found + self.flow.warnings(values):
            if not (only_given and problem.code == "form_required"):
                shown.setdefault(problem.field, []).append(problem)
        for key, label in self.errors.items():
            problems = shown.get(key, [])
            label.setText("\n".join(p.message for p in problems))
            label.setStyleSheet("color: #c62828" if any(p.level == "error" for p in problems) else "color: #b26a00")
            label.setVisible(bool(problems))
        return len(found)

    def _whole(self):
        values = {**self.stored, **self.values(), "id": self.record}
        return {**values, "period": self.form.period_of(values)}

    def save(self):
        """Save the record as it stands (errors and all: it stays a draft); True when it was written."""
        self._timer.stop()
        row = self._changed()

        def write():
            self.record = self.ws.save_records(self.form, [row], self.actor, "edit").ids[0]
            self.stored = self.ws.record(self.form.id, self.record)

        if self.ws.read_only or not self._told(write):
            return False
        self.show_errors()
        self.saved.emit(self.record)
        return True

    def _changed(self):
        """What was changed here: a sync may have brought other values of the record since it was opened, and those stay."""
        row = {key: value for key, value in self.values().items() if not self.stored or value != self.stored.get(key)}
        return {**row, "id": self.record} if self.record else row

    def go_to(self, key, words=""):
        """Bring a field into sight and the cursor into it, with words beside it until it is edited; "geometry" is the button that takes
        it from the map, None is nothing."""
        if key == "geometry":
            self.geometryButton.setFocus()
        elif key in self.widgets:
            if words:
                self.errors[key].setText(words)
                self.errors[key].show()
            self.scroll.ensureWidgetVisible(self.errors[key])
            self.widgets[key].setFocus()

    def save_ready(self):
        """Save, and mark as ready when nothing is wrong; otherwise go to the first error."""
        if not self.save():
            return
        if self.show_errors():
            self.go_to(next(key for key, label in self.errors.items() if label.text()))
            return
        if self.stored["status"] == "ready" or self._told(lambda: self.flow.change(self.record, "ready", self.actor)):
            self.saved.emit(self.record)
            self.accept()

    def _told(self, act):
        """Run an act; its error is shown above the fields. True when there was none."""
        try:
            act()
        except OneMapError as error:
            self.noticeLabel.setText(str(error))
            return False
        return True

    def copy_last(self):
        """Take over the fields that are still empty from the record of the last period."""
        last = self.flow.previous(self._whole())
        if last is None:
            self.noticeLabel.setText(tr("There is no earlier record with the same key."))
            return
        mine = self.values()
        self.set_values({k: v for k, v in last.items() if mine.get(k) is None and k not in _NOT_COPIED})
        self.keep_draft()

    def take_geometry(self):
        """Take the geometry that is selected on the map."""
        picked = self._pick()
        if picked is None:
            self.noticeLabel.setText(tr("Select a feature on the map first."))
            return
        self.geometry_wkb = record_wkb(self.form, *picked)
        self.keep_draft()
        self.noticeLabel.setText(tr("The geometry was taken from the map."))

    def compute(self):
        """Fill computed fields from the layers under the polygon selected on the map, then from one another."""
        picked, missing = self._pick() if self._pick else None, []
        if picked is not None:
            found, missing = values_from_layers(self.form, *picked)
            self.set_values(found)
        self.keep_draft()
        if picked is None and any(f.computed.get("name") in ("overlap_area", "count_points") for f in self.form.fields):
            self.noticeLabel.setText(tr("Select the village's polygon on the map to compute areas."))
        elif missing:
            self.noticeLabel.setText(tr("No layer for: {0}").format(", ".join(missing)))

    def done(self, result):
        if self._timer.isActive():
            self.keep_draft()
        super().done(result)
