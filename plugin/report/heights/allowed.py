"""The report on how high may be built: opinion first, the limits that bind by their share, the map."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ...core.days import day_of
from ...core.heights.wording import rule_word
from ...core.land.input_check import stated_first, stated_later
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.review.findings import InputInfo
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Picture, Table
from ..blocks.wording import file_name, known_day
from .wording import column, say

_PICTURE_MM = 165.0


@dataclass(frozen=True)
class BindingRow:
    """The land where one limit binds; `rule` "" where none was given; `reason`: why its height cannot be told."""

    rule: str
    name: str
    lowest_m: Optional[float]
    highest_m: Optional[float]
    area_m2: float
    clause: str
    reason: str


@dataclass
class AllowedReport:
    """What the report says; `picture`: the map as PNG, `cell_m`: of the grid that was reckoned on."""

    rows: Sequence[BindingRow]
    known_share: float
    cell_m: float
    contour_m: float
    inputs: Sequence[InputInfo]
    absent: Sequence[str]
    remarks: Sequence[Remark]
    plane_name: str
    software: str
    picture: bytes = b""
    created: datetime = field(default_factory=datetime.now)

    @property
    def area_m2(self) -> float:
        return sum(row.area_m2 for row in self.rows)

    def share(self, row: BindingRow) -> float:
        """Of the area, in percent."""
        return 100 * row.area_m2 / self.area_m2 if self.area_m2 else 0.0


def allowed_document(report: AllowedReport) -> Document:
    """The Document of an AllowedReport."""
    head = say("head", title=say("allowed_title"), layer=report.inputs[0].name)
    return Document(
        say("allowed_title"), head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report)
    )


def allowed_opinion(report: AllowedReport) -> str:
    """How high may be built, in one sentence; land without a limit or without an answer is never called free."""
    known = [row for row in report.rows if row.lowest_m is not None]
    free = sum(report.share(row) for row in report.rows if not row.rule and not row.reason)
    unsure = max(100 - 100 * report.known_share - free, 0.0)
    params = {"area": f"{report.area_m2:,.2f}", "known": f"{100 * report.known_share:.1f}"}
    if known:
        lowest, highest = min(row.lowest_m or 0.0 for row in known), max(row.highest_m or 0.0 for row in known)
        most = max(known, key=lambda row: row.area_m2)
        params.update(lowest=f"{lowest:.2f}", highest=f"{highest:.2f}", share=f"{report.share(most):.1f}")
        params.update(rule=rule_word(most.rule, "zh"), name=most.name)
    said = [say("allowed_known" if known else "allowed_unknown", **params)]
    if known and free < 0.05 and unsure < 0.05 and not any(row.reason for row in known):
        said.append(say("allowed_whole", lowest=params["lowest"]))
    if free >= 0.05:
        said.append(say("allowed_free", share=f"{free:.1f}"))
    if unsure >= 0.05:
        said.append(say("allowed_unsure", share=f"{unsure:.1f}"))
    if any(row.reason for row in known):
        said.append(say("allowed_perhaps_lower"))
    return "".join(said)


def _blocks(report: AllowedReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [
        Heading(say("allowed_title"), 0),
        Paragraph(say("software", software=report.software, created=created)),
        Heading(say("allowed_opinion")),
        Paragraph(allowed_opinion(report), bold=True),
        *(Paragraph(remark.text("zh"), bold=True) for remark in stated_first(report.remarks)),
        Heading(say("allowed_binding")),
        Table(_header(), [_cells(report, row) for row in report.rows], (2, 3, 4, 5)),
    ]
    if report.picture:
        made += [Heading(say("allowed_map")), Picture(report.picture, say("allowed_caption"), _PICTURE_MM)]
    return [*made, *_method(report), *_notes(report)]


def _header() -> list[str]:
    return column("rule", "name", "lowest", "highest", "area", "area_share", "clause", "reason")


def _cells(report: AllowedReport, row: BindingRow) -> list[str]:
    heights = ["—" if value is None else f"{value:.2f}" for value in (row.lowest_m, row.highest_m)]
    numbers = f"{row.area_m2:,.2f}", f"{report.share(row):.1f}"
    return [_rule(row), row.name or "—", *heights, *numbers, row.clause or "—", row.reason or "—"]


def _rule(row: BindingRow) -> str:
    if row.rule:
        return rule_word(row.rule, "zh")
    return say("allowed_not_known" if row.reason else "allowed_none")


def _method(report: AllowedReport) -> list[Block]:
    layers = "；".join(f"{info.name}（{file_name(info.source)}，{known_day(info.date)}）" for info in report.inputs)
    facts = [
        [say("allowed_layers"), layers, say("f_crs"), report.inputs[0].crs],
        [say("f_plane"), report.plane_name, say("allowed_cell"), f"{report.cell_m:g} m"],
    ]
    return [Heading(say("allowed_inputs")), Facts(facts), Paragraph(say("allowed_method"))]


def _notes(report: AllowedReport) -> list[Block]:
    lines = [text(code, language="zh") for code in report.absent]
    lines += [remark.text("zh") for remark in stated_later(report.remarks)]
    return [Heading(say("allowed_notes")), *map(Paragraph, dict.fromkeys(lines or [say("none")]))]


def _sheets(report: AllowedReport) -> list[Sheet]:
    rows = [
        [_rule(row), row.name, row.lowest_m, row.highest_m, row.area_m2, report.share(row), row.clause, row.reason]
        for row in report.rows
    ]
    return [Sheet(say("allowed_sheet"), _header(), "text text m2 m2 m2 m2 long long".split(), rows)]
