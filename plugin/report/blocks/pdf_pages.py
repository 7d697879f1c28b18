"""Sets the blocks of a report on A4 pages: heads of tables repeated, rows and pictures whole, headings kept
with what follows.
"""

from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter, QPen, QTextLayout, QTextOption

from .model import COLUMN_GAP_MM, FACT_SHARES, Block, Columns, Facts, Heading, Paragraph, Picture, Signature, Table
from .wording import say

DPI = 300
_LEFT, _MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
_MM = DPI / 25.4
_PAGE_W, _PAGE_H, _MARGIN, _TOP, _BOTTOM = 210 * _MM, 297 * _MM, 18 * _MM, 22 * _MM, 276 * _MM
_TEXT_W = _PAGE_W - 2 * _MARGIN
_SIZES = {0: 18.0, 1: 13.0, 2: 10.5}  # points, by level of heading
_TEXT_PT, _CELL_PT, _COMPACT_PT, _SMALL_PT = 10.0, 7.5, 7.0, 8.0
_PAD, _COMPACT_PAD = 0.8 * _MM, 0.35 * _MM
_HALF_WIDTH = _CELL_PT / 2 / 72 * DPI  # of a character of a table
_INDENT = "　　"
_FOLLOWING = 30 * _MM  # a heading needs this much room after it on its page, one of a section twice as much
_LONGEST_CELL = 40  # lines; a cell must never be taller than a page


