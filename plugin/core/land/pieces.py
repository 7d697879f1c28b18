"""Columns of overlay pieces of one control line and one chunk of projects."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass
class PieceTable:
    """One row a piece. `rule`, `project`, `source`: positions in the line's rules, the projects, the line's sources.

    `fid` is -1 for a part outside (it belongs to no single feature), `gap` the nearest distance in metres of a
    distance rule, `area` the ellipsoidal area (m², unrounded) where it is known already, else not-a-number.
    """

    rule: np.ndarray
    project: np.ndarray
    source: np.ndarray
    fid: np.ndarray
    label: np.ndarray
    gap: np.ndarray
    geometry: np.ndarray
    area: np.ndarray

    def __len__(self):
        return len(self.rule)

    def take(self, rows):
        """A table of some rows (positions or booleans)."""
        return PieceTable(*(getattr(self, f.name)[rows] for f in fields(self)))

    def sorted_by_project(self):
        return self.take(np.argsort(self.project, kind="stable"))


def piece_table(rule=0, project=(), source=-1, fid=-1, label="", gap=np.nan, geometry=(), area=np.nan):
    """A PieceTable; single values stand for every row."""
    n = len(project)
    return PieceTable(
        np.broadcast_to(np.asarray(rule, dtype=int), n),
        np.asarray(project, dtype=int),
        np.broadcast_to(np.asarray(source, dtype=int), n),
        np.broadcast_to(np.asarray(fid, dtype=np.int64), n),
        np.broadcast_to(objects([label]) if isinstance(label, str) else objects(label), n),
        np.broadcast_to(np.asarray(gap, dtype=float), n),
        objects(geometry),
        np.broadcast_to(np.asarray(area, dtype=float), n),
    )


def joined(tables):
    """The rows of several tables, in order of their projects."""
    tables = list(tables) or [piece_table()]
    columns = (np.concatenate([getattr(t, f.name) for t in tables]) for f in fields(PieceTable))
    return PieceTable(*columns).sorted_by_project()


def objects(values):
    """An object array of a sequence, also where the values are geometries that numpy would try to unpack."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array
