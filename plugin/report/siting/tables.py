"""Rows of the siting report's tables and sheets."""

from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from ...core.land.rounding import mu, plain
from ...core.messages import translated
from ...core.siting.model import Constraint, Criteria
from ...core.siting.results import FactorResult, measure_of
from ...core.siting.selection import Selection
from ...core.siting.topsis import Topsis
from ..blocks.wording import data_day, file_name
from .cost_tables import access_sheet, cost_sheet
from .wording import column, number, say, texts, tier_word, unit, value_text

if TYPE_CHECKING:
    from .content import SitingReport

Rows = list[list[Any]]


def _checked(row, source):
    """已核对 where the criterion and every law it cites were seen in a public text."""
    seen = row.confidence.startswith("seen") and texts()["unverified"] not in source
    return texts()["seen"] if seen else texts()["unverified"]


def demand(c: Constraint) -> str:
    """What a constraint asks, in a few words."""
    kind = texts()["kinds"][c.kind]
    if c.kind in ("min_distance", "max_distance"):
        return f"{kind} {plain(c.distance_m)} {unit('m')}"
    if c.kind == "attribute":
        return f"{kind} {c.expression}"
    bounds = [
        f"{sign} {plain(bound, grouped=True)}" for sign, bound in (("≥", c.low), ("≤", c.high)) if bound is not None
    ]
    known = {"slope": "degree", "area": "m2"}.get(c.kind, "")
    return " ".join([kind, *bounds, unit(c.unit or known)]).strip()


def constraint_rows(criteria: Criteria) -> Rows:
    rows = []
    for n, c in enumerate(criteria.constraints, 1):
        source = criteria.cite(c)
        rows.append([str(n), c.title, f"{demand(c)}（{measure_of(c, 'zh')}）", source or "—", _checked(c, source)])
    return rows


def factor_rows(criteria: Criteria) -> Rows:
    rows = []
    for n, f in enumerate(criteria.factors, 1):
        title = " / ".join([*(p for p in f.path if p), f.title])
        source = criteria.cite(f)
        how = value_text(f.value, unit(f.unit))
        rows.append(
            [
                str(n),
                title,
                texts()["factor_kinds"].get(f.kind) or texts()["kinds"][f.kind],
                f"{f.weight:.4f}",
                how,
                source or "—",
                _checked(f, source),
            ]
        )
    return rows


def input_rows(report: "SitingReport") -> Rows:
    return [[i.line_name or i.name, file_name(i.source), i.crs, data_day(i.date), i.sha256[:12]] for i in report.inputs]


def removal_rows(selection: Selection) -> Rows:
    """What each constraint takes, in mu."""
    rows = []
    for r in selection.removals:
        state = say("evaluated_state") + (f"，{r.note}" if r.note else "")
        state = state if r.evaluated else say("not_evaluated", why=r.why)
        areas = [f"{mu(v):,.2f}" if r.evaluated else "—" for v in (r.alone_m2, r.removed_m2, r.remaining_m2)]
        rows.append([r.title, *areas, state])
    return rows


def rejected_rows(report: "SitingReport") -> Rows:
    """(key, name, m2, reasons) of the rejected, the largest first; none for a search."""
    s = report.selection
    if report.searched:
        return []
    out = np.flatnonzero(~s.kept)
    out = out[np.argsort(-s.areas_m2[out], kind="stable")]
    return [[s.keys[i], report.names.get(s.keys[i], ""), float(s.areas_m2[i]), "；".join(s.reasons(i))] for i in out]


def site_rows(report: "SitingReport", as_text: bool = False) -> Rows:
    """rank, key, name, mu, m2, score, evaluated, first, top5 of the sites, best first."""
    s, firm = report.selection, report.selection.sensitivity
    rows = []
    for rank, i in zip(s.ranks().tolist(), report.sites if as_text else s.order):
        values: list[Optional[float]] = [
            float(mu(s.areas_m2[i])),
            float(s.areas_m2[i]),
            float(s.score[i]),
            float(s.evaluated_pct[i]),
        ]
        values += [float(firm.first_pct[i]), float(firm.top5_pct[i])] if firm else [None, None]
        head = [rank, s.keys[i], report.names.get(s.keys[i], "")]
        rows.append([str(rank), *head[1:], *map(number, values)] if as_text else [*head, *map(_finite, values)])
    return rows


