"""Errors brought back as a copy of the workbook: coloured cells with comments, and a list of all errors as its last
sheet.

A workbook of common size is copied whole, with its look and drop-downs. Of a very large one only the head and the
rows with errors are copied, in constant memory: the good rows need no second look.
"""

from datetime import datetime
from pathlib import Path
from typing import Union

from openpyxl import load_workbook
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from ...core.zips import any_clock
from .header import head_rows
from .intake import WorkbookImport
from .look import (
    HEAD_FILL,
    LAST_ROW,
    LONGEST,
    escape,
    fit_width,
    make_safe,
    wording,
)
from .read import Unread
from .save import atomic_file, streamed_workbook
from .survey import LIST_TITLE
from .tables import open_table

WRONG = PatternFill("solid", fgColor="FFC7CE")
FILLS = {  # the worst first: a row turned away, a record left as it is, something to look at
    "error": WRONG,
    "left": PatternFill("solid", fgColor="BDD7EE"),
    "warning": PatternFill("solid", fgColor="FFEB9C"),
}
_FULL_COPY = 12 << 20  # bytes of XML, about 250,000 cells: 10 s and 250 MB for a whole copy
_LISTED = 100_000
_WIDTHS = (8, 18, 8, 8, 26, 30, 60)


def mark_workbook(imported: WorkbookImport, target: Union[str, Path]) -> None:
    """Write the marked copy of the workbook of a finished WorkbookImport to `target`.

    InputError when the source has gone bad since it was read,
    OutputError when the place refuses.
    """
    marks, errors = _marks(imported.marks), imported.marks
    with atomic_file(target) as unfinished:
        if 0 < imported.bytes <= _FULL_COPY:
            book = load_workbook(imported.path, keep_links=False)
            _mark_rows(book, marks)
            _write_list(book, errors, unfinished)
            return
        with open_table(imported.path) as reader, streamed_workbook() as book:
            book.properties.keywords = reader.keywords
            for plan in imported.plans:
                _copy_wrong_rows(book, reader, plan, marks.get(plan.sheet.title, {}))
            _write_list(book, errors, unfinished)


def _marks(errors):
    """{sheet: {row: {column from 1: [CellError]}}}; an error without a column is put on the first one."""
    marks: dict = {}
    for error in errors:
        column = 1 if error.column is None else error.column + 1
        marks.setdefault(error.sheet, {}).setdefault(error.row, {}).setdefault(column, []).append(error)
    return marks


def _message(error):
    return error.message if error.column is not None else f"{error.title}：{error.message}"


def _mark_rows(book, marks):
    for title, rows in marks.items():
        for row, columns in rows.items():
            for column, errors in columns.items():
                _mark(_visible_cell(book[title], row, column), errors)


def _visible_cell(sheet, row, column):
    """The cell, or of a merged range the one that is seen."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(area.min_row, area.min_col)
    return cell


def _mark(cell, errors):
    cell.fill = FILLS[min((error.level for error in errors), key=list(FILLS).index)]
    reported = [cell.comment.text] if cell.comment else []
    new = [m for m in map(_message, errors) if m not in reported]
    text = "\n".join([*reported, *new])
    cell.comment = Comment(escape(text), wording()["marker"], width=320, height=40 + 20 * text.count("\n") + len(text))


def _copy_wrong_rows(book, reader, plan, rows):
    """Copy the head of a sheet and the rows with marks."""
    sheet = book.create_sheet(plan.sheet.title)
    head = head_rows(reader.rows(plan.sheet), plan.sheet.merges)
    for number in range(1, plan.header.data_row):
        sheet.append([_copied(sheet, value) for value in head.get(number, ())])
    for top, left, bottom, right in plan.sheet.merges:
        if bottom < plan.header.data_row:
            sheet.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")
    for number, values in reader.rows(plan.sheet):
        if number in rows:
            values.extend([None] * (max(rows[number]) - len(values)))
            cells = [_copied(sheet, value) for value in values]
            for column, errors in rows[number].items():
                _mark(cells[column - 1], errors)
            sheet.append(cells)


def _copied(sheet, value):
    """A cell with the same value; text stays text."""
    value = _plain(value)
    cell = WriteOnlyCell(sheet, escape(value)[:LONGEST] if isinstance(value, str) else value)
    if isinstance(value, str):
        make_safe(cell)
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _plain(value):
    if isinstance(value, Unread):
        return f"={value.text}" if value.kind == "formula" else value.text
    return value


def _write_list(book, errors, path):
    """Add all errors as the last sheet (in place of an earlier list) and save the workbook."""
    if LIST_TITLE in book.sheetnames:
        del book[LIST_TITLE]
    sheet = book.create_sheet(LIST_TITLE)
    fit_width(sheet)
    say = wording()
    for letter, width in zip("ABCDEFG", _WIDTHS):
        sheet.column_dimensions[letter].width = width
    rows = len({(e.sheet, e.row) for e in errors})
    sheet.append([_listed(sheet, say["list_title"].format(rows=rows, cells=len(errors)))])
    sheet.append([_listed(sheet, text, head=True) for text in say["list_heads"]])
    for number, error in enumerate(errors[: min(_LISTED, LAST_ROW - 2)], 1):
        letter = "" if error.column is None else get_column_letter(error.column + 1)
        value = "" if error.value is None else str(_plain(error.value))
        texts = (letter, error.title, value[:200], wording()["levels"][error.level] + error.message)
        sheet.append([number, _listed(sheet, error.sheet), error.row, *(_listed(sheet, text) for text in texts)])
    with any_clock():
        book.save(path)


def _listed(sheet, text, head=False):
    cell = WriteOnlyCell(sheet, escape(text))
    make_safe(cell)
    if head:
        cell.font, cell.fill = Font(bold=True), HEAD_FILL
    return cell
