"""The list of buildings: how each stands, by how much it exceeds, what would comply; go to one on the map."""

from typing import Any, Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ...bridge.heights.job import HeightsRun
from ...bridge.heights.session import worst_of
from ...bridge.heights.titles import STATUS_COLOURS
from ...bridge.i18n import tr
from ...bridge.range.shapes import from_shapely
from ...core.heights.wording import advice_text, reason_text, rule_word, status_word
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import number_text

_AROUND, _LEAST_M = 4.0, 60.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter  # of a title that is cut the beginning is read
_MARK, _OVER = QColor("#ffd600"), QColor("#d7191c")


class BuildingList(QWidget):
    """Emits `picked(building)` when one is chosen, -1 for none."""

    picked = pyqtSignal(int)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__()
        self.canvas, self.crs = canvas, None
        self.run: Optional[HeightsRun] = None
        self._current = -1  # kept: rows that are filled anew are chosen no more
        self._bands: list[Any] = []
        titles = [
            tr("Conclusion"),
            tr("Building"),
            tr("Height (m)"),
            tr("Over (m)"),
            tr("Rule and what would comply"),
        ]
        self.rows = Rows(titles, (2, 3), 0, self)
        self.view = row_view(self.rows, 4)
        self.view.setMinimumHeight(150)
        self.view.horizontalHeader().setDefaultAlignment(_LEFT)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        self.view.doubleClicked.connect(lambda *_: self.go())
        self.hint = EmptyHint(self.view)
        self.only_broken = QCheckBox(tr("Only those that fail a requirement or were not checked"))
        self.only_broken.setChecked(True)
        self.only_broken.toggled.connect(lambda *_: self.filter())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.only_broken)
        layout.addWidget(self.view, 1)

    def show_run(self, run: Optional[HeightsRun], crs: Optional[QgsCoordinateReferenceSystem]) -> None:
        """Show a run; the building that is chosen stays chosen."""
        self.run, self.crs = run, crs
        if run is None or self._current >= len(run.buildings):
            self._current = -1
        self.rows.fill(_rows(run) if run else [])
        self.filter()

    def filter(self) -> None:
        """Show the buildings that are wanted; the chosen one stays in sight."""
        kept, run = self._current, self.run
        wanted = {"conflict", "not_checked"} if self.only_broken.isChecked() else None
        self.rows.show(lambda n: wanted is None or n == kept or (run is not None and run.buildings[n].status in wanted))
        self.choose(kept)

    def selected(self) -> int:
        """Position of the chosen building, -1 for none."""
        return self._current

    def choose(self, building: int) -> None:
        """Choose a building without saying so."""
        model = self.view.selectionModel()
        model.blockSignals(True)
        if building in self.rows.shown:
            self.view.selectRow(self.rows.shown.index(building))
        model.blockSignals(False)

    def _picked(self):
        numbers = chosen(self.view)
        self._current = numbers[0] if numbers else -1
        self.picked.emit(self._current)

    def go(self) -> None:
        """Go to the chosen building and outline it, what exceeds in red."""
        at = self.selected()
        if at < 0 or self.run is None or self.crs is None:
            return
        shape = self.run.outcome.design.buildings.footprints[at]
        if shape is None:
            return
        box = QgsRectangle(*shapely.bounds(shape).tolist())
        box.grow(max(max(box.width(), box.height()) * (_AROUND - 1) / 2, _LEAST_M))
        target = self.canvas.mapSettings().destinationCrs()
        moved = QgsCoordinateTransform(self.crs, target, QgsProject.instance())
        self.canvas.setExtent(moved.transformBoundingBox(box))
        self.outline(at)
        self.canvas.refresh()

    def outline(self, building: int) -> None:
        """Outline a building on the map, and what of it exceeds now."""
        self.clear_outline()
        if self.run is None or building < 0:
            return
        shape = self.run.outcome.design.buildings.footprints[building]
        over = [f.geometry for f in self.run.findings if f.building == building and f.geometry is not None]
        for shapes, colour in (([shape] if shape is not None else [], _MARK), (over, _OVER)):
            if shapes:
                self._bands.append(self._band(shapes, colour))

    def _band(self, shapes, colour):
        band = QgsRubberBand(self.canvas, QgsWkbTypes.PolygonGeometry)
        fill = QColor(colour)
        fill.setAlpha(40)  # the labels below stay readable
        band.setColor(colour)
        band.setFillColor(fill)
        band.setWidth(3)
        for shape in shapes:
            band.addGeometry(from_shapely(shape), self.crs)
        return band

    def clear_outline(self) -> None:
        """Take the outlines off the map."""
        for band in self._bands:
            self.canvas.scene().removeItem(band)
        self._bands = []


def _rows(run: HeightsRun) -> list[Row]:
    worst = worst_of(run.findings)
    first: dict[int, Any] = {}
    for finding in run.findings:
        first.setdefault(finding.building, finding)
    rows = []
    for b in run.buildings:
        one, exceed = first.get(b.building), worst.get(b.building)
        if one is not None:
            reason = f"{rule_word(one.rule)}「{one.rule_name}」{advice_text(one)}"
        else:
            reason = reason_text(b.reason) or f"{rule_word(b.binding)} {b.binding_name}".strip()
        texts = (status_word(b.status), b.building_key, number_text(b.height_m, 1),
                 "" if exceed is None else f"{exceed:.2f}", reason)  # fmt: skip
        keys = (b.status, b.building_key, b.height_m or 0.0, exceed or 0.0, reason)
        rows.append(Row(texts, keys, STATUS_COLOURS[b.status]))
    return rows
