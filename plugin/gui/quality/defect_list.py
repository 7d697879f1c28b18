"""The list of defects: by class, severity and state, found by text; go to one, say that it is fixed or an exception."""

from collections.abc import Iterable
from typing import Any, Callable, Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.quality.inspection_rows import inspection_values
from ...bridge.range.shapes import from_shapely
from ...core.quality.defects import Defect, DefectState, Severity, items
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import add_button
from .wording import SEVERITY_COLOURS, STATE_COLOURS, stage_names

_AROUND, _LEAST = 1.6, 30.0  # metres around a small place
_MARK = QColor("#ffd600")


class DefectList(QWidget):
    """Emits `asked(state, numbers)` when a person says something of defects. `crs`: of their places, None for none."""

    asked = pyqtSignal(object, object)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__()
        self.canvas, self.crs = canvas, None
        self.defects: list[Defect] = []
        self._band: Any = None
        self._build()
        self._enable()

    def _build(self):
        self.stage_box, self.severity_box, self.state_box = QComboBox(), QComboBox(), QComboBox()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an item, layer, identifier or text"))
        self.search.setClearButtonEnabled(True)
        titles = [tr("Grade"), tr("Item"), tr("Defect (layer, feature)"), tr("State")]
        self.rows = Rows(titles, (), 0, self)
        self.view = row_view(self.rows, 2)
        self.view.setMinimumHeight(90)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.view.doubleClicked.connect(lambda *_: self.go())
        self.hint = EmptyHint(self.view)
        for box in (self.stage_box, self.severity_box, self.state_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMinimumContentsLength(4)
            box.currentIndexChanged.connect(lambda *_: self.filter())
        self.search.textChanged.connect(lambda *_: self.filter())
        top, layout = QGridLayout(), QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        top.setVerticalSpacing(2)
        for column, box in enumerate((self.stage_box, self.severity_box, self.state_box)):
            top.addWidget(box, 0, column)
            top.setColumnStretch(column, 1)
        top.addWidget(self.search, 1, 0, 1, 3)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addLayout(self._buttons())

    def _buttons(self):
        row, ask = QHBoxLayout(), self._ask
        self.zoom = add_button(tr("Zoom to"), self.go, row, tr("Go to the place of the defect"))
        tip = tr("Mark it as corrected; the next inspection verifies it")
        self.fixed = add_button(tr("Fixed"), lambda: ask(DefectState.FIXED), row, tip)
        tip = tr("Keep it as an exception with a reason; it does not lower the score and stays listed")
        self.exception = add_button(tr("Exception…"), lambda: ask(DefectState.EXCEPTION), row, tip)
        self.again = add_button(tr("Open again"), lambda: ask(DefectState.OPEN), row, tr("Undo the decision"))
        return row

    def show_defects(self, defects: list[Defect], crs: Optional[QgsCoordinateReferenceSystem]) -> None:
        """Show other defects, those of the same run with other states included."""
        self.defects, self.crs = defects, crs
        self._clear_mark()
        self.rows.fill([_row(defect) for defect in defects])
        values = inspection_values()
        names = stage_names()
        stages = [(f"{number} {names[number]}", number) for number in sorted({items()[d.item].stage for d in defects})]
        severities = [(values["severity"][s.value], s) for s in Severity]
        states = [(values["state"][s.value], s) for s in DefectState]
        _refill(self.stage_box, tr("All classes"), stages, lambda n: sum(items()[d.item].stage == n for d in defects))
        _refill(self.severity_box, tr("All grades"), severities, lambda s: sum(d.severity == s for d in defects))
        _refill(self.state_box, tr("All states"), states, lambda s: sum(d.state == s for d in defects))
        self.filter()

    def filter(self) -> None:
        """Show the defects of what is chosen."""
        stage, severity = self.stage_box.currentData(), self.severity_box.currentData()
        state, text = self.state_box.currentData(), self.search.text().strip().casefold()

        def wanted(number: int) -> bool:
            defect = self.defects[number]
            return (
                (stage is None or items()[defect.item].stage == stage)
                and (severity is None or defect.severity == severity)
                and (state is None or defect.state == state)
                and (not text or any(text in cell.casefold() for cell in self.rows.rows[number].texts))
            )

        self.rows.show(wanted)
        self._enable()

    def selected(self) -> list[int]:
        """Numbers of the defects that are selected."""
        return chosen(self.view)

    def _enable(self):
        selected = self.selected()
        has_place = any(self.defects[n].geometry is not None for n in selected) and self.crs is not None
        self.zoom.setEnabled(has_place)
        for button in (self.fixed, self.exception, self.again):
            button.setEnabled(bool(selected))

    def _ask(self, state):
        numbers = self.selected()
        if numbers:
            self.asked.emit(state, numbers)

    def go(self) -> None:
        """Go to the selected defects and outline them."""
        shapes = [self.defects[n].geometry for n in self.selected() if self.defects[n].geometry is not None]
        shapes = [shape for shape in shapes if not shapely.is_empty(shape)]
        if not shapes or self.crs is None:
            return
        self._clear_mark()
        target = self.canvas.mapSettings().destinationCrs()
        box = QgsRectangle(*shapely.total_bounds(shapes).tolist())
        box.grow(max(max(box.width(), box.height()) * (_AROUND - 1), _LEAST))
        moved = QgsCoordinateTransform(self.crs, target, QgsProject.instance())
        self.canvas.setExtent(moved.transformBoundingBox(box))
        self._band = QgsRubberBand(self.canvas, QgsWkbTypes.PolygonGeometry)
        self._band.setColor(_MARK)
        self._band.setFillColor(QColor(255, 214, 0, 60))
        self._band.setWidth(3)
        for shape in shapes:
            drawn = shape if shapely.get_dimensions(shape) == 2 else shapely.buffer(shape, box.width() / 80)
            self._band.addGeometry(from_shapely(drawn), self.crs)
        self.canvas.refresh()

    def _clear_mark(self):
        if self._band is not None:
            self.canvas.scene().removeItem(self._band)
            self._band = None

    def dispose(self) -> None:
        """Take the outline off the map."""
        self._clear_mark()


def _refill(box: QComboBox, everything: str, entries: Iterable, count: Callable[[Any], int]) -> None:
    """Entries with how many there are; what was chosen stays."""
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(everything, None)
    for label, data in entries:
        number = count(data)
        if number:
            box.addItem(f"{label} ({number})", data)
    box.setCurrentIndex(next((n for n in range(box.count()) if box.itemData(n) == before), 0))
    box.blockSignals(False)


def _row(defect: Defect) -> Row:
    values = inspection_values()
    state = values["state"][defect.state.value] + (f"：{defect.note}" if defect.note else "")
    key = defect.key or ("" if defect.fid is None else str(defect.fid))
    place = " ".join(filter(None, (defect.layer, key)))
    texts = (
        defect.severity.value,
        f"{defect.item} {items()[defect.item].title()}",
        f"{defect.text()}（{place}）" if place else defect.text(),
        state,
    )
    open_colour = SEVERITY_COLOURS[defect.severity]
    keys = (
        f"{defect.severity.value} {defect.state != DefectState.OPEN:d}",
        *texts[1:],
    )  # of a grade the open ones first
    return Row(texts, keys, STATE_COLOURS.get(defect.state, open_colour))
