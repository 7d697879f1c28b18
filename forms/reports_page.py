"""The dock's Reports page: which workspace, its forms, what is due; the way into the records."""

from pathlib import Path
from typing import Any, Optional, Union

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QFileSystemWatcher, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QShowEvent
from qgis.PyQt.QtWidgets import QFileDialog, QHeaderView, QTableWidgetItem, QWidget

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.audit_lines import broken_lines, outside_lines
from ..plugin.bridge.records.places import division_field
from ..plugin.bridge.records.rollup_map import colour_by_rollup
from ..plugin.bridge.review.control_sources import zone_crs
from ..plugin.bridge.settings import Settings
from ..plugin.bridge.tasks import WorkTask
from ..plugin.core.errors import OneMapError
from ..plugin.core.forms.schema import Form, named_field
from ..plugin.gui.widgets.attempt import attempt
from ..plugin.gui.widgets.buttons import agreed
from ..plugin.gui.widgets.contrast import Tone, text_colour
from ..plugin.store.database import DamagedError
from ..plugin.store.file_watch import FileWatch
from ..plugin.store.lock import holder_name
from ..plugin.store.workspace import Workspace
from .form_titles import form_title
from .map_geometry import EditorContext, MapGeometry, MapUse
from .record_editor import RecordEditor
from .record_list import RecordList
from .workspace_menu import WorkspaceMenu
from .workspace_wizard import WorkspaceWizard

_UI = Path(__file__).with_suffix(".ui")
_LATER = 2000  # ms
_LINES = 8  # of what verifying found; the tooltip has all


