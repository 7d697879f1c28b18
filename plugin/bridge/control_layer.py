"""One control-line layer as the check reads it: features on the plane, labels, and which rule picks which feature."""

import sqlite3
import threading

import numpy as np
import shapely
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

from ..core import crs as crs_rules
from ..core.control_source import ArraySource, ControlSource, Nearby, grown
from ..core.errors import InputError
from ..core.findings import Remark
from ..core.messages import text as message
from ..core.threads import in_threads

MAP_REACH_M = 400.0
MAP_FEATURES = 20_000  # of one line; maps stay readable and memory bounded
WHOLE = 50_000  # a layer of up to so many features is looked through for broken geometry as a whole
_SHARE = 5_000


def control_layer(snapshot, line, rules, plane, near_only=False):
    """The ControlLayer for a LayerSnapshot: by feature where the file can be asked so, else one that reads it all once.

    `near_only`: look at nothing but what lies near the projects, also in a small layer.
    """
    if snapshot.table is not None:
        return GpkgLayer(snapshot, line, rules, plane, near_only)
    return FeatureLayer(snapshot, line, rules, plane, near_only)


class ControlLayer(ControlSource):
    """A control source on a LayerSnapshot; evaluates the `where` of the line's rules."""

    def __init__(self, snapshot, line, rules, plane, near_only=False):
        self.snapshot, self.line, self.plane, self._near_only = snapshot, line, plane, near_only
        self.name, self.date = snapshot.name, snapshot.date
        self.polygons_only = snapshot.polygons_only(line.geometry)
        self.label_field = next((f for f in line.label_fields if snapshot.has_field(f)), None)
        self.conditions = {rule.id: self._condition(rule) for rule in rules}
        self.rule_ids = [rule_id for rule_id, condition in self.conditions.items() if condition is not None]
        self._shown = None

    def _condition(self, rule):
        """A RowCondition, or the boolean / None that stands for every feature of this layer (None: cannot be decided)."""
        if not rule.where:
            return True
        condition = RowCondition(rule.where, self.snapshot.fields, rule.id)
        if not condition.absent:
            return condition
        params = {"rule": rule.id, "fields": ", ".join(condition.absent), "fallback": _fallback_text(rule.where_fallback)}
        self.snapshot.remarks.append(Remark("rule_field_absent", self.name, None, params))
        return {"all": True, "none": False, "not_checked": None}[rule.where_fallback]

    @property
    def asked(self):
        """Whether an expression has to be asked of the features."""
        return any(isinstance(condition, RowCondition) for condition in self.conditions.values())

    def fields(self):
        """Names of the fields that labels and conditions need."""
        conditions = (c for c in self.conditions.values() if isinstance(c, RowCondition))
        return sorted({self.label_field}.union(*(c.columns for c in conditions)) - {None})

    def pieces(self, chunk, task, feedback=None):
        try:
            return super().pieces(chunk, task, feedback)
        except (shapely.GEOSException, sqlite3.Error, RuntimeError, ValueError) as error:
            raise self.unreadable(error) from error

    def unreadable(self, error):
        """InputError for an error of a library while the layer was read."""
        return InputError("layer_error", layer=self.name, error=str(error))

    @property
    def failure(self):
        return self.snapshot.failure

    @failure.setter
    def failure(self, reason):
        self.snapshot.failure = reason

    def keep_near(self, projects, shown):
        """Put the features within MAP_REACH_M of a project into the list `shown`, for the maps."""
        for chunk in projects.chunks():
            near = self.near(grown(chunk.bounds, MAP_REACH_M))
            rows = np.unique(chunk.candidates(near.boxes, MAP_REACH_M)[1])[: MAP_FEATURES - len(shown)]
            picked = np.zeros(len(rows), bool)
            for rule_id in self.rule_ids:
                picked |= near.mask(rows, rule_id)
            geometries = near.geometries(rows[picked])
            shown += list(geometries[~shapely.is_missing(geometries)])

    def check_rest(self, feedback=None):
        """Look through what lies far from every project for geometry to repair or leave out, where the layer is small enough."""


