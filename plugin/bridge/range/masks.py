"""Which features of a layer the conditions of rules pick, asked once for rows that hold the same values.

An expression of QGIS takes a tenth of a millisecond; most conditions ask for codes and kinds, of which there are few.
"""

import sqlite3
from collections.abc import Hashable, Sequence
from typing import Any, Optional

import numpy as np

from ...core.threads import Feedback, raise_if_cancelled
from ..layers.conditions import RowCondition
from ..layers.gpkg_reader import GpkgTable
from .stored_layer import mask_name, may_keep

_SHARE = 5_000
_MOST = 100_000  # answers that are remembered of one condition


class Masks:
    """The masks of many layers; what was answered for one holds for the next that asks the same of the same values.

    Any thread.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, dict[Hashable, bool]] = {}

    def of(
        self, layer: Any, rules: Sequence[Any], fids: np.ndarray, feedback: Optional[Feedback]
    ) -> dict[str, np.ndarray]:
        """{name: which features} of each condition that depends on nothing but the row."""
        masks: dict[str, np.ndarray] = {}
        for name, condition in _conditions(layer, rules).items():
            known = self._known.setdefault(condition.identity, {})
            parts = [np.zeros(0, bool)]
            for share in np.array_split(fids, len(fids) // _SHARE + 1):
                raise_if_cancelled(feedback)
                parts.append(_answers(layer.snapshot, condition, share, known))
            masks[name] = np.concatenate(parts)
        return masks


def _answers(snapshot: Any, condition: RowCondition, fids: np.ndarray, known: dict[Hashable, bool]) -> np.ndarray:
    """Which of some features (ascending ids) a condition picks; `known` answers grow."""
    values = _values(snapshot, condition, fids)
    if values is None:
        return _asked(snapshot, condition, fids.tolist())
    first: dict[Hashable, int] = {}
    for fid, held in zip(fids.tolist(), values):
        first.setdefault(held, fid)
    lacking = {held: fid for held, fid in first.items() if held not in known}
    new = dict(zip(lacking, _asked(snapshot, condition, list(lacking.values())).tolist()))
    if len(known) + len(new) <= _MOST:
        known.update(new)
    answers = {held: new[held] if held in new else known[held] for held in first}
    return np.array([answers[held] for held in values], dtype=bool)


def _asked(snapshot: Any, condition: RowCondition, fids: Sequence[int]) -> np.ndarray:
    features = snapshot.features_by_id(fids, sorted(condition.columns)) if fids else {}
    return condition.mask([features[fid] for fid in fids])


def _values(snapshot: Any, condition: RowCondition, fids: np.ndarray) -> Optional[list[Hashable]]:
    """What the columns of a condition hold in each row, None where that cannot be read as it is stored."""
    if not isinstance(snapshot.table, GpkgTable) or not condition.fields_asked:
        return None
    try:
        rows = snapshot.table.values(fids, condition.fields_asked)
    except sqlite3.Error:  # a field that QGIS computes or joins
        return None
    return [tuple(map(_exact, row)) for row in rows]


def _exact(value: Any) -> Hashable:
    """A value of SQLite that is equal to another only where both are the same: 1 is not 1.0."""
    return repr(value) if isinstance(value, float) else value


def _conditions(layer: Any, rules: Sequence[Any]) -> dict[str, RowCondition]:
    """{name of the mask: condition} of the rules whose answers may be kept."""
    named = ((mask_name(rule), layer.conditions.get(rule.id)) for rule in rules)
    return {name: found for name, found in named if isinstance(found, RowCondition) and may_keep(found)}
