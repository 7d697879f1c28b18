"""A first look at a range through the spatial indexes of tables of which nothing has been read yet.

An index may lack rows or lie: what it shows is provisional, what it does not show is unknown. The geometry of what it
shows is read, so that areas are those of land that is there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Callable, Optional

import numpy as np
from qgis.core import QgsFeature

from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Repair, Skipped
from ...core.land.types import Box
from ...core.messages import message
from ...core.review import run as review_run
from ...core.review.control_source import Nearby
from ...core.review.line_check import LineOutcome, LineTask
from ...core.threads import Feedback, raise_if_cancelled
from ..layers.conditions import RowCondition
from ..layers.gpkg_reader import GpkgFile, GpkgTable
from ..layers.gpkg_shown import Search, ShownRows, plain_features, shown_rows
from ..layers.huge_features import HugeFeatures
from ..review.control_layer import ControlLayer
from ..review.gpkg_layer import GpkgLayer, TableRows, TablesNear, is_like
from ..review.input_checks import check_kind
from ..review.near_sources import BegunRun
from ..review.preparing import FailedLayer
from .stored_layer import StoredLayer

_SHOWN_BY_ABSENCE = "within"  # a rule that is broken where the index shows nothing


def look(begun: BegunRun, take: Callable[[LineOutcome], None], feedback: Optional[Feedback] = None) -> None:
    """`take` gets outcomes of what lies in a store or is shown by an index; of a line of which anything else has to be
    read the verdict has failed. Nothing is told to the layers of the run that has begun. Raises Cancelled.
    """
    sources = {task.line_id: _shown(begun.sources.get(task.line_id, ()), task) for task in begun.tasks}
    _search(begun, sources, feedback)
    settings = replace(begun.settings, threads=1, workers=None)  # two would wait for each other
    for outcome in review_run.run(begun.projects, begun.tasks, sources, settings, feedback):
        take(outcome)


def _shown(sources: Sequence[Any], task: LineTask) -> list:
    """What stands for the sources of a line in a first look."""
    if any(rule.kind == _SHOWN_BY_ABSENCE or rule.less_line for rule in task.rules):
        return [_unread(source) for source in sources[:1]]
    return [_shown_of(source) for source in sources]


def _shown_of(source: Any) -> Any:
    if isinstance(source, StoredLayer):
        return _copied(source, StoredLayer)
    if isinstance(source, ControlLayer):
        table = source.snapshot.table
        is_indexed = isinstance(table, GpkgTable) and table.is_indexed
        return _copied(source, IndexLayer) if is_indexed else _unread(source)
    return source


def _unread(source: Any) -> Any:
    """A source of which nothing can be said before it is read."""
    if not isinstance(source, ControlLayer):
        return source
    return FailedLayer(source.name, source.snapshot.source, source.line, message("range_unread"))


def _copied(layer: ControlLayer, kind: type[ControlLayer]) -> Any:
    """Another layer of a kind on the same data; what is found there is not told to the first one."""
    made = kind.__new__(kind)
    made.__dict__.update(layer.__dict__, snapshot=layer.snapshot.fresh(), huge=HugeFeatures())
    return made


def _search(begun: BegunRun, sources: dict[str, list], feedback: Optional[Feedback]) -> None:
    """Ask the indexes of all tables for what lies near the range, file by file."""
    chunks = begun.projects.chunks()
    by_file: dict[GpkgFile, list[tuple[IndexLayer, Search]]] = {}
    for task in begun.tasks if len(chunks) == 1 else ():
        reach = max((rule.distance_m or 0.0 for rule in task.rules), default=0.0)
        bounds = grown(chunks[0].bounds, reach)
        for layer in sources[task.line_id]:
            if isinstance(layer, IndexLayer):
                by_file.setdefault(layer.snapshot.table.file, []).append((layer, layer.search_near(bounds)))
    for asked in by_file.values():
        raise_if_cancelled(feedback)
        for (layer, _), shown in zip(asked, shown_rows([search for _, search in asked])):
            layer.shown = shown


class IndexLayer(GpkgLayer):
    """A table as its spatial index shows it; `shown`: what it was asked for with others of its file."""

    shown: Optional[ShownRows] = None

    def open(self, feedback: Optional[Feedback] = None) -> None:
        self.is_empty = False
        check_kind(self)

    def altered(self) -> str:
        return ""

    def is_spoken(self) -> bool:
        return True  # it would have to be read; who answers for it asks

    def search_near(self, bounds: Box) -> Search:
        """What is asked of its index for bounds on the plane."""
        near = crs_rules.transform_bounds(bounds, self.plane, self.snapshot.crs)
        return Search(self.snapshot.table, near, self.columns_asked())

    def columns_asked(self) -> tuple[str, ...]:
        """The fields that its conditions need."""
        asked = (one for one in (*self.conditions.values(), *self.limits.values()) if isinstance(one, RowCondition))
        return tuple(sorted({name for one in asked for name in one.fields_asked}))

    def search(self, bounds: Box) -> tuple[np.ndarray, np.ndarray]:
        if self.shown is not None and self.shown.bounds != bounds:
            self.shown = None
        return self.snapshot.table.indexed(bounds) if self.shown is None else (self.shown.ids, self.shown.boxes)

    def rows_near(self, ids: np.ndarray, boxes: np.ndarray, bounds: Any) -> TableRows:
        return _IndexRows(ids, boxes, self, bounds)

    def near_all(self, sources: Sequence[Any], bounds: Box) -> Optional[Nearby]:
        are_alike = all(isinstance(one, IndexLayer) and is_like(one, self) for one in sources)
        return _IndexNear(sources, bounds) if are_alike else None

    def features(self, ids: Sequence[int]) -> dict[int, QgsFeature]:
        shown = self.shown
        if shown is not None and shown.values is not None:
            at = np.searchsorted(shown.ids, ids).tolist()
            columns = self.columns_asked()
            found = plain_features(self.snapshot.fields, columns, ids, [shown.values[place] for place in at])
        else:
            found = None
        return super().features(ids) if found is None else found


class _IndexRows(TableRows):
    """Rows whose geometry came with the answer of the index."""

    def wkb(self, rows: np.ndarray) -> list:
        shown = self.layer.shown
        return super().wkb(rows) if shown is None else [shown.wkb[row] for row in rows.tolist()]


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
