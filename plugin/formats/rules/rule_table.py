"""A rule set as an Excel table: one row a rule, lists to choose from, laws by name; and its workbook."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from ...core.errors import InputError, OutputError
from ...core.files import refuse_read_only
from ...core.review.catalogue import Catalogue
from ...core.review.rules import LawRef
from ...core.zips import any_clock
from ...paths import RESOURCES

ROWS_FOR_NEW = 200  # rows below the last rule that offer the lists too


@dataclass(frozen=True)
class Column:
    """One column of the table: the key of a rule, its title, and what its cells hold."""

    key: str
    title: str
    width: int
    choices: dict = field(default_factory=dict)  # value -> words
    list: str = ""  # the sheet whose first column is chosen from
    repeat: int = 1
    number: bool = False
    many: bool = False


@lru_cache(maxsize=1)
def wording() -> dict:
    """Sheets and texts of the table (resources/rules/rule_table.json)."""
    return json.loads((RESOURCES / "rules" / "rule_table.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def columns() -> tuple:
    """The Columns of the table, in order."""
    return tuple(Column(**row) for row in wording()["columns"])


def openpyxl() -> Any:
    """The library that reads and writes Excel; raises InputError where this QGIS has none."""
    try:
        import openpyxl as library
    except ImportError as error:
        raise InputError("workbook_needs_openpyxl") from error
    return library


def law_name(law_id: str, law: dict, article: str) -> str:
    """The citation that stands for an article in the table."""
    entry = law["articles"][article]
    return LawRef(law_id, law["title"], law["doc_no"], article, law["status"], entry["confidence"]).cite()


def line_name(line_id: str, catalogue: Catalogue) -> str:
    return f"{line_id} {catalogue.lines[line_id].name}"


def write_table(document: dict, sources: dict, catalogue: Catalogue, target: Path) -> int:
    """Write the layered rule document to a workbook and return the number of rules; raises OutputError.

    `sources`: {rule id: names of the files that give or change it}.
    """
    book = openpyxl().Workbook()
    names = wording()["sheets"]
    sheet = book.active
    sheet.title = names["rules"]
    laws = {
        (law_id, article): law_name(law_id, law, article)
        for law_id, law in document["laws"].items()
        for article in map(str, law["articles"])
    }
    _rules_sheet(sheet, document, sources, catalogue, laws)
    _laws_sheet(book.create_sheet(names["laws"]), document, laws)
    _plain_sheet(book.create_sheet(names["lines"]), [[line_name(key, catalogue)] for key in catalogue.lines])
    _plain_sheet(book.create_sheet(names["help"]), [[row] for row in wording()["help_rows"]])
    try:
        refuse_read_only(target)
        with any_clock():
            book.save(target)
    except OSError as error:
        raise OutputError("output_failed", output=str(target), error=error.strerror or error) from error
    return len(document["rules"])


def head_titles() -> list:
    """(title, Column) of every column of the sheet, repeated ones with a number."""
    found = []
    for column in columns():
        numbers = range(1, column.repeat + 1)
        found += [(f"{column.title}{n}" if column.repeat > 1 else column.title, column) for n in numbers]
    return found


def _rules_sheet(
    sheet: Any,
    document: dict[str, Any],
    sources: dict[str, Any],
    catalogue: Catalogue,
    laws: dict[tuple[str, str], str],
) -> None:
    heads = head_titles()
    _put_row(sheet, 1, [title for title, _ in heads])
    for number, rule in enumerate(document["rules"], 2):
        values: list = []
        for column in columns():
            values += _cells(column, rule, sources, catalogue, laws)
        _put_row(sheet, number, values)
    _style(sheet, [column.width for _, column in heads])
    _lists(sheet, heads, len(document["rules"]) + 1 + ROWS_FOR_NEW, len(laws), len(catalogue.lines))


def _cells(
    column: Column,
    rule: dict[str, Any],
    sources: dict[str, Any],
    catalogue: Catalogue,
    laws: dict[tuple[str, str], str],
) -> list[Any]:
    """What the cells of a column hold for a rule."""
    if column.key == "-":
        return ["" if column.choices else "、".join(sources.get(rule["id"], ()))]
    if column.key == "laws":
        cited = [laws[r["law"], str(r.get("article", "-"))] for r in rule.get("laws", ())]
        return (cited + [""] * column.repeat)[: column.repeat]
    value = rule.get(column.key)
    if value is None:
        return [""]
    if column.list == "lines":
        return [line_name(value, catalogue)]
    if column.many:
        return ["、".join(value)]
    return [column.choices.get(value, value if column.number else str(value))]


def _laws_sheet(sheet: Any, document: dict[str, Any], laws: dict[tuple[str, str], str]) -> None:
    _put_row(sheet, 1, wording()["laws"])
    for number, ((law_id, article), name) in enumerate(laws.items(), 2):
        law = document["laws"][law_id]
        entry = law["articles"][article]
        texts = [entry["confidence"], entry.get("says", ""), entry.get("says_en", "")]
        _put_row(sheet, number, [name, law_id, law["title"], law["doc_no"], law["status"], article, *texts])
    _style(sheet, [50, 12, 34, 28, 22, 12, 18, 60, 60])


def _plain_sheet(sheet: Any, rows: Iterable[Sequence[Any]]) -> None:
    for number, row in enumerate(rows, 1):
        _put_row(sheet, number, row)
    sheet.column_dimensions["A"].width = 90


def _put_row(sheet: Any, number: int, values: Iterable[Any]) -> None:
    """Write values; text stays text whatever it begins with, so that nothing becomes a formula."""
    for at, value in enumerate(values, 1):
        if value == "" or value is None:
            continue
        cell = sheet.cell(number, at)
        cell.value = value
        if isinstance(value, str):
            cell.data_type, cell.number_format = "s", "@"


def _style(sheet: Any, widths: Iterable[float]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F0E8")
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _lists(sheet: Any, heads: Sequence[tuple[str, Column]], last: int, law_count: int, line_count: int) -> None:
    """Drop-down lists, also for the rows of new rules; what is not on a list may still be typed where laws grow."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    names = wording()["sheets"]
    sources = {
        "laws": f"{names['laws']}!$A$2:$A${law_count + 1 + ROWS_FOR_NEW}",
        "lines": f"{names['lines']}!$A$1:$A${line_count}",
    }
    for number, (_, column) in enumerate(heads, 1):
        source = sources.get(column.list) or (f'"{",".join(column.choices.values())}"' if column.choices else "")
        if source:
            check = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
            check.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{last}")
            sheet.add_data_validation(check)


def value_of(column: Column, text: str) -> Optional[str]:
    """The value that words of a column stand for; the words themselves where they are none of its."""
    return {label: value for value, label in column.choices.items()}.get(text, text)
