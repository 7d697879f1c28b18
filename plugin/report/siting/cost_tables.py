"""Rows of what sites take and cost, and how far they are from what counts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.land.rounding import mu
from ...core.messages import text, translated
from ...core.review.report_data import LandUseRow
from ...core.siting.cost import CostRow, SiteCost
from ..blocks.wording import decimals
from .wording import column, number, say

if TYPE_CHECKING:
    from .content import SitingReport

Rows = list[list[Any]]
YUAN = 10_000  # costs are told in ten thousands


def cost_rows(cost: SiteCost) -> Rows:
    """What a site takes and costs, item by item."""
    rows = []
    for r in cost.rows:
        areas = ["—", "—"] if r.m2 is None else [f"{mu(r.m2):,.2f}", decimals(r.m2)]
        money = ["—", "—"] if r.yuan is None else [number(r.price), number(r.yuan / YUAN)]
        rows.append([r.title, *areas, *money, cost_basis(r) or "—"])
    return rows


def land_rows(land: Sequence[LandUseRow]) -> Rows:
    """Each class of the land of a site and whose it is, the largest first (LandUseRow)."""
    rows = []
    for r in land:
        name = f"{r.code} {r.name}".strip()
        rows.append([name, r.ownership or "—", f"{mu(r.area_m2):,.2f}", decimals(r.area_m2), number(r.share_pct)])
    return rows


def cost_basis(row: CostRow) -> str:
    """How sure a price is, in the chosen language: checked, proposed, or the document that the county's table names;
    why there is no area.
    """
    if row.m2 is None:
        return text("siting_cost_not_evaluated", why=row.why)
    if row.price is None:
        return ""
    if row.confidence.startswith("seen"):
        return text("siting_price_seen")
    known = row.confidence in ("proposal", "memory")
    return text(f"siting_price_{row.confidence}") if known else str(row.confidence)


def access_rows(cost: SiteCost) -> Rows:
    """How far a site is from each thing: metres, minutes, to which place, how it was worked out."""
    rows = []
    for r in cost.access:
        if r.metres is None:
            rows.append([r.title, "—", "—", "—", text("siting_cost_not_evaluated", why=r.why)])
            continue
        metres = say("none_near") if np.isinf(r.metres) else decimals(r.metres)
        how = text("siting_way_roads", note=r.note) if r.minutes is not None else text("siting_way_straight")
        rows.append([r.title, metres, number(r.minutes, 1), r.place or "—", how])
    return rows


def notes(report: "SitingReport") -> list[str]:
    """How prices and distances of the pages of sites came about, each once."""
    rows = [r for cost in report.costs.values() for r in cost.access]
    ways = [say("straight_note")] if any(r.metres is not None and r.minutes is None for r in rows) else []
    ways += [f"{r.title}：{text('siting_way_roads', note=r.note)}" for r in rows if r.minutes is not None]
    ways += [f"{r.title}：{text('siting_cost_not_evaluated', why=r.why)}" for r in rows if r.metres is None]
    costs = [r for cost in report.costs.values() for r in cost.rows]
    ways += [f"{r.title}：{text('siting_cost_not_evaluated', why=r.why)}" for r in costs if r.m2 is None]
    basis = [say("cost_basis", table=report.cost_table)] if report.costs and report.cost_table else []
    return list(dict.fromkeys([*basis, *ways]))


def access_sheet(report: "SitingReport") -> tuple[list[str], str, Rows]:
    """Titles, formats and rows of how far each site is from what counts."""
    rows = []
    for key, cost in report.costs.items():
        for r, shown in zip(cost.access, access_rows(cost)):
            rows.append([key, r.title, _finite(r.metres), _finite(r.minutes), r.place, shown[-1]])
    return column("key", "thing", "metres", "minutes", "place", "way"), "text text m2 m2 text long", rows


def cost_sheet(report: "SitingReport") -> tuple[list[str], str, Rows]:
    """Titles, formats and rows of what each site takes and costs."""
    titles, rows = column("key", "item", "mu", "m2", "price", "yuan", "basis"), []
    for key, cost in report.costs.items():
        for r in [*cost.rows, *cost.unclassified()]:
            yuan = None if r.yuan is None else r.yuan / YUAN
            in_mu = None if r.m2 is None else float(mu(r.m2))
            rows.append([key, translated(r.title), in_mu, r.m2, r.price, yuan, cost_basis(r)])
    return titles, "text text mu m2 m2 m2 text", rows


def _finite(value):
    return float(value) if value is not None and np.isfinite(value) else None
