"""The review report as sheets: conclusion, projects, every verdict, finding, repair and input, with units."""

from collections.abc import Sequence
from typing import Any, Optional

from ...core.days import day_of
from ...core.land.rounding import hectares, mu
from ...core.review.findings import Conclusion, Finding
from ...core.review.report_data import ReviewReport
from ..blocks.document import Sheet
from ..blocks.wording import data_day
from .annex import check_rows
from .opinion import by_project, first_said, headline, sentence
from .projects import surroundings_rows
from .relations import Relations
from .wording import column, effect, say, texts, verified

_MET = (Conclusion.PROHIBITED, Conclusion.CONDITIONAL, Conclusion.CONSULT, Conclusion.NOTICE)
_TINTS = {
    Conclusion.PROHIBITED: "F8CBAD",
    Conclusion.CONDITIONAL: "FCE4D6",
    Conclusion.CONSULT: "DDEBF7",
    Conclusion.FAILED: "FFE699",
    Conclusion.NOT_CHECKED: "EDEDED",
}


def review_sheets(report: ReviewReport) -> list[Sheet]:
    """Every sheet of a review; those of a range only where they hold anything."""
    sheets = [_overview(report), _projects(report), _verdicts(report)]
    sheets.append(_findings("findings", [f for f in report.findings if not f.is_sliver]))
    sheets.append(_findings("slivers", [f for f in report.findings if f.is_sliver]))
    sheets += [_repairs(report), _skipped(report), _inputs(report), _remarks(report)]
    extra = (_composition, _checks, _rules, _landuse, _nearest, _surroundings)
    return sheets + [sheet for sheet in (make(report) for make in extra) if sheet.rows]


def _landuse(report: ReviewReport) -> Sheet:
    rows = [[r.code, r.name, r.area_m2, hectares(r.area_m2), mu(r.area_m2), r.share_pct] for r in report.landuse]
    return _sheet("landuse", ("code", "landuse", "m2", "ha", "mu", "share"), "text text m2 ha mu pct", rows)


def _nearest(report: ReviewReport) -> Sheet:
    rows = [[r.line_name, r.control_label, r.distance_m, r.required_m] for r in report.nearest]
    return _sheet("nearest", ("line", "label", "distance", "required"), "text text m2 m2", rows)


def _surroundings(report: ReviewReport) -> Sheet:
    return _sheet("surroundings", ("item", "value"), "text long", surroundings_rows(report.surroundings))


def _overview(report: ReviewReport) -> Sheet:
    """The conclusion first, then what it rests on."""
    names = texts()["overview"]
    lines: dict[Conclusion, dict[str, None]] = {tier: {} for tier in Conclusion}
    for v in report.verdicts:
        lines[v.conclusion][v.line_name] = None
    values = {
        "title": report.title or say("title"),
        "document_no": report.document_no,
        "organisation": report.organisation,
        "reviewer": report.reviewer,
        "date": day_of(report.review_date),
        "headline": headline(report.summaries()),
        "unchecked": "、".join(lines[Conclusion.NOT_CHECKED]) or names["none"],
        "failed": "、".join(lines[Conclusion.FAILED]) or names["none"],
        "first_said": "\n".join(first_said(report)) or names["none"],
        "projects": len(report.projects),
        "lines": len({v.line_id for v in report.verdicts}),
        "findings": sum(not f.is_sliver for f in report.findings),
        "slivers": sum(f.is_sliver for f in report.findings),
        "repairs": len(report.repairs),
        "skipped": len(report.skipped),
        "rules": f"{report.rule_set_name} {report.rule_set_version}",
        "sha": report.rules_sha256,
        "plane": report.plane_name,
        "method": say("method_area"),
        "sliver": report.sliver_area_m2,
        "created": day_of(report.created),
        "software": report.software,
    }
    return _sheet("overview", ("item", "value"), "text long", [[names[key], value] for key, value in values.items()])


def _projects(report: ReviewReport) -> Sheet:
    """One row a project: who, where, the conclusion and what stands behind it."""
    verdicts, relations, rows, tints = by_project(report.verdicts), Relations(report), [], []
    for info, s in zip(report.projects, report.summaries()):
        counts = [getattr(s, tier.value) for tier in Conclusion]
        met = [v for v in verdicts.get(info.key, ()) if v.conclusion in _MET]
        asked = sentence("；".join(dict.fromkeys(v.condition for v in met if v.condition)))
        who = [info.key, info.name, info.applicant, info.use, info.place]
        area = [info.area_m2, hectares(info.area_m2), mu(info.area_m2)]
        rows.append([*who, *area, s.conclusion.word, *counts, "、".join(map(relations.phrase, met)), asked])
        tints.append(_TINTS.get(s.conclusion))
    titles = [*column("key", "name", "applicant", "use", "place", "m2", "ha", "mu", "conclusion")]
    titles += [*(tier.word for tier in Conclusion), *column("situation", "condition")]
    formats = ["text"] * 5 + ["m2", "ha", "mu", "text"] + ["int"] * len(Conclusion) + ["long", "long"]
    return Sheet(texts()["sheet"]["projects"], titles, formats, rows, tints)


