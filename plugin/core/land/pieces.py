"""Columns of overlay pieces of one control line and one chunk of projects."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .types import Array


@dataclass
class PieceTable:
    """One row a piece. `rule`, `project`, `source`: positions in the line's rules, the projects, the line's sources.

    `fid` is -1 for a part outside (it belongs to no single feature), `gap` the nearest distance in metres of a
    distance rule or the metres above the limit of a height rule, `area` the ellipsoidal area (m², unrounded) where it
    is known already, else not-a-number. `lone`: the LoneEdges that know the piece's control feature, as their shell
    number `shell`; None and -1 where no one knows whether it overlaps another.
    """

    rule: Array
    project: Array
    source: Array
    fid: Array
    label: Array
    gap: Array
    geometry: Array
    area: Array
    lone: Array
    shell: Array

    def __len__(self) -> int:
        return len(self.rule)

    def take(self, rows: Any) -> "PieceTable":
        """A table of some rows (positions or booleans)."""
        return PieceTable(*(getattr(self, f.name)[rows] for f in fields(self)))

    def sorted_by_project(self) -> "PieceTable":
        if (self.project[1:] >= self.project[:-1]).all():
            return self
        return self.take(np.argsort(self.project, kind="stable"))


@dataclass(frozen=True)
class Origin:
    """Whose pieces of a table are: columns of PieceTable, or single values that stand for every row."""

    rule: Any = 0
    source: Any = -1
    fid: Any = -1
    label: Any = ""
    lone: Any = None
    shell: Any = -1


_NOBODY = Origin()


def piece_table(
    project: Any = (), geometry: Any = (), origin: Origin = _NOBODY, gap: Any = np.nan, area: Any = np.nan
) -> PieceTable:
    """A PieceTable; single values stand for every row."""
    n, label = len(project), origin.label
    return PieceTable(
        np.broadcast_to(np.asarray(origin.rule, dtype=int), n),
        np.asarray(project, dtype=int),
        np.broadcast_to(np.asarray(origin.source, dtype=int), n),
        np.broadcast_to(np.asarray(origin.fid, dtype=np.int64), n),
        np.broadcast_to(objects([label]) if isinstance(label, str) else objects(label), n),
        np.broadcast_to(np.asarray(gap, dtype=float), n),
        objects(geometry),
        np.broadcast_to(np.asarray(area, dtype=float), n),
        np.broadcast_to(np.asarray(origin.lone, dtype=object), n),
        np.broadcast_to(np.asarray(origin.shell, dtype=int), n),
    )


def joined(tables: Iterable[PieceTable]) -> PieceTable:
    """The rows of several tables, in order of their projects."""
    tables = [table for table in tables if len(table)] or [piece_table()]
    if len(tables) == 1:
        return tables[0].sorted_by_project()
    columns = (np.concatenate([getattr(t, f.name) for t in tables]) for f in fields(PieceTable))
    return PieceTable(*columns).sorted_by_project()


def objects(values: Any) -> Array:
    """An object array of a sequence, also where the values are geometries that numpy would try to unpack."""
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.astype(object)  # from a list each geometry is asked whether it is a sequence
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array
