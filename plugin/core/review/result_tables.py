"""Findings and verdicts as columns: tens of thousands are made, written and counted without an object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ..land.gpkg import are_blobs, blob_geometries
from ..land.rounding import M2_PER_HECTARE, MU_PER_M2, half_up
from ..messages import message
from .findings import Finding, Verdict, conclusion_of

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from .line_check import LineCheck, LineTask
    from .piece_areas import PieceAreas


class ResultTable:
    """Rows of one record class kept as columns.

    Iterating gives the records. A column is an array or one value for all rows.
    """

    def __init__(self, record: type, count: int, columns: dict[str, Any]) -> None:
        self._record, self._count, self._columns = record, count, columns

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        names = list(self._columns)
        columns = [self.column(name) for name in names]
        if names == [f.name for f in fields(self._record)][: len(names)]:  # as they come: twice as quick
            yield from map(self._record, *columns)
        else:
            yield from (self._record(**dict(zip(names, values))) for values in zip(*columns))

    def __getitem__(self, row: int) -> Any:
        row = range(self._count)[row]
        return self._record(**{name: self.column(name)[row] for name in self._columns})

    def column(self, name: str) -> list[Any]:
        """The values of a column as a list; `overlap_ha`, `overlap_mu` and `conclusion` follow from others."""
        if name == "overlap_ha":
            return list(half_up(self._columns["overlap_m2"] / M2_PER_HECTARE, 4).tolist())
        if name == "overlap_mu":
            return list(half_up(self._columns["overlap_m2"] * MU_PER_M2, 2).tolist())
        if name == "conclusion":
            pairs = list(zip(self.column("status"), self.column("effect")))
            known = {pair: conclusion_of(*pair) for pair in set(pairs)}  # a hundred thousand verdicts know a few pairs
            return [known[pair] for pair in pairs]
        values = self._columns[name]
        return self.array(name).tolist() if isinstance(values, np.ndarray) else [values] * self._count

    def without(self, name: str) -> ResultTable:
        """The same rows without a column; what it held can be let go."""
        columns = {key: values for key, values in self._columns.items() if key != name}
        return ResultTable(self._record, self._count, columns)

    def parts(self, size: int) -> Iterator[ResultTable]:
        """The same rows in tables of at most `size`."""
        for start in range(0, self._count, size):
            rows = slice(start, start + size)
            columns = {k: v[rows] if isinstance(v, np.ndarray) else v for k, v in self._columns.items()}
            yield ResultTable(self._record, min(size, self._count - start), columns)

    def array(self, name: str) -> Array:
        """The values of a column as an array."""
        values = self._columns[name]
        if name == "geometry" and isinstance(values, np.ndarray) and are_blobs(values):
            return blob_geometries(values)
        return values if isinstance(values, np.ndarray) else np.full(self._count, values, dtype=object)

    def blobs(self) -> Optional[Array]:
        """The geometries as GeoPackage blobs of no system, where they came as such; None else."""
        values = self._columns["geometry"]
        return values if isinstance(values, np.ndarray) and are_blobs(values) else None


def finding_table(check: LineCheck, table: PieceTable, areas: PieceAreas) -> ResultTable:
    """The findings of a PieceTable with its PieceAreas, as a ResultTable of Finding; its geometries may be polygons
    as blobs.
    """
    task, projects = check.task, check.projects
    project_m2 = projects.areas_m2[table.project]
    names = np.array([*(source.name for source in check.sources), ""], dtype=object)
    dates = np.array([*(source.date for source in check.sources), ""], dtype=object)
    fids = table.fid
    if (fids < 0).any():
        fids = fids.astype(object)
        fids[table.fid < 0] = None
    columns = {
        "project_key": projects.key_array[table.project],
        "line_id": task.line_id,
        "line_name": task.line_name,
        "rule_id": _of_rule(table, [rule.id for rule in task.rules]),
        "effect": _of_rule(table, [rule.tier for rule in task.rules]),
        "control_fid": fids,
        "control_label": table.label,
        "overlap_m2": areas.areas,
        "project_m2": project_m2,
        "share_pct": share_pct(areas.areas, project_m2),
        "is_sliver": areas.sliver,
        "law": _of_rule(table, [rule.law_text() for rule in task.rules]),
        "note": _notes(task, table),
        "layer_name": names[table.source],
        "layer_date": dates[table.source],
        "geometry": table.geometry,
    }
    return ResultTable(Finding, len(table), columns)


def _of_rule(table: PieceTable, values: Sequence[Any]) -> Array:
    return np.array(values, dtype=object)[table.rule]


def _notes(task: LineTask, table: PieceTable) -> Array:
    notes = _of_rule(table, [message("note_outside") if rule.kind == "within" else rule.note for rule in task.rules])
    distance = np.array([rule.kind == "distance" for rule in task.rules])[table.rule]
    for row in np.flatnonzero(distance):
        required = task.rules[table.rule[row]].distance_m
        notes[row] = message("note_distance", distance=f"{table.gap[row]:.2f}", required=f"{required:g}")
    height = np.array([rule.kind == "height" for rule in task.rules])[table.rule]
    for row in np.flatnonzero(height & np.isfinite(table.gap)):
        notes[row] = message("note_height", metres=f"{table.gap[row]:.2f}")
    if are_blobs(table.geometry):
        return notes
    for row in np.flatnonzero(~distance & (shapely.get_dimensions(table.geometry) == 1)):
        notes[row] = message("note_crosses", length=f"{shapely.length(table.geometry[row]):.2f}")
    return notes


def share_pct(part_m2: Any, total_m2: Any) -> Any:
    """Percentage with 4 decimals, never above 100 (an overlap is part of the project) and 0 for a project
    without area.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.asarray(total_m2) > 0, np.asarray(part_m2) / total_m2 * 100, 0.0)
    return np.minimum(half_up(share, 4), 100.0)


def verdict_table(columns: dict[str, Any], count: int) -> ResultTable:
    """A ResultTable of Verdict."""
    return ResultTable(Verdict, count, columns)
