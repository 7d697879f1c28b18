"""A form's records as a sheet to be printed, signed and stamped: title, unit, rows, totals, signatures, audit head.

What does not fit across one page is printed in bands, a sheet of the workbook each: the columns that say which record
a row is stand in every band, title and head on every page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from ...core.forms.schema import Form
from ...core.zips import any_clock
from .look import HEAD_FILL, escape, lines_high, make_safe, wording
from .save import atomic_file
from .values import file_lines

PAPERS = {"A4": (9, 120), "A3": (8, 180)}  # Excel's number of the paper, characters across it in landscape
_THIN = Border(*(Side(style="thin", color="000000"),) * 4)
_FIXED = 3  # columns of the key that every band begins with, at most
_WIDEST = 30
_NUMBER_WIDTH = 9  # the column that numbers the rows and says how many there are
_HEAD_ROW = 3  # title, unit, head
_LINE_PT = 14.0


@dataclass(frozen=True)
class PrintFacts:
    """What stands around the rows. `audit`: the head of the chain in words."""

    unit: str
    period: str
    filler: str
    made: str
    audit: str


def write_print_sheet(
    path: Union[str, Path], form: Form, records: Sequence[dict], facts: PrintFacts, paper: str = "A4"
) -> int:
    """Write the sheet; return the number of bands. OutputError when the place refuses."""
    number, room = PAPERS[paper]
    bands = bands_of(form, room)
    with atomic_file(path) as unfinished:
        book = Workbook()
        book.remove(book.active)
        for position, fields in enumerate(bands):
            sheet = book.create_sheet(_sheet_name(form, position, len(bands)))
            _set_up(sheet, form, facts, number)
            widths = [_NUMBER_WIDTH, *map(_width, fields)]
            for column, width in enumerate(widths, 1):
                sheet.column_dimensions[get_column_letter(column)].width = width
            _write_band(sheet, form, (fields, records, facts), (position, len(bands)), widths)
        with any_clock():
            book.save(unfinished)
    return len(bands)


def _sheet_name(form: Form, position: int, count: int) -> str:
    """A band's sheet: the form's title, numbered where there are several."""
    end = f" {position + 1}" if count > 1 else ""
    return escape(form.title["zh"])[: 31 - len(end)] + end


def bands_of(form: Form, room: int) -> list:
    """[[Field]] of each band: as many columns as a page holds, those of the key in front."""
    fields = [f for f in form.fields if f.value_type != "files"]
    key = [f for f in fields if f.key in {*form.key, *form.key_else.values()}][:_FIXED]
    rest, bands = [f for f in fields if f not in key], []
    while rest:
        band, width = list(key), _NUMBER_WIDTH + sum(map(_width, key))
        while rest and (width + _width(rest[0]) <= room or len(band) == len(key)):
            width += _width(rest[0])
            band.append(rest.pop(0))
        bands.append(band)
    return bands or [key]


def _width(field):
    return min(max(field.width, 2 * len(field.title_zh) // 2 + 2), _WIDEST)


def _set_up(sheet, form, facts, paper):
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{_HEAD_ROW}"
    sheet.oddFooter.left.text = wording()["print"]["pages"]
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = escape(facts.audit)[:200].replace("&", "&&"), 8
    sheet.oddHeader.right.text = escape(f"{form.title['zh']} {facts.period}".strip()).replace("&", "&&")
    for side in ("left", "right"):
        setattr(sheet.page_margins, side, 0.4)


def _write_band(sheet, form, content, place, widths):
    fields, records, facts = content
    position, count = place
    say = wording()["print"]
    last = len(fields) + 1
    title = form.title["zh"] + (f"（{facts.period}）" if facts.period else "")
    band = say["band"].format(number=position + 1, count=count) if count > 1 else ""
    _line(sheet, f"{title}{band}", last, Font(name="SimSun", size=16, bold=True), "center")
    _line(sheet, say["unit"].format(unit=facts.unit, made=facts.made), last, Font(name="SimSun", size=11), "left")
    _cells(sheet, [say["number"], *(f.title_with_unit_zh for f in fields)], widths, bold=True)
    for number, record in enumerate(records, 1):
        _cells(sheet, [number, *(_shown(f, record.get(f.key)) for f in fields)], widths)
    _cells(sheet, [say["total"].format(count=len(records)), *_totals(form, fields, records)], widths, bold=True)
    _line(
        sheet, say["signatures"].format(filler=facts.filler or "　　　　"), last, Font(name="SimSun", size=11), "left"
    )
    _line(sheet, facts.audit, last, Font(name="SimSun", size=8), "left")


def _line(sheet, text, last, font, horizontal):
    sheet.append([escape(text)])
    row = sheet.max_row
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=max(last, 2))
    cell = sheet.cell(row, 1)
    make_safe(cell)
    cell.font, cell.alignment = font, Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 30 if font.size > 12 else 24


def _cells(sheet, values, widths, bold=False):
    """A row of the table, as high as its longest text needs: a printed row cannot be pulled higher."""
    sheet.append([escape(v) if isinstance(v, str) else v for v in values])
    lines = max(map(lines_high, values, widths), default=1)
    sheet.row_dimensions[sheet.max_row].height = _LINE_PT * lines + 3
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            make_safe(cell)
        cell.border, cell.font = _THIN, Font(name="SimSun", size=10, bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if bold else None)
        if bold:
            cell.fill = HEAD_FILL


def _shown(field, value):
    if value in (None, "", []):
        return None
    if field.value_type == "files":
        return file_lines(value)
    return dict(code[:2] for code in field.codes).get(value, value)  # in Chinese, whatever the window speaks


def _totals(form, fields, records):
    """Sums of the fields that the form adds up; nothing under the others, and nothing where nothing was given."""
    summed = set(form.rollup.get("sum", ()))
    found = []
    for field in fields:
        given = [r[field.key] for r in records if isinstance(r.get(field.key), (int, float))]
        found.append(round(sum(given), 4) if field.key in summed and given else None)
    return found
