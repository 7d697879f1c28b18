"""Features of one layer in one file: valid geometries on the plane, boxes, ids, names.

Layout: magic, place of the header (8 bytes, little endian), body, length of the header (8 bytes), header (JSON), index
(arrays, then the names). The body holds geometries (packed), neighbours together, in blocks of some features, so that
what a search finds lies in few of them. It is read, not mapped: what was read is let go, and a file in use can be
replaced anywhere. The index has one checksum, every block its own: what was altered or cut short is found before use.
"""

import json
import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Optional, Union

import numpy as np
import shapely

from ..files import put_in_place, remove
from .packed import ALIGN, packed, unpacked
from .types import Array


@dataclass(frozen=True)
class Part:
    """Some features: ids, geometries (None: cannot be used), names ("" for none), where a search is to find them."""

    fids: Array
    geometries: Array
    names: Optional[Sequence[str]] = None
    boxes: Optional[Array] = None  # those of the geometries where not given


_MAGIC = b"ONEMAP-LAYER-6\n\0"
_BODY = len(_MAGIC) + 8
_BLOCK = 32  # features
_GRID = 1 << 16  # places along a side, for the order of the features in the body


class StoreUnusable(Exception):
    """The file is no store, not the wanted one, or damaged: make it anew."""


class StoreOutdated(StoreUnusable):
    """The file is whole, but belongs to another layer or another state of it."""


@dataclass(frozen=True)
class _Index:
    """`fids` ascending, `boxes` n x 4; `at` and `sizes`: bytes of each geometry in the body, `kinds` how they are
    packed; where blocks and names begin (one more than there are), checksums of the blocks."""

    fids: Array
    boxes: Array
    at: Array
    sizes: Array
    name_starts: Array
    block_starts: Array
    block_sums: Array
    kinds: Array


_KINDS = {
    "fids": np.int64, "boxes": np.float64, "at": np.int64, "sizes": np.int64, "name_starts": np.int64,
    "block_starts": np.int64, "block_sums": np.uint32, "kinds": np.int8,
}  # fmt: skip


class ArrayStore:
    """An open store.

    `header`: what `write_store` was given; `fids` ascending, `boxes` n x 4; `sizes`: bytes of each geometry.
    """

    header: dict[str, Any]

    def __init__(self, path: Union[str, Path], fingerprint: Any) -> None:
        """Open; raises StoreUnusable when it does not carry `fingerprint` or its index is damaged."""
        self.path = Path(path)
        try:
            self._read(self.path, fingerprint)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreUnusable(str(error)) from error

    def _read(self, path: Path, fingerprint: Any) -> None:
        with open(path, "rb") as file:
            self.header = _read_header(file)
            if self.header["fingerprint"] != fingerprint:
                raise StoreOutdated("another layer, or an older state of it")
            data = file.read()
        if zlib.crc32(data) != self.header["checksum"]:
            raise StoreUnusable("damaged")
        count, blocks, at = self.header["count"], self.header["blocks"], 0
        lengths = {"boxes": 4 * count, "name_starts": count + 1, "block_starts": blocks + 1, "block_sums": blocks}
        arrays = {}
        for name, kind in _KINDS.items():
            arrays[name] = np.frombuffer(data, kind, lengths.get(name, count), at)
            at += arrays[name].nbytes
        self._index, self._names = _Index(**arrays), data[at:]
        self.fids, self.sizes = self._index.fids, self._index.sizes
        self.boxes: Array = np.asfortranarray(self._index.boxes.reshape(-1, 4))  # a search looks at sides one by one

    def geometries(self, rows: Array) -> Array:
        """Geometries of some rows, None where the feature cannot be used; raises StoreUnusable for damaged bytes."""
        return unpacked(*self.packed(rows))

    def packed(self, rows: Array) -> tuple[Array, ...]:
        """What `unpacked` makes the geometries of some rows of; raises StoreUnusable for damaged bytes."""
        return packed_at(self.path, self.located(rows))

    def located(self, rows: Array) -> list[Array]:
        """Where rows lie, for `packed_at`: blocks (begin and end in the file, checksums), and in these the rows."""
        filled = np.flatnonzero(self.sizes[rows])
        at, starts = self._index.at[rows[filled]], self._index.block_starts
        block = np.searchsorted(starts, at, side="right") - 1
        wanted, number = np.unique(block, return_inverse=True)
        ends = starts[wanted + 1]
        lengths = ends - starts[wanted]
        begin = np.zeros(len(rows), np.int64)
        begin[filled] = at - starts[block] + (np.cumsum(lengths) - lengths)[number]
        blocks = [starts[wanted] + _BODY, ends + _BODY, self._index.block_sums[wanted]]
        return [*blocks, begin, self.sizes[rows], self._index.kinds[rows]]

    def names(self, rows: Array) -> list[str]:
        """Names of some features."""
        starts, ends = self._index.name_starts[rows].tolist(), self._index.name_starts[rows + 1].tolist()
        return [self._names[a:b].decode() for a, b in zip(starts, ends)]