def _finite(value):
    return float(value) if value is not None and np.isfinite(value) else None


def verdict_rows(report: "SitingReport", index: int) -> Rows:
    """Each constraint against one site: measured, demanded, met or not."""
    rows = []
    for r in report.selection.constraints:
        state = say("met") if r.passed[index] else say("unmet")
        state = state if r.evaluated[index] else say("not_evaluated", why=r.why)
        rows.append([r.constraint.title, _amount(r, index), demand(r.constraint), state, _tier(r.constraint)])
    return rows


def _tier(constraint):
    """How strict the rule is that a constraint comes from, and its law; "—" for a demand of the user's own."""
    if not constraint.rule_ids:
        return "—"
    return " ".join(part for part in (tier_word(constraint.effect), constraint.law) if part)


def _amount(result, index):
    """What was measured, with its unit."""
    c, value = result.constraint, result.amount[index]
    if c.kind == "attribute" and not np.isnan(value):
        return say("yes") if value else say("no")
    if np.isinf(value):
        return say("none_near")
    return "—" if np.isnan(value) else f"{number(value)} {_unit(c)}".strip()


def _unit(constraint):
    """Unit of what is measured for a constraint."""
    own = constraint.unit or ("degree" if constraint.kind == "slope" else "")
    return unit(texts()["measured"].get(constraint.kind, own))


def part_rows(selection: Selection, index: int) -> Rows:
    """Each factor of one site: raw value, score, weight, contribution."""
    rows = []
    for r in selection.factors:
        raw = raw_text(r, index)
        known = not np.isnan(r.score[index])
        score, part = (number(r.score[index]), number(r.contribution[index])) if known else (say("not_scored"), "—")
        rows.append([r.factor.title, raw, score, f"{r.factor.weight:.4f}", part])
    return rows


def raw_text(result: FactorResult, index: int) -> str:
    """What was measured for a factor, with its unit."""
    value = result.raw[index]
    if result.factor.kind == "class":
        return value or "—"
    if np.isinf(value):
        return say("none_near")
    return "—" if np.isnan(value) else f"{number(value)} {unit(result.factor.unit)}".strip()


def firm_rows(report: "SitingReport") -> Rows:
    s = report.selection
    return [
        [str(rank), s.keys[i], number(s.sensitivity.first_pct[i]), number(s.sensitivity.top5_pct[i])]
        for rank, i in zip(s.ranks().tolist(), report.sites)
    ]


def topsis_rows(report: "SitingReport", found: Topsis) -> Rows:
    """Rank by the weighted sum and by TOPSIS of each site that the report tells of."""
    s, rows = report.selection, []
    own_ranks = s.ranks().tolist()
    for n, i in enumerate(report.sites):
        rank = str(found.rank[n]) if found.rank[n] else "—"
        rows.append([str(own_ranks[n]), s.keys[i], number(s.score[i]), number(found.closeness[n], 4), rank])
    return rows


def shift_rows(report: "SitingReport") -> Rows:
    s = report.selection
    return [[x.factor.title, f"{x.change:+.0%}", s.keys[x.winner], str(x.kept_first)] for x in s.sensitivity.shifts]


def open_rows(report: "SitingReport") -> list[str]:
    """Which criteria could not be evaluated of how many of the sites that the report tells of, in one sentence."""
    s, sites = report.selection, report.sites
    masks = [(r.constraint.title, ~r.evaluated[sites]) for r in s.constraints]
    masks += [(r.factor.title, ~r.is_complete()[sites]) for r in s.factors]
    named = [say("open_item", title=title, count=int(mask.sum())) for title, mask in masks if mask.any()]
    return [say("open_items", items="、".join(named), sites=len(sites))] if named else [say("open_none")]


