"""Single cells of a workbook, for tables that must agree with layers."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from ...core.errors import InputError
from ...core.messages import text
from ..workbook.read import Unread
from ..workbook.safety import column_number
from ..workbook.tables import TableReader

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


def read_cells(book: TableReader, sheet: str, addresses: Iterable[str]) -> dict[str, Any]:
    """{address: value} of cells such as "C5" of a sheet, "" for the first; raises InputError.

    A number that was written as text comes as a number; a formula that was never calculated and an Excel error as texts
    that say so.
    """
    wanted: dict[int, list[tuple[int, str]]] = {}
    for address in addresses:
        letters = address.rstrip("0123456789")
        wanted.setdefault(int(address[len(letters) :]), []).append((column_number(letters) - 1, address))
    cells: dict[str, Any] = {}
    chosen = next((one for one in book.sheets if not sheet or one.title.strip() == sheet), None)
    if chosen is None:
        raise InputError("inspection_sheet", sheet=sheet, sheets=", ".join(one.title for one in book.sheets))
    for number, values in book.rows(chosen):
        for column, address in wanted.pop(number, ()):
            cells[address] = _cell(values[column] if column < len(values) else None)
        if not wanted:
            break
    return cells


def _cell(value: Any) -> Any:
    if isinstance(value, Unread):
        return text("table_formula", formula=value.text) if value.kind == "formula" else value.text
    if isinstance(value, str):
        written = unicodedata.normalize("NFKC", value).strip()
        return float(written.replace(",", "")) if _NUMBER.fullmatch(written) else value
    return value if value is None or isinstance(value, (int, float)) else str(value)
