"""A polygon layer with all its fields in batches: straight from a GeoPackage where that can be, else by features."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import NULL, QgsFields

from ...core.land.area import statutory_areas
from ...core.land.pieces import objects
from ...core.threads import Feedback, in_threads
from ..layers import field_types
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import decoded, straight_wkb

_SHARE = 10_000
_PLAIN = (field_types.INT, field_types.LONG, field_types.REAL, field_types.TEXT)


@dataclass
class Parcels:
    """Some features: `values` row by row in the order of ParcelReader.read_names; `geometries` as the layer has them,
    `on_plane` valid ones on the plane, None where unusable; statutory areas in m², 0 there. `prints`: digests of the
    stored bytes of shapes that are good as they are, b"" for others; `places`: those in a ShapeBook, -1 for none.
    """

    fids: np.ndarray
    values: list[tuple[Any, ...]]
    geometries: np.ndarray
    on_plane: np.ndarray
    areas: np.ndarray
    prints: Sequence[bytes] = ()
    places: Sequence[int] = ()


class ShapeBook:
    """Shapes that were read already, by the bytes they are stored in: the other state of a layer mostly holds the same.

    Only of one CRS and plane, and only what had not to be repaired.
    """

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._shapes: list[Any] = []
        self._areas: list[float] = []

    def add(self, parcels: Parcels) -> list[int]:
        """Note the shapes of a batch; the place of each, the first one of equal bytes, -1 for what is not kept."""
        found = []
        for mark, shape, area in zip(parcels.prints, parcels.on_plane, parcels.areas.tolist()):
            place = self._places.setdefault(mark, len(self._shapes)) if mark else -1
            if place == len(self._shapes):
                self._shapes.append(shape)
                self._areas.append(area)
            found.append(place)
        return found

    def place(self, mark: bytes) -> int:
        """The place of a shape; -1 for one that was not seen."""
        return self._places.get(mark, -1)

    def shape(self, place: int) -> tuple[Any, float]:
        """(shape on the plane, its statutory area)."""
        return self._shapes[place], self._areas[place]


class ParcelReader:
    """Reads the features of a snapshot; any thread. `fields`: those of the layer without its numbering of rows."""

    def __init__(self, snapshot: LayerSnapshot, plane: CRS, key_fields: tuple[int, ...] = ()) -> None:
        self.snapshot, self._plane = snapshot, plane
        self.fields = QgsFields()
        for index, field in enumerate(snapshot.fields):
            if index not in key_fields:
                self.fields.append(field)
        self.names = [field.name() for field in self.fields]
        self.read_names = self.names  # those whose values are wanted in Parcels
        self.is_plain = all(field.type() in _PLAIN for field in self.fields)

    @property
    def reads_all(self) -> bool:
        """Whether the values of all fields are read."""
        return len(self.read_names) == len(self.names)

    def batches(
        self, feedback: Optional[Feedback] = None, book: Optional[ShapeBook] = None, with_prints: bool = False
    ) -> Iterator[Parcels]:
        """All features; those whose shape lies in `book` are not decoded again (and have no geometry of their own).

        Raises InputError, Cancelled.
        """
        if self.snapshot.table is None or not self.is_plain:
            yield from self._by_features(feedback)
            return
        ids = self.snapshot.table.ids()
        shares = np.array_split(ids, max(len(ids) // _SHARE, 1))
        yield from in_threads(lambda share: self._read_share(share, book, with_prints), shares, feedback)

    def _read_share(self, ids: np.ndarray, book: Optional[ShapeBook], with_prints: bool) -> Parcels:
        table: Any = self.snapshot.table  # the reader was chosen for a layer that has one
        values, blobs = table.full_rows(ids, self.read_names)
        marks = list(map(_print, blobs)) if with_prints or book is not None else [b""] * len(ids)
        places = np.array([-1 if book is None else book.place(mark) for mark in marks], dtype=int)
        rows = np.flatnonzero(places < 0)
        seen = self.snapshot.looked_at(ids[rows], [blobs[row] for row in rows], self._plane, True)
        self.snapshot.raise_if_misplaced(seen.wrong)
        self.snapshot.notes.add(ids, seen.repairs, seen.skipped)
        repaired = {repair.fid for repair in seen.repairs}
        originals, on_plane = objects([None] * len(ids)), objects([None] * len(ids))
        originals[rows], on_plane[rows] = seen.originals, seen.geometries
        areas = np.zeros(len(ids))
        areas[rows] = self._areas(seen.geometries)
        if book is not None:
            for row in np.flatnonzero(places >= 0):
                on_plane[row], areas[row] = book.shape(int(places[row]))
        for row in rows if with_prints else ():
            if on_plane[row] is None or int(ids[row]) in repaired:
                marks[row] = b""
        return Parcels(ids, values, originals, on_plane, areas, marks, places.tolist())

    def _areas(self, shapes: np.ndarray) -> np.ndarray:
        areas = np.zeros(len(shapes))
        used = ~shapely.is_missing(shapes)
        areas[used] = statutory_areas(shapes[used], self._plane)
        return areas

    def _by_features(self, feedback: Optional[Feedback]) -> Iterator[Parcels]:
        for features, fids, on_plane in self.snapshot.batches(self._plane, self.read_names, feedback):
            rows = [tuple(map(_plain, (feature[name] for name in self.read_names))) for feature in features]
            originals = decoded([straight_wkb(feature.geometry()) for feature in features]).geometries
            yield Parcels(fids, rows, originals, on_plane, self._areas(on_plane))


def _print(blob: Optional[bytes]) -> bytes:
    """What tells the bytes of a shape from others; b"" for none."""
    return b"" if blob is None else hashlib.blake2b(blob, digest_size=16).digest()


def _plain(value: Any) -> Any:
    """A NULL of QGIS as None."""
    return None if value == NULL else value
