"""What is seldom done with a workspace: its control lines onto the map, division codes, form editions, a backup."""

from pathlib import Path
from typing import TYPE_CHECKING, Union

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractButton, QDialog, QFileDialog, QMenu, QVBoxLayout

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.review.control_sources import add_sources
from ..plugin.bridge.sync.bags import anchors_of_file
from ..plugin.core.errors import InputError
from ..plugin.core.json_files import read_json_object
from ..plugin.gui.widgets.attempt import attempt
from ..plugin.gui.widgets.buttons import ok_cancel
from ..plugin.store.anchors import anchor_lines, append_anchor, compare_anchors, kept_anchors
from ..plugin.store.audit import Change
from .sources_table import SourcesTable

if TYPE_CHECKING:
    from ..plugin.store.workspace import Workspace


class WorkspaceMenu(QObject):
    """`page`: the ReportsPage.

    Emits message(text) with what was done, changed() when the workspace's forms or names are others now.
    """

    message = pyqtSignal(str)
    changed = pyqtSignal()

    def __init__(self, page):
        super().__init__(page)
        self._page, self._actions = page, []

    @property
    def ws(self) -> "Workspace":
        return self._page.workspace

    def attach(self, button: QAbstractButton) -> None:
        """Put the menu on a tool button."""
        menu = QMenu(button)
        for text, slot, writes in (
            (tr("Add the control lines to the map"), self.add_sources, False),
            (tr("Sources of control lines…"), self.edit_sources, True),
            (tr("Import division codes…"), self._choose_divisions, True),
            (tr("Install a form edition…"), self._choose_edition, True),
            (tr("Back up now"), self.back_up, False),
            (tr("Write an anchor of the audit chain…"), self._choose_anchor, False),
            (tr("Compare with anchors…"), self._choose_comparison, False),
        ):
            self._actions.append((menu.addAction(text, slot), writes))
        menu.aboutToShow.connect(self._enable)
        button.setMenu(menu)
        button.setText(tr("More"))

    def _enable(self):
        for action, writes in self._actions:
            action.setEnabled(self.ws is not None and not (writes and self.ws.read_only))

    def add_sources(self) -> None:
        """Open the control lines of the workspace on the map."""
        added, missing = add_sources(self._sources())
        text = tr("{0} layers were added.").format(len(added))
        self.message.emit(text if not missing else text + " " + tr("Cannot be opened: {0}").format(", ".join(missing)))

    def _sources(self):
        """The sources as kept; plain lines of older workspaces are taken as layers."""
        return [
            s if isinstance(s, dict) else {"line": "", "source": str(s), "note": ""}
            for s in self.ws.setting("sources", [])
        ]

    def edit_sources(self) -> None:
        dialog = QDialog(self._page)
        dialog.setWindowTitle(tr("Sources of control lines"))
        dialog.resize(760, 360)
        table, layout = SourcesTable(), QVBoxLayout(dialog)
        table.set_sources(self._sources())
        layout.addWidget(table)
        layout.addWidget(ok_cancel(dialog))
        if dialog.exec():
            self._run(lambda: self.keep_sources(table.sources()))

    def keep_sources(self, sources: list) -> None:
        """Keep the sources, with a row of the audit chain."""
        before = self._sources()
        if sources != before:
            with self.ws.transaction():
                self.ws.set_setting("sources", sources)
                self.ws.audit_act(
                    self._page.actor, "sources", "workspace", Change("", {"sources": before}, {"sources": sources})
                )

    def _choose_divisions(self):
        path, _ = QFileDialog.getOpenFileName(self._page, tr("Import division codes…"), "", "CSV (*.csv *.txt)")
        if path:
            self._run(lambda: self.import_divisions(path))

    def import_divisions(self, path: Union[str, Path]) -> None:
        count = self.ws.import_divisions(path, self._page.actor)
        self.changed.emit()
        self.message.emit(tr("{0} division codes were imported.").format(count))

    def _choose_edition(self):
        path, _ = QFileDialog.getOpenFileName(self._page, tr("Install a form edition…"), "", "JSON (*.json)")
        if path:
            self._run(lambda: self.install_edition(path))

    def install_edition(self, path: Union[str, Path]) -> None:
        """Install a form's schema from a file: what the platform would send, carried by hand."""
        try:
            schema = read_json_object(path)
        except InputError as error:
            self.message.emit(tr("The file is not a form edition: {0}").format(error))
            return
        if not isinstance(schema, dict):
            self.message.emit(tr("The file is not a form edition: {0}").format(Path(path).name))
            return
        form = self.ws.editions.install(schema, self._page.actor)
        self.changed.emit()
        self.message.emit(tr("{0}: edition {1} is in use.").format(form.label, form.edition))

    def _choose_anchor(self):
        path, _ = QFileDialog.getSaveFileName(
            self._page, tr("Write an anchor of the audit chain…"), "onemap-anchors.txt", "Text (*.txt)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if path:
            self._run(lambda: self.write_anchor(path))

    def write_anchor(self, path: Union[str, Path]) -> None:
        """Add the chain's head to a text file that is kept elsewhere."""
        anchor = append_anchor(self.ws, path)
        self.message.emit(
            tr("Row {0} of the chain was anchored in {1}. Keep the file elsewhere.").format(anchor.seq, path)
        )

    def _choose_comparison(self):
        kinds = "Text, bags (*.txt *.log *.json *.zip *.age)"
        path, _ = QFileDialog.getOpenFileName(self._page, tr("Compare with anchors…"), "", kinds)
        if path:
            self._run(lambda: self.compare(path))

    def compare(self, path: Union[str, Path]) -> None:
        """Hold the anchors of a text file or a courier bag, and those noted here, against the chain."""
        report = compare_anchors(self.ws, [*kept_anchors(self.ws), *anchors_of_file(self.ws, path)])
        self.message.emit("\n".join(anchor_lines(report, self.ws.pending_outside())))

    def back_up(self) -> None:
        self._run(lambda: self.message.emit(tr("Backup written: {0}").format(self.ws.back_up().name)))

    def _run(self, act):
        attempt(act, self.message.emit)