def unknown(report: "SitingReport") -> list[str]:
    """What could not be evaluated of the sites that the report tells of."""
    return [text for i in report.sites for text in report.selection.not_evaluated(i)]


def _if(known, *values):
    return values if known else [None] * len(values)


def _measure_title(criterion, word, unit_text):
    """Title of a column of measured values, with their unit."""
    title = f"{criterion.title} {texts()['col'][word]}"
    return f"{title}（{unit_text}）" if unit_text else title


def point_rows(report: "SitingReport") -> Rows:
    return [
        [key, *point]
        for i in report.sites
        for key in [report.selection.keys[i]]
        for point in report.points.get(key, ())
    ]


def sheets(report: "SitingReport") -> list[tuple]:
    """(name, titles, formats, rows) of every sheet."""
    names, s, c = texts()["sheet"], report.selection, report.criteria
    made = [(names["sites"], *_site_sheet(report))]
    rejected = rejected_rows(report)
    if rejected:
        made.append((names["rejected"], column("key", "name", "m2", "reasons"), "text text m2 long", rejected))
    made.append((names["removals"], *_removal_sheet(s)))
    if report.costs:
        made.append((names["cost"], *cost_sheet(report)))
        made.append((names["access"], *access_sheet(report)))
    head = column("no", "criterion", "demand", "source", "confidence")
    made.append((names["criteria"], head, "text text text long text", constraint_rows(c)))
    head = column("no", "factor", "kind", "weight", "how", "source", "confidence")
    made.append((names["factors"], head, "text text text text long long text", factor_rows(c)))
    if s.sensitivity is not None:
        made.append(
            (
                names["firm"],
                column("factor", "change", "winner", "kept_first"),
                "text text text text",
                shift_rows(report),
            )
        )
    made.append(
        (names["points"], column("key", "point", "ring", "x", "y"), "text text text text text", point_rows(report))
    )
    made.append(
        (names["inputs"], column("layer", "file", "crs", "date", "sha"), "text text text text text", input_rows(report))
    )
    notes = [[r.text("zh")] for r in (*s.remarks, *report.remarks)] + [[translated(note)] for note in report.cost_notes]
    return [*made, (names["notes"], column("note"), "long", notes)]


def _site_sheet(report):
    """Titles, formats and rows of all sites, with a column for every constraint and three for every factor."""
    s = report.selection
    titles = column("rank", "key", "name", "mu", "m2", "score", "evaluated", "first", "top5")
    formats, rows = "int text text mu m2 m2 m2 m2 m2", site_rows(report)
    for r in s.constraints:
        titles.append(_measure_title(r.constraint, "amount", _unit(r.constraint)))
        formats += " General"
        for row, i in zip(rows, s.order):
            row.append(_finite(r.amount[i]))
    for r in s.factors:
        scored = [f"{r.factor.title} {t}" for t in column("score", "part")]
        titles += [_measure_title(r.factor, "raw", unit(r.factor.unit)), *scored]
        formats += " text m2 m2" if r.factor.kind == "class" else " General m2 m2"
        for row, i in zip(rows, s.order):
            raw = (r.raw[i] or "") if r.factor.kind == "class" else _finite(r.raw[i])
            row += [raw, *_if(not np.isnan(r.score[i]), _finite(r.score[i]), _finite(r.contribution[i]))]
    return titles, formats, rows


def _removal_sheet(selection):
    states = [row[-1] for row in removal_rows(selection)]
    rows = [
        [r.title, *_if(r.evaluated, r.alone_m2, r.removed_m2, r.remaining_m2), t]
        for r, t in zip(selection.removals, states)
    ]
    return column("criterion", "alone", "removed", "remaining", "state"), "text m2 m2 m2 text", rows