def _verdicts(report: ReviewReport) -> Sheet:
    names, relations = {p.key: p.name for p in report.projects}, Relations(report)
    rows: list[list[Any]] = []
    tints = []
    for v in report.verdicts:
        reported, law = (
            (relations.phrase(v), v.law) if v.conclusion in _MET else ("", "")
        )  # all laws: sheet of the rules
        rows.append([v.project_key, names.get(v.project_key, ""), v.line_id, v.line_name, v.conclusion.word, reported])
        rows[-1] += [effect(v.effect), v.overlap_m2, v.overlap_ha, v.overlap_mu, v.share_pct]
        rows[-1] += [v.pieces, v.slivers, v.sliver_m2, law, sentence(v.condition), v.reason]
        tints.append(_TINTS.get(v.conclusion))
    keys = "key name line_id line conclusion situation effect overlap_m2 overlap_ha overlap_mu share pieces".split()
    keys += "slivers sliver_m2 law condition reason".split()
    formats = "text text text text text text text m2 ha mu pct int int m2 long long long"
    return _sheet("verdicts", keys, formats, rows, tints)


def _composition(report: ReviewReport) -> Sheet:
    rows = [
        [key, r.code, r.name, r.ownership, r.owner, r.area_m2, hectares(r.area_m2), mu(r.area_m2), r.share_pct]
        for key, own in report.composition.items()
        for r in own
    ]
    keys = "key code landuse ownership owner m2 ha mu share".split()
    return _sheet("composition", keys, "text text text text text m2 ha mu pct", rows)


def _checks(report: ReviewReport) -> Sheet:
    keys = ("layer", "check_item", "check_state", "found")
    return _sheet("checks", keys, "text text text long", check_rows(report))


def _rules(report: ReviewReport) -> Sheet:
    names = {v.line_id: v.line_name for v in report.verdicts}
    rows = []
    for r in report.rules:
        row = [r.id, names.get(r.line_id, r.line_id), effect(r.tier), r.title, r.condition, r.note, r.law_text()]
        rows.append([*row, verified(r.confidence)])
    keys = ("rule", "line", "effect", "rule_text", "condition", "note", "law", "confidence")
    return _sheet("rules", keys, "text text text long long long long text", rows)


def _findings(name: str, findings: list[Finding]) -> Sheet:
    rows = [
        [
            f.project_key,
            f.line_id,
            f.line_name,
            f.rule_id,
            effect(f.effect),
            f.control_fid,
            f.control_label,
            f.overlap_m2,
            f.overlap_ha,
        ]
        + [f.overlap_mu, f.project_m2, f.share_pct, f.law, f.note, f.layer_name, data_day(f.layer_date)]
        for f in findings
    ]
    keys = "key line_id line rule effect fid label overlap_m2 overlap_ha overlap_mu project_m2 share".split()
    keys += "law note layer layer_date".split()
    return _sheet(name, keys, "text text text text text id text m2 ha mu m2 pct text text text text", rows)


def _repairs(report: ReviewReport) -> Sheet:
    rows = [
        [r.layer, r.fid, r.why("zh") + r.place, r.area_before_m2, r.area_after_m2, r.change_m2] for r in report.repairs
    ]
    return _sheet("repairs", ("layer", "fid", "why", "before", "after", "change"), "text id text m2 m2 m2", rows)


def _skipped(report: ReviewReport) -> Sheet:
    rows = [[s.layer, s.fid, s.why("zh")] for s in report.skipped]
    return _sheet("skipped", ("layer", "fid", "why"), "text id text", rows)


def _inputs(report: ReviewReport) -> Sheet:
    rows = []
    for i in report.inputs:
        role = texts()["role"][i.role]
        rows.append(
            [
                role,
                i.line_name,
                i.name,
                i.source,
                i.crs,
                data_day(i.date),
                i.cache,
                i.sha256,
                i.feature_count,
                i.used_count,
                i.repaired_count,
            ]
            + [i.skipped_count, i.reason]
        )
    keys = "role line layer source crs date cache sha count used repaired skipped reason".split()
    return _sheet("inputs", keys, "text text text long text text text text int int int int long", rows)


def _remarks(report: ReviewReport) -> Sheet:
    return _sheet("remarks", ("layer", "note"), "text long", [[r.layer, r.text("zh")] for r in report.remarks])


def _sheet(name: str, keys: Sequence[str], formats: str, rows: list, tints: Sequence[Optional[str]] = ()) -> Sheet:
    """One sheet, its name and columns from the wording."""
    return Sheet(texts()["sheet"][name], column(*keys), formats.split(), rows, tints)