class ReportsPage(QWidget):
    """`workspace`: the open Workspace or None. The one opened last is opened again when the page is first shown.

    `changed` tells that another workspace is open or its records changed, `closing` that the open one is about to be
    closed. `polygon_tool`: see MapGeometry.
    """

    changed = pyqtSignal()
    closing = pyqtSignal()

    def __init__(self, iface, polygon_tool=None):
        super().__init__()
        uic.loadUi(str(_UI), self)
        self.iface, self.window_of_records = iface, None
        self.workspace: Any = None  # a Workspace while one is open
        self.map = MapGeometry(iface, polygon_tool) if polygon_tool else None
        self.actor, self._asked, self.task = holder_name(), False, None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.look_again)
        self._files = QFileSystemWatcher(self)  # says it where the system does; shares are looked at when used
        self._files.fileChanged.connect(lambda _path: self._watch.is_another and self.look_again())
        self._wire()
        self.show_workspace()

    def _wire(self):
        for button, text, slot in (
            (self.openButton, tr("Open…"), self.choose),
            (self.createButton, tr("New…"), self.create),
            (self.recordsButton, tr("Records…"), self.open_records),
            (self.layersButton, tr("Add the record layers to the map"), self.add_layers),
            (self.verifyButton, tr("Verify the audit chain"), self.verify),
        ):
            button.setText(text)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
        self.menu = WorkspaceMenu(self)
        self.menu.attach(self.moreButton)
        self.menu.changed.connect(self.show_workspace)
        self.menu.message.connect(self.noticeLabel.setText)
        self.formTable.setColumnCount(3)
        self.formTable.setHorizontalHeaderLabels([tr("Form"), tr("Records"), tr("Due")])
        self.formTable.verticalHeader().hide()
        self.formTable.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.formTable.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.formTable.cellDoubleClicked.connect(lambda row, column: self.open_records())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.open_last()
        self.look_again()

    def open_last(self) -> None:
        """Open the workspace that was open last, once in a session."""
        if not self._asked:
            self._asked = True
            last = Settings.load().workspace
            if self.workspace is None and last and Path(last).is_file():
                self.open(last)

    def open(self, path: Union[str, Path]) -> None:
        """Open a workspace; a damaged one is offered to be replaced by its last backup."""
        try:
            self.use(Workspace.open(path, actor=self.actor))
        except DamagedError as error:
            question = f"{error}\n\n" + tr("Replace it with the last backup? The damaged file is kept.")
            if agreed(self, tr("OneMap Desk"), question):
                attempt(lambda: self.use(Workspace.recover(path, self.actor)[0]), self.noticeLabel.setText)
        except OneMapError as error:
            self.noticeLabel.setText(str(error))

    def use(self, workspace):
        """Show an open workspace in place of the one before."""
        self.close_workspace()
        self.workspace = workspace
        self._watch = FileWatch(workspace)
        self._files.addPath(str(workspace.path))
        settings = Settings.load()
        settings.workspace = str(workspace.path)
        settings.save()
        self.show_workspace()

    def close_workspace(self) -> None:
        """Close the workspace and the windows that look into it."""
        if self.map is not None:
            self.map.stop()
        if self.task is not None:
            self.task.drop()
            self.task.waitForFinished()
            self.task = None
        self.closing.emit()
        if self.window_of_records is not None:
            self.window_of_records.close()
            self.window_of_records.deleteLater()
            self.window_of_records = None
        if self._files.files():
            self._files.removePaths(self._files.files())
        if self.workspace is not None:
            self.workspace.close()
            self.workspace = None

    def look_again(self) -> bool:
        """Open the workspace anew where another program put another file, or an older state, in its place; whether
        that was so. What is being typed is not taken away: then it is said only."""
        if self.workspace is None or not self._watch.is_replaced():
            return False
        path, editors, notice = self.workspace.path, self.iface.mainWindow().findChildren(RecordEditor), None
        text = tr("{0} was replaced by another program: it was opened again and shows what is in it now.")
        if any(editor.isVisible() for editor in editors):
            text = tr("{0} was replaced by another program. Close the editor and open the workspace again.")
        elif path.is_file():
            self.close_workspace()  # first: it is its writer
            self.open(path)
            if self.workspace is None:  # the other file cannot be opened: what it says stands on the page
                self.show_workspace()
                return True
            notice = self.workspace.notice
        else:
            text = tr("{0} is not in its place any more. Nothing can be saved until it is there again.")
            self._later.start(_LATER)  # a file that is being replaced is away for a moment
        self.noticeLabel.setText("\n".join([text.format(path.name), *([notice.text()] if notice else [])]))
        return True

    def choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open…"), "", "GeoPackage (*.gpkg)")
        if path:
            self.open(path)

    def create(self):
        wizard = WorkspaceWizard(self.actor, self)
        if wizard.exec():
            self.use(wizard.workspace)

    def show_workspace(self) -> None:
        """Name the workspace, its forms with their numbers of records, and what is due."""
        self._fill()
        if self.window_of_records is not None and self.window_of_records.isVisible():
            self.window_of_records.reload()
        self.changed.emit()

    def _fill(self):
        ws = self.workspace
        for button in (self.recordsButton, self.layersButton, self.verifyButton, self.moreButton):
            button.setEnabled(ws is not None)
        self.formTable.setRowCount(0)
        self.noticeLabel.setToolTip("")
        if ws is None:
            self.workspaceLabel.setText(tr("No workspace is open."))
            return
        county = f"{ws.county} {ws.divisions().name(ws.county)}".strip()
        self.workspaceLabel.setText(f"<b>{county}</b><br>{ws.path.name}")
        self.noticeLabel.setText(ws.notice.text() if ws.notice else "")
        forms, asked = ws.forms(), []
        self.formTable.setRowCount(len(forms))
        for row, form in enumerate(forms):
            open_items = [item for item in ws.due(form.id) if item.state not in ("submitted", "approved")]
            asked += open_items
            cells = [
                QTableWidgetItem(text)
                for text in (form_title(form), str(ws.count(form.id)), str(len(open_items) or ""))
            ]
            cells[0].setData(Qt.ItemDataRole.UserRole, form.id)
            if any(item.late for item in open_items):
                cells[2].setForeground(QColor(text_colour(Tone.BAD)))
            for column, cell in enumerate(cells):
                self.formTable.setItem(row, column, cell)
        if asked and not ws.notice:
            first = min(item.deadline for item in asked).isoformat()
            self.noticeLabel.setText(tr("{0} records are due, the first by {1}.").format(len(asked), first))

    def open_records(self) -> Optional[RecordList]:
        """Open the window of records at the form that is selected; None where the file is no workspace any more."""
        self.look_again()
        if self.workspace is None:
            return None
        row = max(0, self.formTable.currentRow())
        form_id = self.formTable.item(row, 0).data(Qt.ItemDataRole.UserRole)
        use = MapUse(self.map, self.colour_map)
        self.window_of_records = RecordList(self.workspace, self.actor, form_id, use, self.iface.mainWindow())
        self.window_of_records.finished.connect(lambda result: self.show_workspace())
        self.window_of_records.show()
        return self.window_of_records

    def edit_record(self, form_id, record, problem=""):
        """Open the editor of one record at the field that `problem`, the words of a refusal or return, is about.

        Return the editor.
        """
        context = EditorContext.of(self.actor, self.map)
        editor = RecordEditor(self.workspace, form_id, record, context, self.iface.mainWindow())
        editor.finished.connect(lambda result: self.show_workspace())
        editor.show()
        editor.go_to(named_field(editor.form, problem), problem)
        return editor

    def colour_map(self, form: Form, rows: Any) -> str:
        """Colour the active polygon layer by the roll-up; return what to tell the user."""
        layer = self.iface.activeLayer()
        if not isinstance(layer, QgsVectorLayer) or not division_field(layer):
            return tr("Make a polygon layer with division codes (field code or XZQDM) the active layer first.")
        return tr("{0} divisions were coloured.").format(colour_by_rollup(layer, form, rows))

    def add_layers(self) -> None:
        """Add the record tables with their own forms, for plain QGIS editing.

        An empty project takes the workspace's zone.
        """
        zone = self.workspace.setting("zone")
        if zone and not QgsProject.instance().mapLayers():
            QgsProject.instance().setCrs(zone_crs(zone))
        layers = [
            QgsVectorLayer(f"{self.workspace.path}|layername={f.id}", f.label, "ogr") for f in self.workspace.forms()
        ]
        QgsProject.instance().addMapLayers(layers)

    def verify(self) -> None:
        """Find out in the background whether the audit chain is whole, and say so."""
        workspace = self.workspace
        self.task = WorkTask(
            tr("Verify the audit chain"), lambda feedback: workspace.verify_audit(), self._verified, self._failed
        )
        self.verifyButton.setEnabled(False)
        self.noticeLabel.setText(tr("Verifying…"))
        QgsApplication.taskManager().addTask(self.task)

    def _failed(self, error):
        self.task = None
        self.verifyButton.setEnabled(True)
        self.noticeLabel.setText(str(error))

    def _verified(self, report):
        self.task = None
        self.verifyButton.setEnabled(True)
        found = broken_lines(report) or [tr("The chain of {0} rows is intact.").format(report.row_count)]
        lines = [*found, *outside_lines(report)]
        self.noticeLabel.setToolTip("\n".join(lines))
        text = "\n".join(lines[:_LINES])
        self.noticeLabel.setText(text)
