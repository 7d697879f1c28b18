"""Painted parts of the screen of low-efficiency land: charts, the map of projects, a project's timeline."""

from collections.abc import Callable, Sequence
from typing import Optional

import numpy as np
import shapely
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from qgis.PyQt.QtWidgets import QWidget

from ...bridge.monitoring.land_picture import screen_path
from ...bridge.monitoring.land_stock_rows import STOCK_COLOURS, kind_names
from ...bridge.monitoring.low_land_board import Board
from ...bridge.monitoring.redevelopment_rows import stage_colours
from ...core.indicators.land_stock import StockKind
from ...core.indicators.redevelopment_model import Project

_DOT, _REACH = 4.0, 14.0  # pixels: radius of a plot that is too small to see, how far a click may miss
_INK, _LEGEND, _LINE = "#202020", 42.0, 18.0  # pixels: two lines of stages, one more


class PaintedChart(QWidget):
    """White paper on which `paint(painter, rectangle)` draws; nothing while there is none."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._paint: Optional[Callable[[QPainter, QRectF], None]] = None
        self.setMinimumHeight(height)

    def show_chart(self, paint: Callable[[QPainter, QRectF], None]) -> None:
        """Draw this from now on."""
        self._paint = paint
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("white"))
        if self._paint is not None:
            self._paint(painter, QRectF(self.rect()).adjusted(6, 6, -6, -6))


class ProjectMap(QWidget):
    """Projects of the year by stage, parcels of the land database by kind (outlines, squares); `picked(position)`
    of what was clicked."""

    picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(260, 200)
        self._board: Optional[Board] = None
        self._kept: Optional[QPixmap] = None
        self._shown = -1
        self._numbers = np.zeros(0, dtype=int)
        self._middles = np.zeros((0, 2))
        self._sizes = np.zeros(0)

    def show_board(self, board: Board) -> None:
        """Draw the projects of a board."""
        self._board, self._kept, self._shown = board, None, -1
        progress, last = board.run.progress, len(board.run.progress.projects)
        of_year = [n for n, p in enumerate(progress.projects) if p.project.year == progress.year]
        drawn = [*range(last, last + len(board.parcels)), *of_year]  # projects lie above the parcels
        self._numbers = np.array([n for n in drawn if board.shape_at(n) is not None], dtype=int)
        shapes = np.array([board.shape_at(n) for n in self._numbers.tolist()], dtype=object)
        boxes = shapely.bounds(shapes) if len(shapes) else np.zeros((0, 4))
        self._sizes = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
        self._middles = shapely.get_coordinates(shapely.centroid(shapes)) if len(shapes) else np.zeros((0, 2))
        self.update()

    def show_project(self, position: int) -> None:
        """Ring the project or parcel at a position."""
        self._shown = position
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._kept = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._kept is None:
            self._kept = self._drawn()
        painter.drawPixmap(0, 0, self._kept)
        at = np.flatnonzero(self._numbers == self._shown)
        if len(at):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor("#c2185b"), 3))
            painter.drawEllipse(self._pixel(*self._middles[at[0]]), 11.0, 11.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position() if hasattr(event, "position") else event.pos()
        if not len(self._middles):
            return
        left, top, metres = self._frame()
        x, y = left + point.x() * metres, top - point.y() * metres
        gaps = np.hypot(self._middles[:, 0] - x, self._middles[:, 1] - y) / metres
        nearest = int(gaps.argmin())
        if gaps[nearest] <= _REACH:
            self.picked.emit(int(self._numbers[nearest]))

    def _frame(self) -> tuple[float, float, float]:
        """Left, top and the metres of a pixel."""
        outline = self._board.outline if self._board is not None else None
        if outline is not None:
            left, low, right, top = outline.bounds
        elif len(self._middles):
            (left, low), (right, top) = self._middles.min(axis=0) - 200, self._middles.max(axis=0) + 200
        else:
            left, low, right, top = 0.0, 0.0, 1.0, 1.0
        height = max(self.height() - self._legend_height(), 10.0)
        metres = max((right - left) / max(self.width() - 12, 10), (top - low) / (height - 8), 1e-6)
        middle_x, middle_y = (left + right) / 2, (low + top) / 2
        return middle_x - self.width() / 2 * metres, middle_y + height / 2 * metres, metres

    def _pixel(self, x: float, y: float) -> QPointF:
        left, top, metres = self._frame()
        return QPointF((x - left) / metres, (top - y) / metres)

    def _drawn(self) -> QPixmap:
        kept = QPixmap(self.size())
        kept.fill(QColor("white"))
        if self._board is None:
            return kept
        painter = QPainter(kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top, metres = self._frame()
        if self._board.outline is not None:
            painter.setPen(QPen(QColor("#8a8a8a"), 1.2))
            painter.drawPath(screen_path(self._board.outline, left, top, metres))
        small = (self._sizes / metres < 2 * _DOT).tolist()
        pens = _pens(self._board)
        for n, middle, is_small in zip(self._numbers.tolist(), self._middles.tolist(), small):
            pen, brush, is_parcel = pens(n)
            painter.setPen(pen)
            painter.setBrush(brush)
            at = QPointF((middle[0] - left) / metres, (top - middle[1]) / metres)
            if not is_small:
                painter.drawPath(screen_path(self._board.shape_at(n), left, top, metres))
            elif is_parcel:
                painter.drawRect(QRectF(at.x() - _DOT, at.y() - _DOT, 2 * _DOT, 2 * _DOT))
            else:
                painter.drawEllipse(at, _DOT, _DOT)
        self._legend(painter)
        painter.end()
        return kept

    def _kinds(self) -> list[StockKind]:
        return [stock.kind for stock in self._board.run.stocks] if self._board is not None else []

    def _legend_height(self) -> float:
        return _LEGEND + (_LINE if self._kinds() else 0.0)

    def _legend(self, painter: QPainter) -> None:
        """Stages, and on a line of their own the kinds of parcels."""
        y = self.height() - self._legend_height() + 4
        lines = [(stage, QColor(colour), True) for stage, colour in stage_colours().items()]
        kinds = [(kind_names()[kind.value], QColor(STOCK_COLOURS[kind]), False) for kind in self._kinds()]
        for entries, top in ((lines, y), (kinds, self.height() - _LINE)):
            self._legend_line(painter, entries, top)

    def _legend_line(self, painter: QPainter, entries: Sequence[tuple[str, QColor, bool]], y: float) -> None:
        metrics, x = QFontMetricsF(painter.font()), 6.0
        for title, colour, is_filled in entries:
            need = metrics.horizontalAdvance(title) + 20
            if x + need > self.width():
                x, y = 6.0, y + _LINE
            painter.setPen(QPen(QColor("#505050") if is_filled else colour, 0.6 if is_filled else 1.6))
            painter.setBrush(colour if is_filled else QColor("white"))
            painter.drawRect(QRectF(x, y + 3, 10, 10))
            painter.setPen(QColor(_INK))
            painter.drawText(QPointF(x + 13, y + 13), title)
            x += need


def paint_timeline(painter: QPainter, area: QRectF, project: Project, stages: tuple[str, ...]) -> None:
    """The stages in a line: those the project came to are filled, with the day; a day that is not exact in brackets."""
    days = {move.stage: move for move in project.moves}
    step = area.width() / len(stages)
    middle = area.top() + area.height() * 0.47
    painter.setPen(QPen(QColor("#b0b0b0"), 2))
    painter.drawLine(QPointF(area.left() + step / 2, middle), QPointF(area.right() - step / 2, middle))
    reached = stages.index(project.stage) if project.stage in stages else -1
    colours = stage_colours()
    for number, stage in enumerate(stages):
        x = area.left() + step * (number + 0.5)
        painter.setPen(QPen(QColor("#505050"), 1))
        painter.setBrush(QColor(colours[stage] if number <= reached else "#ffffff"))
        painter.drawEllipse(QPointF(x, middle), 6.0, 6.0)
        painter.setPen(QColor(_INK))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        above = (
            int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.AlignmentFlag.AlignBottom) | int(Qt.TextFlag.TextWrapAnywhere)
        )
        painter.drawText(QRectF(x - step / 2 + 2, area.top(), step - 4, middle - area.top() - 9), above, stage)
        move = days.get(stage)
        if move is not None:
            day = f"{move.day:%Y}\n{move.day:%m-%d}"
            box = QRectF(x - step / 2, middle + 8, step, area.bottom() - middle - 8)
            painter.drawText(box, centre, day if move.exact else f"({day})")


def _pens(board: Board) -> Callable[[int], tuple[QPen, QBrush, bool]]:
    """(outline, filling, whether it is a parcel) of a position: projects are filled, parcels outlined. Made once
    for all: there are thousands."""
    stages = {stage: QBrush(QColor(colour)) for stage, colour in stage_colours().items()}
    kinds = {kind: QPen(QColor(colour), 1.6) for kind, colour in STOCK_COLOURS.items()}
    edge, other, none = QPen(QColor("#505050"), 0.6), QBrush(QColor("#ffffff")), QBrush(Qt.BrushStyle.NoBrush)

    def pens(position: int) -> tuple[QPen, QBrush, bool]:
        parcel = board.parcel_at(position)
        if parcel is not None:
            return kinds[parcel.stock.kind], none, True
        return edge, stages.get(board.run.progress.projects[position].project.stage, other), False

    return pens
