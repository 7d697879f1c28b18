"""QGIS expressions of rules (`where`, `unless`), asked of features."""

import re
import threading

import numpy as np
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

from ...core.errors import InputError


class RowCondition:
    """A QGIS expression asked of one feature at a time; `absent` lists the fields it needs and the layer lacks.

    `needs`: "any" when one of its fields is enough, the others count as NULL then; "all" otherwise.
    """

    def __init__(self, text, fields, rule_id, needs="all"):
        self.text, self.rule_id, self._fields = text, rule_id, fields
        self._parse(text)
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
        self._context, self._lock = None, threading.Lock()

    def mask(self, features):
        """Boolean array: which features satisfy the expression (NULL counts as no).

        Any thread. Raises InputError when it fails.
        """
        with self._lock:
            return self._answers(features)

    def _answers(self, features):
        if self._context is None:
            self._context = QgsExpressionContext()
            self._context.appendScope(QgsExpressionContextUtils.globalScope())
            self._context.setFields(self._fields)
            self._expression.prepare(self._context)
        answers = np.zeros(len(features), dtype=bool)
        for row, feature in enumerate(features):
            self._context.setFeature(feature)
            answers[row] = bool(self._expression.evaluate(self._context))
            if self._expression.hasEvalError():
                raise InputError(
                    "expression_error",
                    rule=self.rule_id,
                    expression=self.text,
                    error=self._expression.evalErrorString(),
                )
        return answers


def expression_error(text):
    """Return what is wrong with a QGIS expression, None when it parses (for the check of rule files)."""
    expression = QgsExpression(text)
    return expression.parserErrorString() if expression.hasParserError() else None
