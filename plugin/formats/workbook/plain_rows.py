"""Plain tables with known columns (tasks, firms, taxes, values): found by their heads, whatever stands above them.

Heads may be stacked and merged; a number is read with the unit that its cell, its head or a note gives it.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError
from ...core.forms.parsing import Unreadable, is_blank, parse_number
from ...core.forms.units import plain, unit_factor, unit_of, unit_spellings
from ...core.land.remarks import Remark
from .header import head_columns, head_rows, head_spans, stated_units
from .mapping import Column, column_names, normal
from .read import Padded, Percent, Sheet, Unread
from .tables import TableReader, open_table

_YEAR = re.compile(r"((?:19|20|21)\d{2})(?:\.0+)?(?:年度?|年末|年底|-\d{1,2}-\d{1,2}|\d{4})?")
_PERCENT = "%"
_SHOWN = 10  # numbers of rows that a remark names
_CODES = ("code", "division", "year")


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
        if isinstance(value, Unread):
            return value.text
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime):
            return value.date().isoformat()
        return "" if value is None else str(value).strip()

    def is_empty(self, name: str) -> bool:
        """Whether a cell says that there is no value."""
        value = self.values.get(name)
        return value is None or (isinstance(value, str) and is_blank(value))

    def number_of(self, name: str, unit: str = "") -> Optional[float]:
        """A cell as a number, None for an empty one, in `unit` where the cell names its own; raises ValueError for
        what is no finite number, for a share where no percentage is asked for, and for another kind of unit."""
        return self.quantity(name, unit)[0]

    def quantity(self, name: str, unit: str = "") -> tuple[Optional[float], bool]:
        """(number, whether the cell itself says that it is in `unit`), as number_of."""
        value = self.values.get(name)
        if self.is_empty(name):
            return None, False
        if isinstance(value, Percent):
            if plain(unit) != _PERCENT:
                raise ValueError(f"{float(value):g}")
            return round(float(value) * 100, 10), True  # what the sheet shows
        if isinstance(value, (bool, datetime, Unread)):
            raise ValueError(str(value))
        try:
            said = parse_number(value if isinstance(value, str) else repr(value), unit)
        except Unreadable as error:
            raise ValueError(str(value)) from error
        return float(said.value) * (1.0 if said.factor is None else said.factor), said.factor is not None

    def year(self, name: str) -> int:
        """A cell as a year (2025, 2025年, a day of it); raises ValueError for what names none."""
        found = _YEAR.fullmatch(plain(self.text(name)))
        if found is None:
            raise ValueError(self.text(name))
        return int(found[1])

    def day(self, name: str) -> Optional[date]:
        """A cell as a day, None for an empty one; raises ValueError for what is no date written YYYY-MM-DD."""
        value = self.values.get(name)
        if isinstance(value, datetime):
            return value.date()
        return date.fromisoformat(self.text(name)) if self.text(name) else None


def hidden_columns(file: str, sheet: str, titles: Sequence[str]) -> list[Remark]:
    """The remark on columns that were read though nobody who opens the file sees them; none without one."""
    params = {"file": file, "sheet": sheet, "columns": "、".join(titles)}
    return [Remark("plain_hidden_columns", params=params)] if titles else []


@dataclass
class PlainTable:
    """The rows of one table, which of its columns were found, their heads as written and the units these name (""
    for none); `common`: units that notes give for the whole sheet. `hidden_rows`, `hidden_columns` (their
    heads), `is_hidden` (the sheet): what was read of it all the same."""

    file: str
    sheet: str
    sha256: str
    rows: list[PlainRow] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    common: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    is_hidden: bool = False

    def remarks(self) -> list[Remark]:
        """What was read though nobody who opens the file sees it."""
        at, found = {"file": self.file, "sheet": self.sheet}, []
        if self.is_hidden:
            found.append(Remark("plain_hidden_sheet", params=at))
        if self.hidden_rows:
            shown = "、".join(map(str, self.hidden_rows[:_SHOWN])) + ("…" if len(self.hidden_rows) > _SHOWN else "")
            found.append(Remark("plain_hidden_rows", params={**at, "count": len(self.hidden_rows), "rows": shown}))
        return [*found, *hidden_columns(self.file, self.sheet, self.hidden_columns)]

    def unit(self, name: str, like: str) -> str:
        """The unit of a column's numbers: of its head, else the one that notes give of the kind of `like`, "" where
        nobody gives one. Raises InputError for a unit of another kind."""
        own = self.units.get(name, "")
        if own and unit_factor(own, like) is None:
            raise InputError("plain_unit", file=self.file, column=self.titles[name], unit=own, wanted=like)
        fitting = [unit for unit in self.common if unit_factor(unit, like) is not None]
        if not own and len(fitting) > 1:
            raise InputError("plain_units", file=self.file, column=self.titles[name], units="、".join(fitting))
        return own or "".join(fitting)

    def amount(self, row: PlainRow, name: str, unit: str, assumed: str = "") -> Optional[float]:
        """A cell in `unit`, by the unit of the cell, else the column's, else `assumed` ("": `unit` itself); None for an
        empty one. Raises ValueError as PlainRow.number_of, InputError as `unit`."""
        value, has_unit = row.quantity(name, unit)
        if value is None or has_unit:
            return value
        factor = unit_factor(self.unit(name, unit) or assumed or unit, unit)
        return value * (factor or 1.0)


def read_plain(
    path: Union[str, Path], columns: Mapping[str, Iterable[str]], required: Sequence[str], sheet: str = ""
) -> PlainTable:
    """The first sheet (or the one called `sheet`) that has the `required` columns; `columns`: {name: its titles, the
    one to prefer first}.

    Raises InputError for a file that cannot be read, has no such sheet, or has two columns of one title.
    """
    titles: dict[str, tuple[str, int]] = {}
    for name, known in columns.items():
        for rank, title in enumerate((*known, name)):
            titles.setdefault(normal(title), (name, rank))
            titles.setdefault(plain(title), (name, rank))
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


Titles = Mapping[str, tuple[str, int]]


def _read_sheet(reader: TableReader, sheet: Sheet, titles: Titles, required: Sequence[str]) -> Optional[PlainTable]:
    rows = iter(reader.rows(sheet))
    grid = head_rows(rows, sheet.merges)
    found = _head(grid, titles, required)
    if found is None:
        return None
    places, first, notes = found
    doubled = next((taken for taken in places.values() if len(taken) > 1), None)
    if doubled:
        raise InputError("plain_twice", file=reader.path.name, column=doubled[0].pieces[-1])
    chosen = {name: taken[0] for name, taken in places.items()}
    table = PlainTable(reader.path.name, sheet.title, reader.sha256, columns=tuple(chosen), common=notes)
    table.titles = {name: column.pieces[-1] for name, column in chosen.items()}
    table.units = {name: _unit(column) for name, column in chosen.items()}
    reading = _Reading(reader, sheet, frozenset((*notes, *filter(None, table.units.values()))))
    table.rows = list(_records(reading, {n: c.index for n, c in chosen.items()}, first))
    table.is_hidden = sheet.hidden
    table.hidden_rows = tuple(row.number for row in table.rows if row.number in sheet.hidden_rows)
    table.hidden_columns = tuple(c.pieces[-1] for c in chosen.values() if sheet.hides_column(c.index))
    return table


@dataclass(frozen=True)
class _Reading:
    """A sheet that is read; `units`: what its heads and the notes above its rows state."""

    reader: TableReader
    sheet: Sheet
    units: frozenset[str]

    def rows(self, first: int) -> Iterator[tuple[int, list[Any]]]:
        """Rows from `first` on. InputError for a row that states other units: which rows it is about nobody says."""
        for number, cells in itertools.dropwhile(lambda row: row[0] < first, self.reader.rows(self.sheet)):
            other = stated_units(cells) - self.units
            if other:
                params = {"row": number, "units": "、".join(sorted(other))}
                raise InputError("plain_units_change", file=self.reader.path.name, **params)
            yield number, cells


def _records(reading: _Reading, places: Mapping[str, int], first: int) -> Iterator[PlainRow]:
    """Rows from `first` on. A text, year or code of cells merged downwards holds for all their rows; another number
    only for the first: nobody says how it is to be shared."""
    down = [merge for merge in reading.sheet.merges if merge[2] > merge[0] >= first]
    texts = {at for at in places.values() if any(left <= at + 1 <= right for _, left, _, right in down)}
    kept: dict[int, tuple[int, Any]] = {}
    for number, cells in reading.rows(first):
        taken = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
        if all(value is None or value == "" for value in taken.values()):
            continue
        if any(isinstance(value, Unread) and value.kind == "formula" for value in taken.values()):
            raise InputError("plain_formula", file=reading.reader.path.name, row=number)
        for name, at in places.items():
            if at in texts:
                filled = _filled(down, (number, at), kept, taken[name])
                taken[name] = filled if isinstance(filled, str) or name in _CODES else taken[name]
        yield PlainRow(number, taken)


def _filled(
    down: Sequence[tuple[int, int, int, int]], place: tuple[int, int], kept: dict[int, tuple[int, Any]], value: Any
) -> Any:
    """What a cell of a range that is merged downwards shows; any other's own value."""
    number, at = place
    for top, left, bottom, right in down:
        if top <= number <= bottom and left <= at + 1 <= right:
            if number == top:
                kept[at] = (bottom, value)
            return kept.get(at, (0, value))[1]
    return value


