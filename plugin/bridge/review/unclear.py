"""Which features of a layer the conditions of its rules do not understand, asked of QGIS features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

import numpy as np
from qgis.core import QgsFeature

from ...core.review.known_values import ABSENT, KnownValues, Unclear
from ...core.review.rules import Rule
from ...formats.rules.rule_files import load_vocabularies
from ..layers.conditions import RowCondition
from ..layers.values import is_null, text_of


class UnclearFeatures:
    """The features that one rule neither takes nor understands."""

    def __init__(self, rule: Rule, condition: RowCondition, known: KnownValues) -> None:
        self.condition, self._unclear = condition, Unclear(rule, known)

    def mask(self, features: Sequence[QgsFeature], is_spoken: Optional[Callable[[], bool]] = None) -> np.ndarray:
        """Booleans over features that carry the fields of the condition; any thread, raises InputError.

        `is_spoken`: whether the layer shows that it speaks the language of its rules, asked only of values that merely
        look like those that a rule seeks; without it that is taken for granted.
        """
        fields = self.condition.fields_asked
        rows = [[None if is_null(feature[name]) else feature[name] for name in fields] for feature in features]
        unclear = self._of(rows, by_likeness=True)
        if is_spoken is None or unclear.all():
            return unclear
        strictly = self._of(rows, by_likeness=False)
        return unclear if (strictly == unclear).all() or is_spoken() else strictly

    def _of(self, rows: Sequence[list[Any]], by_likeness: bool) -> np.ndarray:
        names, ask = self.condition.names_asked, self.condition.outcome
        return np.array([self._unclear.of(names, values, ask, by_likeness) for values in rows], dtype=bool)


@dataclass(frozen=True)
class FieldsAbsent:
    """Stands for UnclearFeatures where a layer lacks the fields `absent` of a rule: it says nothing of any feature."""

    absent: Sequence[str]

    def mask(self, features: Sequence[QgsFeature], is_spoken: Optional[Callable[[], bool]] = None) -> np.ndarray:
        return np.ones(len(features), dtype=bool)


Unclears = dict[str, Union[UnclearFeatures, FieldsAbsent]]


def unclear_of(rules: Sequence[Rule], conditions: Mapping[str, Any], absent: Mapping[str, Sequence[str]]) -> Unclears:
    """{rule id: what of a layer the rule does not understand}; heights have rules of doubt.

    `absent`: {rule id: fields that the layer lacks}, of the rules that do not take every feature then.
    """
    asked = [
        rule for rule in rules if rule.line_id and isinstance(conditions[rule.id], RowCondition) and not rule.limit
    ]
    known = KnownValues(asked, load_vocabularies())
    found: Unclears = {rule.id: UnclearFeatures(rule, conditions[rule.id], known) for rule in asked}
    found.update({rule.id: FieldsAbsent(absent[rule.id]) for rule in rules if rule.id in absent and not rule.is_doubt})
    return found


def values_of(layer: Any, feature: QgsFeature) -> str:
    """What a feature of a ControlLayer holds in the fields that conditions ask, for people."""
    held = [one for one in layer.unclear.values() if isinstance(one, UnclearFeatures)]
    names = dict.fromkeys(name for one in held for name in one.condition.fields_asked)
    lacking = (name for one in layer.unclear.values() if isinstance(one, FieldsAbsent) for name in one.absent)
    stated = [f"{name}={text_of(feature[name]) or 'NULL'}"[:60] for name in names]
    return ", ".join([*stated, *(f"{name}={ABSENT}" for name in dict.fromkeys(lacking))])


def described(layer: Any, fids: np.ndarray, features: Sequence[QgsFeature]) -> list[str]:
    """What to call features of a ControlLayer: layer, id, values."""
    return [f"{layer.name} #{fid} ({values_of(layer, f)})" for fid, f in zip(fids.tolist(), features)]
