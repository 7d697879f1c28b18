"""The parts of the report on heights: views, skylines, buildings that exceed, conditions of parcels."""

from collections.abc import Iterator
from typing import Any, Optional

from ...core.heights.results import HeightFinding, condition_unit
from ...core.heights.wording import advice_text, rule_word
from ...core.messages import text
from ..blocks.model import Block, Facts, Heading, Paragraph, Picture, Table
from .wording import column, say

_PICTURE_MM = 160.0
_SKYLINE_MM = 140.0
_ROWS = 20
PAGES = 30  # buildings that get a page of their own


def view_pages(report: Any) -> list[Block]:
    """A part for each view: what was found, its numbers, its section, the buildings that stand too high."""
    made: list[Block] = [Heading(say("h_views"))]
    for number, result in enumerate(report.outcome.views):
        made += _view(report, number, result)
    return made if len(made) > 1 else [*made, Paragraph(say("view_none"))]


def _view(report: Any, number: int, result: Any) -> Iterator[Block]:
    view = result.view
    yield Heading(say("view_heading", name=view.name), 2, new_page=number > 0)
    yield Paragraph(_view_text(result), bold=bool(len(result.broken)))
    facts = [
        [say("f_eye_level"), level(view.eye.level), say("f_target"), level(view.target.level)],
        [say("f_distance"), f"{view.distance:,.0f} m", say("f_blocked"), f"{result.blocked * 100:.1f}%"],
    ]
    yield Facts(facts)
    if result.ground:
        yield Paragraph(say("view_ground", metres=f"{result.ground:.1f}", at=f"{result.ground_at:.0f}"))
    elif result.ground is None and not view.reason:
        yield Paragraph(say("view_ground_unknown"))
    if number in report.sections:
        yield Picture(report.sections[number], say("cap_section", name=view.name), _PICTURE_MM)
    of_view = [f for f in report.findings if f.rule_name == view.name]
    if of_view:
        yield findings_table(of_view[:_ROWS])
    if len(of_view) > _ROWS:
        yield Paragraph(say("more_buildings", count=len(of_view) - _ROWS))
    clause = view.eye.clause or view.target.clause
    if clause:
        yield Paragraph(clause)


def _view_text(result: Any) -> str:
    if result.view.reason:
        return say("view_unknown", reason=text(result.view.reason, language="zh"))
    if not len(result.broken):
        return say("view_clear", met=result.met)
    return say("view_broken", met=result.met, broken=len(result.broken), blocked=f"{result.blocked * 100:.1f}")


def findings_table(findings: list[HeightFinding]) -> Table:
    """Findings with what would comply."""
    rows = [
        [f.building_key, f"{f.limit_value:g}", f"{f.actual_value:g}", f"{f.exceed_value:.2f}", advice_text(f, "zh")]
        for f in findings
    ]
    return Table(column("building", "limit", "actual", "exceed", "advice"), rows, (1, 2, 3))


def level(value: Optional[float]) -> str:
    """Metres with two decimals, "unknown" for none."""
    return say("unknown") if value is None else f"{value:,.2f} m"


def skyline_pages(report: Any) -> list[Block]:
    """A picture for each viewpoint, and what rises above the ridge."""
    made: list[Block] = [Heading(say("h_skylines"))]
    for number, skyline in enumerate(report.outcome.skylines):
        made.append(Paragraph(_skyline_text(skyline), bold=bool(skyline.rises)))
        if number in report.skylines:
            name = skyline.watch.eye.name
            made.append(Picture(report.skylines[number], say("cap_skyline", name=name), _SKYLINE_MM))
    return made if len(made) > 1 else [*made, Paragraph(say("skyline_none"))]


def _skyline_text(skyline: Any) -> str:
    name = skyline.watch.eye.name
    if skyline.reason:
        return say("skyline_unknown", name=name, reason=text(skyline.reason, language="zh"))
    if skyline.watch.span is None:
        return say("skyline_plain", name=name)
    if not skyline.rises:
        return say("skyline_clear", name=name)
    worst = max(skyline.rises, key=lambda rise: rise.metres)
    params = {"degrees": f"{worst.degrees:.2f}", "metres": f"{worst.metres:.1f}"}
    params.update(start=f"{worst.azimuth_from:.1f}", stop=f"{worst.azimuth_to:.1f}")
    return say("skyline_broken", name=name, count=len(skyline.rises), **params)


def building_pages(report: Any) -> list[Block]:
    """A part for each building that exceeds something, the worst first, so many of them as the report has plans for."""
    made: list[Block] = [Heading(say("h_buildings"))]
    by_building: dict[int, list[HeightFinding]] = {}
    for finding in report.findings:
        if finding.building >= 0:
            by_building.setdefault(finding.building, []).append(finding)
    order = sorted(by_building, key=lambda at: -max(f.exceed_value for f in by_building[at]))
    if not order:
        return [*made, Paragraph(say("none_broken"))]
    if len(order) > PAGES:
        made.append(Paragraph(say("building_more", count=len(order), shown=PAGES)))
    made.append(Paragraph(say("advice_note")))
    for at in order[:PAGES]:
        made += _building(report, at, by_building[at], at != order[0])
    return made


def _building(report: Any, at: int, findings: list[HeightFinding], new_page: bool) -> Iterator[Block]:
    result = report.buildings[at]
    yield Heading(say("building_heading", key=result.building_key), 2, new_page=new_page)
    yield Facts(
        [
            [say("f_height"), level(result.height_m), say("f_allowed"), level(result.allowed_m)],
            [say("f_base"), level(result.base_m), say("f_top"), level(result.top_m)],
        ]
    )
    rows = [
        [
            rule_word(f.rule, "zh"),
            f.rule_name,
            f"{f.limit_value:g}",
            f"{f.actual_value:g}",
            f"{f.exceed_value:.2f}",
            f.clause,
        ]
        for f in findings
    ]
    yield Table(column("rule", "name", "limit", "actual", "exceed", "clause"), rows, (2, 3, 4))
    yield Paragraph(say("building_advice", advice=advice_text(findings[0], "zh")), bold=True)
    if at in report.plans:
        yield Picture(report.plans[at], say("cap_plan", key=result.building_key), _PICTURE_MM)


def condition_pages(report: Any) -> list[Block]:
    """All conditions of all parcels: demanded, found, met or not or not checked."""
    made: list[Block] = [Heading(say("h_parcels"))]
    if not report.outcome.conditions:
        return [*made, Paragraph(say("no_parcels"))]
    header = column("parcel", "condition", "wanted", "found", "result")
    return [*made, Table(header, [condition_row(report, met) for met in report.outcome.conditions], (2, 3))]


def condition_row(report: Any, met: Any) -> list[str]:
    """One condition in words."""
    unit = condition_unit(met.condition)
    scale = 100.0 if unit == "%" else 1.0
    wanted, actual = (
        "—" if value is None else f"{value * scale:.2f} {unit}".replace(" %", "%").strip()
        for value in (met.wanted, met.actual)
    )
    if met.reason:
        result = say("met_unknown", reason=text(met.reason, language="zh"))
    else:
        result = say("met_no") if met.is_broken else say("met_yes")
    parcel = report.outcome.design.parcels[met.parcel].name
    return [parcel, rule_word(str(met.condition), "zh"), wanted, actual, result]
