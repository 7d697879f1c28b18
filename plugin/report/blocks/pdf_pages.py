"""Sets the blocks of a report on A4 pages: heads of tables repeated, rows and pictures whole, headings kept
with what follows.
"""

from typing import Callable

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter, QPen, QTextLayout, QTextOption

from .model import FACT_SHARES, Block, Facts, Heading, Paragraph, Picture, Signature, Table
from .wording import say

DPI = 300
_LEFT, _MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
_MM = DPI / 25.4
_PAGE_W, _PAGE_H, _MARGIN, _TOP, _BOTTOM = 210 * _MM, 297 * _MM, 18 * _MM, 22 * _MM, 276 * _MM
_TEXT_W = _PAGE_W - 2 * _MARGIN
_SIZES = {0: 18.0, 1: 13.0, 2: 10.5}  # points, by level of heading
_TEXT_PT, _CELL_PT, _SMALL_PT = 10.0, 7.5, 8.0
_PAD = 0.8 * _MM
_ROOM = _TEXT_W / (_CELL_PT / 2 / 72 * DPI)  # half-width characters of a table line
_INDENT = "　　"
_FOLLOWING = 30 * _MM  # a heading needs this much room after it on its page, one of a section twice as much
_LONGEST_CELL = 40  # lines; a cell must never be taller than a page


