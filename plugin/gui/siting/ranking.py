"""The ranked table of sites, tied to their layer both ways: what is selected here is selected on the map, and
the other way round.
"""

from typing import Any

from qgis.core import QgsCoordinateTransform, QgsProject
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.land.rounding import mu
from ..widgets.contrast import Tone, letters_on, text_colour
from ..widgets.tables import copy_table, fill_table, make_table, number_text

_SHOWN, _REMARKS = 500, 4

_ALARM = "#b71c1c"


class Ranking(QWidget):
    """`show_run(SiteRun)`; emits `chosen([indices of candidates])` when other rows are selected."""

    chosen = pyqtSignal(list)

    def __init__(self, iface):
        super().__init__()
        self._iface, self._run, self._layer = iface, None, None
        self._fids, self._quiet = [], False
        self.hint = QLabel(tr("Run the selection to rank sites."))
        self.hint.setWordWrap(True)
        self.alarm = QLabel()
        self.alarm.setWordWrap(True)
        self.alarm.setStyleSheet(f"background: {_ALARM}; color: {letters_on(_ALARM)}; padding: 4px; font-weight: bold;")
        self.alarm.hide()
        self.table = make_table([tr("Rank")])
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.itemSelectionChanged.connect(self._selected)
        self.table.cellDoubleClicked.connect(lambda row, column: self.zoom(row))
        layout = QVBoxLayout(self)
        layout.addWidget(self.alarm)
        layout.addWidget(self.hint)
        layout.addWidget(self.table)

    def show_run(self, run: Any, remarks: Any = ()) -> None:
        """Show the sites of a run, best first, below what there is to remark about it (texts)."""
        self.forget()
        self._run, selection = run, run.selection
        alarms = [r.text() for r in selection.remarks if r.code.startswith("siting_unchecked")]
        self.alarm.setText("\n".join(alarms))
        self.alarm.setVisible(bool(alarms))
        shown = selection.order[:_SHOWN]
        factors = [tr("{0}, points").format(r.factor.title) for r in selection.factors]
        titles = [
            tr("Rank"),
            tr("Site"),
            tr("mu"),
            tr("m²"),
            tr("Score"),
            tr("Evaluated %"),
            tr("First %"),
            tr("Top five %"),
            *factors,
        ]
        self._quiet = True
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        ranks = self._run.selection.ranks().tolist()
        fill_table(self.table, [(self._row(rank, int(i)), None) for rank, i in zip(ranks, shown)])
        self._mark_unknown(shown)
        self._quiet = False
        self._fids = [f.id() for f in sorted(run.sites.getFeatures(), key=lambda f: f["rank"])][:_SHOWN]
        self._layer = run.sites
        self._layer.selectionChanged.connect(self._selected_on_map)
        self._layer.willBeDeleted.connect(self._layer_goes)
        self.hint.setText("\n".join([self._summary(len(shown)), *remarks[:_REMARKS]]))
        self.hint.setToolTip("\n".join(remarks))

    def _row(self, rank, index):
        selection, firm = self._run.selection, self._run.selection.sensitivity
        firmness = (
            [number_text(firm.first_pct[index], 1), number_text(firm.top5_pct[index], 1)]
            if firm is not None
            else ["—", "—"]
        )
        areas = [number_text(mu(selection.areas_m2[index])), number_text(selection.areas_m2[index])]
        score = [number_text(selection.score[index]), number_text(selection.evaluated_pct[index], 1)]
        factors = selection.factors
        parts = [
            number_text(r.contribution[index], 1) if r.score[index] == r.score[index] else tr("not evaluated")
            for r in factors
        ]
        return [str(rank), selection.keys[index], *areas, *score, *firmness, *parts]

    def _mark_unknown(self, shown):
        """What was not evaluated of a site stands out and says why."""
        for row, index in enumerate(shown):
            missing = self._run.selection.not_evaluated(int(index))
            if missing:
                item = self.table.item(row, 5)
                item.setForeground(QBrush(QColor(text_colour(Tone.DOUBT))))
                for column in range(self.table.columnCount()):
                    self.table.item(row, column).setToolTip("\n".join(missing))

    def _summary(self, shown):
        run, selection = self._run, self._run.selection
        if run.parcels:
            text = tr("{0} of {1} candidates fit.").format(f"{len(selection.order):,}", f"{len(selection.keys):,}")
        else:
            sizes = (f"{len(selection.order):,}", f"{mu(run.run.free_m2):,.2f}", f"{mu(run.run.extent_m2):,.2f}")
            text = tr("{0} sites were found in {1} mu of free land (extent {2} mu).").format(*sizes)
        return text + (" " + tr("The first {0} are shown.").format(shown) if shown < len(selection.order) else "")

    def indices(self) -> list:
        """Candidate indices of the selected rows, best first."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [int(self._run.selection.order[row]) for row in rows]

    def _selected(self):
        if self._quiet or self._run is None:
            return
        rows = {index.row() for index in self.table.selectedIndexes()}
        if self._layer is not None:
            self._quiet = True
            self._layer.selectByIds([self._fids[row] for row in rows])
            self._quiet = False
        self.chosen.emit(self.indices())

    def _selected_on_map(self, *_):
        if self._quiet:
            return
        wanted = set(self._layer.selectedFeatureIds())
        self._quiet = True
        self.table.clearSelection()
        self._select_rows([row for row, fid in enumerate(self._fids) if fid in wanted])
        self._quiet = False
        self.chosen.emit(self.indices())

    def _select_rows(self, rows):
        """Add rows to what is selected; the first is scrolled to."""
        model, selected = self.table.model(), self.table.selectionModel()
        for row in rows:
            selected.select(model.index(row, 0), selected.SelectionFlag.Select | selected.SelectionFlag.Rows)
        if rows:
            self.table.scrollToItem(self.table.item(rows[0], 0))

    def choose(self, indices: Any) -> None:
        """Select these candidates, here and on the map."""
        if self._run is None:
            return
        places = {int(index): row for row, index in enumerate(self._run.selection.order[:_SHOWN])}
        self._quiet = True
        self.table.clearSelection()
        self._select_rows([places[index] for index in indices if index in places])
        self._quiet = False
        self._selected()

    def zoom(self, row: int) -> None:
        """Zoom the map to a site."""
        layer, canvas = self._layer, self._iface.mapCanvas()
        if layer is None:
            return
        move = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
        box = move.transformBoundingBox(layer.getFeature(self._fids[row]).geometry().boundingBox())
        box.scale(4)
        canvas.setExtent(box)
        canvas.refresh()

    def _layer_goes(self):
        """The user takes the layer out of the project: the table stays, without the map."""
        self._layer = None

    def forget(self) -> None:
        """Let go of the run and its layer."""
        if self._layer is not None:
            self._layer.selectionChanged.disconnect(self._selected_on_map)
            self._layer.willBeDeleted.disconnect(self._layer_goes)
        self._run = self._layer = None
        self.table.setRowCount(0)

    def copy(self) -> None:
        copy_table(self.table)
