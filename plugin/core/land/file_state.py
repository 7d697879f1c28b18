"""What tells one state of a file from another: two stamps that are equal stand for equal bytes, or are not trusted.

`stamp_of` costs a few system calls and may be asked before every question; `fingerprint_of` reads samples of the file
as well and stands for a cache that is kept.
"""

import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import shapely

GRAIN_S = 2.0  # the coarsest clock of a common file system (FAT): within it two writes may bear one time
_SQLITE = b"SQLite format 3\0"
_SQLITE_HEADER = 100
_END, _PAGE, _PAGES = 65_536, 4096, 256
_ALL = 4_000_000  # bytes up to which a file is hashed as a whole
_CHUNK = 1 << 20
_HASHES_KEPT = 256
_HASHES: dict[str, tuple[tuple["FileStamp", ...], str]] = {}
_HASHES_LOCK = threading.Lock()
_SHARED = threading.local()
_BESIDE_SHP = (".shx", ".dbf", ".prj", ".cpg")
_BESIDE_SQLITE = ("-wal", "-journal")


@dataclass(frozen=True)
class FileStamp:
    """One file as the file system and, of SQLite, its own header tell it; `counter` is "" for another kind of file."""

    name: str
    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    counter: str

    def is_settled(self, now: float) -> bool:
        """Whether a later write is sure to bear another time: the stamp is older than the grain of the clock."""
        return now - max(self.mtime_ns, self.ctime_ns) / 1e9 > GRAIN_S


def layer_files(path: Path) -> list[Path]:
    """All files whose change changes a layer: a folder's, a shapefile's companions, SQLite's log of pending writes."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".lock")
    if path.suffix.lower() == ".shp":
        beside = [str(duplicate) for suffix in _BESIDE_SHP if (duplicate := companion(path, suffix))]
    else:
        beside = [f"{path}{tail}" for tail in _BESIDE_SQLITE]
    return [path, *(Path(file) for file in beside if _size(file))]


def companion(path: Path, suffix: str) -> Optional[Path]:
    """The file beside `path` with another suffix, in small or capital letters."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()), None)


def stamp_of(path: Path) -> tuple[FileStamp, ...]:
    """The stamps of all files of a layer; raises OSError where one cannot be read."""
    return tuple(_stamp(file) for file in layer_files(path))


def fingerprint_of(path: Path) -> list[list[Any]]:
    """The stamps with a hash of samples of each file, as JSON values; raises OSError."""
    rows = []
    for file in layer_files(path):
        s = _stamp(file)
        rows.append([s.name, s.device, s.inode, s.size, s.mtime_ns, s.ctime_ns, s.counter, _samples(file, s)])
    return rows


def fingerprint_once(path: Path) -> list[list[Any]]:
    """As `fingerprint_of`, asked once for a file within `samples_shared`: for whoever looks afterwards whether the file
    has changed meanwhile."""
    found = getattr(_SHARED, "found", None)
    if found is None:
        return fingerprint_of(path)
    if path not in found:
        found[path] = fingerprint_of(path)
    known: list[list[Any]] = found[path]
    return known


@contextmanager
def samples_shared() -> Iterator[None]:
    """Within it this thread samples a file once while its settled stamp stays: for the many tables of one file, opened
    one after the other."""
    before = getattr(_SHARED, "found", None)
    _SHARED.found = {} if before is None else before
    try:
        yield
    finally:
        _SHARED.found = before


def _samples(file: Path, stamp: FileStamp) -> str:
    found = getattr(_SHARED, "found", None)
    if found is None or not stamp.is_settled(time.time()):
        return _sample_sha256(file, stamp.size)
    if (file, stamp) not in found:
        found[file, stamp] = _sample_sha256(file, stamp.size)
    return str(found[file, stamp])


def is_settled(stamps: Iterable[FileStamp], now: Optional[float] = None) -> bool:
    """Whether all stamps are older than the grain of the clock."""
    now = time.time() if now is None else now
    return all(stamp.is_settled(now) for stamp in stamps)


def seconds_to_settle(stamps: Iterable[FileStamp], now: Optional[float] = None) -> float:
    """How long until all stamps can be trusted; never more than the grain, whatever a clock elsewhere says."""
    now = time.time() if now is None else now
    newest = max((max(stamp.mtime_ns, stamp.ctime_ns) for stamp in stamps), default=0) / 1e9
    return min(max(newest + GRAIN_S - now, 0.0), GRAIN_S)


def library_version() -> str:
    """What repaired and measured geometry depends on besides the plugin."""
    return f"GEOS {shapely.geos_version_string} shapely {shapely.__version__}"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file; of all files of a folder (a FileGDB), of a shapefile with its companions, one after the
    other.
    """
    digest = hashlib.sha256()
    for file in layer_files(Path(path)):
        with open(file, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def known_sha256(path: Path) -> str:
    """As `file_sha256`, without reading again a file whose settled stamps are what they were. Raises OSError."""
    path = Path(path)
    stamps = stamp_of(path)
    with _HASHES_LOCK:
        kept = _HASHES.get(str(path))
    if kept is not None and kept[0] == stamps:
        return kept[1]
    digest = file_sha256(path)
    if is_settled(stamps) and stamp_of(path) == stamps:
        with _HASHES_LOCK:
            _HASHES[str(path)] = (stamps, digest)
            while len(_HASHES) > _HASHES_KEPT:
                _HASHES.pop(next(iter(_HASHES)))
    return digest


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file or folder, through links, other spellings or hard links."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


def _size(file: str) -> int:
    try:
        return os.stat(file).st_size  # a Path of a file that is rarely there takes longer than the question
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _stamp(file: Path) -> FileStamp:
    found = os.stat(file)
    # the time of the last change of anything cannot be set back by a copying program; elsewhere it is that of creation
    # (SQLite run by root gives the log its owner again whenever it opens it: there it tells nothing)
    ctime = found.st_ctime_ns if os.name == "posix" and not file.name.endswith("-wal") else 0
    return FileStamp(
        file.name, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, ctime, _change_counter(file)
    )


def _change_counter(file: Path) -> str:
    """SQLite's file change counter and version-valid-for number, or the salts of a write-ahead log."""
    with open(file, "rb", buffering=0) as stream:
        header = stream.read(_SQLITE_HEADER)
    if header.startswith(_SQLITE):
        return header[24:28].hex() + header[92:96].hex()
    return header[:32].hex() if file.name.endswith("-wal") else ""


def _sample_sha256(file: Path, size: int) -> str:
    """Of a large file: both ends, and pages spread evenly between them."""
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        if size <= _ALL:
            digest.update(stream.read())
            return digest.hexdigest()
        digest.update(stream.read(_END))
        step = (size - 2 * _END) // _PAGES
        for number in range(_PAGES):
            stream.seek(_END + number * step)
            digest.update(stream.read(_PAGE))
        stream.seek(size - _END)
        digest.update(stream.read(_END))
    return digest.hexdigest()
