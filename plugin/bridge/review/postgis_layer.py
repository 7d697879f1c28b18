"""A control line in PostGIS: the overlay is pushed down to the server, only findings travel."""

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsFeature

from ...core.land import crs as crs_rules
from ...core.land.coordinates import suspect_boxes
from ...core.land.pieces import Origin, PieceTable, joined, piece_table
from ...core.land.remarks import UNREAD, Repair, Skipped
from ...core.land.row_boxes import row_boxes
from ...core.messages import catalogue
from ...core.review.catalogue import ControlLine
from ...core.review.control_group import ControlGroup
from ...core.review.line_check import LineTask
from ...core.review.projects import ProjectChunk
from ...core.review.unread import UnreadNear
from ...core.threads import Feedback
from ..layers.conditions import RowCondition
from ..layers.postgis_server import GeometryRefused
from ..layers.postgis_table import Overlay, PostgisTable, Strips
from ..layers.snapshot import LayerSnapshot
from . import control_readers
from .control_layer import FULLY_CHECKED, ControlLayer, LayerRows
from .control_readers import Reading
from .input_checks import check_places

_EXACT_M = 1e-9  # a server that transforms otherwise than PROJ does here would change areas
_GRID = 9


def control_layer(snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Reading) -> ControlLayer:
    """As control_readers.control_layer, PostGIS tables included."""
    if isinstance(snapshot.table, PostgisTable):
        return PostgisLayer(snapshot, line, rules, reading.plane, reading.near_only)
    return control_readers.control_layer(snapshot, line, rules, reading)


