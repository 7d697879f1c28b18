"""Features that wait to be cut: objects while they are few, beyond that their bytes in a temporary file, so that
memory does not grow with the layer. What is asked of them is the same either way.
"""

import tempfile
import threading
from typing import Any, Optional

import numpy as np
import shapely

from ..land.types import Array, Box
from .divide import divided

LARGEST_HELD = 3_000_000  # vertices held as objects; a hundred megabytes
_BLOCK = 20_000  # features of a file that are objects at a time
_NONE: Array = np.array([], dtype=object)


class Held:
    """`add` batches, `close`, then ask. Large polygons are divided."""

    def __init__(self) -> None:
        self._batches: list[Array] = []
        self._vertices = 0
        self._file: Optional[_File] = None
        self._all, self._tree = _NONE, shapely.STRtree(_NONE)

    def add(self, geometries: Array) -> None:
        pieces, _ = divided(geometries)
        self._batches.append(pieces)
        self._vertices += int(shapely.get_num_coordinates(pieces).sum())
        if self._vertices > LARGEST_HELD:
            self._write()

    def _write(self) -> None:
        if self._file is None:
            self._file = _File()
        for batch in self._batches:
            self._file.add(batch)
        self._batches = []

    def close(self) -> None:
        """Call once after the last batch."""
        if self._file is not None:
            self._write()
            self._file.close()
            return
        self._all = np.concatenate([*self._batches, _NONE])
        self._batches = []
        shapely.bounds(self._all)  # envelopes are cached before threads read them
        self._tree = shapely.STRtree(self._all)

    def __len__(self) -> int:
        return len(self._file) if self._file is not None else len(self._all)

    def near(self, box: Box) -> Array:
        """Features whose box meets a box."""
        if self._file is not None:
            return self._file.read(self._file.meeting(box))
        return self._all[self._tree.query(shapely.box(*box))]

    def near_any(self, shapes: Array) -> Array:
        """Features whose box meets that of any shape, in their order."""
        if self._file is None:
            return self._all[np.unique(self._tree.query(shapes)[1])]
        rows = [self._file.meeting(tuple(box)) for box in shapely.bounds(shapes)]
        return self._file.read(np.unique(np.concatenate([*rows, np.array([], dtype=int)])))

    def metres(self, shapes: Array) -> Array:
        """Distance of each shape to the nearest feature; infinite where there is none."""
        found: Array = np.full(len(shapes), np.inf)
        for tree in self._trees():
            (rows, _), gaps = tree.query_nearest(shapes, return_distance=True, all_matches=False)
            found[rows] = np.minimum(found[rows], gaps)
        return found

    def _trees(self) -> Any:
        if self._file is None:
            yield self._tree
            return
        for start in range(0, len(self._file), _BLOCK):
            yield shapely.STRtree(self._file.read(np.arange(start, min(start + _BLOCK, len(self._file)))))


class _File:
    """Geometries in an unnamed file, their boxes in memory; any thread reads."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="onemap-", buffering=0)
        self._lock = threading.Lock()
        self._sizes: list[Array] = []
        self._parts: list[Array] = []
        self._starts = self._ends = np.array([], dtype=np.int64)
        self._boxes = np.empty((0, 4))

    def add(self, geometries: Array) -> None:
        blobs = shapely.to_wkb(geometries)
        self._sizes.append(np.fromiter(map(len, blobs), np.int64, len(blobs)))
        self._parts.append(shapely.bounds(geometries))
        left = memoryview(b"".join(blobs))
        while left:
            left = left[self._file.write(left) :]

    def close(self) -> None:
        self._ends = np.cumsum(np.concatenate(self._sizes))
        self._starts = self._ends - np.concatenate(self._sizes)
        self._boxes = np.asfortranarray(np.concatenate(self._parts))  # column by column, as a search reads them
        self._sizes, self._parts = [], []

    def __len__(self) -> int:
        return len(self._starts)

    def meeting(self, box: Box) -> Array:
        """Rows whose box meets a box, ascending."""
        left, low, right, top = self._boxes.T
        rows = np.flatnonzero((left <= box[2]) & (right >= box[0]))
        found: Array = rows[(low[rows] <= box[3]) & (top[rows] >= box[1])]
        return found

    def read(self, rows: Array) -> Array:
        blobs = np.empty(len(rows), dtype=object)
        with self._lock:
            for at, (start, end) in enumerate(zip(self._starts[rows].tolist(), self._ends[rows].tolist())):
                self._file.seek(start)
                blobs[at] = self._file.read(end - start)
        geometries: Array = shapely.from_wkb(blobs)
        shapely.bounds(geometries)  # envelopes are cached before threads read them
        return geometries
