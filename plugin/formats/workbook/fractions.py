"""Columns of per cent in which somebody wrote fractions: beside 0.35 a 1 may mean 1 % or the whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.forms.schema import Form
from .mapping import plain
from .read import Percent

_NAMED = 12


class FractionWatch:
    """`see(number, values)` every row of a sheet, `doubted()` afterwards. `columns`: {field key: place in a row}."""

    def __init__(self, form: Form, columns: Mapping[str, int]) -> None:
        shares = (f.key for f in form.fields if f.value_type == "integer" and plain(f.unit) == "%")
        self._columns = {key: columns[key] for key in shares if key in columns}
        self._fractions: set[str] = set()
        self._ones: dict[str, list[int]] = {}

    def see(self, number: int, values: Sequence[Any]) -> None:
        for key, place in self._columns.items():
            cell = values[place] if place < len(values) else None
            if not isinstance(cell, (int, float)) or isinstance(cell, (bool, Percent)):
                continue
            if cell == 1:
                self._ones.setdefault(key, []).append(number)
            elif 0 < cell < 1:
                self._fractions.add(key)

    def doubted(self) -> dict[str, str]:
        """{field key: rows with a 1}, in words, of the columns that hold fractions, too."""
        return {
            key: "、".join(map(str, rows[:_NAMED])) + ("…" if len(rows) > _NAMED else "")
            for key, rows in self._ones.items()
            if key in self._fractions
        }
