"""Tables of numbers with named columns (statistics, goals): Excel or CSV, the header found by its words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError
from .read import Unread
from .tables import open_table

_HEADER_ROWS = 10  # rows in which the header is looked for
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
    path: Union[str, Path], columns: Mapping[str, Sequence[str]], optional: Sequence[str] = ("unit",)
) -> list[dict[str, Any]]:
    """Rows of the first sheet as {column: value, "row": number}; raises InputError for a table without the columns."""
    with open_table(path) as reader:
        places: Optional[dict[str, int]] = None
        found = []
        for number, values in reader.rows(reader.sheets[0]):
            if places is None:
                places = _places(values, columns, optional)
                if places is None and number >= _HEADER_ROWS:
                    break
            elif any(value not in (None, "") for value in values):
                cells = {name: _cell(values, at) for name, at in places.items()}
                found.append({**cells, "row": number})
    if places is None:
        wanted = ", ".join(names[1] for name, names in columns.items() if name not in optional)
        raise InputError("statistics_no_header", file=Path(path).name, columns=wanted)
    return found


def _places(
    values: Sequence[Any], columns: Mapping[str, Sequence[str]], optional: Sequence[str]
) -> Optional[dict[str, int]]:
    terms = [str(value or "").strip().casefold() for value in values]
    places = {name: terms.index(word) for name, names in columns.items() for word in names[::-1] if word in terms}
    return places if all(name in places for name in columns if name not in optional) else None


def _cell(values: Sequence[Any], at: int) -> Any:
    value = values[at] if at < len(values) else None
    return None if isinstance(value, Unread) else getattr(value, "text", value)
