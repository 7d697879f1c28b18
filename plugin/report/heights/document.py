"""The report of a run of the heights: opinion first, a page for each view and building, what was not checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ...core.days import day_of
from ...core.heights.results import BuildingResult, HeightFinding, Standing
from ...core.heights.run import Outcome
from ...core.heights.wording import advice_text, reason_text, rule_word
from ...core.land.input_check import stated_first, stated_later
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.review.findings import InputInfo
from ..blocks.document import Document
from ..blocks.model import Block, Facts, Heading, Paragraph, Picture, Table
from ..blocks.wording import file_name, known_day
from .pages import building_pages, condition_pages, skyline_pages, view_pages
from .sheets import heights_sheets
from .wording import column, say

_PICTURE_MM = 160.0
_REPORTED = "zh"  # what is handed in


@dataclass
class HeightsReport:
    """What the report says; pictures are PNG: `sections` by view, `skylines` by viewpoint, `plans` by building."""

    outcome: Outcome
    findings: Sequence[HeightFinding]
    buildings: Sequence[BuildingResult]
    inputs: Sequence[InputInfo]
    absent: Sequence[str]
    remarks: Sequence[Remark]
    plane_name: str
    software: str
    sections: dict[int, bytes] = field(default_factory=dict)
    skylines: dict[int, bytes] = field(default_factory=dict)
    plans: dict[int, bytes] = field(default_factory=dict)
    overview: bytes = b""
    created: datetime = field(default_factory=datetime.now)

    def count(self, standing: Standing) -> int:
        return sum(1 for b in self.buildings if b.status == str(standing))


def heights_document(report: HeightsReport) -> Document:
    """The Document of a HeightsReport."""
    title = say("title")
    head = say("head", title=title, layer=report.inputs[0].name)
    return Document(
        title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: heights_sheets(report)
    )


def _blocks(report: HeightsReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [
        Heading(say("title"), 0),
        Paragraph(say("software", software=report.software, created=created)),
    ]
    for section in (_opinion, view_pages, skyline_pages, building_pages, condition_pages, _inputs, _notes):
        made += section(report)
    return made


def opinion(report: HeightsReport, language: Optional[str] = _REPORTED) -> str:
    """The sentence that a case officer reads first; `language` None: that of the user."""
    numbers = {
        "count": len(report.buildings),
        "bad": report.count(Standing.CONFLICT),
        "good": report.count(Standing.CLEAR),
        "unknown": report.count(Standing.NOT_CHECKED),
        "free": report.count(Standing.NO_LIMIT),
        "conditions": len(report.findings),
    }
    broken = sum(met.is_broken for met in report.outcome.conditions)
    unchecked = sum(bool(met.reason) for met in report.outcome.conditions)
    said = [text(f"heights_opinion_{_opinion_kind(report, numbers, unchecked)}", language, **numbers)]
    if broken and numbers["bad"]:
        said.append(text("heights_opinion_missed", language, count=broken))
    if unchecked:
        said.append(text("heights_opinion_not_checked", language, count=unchecked))
    return "".join(said)


def _opinion_kind(report: HeightsReport, numbers: dict[str, int], unchecked: int) -> str:
    if numbers["bad"]:
        return "bad"
    if report.findings:
        return "parcel"
    if numbers["unknown"] or unchecked:
        return "unknown"
    return "good" if numbers["good"] else "none"


def _opinion(report: HeightsReport) -> list[Block]:
    made: list[Block] = [Heading(say("h_opinion")), Paragraph(opinion(report), bold=True)]
    made += [Paragraph(remark.text("zh"), bold=True) for remark in stated_first(report.remarks)]
    in_metres = [f for f in report.findings if f.unit == "m" and f.building >= 0]
    if in_metres:
        worst = max(in_metres, key=lambda f: f.exceed_value)
        params = {"key": worst.building_key, "rule": rule_word(worst.rule, "zh"), "name": worst.rule_name}
        params.update(exceed=f"{worst.exceed_value:.2f}", unit="米", advice=advice_text(worst, "zh"))
        made.append(Paragraph(say("opinion_worst", **params)))
    made.append(_by_rule(report))
    if report.overview:
        made.append(Picture(report.overview, say("cap_plan_all"), _PICTURE_MM))
    if report.absent:
        lines = "".join(text(code, language="zh") for code in report.absent)
        made.append(Paragraph(say("opinion_absent") + lines))
    return made


def _by_rule(report: HeightsReport) -> Block:
    kinds: dict[str, list[HeightFinding]] = {}
    for finding in report.findings:
        kinds.setdefault(finding.rule, []).append(finding)
    if not kinds:
        return Paragraph(say("none_broken"))
    rows = []
    for rule, some in kinds.items():
        worst = max(some, key=lambda f: f.exceed_value)
        who = {f.building for f in some if f.building >= 0}
        most = f"{worst.exceed_value:.2f} {worst.unit}".strip()
        rows.append([rule_word(rule, "zh"), str(len(some)), str(len(who)), most])
    return Table(column("rule", "count", "buildings", "most"), rows, (1, 2, 3), say("t_rules"))


def _inputs(report: HeightsReport) -> list[Block]:
    settings = report.outcome.design.settings
    layers = "；".join(f"{info.name}（{file_name(info.source)}，{known_day(info.date)}）" for info in report.inputs)
    facts = [
        [say("f_layer"), layers, say("f_crs"), report.inputs[0].crs],
        [say("f_plane"), report.plane_name, say("f_tolerance"), f"{settings.tolerance_m:g} m"],
        [say("f_storey"), f"{settings.storey_m:g} m", say("f_eye"), f"{settings.eye_m:g} m"],
    ]
    params = {"from_m": f"{settings.curvature_from_m:g}", "k": f"{settings.refraction_k:g}"}
    method = say("method", radius=f"{settings.earth_radius_m:.0f}", **params)
    return [Heading(say("h_inputs")), Facts(facts), Paragraph(method)]


def _notes(report: HeightsReport) -> list[Block]:
    reasons: dict[str, int] = {}
    for result in report.buildings:
        if result.status == str(Standing.NOT_CHECKED):
            reason = reason_text(result.reason, "zh")
            reasons[reason] = reasons.get(reason, 0) + 1
    lines = [text(code, language="zh") for code in report.absent]
    lines += [remark.text("zh") for remark in stated_later(report.remarks)]
    made: list[Block] = [Heading(say("h_notes"))]
    if reasons:
        rows = [[why, str(count)] for why, count in sorted(reasons.items(), key=lambda entry: -entry[1])]
        made.append(Table(column("reason", "buildings"), rows, (1,)))
    return [*made, *map(Paragraph, dict.fromkeys(lines or [say("none")]))]
