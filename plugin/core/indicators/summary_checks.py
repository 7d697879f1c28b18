"""Whether what counties report is complete and plausible: questions, one a cell, the most particular first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Optional

import numpy as np

from ..days import day_of
from ..land.types import Array
from .summary_model import Doubt, Edition, Question, Reported, SummaryRules
from .summary_table import Table, city_of

_MAD = 1.4826  # of the median of deviations: the standard deviation of what is normally spread


@dataclass
class _Against:
    """A year against the one before, by cells: logarithm of the ratio, how far it lies from the median of the
    indicator, and that in robust standard deviations; not-a-number where one of the two is not above zero."""

    off: Array
    z: Array
    before: Optional[Array] = None


@dataclass
class _Found:
    """Questions by cell: the first one asked stays."""

    questions: dict[tuple[str, str], Question] = field(default_factory=dict)

    def ask(self, question: Question) -> None:
        self.questions.setdefault((question.division, question.indicator), question)


def questions(table: Table, edition: Edition, rules: SummaryRules, today: date) -> list[Question]:
    """All Questions about a year, in order of divisions and indicators."""
    found, year = _Found(), edition.year
    for part in (_completeness, _cells):
        for question in part(table, edition, rules):
            found.ask(question)
    values = table.of_year(year)
    if values is not None:
        against = _against(values, table.of_year(year - 1), rules)
        absent = {d for d, i in found.questions if not i}
        for question in _plausibility(table, values, against, rules, year):
            if question.division not in absent:
                found.ask(question)
        for question in _sums(table, values, found, rules, year):
            found.ask(question)
    for question in _formalities(table, edition, rules, today):
        found.ask(question)
    order = {name: n for n, name in enumerate(table.indicators)}
    return sorted(found.questions.values(), key=lambda q: (q.division, order.get(q.indicator, -1)))


def _completeness(table: Table, edition: Edition, rules: SummaryRules) -> Iterator[Question]:
    year = edition.year
    values = table.of_year(year)
    sent = {division for division, _, of in table.cells if of == year}
    for row, division in enumerate(table.divisions):
        if values is None or division not in sent:
            yield Question(division, "", year, Doubt.NO_TABLE, {"year": year})
            continue
        for column in np.flatnonzero(np.isnan(values[row])):
            name = table.indicators[column]
            cell = table.cells.get((division, name, year))
            if cell is not None and cell.bad:
                yield Question(division, name, year, Doubt.UNREADABLE, {"value": cell.bad})
            else:
                why = cell.reason if cell is not None and cell.reason else "—"
                yield Question(division, name, year, Doubt.MISSING, {"reason": why})


def _cells(table: Table, edition: Edition, rules: SummaryRules) -> Iterator[Question]:
    """What a single cell shows: reported twice, negative, a share above all, another unit."""
    for before, after in table.doubled:
        if after.year == edition.year:
            params = {"one": _shown(before.value), "other": _shown(after.value), "origins": _origins(before, after)}
            yield Question(after.division, after.indicator, after.year, Doubt.TWICE, params)
    for (division, name, year), cell in table.cells.items():
        if year != edition.year or cell.value is None:
            continue
        unit = table.units.get(name, "")
        if cell.value < 0 and name not in rules.may_be_negative:
            yield Question(division, name, year, Doubt.NEGATIVE, {"value": _shown(cell.value)})
        elif unit in rules.share_units and cell.value > 100:
            yield Question(division, name, year, Doubt.OVER_100, {"value": _shown(cell.value)})
        elif cell.unit and cell.unit != unit:
            yield Question(division, name, year, Doubt.UNIT, {"unit": cell.unit, "usual": unit})


def _origins(*cells: Reported) -> str:
    return "、".join(dict.fromkeys(f"{cell.origin} {cell.row}".strip() for cell in cells))


def _shown(value: Optional[float]) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"


def _against(values: Array, before: Optional[Array], rules: SummaryRules) -> _Against:
    if before is None:
        nothing = np.full_like(values, np.nan)
        return _Against(nothing, nothing, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((values > 0) & (before > 0), np.log(values / before), np.nan)
    off, z = np.full_like(ratio, np.nan), np.full_like(ratio, np.nan)
    for column in range(ratio.shape[1]):
        known = ratio[~np.isnan(ratio[:, column]), column]
        if len(known) < 5:
            continue
        middle = np.median(known)
        spread = max(float(np.median(np.abs(known - middle))) * _MAD, rules.spread_least)
        off[:, column] = ratio[:, column] - middle
        z[:, column] = off[:, column] / spread
    return _Against(off, z, before)


def _plausibility(table: Table, values: Array, against: _Against, rules: SummaryRules, year: int) -> Iterator[Question]:
    yield from _copied(table, values, against, rules, year)
    if against.before is not None:
        yield from _slips(table, values, against, rules, year)
        yield from _jumps(table, values, against, rules, year)
        yield from _unchanged(table, values, against.before, rules, year)


def _slips(table: Table, values: Array, against: _Against, rules: SummaryRules, year: int) -> Iterator[Question]:
    before: Any = against.before
    factors = _factors(rules)
    for row, column in zip(*np.nonzero(np.abs(against.z) > rules.jump_z)):
        off = against.off[row, column]
        factor = min(factors, key=lambda f: abs(off - np.log(f)))
        if abs(off - np.log(factor)) <= rules.slip_tolerance:
            params = {
                "value": _shown(values[row, column]), "before": _shown(before[row, column]),
                "factor": _factor(factor),
            }  # fmt: skip
            yield Question(table.divisions[row], table.indicators[column], year, Doubt.SLIP, params)


def _jumps(table: Table, values: Array, against: _Against, rules: SummaryRules, year: int) -> Iterator[Question]:
    before: Any = against.before
    far = (np.abs(against.z) > rules.jump_z) & (np.abs(against.off) > np.log1p(rules.jump_least))
    for row, column in zip(*np.nonzero(far)):
        params = {
            "value": _shown(values[row, column]), "before": _shown(before[row, column]),
            "z": f"{abs(against.z[row, column]):.1f}",
        }  # fmt: skip
        yield Question(table.divisions[row], table.indicators[column], year, Doubt.JUMP, params)
    usual = np.nanmean(np.where(np.isnan(values), np.nan, values == 0), axis=0) < 0.1 if len(values) else []
    for row, column in zip(*np.nonzero((values == 0) & (before > 0))):
        if usual[column]:
            params = {"before": _shown(before[row, column])}
            yield Question(table.divisions[row], table.indicators[column], year, Doubt.ZERO, params)


def _unchanged(table: Table, values: Array, before: Array, rules: SummaryRules, year: int) -> Iterator[Question]:
    """A table that says the same as last year's where the tables of others changed."""
    both = ~np.isnan(values) & ~np.isnan(before) & (values != 0)
    same = both & (values == before)
    counts, sames = both.sum(axis=1), same.sum(axis=1)
    shares = sames / np.maximum(counts, 1)
    if np.median(shares) >= rules.unchanged_share / 2:  # nobody's numbers change from year to year
        return
    for row in np.flatnonzero((shares >= rules.unchanged_share) & (counts >= rules.unchanged_least)):
        params = {"count": int(sames[row]), "all": int(counts[row]), "year": year - 1}
        yield Question(table.divisions[row], "", year, Doubt.UNCHANGED, params)


