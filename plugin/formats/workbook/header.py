"""Where the head of a foreign sheet is: title rows above, stacked and merged head rows, rows of units and of
column numbers below.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional

from ...core.forms.schema import Form
from .mapping import Column, normal, plain, propose, unit_spellings
from .read import Unread

_LOOKED_AT = 40  # rows; a head lower than that has not been seen
_DEEPEST = 6  # stacked head rows
_SAMPLES = 8
_LONGEST_NAME = 60
_BY_CHANCE = 1.2  # the likeness of one column or two poor ones
_CODE = re.compile(r"\d{5,}|0\d+|\d{2}")  # text that is a code; four digits may be a year
_ORDINAL = re.compile(r"^[(\[<]?(\d{1,3}|[a-z]{1,2}|[甲乙丙丁戊己庚辛]|[①-⑳]|[一二三四五六七八九十]{1,3})[)\]>]?$")
_HINT = re.compile("(必填|选填):")
_HINTED = re.compile("单位:?([^:,;、。]+)$")


class Spread(str):
    """Text of a merged range in one of the cells it covers."""


@dataclass(frozen=True)
class Header:
    """Head rows `first` to `last` (from 1), the columns they name, the matches to fields, and the first row
    that may hold a record.
    """

    first: int
    last: int
    columns: tuple
    matches: tuple
    data_row: int
    rows: tuple = ()  # per head row {index: name as compared}

    @property
    def score(self) -> float:
        """Sum of the likeness of all matches: the head with the highest is the right one."""
        return sum(match.score for match in self.matches)


def head_rows(
    rows: Iterable[tuple[int, Sequence[Any]]], merges: Iterable[tuple[int, int, int, int]]
) -> dict[int, list[Any]]:
    """The first rows of a sheet as {row number: values}, each merged range of the head filled with its value.

    `rows`: iterator of (row number, values); `merges`: ranges counted from 1.
    """
    grid = {number: list(values) for number, values in itertools.takewhile(lambda row: row[0] <= _LOOKED_AT, rows)}
    for top, left, bottom, right in merges:
        if bottom > _LOOKED_AT or right - left > 2000:
            continue
        start = grid.get(top, ())
        value = start[left - 1] if left <= len(start) else None
        if value is None:
            continue
        for number in range(top, bottom + 1):
            row = grid.setdefault(number, [])
            row.extend([None] * (right - len(row)))
            row[left - 1 : right] = [Spread(value) if isinstance(value, str) else value] * (right - left + 1)
    return dict(sorted(grid.items()))


def find_header(
    grid: dict[int, list[Any]], form: Form, profile: Any = None, extra: Sequence[Any] = ()
) -> Optional[Header]:
    """The Header of a sheet whose columns fit the form best, or None when no row could be a head.

    `grid`: as from head_rows; `profile`, `extra`: as in propose.
    """
    candidates = [Header(*span, *_matched(grid, span, form, profile, extra)) for span in head_spans(grid)]
    best = max(candidates, key=lambda h: (round(h.score, 3), h.last - h.first, -h.first), default=None)
    if (
        best is not None and profile is None and best.score < _BY_CHANCE
    ):  # a word of the data may be like a field's name: take the widest head
        best = max(candidates, key=lambda h: (len(h.columns), h.last - h.first, -h.first))
    return best


def head_spans(grid: dict[int, list[Any]]) -> Iterator[tuple[int, int]]:
    """(first, last) of every run of rows that could be a head: names only, at least two different ones in the
    last row.
    """
    for last, values in grid.items():
        if not _is_names(values) or len(_names(values)) < 2 or _merged_down(grid, last):
            continue
        yield last, last
        for first in range(last - 1, max(last - _DEEPEST, 0), -1):
            if not _is_stacked(grid, first):
                break
            yield first, last


def _merged_down(grid, number):
    """True when a text of this row goes on in the next one: the head is not at its end."""
    below = grid.get(number + 1)
    return below is not None and _is_names(below) and _spreads(grid[number], below)


def _is_stacked(grid, number):
    """True for a head row above another: group names over several columns, or names merged down.

    "填报单位：…" is no head.
    """
    values = grid.get(number, ())
    if not _is_names(values) or len(_names(values)) < 2 or any(":" in plain(v) for v in values if v):
        return False
    return _merged_down(grid, number) or _spreads(values, values[1:])


def _spreads(values, neighbours):
    return any(isinstance(w, Spread) and v == w for v, w in zip(values, neighbours))


def _is_names(values):
    """True for a row that holds text only, of the length of names and not codes."""
    given = [v for v in values if v is not None and v != ""]
    return bool(given) and all(isinstance(v, str) and len(v) <= _LONGEST_NAME and not _CODE.fullmatch(v) for v in given)


def _names(values):
    return {plain(v) for v in values if isinstance(v, str) and v.strip()}


def _matched(grid, span, form, profile, extra):
    columns, data_row = head_columns(grid, span)
    rows = (grid.get(number, ()) for number in range(span[0], span[1] + 1))
    names = tuple({i: normal(v) for i, v in enumerate(row) if isinstance(v, str)} for row in rows)
    return tuple(columns), tuple(propose(columns, form, profile, extra)), data_row, names


def head_columns(grid: dict[int, list[Any]], span: tuple[int, int]) -> tuple[list[Column], int]:
    """Columns of a head, and the first row after it that is neither units nor column numbers."""
    after = [number for number in grid if number > span[1]]
    units, data_row = [], span[1] + 1
    for number in after:
        values = grid[number]
        if _is_units(values):
            units = values
        elif not _is_ordinals(values):
            break
        data_row = number + 1
    common = tuple(sorted(set().union(*(_units_in(grid[number]) for number in grid if number < data_row))))
    width = max(len(grid[number]) for number in range(span[0], span[1] + 1) if number in grid)
    hints = grid.get(span[0] - 1, ())
    hints = hints if _is_hints(hints) else ()
    columns = []
    seen: dict[str, int] = {}
    for index in range(width):
        pieces = _pieces(grid, span, index)
        if pieces:
            title = " / ".join(pieces)
            seen[title] = seen.get(title, 0) + 1
            unit = (_clean_unit(units[index]) if index < len(units) else "") or _hinted_unit(hints, index)
            name = title if seen[title] == 1 else f"{title} #{seen[title]}"
            columns.append(Column(index, name, pieces, unit, common, _samples(grid, data_row, index)))
    return columns, data_row


def _is_hints(values):
    """The line that our own exports have above the head: 选填：数字，单位 ha."""
    given = [v for v in values if v is not None and v != ""]
    return sum(isinstance(v, str) and _HINT.match(plain(v)) is not None for v in given) * 2 > len(given)


def _hinted_unit(hints, index):
    """The unit that the line above a head gives for a column, as somebody may have changed it, known or not."""
    text = hints[index] if index < len(hints) and isinstance(hints[index], str) else ""
    found = _HINTED.search(plain(text))
    return found[1] if found else _clean_unit(text)


def _samples(grid, data_row, index):
    """The first values of a column as text."""
    cells = (row[index] for number, row in grid.items() if number >= data_row and index < len(row))
    given = (str(cell).strip() for cell in cells if cell is not None and not isinstance(cell, Unread))
    return tuple(itertools.islice((text for text in given if text), _SAMPLES))


def _pieces(grid, span, index):
    """Stacked heads over one column, top first, one that is merged downwards once."""
    cells = (
        grid[number][index] for number in range(span[0], span[1] + 1) if number in grid and index < len(grid[number])
    )
    texts = [" ".join(cell.split()) for cell in cells if isinstance(cell, str) and cell.strip()]
    return tuple(text for text, _ in itertools.groupby(texts))


def _clean_unit(value):
    text = plain(value).removeprefix("单位:").strip("()[]") if isinstance(value, str) else ""
    return text if text in unit_spellings() else ""


def _is_units(values):
    given = [v for v in values if v is not None and v != ""]
    return bool(given) and all(_clean_unit(v) or plain(v) in ("单位", "-", "/") or _is_unit_note(v) for v in given)


def _is_unit_note(value):
    return isinstance(value, str) and len(value) <= 30 and _is_unit_text(value)


@lru_cache(maxsize=4096)  # a sheet says the same in many cells, and each is asked several times
def _is_unit_text(text):
    return re.match(r"(面积|计量|数据)?单位[::]", plain(text)) is not None


def _is_ordinals(values):
    """A row that numbers the columns: 1 2 3, (1) (2), 甲 乙, a b c - at least two, no blanks between."""
    given = [plain(v) for v in values if v is not None and v != "" and not isinstance(v, Unread)]
    if len(given) < 3 or not all(_ORDINAL.match(v) for v in given):
        return False
    numbers = [int(v.strip("()[]<>")) for v in given if v.strip("()[]<>").isdigit()]
    return len(set(given)) == len(given) and all(b - a == 1 for a, b in zip(numbers, numbers[1:]))


def _units_in(values):
    """The units that notes in a row give for the whole sheet ("单位：宗、公顷")."""
    notes = [plain(value) for value in values if _is_unit_note(value)]
    return {unit for note in notes for unit in re.split("[、,;/]", note.split(":", 1)[1]) if unit in unit_spellings()}


def stated_units(values: Sequence[Any]) -> set[str]:
    """The units that a row of nothing else states."""
    given = [value for value in values if value is not None and value != ""]
    return _units_in(given) if given and all(map(_is_unit_note, given)) else set()


def is_repeated_head(values: Sequence[Any], header: Header) -> bool:
    """True for a row that says a head row again, as at the top of a printed page."""
    given = []
    for index, value in enumerate(values):
        if value is not None and value != "":
            if not isinstance(value, str):
                return False  # figures are no head: so ends the look at nearly every row
            given.append((index, value))
    return len(given) > 1 and any(all(row.get(i) == normal(v) for i, v in given) for row in header.rows)
