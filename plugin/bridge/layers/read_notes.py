"""What became of the features of a layer while one run read them."""

import threading
from collections.abc import Iterable
from typing import Any, Optional

import numpy as np

from ...core.land.remarks import Repair, Skipped


class ReadNotes:
    """By feature, however often one is read: repaired, left out, looked at. Any thread."""

    def __init__(self) -> None:
        self._repairs: dict[Any, Repair] = {}
        self._skipped: dict[Any, Skipped] = {}
        self._checked: set[int] = set()
        self._lock = threading.Lock()
        self._before: Optional[ReadNotes] = None

    def next(self) -> "ReadNotes":
        """The notes of another run, which may use again what was read in this one or before it."""
        notes = ReadNotes()
        if not (self._checked or self._repairs or self._skipped):
            notes._before = self._before  # nobody adds to what was noted before
            return notes
        notes._before = ReadNotes()
        for earlier in (self._before, self):
            if earlier is not None:
                notes._before.add(earlier.checked_ids(), earlier.repairs, earlier.skipped)
        return notes

    def again(self, fids: np.ndarray) -> None:
        """Features that were read by an earlier run are used by this one."""
        if self._before is None:
            return
        known, ids = self._before, fids.tolist()
        repairs = [known._repairs[fid] for fid in ids if fid in known._repairs]
        skipped = [known._skipped[fid] for fid in ids if fid in known._skipped]
        self.add(fids, repairs, skipped)

    def add(self, fids: np.ndarray, repairs: Iterable[Repair], skipped: Iterable[Skipped]) -> None:
        """Keep what was found at features that were looked at."""
        with self._lock:
            self._repairs.update((r.fid, r) for r in repairs)
            self._skipped.update((s.fid, s) for s in skipped)
            self._checked.update(fids.tolist())

    @property
    def repairs(self) -> list[Repair]:
        return [self._repairs[fid] for fid in sorted(self._repairs)]

    @property
    def skipped(self) -> list[Skipped]:
        return [self._skipped[fid] for fid in sorted(self._skipped)]

    @property
    def checked_count(self) -> int:
        """Number of features whose geometry was looked at."""
        return len(self._checked)

    def skip_code(self, fid: int) -> str:
        """Why a feature that was looked at was left out, "" where it was not."""
        found = self._skipped.get(fid)
        return found.code if found else ""

    def checked_ids(self) -> np.ndarray:
        return np.fromiter(self._checked, dtype=np.int64, count=len(self._checked))
