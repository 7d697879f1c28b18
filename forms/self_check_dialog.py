"""The self-check of the selected records: every item that does not pass, what was found and what to do, in one list."""

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.tasks import WorkTask
from ..plugin.core.errors import OneMapError
from ..plugin.core.forms.identity import record_title
from ..plugin.core.forms.schema import Form
from ..plugin.core.forms.self_check import ItemResult, Outcome, SelfCheckResult
from ..plugin.core.threads import Feedback, raise_if_cancelled
from ..plugin.gui.widgets.tables import copy_table, fill_table, make_table, wrap_columns
from .window_size import fitting

if TYPE_CHECKING:
    from ..plugin.store.workspace import Workspace

_COLOURS = {Outcome.FAILED: "#e57373", Outcome.WARNED: "#ffe082", Outcome.PASSED: "#c8e6c9"}


class SelfCheckDialog(QDialog):
    """`ids`: records of a form. With `hand_in` the dialog ends with a button that hands in those that pass.

    `passed`: ids of the records that nothing rigid stops, once the check is through.
    """

    def __init__(
        self,
        workspace: "Workspace",
        form: Form,
        ids: list[str],
        hand_in: bool = False,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Self-check"))
        self.resize(*fitting(1050, 520))
        self.ws, self.form, self.ids = workspace, form, list(ids)
        self.results: dict[str, tuple[str, SelfCheckResult]] = {}
        self.head, self.all_items = QLabel(tr("Checking…")), QCheckBox(tr("Show passed items, too"))
        self.head.setWordWrap(True)
        self.table = make_table(
            [tr("Record"), tr("Outcome"), tr("Level"), tr("Item"), tr("What was found"), tr("What to do")]
        )
        wrap_columns(self.table, (4, 5))
        self._build(hand_in)
        self.task: Optional[WorkTask] = WorkTask(tr("Self-check"), self._judge, self._show, self._fail)
        QgsApplication.taskManager().addTask(self.task)

    def _build(self, hand_in: bool) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        self.go_button, copy_button = QPushButton(), QPushButton(tr("Copy the list"))
        self.go_button.setVisible(hand_in)
        self.go_button.setEnabled(False)
        buttons.addButton(copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.go_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.go_button.clicked.connect(lambda checked=False: self.accept())
        copy_button.clicked.connect(lambda checked=False: copy_table(self.table))
        self.all_items.toggled.connect(lambda checked: self._fill())
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.head, self.all_items, self.table, buttons):
            layout.addWidget(widget)

    def _judge(self, feedback: Feedback) -> dict[str, tuple[str, SelfCheckResult]]:
        """Runs in a worker: reading rounds and control layers may take seconds."""
        flow, found = self.ws.flow(self.form.id), {}
        for number, record in enumerate(self.ids):
            raise_if_cancelled(feedback)
            found[record] = (record_title(self.form, self.ws.record(self.form, record)), flow.self_check(record))
            feedback.setProgress(100 * (number + 1) / len(self.ids))
        return found

    def _show(self, found: dict[str, tuple[str, SelfCheckResult]]) -> None:
        self.results, self.task = found, None
        self.head.setText(
            tr("{0} of {1} records may be submitted. A rigid item that fails stops a record; warnings do not.").format(
                len(self.passed), len(self.ids)
            )
        )
        self.go_button.setText(tr("Submit the {0} that pass…").format(len(self.passed)))
        self.go_button.setEnabled(bool(self.passed))
        self._fill()

    def _fail(self, error: OneMapError) -> None:
        self.task = None
        self.head.setText(str(error))

    @property
    def passed(self) -> list[str]:
        return [record for record, (_, result) in self.results.items() if result.is_passed]

    def _fill(self) -> None:
        rows = [
            (_texts(title, one), _COLOURS[one.outcome])
            for title, result in self.results.values()
            for one in sorted(result.items, key=lambda one: list(_COLOURS).index(one.outcome))
            if one.problem or self.all_items.isChecked()
        ]
        fill_table(self.table, rows)
        QTimer.singleShot(0, self.table.resizeRowsToContents)  # once the columns have the width that the window gives

    def done(self, result: int) -> None:
        if self.task is not None:
            self.task.drop()
            self.task.waitForFinished(3000)
        super().done(result)


def _texts(title: str, one: ItemResult) -> tuple[str, ...]:
    outcome = {Outcome.FAILED: tr("fails"), Outcome.WARNED: tr("warns"), Outcome.PASSED: tr("passes")}[one.outcome]
    level = tr("rigid") if one.item.level.value == "rigid" else tr("soft")
    advice = one.item.advice if one.problem else ""
    return title, outcome, level, f"{one.item.code} {one.item.title}", one.message, advice
