"""The review opinion as a list of blocks, built once and written by Word, PDF and HTML alike."""

import math
import re
from collections import Counter

from ...core.review.findings import CLEAR, CONFLICT, FAILED, INVOLVED, NOT_CHECKED
from ..blocks.model import Heading, Paragraph, Picture, Signature, Table
from ..blocks.wording import areas, clean, decimals, file_name
from .wording import column, effect, say, verified, words

_PROJECTS_TOLD, _ROWS_PER_LINE, _REPAIRS_SHOWN = 60, 100, 20
_STATUSES = (CONFLICT, INVOLVED, CLEAR, NOT_CHECKED, FAILED)


def build_content(report):
    """Return the blocks of a ReviewReport in reading order."""
    blocks = [Heading(report.title or say("title"), 0)]
    blocks.append(Paragraph(say("software", software=report.software, created=f"{report.created:%Y-%m-%d %H:%M}")))
    if report.organisation:
        blocks.append(Paragraph(say("organisation", name=report.organisation)))
    for section in (_basis, _inputs, _method, _conclusion, _landuse, _nearest, _surroundings, _lines, _maps, _notes):
        blocks += section(report)
    return [*blocks, Signature(words()["sign"])]


def page_head(report):
    """The line at the top of every printed page."""
    title = report.title or say("title")
    return clean(
        say(
            "page_head",
            title=title,
            rules=report.rule_set_name,
            version=report.rule_set_version,
            date=report.review_date,
        )
    )


def _basis(report):
    rows = [
        [str(n), f"《{law.title}》", law.doc_no, law.article.strip("-") or "—", law.status, verified(law.confidence)]
        for n, law in enumerate(report.laws, 1)
    ]
    header = column("no", "law_title", "doc", "article", "law_status", "confidence")
    return [Heading(say("h_basis")), Paragraph(say("basis_intro")), Table(header, rows)]


def _inputs(report):
    rows = []
    for info in report.inputs:
        state = words()["status"]["failed"] + "：" + info.reason if info.status == "failed" else _short_crs(info.crs)
        counts = [info.feature_count, info.used_count, info.repaired_count, info.skipped_count]
        rows.append([words()["role"][info.role], info.line_name or "—", info.name, file_name(info.source)])
        rows[-1] += [state, info.date, info.sha256[:12], *map(str, counts)]
    header = column("role", "line", "layer", "source", "crs", "date", "sha", "count", "used", "repaired", "skipped")
    table = Table(header, rows, (7, 8, 9, 10))
    return [Heading(say("h_inputs")), Paragraph(say("inputs_intro")), table]


def _short_crs(name):
    """The code of a CRS that has one: the working plane is told by its full name, and the table is narrow."""
    code = re.search(r"\((\w+:\w+)\)$", name)
    return code.group(1) if code else name


def _method(report):
    rules = say(
        "method_rules",
        name=report.rule_set_name,
        version=report.rule_set_version,
        sha=report.rules_sha256[:16],
        date=f"{report.review_date:%Y-%m-%d}",
    )
    sentences = [say("method_plane", plane=report.plane_name), say("method_area"), rules]
    sentences += [say("method_sliver", sliver=f"{report.sliver_area_m2:g}"), say("method_union")]
    return [Heading(say("h_method")), *map(Paragraph, sentences)]


def _conclusion(report):
    conflicts = report.conflicting_keys()
    lines = list(dict.fromkeys(v.line_id for v in report.verdicts))
    hazy = {v.project_key for v in report.verdicts if v.status == FAILED} - set(conflicts)
    clear = len(report.projects) - len(conflicts) - len(hazy)
    summary = say(
        "conclusion_summary", projects=len(report.projects), lines=len(lines), conflicts=len(conflicts), clear=clear
    )
    blocks = [Heading(say("h_conclusion")), Paragraph(summary, bold=True)]
    blocks += _unchecked(report)
    failed = sum(v.status == FAILED for v in report.verdicts)
    if failed:
        blocks.append(Paragraph(say("conclusion_failed", count=failed), bold=True))
    blocks += _told_projects(report, conflicts)
    return [*blocks, _project_table(report)]


