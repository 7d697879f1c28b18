"""Zip archives: unpacked once and within bounds, no entry ever outside its folder, names of Chinese Windows read."""

import shutil
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Optional

from ...core.errors import InputError
from ...core.files import safe_name
from ...core.land.remarks import Remark

_MOST_ENTRIES, _MOST_BYTES = 20_000, 20 << 30
_MOST_RATIO, _RATIO_FROM = 200, 10 << 20  # geodatabases stay under 30
_DEEPEST = 2  # archives in archives
_CHUNK = 1 << 20
_LONGEST_PART = 200  # letters of one name
_UTF8 = 0x800
_CHINESE = "\u2e80"  # the first of the letters of the East


def unpack(path: Path, folder: Path, depth: int = 0) -> list[tuple[str, Remark]]:
    """Unpack an archive into a folder, archives inside it too; returns what was left out, by path.

    Raises InputError for an archive that is not whole, has a password, or is a bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_bombs(path, entries, folder)
            return _unpack_entries(archive, entries, folder, depth)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InputError("package_corrupt", file=path.name, error=str(error)) from error
    except RuntimeError as error:  # what zipfile says of a password
        raise InputError("package_password", file=path.name) from error
    except OSError as error:
        raise InputError("package_corrupt", file=path.name, error=error.strerror or str(error)) from error


def _refuse_bombs(path: Path, entries: list[zipfile.ZipInfo], folder: Path) -> None:
    total = sum(entry.file_size for entry in entries)
    swollen = any(e.file_size > _RATIO_FROM and e.file_size > _MOST_RATIO * max(e.compress_size, 1) for e in entries)
    if len(entries) > _MOST_ENTRIES or total > _MOST_BYTES or swollen:
        raise InputError("package_bomb", file=path.name)
    if total * 1.1 > shutil.disk_usage(folder).free:
        raise InputError("package_no_room", file=path.name, gb=f"{total / 1e9:.1f}")


def _unpack_entries(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], folder: Path, depth: int
) -> list[tuple[str, Remark]]:
    troubles: list[tuple[str, Remark]] = []
    for entry in entries:
        name = entry_name(entry)
        target = _inside(folder, name)
        if target is None or target.exists():
            troubles.append((name, Remark("package_entry_outside" if target is None else "package_entry_twice")))
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as copy:
            _copy(source, copy, entry.file_size)  # type: ignore[arg-type]
        if target.suffix.lower() == ".zip":
            troubles += _inner(target, name, depth)
    return troubles


def _inner(file: Path, name: str, depth: int) -> list[tuple[str, Remark]]:
    """Put a folder in the place of an archive that was in an archive."""
    if depth == _DEEPEST:
        return [(name, Remark("package_too_deep"))]
    draft = file.with_name(file.name + ".part")
    file.rename(draft)
    file.mkdir()
    try:
        return [(f"{name}/{inside}", remark) for inside, remark in unpack(draft, file, depth + 1)]
    except InputError as error:
        return [(name, Remark(error.code, params={**error.params, "file": file.name}))]
    finally:
        draft.unlink()


def _copy(source: BinaryIO, copy: BinaryIO, stated: int) -> None:
    """Copy an entry; one that is longer than it says ends the reading."""
    left = stated
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise zipfile.BadZipFile("size")
        copy.write(chunk)


def _inside(folder: Path, name: str) -> Optional[Path]:
    """The place of an entry, None for one that would lie outside."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or any(part in ("..", "/") or ":" in part or "\0" in part for part in parts):
        return None
    if sys.platform == "win32":  # there AUX.shp is a device, and the dot at the end of a name is lost
        parts = tuple(safe_name(part, _LONGEST_PART) for part in parts)
    target = folder.joinpath(*parts)
    return target if folder.resolve() in target.resolve().parents else None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Name of an entry; one without the mark of UTF-8 comes from a Chinese Windows, or from macOS."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        data = entry.filename.encode("cp437")
        return _as_utf8(data) or data.decode("gb18030")
    except UnicodeError:
        return entry.filename


def _as_utf8(data: bytes) -> str:
    """Bytes as UTF-8, "" where they are none. Some words of GBK are letters of the West in UTF-8: they do not count."""
    try:
        name = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return name if any(letter >= _CHINESE for letter in name) else ""
