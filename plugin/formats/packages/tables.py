"""Single cells of a workbook, for tables that must agree with layers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ...core.errors import InputError
from ...core.messages import text
from ...core.quality.inspection_tables import TableCells
from ..workbook.read import Sheet, Unread
from ..workbook.safety import column_letters, column_number
from ..workbook.tables import TableReader

_MOST_ROWS, _MOST_COLUMNS = 2000, 200
_UNIT_TEXTS = ("公顷", "亩", "万亩", "平方米", "平方公里", "平方千米", "%", "个", "人", "万人")
_NONE: Mapping[str, str] = MappingProxyType({})
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


def read_cells(
    book: TableReader, sheet: str, titles: Mapping[str, str], columns: Mapping[str, str] = _NONE
) -> TableCells:
    """The cells of a sheet ("" for the first) by address ("C5") with the title of each, "" for none.

    Where the row of a cell bears another title and just one row of the sheet bears its own, the cell is read there:
    the table is of another edition. So are columns by what `columns` says stands over each ({"C": "2035/面积"}). A
    number that was written as text comes as a number; a formula that was never calculated and an Excel error as texts
    that say so. Raises InputError.
    """
    chosen = next((one for one in book.sheets if not sheet or one.title.strip() == sheet), None)
    if chosen is None:
        raise InputError("inspection_sheet", sheet=sheet, sheets=", ".join(one.title for one in book.sheets))
    grid = _Grid(book, chosen)
    head = grid.head_rows({_plain(title) for title in titles.values() if title}, [_split(a)[0] for a in titles])
    named = {column_number(letters) - 1: title for letters, title in columns.items()}
    across = {column: grid.column_of(title, column, head) for column, title in named.items()}
    places = {address: (row, across.get(column, column)) for address, (row, column) in _places(titles).items()}
    rows: dict[int, set[int]] = {}
    for address, title in titles.items():
        row, column = places[address]
        rows.setdefault(row, set()).add(grid.row_of(title, row, column) if title else row)
    down = {row: found.pop() for row, found in rows.items() if len(found) == 1}
    at = {address: (down.get(row, row), column) for address, (row, column) in places.items()}
    values = {address: _cell(grid.value(*place)) for address, place in at.items()}
    return TableCells(values, {a: _address(at[a]) for a, place in _places(titles).items() if at[a] != place})


def _places(addresses: Iterable[str]) -> dict[str, tuple[int, int]]:
    return {address: _split(address) for address in addresses}


def _address(place: tuple[int, int]) -> str:
    return f"{column_letters(place[1] + 1)}{place[0]}"


def _split(address: str) -> tuple[int, int]:
    """(row from 1, column from 0) of an address."""
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]), column_number(letters) - 1


class _Grid:
    """The head of a sheet as rows of values; a merged text stands in every cell of its range."""

    def __init__(self, book: TableReader, sheet: Sheet) -> None:
        self._rows: dict[int, list[Any]] = {}
        for number, values in book.rows(sheet):
            if number > _MOST_ROWS:
                break
            self._rows[number] = values[:_MOST_COLUMNS]
        self._all_merges = [merge for merge in sheet.merges if merge[0] <= _MOST_ROWS]
        self._merges = [merge for merge in self._all_merges if merge[0] < merge[2]]

    def value(self, row: int, column: int) -> Any:
        values = self._rows.get(row, [])
        return values[column] if column < len(values) else None

    def row_of(self, title: str, row: int, column: int) -> int:
        """The row that bears a title: the given one if it does or bears none, else the only other one, else it."""
        wanted, here = _plain(title), self._titles(row, column)
        if not here or any(wanted in one or one in wanted for one in here):
            return row
        found = [number for number in self._rows if wanted in self._titles(number, column)]
        return found[0] if len(found) == 1 else row

    def head_rows(self, titles: set[str], rows: Iterable[int]) -> range:
        """The rows above the first that bears one of the titles; where none does, above the first of `rows`."""
        bearing = (n for n, values in self._rows.items() if titles & {_plain(v) for v in values if isinstance(v, str)})
        return range(1, min(bearing, default=min(rows, default=1)))

    def column_of(self, title: str, column: int, head: range) -> int:
        """The column that a title stands over: the given one if it does, else the only other one, else it."""
        wanted = [_plain(part) for part in title.split("/")]
        if self._is_under(wanted, column, head):
            return column
        found = [number for number in range(self._width()) if self._is_under(wanted, number, head)]
        return found[0] if len(found) == 1 else column

    def _width(self) -> int:
        return max(map(len, self._rows.values()), default=0)

    def _is_under(self, wanted: list[str], column: int, head: range) -> bool:
        """Whether headings over a column are, one after the other, those that are wanted."""
        over = iter([heading for row in head if (heading := self._heading(row, column))])
        return all(any(part == heading for heading in over) for part in wanted)

    def _heading(self, row: int, column: int) -> str:
        """What stands over a column in a row, of merged cells what they hold together."""
        for top, left, bottom, right in self._all_merges:
            if top <= row <= bottom and left <= column + 1 <= right:
                row, column = top, left - 1
                break
        value = self.value(row, column)
        return "" if value is None else _plain(f"{value:g}" if isinstance(value, float) else str(value))

    def _titles(self, row: int, column: int) -> list[str]:
        """The texts to the left of a cell."""
        texts = [self.value(row, number) for number in range(column)]
        for top, left, bottom, _ in self._merges:
            if top <= row <= bottom and left <= column:
                texts.append(self.value(top, left - 1))
        plain = (_plain(text) for text in texts if isinstance(text, str) and not _NUMBER.fullmatch(text.strip()))
        return [text for text in plain if text and text not in _UNIT_TEXTS]


def _plain(text: str) -> str:
    """A title without width, blanks, brackets, what introduces it and the number before it."""
    bare = re.sub(r"[(\[【<].*?[)\]】>]", "", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"\s", "", bare).replace("其中:", "")
    return re.sub(r"^([一二三四五六七八九十]+|\d+(\.\d+)*)[、.]", "", bare)


def _cell(value: Any) -> Any:
    if isinstance(value, Unread):
        return text("table_formula", formula=value.text) if value.kind == "formula" else value.text
    if isinstance(value, str):
        written = unicodedata.normalize("NFKC", value).strip()
        return float(written.replace(",", "")) if _NUMBER.fullmatch(written) else value
    return value if value is None or isinstance(value, (int, float)) else str(value)
