"""Outputs on disk: locked while they are made, made as drafts in a folder of their own, moved to their names when all
are complete. A run that is killed leaves no file that reads as a result.
"""

import os
import shutil
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional
from zlib import crc32

from osgeo import gdal

from ...core.errors import InputError, OutputError
from ...core.files import is_read_only, put_in_place, refuse_read_only, remove_folder, sqlite_uri
from ...core.land.file_state import same_file

_DRAFTS, _LOCK = ".onemap-draft-", ".onemap-lock"
_LONGEST_PATH = 259  # letters; longer ones are beyond most programs on Windows
_ROOM = 1 << 20  # bytes: where less is free the disk is what a result did not fit on
_LAST = (".shp", ".tab", ".mif")  # what readers open is moved after its companions
_DOCUMENTS = (".docx", ".xlsx", ".pdf", ".html", ".txt", ".csv", ".gpkg")  # a folder of such a name is no place for one


@dataclass(frozen=True)
class Place:
    """Where an input lies or an output goes: a file or folder, and a table in it, "" for the file as a whole."""

    path: Path
    table: str = ""

    def meets(self, other: "Place") -> bool:
        """Whether writing one would change the other."""
        tables = self.table.casefold(), other.table.casefold()
        return same_file(self.path, other.path) and (not all(tables) or tables[0] == tables[1])

    def __str__(self) -> str:
        return f"{self.path.name}, {self.table}" if self.table else self.path.name


def refuse_overwriting(outputs: "dict[str, list[Place]]", inputs: "dict[str, list[Place]]") -> None:
    """Raise InputError when an output, by the identity of its file, is an input or another output.

    Keys are the titles of the parameters.
    """
    made = [(title, place) for title, places in outputs.items() for place in places]
    read = [(title, place) for title, places in inputs.items() for place in places]
    for title, place in made:
        for other, source in read:
            if place.meets(source if place.table else Place(source.path)) and not _is_new_table(place, source):
                raise InputError("output_is_input", output=title, input=other, place=str(place))
    for number, (title, place) in enumerate(made):
        for other, second in made[:number]:
            if place.meets(second):
                raise InputError("output_is_output", output=title, other=other, place=str(place))


def refuse_held(outputs: "dict[str, list[Place]]") -> None:
    """Raise OutputError when an output could not be put in its place: before the work, not after it. A file that is
    open in Word or Excel is one on Windows, a read-only one everywhere.
    """
    for place in (place for places in outputs.values() for place in places):
        is_folder = os.path.isdir(place.path) and place.path.suffix.lower() in _DOCUMENTS
        if is_folder or (os.path.isfile(place.path) and not _can_be_changed(place.path)):
            raise OutputError("output_held", output=place.path.name, place=str(place.path.absolute().parent))


def _can_be_changed(path):
    """Whether a file may be written now; nothing of it is. It is opened on Windows alone, where programs keep others
    from their files: elsewhere closing it would give up the locks that this process has on a database."""
    if os.name == "posix":
        return not is_read_only(path)
    try:
        with open(path, "r+b"):
            return True
    except OSError:
        return False