def _copied(table: Table, values: Array, against: _Against, rules: SummaryRules, year: int) -> Iterator[Question]:
    """Equal numbers with many digits in several indicators of two divisions: the one whose numbers moved is asked."""
    pairs: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for column in range(values.shape[1]):
        rows = np.flatnonzero(_telling(values[:, column], rules.copied_digits))
        groups: defaultdict[float, list[int]] = defaultdict(list)
        for row in rows.tolist():
            groups[values[row, column]].append(row)
        for equal in groups.values():
            for n, one in enumerate(equal[:10]):
                for other in equal[n + 1 : 10]:
                    pairs[one, other].append(column)
    for (one, other), columns in pairs.items():
        if len(columns) < rules.copied_least:
            continue
        for row, source in _suspects(one, other, columns, against):
            params = {"other": table.divisions[source], "count": len(columns)}
            for column in columns:
                yield Question(table.divisions[row], table.indicators[column], year, Doubt.COPIED, params)


def _suspects(one: int, other: int, columns: list[int], against: _Against) -> list[tuple[int, int]]:
    """(who is asked, whose numbers they are): the one that moved further from its own year before; both where nobody
    can tell."""
    moved = [np.nansum(np.abs(against.off[row, columns])) for row in (one, other)]
    if moved[0] == moved[1]:
        return [(one, other), (other, one)]
    return [(one, other)] if moved[0] > moved[1] else [(other, one)]


