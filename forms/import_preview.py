"""What an import is about to do, row by row, with the choices that only a person can make, before it is done."""

from itertools import islice

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.import_preview import (
    Answer,
    Blanks,
    ImportPlan,
    PlannedRow,
    RowKind,
    Side,
    field_title,
    name_of,
    shown_value,
)
from ..plugin.bridge.records.workbooks import ImportOptions
from ..plugin.gui.widgets.contrast import letters_on

_SHOWN = 2000  # lines of a list; the counts above are of all
_TINTS = {
    RowKind.NEW: "#e2f0d9",
    RowKind.CHANGED: "#fff2cc",
    RowKind.CONFLICT: "#f8cbad",
    RowKind.QUESTION: "#f8cbad",
    RowKind.LOCKED: "#d9d9d9",
    RowKind.GONE: "#d9d9d9",
}
_PLAIN = (RowKind.NEW, RowKind.CHANGED)


def kind_names() -> dict:
    """{RowKind: words}"""
    return {
        RowKind.NEW: tr("New"),
        RowKind.CHANGED: tr("Changed"),
        RowKind.UNCHANGED: tr("Unchanged"),
        RowKind.CONFLICT: tr("In conflict"),
        RowKind.LOCKED: tr("Submitted, left unchanged"),
        RowKind.QUESTION: tr("To be decided"),
        RowKind.GONE: tr("Deleted here, not created again"),
    }


