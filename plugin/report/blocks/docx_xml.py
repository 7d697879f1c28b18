"""Blocks as elements of WordprocessingML.

They are written as XML text: python-docx takes minutes for some thousand cells, this takes a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from .model import COLUMN_GAP_MM, FACT_SHARES, Facts, Heading, Paragraph, Signature, Table

_NAMESPACE = nsdecls("w")
_CELL_HALF_POINTS, _SMALL_HALF_POINTS, _COMPACT_HALF_POINTS = 15, 18, 14
_CELL_HALF_WIDTH_MM, _COMPACT_HALF_WIDTH_MM = (
    8.5 / 2 * 25.4 / 72,
    7.4 / 2 * 25.4 / 72,
)  # reckoned larger than it is, for machines with wider fonts
_TWENTIETHS = 56.7  # of a point in a millimetre
_KEEP = "<w:keepNext/>"


@dataclass(frozen=True)
class Look:
    """How blocks fit the document they come into: ids of its styles by level of heading, width of its text."""

    heading_styles: tuple[str, ...]
    text_mm: float
    is_column: bool = False


def heading(block: Heading, look: Look) -> Any:
    page = "<w:pageBreakBefore/>" if block.new_page else ""
    centre = '<w:jc w:val="center"/>' if block.level == 0 else ""
    style = f'<w:pStyle w:val="{escape(look.heading_styles[block.level])}"/>'
    return _paragraph(block.text, f"{style}{_KEEP}{page}{centre}")


def paragraph(block: Paragraph) -> Any:
    layout = '<w:spacing w:after="60"/><w:ind w:firstLineChars="200" w:firstLine="480"/>'
    return _paragraph(block.text, layout, "<w:b/>" if block.bold else "")


def small(text: str, tight: bool = False) -> Any:
    """A centred line below a picture; `tight`: where room is short."""
    size = f'<w:sz w:val="{_COMPACT_HALF_POINTS if tight else _SMALL_HALF_POINTS}"/>'
    air = (
        '<w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>'
        if tight
        else '<w:spacing w:after="120"/>'
    )
    return _paragraph(text, f'{air}<w:jc w:val="center"/>', size)


def centred_holder() -> Any:
    """An empty centred paragraph that stays with the next one."""
    return parse_xml(f'<w:p {_NAMESPACE}><w:pPr>{_KEEP}<w:jc w:val="center"/></w:pPr></w:p>')


def signature(block: Signature) -> list[Any]:
    layout = '<w:spacing w:before="200"/><w:ind w:left="4820"/>'
    last = len(block.lines) - 1
    return [_paragraph(line, (_KEEP if n < last else "") + layout) for n, line in enumerate(block.lines)]


def table(block: Table, look: Look) -> list[Any]:
    """Caption, table with its head repeated on each page, and a gap that keeps two tables apart."""
    widths = _twentieths(
        block.shares(look.text_mm / (_COMPACT_HALF_WIDTH_MM if block.compact else _CELL_HALF_WIDTH_MM)), look
    )
    small = int(block.compact)
    heads = [
        _cell(c, w, head=True, keep=True, small=small) for c, w in zip(block.header, widths)
    ]  # never alone on a page
    rows = [_row(heads, head=True)]
    for cells in block.rows:
        made = [_cell(c, w, i in block.numeric, small=small) for i, (c, w) in enumerate(zip(cells, widths))]
        rows.append(_row(made))
    caption = [_caption(block.caption, block.compact)] if block.caption else []
    return [*caption, _table(widths, rows), _gap()]


def columns(sides: Sequence[tuple[list[Any], float]]) -> list[Any]:
    """A table without lines: in its two cells the elements of both sides, each with its width in millimetres."""
    (left, left_mm), (right, right_mm) = sides
    widths = [round(mm * _TWENTIETHS) for mm in (left_mm, COLUMN_GAP_MM, right_mm)]
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr></w:tc>' for w in widths)
    none = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>{none}</w:tblCellMar>'
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
    table = parse_xml(f"<w:tbl {_NAMESPACE}><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{row}</w:tbl>")
    for cell, elements in zip(table.tr_lst[0].tc_lst, (left, [], right)):
        cell.extend([*elements, *([] if elements and elements[-1].tag.endswith("}p") else [_gap()])])
    return [table, _gap()]


def facts(block: Facts, look: Look) -> list[Any]:
    """A form whose labels are shaded; a single value takes the whole line. It stays on one page, with its heading."""
    widths, rows = _twentieths(FACT_SHARES, look), []
    for number, row in enumerate(block.rows, 1):
        keep = int(number < len(block.rows))
        wide = len(row) == 2
        spans = [(widths[0], 1), (sum(widths[1:]), 3)] if wide else [(w, 1) for w in widths]
        cells = [_cell(c, w, head=n % 2 == 0, span=s, keep=keep) for n, (c, (w, s)) in enumerate(zip(row, spans))]
        rows.append(_row(cells))
    return [_table(widths, rows), _gap()]


def _twentieths(shares: Sequence[float], look: Look) -> list[int]:
    return [round(look.text_mm * share * _TWENTIETHS) for share in shares]


def _caption(text: str, compact: bool = False) -> Any:
    if compact:
        layout = f'{_KEEP}<w:spacing w:before="0" w:after="20" w:line="240" w:lineRule="auto"/>'
        return _paragraph(text, layout, f'<w:b/><w:sz w:val="{_SMALL_HALF_POINTS - 2}"/>')
    return _paragraph(text, f'{_KEEP}<w:jc w:val="center"/>', "<w:b/>")


def _gap() -> Any:
    exact = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
    return parse_xml(f"<w:p {_NAMESPACE}><w:pPr>{exact}</w:pPr></w:p>")


def _paragraph(text: str, layout: str, look: str = "") -> Any:
    return parse_xml(f"<w:p {_NAMESPACE}><w:pPr>{layout}</w:pPr>{_run(text, look)}</w:p>")


def _run(text: str, look: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{look}</w:rPr>{lines}</w:r>"


def _table(widths: list[int], rows: list[str]) -> Any:
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="666666"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
    )
    body = f"<w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}"
    return parse_xml(f"<w:tbl {_NAMESPACE}>{body}</w:tbl>")


def _row(cells: list[str], head: bool = False) -> str:
    properties = "<w:trPr><w:cantSplit/>%s</w:trPr>" % ("<w:tblHeader/>" if head else "")
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _cell(text: str, width: int, right: bool = False, head: bool = False, **more: int) -> str:
    """One cell; `more`: span (columns), keep (it stays with the next row), small (of a compact table)."""
    span = more.get("span", 1)
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8F0E8"/>' if head else ""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    align = "center" if head else "right" if right else "left"
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shade}<w:vAlign w:val="center"/>'
    keep = _KEEP if more.get("keep") else ""
    small = more.get("small")
    air = 0 if small else 20
    layout = (
        f'{keep}<w:spacing w:before="{air}" w:after="{air}" w:line="240" w:lineRule="auto"/><w:jc w:val="{align}"/>'
    )
    bold = "<w:b/>" if head else ""
    run = _run(text, f'{bold}<w:sz w:val="{_COMPACT_HALF_POINTS if small else _CELL_HALF_POINTS}"/>')
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{layout}</w:pPr>{run}</w:p></w:tc>"
