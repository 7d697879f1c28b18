"""What the range panel says: headline, rows of its tables, slope and roads in words."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from ...bridge.i18n import tr
from ...bridge.range.check import PartlyChecked, RangeResult
from ...core.land.remarks import Remark
from ...core.land.rounding import M2_PER_HECTARE, MU_PER_M2
from ...core.messages import language
from ...core.review.findings import Verdict
from ...core.review.report_data import Surroundings
from ...core.review.tiers import Conclusion, conclusion_names, decisive
from ...formats.rules.rule_files import line_title
from ..widgets.conclusions import CONCLUSION_COLOURS
from ..widgets.tables import area_texts

_ORDER = tuple(Conclusion)
_WITHOUT_AREA = (Conclusion.NOT_CHECKED, Conclusion.FAILED)
_REMARKS = 3  # shown above the conclusions
# what every range of a project is told alike, and what the conclusions bear already
_CAN_WAIT = frozenset({"rule_field_absent", "line_several_layers", "crs_4326_as_4490", "range_use_unknown"})
_Row = tuple[list[str], Optional[str]]


def conclusion_text(conclusion: Conclusion) -> str:
    """A conclusion in the user's language."""
    return conclusion_names()[conclusion][language()]


def sorted_verdicts(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What decides first, larger areas before smaller ones."""
    return sorted(verdicts, key=lambda v: (_ORDER.index(v.conclusion), -v.overlap_m2))


def headline(verdicts: Iterable[Verdict]) -> str:
    """How many lines stand behind each conclusion, the one that decides first."""
    counts = Counter(v.conclusion for v in verdicts)
    ordered = sorted(
        filter(counts.__getitem__, Conclusion), key=lambda c: c == Conclusion.CLEAR
    )  # clear is never first
    return "　".join(f"{counts[c]} {conclusion_text(c)}" for c in ordered)


def area_line(result: RangeResult) -> str:
    """The range's area in three units."""
    return tr("Range {0} m² = {1} ha = {2} mu").format(*area_texts(result.project_m2))


def first_remarks(remarks: Sequence[Remark]) -> list[str]:
    """What must be read with the conclusions, some of it where it is much; the rest stands on a page of its own."""
    texts = [remark.text() for remark in remarks]
    urgent = [remark.text() for remark in remarks if remark.code not in _CAN_WAIT][:_REMARKS]
    rest = len(texts) - len(urgent)
    return [*urgent, tr("{0} more remark(s): see the page Remarks").format(rest)] if rest else urgent


def verdict_row(verdict: Verdict, is_at_most: bool = False) -> _Row:
    """Line, conclusion, m², ha, mu, share in per cent; the colour of the conclusion.

    `is_at_most`: the numbers are upper limits and marked so.
    """
    conclusion = verdict.conclusion
    numbers = [*area_texts(verdict.overlap_m2), f"{verdict.share_pct:.2f}"]
    if conclusion in _WITHOUT_AREA and not verdict.overlap_m2:
        numbers = [""] * len(numbers)
    elif is_at_most:
        numbers = _upper_limits(verdict)
    return [line_title(verdict.line_name), conclusion_text(conclusion), *numbers], CONCLUSION_COLOURS[conclusion]


def _upper_limits(verdict: Verdict) -> list[str]:
    """m², ha, mu, share of what is at most so large: rounded upwards and short, so that names are not cut off."""
    m2 = verdict.overlap_m2
    values = ((m2, 0), (m2 / M2_PER_HECTARE, 2), (m2 * MU_PER_M2, 1), (verdict.share_pct, 1))
    return [f"≤ {math.ceil(value * 10**places - 1e-6) / 10**places:,.{places}f}" for value, places in values]


def pending_row(line_name: str) -> _Row:
    """A line that is still read: nothing is known of it."""
    return [line_title(line_name), tr("Being read"), *[""] * 4], CONCLUSION_COLOURS[Conclusion.NOT_CHECKED]


def partly_row(verdict: Verdict) -> _Row:
    """As `verdict_row` while other lines are read: short numbers, so that the longer conclusions of those have room."""
    row, colour = verdict_row(verdict)
    return [*row[:2], *(_short_numbers(verdict) if any(row[2:]) else row[2:])], colour


def provisional_row(verdict: Verdict) -> _Row:
    """A line as its spatial index shows it: no row confirms it, so it does not bear the colour of its conclusion."""
    mark = tr("{0} (not verified)").format(conclusion_text(verdict.conclusion))
    return [line_title(verdict.line_name), mark, *_short_numbers(verdict)], CONCLUSION_COLOURS[Conclusion.NOT_CHECKED]


def _short_numbers(verdict: Verdict) -> list[str]:
    m2 = verdict.overlap_m2
    values = ((m2, 0), (m2 / M2_PER_HECTARE, 2), (m2 * MU_PER_M2, 1), (verdict.share_pct, 1))
    return [f"{value:,.{places}f}" for value, places in values]


def unseen_row(line_name: str) -> _Row:
    """A line of which the spatial index shows nothing: that alone does not make it clear."""
    return [line_title(line_name), tr("Being verified"), *[""] * 4], CONCLUSION_COLOURS[Conclusion.NOT_CHECKED]


def partly_headline(known: PartlyChecked) -> str:
    """How many lines wait for what, then what holds of the others."""
    waits = [
        (tr("{0} shown by the index, not verified"), len(known.provisional)),
        (tr("{0} being verified"), len(known.unseen)),
        (tr("{0} being read"), len(known.pending)),
    ]
    return "　".join([*(text.format(count) for text, count in waits if count), headline(known.verdicts)]).strip()


def partly_summary(known: PartlyChecked) -> str:
    """How many lines are checked, and what the others are worth."""
    waiting = len(known.provisional) + len(known.unseen) + len(known.pending)
    text = tr("{0} of {1} control lines checked").format(len(known.verdicts), len(known.verdicts) + waiting)
    if not known.provisional and not known.unseen:
        return text
    return text + "\n" + tr("Indexes may lack land: nothing is clear until its rows are verified.")


def partly_decisive(verdicts: Iterable[Verdict]) -> Conclusion:
    """What is certain of a range whatever the lines say that are still read: never that it is clear."""
    found = decisive(v.conclusion for v in verdicts)
    return found if found in (Conclusion.PROHIBITED, Conclusion.CONDITIONAL) else Conclusion.NOT_CHECKED


def verdict_detail(verdict: Verdict) -> str:
    """What stands behind a verdict: condition, reason, slivers, law."""
    slivers = tr("{0} piece(s) below the tolerance, {1} m² together").format(
        verdict.slivers, f"{verdict.sliver_m2:,.2f}"
    )
    texts = (verdict.condition, verdict.reason, slivers if verdict.slivers else "", verdict.law)
    return "\n".join(text for text in texts if text)


def land_use_rows(result: RangeResult) -> list[_Row]:
    """Code, name, m², ha, mu, share of every land-use class."""
    return [([r.code, r.name, *area_texts(r.area_m2), f"{r.share_pct:.2f}"], None) for r in result.landuse]


def nearest_rows(result: RangeResult) -> list[_Row]:
    """Nearest features of lines with a distance rule, then the nearest roads."""
    rows = [[line_title(r.line_name), f"{r.distance_m:,.2f}", f"{r.required_m:g}"] for r in result.nearest]
    return [(row, None) for row in rows + road_rows(result.surroundings)]


def slope_text(land: Optional[Surroundings]) -> str:
    """The slope of a range's surroundings in words."""
    if land is None:
        return ""
    if land.slope is None:
        return tr("Slope: not evaluated ({0})").format(_why(land.slope_why))
    percent = 100 * math.tan(math.radians(land.slope.mean))
    values = (f"{land.slope.mean:.1f}", f"{percent:.1f}", f"{land.slope.steepest:.1f}")
    return "\n".join(filter(None, [tr("Slope: mean {0}° ({1} %), steepest {2}°").format(*values), land.slope.note]))


def _why(remark: Any) -> str:
    """A Remark in words."""
    return str(remark.text())


def road_rows(land: Optional[Surroundings]) -> list[list[str]]:
    """Rows of the distance table with the nearest roads."""
    if land is None:
        return []
    if not land.roads:
        return [[tr("Nearest road: not evaluated ({0})").format(_why(land.roads_why)), "—", "—"]]
    return [[tr("Road {0}").format(road.name), f"{road.distance_m:,.2f}", "—"] for road in land.roads]