class Typesetter:
    """Collects what stands on each page.

    `paint` draws it all, when the number of pages is known. Lengths are device pixels.
    """

    def __init__(self, device: Any, family: str, head: str, left: float = _MARGIN, width: float = _TEXT_W) -> None:
        self._device, self._family, self._head = device, family, head
        self._left, self._width = left, width
        self._pages: list[list] = [[]]
        self._y = _TOP
        self._last_heading: Optional[Heading] = None  # waits for what follows: they stay together

    def add(self, block: Block) -> None:
        """Place a block below what is there, on further pages as needed."""
        if isinstance(block, Heading):
            self._end()
            self._last_heading = block
            return
        self._end(self._facts_height(block) if isinstance(block, Facts) else 0.0)
        kinds = {Paragraph: self._paragraph, Table: self._table, Picture: self._picture}
        kinds.update({Signature: self._signature, Facts: self._facts, Columns: self._columns})
        kinds[type(block)](block)

    def _end(self, following: float = 0.0) -> None:
        """Place the heading that waits, if one does, where `following` has room below it."""
        heading, self._last_heading = self._last_heading, None
        if heading is not None:
            self._heading(heading, following)

    def paint(self, painter: QPainter, new_page: Callable[[], object]) -> None:
        """Draw every page with its head and number; `new_page()` starts the next one."""
        self._end()
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

    def _heading(self, heading, following):
        self._skip(5 if heading.level < 2 else 3)
        layout = self._lines(
            heading.text, _SIZES[heading.level], self._width, True, _LEFT if heading.level else _MIDDLE
        )
        height = layout.boundingRect().height() + 1.5 * _MM
        self._need(
            _BOTTOM if heading.new_page else height + max(_FOLLOWING * (2 if heading.level == 1 else 1), following)
        )
        self._put(height, lambda painter, y: layout.draw(painter, QPointF(self._left, y)))

    def _paragraph(self, paragraph):
        layout = self._lines(_INDENT + paragraph.text, _TEXT_PT, self._width, paragraph.bold)
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            height = line.height() * 1.25
            self._need(height)
            self._put(height, _line_drawer(layout, line, self._left))
        self._skip(0.8)

    def _table(self, table):
        widths = [share * self._width for share in table.shares(self._width / _HALF_WIDTH)]
        small = table.compact
        head = self._row(table.header, widths, (), range(len(widths)), small)
        if table.caption:
            points, side = (_SMALL_PT, _LEFT) if small else (_TEXT_PT, _MIDDLE)
            caption = self._lines(table.caption, points, self._width, True, side)
            self._need(_FOLLOWING)
            self._put(
                caption.boundingRect().height() + (0.3 if small else 1) * _MM,
                lambda painter, y: caption.draw(painter, QPointF(self._left, y)),
            )
        self._need(3 * head[0])
        self._put(*head)
        for cells in table.rows:
            row = self._row(cells, widths, table.numeric, (), small)
            if self._need(row[0]):
                self._put(*head)
            self._put(*row)
        self._skip(1.5 if small else 3)

    def _columns(self, columns: Columns) -> None:
        """Both sides on one page, each set on an endless one of its own."""
        room, sides, left = self._width - COLUMN_GAP_MM * _MM, [], self._left
        for blocks, share in ((columns.left, columns.share), (columns.right, 1 - columns.share)):
            side = _Side(self._device, self._family, "", left, room * share)
            for block in blocks:
                side.add(block)
            side._end()
            sides.append(side)
            left += room * share + COLUMN_GAP_MM * _MM
        height = max(side.height for side in sides)
        self._need(height)

        def draw(painter: QPainter, y: float) -> None:
            for side in sides:
                side.draw(painter, y)

        self._put(height, draw)

    def _fact_rows(self, facts):
        for cells in facts.rows:
            shares = FACT_SHARES if len(cells) > 2 else (FACT_SHARES[0], 1 - FACT_SHARES[0])
            yield self._row(cells, [share * self._width for share in shares], (), heads=range(0, len(cells), 2))

    def _facts_height(self, facts):
        """What a form needs to stay on one page; 0 where that would leave half a page empty."""
        height = sum(row[0] for row in self._fact_rows(facts))
        return height if height < (_BOTTOM - _TOP) / 2 else 0.0

    def _facts(self, facts):
        self._need(self._facts_height(facts))
        for row in self._fact_rows(facts):
            self._need(row[0])
            self._put(*row)
        self._skip(3)

    def _row(self, cells, widths, numeric, heads=(), small=False):
        """(height, drawer) of one row; `heads`: positions of the cells that are shaded titles."""
        inner, pad = [width - 2 * _PAD for width in widths], _COMPACT_PAD if small else _PAD
        points = _COMPACT_PT if small else _CELL_PT
        layouts = [
            self._cell(text, room, points, _MIDDLE if number in heads else _RIGHT if number in numeric else _LEFT)
            for number, (text, room) in enumerate(zip(cells, inner))
        ]
        height = max(layout.boundingRect().height() for layout in layouts) + 2 * pad
        drawn = [(layout, width, pad) for layout, width in zip(layouts, widths)]
        return height, lambda painter, y: _draw_row(painter, (self._left, y), height, drawn, heads)

    def _cell(self, text, width, points, side):
        head = side == _MIDDLE
        layout = self._lines(text, points, width, head, side)
        if layout.lineCount() > _LONGEST_CELL:
            cut = layout.lineAt(_LONGEST_CELL - 1).textStart()
            layout = self._lines(text[:cut] + "…", points, width, head, side)
        return layout

    def _picture(self, picture):
        image = QImage.fromData(picture.png).convertToFormat(QImage.Format.Format_RGB32)
        caption = self._lines(picture.caption, _SMALL_PT, self._width, side=_MIDDLE)
        caption_height = caption.boundingRect().height() + (5 if self._width == _TEXT_W else 2) * _MM
        width = min(picture.width_mm * _MM, self._width)
        height = width * image.height() / max(image.width(), 1)
        shrink = min((_BOTTOM - _TOP - caption_height) / max(height, 1), 1)
        width, height = width * shrink, height * shrink
        self._need(height + caption_height)

        def draw(painter, y):
            painter.drawImage(QRectF(self._left + (self._width - width) / 2, y, width, height), image)
            caption.draw(painter, QPointF(self._left, y + height + _MM))

        self._put(height + caption_height, draw)

    def _signature(self, signature):
        layouts = [self._lines(line, _TEXT_PT, _TEXT_W / 2) for line in signature.lines]
        self._need(len(layouts) * 12 * _MM)
        for layout in layouts:
            self._skip(4)
            self._put(
                8 * _MM, lambda painter, y, layout=layout: layout.draw(painter, QPointF(_PAGE_W / 2 + 8 * _MM, y))
            )


class _Side(Typesetter):
    """One side of columns: it never breaks, and is drawn where the page says."""

    @property
    def height(self) -> float:
        return self._y - _TOP

    def _need(self, height):
        return False

    def draw(self, painter: QPainter, y: float) -> None:
        for own, drawer in self._pages[0]:
            drawer(painter, y + own - _TOP)


def _line_drawer(layout, line, left):
    """Draws one line of a paragraph at the page height it was given; the layout owns the line and must live on."""

    def draw(painter, y, layout=layout):
        line.draw(painter, QPointF(left, y - line.y()))

    return draw


def _draw_row(painter, place, height, cells, heads):
    x, y = place
    for number, (layout, width, pad) in enumerate(cells):
        box = QRectF(x, y, width, height)
        if number in heads:
            painter.fillRect(box, QColor("#e8f0e8"))
        painter.setPen(QPen(QColor("#666666"), 1.5))
        painter.drawRect(box)
        painter.setPen(QColor("black"))
        layout.draw(painter, QPointF(x + _PAD, y + pad))
        x += width
