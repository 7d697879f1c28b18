"""Files that were just written and take their place: on Windows a virus scanner or the search index looks into a new
file for a moment, and nobody may move or remove it meanwhile.
"""

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import uuid
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Union
from urllib.parse import quote

_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 0.8)  # seconds between two attempts
_HELD = (5, 32, 33)  # Windows: access denied, used by another program, a part of it locked

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\s*(?:\.|$))")
_LONGEST = 60  # letters of a name: paths of more than 260 are beyond many programs on Windows

AnyPath = Union[str, Path]


def put_in_place(draft: AnyPath, path: AnyPath) -> None:
    """Give a whole file its name, whatever bears it now; raises OSError where it stays refused, and for a file that was
    made read-only: elsewhere than on Windows the folder alone would decide."""
    refuse_read_only(path)
    _patiently(lambda: os.replace(draft, path))


def write_complete(path: AnyPath, data: bytes) -> None:
    """Write a file whole or not at all: what lies there stays until the new one is complete; raises OSError."""
    refuse_read_only(path)
    draft = Path(f"{path}.part")
    try:
        draft.write_bytes(data)
        put_in_place(draft, path)
    finally:
        with suppress(OSError):  # of a folder that may not be written
            draft.unlink()


def is_read_only(path: AnyPath) -> bool:
    """Whether a file is there that may not be written, or that nobody may write; the file itself is not opened."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    return stat.S_ISREG(mode) and (not mode & writable or not os.access(path, os.W_OK))


def refuse_read_only(*paths: AnyPath) -> None:
    """Raise PermissionError for the first that is_read_only."""
    for path in paths:
        if is_read_only(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def remove(path: AnyPath) -> bool:
    """Remove a file that is of no use any more; whether it is gone. One that stays held is left, for no result hangs
    on it.
    """
    try:
        _patiently(lambda: Path(path).unlink(missing_ok=True))
    except OSError:
        return False
    return True


def takes_files(folder: AnyPath) -> bool:
    """Whether files can be made in a folder: tried out, since rights say little on Windows and on shares."""
    trial = Path(folder) / f".onemap-{uuid.uuid4().hex}"
    try:
        trial.open("xb").close()
    except OSError:
        return False
    return remove(trial)


def remove_folder(path: AnyPath) -> None:
    """Remove a folder of drafts; what stays held in it is left."""
    for wait in (*_WAITS, 0):
        shutil.rmtree(path, ignore_errors=True)
        if os.name == "posix" or not os.path.isdir(path):
            return
        time.sleep(wait)


class Scratch:
    """A temporary folder that only this user may look into, until `close`, the end of a `with` (which has its path)
    or of the object. What another part of the program still holds then is left, on Windows, until the program ends.
    """

    def __init__(self, prefix: str = "onemap-") -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._removal = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def close(self) -> None:
        """Remove it; never raises, may be said twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if not self.path.exists():
            self._removal.detach()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def _patiently(act: Callable[[], Any]) -> None:
    for wait in _WAITS:
        try:
            act()
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD:  # elsewhere a refusal stays one
                raise
            time.sleep(wait)
    act()


def safe_name(text: str, longest: int = _LONGEST) -> str:
    """A name of a file or folder, made of any text, that every system takes: no signs that have a meaning in paths,
    none of the devices of Windows, no blank or dot at its end.
    """
    name = _UNSAFE.sub("_", text).strip(" .")[:longest].rstrip(" .")
    return _DEVICES.sub(r"\1_", name, count=1) if _DEVICES.match(name) else name or "_"


def sqlite_uri(path: AnyPath, mode: str = "") -> str:
    """SQLite URI of a database file, on a share of the network too; `mode`: "ro", "rw", "rwc" or "immutable"."""
    name = _absolute(path)
    if sys.platform == "win32":  # a share is no authority: SQLite knows none
        name = name.replace("\\", "/")
    query = {"": "", "immutable": "?mode=ro&immutable=1"}.get(mode, f"?mode={mode}")
    return f"file://{'' if name.startswith('/') else '/'}{quote(name)}{query}"


def _absolute(path: AnyPath) -> str:
    return str(Path(path).absolute())
