"""The dock's Sync page: one button, what moves, what waits, what failed and why, what came back."""

from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.sync import pulled_layers
from ...bridge.sync.settings import PlatformSettings
from ...core.moments import local_moment
from ...sync.conflicts import conflict as find_conflict
from ...sync.conflicts import resolve
from ...sync.overview import Overview, collection_titles, discard, overview
from ..widgets.attempt import Attempt, attempt
from .conflict_dialog import ConflictDialog
from .list import CONFLICT, FAILED, FILES, MISSING, RETURNED, SyncList
from .platform_wizard import PlatformWizard
from .runner import SyncRunner
from .tools import SyncTools
from .wording import moved_anything, needs_someone, progress_text, result_text, show_notice


class SyncPage(QWidget):
    """`reports`: the Reports page, which holds the workspace."""

    def __init__(self, iface, reports):
        super().__init__()
        self.iface, self.reports = iface, reports
        self.dialog, self._last_error = None, ""
        self.runner = SyncRunner(lambda: reports.workspace, reports.actor, self)
        self._build()
        self._wire()
        self.refresh()

    def _build(self):
        self.platform_label, self.progress_label, self.notice = QLabel(), QLabel(), QLabel()
        for label in (self.platform_label, self.progress_label, self.notice):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar, self.list = QProgressBar(), SyncList()
        self.wizard_button, self.sync_button = QPushButton(tr("Platform…")), QPushButton(tr("Synchronise"))
        self.open_button, self.decide_button, self.drop_button = (
            QPushButton(text) for text in (tr("Open the record"), tr("Decide…"), tr("Give up…"))
        )
        self.findings_button, self.lines_button = (
            QPushButton(tr("Findings on the map")),
            QPushButton(tr("Control lines on the map")),
        )
        self.sync_button.setStyleSheet("font-weight: bold; padding: 6px")
        layout = QVBoxLayout(self)
        self.tools = SyncTools(self)
        layout.addLayout(_row((self.platform_label, 1), (self.wizard_button, 0), (self.tools, 0)))
        layout.addWidget(self.sync_button)
        for widget in (self.bar, self.progress_label, self.notice):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addLayout(_row((self.open_button, 1), (self.decide_button, 1), (self.drop_button, 1)))
        layout.addLayout(_row((self.findings_button, 1), (self.lines_button, 1)))
        self.bar.hide()
        self.progress_label.hide()

    def _wire(self):
        for button, slot in (
            (self.wizard_button, self.open_wizard),
            (self.sync_button, self.sync_or_cancel),
            (self.open_button, self.open_record),
            (self.decide_button, self.decide),
            (self.drop_button, self.give_up),
            (self.findings_button, self.show_findings),
            (self.lines_button, self.show_control_lines),
        ):
            button.clicked.connect(lambda checked=False, slot=slot: self.attempt(slot))
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        self.list.itemActivated.connect(lambda *_: self.attempt(self._act))
        self.runner.started.connect(self._show_running)
        self.runner.moved.connect(self._show_progress)
        self.runner.ended.connect(self._show_result)
        self.reports.changed.connect(lambda: self.refresh())
        self.reports.closing.connect(self.runner.stop)

    def attempt(self, act: Callable[[], Any]) -> Attempt:
        """Run an act; what is refused is shown on the page."""
        return attempt(act, lambda text: show_notice(self.notice, text))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reports.open_last()
        self.refresh()

    def close_workspace(self) -> None:
        """Stop what runs; the workspace itself is the Reports page's."""
        self.runner.set_minutes(0)
        self.runner.stop()

    # showing

    def refresh(self, found: Optional[Overview] = None) -> None:
        """Show everything anew, from the Overview `found` or from the workspace.

        While a sync runs, its end does that.
        """
        if self.runner.running:
            return
        workspace = self.reports.workspace
        settings = PlatformSettings.load(workspace) if workspace else PlatformSettings()
        self.runner.set_minutes(settings.minutes if settings.url else 0)
        self._show_platform(workspace, settings)
        if workspace is None:
            self.list.clear()
        else:
            self.attempt(lambda: self._show_list(found or overview(workspace)))
        self.list.say_what_to_do(workspace is not None, bool(settings.url))
        self._enable()

    def _show_platform(self, workspace, settings):
        if workspace is None:
            self.platform_label.setText(tr("Open a workspace on the Reports page first."))
            return
        county = f"{workspace.county} {workspace.divisions().name(workspace.county)}".strip()
        lines = [f"<b>{county}</b>", settings.url or tr("No platform is set up for this workspace yet.")]
        if settings.url and settings.minutes:
            lines.append(tr("Synchronises by itself every {0} minutes").format(settings.minutes))
        if workspace.read_only:
            lines.append(tr("The workspace is open for reading only: nothing can be sent or received."))
        last = workspace.setting("sync_last")
        if settings.url and not last:
            lines.append(tr("Not synchronised completely yet"))
        if last:
            lines.append(tr("Last complete sync: {0}").format(local_moment(last)))
        self.platform_label.setText("<br>".join(lines))

    def _show_list(self, found):
        workspace = self.reports.workspace
        self.list.show_overview(found, collection_titles(workspace))
        waiting = found.counts["pending"] + found.counts["sending"]
        self.sync_button.setText(
            tr("Synchronise ({0} to send)").format(f"{waiting:,}") if waiting else tr("Synchronise")
        )

    def _enable(self):
        workspace, running = self.reports.workspace, self.runner.running
        group, item = self.list.chosen()
        form_known = item is not None and workspace is not None and item.collection in workspace.editions.ids()
        self.open_button.setEnabled(form_known and item.op != "delete")
        self.decide_button.setEnabled(group in (CONFLICT, MISSING))
        self.drop_button.setEnabled(group == FAILED and not running)
        for button in (self.wizard_button, self.findings_button, self.lines_button, self.tools):
            button.setEnabled(workspace is not None and not running)
        self.sync_button.setEnabled(running or (workspace is not None and not workspace.read_only))

    def _show_running(self):
        self.sync_button.setText(tr("Stop"))
        show_notice(self.notice, "")
        self.bar.setRange(0, 0)
        self.bar.show()
        self.progress_label.setText(tr("Connecting"))
        self.progress_label.show()
        self._enable()

    def _show_progress(self, reading, bytes_out, bytes_in):
        self.bar.setRange(0, 1000 if reading.total else 0)
        if reading.total:
            self.bar.setValue(int(1000 * min(1.0, reading.done / reading.total)))
        if reading.step == "push" and reading.total:
            self.list.show_waiting(reading.total - reading.done)
        self.progress_label.setText(progress_text(reading, bytes_out, bytes_in))

    def _show_result(self, result, found, by_clock):
        self.bar.hide()
        self.progress_label.hide()
        text = result_text(result)
        show_notice(self.notice, text, result)
        if found is not None and (moved_anything(result) or result.rejected):
            self.reports.show_workspace()  # whose numbers changed; that refreshes this page too
        else:
            self.refresh(found)
        if self.reports.workspace is not None:
            pulled_layers.refresh(self.reports.workspace)
        self._show_message(result, text, by_clock)

    def _show_message(self, result, text, by_clock):
        """The message bar tells every run that was asked for.

        Of those by the clock the ones that did something or newly fail.
        """
        error = str(result.error or "")
        if by_clock and not moved_anything(result) and error == self._last_error:
            return
        self._last_error = error
        level = Qgis.Critical if error else Qgis.Warning if needs_someone(result) else Qgis.Success
        self.iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)

    # acting

    def sync_or_cancel(self) -> None:
        """The one button: start, or stop what runs."""
        if self.runner.running:
            self.runner.cancel()
            self.sync_button.setEnabled(False)
            self.sync_button.setText(tr("Stopping…"))
        elif self.reports.workspace is not None and not PlatformSettings.load(self.reports.workspace).url:
            self.open_wizard()
        else:
            self.runner.run()

    def open_wizard(self) -> PlatformWizard:
        """Set up the platform; what was chosen counts from the next sync on."""
        self.dialog = PlatformWizard(self.reports.workspace, self.reports.actor, self.iface.mainWindow())
        self.dialog.accepted.connect(lambda: self.refresh())
        self.dialog.open()
        return self.dialog

    def _act(self):
        """What a double click or Enter does."""
        group, _ = self.list.chosen()
        acts = {CONFLICT: self.decide, MISSING: self.tools.decide_missing}
        acts.update(dict.fromkeys((FAILED, RETURNED, FILES), self.open_record))
        acts.get(group, lambda: None)()

    def open_record(self) -> Any:
        """Open the chosen record in its form, at the field that the words name."""
        _, item = self.list.chosen()
        if item is not None and item.op != "delete":
            return self.reports.edit_record(item.collection, item.item, item.text)
        return None

    def decide(self) -> Any:
        """Open the chosen conflict; when it is decided, the next one."""
        group, item = self.list.chosen()
        if group == MISSING:
            return self.tools.decide_missing()
        if group != CONFLICT:
            return None
        workspace = self.reports.workspace
        conflict = find_conflict(workspace, item.key)
        place = tr("{0} conflicts to decide").format(workspace.outbox.counts()["conflict"])
        background = self.iface.mapCanvas().layers()
        form = workspace.form(conflict.collection)
        heading = f"<b>{form.label} {item.label}</b> · {place}"
        self.dialog = ConflictDialog(form, conflict, heading, background, self.iface.mainWindow())
        self.dialog.accepted.connect(lambda: self.attempt(lambda: self._decided(item.key)))
        self.dialog.open()
        return self.dialog

    def _decided(self, key):
        resolve(self.reports.workspace, key, self.dialog.choices(), self.reports.actor)
        self.reports.show_workspace()
        show_notice(self.notice, tr("Decided; it is sent with the next sync."))
        following = self.list.groups[CONFLICT].child(0)
        if following is not None:
            self.list.setCurrentItem(following)
            self.decide()

    def give_up(self) -> None:
        """Take a refused change out of the outbox, after saying what that means."""
        _, item = self.list.chosen()
        question = tr(
            'Give up sending this change of "{0}"?\n\nThe platform keeps what it has. The record here stays as '
            "it is and can be "
            "changed and submitted again. The audit chain notes that the change was given up."
        ).format(item.label)
        if QMessageBox.question(self, tr("Give up…"), question) == QMessageBox.StandardButton.Yes:
            discard(self.reports.workspace, item.key, self.reports.actor)
            self.refresh()

    def show_findings(self) -> QgsVectorLayer:
        """The findings that were pulled as a layer on the map: those of the chosen record, else all."""
        _, item = self.list.chosen()
        workspace = self.reports.workspace
        layer = pulled_layers.findings_layer(workspace, item.item, item.label) if item else None
        layer = layer or pulled_layers.findings_layer(workspace)
        if layer is None:
            show_notice(self.notice, tr("No findings were pulled."))
            return None
        pulled_layers.show([layer], self.iface.mapCanvas())
        show_notice(self.notice, tr("{0} findings are on the map.").format(layer.featureCount()))
        return layer

    def show_control_lines(self) -> list[QgsVectorLayer]:
        """The control lines that were pulled as layers that the check knows."""
        layers = pulled_layers.control_layers(self.reports.workspace)
        pulled_layers.show(layers, self.iface.mapCanvas(), zoom=False)
        message = (
            tr("{0} control lines are on the map; the check uses them.")
            if layers
            else tr("No control lines were pulled.")
        )
        show_notice(self.notice, message.format(len(layers)))
        return layers


def _row(*widgets):
    row = QHBoxLayout()
    for widget, stretch in widgets:
        row.addWidget(widget, stretch)
    return row
