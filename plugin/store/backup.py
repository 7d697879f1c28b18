"""Backups of a workspace, its check on opening, and the way back after damage."""

import os
import sqlite3
from datetime import date, datetime
from pathlib import Path
from typing import Optional, Union

from ..core.errors import InputError, OutputError
from ..core.files import put_in_place, remove
from .database import DamagedError, Database


def backup_path(path: Union[str, Path], kind: str = "backup") -> Path:
    """Where the backup of a workspace lies: county.gpkg -> county.backup.gpkg."""
    path = Path(path)
    return path.with_name(f"{path.stem}.{kind}{path.suffix}")


def write_backup(database: Database, target: Path) -> None:
    """Copy the database to `target`; what was there before stays until the copy is whole and on the disk."""
    half = target.with_name(target.name + ".part")
    try:
        half.unlink(missing_ok=True)
        database.copy_to(half)
        with open(half, "rb+") as file:
            os.fsync(file.fileno())
        put_in_place(half, target)
    except OSError as error:
        raise OutputError("store_backup_failed", file=target.name, error=error.strerror or error) from error
    finally:
        for left in (half, half.with_name(half.name + "-journal")):  # a full disk has no room for what is half
            remove(left)


def back_up_daily(database: Database) -> bool:
    """Write the day's backup when something was written since the last one; True when it was."""
    target = backup_path(database.path)
    if target.exists():
        made = date.fromtimestamp(target.stat().st_mtime)  # in the future where the clock was wrong then: not today's
        if made == date.today() or _head_of(target) == _head(database):
            return False
    write_backup(database, target)
    return True


def _head(database: Database) -> Optional[str]:
    return database.value("SELECT value FROM onemap_settings WHERE key = 'audit_head'")


def _head_of(file: Path) -> Optional[str]:
    copy = None
    try:
        copy = Database(file, "ro")
        return _head(copy)
    except (InputError, OutputError):
        return None  # a backup that cannot be read is replaced
    finally:
        if copy is not None:
            copy.close()


def check_structure(database: Database) -> None:
    """Raise DamagedError when the file's structure is broken (SQLite's quick check) or it is no workspace."""
    found = database.value("PRAGMA quick_check(1)")
    if found != "ok":
        raise DamagedError("store_damaged", file=database.path.name, error=str(found)[:200])
    if not database.value("SELECT count(*) FROM sqlite_master WHERE name = 'onemap_settings'"):
        raise InputError("store_not_workspace", file=database.path.name)


def backup_day(path: Union[str, Path]) -> str:
    """Day and time of the last backup as text, "" when there is none."""
    target = backup_path(path)
    return datetime.fromtimestamp(target.stat().st_mtime).strftime("%Y-%m-%d %H:%M") if target.exists() else ""


def restore(path: Union[str, Path]) -> Path:
    """Put the last backup in the place of a damaged workspace, which is kept beside it; return the damaged file's new
    path.

    InputError when there is no sound backup.
    """
    path, backup = Path(path), backup_path(path)
    if not backup.exists():
        raise InputError("store_no_backup", file=path.name)
    copy = Database(backup, "ro")
    try:
        check_structure(copy)
        aside = _free_name(path)
        half = path.with_name(path.name + ".part")
        half.unlink(missing_ok=True)
        copy.copy_to(half)
    finally:
        copy.close()
    try:
        put_in_place(path, aside)
        _set_journal_aside(path, aside)
        put_in_place(half, path)
    except OSError as error:
        raise OutputError("store_backup_failed", file=path.name, error=error.strerror or error) from error
    return aside


def _free_name(path: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return backup_path(path, f"damaged-{stamp}")


def _set_journal_aside(path: Path, aside: Path) -> None:
    """The damaged file's journal goes with it: SQLite would otherwise roll it into the restored file."""
    for ending in ("-journal", "-wal", "-shm"):
        journal = Path(f"{path}{ending}")
        if journal.exists():
            put_in_place(journal, f"{aside}{ending}")


def sound(path: Path) -> bool:
    """True when a file can be opened and its structure is whole."""
    try:
        database = Database(path, "ro")
    except (InputError, OutputError, sqlite3.Error):
        return False
    try:
        check_structure(database)
        return True
    except InputError:
        return False
    finally:
        database.close()
