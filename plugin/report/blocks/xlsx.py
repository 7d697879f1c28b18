"""Sheets as a workbook, with filters, number formats and a page set-up that prints."""

import errno
import math
import operator
import tempfile
from datetime import date
from typing import Any, Optional

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ...core.days import Day
from ...core.errors import is_refused_write
from ...core.zips import any_clock
from .document import Document, Sheet
from .wording import clean, display_width, say

_HEAD = PatternFill("solid", fgColor="E8F0E8")
_FORMATS = {
    "m2": "#,##0.00",
    "ha": "#,##0.0000",
    "mu": "#,##0.00",
    "pct": "0.0000",
    "share": "0.0%",
    "int": "#,##0",
    "id": "0",
}  # others: General
_DATE = "yyyy-mm-dd"
_DECIMALS = {"ha": 4, "pct": 4}  # others: 2
_ROW_LIMIT = 1_048_570
_LONGEST = 32_000  # characters; a cell of Excel holds 32,767
_MEASURED, _WIDEST, _NARROWEST = 500, 60, 12  # rows that give a column its width; characters
_A4_CHARACTERS, _A3_CHARACTERS = 180, 270  # of a line that is printed at 80 % of its size or more
_A4, _A3 = 9, 8  # paper sizes in a workbook
_LINE_PT, _TALLEST_PT = 16.0, 400.0  # height of a line and of the tallest row
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_xlsx(document: Document, path: str) -> None:
    """Write the sheets of a Document as .xlsx.

    Raises OSError when the disk refuses (openpyxl also writes to the temporary folder).
    """
    book = Workbook(write_only=True)
    try:
        for sheet in document.sheets:
            _add(book, sheet, document.title)
        with any_clock():
            book.save(path)
    except Exception as error:
        if isinstance(error, OSError) or not is_refused_write(error):
            raise
        raise OSError(errno.EIO, f"{error} ({path}, {tempfile.gettempdir()})") from error


def _add(book: Workbook, content: Sheet, title: str) -> None:
    """One sheet: frozen bold head, filter, widths by content, and a page set-up that prints."""
    sheet, rows = book.create_sheet(content.name), content.rows
    if len(rows) > _ROW_LIMIT:
        cut = [say("sheet_cut", limit=_ROW_LIMIT)] + [""] * (len(content.titles) - 1)
        rows = [*rows[:_ROW_LIMIT], cut]
    widths = _widths(content)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _print_setup(sheet, content, widths, len(rows))
    sheet.oddHeader.center.text = (title if content.name in title else f"{title}　{content.name}").replace("&", "&&")
    tall = max(
        map(_lines, map(_broken, content.titles), (width * 0.9 for width in widths)), default=1
    )  # bold letters are wider
    sheet.row_dimensions[1].height = tall * _LINE_PT + 4
    sheet.append([_head(sheet, title) for title in content.titles])
    for number, row in enumerate(rows):
        tint = content.tints[number] if number < len(content.tints) else None
        fill = PatternFill("solid", fgColor=tint) if tint else None
        lines = max(map(_lines, row, widths), default=1)
        if lines > 1:
            sheet.row_dimensions[number + 2].height = min(lines * _LINE_PT + 2, _TALLEST_PT)
        general = str(content.row_decimals[number]) if number < len(content.row_decimals) else "General"
        kinds = (general if kind == "General" else kind for kind in content.formats)
        sheet.append([_cell(sheet, value, kind, fill) for value, kind in zip(row, kinds)])


