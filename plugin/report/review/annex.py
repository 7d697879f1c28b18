"""The annex: inputs and their check, method, rules, every line's counts, repairs, what was not used, remarks."""

import re
from collections import Counter

from ...core.days import day_of
from ...core.land.input_check import CheckState
from ...core.review.findings import Conclusion, InputInfo
from ...core.review.report_data import ReviewReport
from ..blocks.model import Block, Heading, Paragraph, Table
from ..blocks.wording import areas, data_day, decimals, file_name
from .laws import rules_annex
from .wording import column, say, texts

_REPAIRS, _SKIPPED, _REMARKS = 20, 20, 100


def annex_part(report: ReviewReport) -> list[Block]:
    """Everything that says how the verdicts came about."""
    sections = (_inputs, _checks, _method, _lines, _maps, _slivers, _repairs, _skipped, _remarks, rules_annex)
    blocks: list[Block] = [Heading(say("h_annex"), new_page=True)]
    for section in sections:
        blocks += section(report)
    made = say("software", software=report.software, created=day_of(report.created))
    return [*blocks, Paragraph(made)]


def _inputs(report: ReviewReport) -> list[Block]:
    rows = [_input_row(info) for info in report.inputs]
    header = column("role", "layer", "source", "crs", "date", "sha", "count", "used", "repaired", "skipped")
    table = Table(header, rows, (6, 7, 8, 9))
    return [Heading(say("h_inputs"), 2), Paragraph(say("inputs_intro")), table]


def _input_row(info: InputInfo) -> list[str]:
    state = say("input_failed", reason=info.reason) if info.status == "failed" else short_crs(info.crs)
    name = f"{info.line_name}\n{info.name}" if info.line_name else info.name
    source = file_name(info.source) + (say("from_cache", time=day_of(info.cache)) if info.cache else "")
    counts = (info.feature_count, info.used_count, info.repaired_count, info.skipped_count)
    return [texts()["role"][info.role], name, source, state, data_day(info.date), info.sha256[:12], *map(str, counts)]


def short_crs(name: str) -> str:
    """The code of a CRS that has one: the working plane is told by its full name, and the table is narrow."""
    code = re.search(r"\((\w+:\w+)\)$", name)
    return code.group(1) if code else name


def check_rows(report: ReviewReport) -> list[list[str]]:
    """(layer, item, state, what was found) of every entry of the input checks; layers without remark take one row."""
    rows = []
    for info in report.inputs:
        fine = [entry.title("zh") for entry in info.check.entries if entry.state == CheckState.OK]
        rows += [[info.name, "、".join(fine), texts()["check_state"]["ok"], "—"]] if fine else []
        for entry in info.check.entries:
            if entry.state != CheckState.OK:
                state = texts()["check_state"][entry.state.value]
                rows.append([info.name, entry.title("zh"), state, entry.text("zh") or "—"])
    return rows


def _checks(report: ReviewReport) -> list[Block]:
    rows = check_rows(report)
    if not rows:
        return []
    table = Table(column("layer", "check_item", "check_state", "found"), rows)
    return [Heading(say("h_checks"), 2), Paragraph(say("checks_intro")), table]


def _method(report: ReviewReport) -> list[Block]:
    sha, day = report.rules_sha256[:16], day_of(report.review_date)
    rules = say("method_rules", name=report.rule_set_name, version=report.rule_set_version, sha=sha, date=day)
    reported = [say("method_plane", plane=report.plane_name), say("method_area"), rules]
    reported += [say("method_sliver", sliver=f"{report.sliver_area_m2:g}"), say("method_union"), say("method_tiers")]
    return [Heading(say("h_method"), 2), *map(Paragraph, reported)]


def _lines(report: ReviewReport) -> list[Block]:
    """Every control line with its counts, the unchecked ones too."""
    grouped: dict[str, list] = {}
    for verdict in report.verdicts:
        grouped.setdefault(verdict.line_id, []).append(verdict)
    rows = []
    for verdicts in grouped.values():
        counts = Counter(v.conclusion for v in verdicts)
        total = areas(sum(v.overlap_m2 for v in verdicts if v.pieces))
        rows.append([verdicts[0].line_name, *(str(counts[tier]) for tier in Conclusion), *total.values()])
    header = [*column("line"), *(tier.word for tier in Conclusion), *column("overlap_m2", "overlap_ha", "overlap_mu")]
    return [Heading(say("h_lines"), 2), Table(header, rows, tuple(range(1, 11)), say("table_lines"))]


def _maps(report: ReviewReport) -> list[Block]:
    shown = sum(bool(m.project_key) for m in report.maps)
    message = say("maps_limit", limit=report.map_limit, count=len(report.touched_keys()), shown=shown)
    return [Heading(say("h_maps"), 2), Paragraph(message if report.maps else say("maps_none"))]


def _slivers(report: ReviewReport) -> list[Block]:
    slivers = [f for f in report.findings if f.is_sliver]
    heading = Heading(say("h_notes"), 2)
    if not slivers:
        return [heading, Paragraph(say("notes_no_slivers"))]
    total = decimals(sum(f.overlap_m2 for f in slivers))
    return [heading, Paragraph(say("notes_slivers", count=len(slivers), m2=total))]


def _repairs(report: ReviewReport) -> list[Block]:
    if not report.repairs:
        return []
    worst = sorted(report.repairs, key=lambda r: -abs(r.change_m2))[:_REPAIRS]
    rows = [
        [r.layer, str(r.fid), r.why("zh"), *map(decimals, (r.area_before_m2, r.area_after_m2, r.change_m2))]
        for r in worst
    ]
    header = column("layer", "fid", "why", "before", "after", "change")
    return [Paragraph(say("notes_repairs", count=len(report.repairs))), Table(header, rows, (1, 3, 4, 5))]


def _skipped(report: ReviewReport) -> list[Block]:
    if not report.skipped:
        return []
    rows = [[s.layer, str(s.fid), s.why("zh")] for s in report.skipped[:_SKIPPED]]
    message = say("notes_skipped", count=len(report.skipped), shown=len(rows))
    return [Paragraph(message), Table(column("layer", "fid", "why"), rows, (1,))]


def _remarks(report: ReviewReport) -> list[Block]:
    if not report.remarks:
        return []
    reported = [f"{n}. {r.layer + '：' if r.layer else ''}{r.text('zh')}" for n, r in enumerate(report.remarks, 1)]
    more = [say("remarks_more", count=len(reported) - _REMARKS)] if len(reported) > _REMARKS else []
    return [Paragraph(say("notes_remarks")), *map(Paragraph, [*reported[:_REMARKS], *more])]
