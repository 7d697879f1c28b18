"""The tab that takes layers of the project into the county's store of versions, and to a PostGIS database as well."""

import getpass
from pathlib import Path

from qgis.core import QgsProject, QgsSettings, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgisInterface, QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...bridge.quality.ingest import IngestInput, Outcome
from ...bridge.quality.ingest_run import IngestRun, IngestWork, postgis_connections
from ...bridge.settings import Settings
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...store.county_layers import Origin
from ..widgets.contrast import Tone
from ..widgets.empty_hint import EmptyHint
from ..widgets.tables import add_button
from ..widgets.work_page import WorkPage

_STORE = "onemap/ingest/store"
_LINES = 8  # of what was found; the table CHECKS of Processing has all
_ROLE = Qt.ItemDataRole.UserRole


class IngestTab(WorkPage):
    """`layers`: the list of open layers, to be ticked; `store`, `note`, `connection`, `schema`: where they go."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__(iface)
        self.layers, self.store, self.note = QListWidget(), QgsFileWidget(), QLineEdit()
        self.connection, self.schema = QComboBox(), QLineEdit("public")
        self._hint = EmptyHint(self.layers)
        self._build()
        self.fill()
        project = QgsProject.instance()
        project.layersAdded.connect(self.fill)
        project.layersRemoved.connect(self.fill)

    def _build(self) -> None:
        about = QLabel(tr("Takes layers into a GeoPackage that keeps every version; all of them or none."))
        about.setWordWrap(True)
        self.store.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.store.setConfirmOverwrite(False)
        self.store.setFilter("GeoPackage (*.gpkg)")
        self.store.setFilePath(str(QgsSettings().value(_STORE, "")))
        self.connection.setToolTip(tr("Connections are added in the browser panel of QGIS"))
        form = QFormLayout()
        form.addRow(tr("Layers"), self.layers)
        form.addRow(tr("County's store"), self.store)
        form.addRow(tr("Note"), self.note)
        form.addRow(tr("PostGIS as well"), self.connection)
        form.addRow(tr("Schema"), self.schema)
        row, layout = QHBoxLayout(), QVBoxLayout(self)
        self.start = add_button(tr("Import"), self.start_or_stop, row, tr("Check the layers, then take them in"))
        tip = tr("The same import with every parameter: names, key, specification, workspace")
        self.more = add_button(tr("All parameters…"), self.open_dialog, row, tip)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addLayout(row)
        layout.addWidget(self.progress)
        layout.addWidget(self.message)
        layout.addStretch(1)
        self.layers.itemChanged.connect(lambda *_: self._enable())
        self.store.fileChanged.connect(lambda *_: self._enable())
        self.connection.currentIndexChanged.connect(lambda *_: self._enable())
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        """Connections may have been added since."""
        super().showEvent(event)
        self.fill_connections()

    def fill(self, *_: object) -> None:
        """List the layers that are open, those ticked before still ticked."""
        ticked = {layer.id() for layer in self.chosen_layers()}
        self.layers.blockSignals(True)
        self.layers.clear()
        for layer in QgsProject.instance().mapLayers().values():
            if isinstance(layer, QgsVectorLayer) and layer.geometryType() != QgsWkbTypes.NullGeometry:
                item = QListWidgetItem(layer.name(), self.layers)
                item.setData(_ROLE, layer.id())
                is_on = layer.id() in ticked
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        self.layers.blockSignals(False)
        hint = tr(
            "No layer is open. Add the layers to QGIS, tick those to take in here, and choose the county's store."
        )
        self._hint.tell("" if self.layers.count() else hint)
        self.fill_connections()

    def fill_connections(self) -> None:
        """List the connections that QGIS has now."""
        chosen = self.connection.currentData()
        self.connection.blockSignals(True)
        self.connection.clear()
        self.connection.addItem(tr("no database"), "")
        for name in postgis_connections():
            self.connection.addItem(name, name)
        self.connection.setCurrentIndex(max(self.connection.findData(chosen), 0))
        self.connection.blockSignals(False)
        self._enable()

    def chosen_layers(self) -> list[QgsVectorLayer]:
        """The ticked layers that are still open."""
        items = (self.layers.item(number) for number in range(self.layers.count()))
        ids = [item.data(_ROLE) for item in items if item.checkState() == Qt.CheckState.Checked]
        layers = QgsProject.instance().mapLayers()
        return [layers[one] for one in ids if one in layers]

    def _enable(self) -> None:
        running = self.task is not None
        ready = bool(self.chosen_layers()) and bool(self.store.filePath().strip())
        missing = tr("Tick at least one layer and choose the county's store first")
        self.start.setToolTip(tr("Check the layers, then take them in") if ready or running else missing)
        self.start.setText(tr("Stop") if running else tr("Import"))
        self.start.setEnabled(running or ready)
        self.more.setEnabled(not running)
        self.schema.setEnabled(bool(self.connection.currentData()) and not running)
        for widget in (self.layers, self.store, self.note, self.connection):
            widget.setEnabled(not running)
        self.progress.setVisible(running)

    def start_or_stop(self) -> None:
        """Import; stop where an import goes on."""
        if self.task is not None:
            self._stop()
            return
        try:
            work = IngestWork(self._chosen(), str(self.connection.currentData() or ""), self.schema.text())
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        QgsSettings().setValue(_STORE, self.store.filePath())
        self._begin(WorkTask(tr("Import of layers"), work, self._taken, self._failed))

    def _chosen(self) -> IngestInput:
        actor = Settings.load().reviewer or getpass.getuser()
        path = Path(self.store.filePath().strip())
        store = path if path.suffix else path.with_suffix(".gpkg")
        return IngestInput(tuple(self.chosen_layers()), store, Origin(actor, note=self.note.text().strip()))

    def _taken(self, ran: IngestRun) -> None:
        found = [f"{one.layer}: {one.found}" for one in ran.outcome.checks if one.found]
        refused = sum(one.outcome is Outcome.REFUSED for one in ran.outcome.checks)
        lines = [
            tr("{0}: version {1}, {2} features").format(v.layer, v.version, v.features) for v in ran.outcome.versions
        ]
        if refused:
            lines = [tr("Nothing was taken in: {0} checks refuse.").format(refused)]
        if ran.rows is not None:
            lines.append(tr("{0} rows are in the database").format(ran.rows))
        tone = Tone.BAD if refused else Tone.DOUBT if found else Tone.GOOD
        self._ended("\n".join([*lines, *found][:_LINES]), tone)

    def open_dialog(self) -> None:
        """The algorithm's own dialog with what is chosen here."""
        import processing

        values = {
            "LAYERS": self.chosen_layers(), "STORE": self.store.filePath(), "NOTE": self.note.text(),
            "POSTGIS": self.connection.currentData(), "SCHEMA": self.schema.text(),
        }  # fmt: skip
        processing.createAlgorithmDialog("onemap:ingestlayers", {k: v for k, v in values.items() if v}).show()

    def dispose(self) -> None:
        """Stop what goes on and hear no more of the project."""
        project = QgsProject.instance()
        for signal in (project.layersAdded, project.layersRemoved):
            signal.disconnect(self.fill)
        super().dispose()
