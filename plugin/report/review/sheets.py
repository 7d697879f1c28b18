"""The review report as sheets: every verdict, finding, sliver, repair and input, with units."""

from collections.abc import Sequence
from typing import Optional

from ...core.land.rounding import hectares, mu
from ...core.messages import text
from ...core.review.findings import CONFLICT, FAILED, NOT_CHECKED, Finding
from ...core.review.report_data import ReviewReport
from ..blocks.document import Sheet
from .content import surroundings_rows
from .wording import column, effect, say, status, words

_TINTS = {CONFLICT: "F8CBAD", NOT_CHECKED: "EDEDED", FAILED: "FFE699"}


def review_sheets(report: ReviewReport) -> list[Sheet]:
    """Every sheet of a review; those of a range only where they hold anything."""
    sheets = [_overview(report), _verdicts(report)]
    sheets.append(_findings("findings", [f for f in report.findings if not f.is_sliver]))
    sheets.append(_findings("slivers", [f for f in report.findings if f.is_sliver]))
    sheets += [_repairs(report), _skipped(report), _inputs(report), _remarks(report)]
    return sheets + [sheet for sheet in (_landuse(report), _nearest(report), _surroundings(report)) if sheet.rows]


def _landuse(report: ReviewReport) -> Sheet:
    rows = [[r.code, r.name, r.area_m2, hectares(r.area_m2), mu(r.area_m2), r.share_pct] for r in report.landuse]
    return _sheet("landuse", ("code", "landuse", "m2", "ha", "mu", "share"), "text text m2 ha mu pct", rows)


def _nearest(report: ReviewReport) -> Sheet:
    rows = [[r.line_name, r.control_label, r.distance_m, r.required_m] for r in report.nearest]
    return _sheet("nearest", ("line", "label", "distance", "required"), "text text m2 m2", rows)


def _surroundings(report: ReviewReport) -> Sheet:
    return _sheet("surroundings", ("item", "value"), "text long", surroundings_rows(report.surroundings))


def _overview(report: ReviewReport) -> Sheet:
    names = words()["overview"]
    unchecked = dict.fromkeys(v.line_name for v in report.verdicts if v.status == NOT_CHECKED)
    values = {
        "title": report.title or say("title"),
        "created": f"{report.created:%Y-%m-%d %H:%M}",
        "date": f"{report.review_date:%Y-%m-%d}",
        "rules": f"{report.rule_set_name} {report.rule_set_version}",
        "sha": report.rules_sha256,
        "plane": report.plane_name,
        "method": say("method_area"),
        "sliver": report.sliver_area_m2,
        "projects": len(report.projects),
        "conflicts": len(report.conflicting_keys()),
        "findings": sum(not f.is_sliver for f in report.findings),
        "slivers": sum(f.is_sliver for f in report.findings),
        "unchecked": "、".join(unchecked) or names["none"],
        "failed": sum(v.status == FAILED for v in report.verdicts),
        "repairs": len(report.repairs),
        "skipped": len(report.skipped),
        "software": report.software,
        "organisation": report.organisation,
    }
    return _sheet("overview", ("item", "value"), "text long", [[names[key], value] for key, value in values.items()])


def _verdicts(report: ReviewReport) -> Sheet:
    names = {p.key: p.name for p in report.projects}
    rows, tints = [], []
    for v in report.verdicts:
        rows.append(
            [
                v.project_key,
                names.get(v.project_key, ""),
                v.line_id,
                v.line_name,
                status(v.status),
                effect(v.effect),
                v.overlap_m2,
            ]
            + [v.overlap_ha, v.overlap_mu, v.share_pct, v.pieces, v.slivers, v.sliver_m2, v.law, v.reason]
        )
        tints.append(_TINTS.get(v.status))
    keys = "key name line_id line status effect overlap_m2 overlap_ha overlap_mu share pieces".split()
    keys += "slivers sliver_m2 law reason".split()
    return _sheet("verdicts", keys, "text text text text text text m2 ha mu pct int int m2 text text", rows, tints)


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
        + [f.overlap_mu, f.project_m2, f.share_pct, f.law, f.note, f.layer_name, f.layer_date]
        for f in findings
    ]
    keys = "key line_id line rule effect fid label overlap_m2 overlap_ha overlap_mu project_m2 share".split()
    keys += "law note layer layer_date".split()
    return _sheet(name, keys, "text text text text text id text m2 ha mu m2 pct text text text text", rows)


def _repairs(report: ReviewReport) -> Sheet:
    rows = [[r.layer, r.fid, r.reason, r.area_before_m2, r.area_after_m2, r.change_m2] for r in report.repairs]
    return _sheet("repairs", ("layer", "fid", "why", "before", "after", "change"), "text id text m2 m2 m2", rows)


def _skipped(report: ReviewReport) -> Sheet:
    rows = [[s.layer, s.fid, text(s.code, language="zh")] for s in report.skipped]
    return _sheet("skipped", ("layer", "fid", "why"), "text id text", rows)


def _inputs(report: ReviewReport) -> Sheet:
    rows = []
    for i in report.inputs:
        role = words()["role"][i.role]
        rows.append(
            [
                role,
                i.line_name,
                i.name,
                i.source,
                i.crs,
                i.date,
                i.sha256,
                i.feature_count,
                i.used_count,
                i.repaired_count,
            ]
            + [i.skipped_count, i.reason]
        )
    keys = "role line layer source crs date sha count used repaired skipped reason".split()
    return _sheet("inputs", keys, "text text text text text text text int int int int text", rows)


def _remarks(report: ReviewReport) -> Sheet:
    return _sheet("remarks", ("layer", "note"), "text long", [[r.layer, r.text("zh")] for r in report.remarks])


def _sheet(name: str, keys: Sequence[str], formats: str, rows: list, tints: Sequence[Optional[str]] = ()) -> Sheet:
    """One sheet, its name and columns from the wording."""
    return Sheet(words()["sheet"][name], column(*keys), formats.split(), rows, tints)
