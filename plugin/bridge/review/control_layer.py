"""A control-line layer as the check sees it: labels, and which rule picks which feature."""

import sqlite3
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsFeature

from ...core.errors import InputError
from ...core.land.array_store import StoreUnusable
from ...core.land.file_state import stamp_of
from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Remark, Repair, Skipped
from ...core.messages import joined_texts, message
from ...core.review.control_source import ControlSource, Nearby
from ...core.threads import Feedback, in_threads
from ..layers.conditions import RowCondition, RowNumber
from ..layers.huge_features import HUGE_BYTES, STAND_IN, HugeFeatures
from ..layers.joined_fields import first_meant
from ..layers.values import text_of
from .input_checks import absent_alike, check_files, check_kind, seen_in_part
from .unclear import described, unclear_of
from .untaken import takes_any, untaken_remarks

FULLY_CHECKED = 50_000  # a layer of up to so many features is looked through for broken geometry as a whole
_SHARE = 5_000


class ControlLayer(ControlSource):
    """A control source on a LayerSnapshot; evaluates the `where` of the line's rules. Subclasses read one kind of
    layer.

    `near_only`: look at nothing but what lies near the projects, also in a small layer. `is_watched`: somebody else
    sees to it that the layer stays as it is.
    """

    is_watched = False
    reads_here = False  # also for processes: they could not

    def __init__(self, snapshot, line, rules, plane, near_only=False):
        self.snapshot, self.line, self.plane, self.near_only = snapshot, line, plane, near_only
        self.name, self.date, self.partly = snapshot.name, snapshot.date, "" if near_only else seen_in_part(snapshot)
        self.polygons_only = snapshot.polygons_only(line.geometry)
        self.label_field = first_meant(snapshot.fields, line.label_fields)
        self.limits = {rule.id: self._limit(rule) for rule in rules if rule.limit}
        self.absent: dict[str, Sequence[str]] = {}
        self.conditions = {rule.id: self._condition(rule) for rule in rules}
        self.unclear = self._unclear(list(rules))
        self.rule_ids = [rule_id for rule_id, condition in self.conditions.items() if condition is not None]
        self.huge, self.unread = HugeFeatures(), ""
        self._is_spoken: Optional[bool] = None

    def _condition(self, rule):
        """A RowCondition, or the boolean / None that stands for every feature of this layer (None: cannot be
        decided).
        """
        if rule.id in self.limits and self.limits[rule.id].absent:
            return self._fallback(rule, self.limits[rule.id].absent)
        if not rule.where:
            return True
        kept, key = self.snapshot.conditions, (rule.id, rule.where, rule.where_needs)
        condition = (
            kept[key] if key in kept else RowCondition(rule.where, self.snapshot.fields, rule.id, rule.where_needs)
        )
        kept[key] = condition
        if condition.renamed:
            params = {"rule": rule.id, "fields": ", ".join(f"{b} = {a}" for a, b in condition.renamed.items())}
            self.snapshot.remarks.append(Remark("rule_field_joined", self.name, None, params))
        if not condition.absent:
            return condition
        return self._fallback(rule, condition.absent)

    def _fallback(self, rule, absent):
        """What stands for the answer where fields are absent; a remark tells of it.

        What the rule does not take then is not understood: `unclear`.
        """
        fallback = message(f"fallback_{rule.where_fallback}")
        params = {"rule": rule.id, "fields": ", ".join(absent), "fallback": fallback}
        if not rule.is_doubt:
            self.snapshot.remarks.append(Remark("rule_field_absent", self.name, None, params))
            self.snapshot.remarks += absent_alike(self.snapshot, absent)
        if rule.where_fallback != "all":
            self.absent[rule.id] = absent
        return {"all": True, "none": False, "not_checked": None}[rule.where_fallback]

    def _unclear(self, rules) -> Mapping[str, Any]:
        """What of the layer the rules do not understand, shared by all that share its conditions."""
        kept, key = self.snapshot.conditions, ("unclear", self.line.id)
        known = kept.get(key)
        if known is None or known[0] != rules:
            known = kept[key] = rules, unclear_of(rules, self.conditions, self.absent)
        return known[1]

    def _limit(self, rule):
        """The RowNumber of a rule of heights, shared with the layer's twins as conditions are."""
        kept, key = self.snapshot.conditions, (rule.id, rule.limit, rule.where_needs)
        kept[key] = kept.get(key) or RowNumber(rule.limit, self.snapshot.fields, rule.id, rule.where_needs)
        return kept[key]

    def fields(self) -> list:
        """Names of the fields that labels and conditions need."""
        conditions = (c for c in (*self.conditions.values(), *self.limits.values()) if isinstance(c, RowCondition))
        return sorted({self.label_field}.union(*(c.columns for c in conditions)) - {None})

    def open(self, feedback: Optional[Feedback] = None) -> None:
        with self.own_errors():
            self._stamp = self._state()
            check_kind(self)
            check_files(self)
            self.open_layer(feedback)

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        """Find out whether the layer can be read and holds anything; what is in doubt is told to `doubt`."""
        raise NotImplementedError

    def doubt(self, reason: str) -> None:
        """Keep why nothing of this layer may be said to be clear."""
        self.unread = joined_texts([self.unread, reason])

    def changed(self) -> str:
        return ("" if self.is_watched else self.altered()) or self._endless()

    def seen(self, fids: np.ndarray) -> None:
        self.snapshot.notes.again(fids)

    def altered(self) -> str:
        """Why what was read is no one state of the layer, "" where it is."""
        with self.own_errors():
            return message("layer_changed", layer=self.name) if self._state() != self._stamp else ""

    def _endless(self):
        """What to say of features with a coordinate that is no number: nobody knows how far they reach."""
        ids = [str(s.fid) for s in self.snapshot.skipped if s.code == "geometry_not_finite"]
        return message("features_unplaced", layer=self.name, count=len(ids), fids=", ".join(ids[:3])) if ids else ""

    def _state(self):
        """What tells this state of the layer's file from another, None for a layer without one."""
        return None if self.snapshot.file is None else stamp_of(self.snapshot.file)

    def own_errors(self) -> Any:
        return _OwnErrors(self.name)

    @property
    def failure(self) -> str:
        return self.snapshot.failure

    @failure.setter
    def failure(self, reason: str) -> None:
        self.snapshot.failure = reason

    def check_rest(self, feedback: Optional[Feedback] = None) -> None:
        """Look through what lies far from every project for geometry to repair or leave out, where the layer is
        small enough.
        """
        if self.near_only or self.failure or self.is_empty or self.snapshot.expected_count > FULLY_CHECKED:
            return
        with self.own_errors():
            ids = self.ids_besides(self.snapshot.notes.checked_ids())
            shares = np.array_split(ids, max(len(ids) // _SHARE, 1)) if len(ids) else ()
            deque(in_threads(self.geometries, shares, feedback), maxlen=0)  # nothing of it is kept

    def check_conditions(self) -> None:
        if not (self.near_only or self.failure or self.is_empty or self.snapshot.expected_count > FULLY_CHECKED):
            with self.own_errors():
                self.snapshot.remarks += untaken_remarks(self)

    def is_spoken(self) -> bool:
        """Whether some rule takes some feature: values written alike are other classes then (siting: always)."""
        if self._is_spoken is None:
            self._is_spoken = self.snapshot.role != "control_line" or takes_any(self)
        return self._is_spoken

    def ids_besides(self, ids: np.ndarray) -> np.ndarray:
        """Ascending ids of all features but some; none where everything is read anyway."""
        return np.zeros(0, np.int64)

    def geometries(self, ids: np.ndarray, bounds: Any = None) -> np.ndarray:
        """Valid geometries on the plane of the features `ids` (ascending), None for one that cannot be used.

        With `bounds` (plane) a huge feature need only be given as far as it lies within them, with STAND_IN not at all.
        """
        raise NotImplementedError

    def local_geometries(self, ids: np.ndarray, sizes: Any, make: Any, bounds: Any) -> np.ndarray:
        """As `geometries`: `sizes` bytes of WKB of each feature, `make(positions)` the geometries themselves."""
        if bounds is None:
            return make(np.arange(len(ids)))
        huge = np.asarray(sizes, dtype=int) > HUGE_BYTES
        found = np.empty(len(ids), dtype=object)
        found[~huge] = make(np.flatnonzero(~huge))
        for at in np.flatnonzero(huge):
            found[at] = self.huge.local(int(ids[at]), lambda at=at: make(np.array([at]))[0], bounds)
        return found

    def features(self, ids: Sequence[int]) -> dict[int, QgsFeature]:
        """{id: QgsFeature with the fields that conditions need}."""
        return self.snapshot.features_by_id(ids, self.fields())

    def label_values(self, ids: np.ndarray) -> list:
        """Values of the label field of the features `ids` (ascending)."""
        features = self.snapshot.features_by_id(ids.tolist(), [self.label_field])
        return [features[fid][self.label_field] for fid in ids.tolist()]


# whatever the libraries below make of a damaged file: the layer has failed, the run goes on
_LIBRARY_ERRORS = (
    shapely.GEOSException,
    sqlite3.Error,
    StoreUnusable,
    RuntimeError,
    ValueError,
    OSError,
    LookupError,
)


class _OwnErrors:
    def __init__(self, name):
        self._name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, _LIBRARY_ERRORS):
            raise InputError("layer_error", layer=self._name, error=str(error)) from error


class LayerRows(Nearby):
    """Features of a ControlLayer near some bounds: geometry, conditions and labels are asked of the layer by id."""

    def __init__(self, fids, boxes, layer, bounds=None):
        super().__init__(fids, boxes)
        self.layer, self.bounds, self._features = layer, bounds, {}

    def geometries(self, rows: np.ndarray, bounds: Any = None) -> np.ndarray:
        return self.layer.geometries(self.fids[rows], bounds or self.bounds)

    def geometries_or_windows(self, rows: np.ndarray) -> tuple:
        geometries = self.geometries(rows, STAND_IN)
        windows = ((at, self.layer.huge.known(fid)) for at, fid in enumerate(self.fids[rows].tolist()))
        return geometries, {at: found for at, found in windows if found is not None}

    def read_here(self) -> None:
        self.layer.reads_here = True

    def note(self, rows: np.ndarray, repairs: Sequence[Repair], skipped: Sequence[Skipped]) -> None:
        ids, name = self.fids[rows], self.layer.name
        repaired = [replace(note, layer=name, fid=int(ids[note.fid])) for note in repairs]
        left_out = [replace(note, layer=name, fid=int(ids[note.fid])) for note in skipped]
        self.layer.snapshot.notes.add(ids, repaired, left_out)

    def unread(self, rows: np.ndarray) -> np.ndarray:
        codes = map(self.layer.snapshot.notes.skip_code, self.fids[rows].tolist())
        names = (f"{self.layer.name} #{fid}" for fid in self.fids[rows].tolist())
        return objects([name if code in UNREAD else "" for code, name in zip(codes, names)])

    def mask(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        condition = self.layer.conditions[rule_id]
        if not isinstance(condition, RowCondition):
            return np.full(len(rows), condition)
        return condition.mask(self._asked(rows))

    def unclear(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        unclear, is_spoken = self.layer.unclear.get(rule_id), self.layer.is_spoken
        return super().unclear(rows, rule_id) if unclear is None else unclear.mask(self._asked(rows), is_spoken)

    def described(self, rows: np.ndarray) -> list[str]:
        return described(self.layer, self.fids[rows], self._asked(rows))

    def _asked(self, rows):
        """Features with the fields of the conditions."""
        wanted = self.fids[rows].tolist()
        if any(fid not in self._features for fid in wanted):
            self._features = self.layer.features(wanted)
        return [self._features[fid] for fid in wanted]

    def numbers(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        limit = self.layer.limits.get(rule_id)
        if limit is None or limit.absent:
            return super().numbers(rows, rule_id)
        return limit.numbers(self._asked(rows))

    def labels(self, rows: np.ndarray) -> list[str]:
        if self.layer.label_field is None or not len(rows):
            return super().labels(rows)
        ids, places = np.unique(self.fids[rows], return_inverse=True)
        values = [label(value) for value in self.layer.label_values(ids)]
        return [values[place] for place in places]


def label(value: Any) -> str:
    """A feature's name for people; "" for none."""
    return text_of(value) or ""
