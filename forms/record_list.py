"""The window of a form's records: list with filter and search, what is due, roll-up with chart and map."""

from pathlib import Path
from typing import Any, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QDialog, QShortcut, QWidget

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.fields import Field
from ..plugin.core.forms.schema import Form
from ..plugin.gui.widgets.empty_hint import EmptyHint
from ..plugin.gui.widgets.record_status import status_names
from ..plugin.store.due import MISSING
from ..plugin.store.workspace import Workspace
from .empty_texts import empty_text
from .excel_menu import ExcelMenu
from .form_titles import form_title
from .map_geometry import EditorContext, MapUse
from .period_tabs import PeriodTabs
from .record_editor import RecordEditor
from .record_model import RecordModel
from .rollup_table import LEVELS
from .selected_acts import SelectedActs
from .window_size import fitting

_UI = Path(__file__).with_suffix(".ui")
_SEARCH_MS = 120
_LETTER, _PADDING = 7, 20  # pixels of a column


_NO_MAP = MapUse()


class RecordList(QDialog):
    """The records of a workspace, those due, and the roll-up; `map_use`: what a map does for them."""

    def __init__(
        self,
        workspace: Workspace,
        actor: str,
        form_id: Optional[str] = None,
        map_use: MapUse = _NO_MAP,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.actor = workspace, actor
        self._map = map_use.geometry
        self._colour_map: Any = map_use.colour
        self.model: Any = None
        self.editors: list[RecordEditor] = []
        self.setWindowTitle(tr("Records"))
        self._fill_boxes()
        self.periods = PeriodTabs(self)
        self._hint = EmptyHint(self.recordTable)
        self.acts = SelectedActs(self)
        self._wire()
        self.resize(*fitting(1100, 650))
        self.formBox.setCurrentIndex(max(0, self.formBox.findData(form_id)))
        self.show_form()

    @property
    def form(self) -> Form:
        return self.ws.form(self.formBox.currentData())

    def _fill_boxes(self):
        for form in self.ws.forms():
            self.formBox.addItem(form_title(form), form.id)
        self.statusBox.addItem(tr("All states"), None)
        for status, label in status_names().items():
            self.statusBox.addItem(label, status)
        for level, label in LEVELS().items():
            self.levelBox.addItem(label, level)
        self.levelBox.setCurrentIndex(2)
        self.searchEdit.setPlaceholderText(tr("Find as you type"))
        for position, label in enumerate((tr("Records"), tr("Due this period"), tr("Roll-up"))):
            self.tabs.setTabText(position, label)

    def _wire(self):
        self._search_timer = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._search_timer.timeout.connect(self.filter)
        self.searchEdit.textChanged.connect(lambda text: self._search_timer.start())
        self.formBox.activated.connect(lambda index: self.show_form())
        self.statusBox.activated.connect(lambda index: self.filter())
        self.periodBox.activated.connect(lambda index: (self.filter(), self.refresh_tab()))
        self.levelBox.activated.connect(lambda index: self.roll_up())
        self.splitBox.activated.connect(lambda index: self.roll_up())
        self.tabs.currentChanged.connect(lambda index: self.refresh_tab())
        self.recordTable.doubleClicked.connect(lambda index: self.edit())
        self.dueTable.cellDoubleClicked.connect(lambda row, column: self.open_due(row))
        for button, text, slot in (
            (self.newButton, tr("New"), self.new),
            (self.editButton, tr("Edit"), self.edit),
            (self.batchButton, tr("Change selected…"), self.acts.batch),
            (self.copyButton, tr("Copy from last period"), self.copy_missing),
            (self.computeButton, tr("Compute selected"), self.acts.compute),
            (self.deleteButton, tr("Delete"), self.acts.delete),
            (self.resumeButton, tr("Continue the draft"), self.resume),
            (self.readyButton, tr("Ready"), lambda: self.acts.change("ready")),
            (self.selfCheckButton, tr("Self-check…"), self.acts.self_check),
            (self.submitButton, tr("Review and submit…"), self.acts.submit),
            (self.mapButton, tr("Colour a map layer"), self.colour_map),
        ):
            button.setText(text)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
        self.excel = ExcelMenu(self)
        self.excel.attach(self.excelButton)
        self.excel.message.connect(self.say)
        self.excel.imported.connect(lambda count: self.show_form())
        QShortcut(
            QKeySequence("Return"), self.recordTable, activated=self.edit, context=Qt.ShortcutContext.WidgetShortcut
        )
        QShortcut(QKeySequence.StandardKey.New, self, activated=self.new)
        QShortcut(QKeySequence.StandardKey.Find, self, activated=self.searchEdit.setFocus)
        for button in (self.newButton, self.copyButton):
            button.setEnabled(not self.ws.read_only)
        self.mapButton.setVisible(self._colour_map is not None)

    def show_form(self) -> None:
        """Show the form that is chosen in the box."""
        form = self.form
        self.model = RecordModel(self.ws, form, self)
        self.recordTable.horizontalHeader().setSortIndicator(
            -1, Qt.SortOrder.AscendingOrder
        )  # the model's own order until a click
        self.recordTable.setModel(self.model)
        self.recordTable.selectionModel().selectionChanged.connect(self._selected)
        for column in range(self.model.columnCount()):
            head = self.recordTable.horizontalHeader().sectionSizeHint(column)
            self.recordTable.setColumnWidth(column, max(head, _LETTER * self.model.letters(column) + _PADDING))
        self.periodBox.clear()
        self.periodBox.addItem(tr("All periods"), None)
        for period in self.ws.periods(form.id):
            self.periodBox.addItem(period, period)
        split = self.split_field(form)
        self.splitBox.clear()
        self.splitBox.addItem(tr("All: {0}").format(split.title) if split else "", None)
        for code, _, _ in split.codes if split else ():
            self.splitBox.addItem(split.label(code), code)
        self.splitBox.setVisible(split is not None)
        for widget in (self.periodBox, self.copyButton):
            widget.setVisible(bool(form.period))
        self.computeButton.setVisible(any(field.computed for field in form.fields))
        self.selfCheckButton.setVisible(self.ws.self_check.applies(form))
        self.tabs.setTabEnabled(1, bool(form.period or form.duty))
        self.filter()
        self.refresh_tab()

    def shown(self) -> tuple:
        """(where, search) of the boxes and the search, as Workspace.records takes them."""
        boxes = (("status", self.statusBox.currentData()), ("period", self.periodBox.currentData()))
        return {name: value for name, value in boxes if value}, self.searchEdit.text()

    def filter(self):
        """Show what passes the boxes and the search."""
        self.model.show(*self.shown())
        self._enable()
        self.say(self._count_text())
        self._hint.tell(empty_text(self.model.rowCount(), any(self.shown()), self.ws.read_only))
        self._show_drafts()

    def _show_drafts(self):
        """Offer what was being typed and never saved, after a crash or a window that was closed."""
        count = len(self._drafts())
        self.draftLabel.setText(tr("{0} entries have unsaved input.").format(count))
        for widget in (self.draftLabel, self.resumeButton):
            widget.setVisible(count > 0 and not self.ws.read_only)

    def _drafts(self):
        open_now = {editor.record for editor in self.editors}
        return [record for record, _ in self.ws.drafts(self.form.id) if record not in open_now]

    def resume(self) -> None:
        """Open the editor of the entry that was typed last."""
        for record in self._drafts()[:1]:
            self.open_editor(record)
        self._show_drafts()

    def _selected(self, *_selections):
        self.say(self._count_text())
        self._enable()

    def _enable(self):
        chosen = self.tabs.currentIndex() == 0 and self.recordTable.selectionModel().hasSelection()
        self.editButton.setEnabled(chosen)
        self.selfCheckButton.setEnabled(chosen)
        for button in (self.batchButton, self.computeButton, self.deleteButton, self.readyButton, self.submitButton):
            button.setEnabled(chosen and not self.ws.read_only)

    def refresh_tab(self):
        """Show what the tab asks for; buttons that work on selected records go with them."""
        self._enable()
        if self.tabs.currentIndex() == 1:
            self.periods.show_due()
        elif self.tabs.currentIndex() == 2:
            self.roll_up()

    def roll_up(self) -> None:
        """Roll up what the boxes say."""
        self.periods.roll_up()

    @property
    def due_items(self) -> Any:
        return self.periods.due_items

    @staticmethod
    def split_field(form: Form) -> Optional[Field]:
        """The choice among a form's key fields by which a roll-up can be narrowed (the type of plan), or None."""
        return next((form.field(key) for key in form.key if key in form.keys and form.field(key).codes), None)

    def selected(self) -> list:
        """Ids of the selected records."""
        return [self.model.record_id(row) for row in self._selected_rows()]

    def _selected_rows(self):
        """Rows of the selection in order; by its ranges, because asking for 150,000 indexes takes seconds."""
        ranges = self.recordTable.selectionModel().selection()
        return sorted({row for found in ranges for row in range(found.top(), found.bottom() + 1)})

    def _count_text(self):
        ranges = self.recordTable.selectionModel().selection()
        count = sum(found.height() for found in ranges)
        return tr("{0} records, {1} selected").format(self.model.rowCount(), count)

    def say(self, text: str) -> None:
        self.noticeLabel.setText(text)

    def reload(self, record: Optional[str] = None) -> None:
        """Read again; keep `record` in sight."""
        self.model.reload()
        row = self.model.row_of(record) if record else -1
        if row >= 0:
            self.recordTable.selectRow(row)
        self.say(self._count_text())
        self._hint.tell(empty_text(self.model.rowCount(), any(self.shown()), self.ws.read_only))
        self._show_drafts()
        self.refresh_tab()

    def open_editor(self, record: Optional[str] = None) -> RecordEditor:
        """Open an editor for a record, or for a new one, beside the list: the map stays within reach."""
        for editor in self.editors:
            if record and editor.record == record:
                editor.raise_()
                return editor
        made = RecordEditor(self.ws, self.form.id, record, EditorContext.of(self.actor, self._map), self)
        made.saved.connect(self.reload)
        made.finished.connect(lambda result: self._closed(made))
        self.editors.append(made)
        made.show()
        return made

    def _closed(self, editor):
        self.editors.remove(editor)
        editor.deleteLater()
        self._show_drafts()
        self.refresh_tab()

    def new(self) -> None:
        self.open_editor()

    def edit(self) -> None:
        for record in self.selected()[:1]:
            self.open_editor(record)

    def open_due(self, row: int) -> None:
        """Open a record that is due; a missing one is first copied from the last period."""
        item = self.due_items[row]
        record = item.record or self.ws.copy_from_last(self.form.id, item, self.actor)
        self.reload(record)
        self.open_editor(record)

    def copy_missing(self) -> None:
        """Make this period's missing records from those of the last one."""
        missing = [item for item in self.ws.due(self.form.id) if item.state == MISSING and item.previous]
        with self.ws.transaction():
            made = [self.ws.copy_from_last(self.form.id, item, self.actor) for item in missing]
        self.show_form()
        self.say(tr("{0} records were copied from the last period.").format(len(made)))

    def colour_map(self) -> None:
        self.say(self._colour_map(self.form, self.periods.rows))

    def done(self, result: int) -> None:
        self._search_timer.stop()  # the workspace may be closed before it fires
        for editor in list(self.editors):
            editor.close()
        super().done(result)
