"""Files as Windows keeps them: one that this process has open, or has mapped, is not removed, renamed or replaced."""

import os
import shutil

_OTHERWISE = (".onemap-lock",)  # closed before it is removed there


def open_files() -> set:
    """(device, inode) of every file that this process has open or mapped."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            state = os.stat(f"/proc/self/fd/{number}")
        except OSError:  # that of the listing itself
            continue
        found.add((state.st_dev, state.st_ino))
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        found |= {_identity(line.split(None, 5)[5].rstrip("\n")) for line in maps if "/" in line}
    return found - {None}


def _identity(path):
    try:
        state = os.stat(path)
    except (OSError, ValueError, TypeError):
        return None
    return state.st_dev, state.st_ino


def keep_open_files(monkeypatch) -> None:
    """From now on os.remove, os.rename and os.replace refuse what is open, as Windows does (WinError 32)."""
    monkeypatch.setattr(shutil, "_use_fd_functions", False)
    for name in ("remove", "unlink", "rename", "replace"):
        monkeypatch.setattr(os, name, _refusing(getattr(os, name)))


def _refusing(act):
    def refused(*paths, **options):
        if not any(value is not None for value in options.values()):
            held = open_files()
            for path in paths:
                if str(path).endswith(_OTHERWISE):
                    continue
                if os.path.isfile(path) and not os.path.islink(path) and _identity(path) in held:
                    raise PermissionError(13, "[WinError 32] used by another process", str(path))
        return act(*paths, **options)

    return refused
