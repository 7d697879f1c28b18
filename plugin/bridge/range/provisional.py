"""A first look at a range through the spatial indexes of tables of which nothing has been read yet.

An index may lack rows or lie: what it shows is provisional, what it does not show is unknown. The geometry of what it
shows is read, so that areas are those of land that is there.
"""

from collections.abc import Sequence
from typing import Any, Callable, Optional

import numpy as np

from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Repair, Skipped
from ...core.land.types import Box
from ...core.messages import message
from ...core.review.catalogue import ControlLine
from ...core.review.control_source import Nearby
from ...core.review.line_check import LineOutcome
from ...core.threads import Feedback
from ..layers.gpkg_reader import GpkgTable
from ..layers.snapshot import LayerSnapshot
from ..review.gpkg_layer import GpkgLayer, TablesNear, is_like
from ..review.near_sources import NearSources, StoredLayers
from ..review.preparing import FailedLayer, Review
from ..review.running import run_review

_SHOWN_BY_ABSENCE = "within"  # a rule that is broken where the index shows nothing


def look(
    review: Review,
    store: Optional[StoredLayers],
    take: Callable[[LineOutcome], None],
    feedback: Optional[Feedback] = None,
) -> None:
    """`take` gets outcomes of what lies in a store or is shown by an index; of a line of which anything else has to be
    read the verdict has failed. Raises Cancelled.
    """
    run_review(
        review, take, "", feedback, NearSources(store=_Indexes(store), threads=1)
    )  # two would wait for each other


class _Indexes:
    """Layers for a first look."""

    def __init__(self, store: Optional[StoredLayers]) -> None:
        self._store = store

    def layer(self, snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Any) -> Any:
        stored = self._store.layer(snapshot, line, rules, reading) if self._store is not None else None
        asks_what_is_there = not any(rule.kind == _SHOWN_BY_ABSENCE or rule.less_line for rule in rules)
        table = snapshot.table
        if stored is not None and asks_what_is_there:
            return stored
        if isinstance(table, GpkgTable) and table.is_indexed and asks_what_is_there:
            return IndexLayer(snapshot, line, rules, reading.plane, True)
        return FailedLayer(snapshot.name, snapshot.source, line, message("range_unread"))


class IndexLayer(GpkgLayer):
    """A table as its spatial index shows it."""

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        self.is_empty = False

    def waits(self) -> bool:
        return False

    def altered(self) -> str:
        return ""

    def search(self, bounds: Box) -> tuple[np.ndarray, np.ndarray]:
        return self.snapshot.table.indexed(bounds)

    def near_all(self, sources: Sequence[Any], bounds: Box) -> Optional[Nearby]:
        are_alike = all(isinstance(one, IndexLayer) and is_like(one, self) for one in sources)
        return _IndexNear(sources, bounds) if are_alike else None


class _IndexNear(TablesNear):
    """What could not be read is kept here: nothing of a first look is noted."""

    def __init__(self, layers: Sequence[IndexLayer], bounds: Box) -> None:
        super().__init__(layers, bounds)
        self._unread = objects([""] * len(self.fids))

    def note(self, rows: np.ndarray, repairs: Sequence[Repair], skipped: Sequence[Skipped]) -> None:
        self._unread[rows[[skip.fid for skip in skipped if skip.code in UNREAD]]] = self._sources[0].name

    def unread(self, rows: np.ndarray) -> np.ndarray:
        return self._unread[rows]

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return objects([""] * len(rows))  # findings are not shown yet