def packed_at(path: Union[str, Path], located: Sequence[Array]) -> tuple[Array, ...]:
    """What ArrayStore.packed gives, of what `located` gave; raises StoreUnusable for damaged bytes."""
    begins, ends, sums, *rows = located
    data = np.empty(int((ends - begins).sum()), np.uint8)
    view, done = data.data, 0
    try:
        with open(path, "rb", buffering=0) as file:
            for run in np.split(np.arange(len(begins)), np.flatnonzero(begins[1:] != ends[:-1]) + 1):
                if not len(run):
                    continue
                file.seek(int(begins[run[0]]))
                part = view[done : done + int(ends[run[-1]] - begins[run[0]])]
                if file.readinto(part) != len(part):
                    raise StoreUnusable("cut short")
                _check(part, begins[run] - begins[run[0]], ends[run] - begins[run[0]], sums[run])
                done += len(part)
    except OSError as error:
        raise StoreUnusable(str(error)) from error
    return (data, *rows)


def _check(data: memoryview, begins: Array, ends: Array, sums: Array) -> None:
    for begin, end, check in zip(begins.tolist(), ends.tolist(), sums.tolist()):
        if zlib.crc32(data[begin:end]) != check:
            raise StoreUnusable("damaged")


def write_store(path: Union[str, Path], header: dict[str, Any], parts: Iterable[Part]) -> None:
    """Write a store beside its place and move it there, so that nobody ever sees half of one.

    `header`: JSON-able dict with "fingerprint"; geometries on the plane. Raises OSError.
    """
    path = Path(path)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(draft.with_suffix(".wkb"), "w+b") as spooled:
            columns = _spool(parts, spooled)
            _assemble(draft, header, columns, spooled)
        put_in_place(draft, path)
    finally:
        remove(draft.with_suffix(".wkb"))
        remove(draft)


@dataclass
class _Spooled:
    """Columns of the features in the order they came; their geometries lie end to end in a file."""

    fids: Array
    boxes: Array
    sizes: Array
    kinds: Array
    names: list[bytes]


def _spool(parts: Iterable[Part], spooled: BinaryIO) -> _Spooled:
    fids, boxes = [np.zeros(0, np.int64)], [np.zeros((0, 4))]
    sizes, kinds = [np.zeros(0, np.int64)], [np.zeros(0, np.int8)]
    names: list[bytes] = []
    for part in parts:
        made = packed(part.geometries)
        spooled.write(b"".join([data.ljust(_padded(len(data)), b"\0") for data in made.data]))
        fids.append(part.fids)
        kinds.append(made.kinds)
        boxes.append(shapely.bounds(part.geometries).reshape(-1, 4) if part.boxes is None else part.boxes)
        sizes.append(made.sizes())
        names += [name.encode() for name in part.names] if part.names is not None else [b""] * len(made.data)
    return _Spooled(np.concatenate(fids), np.concatenate(boxes), np.concatenate(sizes), np.concatenate(kinds), names)


