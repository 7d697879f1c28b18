"""The check page's list of layers: one row each with its proposed line, to be changed by choosing, and the reason."""

import time

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from ...bridge.i18n import tr
from ...bridge.review.check_setup import LayerProposal, candidates, propose_line
from ...bridge.settings import Settings
from ...core.review.proposals import SURE
from ...formats.rules.rule_files import load_catalogue
from ..widgets.contrast import Tone, text_colour
from ..widgets.day_delegate import DayDelegate

_DAY, _WHY = 2, 3  # columns
_SLICE_S = 0.03  # how long the window may be kept busy at a time


_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class LayerTable(QTableWidget):
    """Fills itself a slice at a time, so that a project of hundreds of layers never holds the window up.

    `proposals`: the rows' LayerProposals. Emits `changed()` when a choice changed, `filled()` when all rows are there.
    """

    changed = pyqtSignal()
    filled = pyqtSignal()

    def __init__(self):
        super().__init__(0, 4)
        self.setHorizontalHeaderLabels([tr("Layer"), tr("Control line"), tr("Data as of"), tr("Why it is proposed")])
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setItemDelegateForColumn(_DAY, DayDelegate(self, tr("from the data")))
        self.cellClicked.connect(self._clicked)
        self.itemChanged.connect(self._day_changed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.setColumnWidth(0, 80)
        self.setColumnWidth(1, 138)
        self.setColumnWidth(_DAY, 84)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.setToolTip(tr("Each layer's control line; choose another one where the proposal is wrong."))
        self.proposals: list = []
        self._waiting: list = []
        self._lines = [(line.title, line.id) for line in load_catalogue().lines.values()]
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._fit = QTimer(self, singleShot=True, interval=100)  # after the width has settled
        self._fit.timeout.connect(self.resizeRowsToContents)
        header.sectionResized.connect(lambda *_: self._fit.start())

    def reload(self) -> None:
        """Look at the project's layers anew."""
        self.setRowCount(0)
        self.proposals, self._waiting = [], candidates()
        self._settings = Settings.load()
        if self._waiting:
            self._timer.start()
        else:
            self._timer.stop()
            self.filled.emit()

    @property
    def busy(self) -> bool:
        """Whether rows are still to come."""
        return self._timer.isActive()

    def _go_on(self):
        end = time.monotonic() + _SLICE_S
        while self._waiting and time.monotonic() < end:
            layer = self._waiting.pop(0)
            if not sip.isdeleted(layer):  # removed from the project meanwhile
                self._add(propose_line(layer, self._settings))
        if not self._waiting:
            self._timer.stop()
            self.resizeRowsToContents()
            self.filled.emit()

    def _add(self, proposal: LayerProposal):
        row = self.rowCount()
        self.insertRow(row)
        self.proposals.append(proposal)
        item = QTableWidgetItem(proposal.name)
        item.setToolTip(proposal.source)
        item.setFlags(_FIXED)
        self.setItem(row, 0, item)
        self.setItem(row, _WHY, QTableWidgetItem())
        self.item(row, _WHY).setFlags(_FIXED)
        day = QTableWidgetItem(proposal.day)
        day.setToolTip(tr("Date of the layer's data. Enter it where neither a field nor the metadata gives it."))
        self.setItem(row, _DAY, day)
        combo = QComboBox()
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(4)
        combo.setToolTip(tr("The control line that this layer contains"))
        combo.addItem(tr("(not used)"), "")
        likely = {p.line_id: p.likeness for p in proposal.proposals}
        for name, line_id in sorted(self._lines, key=lambda line: -likely.get(line[1], 0)):
            unsure = 0 < likely.get(line_id, 0) < SURE
            combo.addItem(f"{name} {likely[line_id]:.0%}" if unsure else name, line_id)
        combo.setCurrentIndex(max(combo.findData(proposal.line), 0))
        combo.currentIndexChanged.connect(lambda _index: self._chosen(proposal, combo))
        self.setCellWidget(row, 1, combo)
        self._tell(row)

    def _chosen(self, proposal, combo):
        proposal.line, proposal.remembered = combo.currentData(), False
        self._tell(self.proposals.index(proposal), chosen=True)
        self.changed.emit()

    def _clicked(self, row, column):
        if column == _DAY:
            self.editItem(self.item(row, column))

    def _day_changed(self, item):
        if item.column() == _DAY and item.text() != self.proposals[item.row()].day:
            self.proposals[item.row()].day = item.text()
            self.changed.emit()

    def _tell(self, row, chosen=False):
        proposal, item = self.proposals[row], self.item(row, _WHY)
        item.setText(tr("your choice") if chosen else proposal.reason())
        item.setToolTip(item.text())
        doubtful = not chosen and proposal.line and not proposal.remembered and proposal.likeness < SURE
        if doubtful:
            item.setText(tr("Please check: {0}").format(item.text()))
        colour = QColor(text_colour(Tone.DOUBT))
        item.setForeground(colour if doubtful else self.palette().color(QPalette.ColorRole.Text))

    def lines(self) -> dict:
        """{layer id: line id} of the rows that take part."""
        return {proposal.layer_id: proposal.line for proposal in self.proposals if proposal.line}

    def days(self) -> dict:
        """{layer id: date of its data} of the rows where one was entered."""
        return {proposal.layer_id: proposal.day for proposal in self.proposals if proposal.day}

    def choose(self, layer_id: str, line_id: str) -> None:
        """Select a line for a layer, as a person would."""
        row = next(i for i, proposal in enumerate(self.proposals) if proposal.layer_id == layer_id)
        combo = self.cellWidget(row, 1)
        combo.setCurrentIndex(combo.findData(line_id))

    def leave_out(self, layer_id: str) -> None:
        """A layer that became the projects is no control line, unless the user says so."""
        for row, proposal in enumerate(self.proposals):
            self.setRowHidden(row, proposal.layer_id == layer_id)
            if proposal.layer_id == layer_id and proposal.line and proposal.likeness < SURE:
                self.choose(layer_id, "")
