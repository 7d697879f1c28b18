"""Which features of a layer the filters of criteria neither take nor understand: nobody knows whether they are meant.

What a value means is decided where the check of control lines decides it (core/review/known_values).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np

from ...core.land.types import Array
from ...core.messages import message
from ...core.review.known_values import KnownValues, unclear_id
from ...core.review.rules import Rule
from ...core.review.tiers import Effect
from ...core.siting.model import Constraint, Criteria, Factor
from ...formats.rules.rule_files import load_vocabularies
from ..layers.conditions import RowCondition
from ..review.unclear import UnclearFeatures

_NAMED = 5


@dataclass(frozen=True)
class Filters:
    """All filters that criteria ask of one layer, and values that they know not to be meant. `for_all`: those of rules
    that take every feature where their fields are absent."""

    wheres: tuple[str, ...] = ()
    other_values: tuple[str, ...] = ()
    for_all: tuple[str, ...] = ()


NO_FILTERS = Filters()


def filters_of(criteria: Criteria, key: str) -> Filters:
    """What criteria ask of the layer of a key."""
    every: list[Union[Constraint, Factor]] = [*criteria.constraints, *criteria.factors]
    rows = [row for row in every if row.layer == key]
    others = dict.fromkeys(value for row in rows for value in row.other_values)
    wheres = dict.fromkeys(row.where for row in rows if row.where)
    for_all = (where for where in wheres if all(_takes_all(row) for row in rows if row.where == where))
    return Filters(tuple(wheres), tuple(others), tuple(for_all))


def _takes_all(row: Union[Constraint, Factor]) -> bool:
    """Whether it is of a rule that takes every feature of a layer that lacks its fields."""
    return isinstance(row, Constraint) and bool(row.rule_ids) and row.where_fallback == "all"


def filter_rule(where: str, other_values: Sequence[str] = ()) -> Rule:
    """A filter as a rule, so that control layers answer for it."""
    others = tuple(other_values)
    return Rule(where, "", "avoid", Effect.NOTICE, "", where=where, where_fallback="not_checked", other_values=others)


class Understanding:
    """What the filters of one source do not understand; `reason` tells it of what was read so far."""

    def __init__(self, title: str, filters: Filters) -> None:
        self._title, self._filters = title, filters
        self._named: dict[str, set[str]] = {}
        self._lacking: dict[str, dict[str, str]] = {}

    def of(self, conditions: Mapping[str, Any]) -> dict[str, UnclearFeatures]:
        """{where: UnclearFeatures} of the filters that a layer can answer."""
        asked = {where: one for where, one in conditions.items() if where and isinstance(one, RowCondition)}
        wheres = dict.fromkeys([*asked, *self._filters.wheres])
        rules = {where: filter_rule(where, self._filters.other_values) for where in wheres}
        known = KnownValues(rules.values(), load_vocabularies())
        return {where: UnclearFeatures(rules[where], one, known) for where, one in asked.items()}

    def takes_all(self, where: str) -> bool:
        """Whether a filter takes every feature of a layer that lacks its fields."""
        return where in self._filters.for_all

    def lack(self, where: str, absent: Sequence[str]) -> dict[str, str]:
        """Keep which fields a filter asks for in vain; the parameters of what is said of it."""
        self._lacking[where] = {"layer": self._title, "fields": ", ".join(absent), "where": where}
        return self._lacking[where]

    def note(self, where: str, near: Any, rows: Array) -> None:
        """Keep the names of some of the rows that a filter does not understand; any thread."""
        if len(rows) and where not in self._lacking:
            self._named.setdefault(where, set()).update(near.described(rows[:_NAMED]))

    def reason(self, where: str) -> str:
        """Why a filter does not answer for sure, "" where it does."""
        if where in self._lacking:
            return message("siting_filter_unasked", **self._lacking[where])
        named = sorted(self._named.get(where, ()))
        if not named:
            return ""
        shown = "; ".join(named[:_NAMED]) + (" …" if len(named) > _NAMED else "")
        return message("siting_values_unknown", layer=self._title, where=where, features=shown)


def unclear_rows(masks: Mapping[str, Array], where: str) -> Array:
    """Of a batch: what a filter neither takes nor understands."""
    return np.flatnonzero(masks.get(unclear_id(where), ()))


def reasons(sources: Iterable[Any], where: str) -> str:
    """Why a filter does not answer for sure on the sources of a layer, "" where it does."""
    return "; ".join(dict.fromkeys(text for s in sources if (text := s.understanding.reason(where))))
