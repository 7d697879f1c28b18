"""A process that answers for workers.Workers: `python -m ...worker MODULE FILE...`, its questions lie in the FILEs."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Optional

from ..paths import WORKER
from .memory import LARGE_PAGES, give_back, keep
from .threads import rare_collections, run_inline

READY = "ready"
_LARGE = 4_000_000  # bytes of a question; so much is not soon needed again
REST = -1  # in the place of the number of a FILE: nothing will be asked for a while


def interpreter() -> Optional[str]:
    """The Python of this program. QGIS is a program of its own: `sys.executable` is then itself, or what Python finds
    first on the PATH, which may be another. On Windows that of QGIS's own bin folder finds GEOS beside it.
    """
    version, prefix = f"python{sys.version_info[0]}.{sys.version_info[1]}", Path(sys.exec_prefix)
    places = [prefix / "bin" / version, prefix / "bin" / "python3", prefix / "python.exe", prefix / "python3.exe"]
    if prefix.parent.name.lower() == "apps":  # C:\Program Files\QGIS 3.34\apps\Python312
        places.insert(0, prefix.parent.parent / "bin" / "python3.exe")
    found = [place for place in places if place.is_file()]
    own = Path(sys.executable or "-")
    if own.stem.lower().startswith("python") and own.is_file():
        found.append(own)
    return str(found[0]) if found else None


def environment() -> dict[str, str]:
    """What a process needs to find what this program runs on."""
    found = {**LARGE_PAGES, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), WORKER: "1"}
    if sys.platform == "win32":  # not beside its library there, as that of QGIS's bin folder is not
        found["PYTHONHOME"] = sys.base_exec_prefix
    return found


def versions() -> str:
    """What must be the same on both sides for the answers to be the same bytes."""
    import numpy
    import shapely

    return f"{sys.version_info[:3]} {numpy.__version__} {shapely.__version__} {shapely.geos_version}"


def read_bytes(file: Any, length: int) -> bytearray:
    """The first bytes of an unbuffered file; raises EOFError when they are not there."""
    data = bytearray(length)
    view, at = memoryview(data), 0
    file.seek(0)
    while at < length:
        count = file.readinto(view[at:])
        if not count:
            raise EOFError
        at += count
    return data


def write_bytes(file: Any, data: bytes) -> None:
    """Put bytes at the begin of an unbuffered file; raises OSError."""
    view, at = memoryview(data), 0
    file.seek(0)
    while at < len(view):
        at += file.write(view[at:])


def _find_libraries() -> None:
    """On Windows a compiled library finds others only in folders that were named; QGIS names those of the PATH."""
    name_folder: Any = getattr(os, "add_dll_directory", None)
    for folder in os.environ.get("PATH", "").split(os.pathsep) if name_folder else ():
        if os.path.isabs(folder) and os.path.isdir(folder):
            with suppress(OSError):
                name_folder(folder)


def _serve(module: str, paths: list[str]) -> None:
    _find_libraries()
    with ExitStack() as opened, os.fdopen(os.dup(1), "wb", buffering=0) as out:
        files = [opened.enter_context(Path(path).open("r+b", buffering=0)) for path in paths]
        os.dup2(2, 1)  # what a library prints must not come between
        answering: Any = importlib.import_module(module)
        out.write(f"{READY} {versions()}\n".encode())
        for line in sys.stdin.buffer:
            slot, length = map(int, line.split())
            if slot == REST:
                if hasattr(answering, "rest"):
                    answering.rest()
                give_back()
                continue
            out.write(f"{slot} {_answered(files[slot], length, answering.answer)}\n".encode())


def _answered(file: Any, length: int, answer: Any) -> int:
    """Put the answer in the place of the question; its length, -1 where there is none: the other side computes then."""
    try:
        said = answer(read_bytes(file, length))
        write_bytes(file, said)
        count = len(said)
        del said
        if length > _LARGE:
            give_back()
        return count
    except Exception:  # noqa: BLE001 - whatever it is will come up there, where somebody can be told
        return -1


def _tidy(paths: list[str]) -> None:
    """Remove the files and their folder: a caller that is still there ends this process by force, one that is gone has
    left them behind.
    """
    folder = Path(paths[0]).parent
    with suppress(OSError):  # another process of the same caller has its files there: the last one removes the folder
        os.chdir(folder.parent)  # Windows keeps a folder in which somebody works
        for path in paths:
            Path(path).unlink(missing_ok=True)
        folder.rmdir()


if __name__ == "__main__":
    run_inline()
    keep()
    try:
        with rare_collections():
            _serve(sys.argv[1], sys.argv[2:])
    finally:
        _tidy(sys.argv[2:])
