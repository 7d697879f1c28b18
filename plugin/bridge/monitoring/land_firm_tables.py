"""Tables of firms, taxes and leases as the core takes them. What cannot be read is told by row, never by name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from ...core.forms.identifiers import uscc_problem
from ...core.forms.units import plain, vocabulary
from ...core.indicators.land_firm import WAN
from ...core.indicators.land_firm_model import Firm, FirmYear, Lease
from ...core.indicators.land_firm_names import firm_name, pairs, usable_code
from ...core.json_files import read_json_object
from ...core.land.remarks import Remark
from ...formats.workbook.plain_rows import PlainRow, PlainTable, read_plain
from ...paths import RESOURCES

_FILE = RESOURCES / "monitoring" / "land_firm.json"
_YUAN = "元"
_ROUNDING = 50.0  # yuan: half of the last digit of 0.01 ten thousand


@lru_cache(maxsize=1)
def land_firm_settings() -> dict[str, Any]:
    """Titles of columns, vocabulary and rules (resources/monitoring/land_firm.json)."""
    return read_json_object(_FILE)


def is_right(code: str) -> bool:
    """Whether a unified social credit code passes its check."""
    return uscc_problem(code) is None


@dataclass
class FirmTables:
    """What the tables hold. `years_given`: years of the table of taxes."""

    firms: list[Firm] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    years: list[FirmYear] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def years_given(self) -> list[int]:
        return sorted({one.year for one in self.years})


def read_firms(path: Path, tables: FirmTables) -> None:
    """Add the firms of a table; raises InputError."""
    settings = land_firm_settings()
    table = read_plain(path, settings["firm_columns"], ("name",))
    tables.remarks += table.remarks()
    for row in table.rows:
        point = _point(row, table, tables)
        scale = row.text("scale")
        is_above = None if not scale else any(word in scale for word in settings["above_words"])
        tables.firms.append(
            Firm(
                row.text("code"), row.text("name"), row.text("address"), point, row.text("industry"), is_above,
                row.text("exempt"), row.number,
            )
        )  # fmt: skip


def _point(row: PlainRow, table: PlainTable, tables: FirmTables) -> Optional[tuple[float, float]]:
    try:
        x, y = row.number_of("x"), row.number_of("y")
    except ValueError:
        _wrong(tables, table, row, "x / y")
        return None
    return None if x is None or y is None else (x, y)


def _wrong(tables: FirmTables, table: PlainTable, row: PlainRow, column: str) -> None:
    params = {"file": table.file, "row": row.number, "column": column}
    tables.remarks.append(Remark("land_firm_value", params=params))


def read_leases(path: Path, tables: FirmTables) -> None:
    """Add the leases of a table; raises InputError."""
    table = read_plain(path, land_firm_settings()["lease_columns"], ("parcel", "name"))
    tables.remarks += table.remarks()
    if "area" in table.columns:
        table.unit("area", "平方米")
    for row in table.rows:
        try:
            area, since, until = table.amount(row, "area", "平方米"), row.day("from"), row.day("to")
        except ValueError:
            _wrong(tables, table, row, "area / from / to")
            continue
        tables.leases.append(Lease(row.text("parcel"), row.text("code"), row.text("name"), area, since, until))


def read_taxes(path: Path, tables: FirmTables, money_in_wan: bool) -> None:
    """Add the taxes of a table, money as yuan: a column whose head names its unit (元, 万元) by it, others in ten
    thousand yuan where `money_in_wan`. Raises InputError."""
    settings = land_firm_settings()
    table = read_plain(path, settings["tax_columns"], ("name", "year", "tax"))
    tables.remarks += table.remarks()
    measures = [name for name in table.columns if name not in ("code", "name", "year")]
    money, assumed = [name for name in measures if name in settings["money"]], "万元" if money_in_wan else _YUAN
    for name in money:
        if not table.unit(name, _YUAN):
            params = {"file": table.file, "column": table.titles[name], "unit": assumed}
            tables.remarks.append(Remark("land_firm_money_unit", params=params))
    register = _Numbers(tables.firms)
    for row in table.rows:
        if plain(row.text("name")) in vocabulary()["totals"] and not row.text("code"):
            tables.remarks += _sum_row(table, row, tables.years, assumed)
            continue  # the sum at the foot of the table
        try:
            year = row.year("year")
            given = {n: table.amount(row, n, _YUAN, assumed) if n in money else row.number_of(n) for n in measures}
        except ValueError:
            _wrong(tables, table, row, "year / tax")
            continue
        amounts = {name: value for name, value in given.items() if value is not None}
        tables.years.append(FirmYear(register.number(row.text("code"), row.text("name")), year, amounts, row.number))
    tables.remarks += _repeated(table.file, tables.years)


def _sum_row(table: PlainTable, row: PlainRow, years: Sequence[FirmYear], assumed: str) -> Iterator[Remark]:
    """A stated sum of taxes that the rows above do not come to, neither all nor those of its year."""
    try:
        stated, year = table.amount(row, "tax", _YUAN, assumed), row.year("year") if row.text("year") else None
    except ValueError:
        return
    above = [[y.amounts.get("tax", 0.0) for y in years if chosen in (None, y.year)] for chosen in (None, year)]
    if stated is not None and all(abs(sum(part) - stated) > _ROUNDING * (len(part) + 1) for part in above):
        params = {"file": table.file, "row": row.number, "stated": f"{stated / WAN:,.2f}"}
        yield Remark("land_firm_sum", params={**params, "sum": f"{sum(above[year is not None]) / WAN:,.2f}"})


def _repeated(file: str, years: Sequence[FirmYear]) -> Iterator[Remark]:
    """Firms with several rows of one year: parts that add up, or one row that was copied."""
    rows: defaultdict[tuple[int, int], list[FirmYear]] = defaultdict(list)
    for one in years:
        if one.firm >= 0:
            rows[one.firm, one.year].append(one)
    several = [found for found in rows.values() if len(found) > 1]
    if several:
        same = sum(any(a.amounts == b.amounts for a, b in zip(found, found[1:])) for found in several)
        example = "、".join(str(one.row) for one in several[0][:5])
        yield Remark("land_firm_repeated", params={"file": file, "count": len(several), "same": same, "rows": example})


class _Numbers:
    """Firms by code as written, then by name where one firm alone has it; the same name with two right codes is two
    firms, and a firm that is listed twice is one."""

    def __init__(self, firms: Sequence[Firm]) -> None:
        self._same = pairs(land_firm_settings()["same_names"])
        self._firms, self._codes = firms, dict[str, int]()
        self._names: dict[str, Optional[int]] = {}
        for number, firm in enumerate(firms):
            if firm.code:
                self._codes.setdefault(usable_code(firm.code), number)
            first = self._codes.get(usable_code(firm.code), number) if is_right(usable_code(firm.code)) else number
            name = firm_name(firm.name, self._same)
            self._names[name] = first if self._names.get(name, first) == first else None

    def number(self, code: str, name: str) -> int:
        found = self._codes.get(usable_code(code)) if code else None
        if found is None and name:
            found = self._names.get(firm_name(name, self._same))
            if found is not None and code and is_right(usable_code(code)) and self._has_right_code(found):
                found = None
        return -1 if found is None else found

    def _has_right_code(self, number: int) -> bool:
        return is_right(usable_code(self._firms[number].code))


def moved(firms: Iterable[Firm], points: Sequence[Optional[tuple[float, float]]]) -> list[Firm]:
    """Firms with their points elsewhere."""
    return [replace(firm, point=point) for firm, point in zip(firms, points)]
