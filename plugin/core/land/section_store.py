"""Many layers as arrays in one memory-mapped file: a section for each layer, a directory that says where it lies.

A section is appended, never changed: a layer that is built anew gets another one, and the directory is put in its place
at once. What no section uses any more is waste; `compact` writes the sections in use to another file. Every index has
a checksum, every geometry its own.
"""

import json
import os
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Optional

import numpy as np
import shapely

from ..files import put_in_place
from .array_store import StoreUnusable
from .types import Array

BLOCK = 64  # neighbouring features that share a box of the search
_VERSION = 2
_ALIGN = 8
_LOCK_AGE_S = 600
_WASTE_BYTES = 16_000_000


@dataclass
class NewSection:
    """A layer to be kept: features in any order, `masks` {name: which of them}, `header` of JSON values, `boxes` by
    which features are searched, None for those of their geometries."""

    key: str
    fingerprint: Any
    fids: Array
    geometries: Array
    labels: Sequence[str]
    masks: dict[str, Array] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    boxes: Optional[Array] = None


@dataclass(frozen=True)
class Section:
    """Where a layer lies in the file: `at` bytes from its beginning, the arrays one after the other."""

    key: str
    fingerprint: Any
    count: int
    at: int
    label_bytes: int
    body_bytes: int
    checksum: int
    masks: tuple[str, ...]
    header: dict[str, Any]

    @property
    def block_count(self) -> int:
        return -(-self.count // BLOCK)

    def offsets(self) -> dict[str, int]:
        """Bytes from the beginning of the file at which each array begins, and "end"."""
        n, found, at = self.count, {}, self.at
        sizes = {"boxes": 32 * n, "blocks": 32 * self.block_count, "fids": 8 * n, "starts": 8 * (n + 1)}
        sizes.update(label_starts=8 * (n + 1), sums=4 * n, masks=n * len(self.masks), labels=self.label_bytes)
        for name, size in {**sizes, "body": self.body_bytes}.items():
            found[name], at = at, at + _aligned(size)
        return {**found, "end": at}


def _aligned(size: int) -> int:
    return size + -size % _ALIGN


class SectionStore:
    """An open store. Raises StoreUnusable where there is none or it is damaged."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        known = _read_directory(directory)
        self.sections = {row.key: row for row in known.sections}
        try:
            path = directory.with_name(known.data)
            size = path.stat().st_size
            self.bytes: Array = np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8)
        except (OSError, ValueError) as error:
            raise StoreUnusable(str(error)) from error
        aligned = self.bytes[: size - size % _ALIGN]
        self.floats, self.integers = aligned.view(np.float64), aligned.view(np.int64)
        self._sound: dict[str, bool] = {}

    def section(self, key: str, fingerprint: Any) -> Optional[Section]:
        """The section of a layer in the state that the fingerprint tells, None where there is none that is whole."""
        found = self.sections.get(key)
        if found is None or found.fingerprint != fingerprint:
            return None
        if key not in self._sound:
            self._sound[key] = self._is_sound(found)
        return found if self._sound[key] else None

    def _is_sound(self, section: Section) -> bool:
        at = section.offsets()
        if at["end"] > len(self.bytes):
            return False
        return zlib.crc32(self.bytes[section.at : at["body"]].data) == section.checksum

    def sums(self, section: Section) -> Array:
        """The checksum of each geometry."""
        at = section.offsets()["sums"]
        found: Array = self.bytes[at : at + 4 * section.count].view(np.uint32)
        return found


@dataclass(frozen=True)
class _Directory:
    data: str
    sections: list[Section]


def _read_directory(path: Path) -> _Directory:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        if listed["version"] != _VERSION:
            raise StoreUnusable("another version")
        sections = [Section(**{**row, "masks": tuple(row["masks"])}) for row in listed["sections"]]
        return _Directory(listed["data"], sections)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreUnusable(str(error)) from error


def _write_directory(path: Path, directory: _Directory) -> None:
    listed = {"version": _VERSION, "data": directory.data, "sections": [asdict(row) for row in directory.sections]}
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.write_text(json.dumps(listed), encoding="utf-8")
    put_in_place(draft, path)


def add_sections(directory: Path, made: Iterable[NewSection]) -> int:
    """Append sections; each takes the place of the one of its key. Returns how many; none while another process writes.

    Raises OSError.
    """
    with _locked(directory) as is_ours:
        return _add(directory, made) if is_ours else 0


def _add(directory: Path, made: Iterable[NewSection]) -> int:
    known = _known(directory)
    sections, count = {row.key: row for row in known.sections}, 0
    try:
        with open(directory.with_name(known.data), "ab") as data:
            for new in made:
                sections[new.key] = _append(data, new)
                count += 1
                os.utime(_lock_of(directory))
    finally:  # a build that is stopped keeps what it has made
        if count:
            _write_directory(directory, _Directory(known.data, list(sections.values())))
    return count


def _known(directory: Path) -> _Directory:
    try:
        known = _read_directory(directory)
        return known if directory.with_name(known.data).exists() else _Directory(_data_name(directory), [])
    except StoreUnusable:
        return _Directory(_data_name(directory), [])


def _data_name(directory: Path) -> str:
    return f"{directory.stem}-{uuid.uuid4().hex[:12]}.bin"


def compact(directory: Path, is_wanted: Any) -> bool:
    """Where more than half of the file is waste, write the sections that `is_wanted(section)` anew; True when done."""
    with _locked(directory) as is_ours:
        return is_ours and _compact(directory, is_wanted)


def _compact(directory: Path, is_wanted: Any) -> bool:
    known = _known(directory)
    path, kept = directory.with_name(known.data), [row for row in known.sections if is_wanted(row)]
    used, size = sum(row.offsets()["end"] - row.at for row in kept), path.stat().st_size if path.exists() else 0
    if size - used <= max(used, _WASTE_BYTES):
        return False
    name, moved = _data_name(directory), []
    with open(path, "rb") as old, open(directory.with_name(name), "wb") as new:
        for row in kept:
            old.seek(row.at)
            at = new.tell()
            new.write(old.read(row.offsets()["end"] - row.at))
            moved.append(Section(**{**asdict(row), "at": at, "masks": row.masks}))
    _write_directory(directory, _Directory(name, moved))
    remove_leftovers(directory)
    return True


def remove_leftovers(directory: Path) -> None:
    """Delete data files that the directory does not name."""
    known = _known(directory).data
    for file in directory.parent.glob(f"{directory.stem}-*.bin"):
        if file.name != known:
            try:
                file.unlink()
            except OSError:  # another program still reads it
                continue


def _append(data: BinaryIO, new: NewSection) -> Section:
    data.write(b"\0" * (-data.tell() % _ALIGN))
    boxes = shapely.bounds(new.geometries).reshape(-1, 4) if new.boxes is None else new.boxes
    order = _neighbours(boxes)
    wkb = [found or b"" for found in shapely.to_wkb(new.geometries[order])]
    labels = [new.labels[at].encode() for at in order.tolist()]
    boxes = boxes[order]
    arrays: dict[str, Array] = {
        "boxes": np.ascontiguousarray(boxes.T),
        "blocks": np.ascontiguousarray(_block_boxes(boxes).T),
        "fids": new.fids[order].astype(np.int64),
        "starts": _starts(wkb),
        "label_starts": _starts(labels),
        "sums": np.array(list(map(zlib.crc32, wkb)), dtype=np.uint32),
        "masks": np.array([mask[order] for mask in new.masks.values()], dtype=np.uint8),
    }
    names, body, at = b"".join(labels), b"".join(wkb), data.tell()
    index = b"".join(_padded(values) for values in (*(array.tobytes() for array in arrays.values()), names))
    data.write(index + _padded(body))
    sizes = len(names), len(body)
    return Section(
        new.key, new.fingerprint, len(order), at, *sizes, zlib.crc32(index), tuple(new.masks), dict(new.header)
    )


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % _ALIGN)


def _starts(values: Sequence[bytes]) -> Array:
    return np.concatenate([[0], np.cumsum([len(value) for value in values])]).astype(np.int64)


def _neighbours(boxes: Array) -> Array:
    """An order in which neighbours come one after the other: strips from left to right, each from below upwards."""
    centre = boxes[:, :2] + boxes[:, 2:]
    strips = max(int(np.sqrt(len(boxes) / BLOCK)), 1)
    strip = np.empty(len(boxes), np.int64)
    strip[np.argsort(centre[:, 0], kind="stable")] = np.arange(len(boxes)) * strips // max(len(boxes), 1)
    found: Array = np.lexsort((centre[:, 1], strip))
    return found


def _block_boxes(boxes: Array) -> Array:
    """The box around every BLOCK boxes; a feature without a place widens none."""
    rest = -len(boxes) % BLOCK
    filled = np.vstack([boxes, np.full((rest, 4), np.nan)]).reshape(-1, BLOCK, 4)
    low = np.where(np.isnan(filled), np.inf, filled)[:, :, :2].min(axis=1)
    high = np.where(np.isnan(filled), -np.inf, filled)[:, :, 2:].max(axis=1)
    return np.hstack([low, high])


def _lock_of(directory: Path) -> Path:
    return directory.with_suffix(".lock")


@contextmanager
def _locked(directory: Path) -> Iterator[bool]:
    """Whether this process may write; a lock that nobody has touched for long was left by one that died."""
    lock = _lock_of(directory)
    try:
        if time.time() - lock.stat().st_mtime > _LOCK_AGE_S:
            lock.unlink()
    except FileNotFoundError:
        pass
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        yield False
        return
    try:
        yield True
    finally:
        lock.unlink(missing_ok=True)