class Typesetter:
    """Collects what stands on each page.

    `paint` draws it all, when the number of pages is known. Lengths are device pixels.
    """

    def __init__(self, device, family, head):
        self._device, self._family, self._head = device, family, head
        self._pages: list[list] = [[]]
        self._y = _TOP

    def add(self, block: Block) -> None:
        """Place a block below what is there, on further pages as needed."""
        kinds = {Heading: self._heading, Paragraph: self._paragraph, Table: self._table, Picture: self._picture}
        kinds.update({Signature: self._signature, Facts: self._facts})
        kinds[type(block)](block)

    def paint(self, painter: QPainter, new_page: Callable[[], object]) -> None:
        """Draw every page with its head and number; `new_page()` starts the next one."""
        for number, page in enumerate(self._pages, 1):
            if number > 1:
                new_page()
            for y, draw in page:
                draw(painter, y)
            self._running(painter, self._head, 12 * _MM)
            self._running(painter, say("page", page=number, pages=len(self._pages)), 281 * _MM)

    def _running(self, painter, text, y):
        self._lines(text, _SMALL_PT, _TEXT_W, side=_MIDDLE).draw(painter, QPointF(_MARGIN, y))

    def _lines(
        self, text: str, points: float, width: float, bold: bool = False, side: Qt.AlignmentFlag = _LEFT
    ) -> QTextLayout:
        """A QTextLayout of a text that is broken into lines of `width`."""
        font = QFont(self._family)
        font.setPointSizeF(points)
        font.setBold(bold)
        font.setStyleStrategy(
            QFont.StyleStrategy.PreferNoShaping
        )  # shaped digits have no code: the PDF could not be searched
        layout = QTextLayout(text.replace("\n", "\u2028"), font, self._device)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setAlignment(side)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        return layout

    def _need(self, height):
        if self._y + height > _BOTTOM and self._pages[-1]:
            self._pages.append([])
            self._y = _TOP
            return True
        return False

    def _put(self, height, draw):
        self._pages[-1].append((self._y, draw))
        self._y += height

    def _skip(self, millimetres):
        if self._pages[-1]:
            self._y += millimetres * _MM

    def _heading(self, heading):
        self._skip(5 if heading.level < 2 else 3)
        layout = self._lines(heading.text, _SIZES[heading.level], _TEXT_W, True, _LEFT if heading.level else _MIDDLE)
        height = layout.boundingRect().height() + 1.5 * _MM
        self._need(_BOTTOM if heading.new_page else height + _FOLLOWING * (2 if heading.level == 1 else 1))
        self._put(height, lambda painter, y: layout.draw(painter, QPointF(_MARGIN, y)))

    def _paragraph(self, paragraph):
        layout = self._lines(_INDENT + paragraph.text, _TEXT_PT, _TEXT_W, paragraph.bold)
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            height = line.height() * 1.25
            self._need(height)
            self._put(height, _line_drawer(layout, line))
        self._skip(0.8)

    def _table(self, table):
        widths = [share * _TEXT_W for share in table.shares(_ROOM)]
        head = self._row(table.header, widths, (), heads=range(len(widths)))
        if table.caption:
            caption = self._lines(table.caption, _TEXT_PT, _TEXT_W, True, _MIDDLE)
            self._need(_FOLLOWING)
            self._put(
                caption.boundingRect().height() + _MM, lambda painter, y: caption.draw(painter, QPointF(_MARGIN, y))
            )
        self._need(3 * head[0])
        self._put(*head)
        for cells in table.rows:
            row = self._row(cells, widths, table.numeric)
            if self._need(row[0]):
                self._put(*head)
            self._put(*row)
        self._skip(3)

    def _facts(self, facts):
        for cells in facts.rows:
            shares = FACT_SHARES if len(cells) > 2 else (FACT_SHARES[0], 1 - FACT_SHARES[0])
            row = self._row(cells, [share * _TEXT_W for share in shares], (), heads=range(0, len(cells), 2))
            self._need(row[0])
            self._put(*row)
        self._skip(3)

    def _row(self, cells, widths, numeric, heads=()):
        """(height, drawer) of one row; `heads`: positions of the cells that are shaded titles."""
        inner = [width - 2 * _PAD for width in widths]
        layouts = [
            self._cell(text, room, number in numeric, number in heads)
            for number, (text, room) in enumerate(zip(cells, inner))
        ]
        height = max(layout.boundingRect().height() for layout in layouts) + 2 * _PAD
        return height, lambda painter, y: _draw_row(painter, y, height, list(zip(layouts, widths)), heads)

    def _cell(self, text, width, right, head):
        side = _RIGHT if right else _LEFT
        layout = self._lines(text, _CELL_PT, width, head, _MIDDLE if head else side)
        if layout.lineCount() > _LONGEST_CELL:
            cut = layout.lineAt(_LONGEST_CELL - 1).textStart()
            layout = self._lines(text[:cut] + "…", _CELL_PT, width, head, side)
        return layout

    def _picture(self, picture):
        image = QImage.fromData(picture.png).convertToFormat(QImage.Format.Format_RGB32)
        caption = self._lines(picture.caption, _SMALL_PT, _TEXT_W, side=_MIDDLE)
        caption_height = caption.boundingRect().height() + 5 * _MM
        width = min(picture.width_mm * _MM, _TEXT_W)
        height = width * image.height() / max(image.width(), 1)
        shrink = min((_BOTTOM - _TOP - caption_height) / max(height, 1), 1)
        width, height = width * shrink, height * shrink
        self._need(height + caption_height)

        def draw(painter, y):
            painter.drawImage(QRectF((_PAGE_W - width) / 2, y, width, height), image)
            caption.draw(painter, QPointF(_MARGIN, y + height + _MM))

        self._put(height + caption_height, draw)

    def _signature(self, signature):
        layouts = [self._lines(line, _TEXT_PT, _TEXT_W / 2) for line in signature.lines]
        self._need(len(layouts) * 12 * _MM)
        for layout in layouts:
            self._skip(4)
            self._put(
                8 * _MM, lambda painter, y, layout=layout: layout.draw(painter, QPointF(_PAGE_W / 2 + 8 * _MM, y))
            )


def _line_drawer(layout, line):
    """Draws one line of a paragraph at the page height it was given; the layout owns the line and must live on."""

    def draw(painter, y, layout=layout):
        line.draw(painter, QPointF(_MARGIN, y - line.y()))

    return draw


def _draw_row(painter, y, height, cells, heads):
    x = _MARGIN
    for number, (layout, width) in enumerate(cells):
        box = QRectF(x, y, width, height)
        if number in heads:
            painter.fillRect(box, QColor("#e8f0e8"))
        painter.setPen(QPen(QColor("#666666"), 1.5))
        painter.drawRect(box)
        painter.setPen(QColor("black"))
        layout.draw(painter, QPointF(x + _PAD, y + _PAD))
        x += width
