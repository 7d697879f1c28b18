"""A control layer whose geometry, labels and conditions lie in the store of all layers."""

import json
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from qgis.core import QgsExpression

from ...core.land.array_store import StoreUnusable
from ...core.land.section_search import Found, SectionSearch
from ...core.land.section_store import Section, SectionStore
from ...core.review.control_source import Nearby
from ...core.review.rules import Rule
from ...core.threads import Feedback
from ..layers.conditions import RowCondition
from ..layers.huge_features import HUGE_BYTES, STAND_IN
from ..review.control_cache import noted
from ..review.control_layer import ControlLayer, LayerRows
from ..review.control_readers import source_layer

Bounds = tuple[float, float, float, float]
# of these an answer depends on nothing but the row
_OF_THE_ROW = frozenset(
    "abs ceil coalesce concat floor if left length like lower lpad ltrim nullif regexp_match replace right round rpad "
    "rtrim strpos substr to_date to_int to_real to_string trim try upper".split()
)


def mask_name(rule: Rule) -> str:
    """What a rule's condition is kept under."""
    return json.dumps([rule.where, rule.where_needs])


def may_keep(condition: RowCondition) -> bool:
    """Whether the answers of a condition stay the same while the rows do: no variable, no clock, no other layer."""
    expression = QgsExpression(condition.text)
    functions = {name.lower() for name in expression.referencedFunctions()}
    return functions <= _OF_THE_ROW and not expression.referencedVariables() and not expression.needsGeometry()


class StoredLayer(ControlLayer):
    """A ControlLayer on a section of an open store; fields that the store does not hold are asked of the layer."""

    def __init__(self, store: SectionStore, section: Section, *layer: Any) -> None:
        super().__init__(*layer)
        self.store, self.section, self._made_with = store, section, layer[1:]
        self.mask_names = {rule.id: mask_name(rule) for rule in layer[2] if rule.where}
        self._reader: Any = None

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        self.is_empty = not self.section.count
        self.snapshot.cache = self.section.header["made"]

    def _state(self) -> Any:
        """Whoever watches the layer knows the stamps of its file already."""
        return None if self.is_watched else super()._state()

    def near(self, bounds: Bounds) -> "StoredNear":
        return StoredNear([self], bounds)

    def near_all(self, sources: Sequence[Any], bounds: Bounds) -> Optional[Nearby]:
        shared = all(isinstance(source, StoredLayer) and source.store is self.store for source in sources)
        return StoredNear(sources, bounds) if shared else None

    def geometries(self, ids: np.ndarray, bounds: Any = None) -> np.ndarray:
        near = self.near((-np.inf, -np.inf, np.inf, np.inf))
        geometries = np.full(len(ids), None)
        known = np.flatnonzero(np.isin(ids, near.fids))
        geometries[known] = near.geometries(np.searchsorted(near.fids, ids[known]), bounds)
        return geometries

    def note(self, ids: np.ndarray) -> None:
        """Note what the maker of the section found at features that are looked at."""
        self.snapshot.notes.add(ids, *noted(self.section, self.name, ids))

    def from_source(self, ids: np.ndarray, bounds: Any) -> np.ndarray:
        """As `geometries`, from the layer itself, where the store turned out to be damaged."""
        if self._reader is None:
            self._reader = source_layer(self.snapshot, *self._made_with)
            self._reader.open()
        return self._reader.geometries(ids, bounds)

    def condition_of(self, rule_id: str) -> Any:
        """True or False for all features, the name of a kept mask, None where the layer must be asked."""
        condition = self.conditions.get(rule_id) if rule_id in self.rule_ids else False
        if not isinstance(condition, RowCondition):
            return bool(condition)
        name = self.mask_names.get(rule_id, "")
        return name if name in self.section.masks else None


class StoredNear(Nearby):
    """What of some stored layers lies near bounds; `source`: the position of each feature's layer."""

    def __init__(self, layers: Sequence[StoredLayer], bounds: Bounds) -> None:
        self._layers, self._search = layers, SectionSearch(layers[0].store, [layer.section for layer in layers])
        self._found, self._bounds = self._search.meeting(bounds), bounds
        self.source = self._found.section
        super().__init__(self._found.fids, self._found.boxes)

    def geometries(self, rows: np.ndarray, bounds: Any = None) -> np.ndarray:
        found = self._found.take(rows)
        huge = self._search.sizes(found) > HUGE_BYTES
        geometries = np.full(len(rows), None)
        for number, own in _by_layer(found):
            self._layers[number].note(found.fids[own])
        geometries[~huge] = self._usable(found.take(~huge))
        for at in np.flatnonzero(huge).tolist():
            one, layer = found.take(np.array([at])), self._layers[int(found.section[at])]
            near = bounds or self._bounds
            geometries[at] = layer.huge.local(int(found.fids[at]), lambda one=one: self._usable(one)[0], near)
        return geometries

    def _usable(self, found: Found) -> np.ndarray:
        try:
            return self._search.geometries(found)
        except StoreUnusable:
            geometries = np.full(len(found.fids), None)
            for number, own in _by_layer(found):
                geometries[own] = self._layers[number].from_source(found.fids[own], None)
            return geometries

    def geometries_or_windows(self, rows: np.ndarray) -> tuple:
        geometries, found = self.geometries(rows, STAND_IN), self._found.take(rows)
        huge = np.flatnonzero(self._search.sizes(found) > HUGE_BYTES).tolist()
        known = ((at, self._layers[int(found.section[at])].huge.known(int(found.fids[at]))) for at in huge)
        return geometries, {at: windows for at, windows in known if windows is not None}

    def mask(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        found, answer = self._found.take(rows), np.zeros(len(rows), bool)
        answers = [layer.condition_of(rule_id) for layer in self._layers]
        for number, own in _by_layer(found):
            if answers[number] is None:
                answer[own] = self._asked(number, found, own).mask(np.arange(int(own.sum())), rule_id)
            elif isinstance(answers[number], str):
                answer[own] = self._search.mask(found.take(own), answers[number])
            else:
                answer[own] = answers[number]
        return answer

    def unclear(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        found, answer = self._found.take(rows), np.zeros(len(rows), bool)
        for number, own in _by_layer(found):
            if rule_id in self._layers[number].unclear:
                answer[own] = self._asked(number, found, own).unclear(np.arange(int(own.sum())), rule_id)
        return answer

    def described(self, rows: np.ndarray) -> Any:
        found, names = self._found.take(rows), np.full(len(rows), "", dtype=object)
        for number, own in _by_layer(found):
            names[own] = self._asked(number, found, own).described(np.arange(int(own.sum())))
        return names

    def numbers(self, rows: np.ndarray, rule_id: str) -> np.ndarray:
        found, answer = self._found.take(rows), np.full(len(rows), np.nan)
        for number, own in _by_layer(found):
            layer = self._layers[number]
            if rule_id in layer.rule_ids and rule_id in layer.limits and not layer.limits[rule_id].absent:
                answer[own] = self._asked(number, found, own).numbers(np.arange(int(own.sum())), rule_id)
        return answer

    def _asked(self, number: int, found: Found, own: np.ndarray) -> LayerRows:
        return LayerRows(found.fids[own], found.boxes[own], self._layers[number])

    def labels(self, rows: np.ndarray) -> list[str]:
        return self._search.labels(self._found.take(rows))


def _by_layer(found: Found) -> list[tuple[int, np.ndarray]]:
    """(position of a layer, which features are its) of all layers that have any."""
    return [(number, found.section == number) for number in np.unique(found.section).tolist()]
