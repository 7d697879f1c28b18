"""The report of a run of the heights: its pictures drawn, its files written."""

from collections.abc import Sequence
from pathlib import Path

from ...core.heights.versions import VersionRow
from ...core.land import crs as crs_rules
from ...core.messages import text
from ...report import write_report
from ...report.heights.document import HeightsReport, heights_document
from ...report.heights.pages import PAGES
from ...report.heights.versions import VersionsReport, versions_document
from ...report.heights.wording import say
from ..review.reporting import software
from .canvas import png
from .job import HeightsRun
from .pictures import plan_picture, section_picture, skyline_picture

_MOST_VIEWS = 40  # views and viewpoints with a picture


def write_heights_reports(run: HeightsRun, paths: Sequence[Path]) -> None:
    """Write the report once for each path; raises InputError, OutputError."""
    if not paths:
        return
    document = heights_document(heights_report(run, with_pictures=any(p.suffix.lower() != ".xlsx" for p in paths)))
    for path in paths:
        write_report(document, path)


def write_versions_report(
    names: tuple[str, str], rows: Sequence[VersionRow], absent: Sequence[str], path: Path
) -> None:
    """Write the report that compares two versions; `absent`: codes of what was not checked."""
    lines = [text(code, language="zh") for code in dict.fromkeys(absent)]
    write_report(versions_document(VersionsReport(names, rows, lines, software())), path)


def heights_report(run: HeightsRun, with_pictures: bool = True) -> HeightsReport:
    """The HeightsReport of a run."""
    report = HeightsReport(
        run.outcome,
        run.findings,
        run.buildings,
        run.inputs,
        run.absent,
        run.remarks,
        crs_rules.describe(run.plane),
        software(),
    )
    if with_pictures:
        _draw(report, run)
    return report


def _draw(report: HeightsReport, run: HeightsRun) -> None:
    outcome = run.outcome
    for number, result in enumerate(outcome.views[:_MOST_VIEWS]):
        if not result.view.reason:
            report.sections[number] = png(section_picture(result, outcome))
    for number, skyline in enumerate(outcome.skylines[:_MOST_VIEWS]):
        report.skylines[number] = png(skyline_picture(skyline, outcome))
    worst: dict[int, float] = {}
    for finding in run.findings:
        if finding.building >= 0:
            worst[finding.building] = max(worst.get(finding.building, 0.0), finding.exceed_value)
    order = sorted(worst, key=lambda at: -worst[at])
    for at in order[:PAGES]:
        key = str(outcome.design.buildings.keys[at])
        report.plans[at] = png(plan_picture(run, [at], say("pic_plan", key=key)))
    if order:
        report.overview = png(plan_picture(run, order, say("cap_plan_all")))
