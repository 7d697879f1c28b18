"""The panel that says what binds a range: a verdict for every line, land use, nearest distances, findings to
zoom to.
"""

import math

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
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.layers import results
from ...core.errors import OneMapError
from ...core.review.findings import CLEAR, CONFLICT, FAILED, INVOLVED, NOT_CHECKED
from ...report import write_report
from ...report.review.document import review_document
from ..widgets.tables import add_button, area_texts, copy_table, fill_table, make_table

_ORDER = (CONFLICT, FAILED, INVOLVED, NOT_CHECKED, CLEAR)
_TINTS = {CLEAR: "#2e7d32", NOT_CHECKED: "#757575", FAILED: "#b26a00"}


class RangePanel(QgsDockWidget):
    """Shows a RangeResult; a row of the verdict table zooms to its findings on double click.

    Emits `save_asked(RangeResult)` and `review_asked(RangeResult)`.
    """

    save_asked = pyqtSignal(object)
    review_asked = pyqtSignal(object)

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
        self.verdicts = make_table(
            [tr("Control line"), tr("Verdict"), tr("Effect"), tr("m²"), tr("ha"), tr("mu"), tr("Share %")]
        )
        self.land_use = make_table([tr("Code"), tr("Land use"), tr("m²"), tr("ha"), tr("mu"), tr("Share %")])
        self.nearest = make_table([tr("Nearest feature"), tr("Nearest [m]"), tr("Required [m]")])
        self.slope = QLabel()
        self.slope.setWordWrap(True)
        self.verdicts.cellDoubleClicked.connect(self.zoom_to_row)
        tabs = QTabWidget()
        for table, title in (
            (self.verdicts, tr("Verdicts")),
            (self.land_use, tr("Land use")),
            (self.nearest, tr("Distances")),
        ):
            tabs.addTab(table, title)
        body = QWidget()
        layout = QVBoxLayout(body)
        for widget in (self.summary, self.slope, self.busy, tabs):
            layout.addWidget(widget)
        self._add_buttons(layout)
        self.setWidget(body)
        self.setMinimumWidth(430)
        self._enable(False)

    def _add_buttons(self, layout):
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
        fill_table(
            self.land_use,
            [([r.code, r.name, *area_texts(r.area_m2), f"{r.share_pct:.2f}"], None) for r in result.landuse],
        )
        rows = [[r.line_name, f"{r.distance_m:,.2f}", f"{r.required_m:g}"] for r in result.nearest]
        fill_table(self.nearest, [(row, None) for row in rows + road_rows(result.surroundings)])
        self.slope.setText(slope_text(result.surroundings))
        self._enable(True)

    def follow(self, result):
        """Show the verdicts of a range that is still being dragged; the rest follows when it is let go."""
        self._show_verdicts(result)
        for table in (self.land_use, self.nearest):
            table.setRowCount(0)
        self.slope.clear()
        self._enable(False)

    def _show_verdicts(self, result):
        self._result = result
        conflicts = sum(v.status == CONFLICT for v in result.verdicts)
        unchecked = sum(v.status == NOT_CHECKED for v in result.verdicts)
        area = area_texts(result.project_m2)
        text = tr(
            "Range {0} m² = {1} ha = {2} mu. {3} line(s) in conflict, {4} not checked (not checked does not "
            "mean clear)."
        )
        self.summary.setText(
            "\n".join([text.format(*area, conflicts, unchecked), *(r.text() for r in result.remarks[:4])])
        )
        self._rows = sorted(result.verdicts, key=lambda v: (_ORDER.index(v.status), -v.overlap_m2))
        fill_table(self.verdicts, [self._verdict_row(v) for v in self._rows])
        self._mark([f.geometry for f in result.findings if not f.is_sliver])

    def _verdict_row(self, verdict):
        colour = _TINTS.get(verdict.status) or results.EFFECT_COLOURS[verdict.effect]
        blank = verdict.status in (NOT_CHECKED, FAILED)
        numbers = ["", "", "", ""] if blank else [*area_texts(verdict.overlap_m2), f"{verdict.share_pct:.2f}"]
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
        """Put the verdict table on the clipboard."""
        copy_table(self.verdicts)

    def export_report(self):
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save the report"), "", "Word (*.docx);;Excel (*.xlsx);;PDF (*.pdf);;HTML (*.html)"
        )
        if path:
            self.write_report(path)

    def write_report(self, path):
        """Write the report of the shown result; an error is told in the message bar."""
        try:
            write_report(review_document(self._result.report()), path)
        except OneMapError as error:
            self._iface.messageBar().pushMessage(tr("OneMap Desk"), str(error), Qgis.Critical)
            return
        self._iface.messageBar().pushMessage(tr("OneMap Desk"), tr("Report written: {0}").format(path), Qgis.Success)


def status_text(status):
    """A verdict's status in the user's language."""
    names = {
        CONFLICT: tr("Conflict"),
        INVOLVED: tr("Involved"),
        CLEAR: tr("Clear"),
        NOT_CHECKED: tr("Not checked"),
        FAILED: tr("Layer failed"),
    }
    return names[status]


def effect_text(effect):
    """An effect in the user's language."""
    names = {
        "prohibit": tr("Prohibited"),
        "conditional": tr("Conditional"),
        "consult": tr("Consultation"),
        "notice": tr("Notice"),
    }
    return names.get(effect, "")


def slope_text(land):
    """The slope of a range's Surroundings in words."""
    if land is None:
        return ""
    if land.slope is None:
        return tr("Slope: not evaluated ({0})").format(land.slope_why.text())
    percent = 100 * math.tan(math.radians(land.slope.mean))
    values = (f"{land.slope.mean:.1f}", f"{percent:.1f}", f"{land.slope.steepest:.1f}")
    return "\n".join(filter(None, [tr("Slope: mean {0}° ({1} %), steepest {2}°").format(*values), land.slope.note]))


def road_rows(land):
    """Rows of the distance table that tell of the nearest roads."""
    if land is None:
        return []
    if not land.roads:
        return [[tr("Nearest road: not evaluated ({0})").format(land.roads_why.text()), "—", "—"]]
    return [[tr("Road {0}").format(road.name), f"{road.distance_m:,.2f}", "—"] for road in land.roads]
