"""Arrays and geometries as bytes and back, for another process: numbers as they lie in memory, geometries as WKB."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Optional

import numpy as np
import shapely

from .gpkg import blobs
from .types import Array

_LENGTH = 8  # bytes that say how long the header is
_AT_ONCE = 1_000_000  # bytes of which copies are held at a time


def to_bytes(header: dict[str, Any], arrays: Sequence[Array]) -> bytes:
    """A header (what JSON can hold) and arrays of numbers in one."""
    arrays = [np.ascontiguousarray(array) for array in arrays]
    shapes = [[array.dtype.str, array.shape] for array in arrays]
    head = json.dumps([header, shapes]).encode()
    head += b" " * (-len(head) % 8)  # arrays begin at whole words
    parts: list[Any] = [len(head).to_bytes(_LENGTH, "little"), head]
    for array in arrays:
        parts += [array.data if array.size else b"", b"\0" * (-array.nbytes % 8)]
    return b"".join(parts)


def from_bytes(data: Any) -> tuple[dict[str, Any], list[Array]]:
    """The header and arrays of `to_bytes`; the arrays lie in `data` (a bytearray) and may be written to."""
    view = memoryview(data)
    at = _LENGTH + int.from_bytes(view[:_LENGTH], "little")
    header, shapes = json.loads(bytes(view[_LENGTH:at]))
    arrays = []
    for kind, shape in shapes:
        count = int(np.prod(shape, dtype=int))
        array = np.frombuffer(view, kind, count, at).reshape(shape)
        arrays.append(array)
        at += array.nbytes + -array.nbytes % 8
    return header, arrays


def wkb_arrays(geometries: Array) -> list[Array]:
    """Geometries (None: there is none) as two arrays: bytes of all, and how many each has, -1 for none."""
    wkb = shapely.to_wkb(np.asarray(geometries, dtype=object)).tolist()
    lengths = np.array([-1 if one is None else len(one) for one in wkb], dtype=np.int64)
    return [np.frombuffer(b"".join(filter(None, wkb)), np.uint8), lengths]


def blob_arrays(geometries: Array) -> list[Array]:
    """Geometries as two arrays: GeoPackage blobs of no system, and how many bytes each has."""
    stored = blobs(geometries, shapely.bounds(geometries).reshape(-1, 4), 0)
    return [np.frombuffer(b"".join(stored), np.uint8), np.array(list(map(len, stored)), dtype=np.int64)]


def blobs_of(data: Array, lengths: Array) -> Array:
    """The blobs of `blob_arrays`."""
    found, ends = np.empty(len(lengths), dtype=object), np.cumsum(lengths)
    for rows in _shares(lengths):
        found[rows] = _slices(data, (ends - lengths)[rows], ends[rows])
    return found


def geometries_of(wkb: Array, lengths: Array) -> Array:
    """The geometries of `wkb_arrays`."""
    sizes = np.maximum(lengths, 0)
    return geometries_at(wkb, np.cumsum(sizes) - sizes, lengths)


def geometries_at(data: Array, starts: Array, lengths: Array) -> Array:
    """Geometries whose WKB begins at `starts` in bytes and is `lengths` long, None for a length below 0. Raises
    GEOSException where GEOS cannot read one."""
    found = np.empty(len(lengths), dtype=object)
    for rows in _shares(np.maximum(lengths, 0)):
        parts = _slices(data, starts[rows], (starts + lengths)[rows])
        found[rows] = shapely.from_wkb(np.array([*parts, None], dtype=object)[:-1])
    return found


def _shares(sizes: Array) -> Iterator[slice]:
    """Rows of about _AT_ONCE bytes, one share after the other."""
    share = np.cumsum(sizes) // _AT_ONCE
    first = np.flatnonzero(np.diff(share, prepend=-1)).tolist()
    yield from map(slice, first, [*first[1:], len(sizes)])


def _slices(data: Array, starts: Array, ends: Array) -> list[Optional[bytes]]:
    """Bytes from starts to ends, None where an end comes before its start."""
    low = int(starts.min())
    body = data[low : max(int(ends.max()), low)].tobytes()
    return [None if b < a else body[a:b] for a, b in zip((starts - low).tolist(), (ends - low).tolist())]
