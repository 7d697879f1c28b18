"""Some sections of a store asked together: which features lie near, their geometry, labels and masks."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from .array_store import StoreUnusable
from .boxes import Box
from .pieces import objects
from .section_store import BLOCK, Section, SectionStore
from .types import Array


@dataclass(frozen=True)
class Found:
    """Features: `section` and `row` tell each one, `boxes` n x 4; by section, then by id."""

    section: Array
    row: Array
    fids: Array
    boxes: Array

    def take(self, rows: Array) -> "Found":
        return Found(self.section[rows], self.row[rows], self.fids[rows], self.boxes[rows])


class SectionSearch:
    """Sections of an open store, by their positions in `sections`; any thread."""

    def __init__(self, store: SectionStore, sections: Sequence[Section]) -> None:
        self._store, self.sections = store, sections
        offsets = [section.offsets() for section in sections]
        self._at = {name: np.array([at[name] for at in offsets], dtype=np.int64) for name in offsets[0]}
        self._count = np.array([section.count for section in sections], dtype=np.int64)
        blocks = [section.block_count for section in sections]
        parts = [
            store.floats[at // 8 : at // 8 + 4 * count].reshape(4, count)
            for at, count in zip(self._at["blocks"].tolist(), blocks)
        ]
        self._blocks = np.concatenate(parts, axis=1)
        self._section = np.repeat(np.arange(len(sections)), blocks)
        self._first = BLOCK * np.concatenate([np.arange(count) for count in blocks])

    def meeting(self, bounds: Box) -> Found:
        """The features whose boxes meet bounds."""
        hit = _meet(self._blocks, bounds)
        section = np.repeat(self._section[hit], BLOCK)
        row = (self._first[hit][:, None] + np.arange(BLOCK)).ravel()
        there = row < self._count[section]
        section, row = section[there], row[there]
        place = self._at["boxes"][section] // 8 + row
        boxes = self._store.floats[place + np.arange(4)[:, None] * self._count[section]]
        near = np.flatnonzero(_meet(boxes, bounds))
        section, row, boxes = section[near], row[near], boxes[:, near]
        fids = self._store.integers[self._at["fids"][section] // 8 + row]
        order = np.lexsort((fids, section))
        return Found(section[order], row[order], fids[order], np.ascontiguousarray(boxes[:, order].T))

    def sizes(self, found: Found) -> Array:
        """Bytes of WKB of features."""
        place = self._at["starts"][found.section] // 8 + found.row
        sizes: Array = self._store.integers[place + 1] - self._store.integers[place]
        return sizes

    def geometries(self, found: Found) -> Array:
        """Valid geometries, None for one that cannot be used; raises StoreUnusable for damaged bytes."""
        wkb, sums = self._slices("starts", "body", found), self._sums(found)
        if any(zlib.crc32(data) != stated for data, stated in zip(wkb, sums)):
            raise StoreUnusable("damaged")
        return shapely.from_wkb(objects([data or None for data in wkb]))

    def _sums(self, found: Found) -> list[int]:
        place = self._at["sums"][found.section] + 4 * found.row
        sums: list[int] = self._store.bytes[place[:, None] + np.arange(4)].view(np.uint32).ravel().tolist()
        return sums

    def labels(self, found: Found) -> list[str]:
        """Names for people."""
        return [data.decode() for data in self._slices("label_starts", "labels", found)]

    def mask(self, found: Found, name: str) -> Array:
        """Booleans that were kept under a name; of sections that all have it."""
        which = [section.masks.index(name) if name in section.masks else -1 for section in self.sections]
        at = self._at["masks"] + np.array(which, dtype=np.int64) * self._count
        found_bytes: Array = self._store.bytes[at[found.section] + found.row] != 0
        return found_bytes

    def _slices(self, starts: str, body: str, found: Found) -> list[bytes]:
        place = self._at[starts][found.section] // 8 + found.row
        first, last = self._store.integers[place], self._store.integers[place + 1]
        base = self._at[body][found.section]
        view = self._store.bytes.data
        return [bytes(view[a:b]) for a, b in zip((base + first).tolist(), (base + last).tolist())]


def _meet(boxes: Array, bounds: Box) -> Array:
    """Which columns of 4 x n boxes meet bounds."""
    left, low, right, top = bounds
    found: Array = (boxes[0] <= right) & (boxes[2] >= left) & (boxes[1] <= top) & (boxes[3] >= low)
    return found