def _is_new_table(place, source):
    """Whether a table is added to the file of an input that names none: it leaves the others alone."""
    if not place.table or source.table:
        return False
    try:
        with closing(sqlite3.connect(sqlite_uri(place.path.resolve(), "ro"), uri=True)) as data:
            names = [name.casefold() for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    except sqlite3.Error:
        return False
    return place.table.casefold() not in names


class OutputFiles:
    """The outputs of one run: `lock` their places, `draft` those that are layers; then `publish` or `discard`."""

    def __init__(self):
        self._locks, self._drafts = {}, {}
        self._rows: Counter[str] = Counter()

    def counted(self, draft: str, sink: Any) -> Any:
        """The sink of a draft, its rows counted: what the file holds in the end is compared with them."""
        return _CountedSink(sink, draft, self._rows)

    def lock(self, places: Any) -> None:
        """Keep other processes from writing there; raises OutputError when one does."""
        try:
            for place in places:
                path = place.path.absolute()
                if path not in self._locks and path.parent.is_dir():
                    self._locks[path] = _locked(path)
        except OutputError:
            self.discard()
            raise

    def draft(self, place: Place) -> Optional[Path]:
        """Where to write in the meantime; None where no draft can lie beside the place."""
        path = place.path.absolute()
        name = f"{place.table}.gpkg" if place.table else path.name
        folder = path.parent / f"{_DRAFTS}{crc32(f'{path.name}|{place.table}'.encode()):08x}"  # a suffix in it is a zip
        if sys.platform == "win32" and len(f"{folder / name}-journal") > _LONGEST_PATH:
            return None
        try:
            remove_folder(folder)  # of a run that was killed: the lock says nobody writes there
            folder.mkdir()
        except OSError:
            return None
        self._drafts[folder / name] = place
        return folder / name

    def publish(self) -> dict:
        """Move every draft to its place; {draft: place as text}. Raises OutputError."""
        moved = {}
        try:
            for draft, place in self._drafts.items():
                place = _made(draft, place, self._rows[str(draft)])
                if place.table:
                    _into_database(draft, place)
                else:
                    _move(draft, place.path.absolute())
                moved[str(draft)] = place
        except (OSError, RuntimeError) as error:
            raise OutputError(
                "output_not_writable", path=place.path, error=getattr(error, "strerror", "") or error
            ) from error
        finally:
            self.discard()
        return moved

    def discard(self) -> None:
        """Delete what is not published, and unlock."""
        for draft in self._drafts:
            remove_folder(draft.parent)
        for lock in self._locks.values():
            _unlock(lock)
        self._drafts, self._locks = {}, {}


class _CountedSink:
    """A feature sink that counts what it is given."""

    def __init__(self, sink, draft, rows):
        self._sink, self._draft, self._rows = sink, draft, rows

    def __getattr__(self, name):
        return getattr(self._sink, name)

    def addFeatures(self, features, *flags):
        self._rows[self._draft] += len(features)
        return self._sink.addFeatures(features, *flags)

    def addFeature(self, feature, *flags):
        self._rows[self._draft] += 1
        return self._sink.addFeature(feature, *flags)


def _made(draft, place, rows):
    """The place that a draft was really made for: a shapefile without shapes is a .dbf.

    Raises OutputError where it was not made, or where a format has left rows out without a word.
    """
    table = draft.with_suffix(".dbf")
    if draft.suffix.lower() == ".shp" and not draft.exists() and table.exists():
        return Place(place.path.with_suffix(".dbf"))
    found = _row_count(draft, rows) if draft.exists() else -1
    if found < rows or not draft.exists():
        code = "output_disk_full" if shutil.disk_usage(draft.parent).free < _ROOM else "output_rows_lost"
        raise OutputError(code, path=place.path, count=max(found, 0), expected=rows)
    return place


def _row_count(draft, expected):
    """Rows of a draft; as many as are expected where counting would mean to read it and it holds some."""
    try:
        data = gdal.OpenEx(str(draft), gdal.OF_VECTOR | gdal.OF_READONLY) if expected else None
    except RuntimeError:
        return -1
    layer = data.GetLayer(0) if data is not None else None
    if layer is None:
        return 0
    count = layer.GetFeatureCount(0)
    return count if count >= 0 else expected * (layer.GetNextFeature() is not None)


def _move(draft, path):
    files = sorted(draft.parent.iterdir(), key=lambda file: file.suffix.lower() in _LAST)
    refuse_read_only(*(path.parent / file.name for file in files))  # before the first of several is moved
    for file in files:
        target = path.parent / file.name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        put_in_place(file, target)
    for tail in (
        "-wal",
        "-shm",
        "-journal",
    ):  # of the file that lay there before: they would be played into the new one
        Path(f"{path}{tail}").unlink(missing_ok=True)


def _into_database(draft, place):
    """Copy the only table of a draft into a database file, in one transaction."""
    gdal.UseExceptions()
    options = {"format": "GPKG", "layerName": place.table, "options": ["-gt", "unlimited"]}
    if place.path.exists():
        options["accessMode"] = "overwrite"
    source = gdal.OpenEx(str(draft), gdal.OF_VECTOR)
    gdal.VectorTranslate(str(place.path), source, **options)


def _locked(path):
    """(file object, path) of the lock of an output."""
    place = path.parent / f".{path.name}{_LOCK}"
    try:
        file = open(place, "a+b")
    except OSError:
        return None  # a place where no lock can be made takes no output either; that is told when it is made
    if _lock_file(file):
        return file, place
    file.close()
    raise OutputError("output_locked", output=path.name, place=str(path.parent))


def _lock_file(file):
    """Whether the operating system gives us the file alone, until it is closed or this process ends."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def _lock_on_windows(file):
    import msvcrt

    try:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
    except OSError:
        return False
    return True


def _unlock(lock):
    if lock is not None:
        file, place = lock
        try:
            if os.name == "posix":
                place.unlink(missing_ok=True)  # while it is ours: who opened it meanwhile locks a file without a name
                file.close()
            else:
                file.close()
                place.unlink(missing_ok=True)
        except OSError:
            file.close()
