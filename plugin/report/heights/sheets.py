"""The workbook of a run of the heights: findings, buildings, views, conditions."""

from typing import Any

from ...core.heights.wording import advice_text, reason_text, rule_word, status_word
from ...core.messages import text
from ..blocks.document import Sheet
from .pages import condition_row
from .wording import column, say


def heights_sheets(report: Any) -> list[Sheet]:
    """All sheets, findings first."""
    keys = ("building", "rule", "name", "limit", "actual", "exceed", "unit", "level", "top", "share", "blocked")
    findings = [
        [
            *(
                f.building_key,
                rule_word(f.rule, "zh"),
                f.rule_name,
                f.limit_value,
                f.actual_value,
                f.exceed_value,
                f.unit,
            ),
            *(f.limit_level_m, f.top_m, f.share_pct, f.blocked_pct, f.clause, advice_text(f, "zh")),
        ]
        for f in report.findings
    ]
    buildings = [
        [
            *(b.building_key, b.base_m, b.height_m, b.top_m, b.allowed_m, b.margin_m, rule_word(b.binding, "zh")),
            *(b.binding_name, status_word(b.status, "zh"), reason_text(b.reason, "zh")),
        ]
        for b in report.buildings
    ]
    of_buildings = ("building", "base", "height", "top", "allowed", "margin", "rule", "name", "status", "reason")
    formats = "id text text m2 m2 m2 text m2 m2 m2 m2 long long".split()
    made = [
        Sheet(say("sheet_findings"), column(*keys, "clause", "advice"), formats, findings),
        Sheet(
            say("sheet_buildings"), column(*of_buildings), "id m2 m2 m2 m2 m2 text text text long".split(), buildings
        ),
        _views(report),
    ]
    rows = [condition_row(report, met) for met in report.outcome.conditions]
    header = column("parcel", "condition", "wanted", "found", "result")
    return [*made, Sheet(say("sheet_parcels"), header, "text text text text long".split(), rows)]


def _views(report: Any) -> Sheet:
    rows = [
        [
            *(v.view.name, v.view.distance, v.met, len(v.broken), v.blocked * 100, v.ground),
            text(v.view.reason, language="zh") if v.view.reason else "",
        ]
        for v in report.outcome.views
    ]
    header = column("name", "distance", "met", "broken", "blocked", "ground", "reason")
    return Sheet(say("sheet_views"), header, "text m2 int int m2 m2 long".split(), rows)
