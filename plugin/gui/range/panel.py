"""The panel that says what binds a range: the conclusion, a verdict for every line, land use, nearest distances,
findings to zoom to.
"""

from pathlib import Path
from typing import Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgisInterface, QgsDockWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.layers import results
from ...bridge.range.check import PartlyChecked, RangeResult
from ...bridge.tasks import WorkTask
from ...core.errors import InputError
from ...core.messages import language
from ...core.review.findings import Verdict
from ...core.review.tiers import Conclusion, decisive
from ...report import write_report
from ...report.review.document import review_document
from ..widgets.conclusions import CONCLUSION_COLOURS
from ..widgets.contrast import letters_on
from ..widgets.tables import add_button, copy_table, fill_table, make_table, wrap_columns
from . import rows
from .marks import RangeMarks

_ROW_PX, _HECTARES = 22, 3  # height of a row; a column
_LEAST_WIDTH = 490  # below it the names of the control lines are cut off beside the areas


class RangePanel(QgsDockWidget):
    """Shows a RangeResult; a row of the verdict table zooms to its findings on double click.

    Emits `save_asked(RangeResult)` and `review_asked(RangeResult)`.
    """

    save_asked = pyqtSignal(object)
    review_asked = pyqtSignal(object)

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__(tr("Constraints of this range"), iface.mainWindow())
        self.setObjectName("onemapRangePanel")
        self._iface = iface
        self._result: Optional[RangeResult] = None
        self._rows: list[Verdict] = []
        self.task: Optional[WorkTask] = None
        self._marks = RangeMarks(iface.mapCanvas())
        self._build()

    def _build(self) -> None:
        self.headline, self.summary, self.slope, self.detail = (QLabel() for _ in range(4))
        for label in (self.headline, self.summary, self.slope, self.detail):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.headline.setStyleSheet("font-weight: bold;")
        self.headline.hide()
        self.detail.hide()
        self.summary.setText(tr("Draw a range on the map."))
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.hide()
        tabs = self._build_tables()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(6, 4, 6, 4)
        for widget in (self.headline, self.summary, self.busy, tabs, self.detail, self.slope):
            layout.addWidget(widget)
        layout.setStretchFactor(tabs, 1)
        self._add_buttons(layout)
        self.setWidget(body)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._enable(False)

    def _build_tables(self) -> QTabWidget:
        areas = [tr("m²"), tr("ha"), tr("mu"), tr("Share %")]
        self.verdicts = make_table([tr("Control line"), tr("Conclusion"), *areas])
        if language() == "en":  # long names that would be cut off
            wrap_columns(self.verdicts, [0])
            self.verdicts.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.land_use = make_table([tr("Code"), tr("Land use"), *areas])
        self.nearest = make_table([tr("Nearest feature"), tr("Nearest [m]"), tr("Required [m]")])
        self.verdicts.cellDoubleClicked.connect(self.zoom_to_row)
        self.verdicts.currentCellChanged.connect(lambda row, *_: self._show_detail(row))
        tabs = QTabWidget()
        tabs.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.remarks = make_table([tr("Remarks")])
        wrap_columns(self.remarks, [0])
        self.remarks.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # rows are made for that width
        for table, stretched, title in (
            (self.verdicts, 0, tr("Verdicts")),
            (self.land_use, 1, tr("Land use")),
            (self.nearest, 0, tr("Distances")),
            (self.remarks, 0, tr("Remarks")),
        ):
            table.verticalHeader().setDefaultSectionSize(_ROW_PX)
            table.horizontalHeader().setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
            tabs.addTab(table, title)
        tabs.currentChanged.connect(lambda _: self.remarks.resizeRowsToContents())  # widths are not known before
        return tabs

    def _add_buttons(self, layout: QVBoxLayout) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        self.buttons = [
            add_button(tr("Findings as layer"), self.add_layer, above),
            add_button(tr("Copy table"), self.copy_table, above),
            add_button(tr("Report…"), self.export_report, above),
            add_button(tr("Save as project site…"), lambda: self.save_asked.emit(self._result), below),
            add_button(tr("Start a review…"), lambda: self.review_asked.emit(self._result), below),
        ]
        for buttons in (above, below):
            layout.addLayout(buttons)

    def _enable(self, on: bool) -> None:
        for button in self.buttons:
            button.setEnabled(on)

    def set_busy(self) -> None:
        """A check is under way; what was shown before stays until there is an answer, but nothing is made of it."""
        self.busy.show()
        self.summary.setText(tr("Checking…"))
        self._enable(False)

    def set_idle(self) -> None:
        """No check is under way and there is nothing to show."""
        self.clear()
        self.summary.setText(tr("Draw a range on the map."))

    def clear(self) -> None:
        """Forget the result: it belongs to a range or to layers that are no more."""
        self._result, self._rows = None, []
        for table in (self.verdicts, self.land_use, self.nearest, self.remarks):
            table.setRowCount(0)
        for widget in (self.headline, self.detail, self.busy):
            widget.hide()
        self.slope.clear()
        self.summary.setToolTip("")
        self.clear_marks()
        self._enable(False)

    def shown(self) -> RangeResult:
        """The result on the screen; the buttons that ask for it are off where there is none."""
        if self._result is None:
            raise InputError("range_none")
        return self._result

    def show_result(self, result: RangeResult) -> None:
        """Fill the tables from a RangeResult."""
        self.busy.hide()
        self._show_verdicts(result)
        fill_table(self.land_use, rows.land_use_rows(result))
        fill_table(self.nearest, rows.nearest_rows(result))
        self.slope.setText(rows.slope_text(result.surroundings))
        self._enable(True)

    def show_partly(self, known: PartlyChecked) -> None:
        """What is known of a range while control lines are read: what holds first, then what indexes show, last what
        is unknown.
        """
        provisional = rows.sorted_verdicts(known.provisional)
        self._result, self._rows = None, [*rows.sorted_verdicts(known.verdicts), *provisional]
        for table in (self.land_use, self.nearest):
            table.setRowCount(0)
        self.slope.clear()
        self.detail.hide()
        self.summary.setText(rows.partly_summary(known))
        self.verdicts.setColumnHidden(_HECTARES, language() == "en")  # the longer conclusions leave names no room
        self._show_headline(rows.partly_headline(known), rows.partly_decisive(known.verdicts))
        shown = [*map(rows.partly_row, self._rows[: len(known.verdicts)]), *map(rows.provisional_row, provisional)]
        unknown = [*map(rows.unseen_row, known.unseen), *map(rows.pending_row, known.pending)]
        fill_table(self.verdicts, [*shown, *unknown])
        self.clear_marks()
        self._enable(False)

    def follow(self, result: RangeResult) -> None:
        """Show the verdicts of a range that is still being dragged; the rest follows when it is let go."""
        self._show_verdicts(result)
        for table in (self.land_use, self.nearest):
            table.setRowCount(0)
        self.slope.clear()
        self._enable(False)

    def _show_verdicts(self, result: RangeResult) -> None:
        self.verdicts.setColumnHidden(_HECTARES, False)
        self._result = result
        self.detail.hide()
        self._show_headline(rows.headline(result.verdicts), decisive(v.conclusion for v in result.verdicts))
        below = rows.first_remarks(result.remarks)
        if result.at_most:  # the room is for the lines; the remarks come back when the mouse rests
            below = [tr("≤: upper limit while the range moves; exact when the mouse rests.")]
        self.summary.setText("\n".join([rows.area_line(result), *below]))
        self.summary.setToolTip("\n".join(remark.text() for remark in result.remarks))
        if not result.at_most:
            fill_table(self.remarks, [([remark.text()], None) for remark in result.remarks])
        self._rows = rows.sorted_verdicts(result.verdicts)
        fill_table(self.verdicts, [rows.verdict_row(v, v.line_id in result.at_most) for v in self._rows])
        for number, verdict in enumerate(self._rows):
            self.verdicts.item(number, 0).setToolTip(rows.verdict_detail(verdict))
        self._marks.show(result, [f.geometry for f in result.findings if not f.is_sliver])

    def _show_headline(self, text: str, conclusion: Conclusion) -> None:
        colour = CONCLUSION_COLOURS[conclusion]
        self.headline.setText(text)
        self.headline.setStyleSheet(
            f"font-weight: bold; color: {letters_on(colour)}; background: {colour}; padding: 3px;"
        )
        self.headline.show()

    def _show_detail(self, row: int) -> None:
        """Law, condition and reason of the row that is chosen."""
        text = rows.verdict_detail(self._rows[row]) if 0 <= row < len(self._rows) else ""
        self.detail.setText(text)
        self.detail.setVisible(bool(text))

    def zoom_to_row(self, row: int, _column: int = 0) -> None:
        """Zoom to the findings of a line and mark them."""
        if self._result is None or row >= len(self._rows):
            return  # a line that is still read
        line, result = self._rows[row].line_id, self._result
        pieces = [f.geometry for f in result.findings if f.line_id == line]
        if pieces:
            self._marks.show(result, pieces)
            canvas = self._iface.mapCanvas()
            box = self._marks.box()
            box.scale(1.5)
            canvas.setExtent(box)
            canvas.refresh()

    def clear_marks(self) -> None:
        """Take the marks of findings off the map."""
        self._marks.clear()

    def dispose(self) -> None:
        """Take the marks off the canvas for good; they would outlive the panel."""
        if self.task is not None:
            self.task.drop()
        self._marks.dispose()

    def add_layer(self) -> QgsVectorLayer:
        """Add the findings to the project as a styled memory layer."""
        result = self.shown()
        layer = QgsVectorLayer("MultiPolygon", tr("Findings of the range"), "memory")
        layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(result.plane_wkt))
        provider = layer.dataProvider()
        provider.addAttributes(list(results.qgs_fields(results.FINDING_FIELDS)))
        layer.updateFields()
        results.write_findings(provider, result.findings, lambda geometries: geometries)
        layer.updateExtents()
        results.FindingsStyle.make().postProcessLayer(layer, None, None)
        QgsProject.instance().addMapLayer(layer)
        return layer

    def copy_table(self) -> None:
        """Put the verdict table on the clipboard."""
        copy_table(self.verdicts)

    def export_report(self) -> None:
        """Ask for a file and write the report in the background."""
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save the report"), "", "Word (*.docx);;Excel (*.xlsx);;PDF (*.pdf);;HTML (*.html)"
        )
        if path:
            self.write_report(Path(path))

    def write_report(self, path: Path) -> None:
        """Write the report of the shown result in the background; how it ended is said in the message bar."""
        result = self.shown()
        self.task = WorkTask(
            tr("Writing the report"),
            lambda feedback: write_report(review_document(result.report()), path),
            lambda _: self._written(tr("Report written: {0}").format(path), Qgis.Success),
            lambda error: self._written(str(error), Qgis.Critical),
        )
        QgsApplication.taskManager().addTask(self.task)

    def _written(self, text: str, level: Qgis.MessageLevel) -> None:
        self.task = None
        self._iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)
