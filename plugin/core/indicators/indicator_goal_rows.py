"""Baselines and targets from a table, checked before anything is held against them."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..land.remarks import Remark
from ..land.rounding import plain
from .indicator_statistics import number_of, year_of
from .indicator_units import Unit, UnitTable

_SAME = 1e-9
_LISTED = 5


@dataclass(frozen=True)
class GoalRow:
    """A baseline or a target of one indicator in one division, in the indicator's unit; `code` "" for the whole."""

    indicator: str
    code: str
    is_baseline: bool
    year: int
    value: float
    row: int = 0


def read_goals(
    rows: Iterable[Mapping[str, Any]], units: Mapping[str, Unit], names: Mapping[str, str], table: UnitTable
) -> tuple[list[GoalRow], list[Remark]]:
    """Goals of rows with indicator, code, kind, year, value, unit; `units`: Unit of every indicator by id; `names`: id
    of every id and Chinese name."""
    found: list[GoalRow] = []
    remarks: list[Remark] = []
    bare = 0
    for row in rows:
        made = _goal(row, units, names, table)
        if isinstance(made, GoalRow):
            found.append(made)
            bare += not str(row.get("unit") or "").strip() and bool(units[made.indicator].dimension)
        else:
            remarks.append(made)
    titles = {indicator: name for name, indicator in names.items()}
    contradictory = list(_contradictory(found))
    remarks += [_twice(rows_of, titles) for rows_of in contradictory]
    if bare:
        remarks.append(Remark("goal_no_unit", params={"count": bare}))
    doubtful = {id(row) for rows_of in contradictory for row in rows_of}
    return [row for row in found if id(row) not in doubtful], remarks


def _contradictory(rows: Iterable[GoalRow]) -> Iterator[list[GoalRow]]:
    """Rows that give one target, or the baseline, of one place different values: nobody knows which is right."""
    groups: defaultdict[tuple[str, str, bool, int], list[GoalRow]] = defaultdict(list)
    for row in rows:
        groups[row.indicator, row.code, row.is_baseline, 0 if row.is_baseline else row.year].append(row)
    for group in groups.values():
        first = group[0]
        if any(abs(r.value - first.value) > _SAME * max(abs(first.value), 1.0) or r.year != first.year for r in group):
            yield group


def _twice(rows: Sequence[GoalRow], titles: Mapping[str, str]) -> Remark:
    listed = "、".join(str(row.row) for row in rows[:_LISTED])
    params = {"rows": listed, "name": titles[rows[0].indicator], "code": rows[0].code or "—"}
    return Remark("goal_baselines_differ" if rows[0].is_baseline else "goal_targets_differ", params=params)


def strange_goals(rows: Iterable[GoalRow], codes: Iterable[str]) -> list[Remark]:
    """Divisions that goals are given for and that are none of those looked at: merged, renamed, or written wrongly."""
    known = {"", *codes}
    strange = sorted({row.code for row in rows} - known)
    params = {"codes": "、".join(strange[:_LISTED]), "count": len(strange)}
    return [Remark("goal_codes_unknown", params=params)] if strange else []


def _goal(
    row: Mapping[str, Any], units: Mapping[str, Unit], names: Mapping[str, str], table: UnitTable
) -> "GoalRow | Remark":
    at, indicator = {"row": row["row"]}, names.get(str(row.get("indicator") or "").strip())
    kinds: Sequence[str] = ("baseline", "基期", "基期值", "现状")
    targets: Sequence[str] = ("target", "目标", "目标值", "规划目标")
    kind = str(row.get("kind") or "").strip()
    year, value = year_of(row.get("year")), number_of(row.get("value"))
    if indicator is None:
        return Remark("goal_indicator_unknown", params={**at, "name": row.get("indicator")})
    if kind not in (*kinds, *targets):
        return Remark("goal_kind_unknown", params={**at, "kind": kind or "-"})
    said = str(row.get("shown") or row.get("value") or "").strip()
    if year is not None and value is None and said:
        return Remark("goal_value_unread", params={**at, "name": row.get("indicator"), "shown": said})
    if year is None or value is None:
        return Remark("goal_incomplete", params={**at, "name": row.get("indicator")})
    own, written = units[indicator], str(row.get("unit") or "").strip()
    unit = table.find(written) if written else own
    if unit is None or unit.dimension != own.dimension:
        return Remark("goal_unit_wrong", params={**at, "unit": written, "wanted": own.text})
    if not written and own.text == "%" and 0 < value <= 1:
        return Remark("goal_share_small", params={**at, "name": row.get("indicator"), "value": plain(value)})
    code = unicodedata.normalize("NFKC", str(row.get("code") or "")).strip()
    return GoalRow(indicator, code, kind in kinds, year, value * unit.factor / own.factor, row["row"])
