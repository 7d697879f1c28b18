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
    kinds = [_OWN[snapshot.fields[snapshot.fields.lookupField(name)].type()] for name in names]
    ids, geometries, rows = [np.zeros(0, np.int64)], [], []
    for share, wkb, values in _shares(snapshot.table, names):
        raise_if_cancelled(feedback)
        ids.append(share)
        rows += values
        geometries.append(_usable(snapshot, plane, share, wkb))
    if not geometries:
        raise InputError("layer_unreadable" if snapshot.expected_count > 0 else "projects_empty", layer=snapshot.name)
    texts = {name: [_own_text(value, kind) for value in column] for name, kind, column in zip(names, kinds, zip(*rows))}
    return ProjectRows(snapshot, np.concatenate(ids), np.concatenate(geometries), texts)


def _shares(table: Any, names: Sequence[str]) -> Iterator[tuple[np.ndarray, list, list]]:
    """Yield (ids, WKB, values of the fields row by row) of all rows of a table by ascending ids, BATCH at a time."""
    first = -(2**63)
    while first < 2**63:
        found = table.share(first, BATCH, names)
        if found is not None:
            ids, wkb, values = found.keys, found.wkb(), found.values
        else:
            ids = table.ids()
            ids = ids[ids >= first][:BATCH]
            wkb, values = table.wkb(ids), table.values(ids, names) if names else []
        if len(ids):
            yield ids, wkb, values
        first = int(ids[-1]) + 1 if len(ids) == BATCH else 2**63


def _own_text(value, kind):
    if value is None:
        return None
    if type(value) is not kind or (kind is str and "\0" in value):
        raise _Foreign
    return str(value)


def _usable(snapshot: LayerSnapshot, plane: CRS, ids: np.ndarray, wkb: list) -> np.ndarray:
    seen = snapshot.looked_at(ids, wkb, plane, True)
    snapshot.raise_if_misplaced(seen.wrong)
    snapshot.notes.add(ids, seen.repairs, seen.skipped)
    return seen.geometries


def _from_features(snapshot, plane, feedback):
    batches = list(snapshot.batches(plane, _names(snapshot), feedback))
    if not batches:
        raise InputError("projects_empty", layer=snapshot.name)
    features = [feature for batch in batches for feature in batch[0]]
    fids, geometries = (np.concatenate([batch[at] for batch in batches]) for at in (1, 2))
    return ProjectRows(snapshot, fids, geometries, {}, features)
