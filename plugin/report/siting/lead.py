"""Why the first site and not the second: what a board asks first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from ...core.siting.lead import FactorLead, Lead, lead_of
from ..blocks.model import Block, Paragraph, Table
from . import tables
from .wording import column, number, say, texts

if TYPE_CHECKING:
    from .content import SitingReport

_NAMED = 3  # factors that a sentence names
_LEVEL = 5e-7  # points below which scores are the same, as in the ranking
_SHOWN = 0.005  # points that two decimals show


def lead_blocks(report: "SitingReport") -> list[Block]:
    """The lead of the first in words and by factor; nothing where there are not two sites with a score."""
    found = lead_of(report.selection)
    if found is None:
        return []
    sentences = [_stated(report, found), *_gains(report, found)]
    sentences += _turns(report, found) if found.is_alike else [say("lead_unlike")]
    sentences += [say("lead_unknown", items="、".join(found.unknown))] if found.unknown else []
    header, rows = _header(report, found), _rows(found)
    shown = [[*row[:1], number(row[1]), *row[2:4], *map(_cell, row[4:])] for row in rows]
    s = report.selection
    ends = [number(s.score[found.first]), number(s.score[found.second]), _signed(found.points)]
    shown.append([say("lead_sum"), "", "", "", *ends, ""])
    table = Table(header, shown, (1, 2, 3, 4, 5, 6, 7), say("table_lead"), compact=True)
    return [Paragraph("".join(sentences), bold=True), table]


def lead_sheet(report: "SitingReport") -> list[tuple[str, list[str], str, tables.Rows]]:
    """(name, titles, formats, rows) of the sheet; none without two sites."""
    found = lead_of(report.selection)
    if found is None:
        return []
    return [(texts()["sheet"]["lead"], _header(report, found), "text m2 text text m2 m2 m2 m2", _rows(found))]


def _header(report: "SitingReport", found: Lead) -> list[str]:
    keys = report.selection.keys
    titles = [f"{keys[i]} {word}" for word in column("raw", "score") for i in (found.first, found.second)]
    return [*column("factor", "weight_pct"), *titles, *column("lead", "turning")]


def _rows(found: Lead) -> tables.Rows:
    """Each factor of both: weight in percent, measured values, scores, points of the lead, the weight in percent at
    which they are level.
    """
    rows: tables.Rows = []
    for row in found.rows:
        r, pair = row.result, (found.first, found.second)
        turning = None if row.turning is None else row.turning * 100
        scores = [_known(float(r.score[i])) for i in pair]
        raws = [tables.raw_text(r, i) for i in pair]
        rows.append([r.factor.title, _counted(found, row), *raws, *scores, _known(row.points), turning])
    return rows


def _known(value: float) -> Optional[float]:
    return value if value == value else None


def _stated(report: "SitingReport", found: Lead) -> str:
    s = report.selection
    keys = {"first": s.keys[found.first], "second": s.keys[found.second], "score": number(s.score[found.first])}
    if abs(found.points) < _LEVEL:
        return say("lead_tied", **keys)
    points = number(found.points) if found.points >= _SHOWN else say("lead_little")
    return say("lead", **keys, other=number(s.score[found.second]), points=points)


def _gains(report: "SitingReport", found: Lead) -> list[str]:
    keys = report.selection.keys
    return [_gain(keys[found.first], found.gains(1)), _gain(keys[found.second], found.gains(-1))]


def _gain(key: str, rows: Sequence[FactorLead]) -> str:
    if not rows:
        return say("lead_no_gain", key=key)
    items = [say("lead_item", title=r.result.factor.title, points=number(abs(r.points))) for r in rows[:_NAMED]]
    return say("lead_gains", key=key, items="、".join(items) + ("等" if len(rows) > _NAMED else ""))


def _turns(report: "SitingReport", found: Lead) -> list[str]:
    """What weights would have to be for the second to come first, the least change first."""
    keys = report.selection.keys
    if abs(found.points) < _LEVEL:
        return []
    rows = [(abs(r.turning - _weight(found, r)), r, r.turning) for r in found.rows if r.turning is not None]
    if not rows:
        return [say("lead_never", first=keys[found.first], second=keys[found.second])]
    items = []
    for _, row, turning in sorted(rows, key=lambda one: one[0])[:_NAMED]:
        shares = {"weight": number(_weight(found, row) * 100, 1), "turning": number(turning * 100, 1)}
        items.append(say("lead_turn", title=row.result.factor.title, **shares))
    return [say("lead_turns", second=keys[found.second], items="、".join(items))]


def _weight(found: Lead, row: FactorLead) -> float:
    """The share of a factor among those that count, 0 to 1."""
    known = [r.result.factor for r in found.rows if r.result.factor.title not in found.unknown]
    return row.result.factor.weight / sum(factor.weight for factor in known)


def _counted(found: Lead, row: FactorLead) -> Optional[float]:
    """That share in percent; none of a factor that counts for neither."""
    return None if row.result.factor.title in found.unknown else _weight(found, row) * 100


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else "—"


def _signed(points: float) -> str:
    return f"{'+' if points > 0 else ''}{number(points)}"
