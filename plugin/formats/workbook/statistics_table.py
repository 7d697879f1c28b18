"""Tables of numbers with named columns (statistics, goals): Excel or CSV, the header found by its words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError
from ...core.forms.units import unit_of
from ...core.land.remarks import Remark
from .plain_rows import PlainRow, read_plain
from .read import Percent

STATISTIC_COLUMNS: Mapping[str, Sequence[str]] = {
    "code": ("code", "政区代码", "行政区代码", "区划代码", "代码"),
    "year": ("year", "年份", "年度", "年"),
    "key": ("key", "统计指标", "指标", "指标名称"),
    "value": ("value", "数值", "值", "指标值"),
    "unit": ("unit", "单位", "计量单位"),
}
GOAL_COLUMNS: Mapping[str, Sequence[str]] = {
    **{name: STATISTIC_COLUMNS[name] for name in ("code", "year", "value", "unit")},
    "indicator": ("indicator", "指标", "指标名称", "指标代码"),
    "kind": ("kind", "类型", "目标类型"),
}


def named_rows(
    path: Union[str, Path],
    columns: Mapping[str, Sequence[str]],
    optional: Sequence[str] = ("unit",),
    remarks: Optional[list[Remark]] = None,
) -> list[dict[str, Any]]:
    """Rows as {column: text, "value": a number or None, "unit": of the row, of the column's head or of a note, "row":
    number, "shown": the value as written, "" for none}; what is to be said of the table goes to `remarks`. Raises
    InputError for a table without the columns."""
    needed = [name for name in columns if name not in optional]
    try:
        table = read_plain(path, columns, needed)
    except InputError as error:
        if error.code != "plain_columns":
            raise
        wanted = ", ".join(names[1] for name, names in columns.items() if name in needed)
        raise InputError("statistics_no_header", file=Path(path).name, columns=wanted) from error
    if remarks is not None:
        remarks += table.remarks()
    common = table.units.get("value", "") or (table.common[0] if len(table.common) == 1 else "")
    return [_named(row, common, columns) for row in table.rows]


def _named(row: PlainRow, common: str, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    cells: dict[str, Any] = {name: row.text(name) for name in columns}
    unit = "" if row.is_empty("unit") else row.text("unit")
    shown = row.values.get("value")
    is_share = isinstance(shown, Percent) or (isinstance(shown, str) and shown.strip().endswith(("%", "％")))
    if is_share and not unit:
        unit = "%"  # 35 % as a sheet shows it says its unit itself
    try:
        value, _ = row.quantity("value", unit or unit_of(row.text("key")) or common)
    except ValueError:
        value = None
    try:
        cells["year"] = row.year("year")
    except ValueError:
        cells["year"] = None
    if not unit and not unit_of(row.text("key")):
        unit = common
    return {
        **cells,
        "value": value,
        "unit": unit,
        "row": row.number,
        "shown": "" if row.is_empty("value") else row.text("value"),
    }
