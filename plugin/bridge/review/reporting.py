"""A finished review to the report's content, its maps rendered, and the files written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Optional

from ...core.land import crs as crs_rules
from ...core.land.file_state import file_sha256
from ...core.land.pieces import objects
from ...core.review.findings import NOT_CHECKED
from ...core.review.line_check import LineOutcome
from ...core.review.report_data import ReviewReport
from ...core.review.rules import LawRef
from ...core.threads import Feedback, LogFeedback
from ...paths import METADATA
from ...report import write_report
from ...report.review.document import review_document
from ..i18n import tr
from ..layers.map_content import Backdrop, MapContent, MapLayer
from ..layers.maps import MapRenderer
from ..settings import Settings
from .districts import note_divisions
from .land_context import ContextLayers, read_context
from .running import ReviewResult

_FORM_MAP_PX = (1400, 880)  # flat, so that it fits below the form of its project


class Collector:
    """Keeps findings and verdicts line by line when a report is wanted, else lets them go."""

    def __init__(self, keep=True):
        self.keep, self.findings, self.verdicts, self.tasks = keep, [], [], []

    def add(self, outcome: LineOutcome) -> None:
        if self.keep:
            self.findings += outcome.findings
            self.verdicts += outcome.verdicts
            self.tasks += [outcome.task] if outcome.is_last else []


@dataclass(frozen=True)
class ReportOptions:
    """What a person says of a report: `template` is the path of a .docx, "" for the plain one."""

    map_limit: int = 30
    title: str = ""
    document_no: str = ""
    organisation: str = ""
    reviewer: str = ""
    template: str = ""
    layers: ContextLayers = ContextLayers()

    @classmethod
    def of_settings(cls, settings: Optional[Settings] = None) -> "ReportOptions":
        """As the user's settings have it."""
        s = settings or Settings.load()
        return cls(s.map_limit, s.report_title, s.document_no, s.organisation, s.reviewer, s.report_template)


def write_reports(
    result: ReviewResult,
    kept: Collector,
    paths: Sequence[Path],
    options: ReportOptions,
    feedback: Optional[LogFeedback] = None,
) -> None:
    """Write every report of `paths`; raises OutputError for a place that cannot be written, Cancelled."""
    if result.control_extent is None:
        note_divisions(result, options.layers.divisions)
    document = review_document(build_report(result, kept, options, feedback))
    for path in paths:
        if feedback is not None:
            feedback.pushInfo(tr("Writing {0}").format(path))
        write_report(document, path)


def build_report(
    result: ReviewResult, kept: Collector, options: Optional[ReportOptions] = None, feedback: Optional[Feedback] = None
) -> ReviewReport:
    """Return the ReviewReport of a run: content, laws, maps of the projects that meet a line, the gravest first."""
    options = options or ReportOptions.of_settings()
    review, rule_set = result.review, result.review.rule_set
    report = ReviewReport(
        title=options.title,
        created=datetime.now(),
        review_date=review.review_date,
        rule_set_name=rule_set.name,
        rule_set_version=str(rule_set.version),
        rules_sha256=rule_set.sha256,
        plane_name=crs_rules.describe(review.plane),
        software=software(),
        sliver_area_m2=review.sliver_m2,
        projects=result.data.infos,
        verdicts=sorted(kept.verdicts, key=_order(result)),
        findings=kept.findings,
        inputs=result.inputs(lru_cache(file_sha256)),  # several layers of one file are hashed once
        repairs=result.repairs(),
        skipped=result.skipped(),
        remarks=result.remarks(),
        laws=_laws(kept),
        rules=[rule for task in kept.tasks for rule in task.rules],
        map_limit=options.map_limit,
        document_no=options.document_no,
        organisation=options.organisation,
        reviewer=options.reviewer,
        template=options.template,
    )
    mapped = report.touched_keys()[: options.map_limit]
    context = read_context(options.layers, result.data.projects, review.plane, mapped, feedback)
    report.projects = [replace(info, place=context.places.get(info.key, "")) for info in report.projects]
    report.composition = {p.key: context.composition[p.key] for p in report.projects if p.key in context.composition}
    report.inputs = [*report.inputs, *(s.info(file_sha256(s.file) if s.file else "") for s in options.layers.used())]
    report.remarks = [*report.remarks, *context.remarks]
    report.maps = _maps(result, report, mapped, context)
    return report


def _order(result):
    position = {info.key: number for number, info in enumerate(result.data.infos)}
    return lambda verdict: position[verdict.project_key]


def _laws(kept):
    """Laws behind the lines that were checked; those of an unchecked line would only lengthen the list."""
    checked = {v.line_id for v in kept.verdicts if v.status != NOT_CHECKED}
    laws: dict[tuple[str, str], LawRef] = {}
    for task in (t for t in kept.tasks if t.line_id in checked):
        for rule in task.rules:
            for law in rule.laws:
                laws.setdefault((law.law_id, law.article), law)
    return list(laws.values())


def _maps(result, report, keys, context):
    if not keys:
        return []
    renderer = map_renderer(result, report.findings, report.verdicts)
    renderer.backdrops = {key: Backdrop(context.parcels.get(key, ()), context.labels.get(key, ())) for key in keys}
    overview = [renderer.overview_map()] if len(report.projects) > 1 else []  # one project's own map shows it all
    return [*overview, *(renderer.project_map(key, *_FORM_MAP_PX) for key in keys)]


def map_renderer(result: ReviewResult, findings: list, verdicts: list) -> MapRenderer:
    """A MapRenderer over the projects and the control features that were found near them.

    The legend gives the verdicts' areas.
    """
    overlaps = {(verdict.project_key, verdict.line_id): verdict.overlap_m2 for verdict in verdicts}
    projects = dict(zip(result.data.projects.keys, result.data.projects.geometries))
    layers = [
        MapLayer(line.id, line.name, line.fill, line.outline, line.pattern, objects(result.near_features(line.id)))
        for line in reversed(result.review.catalogue.lines.values())  # the three lines are drawn last, on top
        if result.near_features(line.id)
    ]
    content = MapContent(projects, [f for f in findings if not f.is_sliver], overlaps)
    return MapRenderer(result.review.plane.to_wkt(), layers, content)


@lru_cache(maxsize=1)
def software() -> str:
    """Name and version of this plugin from metadata.txt, the single place that holds it."""
    lines = METADATA.read_text(encoding="utf-8").splitlines()
    entries = dict(line.split("=", 1) for line in lines if "=" in line)
    return f"OneMap Desk {entries.get('version', '')}".strip()
