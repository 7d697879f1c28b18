"""Stages 6 and 7 beyond the single feature: sums against control areas, tables, quotas and the plan above."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Optional

import numpy as np
import shapely

from ..land.area import statutory_areas
from ..land.outside import part_outside
from ..land.repair import polygon_parts
from ..land.rounding import half_up
from ..land.types import Array
from .defects import CheckRule, Defect, LayerArrays
from .inspection import Inspection
from .inspection_spec import LandSum, Quota

AREA_FIELD = "TBMJ"  # of a plot, where a check names no other

UNIT_M2 = {"m2": 1.0, "ha": 10_000.0, "mu": 1 / 0.0015, "km2": 1e6}


def land_sum(layer: LayerArrays, asked: LandSum, unit: str = "m2") -> Optional[float]:
    """Square metres of a sum over a layer, whose field is in `unit`; None where it lacks a field that the sum needs."""
    chosen = np.ones(len(layer), bool)
    for name, beginnings in asked.where:
        column = layer.columns.get(name.upper())
        if column is None:
            return None
        chosen &= np.fromiter((v is not None and str(v).startswith(beginnings) for v in column), bool, len(column))
    if not asked.column:
        return float(statutory_areas(layer.usable[chosen], layer.plane).sum())
    column = layer.columns.get(asked.column.upper())
    return None if column is None else UNIT_M2[unit] * float(sum(map(plain_number, column[chosen].tolist())))


def plain_number(value: Any) -> float:
    """A value as a number, texts of numbers too (their type is told in stage 3); nothing counts as 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if np.isfinite(number) else 0.0


def needed_columns(asked: LandSum) -> set[str]:
    """Fields in capitals that a sum needs."""
    return {name.upper() for name in (asked.column, *(name for name, _ in asked.where)) if name}


def check_control_areas(rule: CheckRule, layer: LayerArrays, control: LayerArrays) -> Iterator[Defect]:
    """Stored areas by division against the control areas: the statutory ones of the division's polygons."""
    digits = int(rule.options.get("group", 6))
    codes, stored = layer.columns["XZQDM"], layer.columns[str(rule.options.get("field", AREA_FIELD)).upper()]
    sums: defaultdict[str, float] = defaultdict(float)
    for code, value in zip(codes.tolist(), stored.tolist()):
        sums[str(code or "")[:digits]] += plain_number(value)
    in_m2 = UNIT_M2[str(rule.options.get("unit", "m2"))]
    wanted: defaultdict[str, float] = defaultdict(float)
    for code, area in zip(control.columns["XZQDM"].tolist(), statutory_areas(control.usable, control.plane).tolist()):
        wanted[str(code or "")[:digits]] += area
    for code in sorted(set(wanted) | set(sums)):
        have, want = float(half_up(sums[code] * in_m2, 2)), float(half_up(wanted[code], 2))
        if abs(have - want) > rule.tolerance + 1e-6:
            shown = f"{have:.2f}", f"{want:.2f}"
            yield rule.layer_defect(value=shown[0], wanted=shown[1], params={"place": code or "-"})


def check_quotas(run: Inspection, sums: Mapping[LandSum, float]) -> None:
    """Stage 7: indicators against what was handed down."""
    if not run.is_asked("quota"):
        return
    for quota in run.specification.quotas:
        rule = run.rule("quota", quota.sum.layer)
        if quota.value is None:
            run.skip("quota", quota.sum.layer, "unchecked_quota", quota=quota.title)
        elif quota.sum not in sums:
            run.skip("quota", quota.sum.layer, "unchecked_layers", layers=quota.sum.layer)
        else:
            run.take(rule, 1, _broken(rule, quota, sums[quota.sum]))


def _broken(rule: CheckRule, quota: Quota, m2: float) -> Iterator[Defect]:
    have, want = float(half_up(m2 / UNIT_M2[quota.unit], 4)), float(quota.value or 0)
    wrong = have < want - 1e-9 if quota.bound == "not_below" else have > want + 1e-9
    if wrong:
        sign = "≥" if quota.bound == "not_below" else "≤"
        params = {"place": quota.title}
        yield rule.layer_defect(
            value=f"{have:.4f} {quota.unit}", wanted=f"{sign} {want:.4f} {quota.unit}", params=params
        )


def check_upper(rule: CheckRule, layer: LayerArrays, above: LayerArrays) -> Iterator[Defect]:
    """A layer that must equal that of the plan above: land that only one of the two holds."""
    for one, other in ((layer, above), (above, layer)):
        for piece in _outside(one.usable, other.usable):
            area = float(statutory_areas([piece], layer.plane)[0])
            if area > rule.tolerance:
                params = {"other": str(rule.options.get("other", above.name))}
                wanted = f"{rule.tolerance:g}"
                yield rule.layer_defect(value=f"{area:.2f}", wanted=wanted, params=params, geometry=piece)


def _outside(geometries: Array, others: Array) -> list[Any]:
    """Parts of geometries that no other covers."""
    others = others[~shapely.is_missing(others)]
    tree, pieces = shapely.STRtree(others), []
    for geometry in geometries[~shapely.is_missing(geometries)]:
        near = others[tree.query(geometry, predicate="intersects")]
        rest = part_outside(geometry, near) if len(near) else geometry
        pieces += [part for part in shapely.get_parts(polygon_parts(rest)).tolist() if not part.is_empty]
    return pieces