def _widths(content: Sheet) -> list[float]:
    """Widths of the columns in characters: as wide as their content, the widest narrowed until an A3 page holds all."""
    widths, least = [], []
    for number, title in enumerate(map(_broken, content.titles)):
        digits = _number_width(content, number)
        cells = max((_width(row[number]) for row in content.rows[:_MEASURED]), default=0)
        least.append(float(max(digits + 2, _NARROWEST)))  # a number is not broken: Excel shows ###
        widths.append(float(min(max(cells + 2, digits + 2, _width(title) * 1.1 + 3, 7), _WIDEST)))
    while sum(widths) > _A3_CHARACTERS and any(map(operator.gt, widths, least)):
        widest = max(range(len(widths)), key=lambda n: widths[n] if widths[n] > least[n] else 0.0)
        widths[widest] = max(widths[widest] - 2, least[widest])
    return widths


def _number_width(content: Sheet, number: int) -> int:
    """Characters of the longest number of a column, 0 without one."""
    values = [row[number] for row in content.rows if isinstance(row[number], float)]
    if not values:
        return 0
    kind = content.formats[number]
    most = max(content.row_decimals, default=2) if kind == "General" else _DECIMALS.get(kind, 2)
    decimals = int(kind) if kind.isdigit() else most
    return max(len(f"{end:,.{decimals}f}") for end in (min(values), max(values)))


def _print_setup(sheet: Any, content: Sheet, widths: list[float], count: int) -> None:
    """Landscape, as wide as one page (A4 where the letters stay readable, else A3) or, where even those of A3 would be
    too small, as several, with the leading columns on each; the head on every page."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{count + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4 if sum(widths) <= _A4_CHARACTERS else _A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = _pages_wide(widths, content.fixed), 0
    if sheet.page_setup.fitToWidth > 1:
        sheet.print_title_cols = f"A:{get_column_letter(content.fixed)}"
        sheet.freeze_panes = f"{get_column_letter(content.fixed + 1)}2"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.print_options.gridLines = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.8  # inches; head and foot of the page lie within
    sheet.page_margins.header = sheet.page_margins.footer = 0.35
    sheet.oddFooter.center.text = say("page", page="&P", pages="&N")


def _pages_wide(widths: list[float], fixed: int) -> int:
    """How many A3 pages a sheet needs beside each other at a size that is readable."""
    first, rest = sum(widths[:fixed]), sum(widths[fixed:])
    return max(math.ceil(rest / max(_A3_CHARACTERS - first, _A3_CHARACTERS / 3)), 1)


def _head(sheet: Any, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, clean(_broken(title))[:_LONGEST])
    cell.data_type = "s"
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _cell(sheet: Any, value: Any, kind: str, tint: Optional[PatternFill]) -> WriteOnlyCell:
    """A typed cell.

    A day that is known is a date. Text is always text, so that "=1+1" from a layer never becomes a formula and 001
    keeps its zeros.
    """
    calendar_date = value.calendar_date if isinstance(value, Day) else value if isinstance(value, date) else None
    if calendar_date is not None:
        cell = WriteOnlyCell(sheet, calendar_date)
        cell.number_format = _DATE
    elif isinstance(value, str):
        value = str(value) if isinstance(value, Day) else value
        cell = WriteOnlyCell(sheet, clean(value)[:_LONGEST])
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _decimals(int(kind)) if kind.isdigit() else _FORMATS.get(kind, "General")
    cell.alignment = _WRAP
    if tint is not None:
        cell.fill = tint
    return cell


def _decimals(count: int) -> str:
    return f"#,##0.{'0' * count}" if count else "#,##0"


def _broken(title: str) -> str:
    """A head with its unit on a line of its own."""
    return title.replace("（", "\n（", 1) if not title.startswith("（") else title


def _width(value: Any) -> int:
    """Width in characters; a Chinese one is two wide."""
    text = f"{value:,.2f}" if isinstance(value, float) else str(value if value is not None else "")
    return max(map(display_width, text[:80].split("\n")))


def _lines(value: Any, width: float) -> int:
    """Lines that a text takes in a column."""
    if not isinstance(value, str) or len(value) * 2 <= width - 1 and "\n" not in value:
        return 1
    return sum(max(math.ceil(display_width(line) / (width - 1)), 1) for line in value[:_LONGEST].split("\n"))
