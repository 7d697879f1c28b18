"""What a person gives for one run beside its specification: tolerances of items, quotas handed down."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Optional

from ...core.errors import InputError
from ...core.quality.defects import item_of_check, items
from ...core.quality.inspection_spec import LayerSpec, Quota, Specification, TableSpec

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


@dataclass(frozen=True)
class QuotaRow:
    """A line of a table of quotas: the quota's id or title, its value and unit as they are written."""

    line: int
    name: str
    value: str
    unit: str = ""


def with_quotas(specification: Specification, rows: Iterable[QuotaRow], file: str) -> Specification:
    """The specification with the values of a table, of which `file` is the name; raises InputError.

    A quota that stands twice with two values is refused.
    """
    known = {name: quota for quota in specification.quotas for name in (quota.title, quota.id) if name}
    made = {quota.id: quota for quota in specification.quotas}
    given: dict[str, Quota] = {}
    for row in rows:
        quota = known.get(row.name)
        if quota is None:
            names = ", ".join(f"{q.id} {q.title}".strip() for q in specification.quotas) or "-"
            raise InputError("quota_unknown", file=file, line=row.line, name=row.name or "-", known=names)
        made[quota.id] = _given(quota, row, file)
        if given.setdefault(quota.id, made[quota.id]) != made[quota.id]:
            raise InputError("quota_twice", file=file, line=row.line, name=quota.title or quota.id)
    return replace(specification, quotas=tuple(made.values()))


def _given(quota: Quota, row: QuotaRow, file: str) -> Quota:
    value, unit = _number(row.value), _UNITS.get(row.unit or quota.unit)
    if value is None or unit is None:
        wrong = row.value if value is None else row.unit
        raise InputError("quota_value", file=file, line=row.line, name=quota.title or quota.id, value=wrong or "-")
    return replace(quota, value=value, unit=unit)
