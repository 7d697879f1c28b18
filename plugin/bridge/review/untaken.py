"""Conditions of rules that take no feature of a layer which has features: what they look for is not written there."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...core.errors import OneMapError
from ...core.land.remarks import Remark
from ...core.review.rules import FULL_LINE
from ...core.review.taken import any_taken
from ..layers.conditions import RowCondition
from ..layers.values import text_of

_SHOWN, _SHARE = 5, 5_000
_LITERAL = re.compile(r"'((?:[^']|'')*)'")


def untaken_remarks(layer: Any) -> Iterator[Remark]:
    """Said of a ControlLayer none of whose features any rule of the line takes; and of each rule that looks for words
    in fields that hold nothing but codes, or nothing at all. A class that the layer merely lacks is no mistake.
    """
    asked = _asked(layer)
    if not asked:
        return
    taken, values, count = _taken(layer, asked)
    untaken = {rule: condition for rule, condition in asked.items() if not taken[rule]}
    if not count or not untaken:
        return
    others = any(c is not False for rule, c in layer.conditions.items() if rule not in untaken and rule != FULL_LINE.id)
    said = {rule: one for rule, one in untaken.items() if not others or _is_code_where_text_is_sought(one, values)}
    if said:
        fields = dict.fromkeys(name for condition in said.values() for name in condition.fields_asked)
        params = {"layer": layer.name, "count": count, "rules": ", ".join(said), "values": _shown(fields, values)}
        yield Remark("rules_take_none" if others else "no_rule_takes_any", layer.name, None, params)


def takes_any(layer: Any) -> bool:
    """Whether some condition of a ControlLayer's rules takes some of its features; ends at the first. Any thread."""
    asked = _asked(layer)
    fields = sorted({name for condition in asked.values() for name in condition.fields_asked})
    features = layer.snapshot.features(fields, None) if asked else ()
    rows = ((tuple(text_of(feature[name]) for name in fields), feature) for feature in features)
    return any_taken(rows, lambda share: any(_mask(condition, share).any() for condition in asked.values()))


def _asked(layer):
    conditions = {rule: condition for rule, condition in layer.conditions.items() if rule not in layer.limits}
    return {rule: one for rule, one in conditions.items() if isinstance(one, RowCondition) and one.fields_asked}


def _taken(layer, asked):
    """Which rules take a feature; the values of each field asked; and how many features there are."""
    fields = sorted({name for condition in asked.values() for name in condition.fields_asked})
    taken = dict.fromkeys(asked, False)
    values: dict[str, dict[str, None]] = {name: {} for name in fields}
    count, different = 0, dict[tuple, Any]()
    for feature in layer.snapshot.features(fields, None):
        count += 1
        row = tuple(text_of(feature[name]) or "" for name in fields)
        different.setdefault(row, feature)
        for name, value in zip(fields, row):
            values[name].setdefault(value)
    rows = list(different.values())
    for rule, condition in asked.items():
        taken[rule] = any(_mask(condition, rows[at : at + _SHARE]).any() for at in range(0, len(rows), _SHARE))
    return taken, values, count


def _mask(condition: RowCondition, features: Sequence[Any]) -> np.ndarray:
    try:
        return condition.mask(features)
    except OneMapError:  # near a project it fails the line; elsewhere nothing is known of it
        return np.ones(1, dtype=bool)


def _is_code_where_text_is_sought(condition, values):
    """Whether a condition compares with words only, in fields of codes only; NULL is neither."""
    sought = _LITERAL.findall(condition.text)
    held = [value for name in condition.fields_asked for value in values[name]]
    return bool(sought) and not any(text.isascii() for text in sought) and all(value.isascii() for value in held)


def _shown(fields, values):
    """The first values of each field, for people."""
    texts = ((name, [value or "NULL" for value in values[name]]) for name in fields)
    return "; ".join(
        f"{name}: {', '.join(v[:30] for v in some[:_SHOWN])}{', …' * (len(some) > _SHOWN)}" for name, some in texts
    )
