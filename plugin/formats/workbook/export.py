"""Records or an empty template as a workbook: records first, then how to fill it in, then (hidden) the code lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Optional, Union

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter, quote_sheetname

from ...core.errors import InputError
from ...core.forms.identity import content_hash
from ...core.forms.schema import Field, Form
from ...core.zips import any_clock
from .book_mark import BookMark, MarkWriter
from .look import (
    COMPUTED_FILL,
    HEAD_FILL,
    LAST_ROW,
    LINE_PT,
    LONGEST,
    REQUIRED_FILL,
    WRAPPED,
    append_row,
    body_cell,
    escape,
    fit_width,
    is_formula_like,
    lay_columns,
    lines_high,
    make_safe,
    open_cell,
    protect_head,
    styled,
    validation,
    value_range,
    wording,
)
from .openpyxl_names import share_style, style_of, write_digits
from .save import atomic_file, streamed_workbook
from .survey import ID_TITLE, KEYWORD
from .values import file_lines

HEAD_ROW = 3  # title, hints with units, head
_HELP_WIDTHS = (26, 30, 8, 16, 10, 44, 40, 24)
_FIRST_DAY = "1900-03-01"  # Excel counts a 29 February 1900 that never was: older days are written as text


@dataclass(frozen=True)
class Extras:
    """What an export carries beside its records: `progress(rows)`, called every 1,000 rows, may raise Cancelled;
    `mark`: what lets the book come back, see book_mark."""

    progress: Optional[Callable] = None
    mark: Optional[BookMark] = None


def write_workbook(
    path: Union[str, Path],
    form: Form,
    records: Optional[Iterable] = None,
    references: Optional[dict] = None,
    extras: Optional[Extras] = None,
) -> int:
    """Write records (iterable of {field key: value, "id"}) or, for None, an empty template; return the number of rows.

    `references`: {field key: {id: shown}} for fields that name a record of another form. The file appears whole or not
    at all. OutputError when the place refuses, InputError for records that no sheet can hold.
    """
    with atomic_file(path) as unfinished, streamed_workbook() as book:
        count = _write(book, form, records, references or {}, extras or Extras())
        with any_clock():
            book.save(unfinished)
    return count


def _write(book, form, records, references, extras):
    book.properties.keywords = f"{KEYWORD}{form.id}:{form.edition}"
    book.properties.creator, book.properties.title = wording()["marker"], form.title["zh"]
    sheet = book.create_sheet(form.title["zh"][:31])
    help_sheet, code_sheet = book.create_sheet(wording()["sheet_help"]), book.create_sheet(wording()["sheet_codes"])
    code_sheet.sheet_state = "hidden"
    mark = MarkWriter(book, extras.mark) if extras.mark is not None else None
    _furnish(sheet, form, records is not None)
    _write_help(help_sheet, form)
    ranges = _write_codes(code_sheet, form)
    for number, field in enumerate(form.fields, 1):
        rule = validation(field, ranges.get(field.key))
        if rule is not None:
            letter = get_column_letter(number)
            rule.add(f"{letter}{HEAD_ROW + 1}:{letter}{LAST_ROW}")
            sheet.data_validations.append(rule)
    return _write_records(sheet, form, _marked(form, records or (), mark, extras.progress), references)


def _marked(form, records, mark, progress):
    """The records as they pass, each noted in the mark's sheet."""
    for count, record in enumerate(records, 1):
        if progress is not None and count % 1000 == 0:
            progress(count)
        if mark is not None and record.get("id"):
            mark.add(record["id"], content_hash(form, record))
        yield record


def _furnish(sheet, form, with_ids):
    """Title, hints and head, the columns and their protection."""
    say = wording()
    widths = [max(f.width, 10) for f in form.fields] + ([12] if with_ids else [])
    lay_columns(sheet, widths, [body_cell(sheet, f).number_format for f in form.fields] + ["@"] * with_ids)
    if with_ids:
        sheet.column_dimensions[get_column_letter(len(widths))].hidden = True
    protect_head(sheet, HEAD_ROW, widths)
    sheet.append(
        [styled(sheet, say["title"].format(title=form.title["zh"], edition=form.edition), bold=True, line=True)]
    )
    hints = [hint(field) for field in form.fields] + [say["id_hint"]] * with_ids
    append_row(sheet, 2, hints, [styled(sheet, text, COMPUTED_FILL) for text in hints], widths)
    titles = [f.title_zh for f in form.fields] + [ID_TITLE] * with_ids
    fills = [
        REQUIRED_FILL if f.required else COMPUTED_FILL if f.kind == "computed" else HEAD_FILL for f in form.fields
    ] + [COMPUTED_FILL]
    append_row(
        sheet, HEAD_ROW, titles, [styled(sheet, text, fill, bold=True) for text, fill in zip(titles, fills)], widths
    )


