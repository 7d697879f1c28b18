"""Numbers from tables (population, GDP, …): rows of code, year, key, value and unit, checked before they are used."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..land.remarks import Remark
from ..land.rounding import plain
from .indicator_model import StatisticKey
from .indicator_units import UnitTable

_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
COLUMNS = ("code", "year", "key", "value", "unit")
_JUMP = 5.0  # from one year to the next; ours: larger steps are told, not refused
_SAME = 1e-9
_LARGE_SHARE = 5.0  # %; ours: where one county has more, another hardly has less than 1


@dataclass(frozen=True)
class StatisticRow:
    """One number in base units; `shown` as the table has it, `row` where it stands."""

    code: str
    year: int
    key: str
    value: float
    shown: str
    source: str
    row: int


@dataclass
class StatisticTable:
    """All rows that can be used, and what is wrong with the others."""

    rows: dict[tuple[str, int, str], StatisticRow] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    doubtful: set[tuple[str, int, str]] = field(default_factory=set)  # given twice with different values

    def find(self, key: str, code: str, year: int) -> Optional[StatisticRow]:
        """The row of a key, division and year, None where there is none that can be trusted."""
        place = (code, year, key)
        return None if place in self.doubtful else self.rows.get(place)

    def add(self, other: "StatisticTable", keys: Mapping[str, StatisticKey]) -> None:
        """Add the rows of another file; where both give a number and the two differ, neither is used."""
        for place, row in other.rows.items():
            known = self.rows.setdefault(place, row)
            if _differ(known, row):
                self.doubtful.add(place)
                at = {"file": known.source, "row": known.row, "other": row.source, "other_row": row.row}
                params = {**at, "key": keys[row.key].zh, "code": row.code, "year": row.year}
                self.remarks.append(Remark("statistic_two_files", params=params))
        self.remarks += other.remarks
        self.doubtful |= other.doubtful

    def years(self) -> set[int]:
        """Years that have rows."""
        return {year for _, year, _ in self.rows}


def read_statistics(
    rows: Iterable[Mapping[str, Any]], keys: Mapping[str, StatisticKey], units: UnitTable, source: str
) -> StatisticTable:
    """A StatisticTable of rows with COLUMNS and "row" (their number); what cannot be used is remarked, not guessed."""
    table = StatisticTable()
    by_name = {name: key for key in keys.values() for name in (key.key, key.zh)}
    for row in rows:
        _take(table, row, by_name, units, source)
    _remark_jumps(table, keys)
    _remark_shares(table, keys)
    return table


def _take(
    table: StatisticTable, row: Mapping[str, Any], keys: Mapping[str, StatisticKey], units: UnitTable, source: str
) -> None:
    name, at = str(row.get("key") or "").strip(), {"file": source, "row": row["row"]}
    bare, _, bracket = name.replace("（", "(").rstrip(")）").partition("(")
    key = keys.get(name) or keys.get(bare.strip())
    if key is None:
        table.remarks.append(Remark("statistic_key_unknown", params={**at, "key": name or "-"}))
        return
    year, value = year_of(row.get("year")), number_of(row.get("value"))
    code = unicodedata.normalize("NFKC", str(row.get("code") or "")).strip()
    if not code or year is None or value is None:
        what = "code" if not code else "year" if year is None else "value"
        shown = str(row.get("shown") or "").strip()
        unread = what == "value" and shown
        found = "statistic_value_unread" if unread else f"statistic_no_{what}"
        table.remarks.append(Remark(found, params={**at, "key": key.zh, **({"shown": shown} if unread else {})}))
        return
    written = str(row.get("unit") or bracket or "").strip()
    unit = units.find(written)
    if unit is None or unit.dimension != key.unit.dimension:
        code_of = "statistic_unit_wrong" if written else "statistic_unit_missing"
        params = {**at, "key": key.zh, "unit": written, "wanted": key.unit.text}
        table.remarks.append(Remark(code_of, params=params))
        return
    made = StatisticRow(code, year, key.key, value * unit.factor, f"{plain(value)} {unit.text}", source, row["row"])
    _add(table, made, key)


def _add(table: StatisticTable, made: StatisticRow, key: StatisticKey) -> None:
    shown = made.value / key.unit.factor
    bounds = (-float("inf") if key.low is None else key.low, float("inf") if key.high is None else key.high)
    if not bounds[0] <= shown <= bounds[1]:
        params = {"file": made.source, "row": made.row, "key": key.zh, "value": f"{plain(shown)} {key.unit.text}"}
        table.remarks.append(Remark("statistic_out_of_range", params={**params, "low": key.low, "high": key.high}))
        return
    place = (made.code, made.year, made.key)
    known = table.rows.get(place)
    if known is not None and _differ(known, made):
        table.doubtful.add(place)
        params = {"file": made.source, "row": made.row, "other": known.row, "key": key.zh}
        table.remarks.append(Remark("statistic_twice", params={**params, "code": made.code, "year": made.year}))
    table.rows.setdefault(place, made)


def _differ(one: StatisticRow, other: StatisticRow) -> bool:
    return abs(one.value - other.value) > _SAME * max(abs(one.value), 1.0)


def _remark_jumps(table: StatisticTable, keys: Mapping[str, StatisticKey]) -> None:
    for (code, year, key), row in table.rows.items():
        before = table.rows.get((code, year - 1, key))
        if before is not None and before.value > 0 and not 1 / _JUMP <= row.value / before.value <= _JUMP:
            params = {"key": keys[key].zh, "code": code, "year": year, "before": before.shown, "now": row.shown}
            table.remarks.append(Remark("statistic_jump", params={**params, "file": row.source, "row": row.row}))


def _remark_shares(table: StatisticTable, keys: Mapping[str, StatisticKey]) -> None:
    """Shares up to 1 % may be meant as 0.35 for 35 %: among larger ones they are not used, alone they are told."""
    for key in (k for k in keys.values() if k.unit.text == "%"):
        own_rows = {place: row for place, row in table.rows.items() if place[2] == key.key}
        shown = {place: row.value / key.unit.factor for place, row in own_rows.items()}
        small = [place for place, value in shown.items() if 0 < value <= 1]
        if not small:
            continue
        mixed = any(value > _LARGE_SHARE for value in shown.values())
        table.doubtful.update(small if mixed else ())
        for place in small:
            params = {
                "file": own_rows[place].source,
                "row": own_rows[place].row,
                "key": key.zh,
                "value": own_rows[place].shown,
            }
            table.remarks.append(Remark("statistic_share_mixed" if mixed else "statistic_share_small", params=params))


def number_of(value: Any) -> Optional[float]:
    """A finite number; in text at most with thousands in groups of three."""
    if value is None or isinstance(value, bool):
        return None
    text = str(value).replace("，", ",").strip()
    try:
        number = float(text.replace(",", "") if _GROUPS.fullmatch(text) else text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def year_of(value: Any) -> Optional[int]:
    number = number_of(str(value).replace("年", "")) if value is not None else None
    return int(number) if number is not None and number == int(number) and 1900 <= number <= 2200 else None
