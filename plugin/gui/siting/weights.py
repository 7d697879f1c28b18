"""Weights tried with sliders: the ranking follows at once, and two factors are held against each other."""

from typing import Any, Optional

import numpy as np
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGridLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.siting.reweigh import Reweighed, Trial
from ..widgets.boxes import narrow
from ..widgets.tables import copy_table, fill_table, make_table, number_text
from .front_chart import FrontChart, Spot

_SHOWN = 20
_STEPS = 100
_LEAST_TABLE = 150  # pixels


class WeightsTrial(QWidget):
    """`show_selection(Selection)`; emits `chosen([indices of candidates])` when sites are clicked. What is tried here
    changes neither the criteria nor the run.
    """

    chosen = pyqtSignal(list)

    def __init__(self) -> None:
        super().__init__()
        self._selection: Any = None
        self._trial: Optional[Trial] = None
        self.sliders: list[QSlider] = []
        self._shares: list[QLabel] = []
        self.hint = QLabel(tr("Run the selection to try other weights."))
        self.hint.setWordWrap(True)
        self._grid = QGridLayout()
        self.reset = QPushButton(tr("Weights of the criteria"))
        self.reset.clicked.connect(self._take_own)
        self.table = make_table([tr("Rank"), tr("Site"), tr("Score"), tr("Former rank"), tr("Change")])
        self.table.setMinimumHeight(_LEAST_TABLE)
        self.table.cellClicked.connect(lambda row, column: self._choose())
        self._rows: list[int] = []
        self.across, self.up = QComboBox(), QComboBox()
        self.chart = FrontChart()
        self.chart.picked.connect(lambda index: self.chosen.emit([index]))
        for box in (self.across, self.up):
            narrow(box)
            box.currentIndexChanged.connect(self._draw)
        self._lay_out()
        self._enable(False)

    def _choose(self) -> None:
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        self.chosen.emit([self._rows[row] for row in rows])

    def _lay_out(self) -> None:
        axes = QFormLayout()
        for label, box in ((tr("Horizontal axis"), self.across), (tr("Vertical axis"), self.up)):
            axes.addRow(label, box)
        layout = QVBoxLayout(self)
        layout.addWidget(self.hint)
        layout.addLayout(self._grid)
        layout.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.table, 2)
        layout.addLayout(axes)
        layout.addWidget(self.chart, 3)

    def _enable(self, on: bool) -> None:
        for widget in (self.reset, self.table, self.across, self.up, self.chart):
            widget.setEnabled(on)

    def show_selection(self, selection: Any) -> None:
        """Take the factors and sites of a finished run."""
        self._selection, self._trial = selection, Trial(selection) if selection.factors else None
        self._clear_sliders()
        self._enable(self._trial is not None)
        titles = [r.factor.title for r in selection.factors]
        for box, first in ((self.across, 0), (self.up, 1)):
            box.blockSignals(True)
            box.clear()
            box.addItems(titles)
            box.setCurrentIndex(min(first, len(titles) - 1))
            box.blockSignals(False)
        if self._trial is None:
            self.hint.setText(tr("The criteria have no scored factor."))
            self.table.setRowCount(0)
            return
        self.hint.setText(tr("Trials here change neither the criteria nor the result."))
        for row, title in enumerate(titles):
            self._add_slider(row, title)
        self._take_own()

    def _clear_sliders(self) -> None:
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        self.sliders, self._shares = [], []

    def _add_slider(self, row: int, title: str) -> None:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _STEPS)
        slider.setAccessibleName(title)
        slider.valueChanged.connect(self._weigh)
        share, name = QLabel(), QLabel(title)
        name.setToolTip(title)
        name.setWordWrap(True)
        share.setMinimumWidth(share.fontMetrics().horizontalAdvance("100.0 %"))
        share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((name, slider, share)):
            self._grid.addWidget(widget, row, column)
        self.sliders.append(slider)
        self._shares.append(share)

    def _take_own(self) -> None:
        """Back to the weights of the criteria; the sliders are whole numbers, what is shown first is exact."""
        weights = self._trial.weights() if self._trial is not None else np.zeros(0)
        for slider, weight in zip(self.sliders, weights):
            slider.blockSignals(True)
            slider.setValue(round(_STEPS * weight / weights.max()))
            slider.blockSignals(False)
        self._show(weights)

    def _weigh(self) -> None:
        weights = np.array([slider.value() for slider in self.sliders], float)
        if weights.sum():
            self._show(weights)
        else:
            self.hint.setText(tr("At least one weight must be above 0."))

    def _show(self, weights: np.ndarray) -> None:
        if self._trial is None:
            return
        self.hint.setText(tr("Trials here change neither the criteria nor the result."))
        for label, share in zip(self._shares, 100 * weights / weights.sum()):
            label.setText(f"{share:.1f} %")
        found = self._trial.weighed(weights)
        self._rows = [int(index) for index in found.order[:_SHOWN]]
        fill_table(self.table, [(self._texts(found, place), None) for place in range(len(self._rows))])
        self._draw()

    def _texts(self, found: Reweighed, place: int) -> list[str]:
        index, moved = int(found.order[place]), int(found.moved[place])
        change = f"▲ {moved}" if moved > 0 else f"▼ {-moved}" if moved < 0 else "—"
        score = number_text(found.score[index])
        return [str(int(found.rank[place])), self._selection.keys[index], score, str(int(found.former[place])), change]

    def _draw(self) -> None:
        """The sites by two factors; those on the front are better in none without being worse in the other."""
        one, other = self.across.currentIndex(), self.up.currentIndex()
        if self._trial is None or min(one, other) < 0:
            return
        across, up = self._trial.scores(one), self._trial.scores(other)
        front, best = set(self._trial.unbettered(one, other).tolist()), set(self._rows[:1])
        known = [int(i) for i in self._selection.order if across[i] == across[i] and up[i] == up[i]]
        keys = self._selection.keys
        spots = [Spot(i, keys[i], float(across[i]), float(up[i]), i in front, i in best) for i in known]
        self.chart.show_spots(spots, self.across.currentText(), self.up.currentText())

    def copy(self) -> None:
        """Put the table on the clipboard."""
        copy_table(self.table)
