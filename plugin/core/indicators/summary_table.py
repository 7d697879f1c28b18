"""Reported values as matrices of divisions by indicators, one a year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..land.types import Array
from .summary_model import Edition, Reported


def is_city(code: str) -> bool:
    """Whether a code is a city's (4 digits, or 6 that end in 00) or higher: its values are sums of others."""
    return len(code) < 6 or (len(code) == 6 and code.endswith("00"))


def city_of(code: str) -> str:
    """The city that a county lies in, as 4 digits."""
    return code[:4]


@dataclass
class Table:
    """`values[year]`: divisions x indicators, not-a-number where nothing was reported; `cells`: the Reported of each
    filled cell; `doubled`: cells that were reported twice with different values; `cities[year]`: {city: row}."""

    divisions: list[str]
    indicators: list[str]
    years: list[int]
    values: dict[int, Array]
    cells: dict[tuple[str, str, int], Reported]
    doubled: list[tuple[Reported, Reported]] = field(default_factory=list)
    cities: dict[tuple[str, int], Array] = field(default_factory=dict)
    city_codes: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    strangers: list[Reported] = field(default_factory=list)

    def of_year(self, year: int) -> Optional[Array]:
        """The matrix of a year, None where nobody reported it."""
        return self.values.get(year)

    def reported(self, division: str) -> bool:
        """Whether a division reported anything for any year."""
        row = self.divisions.index(division)
        return any((~np.isnan(values[row])).any() for values in self.values.values())


def make_table(rows: Iterable[Reported], edition: Edition) -> Table:
    """The Table of everything that was collected; of the same cell twice the later row counts where both agree."""
    divisions = [code for code in edition.divisions if not is_city(code)]
    indicators = list(edition.indicators)
    place = {code: n for n, code in enumerate(divisions)}
    column = {name: n for n, name in enumerate(indicators)}
    table = Table(divisions, indicators, [], {}, {})
    for one in rows:
        at = column.get(one.indicator)
        if at is None or (one.division not in place and not is_city(one.division)):
            table.strangers.append(one)
            continue
        if is_city(one.division):
            _take_city(table, one, at, len(indicators))
        else:
            _take(table, one, place[one.division], at)
    table.years = sorted(table.values)
    table.units = _units(table, indicators)
    return table


def _take(table: Table, one: Reported, row: int, column: int) -> None:
    key = (one.division, one.indicator, one.year)
    before = table.cells.get(key)
    if before is not None and before.value != one.value and before.value is not None and one.value is not None:
        table.doubled.append((before, one))
    table.cells[key] = one if one.value is not None or before is None else before
    if one.year not in table.values:
        table.values[one.year] = np.full((len(table.divisions), len(table.indicators)), np.nan)
    if one.value is not None:
        table.values[one.year][row, column] = one.value


def _take_city(table: Table, one: Reported, column: int, width: int) -> None:
    city = city_of(one.division)
    table.city_codes[city] = one.division
    row = table.cities.setdefault((city, one.year), np.full(width, np.nan))
    if one.value is not None:
        row[column] = one.value
    table.cells[one.division, one.indicator, one.year] = one


def _units(table: Table, indicators: Sequence[str]) -> dict[str, str]:
    """{indicator: the unit that most divisions gave}"""
    counts: dict[str, dict[str, int]] = {name: {} for name in indicators}
    for one in table.cells.values():
        if one.unit:
            unit_counts = counts[one.indicator]
            unit_counts[one.unit] = unit_counts.get(one.unit, 0) + 1
    return {name: max(found, key=lambda unit: found[unit]) if found else "" for name, found in counts.items()}
