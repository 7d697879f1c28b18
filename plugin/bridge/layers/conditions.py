"""QGIS expressions of rules (`where`, `unless`), asked of features."""

import re
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsFeature

from ...core.errors import InputError
from ...core.land.lengths import limit_metres
from ...core.review.typed_text import compares_plain, plain_value
from .joined_fields import field_meant, with_meant
from .values import is_null


class RowCondition:
    """A QGIS expression asked of one feature at a time; `absent` lists the fields it needs and the layer lacks.

    A field that the layer has by a join is asked under its name there: `renamed`, {own name: the expression's name}.
    `needs`: "any" when one of its fields is enough, the others count as NULL then; "all" otherwise.
    """

    def __init__(self, text, fields, rule_id, needs="all"):
        self.text, self.rule_id, self._fields = text, rule_id, fields
        self.renamed: dict[str, str] = {}
        self._parse(text)
        meant = {name: found for name in self.absent if (found := field_meant(fields, name))}
        if meant:
            text = with_meant(text, meant)
            self._parse(text)
            self.renamed = {found: name for name, found in meant.items() if found in self.columns}
        if needs == "any" and 0 < len(self.absent) < len(self.columns):
            self._parse(re.sub("|".join(f'"{re.escape(name)}"' for name in self.absent), "NULL", text))

    def _parse(self, text):
        self._expression = QgsExpression(text)
        if self._expression.hasParserError():
            raise InputError(
                "expression_error", rule=self.rule_id, expression=text, error=self._expression.parserErrorString()
            )
        self.columns = {c for c in self._expression.referencedColumns() if c != "*"}
        self.absent = sorted(c for c in self.columns if self._fields.lookupField(c) < 0)
        columns = self.columns if compares_plain(text) else ()
        self._texts = [index for index in map(self._fields.lookupField, columns) if index >= 0]
        self._context, self._lock = None, threading.Lock()

    @cached_property
    def fields_asked(self) -> list[str]:
        """The layer's own names of the fields that it asks."""
        found = (self._fields.lookupField(name) for name in sorted(self.columns))
        return [self._fields[index].name() for index in found if index >= 0]

    @property
    def names_asked(self) -> list[str]:
        """The names that the expression has for `fields_asked`."""
        return [self.renamed.get(name, name) for name in self.fields_asked]

    @property
    def identity(self) -> tuple:
        """Of two layers it answers alike for rows that hold the same values where this is the same."""
        kinds = [(name, self._fields[self._fields.lookupField(name)].typeName()) for name in self.fields_asked]
        return (self.text, self._expression.expression(), *kinds)

    def mask(self, features: Sequence[QgsFeature]) -> np.ndarray:
        """Boolean array: which features satisfy the expression (NULL counts as no).

        Any thread. Raises InputError when it fails.
        """
        with self._lock:
            return self._answers(features)

    def outcome(self, values: Sequence[Any]) -> Any:
        """What it gives, None for NULL, of a feature with such values in `fields_asked`; raises InputError."""
        feature = QgsFeature(self._fields)
        for name, value in zip(self.fields_asked, values):
            feature.setAttribute(self._fields.lookupField(name), value)
        with self._lock:
            (found,) = self._values([feature])
        return None if is_null(found) else found

    def _answers(self, features):
        return np.array([bool(value) for value in self._values(features)], dtype=bool)

    def _values(self, features):
        if self._context is None:
            self._context = QgsExpressionContext()
            self._context.appendScope(QgsExpressionContextUtils.globalScope())
            self._context.setFields(self._fields)
            self._expression.prepare(self._context)
        values = []
        for feature in features:
            self._context.setFeature(self._plain(feature))
            values.append(self._expression.evaluate(self._context))
            if self._expression.hasEvalError():
                raise InputError(
                    "expression_error",
                    rule=self.rule_id,
                    expression=self.text,
                    error=self._expression.evalErrorString(),
                )
        return values

    def _plain(self, feature):
        """The feature with its texts as plain_value has them, where that makes a difference."""
        changed = None
        for index in self._texts:
            value = feature.attribute(index)
            plain = plain_value(value)
            if plain != value:
                changed = changed or QgsFeature(feature)
                changed.setAttribute(index, plain)
        return changed or feature


class RowNumber(RowCondition):
    """A QGIS expression that gives a length in metres; text such as "24米" is read too."""

    def numbers(self, features: Sequence[QgsFeature]) -> np.ndarray:
        """Metres of each feature, not-a-number where the expression gives none; any thread; raises InputError."""
        with self._lock:
            found = [limit_metres(None if is_null(value) else value) for value in self._values(features)]
        return np.array([np.nan if number is None else number for number in found], dtype=float)


def expression_error(text: str) -> Any:
    """Return what is wrong with a QGIS expression, None when it parses (for the check of rule files)."""
    expression = QgsExpression(text)
    return expression.parserErrorString() if expression.hasParserError() else None
