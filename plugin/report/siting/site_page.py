"""One site on one page: what was concluded, its map, ground and land, constraints, cost, access, score."""

from typing import TYPE_CHECKING

import numpy as np

from ...core.land.rounding import mu
from ...core.messages import translated
from ...core.review.report_data import LandUseRow
from ...core.siting.model import Constraint
from ..blocks.model import Block, Columns, Facts, Heading, Paragraph, Picture, Table
from ..blocks.wording import areas, decimals
from . import cost_tables, tables
from .wording import column, number, say, tier_word

if TYPE_CHECKING:
    from .content import SitingReport

_MAP_SHARE, _COST_SHARE = 0.6, 0.58  # of the width of the page
CONSTRAINTS, COSTS = 9, 13  # rows of a page; the workbook has all
_FACTORS, _LAND, _ACCESS = 8, 5, 5
_LAW_CHARACTERS = 40


def site_page(report: "SitingReport", rank: int, index: int) -> list[Block]:
    """The blocks of one site. What is long by nature (laws, methods) is told once elsewhere in the report."""
    key = report.selection.keys[index]
    return [
        Heading(say("site", rank=rank, key=key), 2, new_page=index != report.sites[0]),
        Facts(_facts(report, index, key)),
        Columns(_map(report, key), [*_profile(report, key), *_access(report, key)], _MAP_SHARE),
        _constraints(report, index),
        Columns(_cost(report, key), [*_land(report, key), *_factors(report, index)], _COST_SHARE),
    ]


def _facts(report: "SitingReport", index: int, key: str) -> list[list[str]]:
    selection = report.selection
    size = [say("fact_area"), say("area_all", **areas(float(selection.areas_m2[index])))]
    if report.criteria.factors:
        score = number(selection.score[index])
        size += [say("fact_score"), say("score", score=score, evaluated=number(selection.evaluated_pct[index]))]
    place = [say("fact_place"), report.places.get(key) or say("place_unknown")]
    name = report.names.get(key)
    return [size, [*place, say("fact_name"), name] if name else place, [say("fact_verdict"), verdict(report, index)]]


def verdict(report: "SitingReport", index: int) -> str:
    """How many constraints of each tier a site meets, and which could not be checked."""
    tiers: dict[str, list[int]] = {}
    unknown = []
    for result in report.selection.constraints:
        word = tier_word(result.constraint.effect) if result.constraint.rule_ids else say("tier_own")
        met, all_of = tiers.setdefault(word, [0, 0])
        known = bool(result.evaluated[index])
        tiers[word] = [met + (known and bool(result.passed[index])), all_of + 1]
        unknown += [] if known else [result.constraint.title]
    if not tiers:
        return say("no_constraints")
    counts = "，".join(say("tier_met", tier=word, met=met, count=count) for word, (met, count) in tiers.items())
    return say("verdict_open", counts=counts, titles="、".join(unknown)) if unknown else say("verdict", counts=counts)


def _map(report: "SitingReport", key: str) -> list[Block]:
    image = report.maps.get(key)
    return [Picture(image.png, image.caption, image.width_mm)] if image else []


def _profile(report: "SitingReport", key: str) -> list[Block]:
    image = report.maps.get(f"profile:{key}")
    if image:
        return [Picture(image.png, image.caption, image.width_mm)]
    why = report.profile_notes.get(key)
    return [Table([say("table_profile")], [[say("profile_none", why=why)]], compact=True)] if why else []


def _land(report: "SitingReport", key: str) -> list[Block]:
    """The land of a site by class and ownership, the largest first; small classes are summed."""
    rows = report.land.get(key, [])
    if not rows:
        return [Table([say("table_site_land")], [[say("land_none")]], compact=True)]
    header = column("class", "mu_short", "m2_short", "ha_short", "share_short")
    shown = [[_class(r), *_sizes(r.area_m2), number(r.share_pct)] for r in rows[:_LAND]]
    rest = rows[_LAND:]
    if rest:
        sizes = _sizes(sum(r.area_m2 for r in rest))
        shown.append([say("land_rest", count=len(rest)), *sizes, number(sum(r.share_pct for r in rest))])
    return [Table(header, shown, (1, 2, 3, 4), say("table_site_land"), compact=True)]


def _class(row: LandUseRow) -> str:
    return "\n".join(part for part in (f"{row.code} {row.name}".strip(), row.ownership) if part)