class ImportPreview(QDialog):
    """Accepted: do it as decided in `plan`. Emits again(ImportOptions) when the workbook is to be read otherwise."""

    again = pyqtSignal(object)

    def __init__(self, plan: ImportPlan, options: ImportOptions, parent=None):
        super().__init__(parent)
        self.plan, self.options = plan, options
        self.setWindowTitle(tr("Before the import: what it would change"))
        self.resize(1080, 600)
        self.summary = QLabel(self._summary())
        self.summary.setWordWrap(True)
        self.tabs = QTabWidget()
        self.changes, self.problems, self.left_out = QTableWidget(), QTableWidget(), QTableWidget()
        for table, title in (
            (self.changes, tr("Changes")),
            (self.problems, tr("Errors and warnings")),
            (self.left_out, tr("Rows not read")),
        ):
            self.tabs.addTab(table, title)
        self._fill_changes()
        self._fill_problems()
        self._fill_left_out()
        self._lay_out()

    def _lay_out(self):
        layout, row = QVBoxLayout(self), QHBoxLayout()
        self.fillButton, self.replaceButton = (
            QRadioButton(tr("Fill only: a blank cell keeps the value")),
            QRadioButton(tr("Replace: a blank cell empties it")),
        )
        self._blanks = QButtonGroup(self)
        for button, chosen in ((self.fillButton, Blanks.FILL), (self.replaceButton, Blanks.REPLACE)):
            button.setChecked(self.options.blanks is chosen)
            self._blanks.addButton(button)
            row.addWidget(button)
        self.hiddenBox, self.countiesBox = (
            QCheckBox(tr("Read hidden rows and sheets")),
            QCheckBox(tr("Other counties too")),
        )
        self.hiddenBox.setChecked(self.options.hidden)
        self.countiesBox.setChecked(self.options.other_counties)
        row.addWidget(self.hiddenBox)
        row.addWidget(self.countiesBox)
        row.addStretch()
        self.fillButton.toggled.connect(self._read_again)
        for box in (self.hiddenBox, self.countiesBox):
            box.toggled.connect(self._read_again)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.button(kinds.Ok).setText(tr("Import"))
        buttons.button(kinds.Cancel).setText(tr("Back"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(self.summary)
        layout.addLayout(row)
        layout.addWidget(self.tabs)
        layout.addWidget(buttons)

    def _summary(self):
        names, counts = kind_names(), self.plan.counts
        parts = [f"{names[kind]} {counts[kind]}" for kind in RowKind if counts[kind]]
        source = self.plan.source
        parts += [tr("Rejected {0}").format(source.rejected)] if source.rejected else []
        count = sum(row.count for row in source.not_taken)
        parts += [tr("Not read {0}").format(count)] if count else []
        lines = ["　".join(parts) or tr("Nothing would change.")]
        lines += [remark.text() for remark in source.remarks[:6]]
        return "\n".join(lines)

    def _read_again(self, checked=False):
        blanks = Blanks.FILL if self.fillButton.isChecked() else Blanks.REPLACE
        self.again.emit(ImportOptions(blanks, self.hiddenBox.isChecked(), self.countiesBox.isChecked()))

    def _fill_changes(self):
        heads = [
            tr("Kind"),
            tr("Row"),
            tr("Record"),
            tr("Field"),
            tr("In this workspace"),
            tr("In the workbook"),
            tr("Take"),
        ]
        rows = sorted(enumerate(self.plan.rows), key=lambda found: found[1].kind in _PLAIN)  # what asks comes first
        every = (line for position, planned in rows for line in self._lines(position, planned))
        lines = list(islice(every, _SHOWN))
        _start(self.changes, heads, len(lines))
        for row, (planned, texts, box) in enumerate(lines):
            _put_row(self.changes, row, texts, _TINTS.get(planned.kind))
            if box is not None:
                self.changes.setCellWidget(row, 6, box())
        _finish(self.changes, (0, 1))

    def _lines(self, position, planned: PlannedRow):
        """(planned, texts, function that makes the box of a choice or None) of every line of a row."""
        names, where = kind_names(), f"{planned.row.sheet}!{planned.row.number}"
        head = [names[planned.kind], where, name_of(self.plan.form, planned)]
        if planned.kind is RowKind.QUESTION:
            message = tr("carries the record id of {0}").format(planned.other)
            yield planned, [*head, "", message, planned.name, ""], lambda: self._answer_box(position, planned)
        elif not planned.cells:
            yield planned, [*head, "", "", "", ""], None
        for cell in planned.cells if planned.kind is not RowKind.QUESTION else ():
            shown = (shown_value(self.plan.form, cell.key, value) for value in (cell.here, cell.book))
            box = (lambda cell=cell: self._side_box(position, cell)) if planned.kind is not RowKind.LOCKED else None
            yield planned, [*head, field_title(self.plan.form, cell.key), *shown, ""], box

    def _side_box(self, position, cell):
        box = QComboBox()
        box.addItem(tr("the workbook's"), Side.BOOK)
        box.addItem(tr("what is here"), Side.HERE)
        box.setCurrentIndex(0 if cell.side is Side.BOOK else 1)
        box.currentIndexChanged.connect(
            lambda index: self.plan.choose(position, cell.key, (Side.BOOK, Side.HERE)[index])
        )
        return box

    def _answer_box(self, position, planned):
        answers = [(tr("leave it out"), Answer.SKIP), (tr("a new record"), Answer.NEW)]
        if planned.record:
            answers[1] = (tr("the record it names"), Answer.NEW)
        else:
            answers.append((tr("rename the record"), Answer.RENAME))
        box = QComboBox()
        for label, _ in answers:
            box.addItem(label)
        box.currentIndexChanged.connect(lambda index: self.plan.answer(position, answers[index][1]))
        return box

    def _fill_problems(self):
        source = self.plan.source
        found = [*source.errors, *source.warnings]
        heads = [tr("Level"), tr("Row"), tr("Field"), tr("Value"), tr("What is wrong, what is allowed")]
        levels = {"error": tr("Error"), "warning": tr("Warning")}
        _start(self.problems, heads, min(len(found), _SHOWN))
        for row, error in enumerate(found[:_SHOWN]):
            value = "" if error.value is None else str(error.value)[:80]
            texts = [levels[error.level], f"{error.sheet}!{error.row}", error.title, value, error.message]
            _put_row(self.problems, row, texts, "#ffc7ce" if error.level == "error" else "#ffeb9c")
        _finish(self.problems, (0, 1, 2))
        self.tabs.setTabText(1, tr("Errors {0}, warnings {1}").format(len(source.errors), len(source.warnings)))

    def _fill_left_out(self):
        why = {
            "total": tr("total"),
            "note": tr("note"),
            "head": tr("repeated head"),
            "hidden": tr("hidden or filtered"),
        }
        found = self.plan.source.not_taken
        _start(self.left_out, [tr("Row"), tr("Why"), tr("Begins with")], min(len(found), _SHOWN))
        for row, left in enumerate(found[:_SHOWN]):
            where = f"{left.sheet}!{left.row}" if left.row else tr("{0} ({1} rows)").format(left.sheet, left.count)
            _put_row(self.left_out, row, [where, why.get(left.why.value, left.why.value), left.text], None)
        _finish(self.left_out, (0, 1))
        self.tabs.setTabText(2, tr("Rows not read: {0}").format(sum(left.count for left in found)))


def _start(table, heads, rows):
    table.setColumnCount(len(heads))
    table.setHorizontalHeaderLabels(heads)
    table.setRowCount(rows)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.setWordWrap(False)


def _put_row(table, row, texts, tint):
    for column, text in enumerate(texts):
        item = QTableWidgetItem(str(text))
        item.setToolTip(str(text))
        if tint and column == 0:
            item.setBackground(QColor(tint))
            item.setForeground(QColor(letters_on(tint)))
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setItem(row, column, item)


def _finish(table, narrow):
    table.resizeColumnsToContents()
    for column in range(table.columnCount()):
        table.setColumnWidth(column, min(table.columnWidth(column) + 8, 140 if column in narrow else 260))
    table.horizontalHeader().setStretchLastSection(True)
