"""A polygon layer with all its fields in batches: straight from a GeoPackage where that can be, else by features."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import NULL, QgsFields

from ...core.land.area import statutory_areas
from ...core.threads import Feedback, in_threads
from ..layers import field_types
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import decoded, straight_wkb

_SHARE = 10_000
_PLAIN = (field_types.INT, field_types.LONG, field_types.REAL, field_types.TEXT)


@dataclass
class Parcels:
    """Some features: `values` row by row in the order of ParcelReader.fields; `geometries` as the layer has them,
    `on_plane` valid ones on the plane, None where unusable; statutory areas in m², 0 there.
    """

    fids: np.ndarray
    values: list[tuple[Any, ...]]
    geometries: np.ndarray
    on_plane: np.ndarray
    areas: np.ndarray


class ParcelReader:
    """Reads the features of a snapshot; any thread. `fields`: those of the layer without its numbering of rows."""

    def __init__(self, snapshot: LayerSnapshot, plane: CRS, key_fields: tuple[int, ...] = ()) -> None:
        self.snapshot, self._plane = snapshot, plane
        self.fields = QgsFields()
        for index, field in enumerate(snapshot.fields):
            if index not in key_fields:
                self.fields.append(field)
        self.names = [field.name() for field in self.fields]
        self.is_plain = all(field.type() in _PLAIN for field in self.fields)

    def batches(self, feedback: Optional[Feedback] = None) -> Iterator[Parcels]:
        """All features; raises InputError, Cancelled."""
        if self.snapshot.table is None or not self.is_plain:
            yield from self._by_features(feedback)
            return
        ids = self.snapshot.table.row_boxes().ids
        shares = np.array_split(np.sort(ids), max(len(ids) // _SHARE, 1))
        yield from in_threads(self._read_share, shares, feedback)

    def _read_share(self, ids: np.ndarray) -> Parcels:
        table: Any = self.snapshot.table  # the reader was chosen for a layer that has one
        values = table.values(ids, self.names) if self.names else [()] * len(ids)
        seen = self.snapshot.looked_at(ids, table.wkb(ids), self._plane, True)
        self.snapshot.raise_if_misplaced(seen.wrong)
        self.snapshot.note(ids, seen.repairs, seen.skipped)
        return self._parcels(ids, values, seen.originals, seen.geometries)

    def _by_features(self, feedback: Optional[Feedback]) -> Iterator[Parcels]:
        for features, fids, on_plane in self.snapshot.batches(self._plane, self.names, feedback):
            rows = [tuple(map(_plain, (feature[name] for name in self.names))) for feature in features]
            originals = decoded([straight_wkb(feature.geometry()) for feature in features]).geometries
            yield self._parcels(fids, rows, originals, on_plane)

    def _parcels(self, fids: np.ndarray, values: list[Any], originals: np.ndarray, on_plane: np.ndarray) -> Parcels:
        areas = np.zeros(len(fids))
        used = ~shapely.is_missing(on_plane)
        areas[used] = statutory_areas(on_plane[used], self._plane)
        return Parcels(fids, values, originals, on_plane, areas)


def _plain(value: Any) -> Any:
    """A NULL of QGIS as None."""
    return None if value == NULL else value
