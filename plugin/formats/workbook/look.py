"""The look of the workbooks this plugin writes: sheet furniture, styles, drop-downs, and text that stays text."""

import functools
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, Optional
from unicodedata import east_asian_width

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension

from ...core.forms.fields import Field
from ...paths import RESOURCES

_WORDING = RESOURCES / "workbook" / "wording.json"
HEAD_FILL = PatternFill("solid", fgColor="DCE9DC")
REQUIRED_FILL = PatternFill("solid", fgColor="C6E0B4")
COMPUTED_FILL = PatternFill("solid", fgColor="EDEDED")
_THIN = Border(*(Side(style="thin", color="BFBFBF"),) * 4)
LAST_ROW, LAST_COLUMN, LONGEST = 1_048_576, 16_384, 32_767
LINE_PT = 15.0  # of the body's face
WRAPPED = ("text", "files")  # widgets of fields whose text is wrapped in its cell
_WIDE = 2.1  # a Chinese letter in units of a column's width: more than two digits of the Latin face
_MOST_LINES = 27  # Excel's tallest row is 409 points
_A4_CHARACTERS, _A3_CHARACTERS = 190, 270  # of a line that is still readable when printed
_FORMATS = {"integer": "0", "number": "General", "date": "yyyy-mm-dd"}
# what XML cannot hold, a carriage return (XML would make it a line feed), and text that looks like the escape itself
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@functools.lru_cache(maxsize=1)
def wording() -> dict[str, Any]:
    """Words of the written workbooks (resources/workbook/wording.json)."""
    return json.loads(_WORDING.read_text(encoding="utf-8"))


def escape(text: str) -> str:
    """Spell characters that a sheet cannot hold as Excel does (_x000D_); undone by workbook_read.unescape."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def is_formula_like(text: str) -> bool:
    """True for text that a spreadsheet would take for a formula when it is typed or pasted again."""
    return text.startswith(_FORMULA_SIGNS)


def make_safe(cell: Any) -> None:
    """Make the text of a cell stay text: no formula now, and none when someone edits the cell or saves the
    sheet anew.
    """
    cell.data_type = "s"
    cell.number_format = "@"
    if is_formula_like(cell.value):
        cell.quotePrefix = True


def number_format(field: Field) -> str:
    """Number format of a field's column: text for everything that is no number and no date, so that zeros in
    front stay.
    """
    return _FORMATS.get(field.value_type, "@")


def open_cell(sheet: Any) -> Any:
    """An empty text cell that may be written to in a protected sheet."""
    cell = styled(sheet, "")
    cell.protection = Protection(locked=False)
    return cell


def styled(sheet: Any, value: Any, fill: Any = None, bold: bool = False, line: bool = False) -> Any:
    """A text cell of the sheet's furniture; `line`: words that run on to the right, not a cell of a table."""
    cell = WriteOnlyCell(sheet, escape(str(value)))
    make_safe(cell)
    cell.font = Font(
        name="Calibri", family=2, size=11, bold=bold
    )  # as the body: a Font without a name is shown in another face
    cell.alignment = Alignment(wrap_text=not line, vertical="center")
    cell.protection = Protection(locked=True)
    if not line:
        cell.border = _THIN
    if fill is not None:
        cell.fill = fill
    return cell


