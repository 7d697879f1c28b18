"""Columns of overlap pieces of one control line, grown batch by batch."""

from dataclasses import dataclass

import numpy as np


@dataclass
class PieceTable:
    """One row a piece; `project_index` numbers the projects, `gaps` are nearest distances in metres (distance rules)."""

    rule_ids: np.ndarray
    project_index: np.ndarray
    geometries: np.ndarray
    fids: np.ndarray
    labels: np.ndarray
    layer_names: np.ndarray
    layer_dates: np.ndarray
    gaps: np.ndarray
    areas: np.ndarray = None
    is_sliver: np.ndarray = None

    def rows_of_rule(self, rule_id):
        return np.flatnonzero(self.rule_ids == rule_id)

    def by_project(self, rows):
        """Return {project index: its rows among `rows`}, in project order."""
        rows = np.asarray(rows, dtype=int)
        order = rows[np.argsort(self.project_index[rows], kind="stable")]
        keys, starts = np.unique(self.project_index[order], return_index=True)
        return dict(zip(map(int, keys), np.split(order, starts[1:]))) if len(keys) else {}

    def take(self, rows):
        return PieceTable(*(getattr(self, name)[rows] for name in _COLUMNS))

    def without(self, rows):
        keep = np.ones(len(self.rule_ids), bool)
        keep[rows] = False
        return self.take(keep)

    def with_outside(self, rule_id, owners, geometries):
        """Append the parts outside of a must-be-inside rule; they belong to no single control feature."""
        n = len(owners)
        extra = _table([(rule_id, owners, _objects(geometries), [None] * n, [""] * n, "", "", [np.nan] * n)])
        return PieceTable(*(np.concatenate([getattr(self, name), getattr(extra, name)]) for name in _COLUMNS))

    def sorted_by_project(self):
        return self.take(np.argsort(self.project_index, kind="stable"))


_COLUMNS = ("rule_ids", "project_index", "geometries", "fids", "labels", "layer_names", "layer_dates", "gaps")


class LinePieces:
    """Pieces as they come, turned into one PieceTable at the end."""

    def __init__(self):
        self._chunks = []

    def add(self, rule_id, project_index, pieces, batch, rows, gaps):
        """Add pieces of one rule; `rows` are the positions of their control features in `batch`."""
        labels = [batch.labels[r] for r in rows]
        gaps = np.full(len(rows), np.nan) if gaps is None else gaps
        fids = [int(batch.fids[r]) for r in rows]
        self._chunks.append((rule_id, project_index, pieces, fids, labels, batch.layer_name, batch.layer_date, gaps))

    def table(self):
        return _table(self._chunks).sorted_by_project()


def _table(chunks):
    def column(position, dtype=object):
        return np.concatenate([_objects(c[position]) for c in chunks] or [np.array([], dtype=object)]).astype(dtype)

    def repeated(position):
        return _objects([c[position] for c in chunks for _ in range(len(c[1]))])

    return PieceTable(repeated(0), column(1, int), column(2), column(3), column(4), repeated(5), repeated(6), column(7, float))


def _objects(values):
    """An object array of a sequence, also where the values are geometries that numpy would try to unpack."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
