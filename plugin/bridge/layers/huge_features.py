"""Huge features of a layer, decoded and checked once, served to every chunk of projects as the part around it."""

import threading
from typing import Any

import shapely

from ...core.land.overlay import HUGE
from ...core.land.windows import Windows
from ...core.memory import give_back

STAND_IN = object()
HUGE_BYTES = 16 * HUGE  # of WKB; a vertex takes sixteen


class HugeFeatures:
    """Windows on the huge features of one layer, by feature id; any thread."""

    def __init__(self):
        self._lock, self._known = threading.Lock(), {}

    def local(self, fid: int, make: Any, bounds: Any) -> shapely.Geometry:
        """The feature's valid geometry within `bounds` (plane), None where it cannot be used; `make()` gives the
        whole one, once.

        With STAND_IN for bounds a box stands for it, for those who take their part from `known`.
        """
        with self._lock:
            entry = self._known.setdefault(fid, _Entry())
        with entry.lock:
            if not entry.done:
                geometry = make()
                entry.windows = Windows(geometry) if _is_polygonal(geometry) else geometry
                entry.done = True
                give_back()  # looking at it took many times what is kept
        if not isinstance(entry.windows, Windows):
            return entry.windows
        return shapely.box(0, 0, 1, 1) if bounds is STAND_IN else entry.windows.local(bounds)

    def known(self, fid: int) -> Any:
        """The Windows of a feature that was asked for before, None for any other."""
        entry = self._known.get(fid)
        return entry.windows if entry is not None and isinstance(entry.windows, Windows) else None


class _Entry:
    def __init__(self):
        self.lock, self.windows, self.done = threading.Lock(), None, False


def _is_polygonal(geometry):
    return shapely.get_dimensions(geometry) == 2
