"""The dock's page of review cases: cases, their rounds, and what can be done with them."""

import html
from functools import partial
from typing import Any, Callable, Optional

from qgis.core import QgsApplication
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.review.rounds_target import tell_when_kept
from ...bridge.tasks import WorkTask
from ...core.moments import local_moment
from ...formats.rules.case_files import case_kinds
from ...store.cases import RoundInfo
from ...store.dependants import stale_rounds
from ..widgets.attempt import Attempt, attempt
from ..widgets.contrast import Tone, text_style
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import add_button
from .cases_acts import CaseActions
from .cases_wording import kind_name, round_name


class CasesPage(QWidget):
    """`reports`: the Reports page with the workspace: `workspace`, `actor`, `changed`, `closing`, `open_last()`."""

    kept = pyqtSignal()

    def __init__(self, iface: QgisInterface, reports: Any):
        super().__init__()
        self.iface, self.reports = iface, reports
        self.rounds: list[RoundInfo] = []
        self.stale: dict[str, list[str]] = {}
        self.task: Optional[WorkTask] = None
        self.dialog: Any = None
        self.acts = CaseActions(self)
        self._build()
        reports.changed.connect(lambda: self.refresh())
        reports.closing.connect(self.close_workspace)
        self.kept.connect(lambda: self.refresh(newest=True))
        tell_when_kept(self.kept.emit)
        self.refresh()

    def _build(self):
        self.where, self.notice, self.about, self.case_box = QLabel(), QLabel(), QLabel(), QComboBox()
        for label in (self.where, self.notice, self.about):
            label.setWordWrap(True)
        self.case_box.currentIndexChanged.connect(lambda *_: self._show_rounds())
        self.kind_box = QComboBox()
        self.kind_box.setToolTip(tr("Kind of the case: determines the draft of the opinion and who signs"))
        self.kind_box.addItem(tr("(kind)"), "")
        for kind in self.attempt(case_kinds).result or ():
            self.kind_box.addItem(kind_name(kind.id), kind.id)
        self.kind_box.activated.connect(lambda *_: self.attempt(self._set_kind))
        titles = [tr("No."), tr("Not compl."), tr("Cond."), tr("Acc."), tr("Signed"), tr("Date")]
        self.rows = Rows(titles, (0, 1, 2, 3), parent=self)
        self.view = row_view(self.rows)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.view.doubleClicked.connect(lambda *_: self.acts.look())
        layout, top = QVBoxLayout(self), QHBoxLayout()
        top.addWidget(QLabel(tr("Review case")))
        top.addWidget(self.case_box, 1)
        top.addWidget(self.kind_box)
        layout.addWidget(self.where)
        layout.addLayout(top)
        self._hint = EmptyHint(self.view)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.about)
        layout.addLayout(self._buttons())
        layout.addWidget(self.notice)

    def _buttons(self):
        grid, self.buttons = QGridLayout(), {}
        acts = (
            ("look", tr("Findings, accept…"), tr("Look at the findings of the round and accept them with a reason")),
            ("compare", tr("Compare…"), tr("Compare two selected rounds, or one with the round before")),
            ("again", tr("Check again…"), tr("Run the check on the same inputs: a new round of this case")),
            (
                "rerun",
                tr("Recompute and verify"),
                tr("Recompute the old round from its inputs and compare byte for byte"),
            ),
            ("sign", tr("Sign…"), tr("Two different persons sign a round")),
            ("report", tr("Report…"), tr("Report of the case; of the comparison where two rounds are selected")),
        )
        for number, (name, text, tip) in enumerate(acts):
            row = QHBoxLayout()
            self.buttons[name] = add_button(text, getattr(self.acts, name), row, tip)
            grid.addLayout(row, number // 2, number % 2)
        return grid

    # showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reports.open_last()
        self.refresh()

    def refresh(self, newest: bool = False) -> None:
        """Show the cases of the workspace; the one that was shown stays, `newest`: the one with the latest round."""
        workspace, shown = self.reports.workspace, "" if newest else self.case_box.currentData()
        lacking: list[str] = []  # what a workspace of an earlier version that may only be read says
        found = attempt(workspace.cases.cases, lacking.append) if workspace is not None else None
        cases = found.result or [] if found is not None else []
        self.case_box.blockSignals(True)
        self.case_box.clear()
        self.stale = stale_rounds(workspace) if workspace is not None and cases else {}
        latest = {info.case: info.id for info in reversed(workspace.cases.rounds())} if self.stale else {}
        for case in cases:
            mark = "⚠ " if latest.get(case.name) in self.stale else ""
            self.case_box.addItem(mark + tr("{0} ({1} rounds)").format(case.name, case.rounds), case.name)
        self.case_box.setCurrentIndex(max(0, self.case_box.findData(shown)) if cases else -1)
        self.case_box.blockSignals(False)
        self.where.setText(html.escape(self._where(workspace, cases)))
        self._hint.tell("" if cases else "".join(lacking) or self._what_to_do(workspace))
        self._show_rounds()

    @staticmethod
    def _what_to_do(workspace):
        if workspace is None:
            return tr("First open or create a workspace: page Reports, Open… or New….")
        return tr("Then run a check: page Review, Check, Start the check. It appears here as round 1.")

    @staticmethod
    def _where(workspace, cases):
        if workspace is None:
            return tr("No workspace is open: open one on the page Reports. Then every check is kept here as a round.")
        if not cases:
            return tr("Nothing is saved yet: the next check of control lines becomes round 1 of a case.")
        return tr("Workspace {0}: every check of control lines is kept as a round.").format(workspace.path.name)

    def _show_rounds(self):
        case, workspace = self.case_box.currentData(), self.reports.workspace
        self.rounds = workspace.cases.rounds(case) if workspace is not None and case else []
        self.rows.fill([_row(info, info.id in self.stale) for info in self.rounds])
        self.kind_box.setCurrentIndex(max(0, self.kind_box.findData(self.rounds[0].kind if self.rounds else "")))
        self.kind_box.setEnabled(bool(self.rounds) and not workspace.read_only)
        if self.rounds:
            self.view.selectRow(0)
        self._selected()

    def _set_kind(self):
        kind, case = self.kind_box.currentData(), self.case_box.currentData()
        if kind and case:
            self.reports.workspace.cases.create(case, kind, self.reports.actor)
        self.refresh()

    def _selected(self):
        selected = self.selected()
        self.about.setText(_about(selected[0], self.stale.get(selected[0].id, [])) if len(selected) == 1 else "")
        self._enable()

    def _enable(self):
        count = len(self.selected())
        old = any(info.is_old for info in self.selected())
        free = self.reports.workspace is not None and not self.reports.workspace.read_only
        able = {
            "look": count == 1,
            "compare": count == 2 or (count == 1 and len(self.rounds) > 1),
            "again": count == 1 and not old,
            "rerun": count == 1 and not old,
            "sign": count == 1 and free and not old and len(self.selected()[0].signers) < 2,
            "report": count in (1, 2),
        }
        for name, button in self.buttons.items():
            button.setEnabled(able[name] and self.task is None)

    def selected(self) -> "list[RoundInfo]":
        """RoundInfos of the rows that are selected."""
        return [self.rounds[number] for number in chosen(self.view) if number < len(self.rounds)]

    # work

    def attempt(self, act: Callable[[], Any]) -> Attempt:
        """Run an act; what is refused is shown on the page."""
        return attempt(act, partial(self.say, is_bad=True))

    def say(self, text: str, is_bad: bool = False) -> None:
        """Tell the user something on the page."""
        safe = html.escape(text)
        self.notice.setText(f"<span style='{text_style(Tone.BAD)}'>{safe}</span>" if is_bad else safe)

    def work(self, title: str, act: Any, done: Any) -> None:
        """Do `act(feedback)` in the background, then `done(result)`."""
        if self.task is not None:
            return

        def ended(result):
            self.task = None
            self.say("")
            self._enable()
            self.attempt(lambda: done(result))

        def failed(error):
            self.task = None
            self._enable()
            self.say(str(error), is_bad=True)

        self.task = WorkTask(title, act, ended, failed)
        self.say(title + "…")
        self._enable()
        QgsApplication.taskManager().addTask(self.task)

    def show_dialog(self, dialog: QDialog) -> None:
        """Show a window in place of the one before."""
        self.close_dialog()
        self.dialog = dialog
        dialog.show()

    def close_dialog(self) -> None:
        """Close the window that looks into a round."""
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    def close_workspace(self) -> None:
        """The workspace is about to be closed: stop what reads it."""
        if self.task is not None:
            self.task.drop()
            self.task.waitForFinished()
            self.task = None
        self.close_dialog()
        self.rows.fill([])
        self.rounds = []

    def dispose(self) -> None:
        """Forget the page where runs are told."""
        tell_when_kept(None)


def _row(info, is_stale):
    reported, day = info.summary, local_moment(info.at)[:10]
    signed = f"{len(info.signers)}/2"
    numbers = (info.number, reported.prohibited, reported.conditional, info.overrides)
    texts = ["—" if info.is_old and n else str(v) for n, v in enumerate(numbers)]
    texts[0] = f"⚠ {texts[0]}" if is_stale else texts[0]
    return Row((*texts, signed, day), (*numbers, signed, info.at))


def _about(info, stale):
    """One round in a few lines: when, by whom, its note, who signed, what was not checked, what has changed since."""
    parts = [round_name(info.number), local_moment(info.at), info.actor, info.note]
    lines = ["　".join(part for part in parts if part)]
    if stale:
        lines.append(tr("⚠ Layers with a new version since this round: {0}. Check again.").format("、".join(stale)))
    if info.signers:
        lines.append(tr("Signed by") + "：" + "、".join(info.signers))
    if info.summary.failed:
        lines.append(tr("{0} projects: a control feature near them could not be read.").format(info.summary.failed))
    if info.expired:
        lines.append(tr("{0} acceptances have expired and no longer count.").format(info.expired))
    if info.summary.lines_not_checked:
        lines.append(tr("{0} control lines were not checked.").format(info.summary.lines_not_checked))
    return "<br>".join(map(html.escape, lines))