class GpkgLayer(ControlLayer):
    """A table of a GeoPackage: its R-tree and its rows are asked directly."""

    def open(self, feedback=None):
        try:
            self.is_empty = self.snapshot.table.is_empty()
        except sqlite3.Error as error:
            raise self.unreadable(error) from error

    def near(self, bounds):
        table, crs = self.snapshot.table, self.snapshot.crs
        ids, boxes = table.near(crs_rules.transform_bounds(bounds, self.plane, crs))
        return _GpkgRows(ids, crs_rules.transform_boxes(boxes, crs, self.plane), self)

    def check_rest(self, feedback=None):
        if self._near_only or self.failure or self.snapshot.expected_count > WHOLE:
            return
        try:
            ids = self.snapshot.table.other_ids(self.snapshot.checked_ids())
            shares = np.array_split(ids, max(len(ids) // _SHARE, 1))
            list(in_threads(lambda share: self.geometries(share), shares, feedback))
        except sqlite3.Error as error:
            raise self.unreadable(error) from error

    def features(self, ids):
        """{id: QgsFeature with the fields that conditions need}."""
        return self.snapshot.features_by_id(ids, self.fields())

    def geometries(self, ids):
        return self.snapshot.usable(ids, self.snapshot.table.wkb(ids), self.plane, self.polygons_only)


class _GpkgRows(Nearby):
    def __init__(self, fids, boxes, layer):
        super().__init__(fids, boxes)
        self._layer, self._features = layer, {}

    def geometries(self, rows):
        return self._layer.geometries(self.fids[rows])

    def mask(self, rows, rule_id):
        condition = self._layer.conditions[rule_id]
        if not isinstance(condition, RowCondition):
            return np.full(len(rows), condition)
        wanted = self.fids[rows].tolist()
        if any(fid not in self._features for fid in wanted):
            self._features = self._layer.features(wanted)
        return condition.mask([self._features[fid] for fid in wanted])

    def labels(self, rows):
        if self._layer.label_field is None:
            return super().labels(rows)
        ids, places = np.unique(self.fids[rows], return_inverse=True)
        values = [_label(value) for (value,) in self._layer.snapshot.table.values(ids, [self._layer.label_field])]
        return [values[place] for place in places]


class FeatureLayer(ControlLayer):
    """Any other QGIS layer: read once through its features, then kept as arrays."""

    def open(self, feedback=None):
        fields, parts = self.fields(), []
        for features, fids, geometries in self.snapshot.batches(self.plane, fields, feedback, None, self.polygons_only):
            parts.append(self._part(features, fids, geometries))
        self.is_empty = not parts
        self._arrays = self._whole(parts)

    def _part(self, features, fids, geometries):
        """Ids, geometries, labels and masks of the usable features of a batch."""
        usable = np.flatnonzero(~shapely.is_missing(geometries))
        features = [features[i] for i in usable]
        labels = [_label(f[self.label_field]) for f in features] if self.label_field else [""] * len(features)
        masks = {rule_id: _mask(self.conditions[rule_id], features) for rule_id in self.rule_ids}
        return fids[usable], geometries[usable], labels, masks

    def _whole(self, parts):
        fids, geometries, labels, masks = zip(*parts) if parts else ((), (), (), ())
        masks = {rule_id: np.concatenate([m[rule_id] for m in masks]) for rule_id in self.rule_ids if masks}
        empty = np.array([], dtype=object)
        labels = [label for part in labels for label in part]
        return ArraySource(self.name, np.concatenate([empty, *fids]), np.concatenate([empty, *geometries]), self.rule_ids, labels, masks)

    def near(self, bounds):
        return self._arrays.near(bounds)


class RowCondition:
    """A QGIS expression asked of one feature at a time; `absent` lists the fields it needs and the layer lacks."""

    def __init__(self, text, fields, rule_id):
        self.text, self.rule_id, self._fields = text, rule_id, fields
        self._expression = QgsExpression(text)
        if self._expression.hasParserError():
            raise InputError("expression_error", rule=rule_id, expression=text, error=self._expression.parserErrorString())
        self.columns = {c for c in self._expression.referencedColumns() if c != "*"}
        self.absent = sorted(c for c in self.columns if fields.lookupField(c) < 0)
        self._context, self._lock = None, threading.Lock()

    def mask(self, features):
        """Boolean array: which features satisfy the expression (NULL counts as no); any thread. Raises InputError when it fails."""
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
                raise InputError("expression_error", rule=self.rule_id, expression=self.text, error=self._expression.evalErrorString())
        return answers


def _mask(condition, features):
    if isinstance(condition, RowCondition):
        return condition.mask(features)
    return np.full(len(features), condition)


def _label(value):
    return "" if value is None or not str(value) or str(value) == "NULL" else str(value)


def _fallback_text(fallback):
    return message(f"fallback_{fallback}")


def expression_error(text):
    """Return what is wrong with a QGIS expression, None when it parses (for the check of rule files)."""
    expression = QgsExpression(text)
    return expression.parserErrorString() if expression.hasParserError() else None