def _sizes(m2: float) -> list[str]:
    found = areas(float(m2))
    return [found["mu"], found["m2"], found["ha"]]


def _constraints(report: "SitingReport", index: int) -> Table:
    """Those that were not evaluated or not met first."""
    results = report.selection.constraints
    order = sorted(range(len(results)), key=lambda n: bool(results[n].evaluated[index] and results[n].passed[index]))
    rows = tables.verdict_rows(report, index)
    shown = [[*rows[n][:4], _tier(results[n].constraint)] for n in order[:CONSTRAINTS]]
    left = len(order) - CONSTRAINTS
    if left > 0:
        shown.append([say("more_constraints", count=left), "", "", say("met"), ""])
    header = column("criterion", "amount", "demand", "state", "tier")
    return Table(header, shown, (1,), say("table_site_constraints"), compact=True)


def _tier(constraint: Constraint) -> str:
    """The tier of a rule and its first law; the table of the criteria has all."""
    if not constraint.rule_ids:
        return say("tier_own")
    laws = [law for law in constraint.law.split("；") if law]
    first = laws[0] if laws and len(laws[0]) <= _LAW_CHARACTERS else (laws[0][:_LAW_CHARACTERS] + "…" if laws else "")
    more = say("laws_more", count=len(laws)) if len(laws) > 1 else ""
    return " ".join(part for part in (tier_word(constraint.effect), first + more) if part)


def _factors(report: "SitingReport", index: int) -> list[Block]:
    """The factors that weigh most."""
    factors = report.selection.factors
    if not factors:
        return []
    order = sorted(range(len(factors)), key=lambda n: -factors[n].factor.weight)
    rows = tables.part_rows(report.selection, index)
    shown = [rows[n] for n in order[:_FACTORS]]
    left = order[_FACTORS:]
    if left:
        part = float(np.nansum([factors[n].contribution[index] for n in left]))
        weight = sum(factors[n].factor.weight for n in left)
        shown.append([say("more_factors", count=len(left)), "", "", f"{weight:.4f}", number(part)])
    header = column("factor", "raw", "score", "weight", "part")
    return [Table(header, shown, (1, 2, 3, 4), say("table_site_factors"), compact=True)]


def _cost(report: "SitingReport", key: str) -> list[Block]:
    """What a site takes and costs, with the sum."""
    cost = report.costs.get(key)
    if cost is None:
        return [Paragraph(say("cost_none"))]
    rows = [row for row, r in zip(cost_tables.cost_rows(cost), cost.rows) if r.m2 is not None]
    open_ = [r.title for r in cost.rows if r.m2 is None]
    shown = rows[:COSTS]
    if len(rows) > COSTS:
        shown.append([say("more_costs", count=len(rows) - COSTS), "", "", "", "", ""])
    if open_:
        shown.append([say("access_open", titles="、".join(open_)), "—", "—", "—", "—", "—"])
    for r in cost.unclassified():
        m2 = cost.unclassified_m2
        shown.append([translated(r.title, "zh"), f"{mu(m2):,.2f}", decimals(m2), "", "", ""])
    shown.append([say("cost_sum"), "", "", "", decimals(cost.yuan / cost_tables.YUAN), ""])
    caption = say("table_site_cost", table=report.cost_table or "—")
    header = column("item", "mu_short", "m2_short", "price_short", "yuan_short", "basis_short")
    return [Table(header, shown, (1, 2, 3, 4), caption, compact=True)]


def _access(report: "SitingReport", key: str) -> list[Block]:
    """Distances and drives; what was not evaluated in one row."""
    cost = report.costs.get(key)
    if cost is None or not cost.access:
        return []
    known = [(r, r.metres) for r in cost.access if r.metres is not None]
    shown = []
    for r, away in known[:_ACCESS]:
        metres = say("none_near") if np.isinf(away) else decimals(away)
        way = say("along_roads_short" if r.minutes is not None else "straight_short")
        shown.append([f"{r.title}（{way}）", metres, number(r.minutes, 1), r.place or "—"])
    open_ = [r.title for r in cost.access if r.metres is None]
    if open_:
        shown.append([say("access_open", titles="、".join(open_)), "—", "—", "—"])
    header = column("thing", "metres_short", "minutes_short", "place")
    return [Table(header, shown, (1, 2), say("table_site_access"), compact=True)]