def _unchecked(report):
    names = list(dict.fromkeys(v.line_name for v in report.verdicts if v.status == NOT_CHECKED))
    return [Paragraph(say("conclusion_not_checked", lines="、".join(names)), bold=True)] if names else []


def _told_projects(report, conflicts):
    by_project, infos = _by_project(report.verdicts), {p.key: p for p in report.projects}
    outside = {f.line_id for f in report.findings if f.control_fid is None}
    blocks = []
    for number, key in enumerate(conflicts[:_PROJECTS_TOLD], 1):
        info = infos[key]
        name = f"{number}. {info.name}（{key}）" if info.name else f"{number}. {key}"
        blocks.append(Paragraph(say("conclusion_project", name=name, **areas(info.area_m2)), bold=True))
        blocks += [Paragraph(_verdict_sentence(v, outside)) for v in by_project[key] if v.status == CONFLICT]
    if len(conflicts) > _PROJECTS_TOLD:
        blocks.append(Paragraph(say("more_projects", count=len(conflicts) - _PROJECTS_TOLD)))
    return blocks


def _verdict_sentence(verdict, outside):
    key = "conclusion_item_outside" if verdict.line_id in outside else "conclusion_item"
    numbers = areas(verdict.overlap_m2)
    return say(
        key,
        line=verdict.line_name,
        effect=effect(verdict.effect),
        share=decimals(verdict.share_pct),
        pieces=verdict.pieces,
        law=verdict.law,
        **numbers,
    )


def _by_project(verdicts):
    grouped = {}
    for verdict in verdicts:
        grouped.setdefault(verdict.project_key, []).append(verdict)
    return grouped


def _project_table(report):
    by_project = _by_project(report.verdicts)
    rows = []
    for number, info in enumerate(report.projects, 1):
        verdicts = by_project.get(info.key, [])
        counts = Counter(v.status for v in verdicts)
        hit = "、".join(v.line_name for v in verdicts if v.status == CONFLICT) or "—"
        numbers = areas(info.area_m2)
        rows.append(
            [str(number), info.key, info.name, numbers["m2"], numbers["mu"], hit] + [str(counts[s]) for s in _STATUSES]
        )
    header = column("no", "key", "name", "m2", "mu", "line", *_STATUSES)
    return Table(header, rows, (3, 4, 6, 7, 8, 9, 10), say("table_projects"))


def _landuse(report):
    if not report.landuse:
        return []
    rows = [[r.code, r.name, *areas(r.area_m2).values(), decimals(r.share_pct)] for r in report.landuse]
    return [
        Heading(say("h_landuse"), 2),
        Table(column("code", "landuse", "m2", "ha", "mu", "share"), rows, (2, 3, 4, 5)),
    ]


def _nearest(report):
    if not report.nearest:
        return []
    rows = [[r.line_name, r.control_label, decimals(r.distance_m), f"{r.required_m:g}"] for r in report.nearest]
    return [Heading(say("h_nearest"), 2), Table(column("line", "label", "distance", "required"), rows, (2, 3))]


def _surroundings(report):
    rows = surroundings_rows(report.surroundings)
    return [Heading(say("h_surroundings"), 2), Table(column("item", "value"), rows)] if rows else []


def surroundings_rows(land):
    """(item, value) rows of the slope and the nearest roads, what was not evaluated with the reason."""
    if land is None:
        return []
    slope = land.slope
    told = (
        say("slope", mean=slope.mean, steepest=slope.steepest, percent=100 * math.tan(math.radians(slope.mean)))
        if slope
        else ""
    )
    rows = [[say("slope_item"), told or say("not_evaluated", why=land.slope_why.text("zh"))]]
    rows += [[say("road_item", name=r.name), say("metres", metres=decimals(r.distance_m))] for r in land.roads]
    return rows + ([] if land.roads else [[say("roads_item"), say("not_evaluated", why=land.roads_why.text("zh"))]])


def _lines(report):
    grouped = {}
    for verdict in report.verdicts:
        grouped.setdefault(verdict.line_id, []).append(verdict)
    blocks = [Heading(say("h_lines")), _line_table(grouped.values())]
    for verdicts in grouped.values():
        counts = Counter(v.status for v in verdicts)
        if counts[CONFLICT] or counts[FAILED]:
            blocks += _line_section(verdicts, counts, report.laws)
    return blocks


