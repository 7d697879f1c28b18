"""What a person gives for one run beside its specification: tolerances of items, quotas handed down."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Optional

from ...core.errors import CatalogueError, InputError
from ...core.quality.defects import item_of_check, items
from ...core.quality.inspection_spec import LayerSpec, Quota, Specification, TableSpec
from .yaml_lines import read_text

_TITLES = {"指标": "id", "代码": "id", "名称": "id", "title": "id", "数值": "value", "指标值": "value", "单位": "unit"}
_UNITS = {"公顷": "ha", "亩": "mu", "平方米": "m2", "平方公里": "km2", "ha": "ha", "mu": "mu", "m2": "m2", "km2": "km2"}
_TABLES, _UPPER = ("table_layer", "table_sums"), "upper_layer"


def read_tolerances(given: str) -> dict[str, float]:
    """{item: tolerance} of a text such as "Q509=0.01, Q601=1"; raises InputError."""
    found = {}
    for part in filter(None, (p.strip() for p in given.translate(str.maketrans("，；;＝\n", ",,,=,")).split(","))):
        code, _, number = (piece.strip() for piece in part.partition("="))
        item = items().get(code.upper())
        if item is None or item.tolerance is None:
            known = ", ".join(code for code, one in items().items() if one.tolerance is not None)
            raise InputError("tolerance_item", item=code, known=known)
        value = _number(number)
        if value is None or value < 0:
            raise InputError("tolerance_value", item=code, value=number or "-")
        found[item.code] = value
    return found


def _number(text: str) -> Optional[float]:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def with_tolerances(specification: Specification, given: Mapping[str, float]) -> Specification:
    """The specification with these tolerances before those of its own, of its checks and of its cells."""
    codes = {check for check, item in item_of_check().items() if item.code in given}

    def layer(one: LayerSpec) -> LayerSpec:
        return replace(one, checks=tuple(replace(c, tolerance=None) if c.check in codes else c for c in one.checks))

    def table(one: TableSpec) -> TableSpec:
        cells = tuple(replace(c, tolerance=None) for c in one.cells) if _TABLES[0] in codes else one.cells
        parts = tuple(replace(p, tolerance=None) for p in one.parts) if _TABLES[1] in codes else one.parts
        return replace(one, cells=cells, parts=parts)

    upper = specification.upper
    return replace(
        specification,
        layers=tuple(map(layer, specification.layers)),
        tables=tuple(map(table, specification.tables)),
        upper=tuple(replace(rule, tolerance=None) for rule in upper) if _UPPER in codes else upper,
        tolerances={**specification.tolerances, **given},
    )


def with_quotas(specification: Specification, path: str) -> Specification:
    """The specification with the values of a table (.csv: id or title of a quota, value, unit); raises InputError,
    CatalogueError."""
    known = {name: quota for quota in specification.quotas for name in (quota.title, quota.id) if name}
    made = {quota.id: quota for quota in specification.quotas}
    for line, row in _rows(path):
        quota = known.get(row.get("id", ""))
        if quota is None:
            names = ", ".join(f"{q.id} {q.title}".strip() for q in specification.quotas) or "-"
            raise InputError("quota_unknown", file=Path(path).name, line=line, name=row.get("id", ""), known=names)
        made[quota.id] = _given(quota, row, (Path(path).name, line))
    return replace(specification, quotas=tuple(made.values()))


def _given(quota: Quota, row: Mapping[str, str], place: tuple[str, int]) -> Quota:
    value, unit = _number(row.get("value", "")), _UNITS.get(row.get("unit") or quota.unit)
    if value is None or unit is None:
        wrong = row.get("value", "") if value is None else row.get("unit", "")
        raise InputError("quota_value", file=place[0], line=place[1], name=quota.title or quota.id, value=wrong or "-")
    return replace(quota, value=value, unit=unit)


def _rows(path: str) -> list[tuple[int, dict[str, str]]]:
    try:
        reader = csv.reader(io.StringIO(read_text(Path(path))))
    except OSError as error:
        raise CatalogueError("conversion_unreadable", file=path, error=error.strerror or error) from error
    heads = [_TITLES.get(name.strip(), name.strip().lower()) for name in next(reader, [])]
    if "id" not in heads or "value" not in heads:
        raise InputError("quota_columns", file=Path(path).name, columns=", ".join(heads) or "-")
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    return [(line, dict(zip(heads, cells))) for line, cells in lines if any(cells)]
