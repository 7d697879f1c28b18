"""Plain tables with known columns (tasks, firms, taxes, values): found by their heads, whatever stands above them."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError
from .mapping import normal
from .read import Padded, Sheet, Unread
from .tables import TableReader, open_table

_LOOKED_AT = 30  # rows; a head lower than that has not been seen


@dataclass(frozen=True)
class PlainRow:
    """One row: `values` by the names of the columns asked for, None where a cell is empty or its column absent."""

    number: int
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A cell as text, "" for an empty one; a whole number without decimals."""
        value = self.values.get(name)
        if isinstance(value, Padded):
            return value.text
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime):
            return value.date().isoformat()
        return "" if value is None else str(value).strip()

    def number_of(self, name: str) -> Optional[float]:
        """A cell as a number, None for an empty one; raises ValueError for what is no finite number."""
        value = self.values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, (bool, datetime)):
            raise ValueError(str(value))
        number = float(value.replace(",", "").replace("，", "")) if isinstance(value, str) else float(value)
        if not math.isfinite(number):
            raise ValueError(str(value))
        return number

    def day(self, name: str) -> Optional[date]:
        """A cell as a day, None for an empty one; raises ValueError for what is no date written YYYY-MM-DD."""
        value = self.values.get(name)
        if isinstance(value, datetime):
            return value.date()
        return date.fromisoformat(self.text(name)) if self.text(name) else None


@dataclass
class PlainTable:
    """The rows of one table, which of its columns were found, and their heads as written."""

    file: str
    sheet: str
    sha256: str
    rows: list[PlainRow] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def read_plain(
    path: Union[str, Path], columns: Mapping[str, Iterable[str]], required: Sequence[str], sheet: str = ""
) -> PlainTable:
    """The first sheet (or the one called `sheet`) that has the `required` columns; `columns`: {name: its titles}.

    Raises InputError for a file that cannot be read or has no such sheet.
    """
    titles = {normal(title): name for name, known in columns.items() for title in (name, *known)}
    reader = open_table(path)
    try:
        for one in sorted(reader.sheets, key=lambda s: s.hidden):
            if sheet and one.title != sheet:
                continue
            table = _read_sheet(reader, one, titles, required)
            if table is not None:
                return table
        missing = "、".join(next(iter(columns[name]), name) for name in required)
        raise InputError("plain_columns", file=reader.path.name, missing=missing)
    finally:
        reader.close()


def _read_sheet(
    reader: TableReader, sheet: Sheet, titles: Mapping[str, str], required: Sequence[str]
) -> Optional[PlainTable]:
    rows = iter(reader.rows(sheet))
    for _, values in itertools.takewhile(lambda row: row[0] <= _LOOKED_AT, rows):
        places = _places(values, titles)
        if not set(required) <= set(places):
            continue
        table = PlainTable(reader.path.name, sheet.title, reader.sha256, columns=tuple(places))
        table.titles = {name: str(values[at]) for name, at in places.items()}
        for below, cells in rows:
            taken = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
            if all(value is None or value == "" for value in taken.values()):
                continue
            if any(isinstance(value, Unread) for value in taken.values()):
                raise InputError("plain_formula", file=reader.path.name, row=below)
            table.rows.append(PlainRow(below, taken))
        return table
    return None


def _places(values: Sequence[Any], titles: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, value in enumerate(values):
        name = titles.get(normal(value)) if isinstance(value, str) else None
        if name is not None:
            places.setdefault(name, at)
    return places
