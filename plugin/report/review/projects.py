"""One form for each project: who, what for, where, on what land, and the verdict of every control line."""

import math
from typing import Optional

from ...core.land.remarks import Remark
from ...core.review.findings import Conclusion, Verdict
from ...core.review.report_data import LandUseRow, MapImage, ProjectInfo, ReviewReport, Surroundings
from ...core.review.summary import ProjectSummary
from ..blocks.model import Block, Facts, Heading, Paragraph, Picture, Table
from ..blocks.wording import areas, decimals
from .opinion import by_project, demand, project_name, sentence
from .relations import Relations
from .wording import column, say

_FORMS = 1000  # projects that have a form of their own; the rest is in the workbook
_QUIET = (Conclusion.CLEAR, Conclusion.NOT_CHECKED)  # named in a line, without a row of their own


def projects_part(report: ReviewReport) -> list[Block]:
    """The table of all projects, the map of all, then a form for each."""
    summaries, verdicts, relations = report.summaries(), by_project(report.verdicts), Relations(report)
    blocks: list[Block] = [Heading(say("h_projects"))]
    if len(report.projects) > 1:
        blocks.append(summary_table(report, summaries))
    maps = {m.project_key: m for m in report.maps}
    blocks += _map(maps.get(""))
    for number, (info, summary) in enumerate(zip(report.projects[:_FORMS], summaries), 1):
        picture = _map(maps.get(info.key))
        title = Heading(say("project", number=number, name=project_name(info)), 2, new_page=bool(picture))
        blocks += [title, _who(info, summary), *_lands(verdicts.get(info.key, []), relations)]
        blocks += _composition(report.composition.get(info.key, [])) + picture
    if len(report.projects) > _FORMS:
        blocks.append(Paragraph(say("forms_more", shown=_FORMS, count=len(report.projects))))
    return blocks + _range_blocks(report)


def summary_table(report: ReviewReport, summaries: list[ProjectSummary]) -> Table:
    """Every project with its conclusion and the numbers of lines behind it."""
    rows = []
    for number, (info, s) in enumerate(zip(report.projects, summaries), 1):
        counts = [s.prohibited, s.conditional, s.consult, s.notice, s.clear, s.failed, s.not_checked]
        numbers = areas(info.area_m2)
        rows.append(
            [str(number), project_name(info), numbers["m2"], numbers["mu"], s.conclusion.word, *map(str, counts)]
        )
    header = column("no", "project", "m2", "mu", "conclusion")
    tiers = ("PROHIBITED", "CONDITIONAL", "CONSULT", "NOTICE", "CLEAR", "FAILED", "NOT_CHECKED")
    return Table([*header, *(Conclusion[t].word for t in tiers)], rows, (2, 3, *range(5, 12)), say("table_projects"))


def _who(info: ProjectInfo, summary: ProjectSummary) -> Facts:
    """Who asks for what, where, and the conclusion."""
    return Facts(
        [
            [say("key"), info.key, say("name"), info.name or "—"],
            [say("applicant"), info.applicant or "—", say("use"), info.use or "—"],
            [say("place"), info.place or "—", say("land"), say("area", **areas(info.area_m2))],
            [say("verdict"), _sentence(summary)],
        ]
    )


def _lands(verdicts: list[Verdict], relations: Relations) -> list[Block]:
    """The lines that the project meets or that could not be read, each in a row; then the names of all others."""
    touched = [v for v in verdicts if v.conclusion not in _QUIET]
    quiet = [[tier.word, "、".join(v.line_name for v in verdicts if v.conclusion == tier) or "—"] for tier in _QUIET]
    return [*([_verdict_table(touched, relations)] if touched else []), Facts(quiet)]


def _sentence(summary: ProjectSummary) -> str:
    """The word that decides, and the numbers of lines of each tier that was met."""
    counts = ((tier, getattr(summary, tier.value)) for tier in Conclusion)
    message = "，".join(say("line_count", word=tier.word, count=count) for tier, count in counts if count)
    return say("project_verdict", word=summary.conclusion.word, counts=message) if message else summary.conclusion.word


def _verdict_table(verdicts: list[Verdict], relations: Relations) -> Table:
    order = list(Conclusion)
    rows = []
    for v in sorted(verdicts, key=lambda v: (order.index(v.conclusion), -v.overlap_m2)):
        if v.conclusion == Conclusion.FAILED:
            rows.append([v.conclusion.word, v.line_name, "—", "—", "—", v.reason])
        else:
            area = say("area_lines", **areas(v.overlap_m2))
            asked = (
                demand(v)
                if v.conclusion in (Conclusion.CONDITIONAL, Conclusion.CONSULT)
                else sentence(v.condition) or "—"
            )
            share = decimals(v.share_pct)
            rows.append([v.conclusion.word, relations.phrase(v), area, share, v.law.replace("；", "\n"), asked])
    return Table(column("conclusion", "situation", "areas", "share", "law", "condition"), rows, (2, 3))


def _composition(rows: list[LandUseRow]) -> list[Block]:
    if not rows:
        return []
    reported = [
        [r.code, r.name, r.ownership or "—", r.owner or "—", *areas(r.area_m2).values(), decimals(r.share_pct)]
        for r in rows
    ]
    header = column("code", "landuse", "ownership", "owner", "m2", "ha", "mu", "share")
    return [Table(header, reported, (4, 5, 6, 7), say("table_composition"))]


def _map(image: Optional[MapImage]) -> list[Block]:
    return [Picture(image.png, image.caption, image.width_mm)] if image else []


def _range_blocks(report: ReviewReport) -> list[Block]:
    """What only a range report holds: land use, nearest features, slope and roads."""
    blocks: list[Block] = []
    if report.landuse:
        rows = [[r.code, r.name, *areas(r.area_m2).values(), decimals(r.share_pct)] for r in report.landuse]
        header = column("code", "landuse", "m2", "ha", "mu", "share")
        blocks += [Heading(say("h_landuse"), 2), Table(header, rows, (2, 3, 4, 5))]
    if report.nearest:
        rows = [[r.line_name, r.control_label, decimals(r.distance_m), f"{r.required_m:g}"] for r in report.nearest]
        header = column("line", "label", "distance", "required")
        blocks += [Heading(say("h_nearest"), 2), Table(header, rows, (2, 3))]
    rows = surroundings_rows(report.surroundings)
    return [*blocks, Heading(say("h_surroundings"), 2), Table(column("item", "value"), rows)] if rows else blocks


def surroundings_rows(land: Optional[Surroundings]) -> list[list[str]]:
    """(item, value) rows of the slope and the nearest roads, what was not evaluated with the reason."""
    if land is None:
        return []
    slope, message = land.slope, ""
    if slope:
        percent = 100 * math.tan(math.radians(slope.mean))
        message = say("slope", mean=slope.mean, steepest=slope.steepest, percent=percent)
    rows = [[say("slope_item"), message or say("not_evaluated", why=_why(land.slope_why))]]
    rows += [[say("road_item", name=r.name), say("metres", metres=decimals(r.distance_m))] for r in land.roads]
    return rows + ([] if land.roads else [[say("roads_item"), say("not_evaluated", why=_why(land.roads_why))]])


def _why(remark: Optional[Remark]) -> str:
    return remark.text("zh") if remark is not None else ""
