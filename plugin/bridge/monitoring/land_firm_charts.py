"""Charts of land and taxes: the quadrant of land against tax, the ladder of per-mu tax."""

import math
from collections.abc import Sequence

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ...core.indicators.land_firm import WAN, LandFirmTax, ParcelResult
from ..i18n import tr
from .land_firm_rows import GRADE_COLOURS

_INK, _FAINT = "#202020", "#c8c8c8"
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_STEPS = 10


def known_parcels(result: LandFirmTax) -> list[ParcelResult]:
    """Parcels whose tax is known and that have land."""
    return [one for one in result.parcels if one.tax is not None and one.mu > 0]


def paint_quadrant(painter: QPainter, area: QRectF, result: LandFirmTax) -> None:
    """A dot for each parcel: its land (across) and tax (up), both on a scale of powers of ten; the lines are means."""
    parcels = [one for one in known_parcels(result) if (one.tax or 0) > 0]
    if not parcels:
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), tr("No parcel has a known tax."))
        return
    height = QFontMetricsF(painter.font()).height()
    plot = area.adjusted(height * 3.2, height, -8, -height * 2.2)
    across = _Scale([one.mu for one in parcels], plot.left(), plot.right())
    up = _Scale([(one.tax or 0) / WAN for one in parcels], plot.bottom(), plot.top())
    painter.setPen(QPen(QColor(_FAINT), 1))
    painter.drawRect(plot)
    mean_x = sum(one.mu for one in parcels) / len(parcels)
    mean_y = sum((one.tax or 0) / WAN for one in parcels) / len(parcels)
    painter.setPen(QPen(QColor("#707070"), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(across.at(mean_x), plot.top()), QPointF(across.at(mean_x), plot.bottom()))
    painter.drawLine(QPointF(plot.left(), up.at(mean_y)), QPointF(plot.right(), up.at(mean_y)))
    painter.setPen(Qt.PenStyle.NoPen)
    for one in parcels:
        painter.setBrush(QColor(GRADE_COLOURS.get(one.grade, GRADE_COLOURS[""])))
        painter.drawEllipse(QPointF(across.at(one.mu), up.at((one.tax or 0) / WAN)), 4.5, 4.5)
    _ticks(painter, plot, across, up, height)


def _ticks(painter: QPainter, plot: QRectF, across: "_Scale", up: "_Scale", height: float) -> None:
    painter.setPen(QColor(_INK))
    for value in across.marks():
        box = QRectF(across.at(value) - 60, plot.bottom() + 2, 120, height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"{value:g}")
    for value in up.marks():
        painter.drawText(QRectF(0, up.at(value) - height / 2, plot.left() - 6, height), _RIGHT, f"{value:g}")
    painter.drawText(QRectF(plot.left(), plot.top() - height, plot.width(), height), _LEFT, tr("Tax (10,000 yuan)"))
    painter.drawText(QRectF(plot.left(), plot.bottom() + height, plot.width(), height), _RIGHT, tr("Land (mu)"))


class _Scale:
    """Values on a scale of powers of ten between two pixels."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self._low = math.log10(max(min(values), 1e-3)) - 0.05
        self._high = math.log10(max(max(values), 2e-3)) + 0.05
        self._first, self._last = first, last

    def at(self, value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - self._low) / max(self._high - self._low, 1e-9)
        return self._first + (self._last - self._first) * share

    def marks(self) -> list[float]:
        return [10.0**n for n in range(math.ceil(self._low), math.floor(self._high) + 1)]


def paint_ladder(painter: QPainter, area: QRectF, result: LandFirmTax) -> None:
    """Per-mu tax in ten steps of the parcels from the highest to the lowest: the mean of each step."""
    parcels = sorted(known_parcels(result), key=lambda one: -(one.tax_per_mu or 0.0))
    if not parcels:
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), tr("No parcel has a known tax."))
        return
    metrics = QFontMetricsF(painter.font())
    steps = [s for s in ladder(parcels) if s[1] is not None]
    label, number = metrics.horizontalAdvance("90–100% ") + 8, metrics.horizontalAdvance("00,000.0 ") + 8
    row, width = area.height() / len(steps), area.width() - label - number
    most = max(abs(value) for _, value in steps) or 1.0
    for at, (step, value) in enumerate(steps):
        top = area.top() + at * row
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(area.left(), top, label - 6, row * 0.8), _RIGHT, step)
        colour = list(GRADE_COLOURS.values())[min(at * 4 // len(steps), 3)]
        painter.fillRect(QRectF(area.left() + label, top, width * max(value, 0) / most, row * 0.78), QColor(colour))
        painter.drawText(QRectF(area.right() - number, top, number, row * 0.8), _RIGHT, f"{value:,.1f}")


def ladder(parcels: Sequence[ParcelResult]) -> list[tuple[str, float]]:
    """(share of the parcels, tax over land of the step in ten thousand yuan a mu) from the highest down."""
    found = []
    steps = min(_STEPS, len(parcels))
    for at in range(steps):
        part = parcels[len(parcels) * at // steps : len(parcels) * (at + 1) // steps]
        land = sum(one.mu for one in part)
        step = f"{100 * at // steps}–{100 * (at + 1) // steps}%"
        found.append((step, sum(one.tax or 0.0 for one in part) / WAN / land))
    return found