def _line_table(groups):
    """Every control line with its counts, the unchecked ones too."""
    rows = []
    for verdicts in groups:
        counts = Counter(v.status for v in verdicts)
        total = areas(sum(v.overlap_m2 for v in verdicts if v.status == CONFLICT))
        rows.append([verdicts[0].line_name, *(str(counts[s]) for s in _STATUSES), *total.values()])
    header = column("line", *_STATUSES, "overlap_m2", "overlap_ha", "overlap_mu")
    return Table(header, rows, (1, 2, 3, 4, 5, 6, 7, 8), say("table_lines"))


def _line_section(verdicts, counts, laws):
    hits = sorted((v for v in verdicts if v.status == CONFLICT), key=lambda v: -v.overlap_m2)
    cited = "；".join(dict.fromkeys(v.law for v in hits or verdicts))
    title = say("table_line", line=verdicts[0].line_name, **{s: counts[s] for s in _STATUSES})
    blocks = [Heading(title, 2), Paragraph(say("line_law", law=cited)), *_law_gists(cited, laws)]
    rows = [
        [
            v.project_key,
            effect(v.effect),
            *areas(v.overlap_m2).values(),
            decimals(v.share_pct),
            str(v.pieces),
            str(v.slivers),
        ]
        for v in hits[:_ROWS_PER_LINE]
    ]
    if rows:
        header = column("key", "effect", "overlap_m2", "overlap_ha", "overlap_mu", "share", "pieces", "slivers")
        blocks.append(Table(header, rows, (2, 3, 4, 5, 6, 7)))
    if len(hits) > _ROWS_PER_LINE:
        blocks.append(Paragraph(say("line_more", shown=_ROWS_PER_LINE, count=len(hits))))
    failed = list(dict.fromkeys(v.reason for v in verdicts if v.status == FAILED))
    return blocks + [Paragraph(f"{words()['status']['failed']}：{reason}", bold=True) for reason in failed]


def _law_gists(cited, laws):
    """What the cited articles say, as far as it is recorded in Chinese (a note in English is for the keepers of
    the rules).
    """
    parts = set(cited.split("；"))
    told = {
        law.cite(): law.says
        for law in laws
        if law.says and law.cite() in parts and not re.search("[A-Za-z]{3}", law.says)
    }
    return [Paragraph(say("law_gist", law=law, says=says)) for law, says in told.items()]


def _maps(report):
    if not report.maps:
        return [Heading(say("h_maps")), Paragraph(say("maps_none"))]
    shown = sum(bool(m.project_key) for m in report.maps)
    limit = say("maps_limit", limit=report.map_limit, count=len(report.conflicting_keys()), shown=shown)
    pictures = [Picture(m.png, m.caption, m.width_mm) for m in report.maps]
    return [Heading(say("h_maps")), Paragraph(limit), *pictures]


def _notes(report):
    blocks = _unchecked(report)
    slivers = [f for f in report.findings if f.is_sliver]
    if slivers:
        blocks.append(
            Paragraph(say("notes_slivers", count=len(slivers), m2=decimals(sum(f.overlap_m2 for f in slivers))))
        )
    if report.repairs:
        worst = sorted(report.repairs, key=lambda r: -abs(r.change_m2))[:_REPAIRS_SHOWN]
        rows = [
            [
                r.layer,
                str(r.fid),
                r.reason.split("[")[0],
                *map(decimals, (r.area_before_m2, r.area_after_m2, r.change_m2)),
            ]
            for r in worst
        ]
        header = column("layer", "fid", "why", "before", "after", "change")
        blocks += [Paragraph(say("notes_repairs", count=len(report.repairs))), Table(header, rows, (1, 3, 4, 5))]
    if report.skipped:
        blocks.append(Paragraph(say("notes_skipped", count=len(report.skipped))))
    if report.remarks:
        remarks = [f"{n}. {r.layer + '：' if r.layer else ''}{r.text('zh')}" for n, r in enumerate(report.remarks, 1)]
        blocks += [Paragraph(say("notes_remarks")), *map(Paragraph, remarks)]
    return [Heading(say("h_notes")), *(blocks or [Paragraph(say("notes_none"))])]
