"""One control-line layer as the check reads it: features on the plane, labels, and which rule picks which feature."""

import numpy as np
import shapely
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

from ..core.errors import InputError, OneMapError
from ..core.findings import Remark
from ..core.line_check import ControlBatch
from ..core.messages import text as message

MAP_REACH_M = 400.0
MAP_FEATURES = 20_000  # of one line; maps stay readable and memory bounded


class ControlLayer:
    """A control source for core.review.run: wraps a LayerSnapshot, evaluates the `where` of the line's rules."""

    def __init__(self, snapshot, line, rules, plane, rectangle=None):
        self.snapshot, self.line, self.plane, self.rectangle = snapshot, line, plane, rectangle
        self.name, self.failure = snapshot.name, ""
        self._label_field = next((f for f in line.label_fields if snapshot.has_field(f)), None)
        self._projects = self._shown = None
        self._conditions = {rule.id: self._condition(rule) for rule in rules}

    @property
    def rule_ids(self):
        """Rules that this layer can decide: all but those whose fallback for an absent field is "not checked"."""
        return [rule_id for rule_id, condition in self._conditions.items() if condition is not None]

    @property
    def is_empty(self):
        """True when the layer holds no feature at all; none near a range is another matter."""
        nothing_read = self.snapshot.feature_count == 0
        return nothing_read and (self.rectangle is None or self.snapshot.expected_count == 0)

    def _condition(self, rule):
        """A prepared expression, or the boolean / None that stands for every feature of this layer."""
        if not rule.where:
            return True
        condition = RowCondition(rule.where, self.snapshot.fields, rule.id)
        if not condition.absent:
            return condition
        params = {"rule": rule.id, "fields": ", ".join(condition.absent), "fallback": _fallback_text(rule.where_fallback)}
        self.snapshot.remarks.append(Remark("rule_field_absent", self.name, None, params))
        return {"all": True, "none": False, "not_checked": None}[rule.where_fallback]

    def read(self, feedback=None):
        """Yield ControlBatch; raises Cancelled, InputError."""
        fields = {self._label_field} - {None}
        for condition in self._conditions.values():
            if isinstance(condition, RowCondition):
                fields |= condition.columns
        polygons_only = self.line.geometry == "polygon" and not self._has_lines_or_points()
        try:
            for features, fids, geometries in self._read(fields, feedback, polygons_only):
                yield self._batch(features, fids, geometries)
        except OneMapError as error:
            self.snapshot.failure = str(error)
            raise
        except (shapely.GEOSException, RuntimeError, ValueError) as error:
            self.snapshot.failure = str(error)
            raise InputError("layer_error", layer=self.name, error=str(error)) from error

    def _read(self, fields, feedback, polygons_only):
        """Features as dicts when no expression has to be asked of them and the whole layer is wanted: several times faster."""
        asked = any(isinstance(condition, RowCondition) for condition in self._conditions.values())
        if asked or self.rectangle is not None:
            return self.snapshot.batches(self.plane, fields, feedback, self.rectangle, polygons_only)
        return self.snapshot.rows(self.plane, sorted(fields), feedback, polygons_only)

    def keep_near(self, projects, shown):
        """Gather the features within MAP_REACH_M of a project in the list `shown`, for the maps."""
        self._projects, self._shown = projects, shown

    def _has_lines_or_points(self):
        return self.snapshot.dimension in (0, 1)

    def _batch(self, features, fids, geometries):
        usable = np.flatnonzero(~shapely.is_missing(geometries))
        features = [features[i] for i in usable]
        labels = [_label(f[self._label_field]) for f in features] if self._label_field else [""] * len(features)
        masks = {rule_id: _mask(condition, features) for rule_id, condition in self._conditions.items()}
        masks = {rule_id: mask for rule_id, mask in masks.items() if mask is not None}
        self._show(geometries[usable], masks)
        return ControlBatch(self.name, self.snapshot.date, fids[usable], geometries[usable], labels, masks)

    def _show(self, geometries, masks):
        """Keep for the maps what a rule picks and lies near a project."""
        if self._shown is None or len(self._shown) >= MAP_FEATURES or not masks:
            return
        picked = geometries[np.logical_or.reduce(list(masks.values()))]
        self._shown += list(picked[np.unique(self._projects.candidates(picked, MAP_REACH_M)[1])])


class RowCondition:
    """A QGIS expression asked of one feature at a time; `absent` lists the fields it needs and the layer lacks."""

    def __init__(self, text, fields, rule_id):
        self.text, self.rule_id, self._fields = text, rule_id, fields
        self._expression = QgsExpression(text)
        if self._expression.hasParserError():
            raise InputError("expression_error", rule=rule_id, expression=text, error=self._expression.parserErrorString())
        self.columns = {c for c in self._expression.referencedColumns() if c != "*"}
        self.absent = sorted(c for c in self.columns if fields.lookupField(c) < 0)
        self._context = None

    def mask(self, features):
        """Boolean array: which features satisfy the expression (NULL counts as no); raises InputError when it fails."""
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
                raise InputError("expression_error", rule=self.rule_id, expression=self.text, error=self._expression.evalErrorString())
        return answers


def _mask(condition, features):
    if isinstance(condition, RowCondition):
        return condition.mask(features)
    return None if condition is None else np.full(len(features), condition)


def _label(value):
    return "" if value is None or not str(value) or str(value) == "NULL" else str(value)


def _fallback_text(fallback):
    return message(f"fallback_{fallback}")


def expression_error(text):
    """Return what is wrong with a QGIS expression, None when it parses (for the check of rule files)."""
    expression = QgsExpression(text)
    return expression.parserErrorString() if expression.hasParserError() else None