def _telling(values: Array, digits: int) -> Array:
    """Whether a number has so many digits that two counties do not have it by chance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    rounded = np.round(values / 10.0**size, digits - 2) * 10.0**size
    return np.isfinite(values) & (values != 0) & (np.abs(values - rounded) > np.abs(values) * 1e-9)


def _sums(table: Table, values: Array, found: _Found, rules: SummaryRules, year: int) -> Iterator[Question]:
    """City values against the sum of their counties; not where a county of the city is asked about already."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for row, division in enumerate(table.divisions):
        members[city_of(division)].append(row)
    for (city, of), reported in table.cities.items():
        if of != year or city not in members:
            continue
        member_values = values[members[city]]
        for column in np.flatnonzero(~np.isnan(reported)):
            name = table.indicators[column]
            if table.units.get(name, "") not in rules.additive_units or np.isnan(member_values[:, column]).any():
                continue
            if any((table.divisions[row], asked) in found.questions for row in members[city] for asked in (name, "")):
                continue
            total = float(member_values[:, column].sum())
            if abs(total - reported[column]) > max(abs(total), abs(reported[column])) * rules.sum_tolerance:
                params = {"value": _shown(float(reported[column])), "sum": _shown(total), "count": len(member_values)}
                slip = _slip_in(member_values[:, column], float(reported[column]), rules)
                if slip is None:
                    yield Question(table.city_codes[city], name, year, Doubt.SUM, params)
                else:
                    division = table.divisions[members[city][slip[0]]]
                    yield Question(division, name, year, Doubt.SLIP_SUM, {**params, "factor": _factor(slip[1])})


def _slip_in(member_values: Array, wanted: float, rules: SummaryRules) -> Optional[tuple[int, float]]:
    """(which county, factor) of the only slip of a unit that makes a city's sum right; None for none or several."""
    rest = member_values.sum() - member_values
    found = [
        (int(n), factor)
        for factor in _factors(rules)
        for n in np.flatnonzero(np.abs(rest + member_values / factor - wanted) <= abs(wanted) * rules.sum_tolerance)
    ]
    return found[0] if len(found) == 1 else None


def _factors(rules: SummaryRules) -> list[float]:
    return [factor**sign for factor in rules.slips for sign in (1, -1)]


def _factor(factor: float) -> str:
    return f"{factor:g}" if factor >= 1 else f"1/{1 / factor:g}"


def _formalities(table: Table, edition: Edition, rules: SummaryRules, today: date) -> Iterator[Question]:
    """Late tables, other editions, old layers: one question a division."""
    by_division: defaultdict[str, list[Reported]] = defaultdict(list)
    for (division, _, year), cell in table.cells.items():
        if year == edition.year:
            by_division[division].append(cell)
    for division, cells in by_division.items():
        editions = {cell.edition for cell in cells if cell.edition} - {edition.set_edition}
        if edition.set_edition and editions:
            params = {"edition": "、".join(sorted(editions)), "wanted": edition.set_edition}
            yield Question(division, "", edition.year, Doubt.EDITION, params)
        days = [cell.layer_date for cell in cells if cell.layer_date is not None]
        if days and (today - min(days)).days > rules.stale_days:
            age = {"day": day_of(min(days)), "days": str((today - min(days)).days)}
            yield Question(division, "", edition.year, Doubt.STALE, age)
        late = [cell.submitted for cell in cells if cell.submitted is not None]
        if edition.deadline is not None and late and max(late) > edition.deadline:
            params = {"day": day_of(max(late)), "deadline": day_of(edition.deadline)}
            yield Question(division, "", edition.year, Doubt.LATE, params)
