"""Who writes to a workspace: one holder at a time, across processes and across PCs on a network share.

The lock is the operating system's lock on `<workspace>.lock`, so it ends with its holder's process, however that
ends; the file's text only says who it is. Byte 4096 is locked, which on Windows leaves the text readable for others.
"""

import getpass
import json
import os
import socket
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional, Union

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # asked for below
    import msvcrt

_LOCKED_BYTE = 4096


def holder_name() -> str:
    """The user and the PC, as others shall read it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        user = "?"
    return f"{user}@{socket.gethostname()}"


class WriterLock:
    """`take()` tells whether this process is the writer now; `holder()` names who is."""

    def __init__(self, path: Union[str, Path]) -> None:
        self._path, self._file_name = path, f"{path}.lock"
        self._handle: Optional[int] = None

    def take(self) -> bool:
        """True when the lock is ours; False when somebody holds it. OSError when no lock file can be made here."""
        handle = os.open(self._file_name, os.O_RDWR | os.O_CREAT, 0o666)
        if not _try_lock(handle):
            os.close(handle)
            return False
        self._handle = handle
        self._open_for_others(handle)
        note = {
            "holder": holder_name(),
            "pid": os.getpid(),
            "since": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        }
        try:
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(note, ensure_ascii=False).encode("utf-8"))
        except OSError:  # a full disk: the lock holds all the same, others will see "?"
            pass
        return True

    def _open_for_others(self, handle: int) -> None:
        """Whoever may write the workspace may be its next writer: the file stays, and it was made with our mask."""
        with suppress(OSError, AttributeError):  # another's file; Windows knows no such modes
            os.fchmod(handle, os.stat(self._path).st_mode & 0o666)

    def holder(self) -> tuple[str, str]:
        """(name, since) of the holder as written in the file; ("?", "") when it cannot be read."""
        try:
            with open(self._file_name, encoding="utf-8") as file:
                note = json.load(file)
            return str(note["holder"]), str(note["since"])
        except (OSError, ValueError, KeyError, TypeError):
            return "?", ""

    def release(self) -> None:
        if self._handle is not None:
            os.close(
                self._handle
            )  # the lock goes with the handle; the file stays: removing it would race with the next holder
            self._handle = None


def _try_lock(handle: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        return True
    except OSError:
        return False
