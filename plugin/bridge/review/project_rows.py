"""Rows of a project layer: geometries and attributes, straight from a GeoPackage where its values are QGIS's own."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from ...core.errors import InputError
from ...core.threads import Feedback, raise_if_cancelled
from ..layers import field_types
from ..layers.gpkg_reader import GpkgTable
from ..layers.snapshot import BATCH, LayerSnapshot
from ..layers.values import text_of

_OWN = {field_types.TEXT: str, field_types.LONG: int}  # fields of which QGIS gives what the file holds


@dataclass
class ProjectRows:
    """All rows of a layer in their order: ids, valid geometries on the plane (None: cannot be used), texts of fields.

    `features`: the QGIS features with all fields, read when an expression asks for them.
    """

    snapshot: LayerSnapshot
    fids: np.ndarray
    geometries: np.ndarray
    _texts: dict[str, list] = field(default_factory=dict)
    _features: Optional[list] = None

    def texts(self, name: Optional[str]) -> list:
        """What a field holds as text, None for nothing; of no field nothing."""
        if name is None:
            return [None] * len(self.fids)
        if name not in self._texts:
            self._texts[name] = [text_of(feature[name]) for feature in self.features]
        return self._texts[name]

    @property
    def features(self) -> list:
        if self._features is None:
            found = {feature.id(): feature for feature in self.snapshot.features(_names(self.snapshot))}
            if not found.keys() >= set(self.fids.tolist()):
                raise InputError("layer_unreadable", layer=self.snapshot.name)
            self._features = [found[fid] for fid in self.fids.tolist()]
        return self._features

    def take(self, rows: np.ndarray) -> "ProjectRows":
        """Some of the rows."""
        texts = {name: [values[row] for row in rows.tolist()] for name, values in self._texts.items()}
        features = None if self._features is None else [self._features[row] for row in rows.tolist()]
        return ProjectRows(self.snapshot, self.fids[rows], self.geometries[rows], texts, features)


def _names(snapshot):
    return [field.name() for field in snapshot.fields]


def project_rows(
    snapshot: LayerSnapshot, plane: CRS, names: Sequence[str], feedback: Optional[Feedback] = None
) -> ProjectRows:
    """The rows of a layer; `names`: fields whose texts are wanted. Raises Cancelled, and InputError for no rows."""
    table = snapshot.table
    if isinstance(table, GpkgTable) and snapshot.is_unfiltered and _are_own(snapshot.fields, names):
        try:
            return _from_table(snapshot, plane, names, feedback)
        except (sqlite3.Error, _Foreign):
            pass  # a column of another table, or a value that QGIS reads in its own way
    return _from_features(snapshot, plane, feedback)


class _Foreign(Exception):
    """A value of another type than its field's: what QGIS makes of it nobody else knows."""


def _are_own(fields, names):
    return all(fields[fields.lookupField(name)].type() in _OWN for name in names)


def _from_table(snapshot, plane, names, feedback):
    table = snapshot.table
    ids = table.ids()
    columns = table.values(ids, names) if names else []
    texts = {}
    for at, name in enumerate(names):
        kind = _OWN[snapshot.fields[snapshot.fields.lookupField(name)].type()]
        texts[name] = [_own_text(row[at], kind) for row in columns]
    parts = list(_usable_parts(snapshot, plane, ids, feedback))
    if not parts:
        raise InputError("layer_unreadable" if snapshot.expected_count > 0 else "projects_empty", layer=snapshot.name)
    return ProjectRows(snapshot, ids, np.concatenate(parts), texts)


def _own_text(value, kind):
    if value is None:
        return None
    if type(value) is not kind or (kind is str and "\0" in value):
        raise _Foreign
    return str(value)


def _usable_parts(snapshot: LayerSnapshot, plane: CRS, ids: np.ndarray, feedback: Any) -> Iterator[np.ndarray]:
    table: Any = snapshot.table
    for start in range(0, len(ids), BATCH):
        raise_if_cancelled(feedback)
        share = ids[start : start + BATCH]
        seen = snapshot.looked_at(share, table.wkb(share), plane, True)
        snapshot.raise_if_misplaced(seen.wrong)
        snapshot.notes.add(share, seen.repairs, seen.skipped)
        yield seen.geometries


def _from_features(snapshot, plane, feedback):
    batches = list(snapshot.batches(plane, _names(snapshot), feedback))
    if not batches:
        raise InputError("projects_empty", layer=snapshot.name)
    features = [feature for batch in batches for feature in batch[0]]
    fids, geometries = (np.concatenate([batch[at] for batch in batches]) for at in (1, 2))
    return ProjectRows(snapshot, fids, geometries, {}, features)
