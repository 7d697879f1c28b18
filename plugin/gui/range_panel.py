"""The panel that says what binds a range: a verdict for every line, land use, nearest distances, findings to zoom to."""

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsDockWidget, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QBrush, QColor, QGuiApplication
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..bridge import results
from ..bridge.i18n import tr
from ..core.errors import OneMapError
from ..core.findings import CLEAR, CONFLICT, FAILED, NOT_CHECKED
from ..core.rounding import hectares, mu
from ..report import write_report

_ORDER = (CONFLICT, FAILED, NOT_CHECKED, CLEAR)
_TINTS = {CLEAR: "#2e7d32", NOT_CHECKED: "#757575", FAILED: "#b26a00"}


class RangePanel(QgsDockWidget):
    """Shows a RangeResult; a row of the verdict table zooms to its findings on double click."""

    def __init__(self, iface):
        super().__init__(tr("What binds this range"), iface.mainWindow())
        self.setObjectName("onemapRangePanel")
        self._iface, self._result = iface, None
        self._marks = QgsRubberBand(iface.mapCanvas(), QgsWkbTypes.PolygonGeometry)
        self._marks.setColor(QColor(215, 25, 28, 120))
        self._build()

    def _build(self):
        self.summary = QLabel(tr("Draw a range on the map."))
        self.summary.setWordWrap(True)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.hide()
        self.verdicts = _table([tr("Control line"), tr("Verdict"), tr("Effect"), tr("m²"), tr("ha"), tr("mu"), tr("Share %")])
        self.land_use = _table([tr("Code"), tr("Land use"), tr("m²"), tr("ha"), tr("mu"), tr("Share %")])
        self.nearest = _table([tr("Control line"), tr("Nearest [m]"), tr("Required [m]")])
        self.verdicts.cellDoubleClicked.connect(self.zoom_to_row)
        tabs = QTabWidget()
        for table, title in ((self.verdicts, tr("Verdicts")), (self.land_use, tr("Land use")), (self.nearest, tr("Distances"))):
            tabs.addTab(table, title)
        body = QWidget()
        layout = QVBoxLayout(body)
        for widget in (self.summary, self.busy, tabs):
            layout.addWidget(widget)
        buttons = QHBoxLayout()
        self.buttons = [
            _button(tr("Findings as layer"), self.add_layer, buttons),
            _button(tr("Copy table"), self.copy_table, buttons),
            _button(tr("Report…"), self.export_report, buttons),
        ]
        layout.addLayout(buttons)
        self.setWidget(body)
        self.setMinimumWidth(430)
        self._enable(False)

    def _enable(self, on):
        for button in self.buttons:
            button.setEnabled(on)

    def set_busy(self):
        self.busy.show()
        self.summary.setText(tr("Checking…"))
        self._enable(False)

    def set_idle(self):
        self.busy.hide()
        self.summary.setText(tr("Draw a range on the map."))

    def show_result(self, result):
        """Fill the tables from a RangeResult."""
        self.busy.hide()
        self._show_verdicts(result)
        _fill(self.land_use, [([r.code, r.name, *_areas(r.area_m2), f"{r.share_pct:.2f}"], None) for r in result.landuse])
        _fill(self.nearest, [([r.line_name, f"{r.distance_m:,.2f}", f"{r.required_m:g}"], None) for r in result.nearest])
        self._enable(True)

    def follow(self, result):
        """Show the verdicts of a range that is still being dragged; the rest follows when it is let go."""
        self._show_verdicts(result)
        for table in (self.land_use, self.nearest):
            table.setRowCount(0)
        self._enable(False)

    def _show_verdicts(self, result):
        self._result = result
        conflicts = sum(v.status == CONFLICT for v in result.verdicts)
        unchecked = sum(v.status == NOT_CHECKED for v in result.verdicts)
        area = _areas(result.project_m2)
        text = tr("Range {0} m² = {1} ha = {2} mu. {3} line(s) in conflict, {4} not checked (not checked does not mean clear).")
        self.summary.setText("\n".join([text.format(*area, conflicts, unchecked), *(r.text() for r in result.remarks[:4])]))
        self._rows = sorted(result.verdicts, key=lambda v: (_ORDER.index(v.status), -v.overlap_m2))
        _fill(self.verdicts, [self._verdict_row(v) for v in self._rows])
        self._mark([f.geometry for f in result.findings if not f.is_sliver])

    def _verdict_row(self, verdict):
        colour = _TINTS.get(verdict.status) or results.EFFECT_COLOURS[verdict.effect]
        blank = verdict.status in (NOT_CHECKED, FAILED)
        numbers = ["", "", "", ""] if blank else [*_areas(verdict.overlap_m2), f"{verdict.share_pct:.2f}"]
        return [verdict.line_name, status_text(verdict.status), effect_text(verdict.effect), *numbers], colour

    def zoom_to_row(self, row, _column=0):
        """Zoom to the findings of a line and mark them."""
        line = self._rows[row].line_id
        pieces = [f.geometry for f in self._result.findings if f.line_id == line]
        if pieces:
            self._mark(pieces)
            canvas = self._iface.mapCanvas()
            box = self._marks.asGeometry().boundingBox()
            box.scale(1.5)
            canvas.setExtent(box)
            canvas.refresh()

    def _mark(self, pieces):
        self.clear_marks()
        canvas = self._iface.mapCanvas()
        plane = QgsCoordinateReferenceSystem.fromWkt(self._result.plane_wkt)
        move = QgsCoordinateTransform(plane, canvas.mapSettings().destinationCrs(), QgsProject.instance())
        for piece in pieces:
            geometry = QgsGeometry()
            geometry.fromWkb(piece.wkb)
            geometry.transform(move)
            self._marks.addGeometry(geometry, None)

    def clear_marks(self):
        self._marks.reset(QgsWkbTypes.PolygonGeometry)

    def dispose(self):
        """Take the marks off the canvas for good; they would outlive the panel."""
        self._iface.mapCanvas().scene().removeItem(self._marks)

    def add_layer(self):
        """Add the findings to the project as a styled memory layer."""
        layer = QgsVectorLayer("MultiPolygon", tr("Findings of the range"), "memory")
        layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(self._result.plane_wkt))
        provider = layer.dataProvider()
        provider.addAttributes(list(results.qgs_fields(results.FINDING_FIELDS)))
        layer.updateFields()
        results.write_findings(provider, self._result.findings, lambda geometries: geometries)
        layer.updateExtents()
        results.FindingsStyle.make().postProcessLayer(layer, None, None)
        QgsProject.instance().addMapLayer(layer)
        return layer

    def copy_table(self):
        """Put the verdict table on the clipboard, tab-separated, for a spreadsheet."""
        table = self.verdicts
        head = [table.horizontalHeaderItem(c).text() for c in range(table.columnCount())]
        rows = [[table.item(r, c).text() for c in range(table.columnCount())] for r in range(table.rowCount())]
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in [head, *rows]))

    def export_report(self):
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "", "Word (*.docx);;Excel (*.xlsx);;PDF (*.pdf);;HTML (*.html)")
        if path:
            self.write_report(path)

    def write_report(self, path):
        """Write the report of the shown result; an error is told in the message bar."""
        try:
            write_report(self._result.report(), path)
        except OneMapError as error:
            self._iface.messageBar().pushMessage(tr("OneMap Desk"), str(error), Qgis.Critical)
            return
        self._iface.messageBar().pushMessage(tr("OneMap Desk"), tr("Report written: {0}").format(path), Qgis.Success)


def status_text(status):
    """A verdict's status in the user's language."""
    return {CONFLICT: tr("Conflict"), CLEAR: tr("Clear"), NOT_CHECKED: tr("Not checked"), FAILED: tr("Layer failed")}[status]


def effect_text(effect):
    """An effect in the user's language."""
    names = {"prohibit": tr("Prohibited"), "conditional": tr("Conditional"), "consult": tr("Consultation"), "notice": tr("Notice")}
    return names.get(effect, "")


def _areas(value):
    return f"{value:,.2f}", f"{hectares(value):,.4f}", f"{mu(value):,.2f}"


def _button(text, slot, layout):
    button = QPushButton(text)
    button.clicked.connect(slot)
    layout.addWidget(button)
    return button


def _table(titles):
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table


def _fill(table, rows):
    """Fill a table with (texts, colour of the second column or None); numbers stand right."""
    table.setRowCount(len(rows))
    for number, (texts, colour) in enumerate(rows):
        for position, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if text[:1].isdigit() and position > 1:
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
            if colour and position == 1:
                item.setForeground(QBrush(QColor("white")))
                item.setBackground(QBrush(QColor(colour)))
            table.setItem(number, position, item)