def _padded(size: Any) -> Any:
    """What bytes take in the body: the next ones begin at a multiple of ALIGN."""
    return -(-size // ALIGN) * ALIGN


def _assemble(draft: Path, header: dict[str, Any], columns: _Spooled, spooled: BinaryIO) -> None:
    if np.any(np.diff(columns.fids) <= 0):
        raise ValueError("features must come in the order of their ids")
    order = _neighbours_together(columns.boxes)
    at = np.empty(len(order), np.int64)
    padded = _padded(columns.sizes)
    at[order] = _starts(padded[order])[:-1]
    with open(draft, "wb") as file:
        file.write(_MAGIC + bytes(8))
        block_starts, sums = _write_body(file, spooled, padded, order)
        name_starts = _starts(np.array([len(name) for name in columns.names], dtype=np.int64))
        index = _Index(columns.fids, columns.boxes, at, columns.sizes, name_starts, block_starts, sums, columns.kinds)
        data = _bytes_of(index) + b"".join(columns.names)
        place, counts = file.tell(), {"count": len(order), "blocks": len(sums)}
        text = json.dumps({**header, **counts, "checksum": zlib.crc32(data)}).encode()
        file.write(len(text).to_bytes(8, "little") + text + data)
        file.seek(len(_MAGIC))
        file.write(place.to_bytes(8, "little"))


def _write_body(file: BinaryIO, spooled: BinaryIO, sizes: Array, order: Array) -> tuple[Array, Array]:
    """Copy the geometries in an `order`, block by block; where the blocks begin, and their checksums."""
    places, lengths, sums = _starts(sizes), [], []
    for start in range(0, len(order), _BLOCK):
        parts = []
        for row in order[start : start + _BLOCK].tolist():
            spooled.seek(int(places[row]))
            parts.append(spooled.read(int(sizes[row])))
        block = b"".join(parts)
        file.write(block)
        lengths.append(len(block))
        sums.append(zlib.crc32(block))
    return _starts(np.array(lengths, dtype=np.int64)), np.array(sums, dtype=np.uint32)


def _starts(sizes: Array) -> Array:
    """Where things of these sizes begin that lie end to end, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def _bytes_of(index: _Index) -> bytes:
    arrays = (np.ascontiguousarray(getattr(index, name), dtype=kind) for name, kind in _KINDS.items())
    return b"".join(array.tobytes() for array in arrays)


def _neighbours_together(boxes: Array) -> Array:
    """An order in which boxes that lie close together mostly come close together: that of Morton's curve."""
    middle = np.nan_to_num((boxes[:, :2] + boxes[:, 2:]) / 2, posinf=0.0, neginf=0.0)
    low, size = (middle.min(axis=0), np.ptp(middle, axis=0)) if len(middle) else (np.zeros(2), np.ones(2))
    place = ((middle - low) / np.maximum(size.max(), 1e-9) * (_GRID - 1)).astype(np.uint64)
    key = np.zeros(len(boxes), np.uint64)
    for bit in range(16):
        for axis in (0, 1):
            key |= (place[:, axis] >> np.uint64(bit) & np.uint64(1)) << np.uint64(2 * bit + axis)
    order: Array = np.argsort(key, kind="stable")
    return order


def _read_header(file: BinaryIO) -> dict[str, Any]:
    """The header; the file stands at the index afterwards."""
    if file.read(len(_MAGIC)) != _MAGIC:
        raise StoreUnusable("no store")
    place = int.from_bytes(file.read(8), "little")
    end = file.seek(0, os.SEEK_END)
    if place + 8 > end:
        raise StoreUnusable("cut short")
    file.seek(place)
    length = int.from_bytes(file.read(8), "little")
    if place + 8 + length > end:
        raise StoreUnusable("cut short")
    header: dict[str, Any] = json.loads(file.read(length))
    return header


def header_of(path: Path) -> dict[str, Any]:
    """The header of a store without its arrays; raises StoreUnusable for a file that is none."""
    try:
        with open(path, "rb") as file:
            return _read_header(file)
    except (OSError, ValueError, OverflowError, MemoryError) as error:
        raise StoreUnusable(str(error)) from error