def _head(
    grid: dict[int, list[Any]], titles: Titles, required: Sequence[str]
) -> Optional[tuple[dict[str, list[Column]], int, tuple[str, ...]]]:
    """({name: columns of its best title}, first row below, units of notes) of the head that knows most columns."""
    spans = dict.fromkeys([*head_spans(grid), *((number, number) for number in grid)])
    best, most = None, (-1, 0, 0)
    for span in spans:
        columns, below = head_columns(grid, span)
        places = _places(columns, titles)
        clear = sum(len(taken) == 1 for taken in places.values())
        rank = (clear, span[1] - span[0], -span[0])
        if set(required) <= set(places) and rank > most:
            best, most = (places, below, columns[0].common), rank
    return best


def _places(columns: Sequence[Column], titles: Titles) -> dict[str, list[Column]]:
    found: dict[str, dict[int, list[Column]]] = {}
    for column in columns:
        called = (*column_names(column), plain(column.pieces[-1]), normal(column.pieces[0]))
        names = {titles[name] for name in called if name in titles}
        for name, rank in sorted(names, key=lambda known: known[1])[:1]:
            found.setdefault(name, {}).setdefault(rank, []).append(column)
    return {name: ranks[min(ranks)] for name, ranks in found.items()}


def _unit(column: Column) -> str:
    """The unit that a head names: its own row of units, its title, or the title itself (亩)."""
    last = plain(column.pieces[-1])
    own = (unit_of(piece) for piece in reversed(column.pieces))
    return column.unit or next(filter(None, own), "") or (last if last in unit_spellings() else "")
