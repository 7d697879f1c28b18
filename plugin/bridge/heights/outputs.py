"""Rows of the output layers of a run of the heights."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ...core.heights.results import Standing, number
from ...core.heights.sights import ViewResult
from ...core.heights.wording import advice_text, reason_text, rule_word, status_word
from ..layers import field_types
from .job import HeightsRun

_TEXT, _REAL, _LONG = field_types.TEXT, field_types.REAL, field_types.LONG
FINDING_FIELDS = (
    ("building_key", _TEXT), ("building_fid", _LONG), ("rule", _TEXT), ("rule_name", _TEXT), ("limit_value", _REAL),
    ("actual_value", _REAL), ("exceed_value", _REAL), ("unit", _TEXT), ("limit_level_m", _REAL), ("top_m", _REAL),
    ("share_pct", _REAL), ("blocked_pct", _REAL), ("azimuth_from", _REAL), ("azimuth_to", _REAL), ("clause", _TEXT),
    ("advice", _TEXT),
)  # fmt: skip
LIMIT_FIELDS = (
    ("building_key", _TEXT), ("building_fid", _LONG), ("base_m", _REAL), ("height_m", _REAL), ("top_m", _REAL),
    ("allowed_m", _REAL), ("margin_m", _REAL), ("rule", _TEXT), ("rule_name", _TEXT), ("status", _TEXT),
    ("reason", _TEXT),
)  # fmt: skip
SUMMARY_FIELDS = (
    ("building_key", _TEXT), ("building_fid", _LONG), ("status", _TEXT), ("conclusion", _TEXT), ("checked", _LONG),
    ("broken", _LONG), ("unknown", _LONG), ("exceed_m", _REAL), ("advice", _TEXT), ("reason", _TEXT),
)  # fmt: skip
SIGHT_FIELDS = (
    ("name", _TEXT), ("status", _TEXT), ("distance_m", _REAL), ("eye_level_m", _REAL), ("target_level_m", _REAL),
    ("buildings", _LONG), ("broken", _LONG), ("blocked_pct", _REAL), ("ground_m", _REAL), ("reason", _TEXT),
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Values in the order of the fields of an output, and their shapes."""

    rows: list[tuple[Any, ...]]
    shapes: Optional[list[Any]] = None


def finding_table(run: HeightsRun) -> Table:
    """Values of FINDING_FIELDS."""
    rows = [
        tuple(advice_text(f) if name == "advice" else getattr(f, name) for name, _ in FINDING_FIELDS)
        for f in run.findings
    ]
    return Table(rows, [f.geometry for f in run.findings])


def limit_table(run: HeightsRun) -> Table:
    """Values of LIMIT_FIELDS: every building, and how high it may be."""
    rows = [
        (
            *(b.building_key, b.building_fid, b.base_m, b.height_m, b.top_m, b.allowed_m, b.margin_m),
            *(b.binding, b.binding_name, b.status, reason_text(b.reason)),
        )
        for b in run.buildings
    ]
    return Table(rows, list(run.outcome.design.buildings.footprints))


def summary_table(run: HeightsRun) -> Table:
    """Values of SUMMARY_FIELDS: one row a building."""
    worst: dict[int, Any] = {}
    for finding in run.findings:
        if finding.unit == "m" and finding.building not in worst:
            worst[finding.building] = finding
    rows = []
    for b in run.buildings:
        one = worst.get(b.building)
        exceed, advice = (one.exceed_value, advice_text(one)) if one else (None, "")
        facts = b.building_key, b.building_fid, b.status, status_word(b.status, "zh"), b.checked, b.broken, b.unknown
        rows.append((*facts, exceed, advice, reason_text(b.reason)))
    return Table(rows)


def sight_table(run: HeightsRun) -> Table:
    """Values of SIGHT_FIELDS: one row a view."""
    rows, shapes = [], []
    for result in run.outcome.views:
        view = result.view
        reason = reason_text(view.reason) if view.reason else ""
        facts = view.name, str(_view_status(result)), number(view.distance), _level(view.eye.level)
        blocked = None if view.reason else number(result.blocked * 100)
        rows.append(
            (*facts, _level(view.target.level), result.met, len(result.broken), blocked, _level(result.ground), reason)
        )
        shapes.append(view.area)
    return Table(rows, shapes)


def _level(value: Optional[float]) -> Optional[float]:
    return None if value is None else number(value)


def _view_status(result: ViewResult) -> Standing:
    if len(result.broken):
        return Standing.CONFLICT
    return Standing.NOT_CHECKED if result.view.reason else Standing.CLEAR


def counts(run: HeightsRun) -> Iterator[tuple[str, int]]:
    """(name, number) of the numeric outputs."""
    status = np.array([b.status for b in run.buildings], dtype=object)
    yield "BUILDING_COUNT", len(status)
    yield "FINDING_COUNT", len(run.findings)
    for name, standing in (
        ("CONFLICT_COUNT", Standing.CONFLICT),
        ("CLEAR_COUNT", Standing.CLEAR),
        ("NOT_CHECKED_COUNT", Standing.NOT_CHECKED),
        ("NO_LIMIT_COUNT", Standing.NO_LIMIT),
    ):
        yield name, int((status == str(standing)).sum())
    yield "BLOCKED_VIEW_COUNT", sum(1 for view in run.outcome.views if len(view.broken))


RULES = (
    "zone", "corridor", "backdrop", "airport", "parcel", "ridge", "far_max", "far_min", "density_max", "green_min",
    "green_max", "height_min", "setback", "build_to",
)  # fmt: skip


def rule_names() -> dict[str, str]:
    """{rule: words}"""
    return {rule: rule_word(rule) for rule in RULES}


def standing_names() -> dict[str, str]:
    """{status: words}"""
    return {str(standing): status_word(str(standing)) for standing in Standing}
