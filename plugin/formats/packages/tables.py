"""Single cells of a workbook, for tables that must agree with layers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...core.errors import InputError
from ..workbook.read import WorkbookReader
from ..workbook.safety import column_number


def read_cells(path: Path, sheet: str, addresses: Iterable[str]) -> dict[str, Any]:
    """{address: value} of cells such as "C5" of a sheet, "" for the first; raises InputError.

    A formula that was never calculated and an Excel error come as texts.
    """
    wanted: dict[int, list[tuple[int, str]]] = {}
    for address in addresses:
        letters = address.rstrip("0123456789")
        wanted.setdefault(int(address[len(letters) :]), []).append((column_number(letters) - 1, address))
    cells: dict[str, Any] = {}
    with WorkbookReader(path) as book:
        chosen = next((one for one in book.sheets if not sheet or one.title.strip() == sheet), None)
        if chosen is None:
            raise InputError("inspection_sheet", sheet=sheet, sheets=", ".join(one.title for one in book.sheets))
        for number, values in book.rows(chosen):
            for column, address in wanted.pop(number, ()):
                value = values[column] if column < len(values) else None
                cells[address] = value if value is None or isinstance(value, (int, float, str)) else str(value)
            if not wanted:
                break
    return cells
