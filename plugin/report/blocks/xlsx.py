"""Sheets as a workbook, with filters, number formats and a page set-up that prints."""

import errno
import tempfile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .document import Document, Sheet
from .wording import clean, display_width, say

_HEAD = PatternFill("solid", fgColor="E8F0E8")
_FORMATS = {
    "m2": "#,##0.00",
    "ha": "#,##0.0000",
    "mu": "#,##0.00",
    "pct": "0.0000",
    "int": "#,##0",
    "id": "0",
}  # others: General
_ROW_LIMIT = 1_048_570
_LONGEST = 32_000  # characters; a cell of Excel holds 32,767
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_xlsx(document: Document, path: str) -> None:
    """Write the sheets of a Document as .xlsx.

    Raises OSError when the disk refuses (openpyxl also writes to the temporary folder).
    """
    book = Workbook(write_only=True)
    try:
        for sheet in document.sheets:
            _add(book, sheet)
        book.save(path)
    except Exception as error:
        if type(error).__name__ != "SerialisationError":  # lxml's own error for a disk that refuses; lxml may be absent
            raise
        raise OSError(errno.EIO, f"{error} ({path}, {tempfile.gettempdir()})") from error


def _add(book: Workbook, content: Sheet) -> None:
    """One sheet: frozen bold head, filter, widths by content, landscape and as wide as one page."""
    sheet, titles, rows, tints = book.create_sheet(content.name), content.titles, content.rows, content.tints
    if len(rows) > _ROW_LIMIT:
        rows = [*rows[:_ROW_LIMIT], [say("sheet_cut", limit=_ROW_LIMIT)] + [""] * (len(titles) - 1)]
    for number, title in enumerate(titles):
        longest = max([_width(title), *(_width(row[number]) for row in rows[:500])])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(longest + 2, 8), 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.append([_head(sheet, title) for title in titles])
    for number, row in enumerate(rows):
        tint = PatternFill("solid", fgColor=tints[number]) if tints and tints[number] else None
        sheet.append([_cell(sheet, value, kind, tint) for value, kind in zip(row, content.formats)])


def _head(sheet: Any, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, title)
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _cell(sheet: Any, value: Any, kind: str, tint: Any) -> WriteOnlyCell:
    """A typed cell.

    Text is always text, so that "=1+1" from a layer never becomes a formula and 001 keeps its zeros.
    """
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, clean(value)[:_LONGEST])
        cell.data_type = "s"
        cell.number_format = "@"
        if kind == "long":
            cell.alignment = _WRAP
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _FORMATS.get(kind, "General")
    if tint is not None:
        cell.fill = tint
    return cell


def _width(value: Any) -> int:
    """Width in characters; a Chinese one is two wide."""
    text = f"{value:,.2f}" if isinstance(value, float) else str(value if value is not None else "")
    return display_width(text[:80])
