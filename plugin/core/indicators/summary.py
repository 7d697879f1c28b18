"""The upward summary: what counties reported, questions back, totals, ranks, and the frozen edition with its hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Optional

import numpy as np

from ..errors import InputError
from ..json_files import read_json_object
from ..land.types import Array
from .summary_checks import questions
from .summary_model import Edition, Question, Reported, Revision, SummaryRules, Total
from .summary_table import Table, city_of, make_table

_FORMAT = "onemap-summary-1"
_LARGEST = 64_000_000


@dataclass
class Summary:
    """What a run came to; `ranks`: {indicator: divisions from the highest value down}."""

    edition: Edition
    table: Table
    questions: list[Question]
    totals: list[Total]
    ranks: dict[str, list[str]]
    revisions: list[Revision] = field(default_factory=list)

    def state(self, division: str) -> str:
        """How a division stands: "missing", "asked" or "complete"."""
        own_questions = [q for q in self.questions if q.division == division]
        if any(q.doubt.value == "no_table" for q in own_questions):
            return "missing"
        return "asked" if own_questions else "complete"

    def value(self, division: str, indicator: str, year: int = 0) -> Optional[float]:
        """A reported value of the edition's year or another; None where there is none."""
        cell = self.table.cells.get((division, indicator, year or self.edition.year))
        return None if cell is None else cell.value


def summarise(
    rows: Iterable[Reported], edition: Edition, rules: SummaryRules, today: date, weight: str = ""
) -> Summary:
    """Collect, check and add up; `weight`: the indicator that weighs means, "" for none."""
    table = make_table(rows, edition)
    asked = questions(table, edition, rules, today)
    totals = list(_totals(table, edition, rules, weight))
    return Summary(edition, table, asked, totals, _ranks(table, edition.year))


def _totals(table: Table, edition: Edition, rules: SummaryRules, weight: str) -> Iterable[Total]:
    values = table.of_year(edition.year)
    if values is None:
        return
    areas: dict[str, list[int]] = {"": list(range(len(table.divisions)))}
    for row, division in enumerate(table.divisions):
        areas.setdefault(city_of(division), []).append(row)
    weights = values[:, table.indicators.index(weight)] if weight in table.indicators else None
    for area, rows in areas.items():
        for column, name in enumerate(table.indicators):
            yield _total(
                table, area, rows, (values[:, column], weights), (name, table.units[name] in rules.additive_units)
            )


def _total(
    table: Table, area: str, rows: Sequence[int], given: tuple[Array, Optional[Array]], what: tuple[str, bool]
) -> Total:
    column, weights = given
    name, is_additive = what
    known = [row for row in rows if not np.isnan(column[row])]
    total = Total(
        area, name, table.units[name], None, None, None, None, counted=len(known), missing=len(rows) - len(known)
    )
    if not known:
        return total
    numbers = column[known]
    total.total = float(numbers.sum()) if is_additive else None
    total.mean, total.middle = float(numbers.mean()), float(np.median(numbers))
    if weights is not None:
        known_weights = weights[known]
        used = ~np.isnan(known_weights)
        if used.any() and known_weights[used].sum() > 0:
            total.weighted = float((numbers[used] * known_weights[used]).sum() / known_weights[used].sum())
    low, high = known[int(numbers.argmin())], known[int(numbers.argmax())]
    total.lowest, total.highest = ((table.divisions[n], float(column[n])) for n in (low, high))
    return total


def _ranks(table: Table, year: int) -> dict[str, list[str]]:
    values = table.of_year(year)
    if values is None:
        return {}
    found = {}
    for column, name in enumerate(table.indicators):
        known = np.flatnonzero(~np.isnan(values[:, column]))
        ordered = known[np.argsort(-values[known, column], kind="stable")]
        found[name] = [table.divisions[row] for row in ordered]
    return found


def frozen(summary: Summary, made: str) -> str:
    """The edition as canonical JSON text: the same values give the same text, whoever made it and when."""
    edition = summary.edition
    values = {
        division: {
            name: cell.value
            for name in summary.table.indicators
            if (cell := summary.table.cells.get((division, name, edition.year))) is not None
        }
        for division in [*summary.table.divisions, *sorted(summary.table.city_codes.values())]
    }
    body = {"format": _FORMAT, "year": edition.year, "units": summary.table.units, "values": values,
            "open_questions": len(summary.questions)}  # fmt: skip
    content = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    digest = hashlib.sha256(content.encode("utf-8")).hexdigest()
    return json.dumps({"sha256": digest, "made": made, "edition": body}, ensure_ascii=False, indent=1, sort_keys=True)


def read_frozen(path: Any) -> Mapping[str, Any]:
    """The body of a frozen edition; raises InputError for another file, and for one that was changed since."""
    data = read_json_object(path, _LARGEST)
    body = data.get("edition")
    if not isinstance(body, dict) or body.get("format") != _FORMAT:
        raise InputError("summary_edition_format", file=path.name)
    content = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if hashlib.sha256(content.encode("utf-8")).hexdigest() != data.get("sha256"):
        raise InputError("summary_edition_changed", file=path.name)
    return body


def revisions(summary: Summary, before: Mapping[str, Any]) -> list[Revision]:
    """Cells that differ from a frozen edition, in order."""
    year, old = summary.edition.year, before.get("values", {})
    found = []
    for division in [*summary.table.divisions, *sorted(summary.table.city_codes.values())]:
        for name in summary.table.indicators:
            was, now = old.get(division, {}).get(name), summary.value(division, name)
            if was != now:
                found.append(Revision(division, name, year, was, now))
    return found
