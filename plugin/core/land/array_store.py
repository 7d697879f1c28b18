"""Features of one layer as arrays in one file: valid geometries on the plane, boxes, ids; memory-mapped when read.

Layout: magic, length of the header (8 bytes, little endian), header (JSON), then the arrays at the offsets the header
gives. The index arrays have one checksum, every geometry has its own: what was altered or cut short is found before
it is used.
"""

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Union

import numpy as np
import shapely

from .types import Array

Parts = Iterable[tuple[Array, Array]]  # feature ids, geometries

_MAGIC = b"ONEMAP-LAYER-3\n\0"
_INDEX = {"fids": np.int64, "boxes": np.float64, "starts": np.int64, "sums": np.uint32}


class StoreUnusable(Exception):
    """The file is no store, not the wanted one, or damaged: make it anew."""


class StoreOutdated(StoreUnusable):
    """The file is whole, but belongs to another layer or another state of it."""


class ArrayStore:
    """An open store.

    `header`: what `write_store` was given; `fids` ascending, `boxes` n x 4.
    """

    header: dict[str, Any]
    fids: Array
    boxes: Array
    starts: Array
    sums: Array

    def __init__(self, path: Union[str, Path], fingerprint: Any) -> None:
        """Open; raises StoreUnusable when it does not carry `fingerprint` or its index is damaged."""
        try:
            self._read(Path(path), fingerprint)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreUnusable(str(error)) from error

    def _read(self, path: Path, fingerprint: Any) -> None:
        with open(path, "rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise StoreUnusable("no store")
            length = int.from_bytes(file.read(8), "little")
            if length > path.stat().st_size:
                raise StoreUnusable("cut short")
            self.header = json.loads(file.read(length))
            if self.header["fingerprint"] != fingerprint:
                raise StoreOutdated("another layer, or an older state of it")
            count, at, check = self.header["count"], file.tell(), 0
            for name, kind in _INDEX.items():
                n = {"boxes": 4 * count, "starts": count + 1}.get(name, count)
                data = file.read(n * np.dtype(kind).itemsize)
                check, at = zlib.crc32(data, check), at + len(data)
                setattr(self, name, np.frombuffer(data, dtype=kind))
        self.boxes = self.boxes.reshape(-1, 4)
        if check != self.header["checksum"] or path.stat().st_size != at + int(self.starts[-1]):
            raise StoreUnusable("damaged")
        self._wkb = np.memmap(path, dtype=np.uint8, mode="r", offset=at) if self.starts[-1] else np.zeros(0, np.uint8)

    def geometries(self, rows: Array) -> Array:
        """Geometries of some rows, None where the feature cannot be used; raises StoreUnusable for damaged bytes."""
        wkb = np.empty(len(rows), dtype=object)
        for at, row in enumerate(rows):
            data = self._wkb[self.starts[row] : self.starts[row + 1]].tobytes()
            if zlib.crc32(data) != self.sums[row]:
                raise StoreUnusable("damaged")
            wkb[at] = data or None
        return shapely.from_wkb(wkb)


def write_store(path: Union[str, Path], header: dict[str, Any], parts: Parts) -> None:
    """Write a store beside its place and move it there, so that nobody ever sees half of one.

    `header`: JSON-able dict with "fingerprint"; `parts` yields (fids, geometries on the plane or None). Raises OSError.
    """
    path = Path(path)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(draft.with_suffix(".wkb"), "w+b") as body:
            columns = _spool(parts, body)
            _assemble(draft, header, columns, body)
        os.replace(draft, path)
    finally:
        draft.with_suffix(".wkb").unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


def _spool(parts: Parts, body: BinaryIO) -> tuple[Array, Array, Array, Array]:
    """Geometries go to the file `body`, in the order they come; returns the index columns."""
    fids: list[Array] = []
    boxes: list[Array] = []
    lengths: list[int] = []
    sums: list[int] = []
    for part_fids, geometries in parts:
        wkb = [data or b"" for data in shapely.to_wkb(geometries)]
        body.write(b"".join(wkb))
        fids.append(part_fids)
        boxes.append(shapely.bounds(geometries).reshape(-1, 4))
        lengths += map(len, wkb)
        sums += map(zlib.crc32, wkb)
    joined = [np.concatenate(column) if column else np.zeros(0) for column in (fids, boxes)]
    return (joined[0], joined[1], np.array(lengths, dtype=np.int64), np.array(sums, dtype=np.uint32))


def _assemble(draft: Path, header: dict[str, Any], columns: tuple[Array, Array, Array, Array], body: BinaryIO) -> None:
    fids, boxes, lengths, sums = columns
    if np.any(np.diff(fids) <= 0):
        raise ValueError("features must come in the order of their ids")
    starts = np.concatenate([[0], np.cumsum(lengths)])
    index = dict(zip(_INDEX, (fids, boxes, starts, sums)))
    arrays = [np.ascontiguousarray(index[name], dtype=kind).tobytes() for name, kind in _INDEX.items()]
    check = 0
    for data in arrays:
        check = zlib.crc32(data, check)
    text = json.dumps({**header, "count": len(fids), "checksum": check}).encode()
    with open(draft, "wb") as file:
        file.write(_MAGIC + len(text).to_bytes(8, "little") + text + b"".join(arrays))
        body.seek(0)
        while block := body.read(1 << 20):
            file.write(block)


def header_of(path: Path) -> dict[str, Any]:
    """The header of a store without its arrays; raises StoreUnusable for a file that is none."""
    try:
        with open(path, "rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise StoreUnusable("no store")
            header: dict[str, Any] = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            return header
    except (OSError, ValueError, OverflowError, MemoryError) as error:
        raise StoreUnusable(str(error)) from error