def hint(field: Field) -> str:
    """What stands over a column: required or not, kind, unit."""
    say = wording()
    unit = f"，{say['unit'].format(unit=field.unit)}" if field.unit else ""
    return f"{say['required'] if field.required else say['optional']}：{say['kinds'][field.kind]}{unit}"


def _write_help(sheet, form):
    say = wording()
    fit_width(sheet)
    for letter, width in zip("ABCDEFGH", _HELP_WIDTHS):
        sheet.column_dimensions[letter].width = width
    sheet.append(
        [styled(sheet, say["title"].format(title=form.title["zh"], edition=form.edition), bold=True, line=True)]
    )
    for number, line in enumerate(say["help_lines"], 1):
        sheet.append([styled(sheet, f"{number}. {line}", line=True)])
    sheet.append([])
    sheet.append([styled(sheet, text, HEAD_FILL, bold=True) for text in say["help_heads"]])
    for row, field in enumerate(form.fields, len(say["help_lines"]) + 4):
        need = say["required"] if field.required else say["optional"]
        allowed = (
            "、".join(code[1] for code in field.codes) or say["identifiers"].get(field.identifier) or value_range(field)
        )
        first = (field.title_zh, field.title_en, need, say["kinds"][field.kind], field.unit, allowed)
        texts = (*first, field.help.get("zh", ""), _confidence(field))
        append_row(sheet, row, texts, [styled(sheet, text) for text in texts], _HELP_WIDTHS)


def _confidence(field):
    """How far the field was verified; the schema's own words where it says more than the mark."""
    mark, _, rest = field.confidence.partition(" ")
    label = wording()["confidence"].get(mark)
    return f"{label} {rest}".strip() if label else field.confidence


def _write_codes(sheet, form):
    """Write every code list as a column; return {field key: its range}."""
    lists = [f for f in form.fields if f.codes]
    sheet.append([styled(sheet, f.title_zh, HEAD_FILL, bold=True) for f in lists])
    for row in range(max((len(f.codes) for f in lists), default=0)):
        sheet.append([styled(sheet, f.codes[row][1]) if row < len(f.codes) else None for f in lists])
    name = quote_sheetname(sheet.title)
    letters = {f.key: get_column_letter(number) for number, f in enumerate(lists, 1)}
    return {f.key: f"{name}!${letters[f.key]}$2:${letters[f.key]}${len(f.codes) + 1}" for f in lists}


def _write_records(sheet, form, records, references):
    writers = [_ColumnWriter(sheet, field, references.get(field.key)) for field in form.fields]
    identity = _ColumnWriter(sheet, None, None)
    wrapped = [(field.key, max(field.width, 10)) for field in form.fields if field.widget in WRAPPED]
    count = 0
    for count, record in enumerate(records, 1):
        if count > LAST_ROW - HEAD_ROW:
            raise InputError("workbook_too_many_rows")
        high = max((lines_high(record.get(key), width) for key, width in wrapped), default=1)
        if high > 1:  # said here, for a program that opens the book to print it only does not measure rows anew
            sheet.row_dimensions[HEAD_ROW + count].height = LINE_PT * high
        sheet.append([*(w.cell(record.get(w.key), record) for w in writers), identity.cell(record.get("id"), record)])
    return count


class _ColumnWriter:
    """Makes the cells of one column.

    All share two styles, made once (styling each cell alone takes ten times as long).
    """

    def __init__(self, sheet, field, shown):
        self._sheet, self._shown = sheet, shown or {}
        self.key = field.key if field else "id"
        self._title = field.title if field else ID_TITLE
        self._kind = field.value_type if field else "text"
        self._labels = {code[0]: code[1] for code in field.codes} if field else {}
        plain = body_cell(sheet, field) if field else open_cell(sheet)
        text, quoted = (body_cell(sheet, field) if field else open_cell(sheet) for _ in range(2))
        text.value, quoted.value = "x", "="
        make_safe(text)
        make_safe(quoted)
        self._plain, self._text, self._quoted = style_of(plain), style_of(text), style_of(quoted)

    def cell(self, value, record):
        """The cell of one value: a number, a day, or text that stays text."""
        if value is None or value == "" or value == []:
            cell = WriteOnlyCell(self._sheet, None)
            share_style(cell, self._plain)
            return cell
        if self._kind == "files":
            value = file_lines(value)
        elif self._kind == "date" and _FIRST_DAY <= value:
            value = _day(value)
        if isinstance(value, str):
            return self._text_cell(self._shown.get(value) or self._labels.get(value, value), record)
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, float):
            write_digits(cell, repr(value))
        share_style(cell, self._plain)
        return cell

    def _text_cell(self, value, record):
        value = escape(value)
        if len(value) > LONGEST:
            raise InputError(
                "workbook_text_too_long", record=record.get("id", ""), field=self._title, length=len(value)
            )
        cell = WriteOnlyCell(self._sheet, value)
        cell.data_type = "s"
        share_style(cell, self._quoted if is_formula_like(value) else self._text)
        return cell


def _day(text):
    """A day as date; text that is none stays text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
