"""Who may write a workspace file, and how it is read by those who may not."""

import errno
import os
from pathlib import Path
from typing import Any, Optional

from ..core.errors import OutputError
from ..core.land.remarks import Remark
from ..core.moments import local_moment
from .database import Database
from .lock import WriterLock


def take_lock(path: Path) -> tuple[Optional[WriterLock], Optional[Remark]]:
    """(lock, None) when this process may write, (None, Remark) when it may only read and why."""
    if not (_may_write(path) and _may_write(path.parent)):  # a journal is written beside it
        return None, Remark("store_read_only_open", params={"file": path.name})
    lock = WriterLock(path)
    try:
        if lock.take():
            return lock, None
    except OSError as error:  # a folder that takes no new file takes no journal either
        code = "store_full_open" if error.errno == errno.ENOSPC else "store_read_only_open"
        return None, Remark(code, params={"file": path.name})
    name, since = lock.holder()
    return None, Remark("store_held", params={"file": path.name, "holder": name, "since": local_moment(since)})


def _may_write(path: Path) -> bool:
    """Whether this process may, as the user that it acts for."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def release(lock: Optional[WriterLock]) -> None:
    """Let others write again."""
    if lock is not None:
        lock.release()


def open_for_reading(path: Path, connect: Any) -> Database:
    """A Database that is not written to.

    What a killed writer left half-done is first undone.

    A medium that takes no files is read as one that nobody changes.
    """
    for mode in ("ro", "rw", "immutable"):
        if mode == "immutable" and _may_write(path.parent):
            break
        database = None
        try:
            database = Database(path, mode, connect)
            database.value("SELECT count(*) FROM sqlite_master")
        except OutputError:
            if database is not None:
                database.close()
            continue
        if mode != "rw":
            return database
        database.close()
        return Database(path, "ro", connect)
    raise OutputError("store_cannot_open", file=path.name)


def refusal(notice: Optional[Remark], path: Path) -> OutputError:
    """The error that says why a workspace cannot be written."""
    if notice is None:
        return OutputError("store_read_only", file=path.name)
    return OutputError(notice.code, **notice.params)