def append_row(sheet: Any, row: int, texts: Iterable[Any], cells: Sequence[Any], widths: Iterable[float]) -> None:
    """Append furniture as row number `row`, as high as its texts need when wrapped (a protected head cannot be
    pulled higher).
    """
    lines = (_display_width(text) // max(width - 1, 1) + 1 for text, width in zip(texts, widths))
    sheet.row_dimensions[row].height = 15.5 * min(max(lines, default=1), 6)
    sheet.append(cells)


def _display_width(text: str):
    """Width in characters; a Chinese one is two wide."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in str(text))


def lines_high(value: Any, width: float) -> int:
    """Lines that a wrapped text takes in a column of a width; a little more than less, as faces differ."""
    if not isinstance(value, str) or (len(value) * _WIDE < width and "\n" not in value):
        return 1
    units = (sum(_WIDE if east_asian_width(letter) in "WFA" else 1 for letter in line) for line in value.split("\n"))
    return min(sum(max(math.ceil(line / width), 1) for line in units), _MOST_LINES)


def fit_width(sheet: Any, widths: Sequence[float] = (), fixed: int = 0) -> None:
    """Print on landscape A4, as wide as one page; a wider table on A3 and in as many bands as keep it readable.

    The first `fixed` columns are printed in each band.
    """
    total = sum(widths)
    pages = max(1, math.ceil(total / _A3_CHARACTERS)) if total > _A4_CHARACTERS else 1
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8 if total > _A4_CHARACTERS else 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    if pages > 1 and fixed:
        sheet.print_title_cols = f"A:{get_column_letter(fixed)}"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = wording()["print"]["pages"]


def body_cell(sheet: Any, field: Field) -> Any:
    """A cell whose style every cell of the field's column shares."""
    cell = WriteOnlyCell(sheet, None)
    cell.number_format, cell.protection, cell.border = number_format(field), Protection(locked=False), _THIN
    cell.alignment = Alignment(wrap_text=field.widget in WRAPPED, vertical="top")
    return cell


def lay_columns(sheet: Any, widths: Sequence[float], formats: Sequence[str]) -> None:
    """Widths and formats of whole columns, so that rows typed in later have them.

    Everything below the head may be edited.
    """
    for number, (width, number_format) in enumerate(zip(widths, formats), 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format, column.protection = width, number_format, Protection(locked=False)
    rest = len(widths) + 1  # a locked cell anywhere in a row would keep Excel from deleting the row
    letter = get_column_letter(rest)
    sheet.column_dimensions[letter] = ColumnDimension(sheet, index=letter, min=rest, max=LAST_COLUMN, width=10)
    sheet.column_dimensions[letter].protection = Protection(locked=False)


def protect_head(sheet: Any, head_row: int, widths: Sequence[float]) -> None:
    """Freeze and lock the head, print it on every page, filter by it.

    Rows below stay free to edit, sort, insert and delete.
    """
    sheet.freeze_panes = f"A{head_row + 1}"
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.auto_filter.ref = f"A{head_row}:{get_column_letter(len(widths))}{head_row}"
    sheet.protection.sheet = True
    for free in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, free, False)
    fit_width(sheet, widths, 2)


def value_range(field: Field) -> str:
    """The values a field allows, in words; "" when there is no bound."""
    say = wording()
    if field.minimum is not None and field.maximum is not None:
        return say["range"].format(low=field.minimum, high=field.maximum)
    if field.minimum is not None:
        return say["at_least"].format(low=field.minimum)
    if field.maximum is not None:
        return say["at_most"].format(high=field.maximum)
    return say["longest"].format(length=field.max_length) if field.max_length and field.value_type == "text" else ""


def validation(field: Field, codes_range: Optional[str]) -> Any:
    """The DataValidation of a field's column, or None; `codes_range`: where its code list stands."""
    say, kind = wording()["errors"], field.value_type
    if field.codes:
        rule, message = DataValidation("list", codes_range), say["choice"]
    elif kind == "date":
        rule, message = DataValidation("date", "1", operator="greaterThanOrEqual"), say["date"]
    elif kind in ("integer", "number"):
        low, high = (
            (-1e15 if field.minimum is None else field.minimum),
            (1e15 if field.maximum is None else field.maximum),
        )
        rule = DataValidation(
            "whole" if kind == "integer" else "decimal", f"{low:.15g}", f"{high:.15g}", operator="between"
        )
        message = say[kind].format(range=value_range(field) or wording()["kinds"][kind])
    elif field.max_length and kind == "text":
        rule = DataValidation("textLength", str(field.max_length), operator="lessThanOrEqual")
        message = say["text"].format(range=value_range(field))
    else:
        return None
    rule.allowBlank, rule.showErrorMessage, rule.errorTitle, rule.error = True, True, wording()["error_title"], message
    return rule
