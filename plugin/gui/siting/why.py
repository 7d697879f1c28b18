"""Why not here? A map tool that takes a click anywhere, and the table of reasons with distances and law."""

from typing import Any

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsProject, QgsWkbTypes
from qgis.gui import QgsMapToolEmitPoint, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.siting.why import MET, NOT_EVALUATED, UNMET
from ...core.land.rounding import mu
from ...formats.rules.rule_files import line_title
from ..widgets.tables import fill_table, make_table, number_text, wrap_columns

_TINTS = {MET: "#2e7d32", UNMET: "#d7191c", NOT_EVALUATED: "#757575"}
_ORDER = (UNMET, NOT_EVALUATED, MET)


class WhyTool(QgsMapToolEmitPoint):
    """Emits `asked(QgsPointXY)` in the canvas's CRS."""

    asked = pyqtSignal(object)

    def __init__(self, canvas):
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.canvasClicked.connect(lambda point, button: self.asked.emit(point))


class WhyPanel(QWidget):
    """Shows an Answer and marks the land that was judged."""

    def __init__(self, canvas):
        super().__init__()
        self._canvas = canvas
        self._mark = QgsRubberBand(canvas, QgsWkbTypes.PolygonGeometry)
        self._mark.setWidth(2)
        self.hint = QLabel(tr("Press “Why not here?” and click anywhere on the map."))
        self.hint.setWordWrap(True)
        self.table = make_table([tr("Criterion"), tr("Answer"), tr("What was found"), tr("Law or source")])
        wrap_columns(self.table, [2, 3])
        layout = QVBoxLayout(self)
        layout.addWidget(self.hint)
        layout.addWidget(self.table)

    def show_answer(self, answer: Any) -> None:
        """Show the reasons, those against the spot first."""
        names = {MET: tr("met"), UNMET: tr("not met"), NOT_EVALUATED: tr("not evaluated")}
        reasons = sorted(answer.reasons, key=lambda reason: _ORDER.index(reason.state))
        rows = [([line_title(r.title), names[r.state], r.text, r.law], _TINTS[r.state]) for r in reasons]
        fill_table(self.table, rows)
        for row, reason in enumerate(reasons):
            for column in (2, 3):
                self.table.item(row, column).setToolTip(f"{reason.text}\n{reason.law}")
        against = sum(reason.state == UNMET for reason in reasons)
        unknown = sum(reason.state == NOT_EVALUATED for reason in reasons)
        shape = tr("Parcel {0}").format(answer.name) if answer.name else tr("A square around the spot")
        head = tr("{0}, {1} m² = {2} mu.").format(shape, number_text(answer.area_m2), number_text(mu(answer.area_m2)))
        verdict = (
            tr("There is no objection to a site here.")
            if answer.is_free
            else tr("{0} reason(s) against a site here.").format(against)
        )
        rest = tr("{0} not evaluated.").format(unknown) if unknown else ""
        self.hint.setText(" ".join(filter(None, [head, verdict, rest])))
        self._show_shape(answer)

    def _show_shape(self, answer):
        geometry = QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(answer.shape))
        plane = QgsCoordinateReferenceSystem.fromWkt(answer.plane.to_wkt())
        target = self._canvas.mapSettings().destinationCrs()
        geometry.transform(QgsCoordinateTransform(plane, target, QgsProject.instance()))
        colour = QColor(_TINTS[MET if answer.is_free else UNMET])
        self._mark.setStrokeColor(colour)
        colour.setAlpha(60)
        self._mark.setFillColor(colour)
        self._mark.setToGeometry(geometry, None)

    def clear(self) -> None:
        """Take the mark off the map."""
        self._mark.reset(QgsWkbTypes.PolygonGeometry)

    def dispose(self) -> None:
        """Take the mark off the canvas for good; it would outlive the panel."""
        self._canvas.scene().removeItem(self._mark)