class PostgisLayer(control_readers.GpkgLayer):
    """A PostGIS table. Where the server cannot answer as the desk would, near features are fetched and looked at here.

    That is so for lines and points, distance rules, servers that repair or transform otherwise, and geometry that the
    server cannot compute with.
    """

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        self.table = self.snapshot.table
        self._computed_here = ControlGroup([self], [0])
        self.is_empty = self.table.is_empty(feedback)
        check_places(self, self._some_rows(feedback))
        srid = self._srid(feedback) if self.snapshot.dimension == 2 and self.table.repairs else None
        limits = crs_rules.plane_limits(self.plane)
        self._overlay = None if srid is None else Overlay(srid, limits, self.label_field or "")

    def _some_rows(self, feedback):
        """RowBoxes of a few rows, and of all that lie where the CRS allows none."""
        parts = [self.table.some_rows(feedback), *map(self.table.near, suspect_boxes(self.snapshot.crs))]
        ids, first = np.unique(np.concatenate([part[0] for part in parts]), return_index=True)
        boxes = np.concatenate([part[1] for part in parts])[first]
        return row_boxes(ids, boxes, np.ones(len(ids), bool))

    def rows_near(self, ids: np.ndarray, boxes: np.ndarray, bounds: Any) -> LayerRows:
        return LayerRows(ids, boxes, self, bounds)

    def search(self, bounds: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
        return self.table.near(bounds)

    def altered(self) -> str:
        return ""  # each statement of the server sees one state

    def _srid(self, feedback):
        """The server's number for the plane, None when it has none or transforms to it otherwise."""
        crs = self.snapshot.crs
        if crs == self.plane:
            return self.table.srid
        srid, extent = self.table.plane_srid(self.plane, feedback), self.snapshot.extent
        if srid is None or extent.isNull():
            return None
        x = np.linspace(extent.xMinimum(), extent.xMaximum(), _GRID)
        y = np.linspace(extent.yMinimum(), extent.yMaximum(), _GRID)
        points = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
        try:
            there = self.table.moved(points, srid, feedback)
        except GeometryRefused:
            return None
        here = np.column_stack(crs_rules.transformer(crs, self.plane).transform(*points.T))
        return srid if np.abs(there - here).max() <= _EXACT_M else None

    def pieces(
        self, chunk: ProjectChunk, task: LineTask, unread: UnreadNear, feedback: Optional[Feedback] = None
    ) -> PieceTable:
        if self.failure:
            return piece_table()  # a server that is gone is not waited for once a chunk
        rules = [(number, rule) for number, rule in enumerate(task.rules) if rule.id in self.rule_ids]
        if self._overlay is None or any(rule.kind in ("distance", "height") or rule.geometry for _, rule in rules):
            return self._computed_here.pieces(chunk, task, unread, feedback)
        try:
            return self._pushed(chunk, task, rules, unread, feedback)
        except GeometryRefused:
            return self._computed_here.pieces(chunk, task, unread, feedback)

    def _pushed(self, chunk, task, rules, unread, feedback):
        """The PieceTable that the server computes."""
        strips, owners = chunk.projects.search_boxes(chunk.index)
        boxes = crs_rules.transform_boxes(strips, self.plane, self.snapshot.crs)
        picked = self._picked(boxes, feedback)
        if picked is None:
            return self._computed_here.pieces(chunk, task, unread, feedback)
        applies = {rule.id: task.applies(rule.id, chunk.index) for _, rule in rules}
        needed = np.flatnonzero(np.any([np.zeros(len(chunk), bool), *applies.values()], axis=0))
        wkb = dict(zip(needed.tolist(), shapely.to_wkb(chunk.projects.geometries[chunk.index[needed]])))
        everything = any(keys is None for keys in picked.values())
        keys = None if everything else np.unique(np.concatenate([np.array([], dtype=np.int64), *picked.values()]))
        rows = self.table.pieces(self._overlay, wkb, Strips(owners, boxes), keys, feedback)
        lost = self._note(row for row in rows if row[0] < 0)
        if lost:  # which project it is near is not asked: nothing of the chunk may be called clear
            unread.note(chunk.index.tolist(), [f"{self.name} #{lost[0]}"] * len(chunk))
        rows = sorted((row for row in rows if row[0] >= 0), key=lambda row: row[:2])
        project, fids = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2).T
        labels, pieces = [row[2] or "" for row in rows], shapely.from_wkb([bytes(row[3]) for row in rows])
        table = piece_table(chunk.index[project], pieces, Origin(fid=fids, label=labels))
        return joined(
            self._under(number, rule, table, applies[rule.id][project], picked[rule.id]) for number, rule in rules
        )

    def _under(self, number, rule, every, applies, keys):
        """The pieces of one rule among those of all."""
        table = every.take(applies if keys is None else applies & np.isin(every.fid, keys))
        table.rule = np.full(len(table), number)
        return table

    def _picked(self, boxes, feedback):
        """{rule id: keys of the features near `boxes` that its `where` picks, None for all}.

        None where some feature is not understood: then it is looked at here.
        """
        conditions = {rule_id: self.conditions[rule_id] for rule_id in self.rule_ids}
        picked = {
            rule_id: None if condition is True else np.array([], dtype=np.int64)
            for rule_id, condition in conditions.items()
        }
        asked = {rule_id: condition for rule_id, condition in conditions.items() if isinstance(condition, RowCondition)}
        is_all = any(condition is True for condition in conditions.values())
        if asked or (self.unclear and not is_all):
            ids = self.table.candidates(boxes, feedback)
            found = self.features(ids.tolist())
            features = [found[key] for key in ids.tolist()]
            masks = {rule_id: condition.mask(features) for rule_id, condition in asked.items()}
            picked.update({rule_id: ids[mask] for rule_id, mask in masks.items()})
            untaken = () if is_all else np.flatnonzero(~np.any([np.zeros(len(ids), bool), *masks.values()], axis=0))
            asked_of = [features[at] for at in untaken]
            if any(one.mask(asked_of, self.is_spoken).any() for one in self.unclear.values()):
                return None
        return picked

    def _note(self, rows):
        """Keep what the server found wrong with features: rows (-1, key, reason, None, area before repair, area
        after). Returns the keys of those that may be land.
        """
        checked, repairs, skipped = [], [], []
        for _, key, reason, _, before, after in rows:
            checked.append(key)
            if before is not None:
                repairs.append(Repair(self.name, key, reason, before, after or 0.0))
            if reason is not None and (before is None or not after):
                skipped.append(Skipped(self.name, key, reason if reason in catalogue() else "geometry_collapsed"))
        self.snapshot.notes.add(np.array(checked, dtype=np.int64), repairs, skipped)
        return [skip.fid for skip in skipped if skip.code in UNREAD]

    def check_rest(self, feedback: Optional[Feedback] = None) -> None:
        try:
            if self.near_only or self.failure or self.snapshot.expected_count > FULLY_CHECKED:
                return
            if self._overlay is None:
                super().check_rest(feedback)
                return
            try:
                self._note(self.table.broken(self._overlay, self.snapshot.notes.checked_ids(), feedback))
            except GeometryRefused:
                super().check_rest(feedback)
        finally:
            self.table.close()

    def close(self) -> None:
        self.table.close()

    def features(self, ids: Sequence[int]) -> dict[int, QgsFeature]:
        return self.snapshot.features_by_key(self.table.key, ids, self.fields())
