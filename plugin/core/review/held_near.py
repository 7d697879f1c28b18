"""What lies around a range, kept while a corner of it is dragged: of most ranges that follow nothing has to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any, Optional

import numpy as np

from ..land.boxes import Box, grown
from ..land.pieces import objects
from ..land.types import Array
from .control_group import ControlGroup, grouped
from .control_source import ControlSource, Nearby, rows_meeting

_AROUND = 0.5  # of the longer side of a range: what lies so near is kept, too
_MOST = 20_000  # features; of more no more is kept than was asked for


class LineSources(list[ControlSource]):
    """The control sources of one line that stay as they are from one range to the next.

    The caller sees to it that nobody changes them, and asks for one range at a time.
    """

    def __init__(self, sources: Iterable[ControlSource]) -> None:
        super().__init__(sources)
        self._groups: Optional[list[Any]] = None

    def groups(self) -> list[Any]:
        """As control_group.grouped, once the sources are open."""
        if self._groups is None:
            self._groups = [HeldGroup(g.sources, g.numbers) if _holds(g) else g for g in grouped(self)]
        return self._groups


def _holds(group: Any) -> bool:
    return isinstance(group, ControlGroup)


class HeldGroup(ControlGroup):
    """A ControlGroup that keeps what it read around the last range."""

    def __init__(self, sources: Any, numbers: Iterable[int]) -> None:
        super().__init__(sources, numbers)
        self._lock, self._around = Lock(), (0.0, 0.0, 0.0, 0.0)
        self._held: Optional[HeldNear] = None

    def near(self, bounds: Box) -> Any:
        return self.around(bounds).part(bounds)

    def around(self, bounds: Box) -> HeldNear:
        """What is held, which reaches beyond the bounds; the same as long as they lie in it."""
        with self._lock:
            if self._held is None or not _lies_in(bounds, self._around):
                self._around, self._held = self._read(bounds)
            return self._held

    def _read(self, bounds: Box) -> tuple[Box, HeldNear]:
        wider = grown(bounds, _AROUND * max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
        near = super().near(wider)
        if len(near.fids) > _MOST:
            return bounds, HeldNear(self.sources, super().near(bounds))
        return wider, HeldNear(self.sources, near)


def _lies_in(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


class HeldNear:
    """A NearGroup, or what stands for one, of which every answer is asked for once."""

    def __init__(self, sources: Sequence[ControlSource], near: Any) -> None:
        self._sources, self.near, self.windows = sources, near, dict[int, Any]()
        self._columns: dict[tuple[str, ...], tuple[Array, Array]] = {}

    def part(self, bounds: Box) -> Nearby:
        return _Part(self, rows_meeting(self.near.boxes, bounds))

    def everything(self) -> Nearby:
        """All that is held."""
        return _Part(self, np.arange(len(self.near.fids)))

    def column(self, name: tuple[str, ...], rows: Array, ask: Callable[[Array], Any]) -> Array:
        """What `ask` answers of `rows`, or has answered before."""
        count = len(self.near.fids)
        known, values = self._columns.setdefault(name, (np.zeros(count, bool), np.empty(count, object)))
        lacking = np.unique(rows[~known[rows]])
        if len(lacking):
            values[lacking] = objects(ask(lacking))
            known[lacking] = True
        found: Array = values[rows]
        return found

    def seen(self, rows: Array) -> None:
        """Let the sources know of features that are used."""
        numbers = self.near.source[rows]
        for number in np.unique(numbers).tolist():
            self._sources[number].seen(self.near.fids[rows[numbers == number]])

    def geometries_or_windows(self, rows: Array) -> tuple[Array, dict[int, Any]]:
        def ask(lacking: Array) -> Array:
            geometries, windows = self.near.geometries_or_windows(lacking)
            self.windows.update((int(lacking[at]), window) for at, window in windows.items())
            return geometries

        geometries = self.column(("local",), rows, ask)
        self.seen(rows)
        found = np.flatnonzero(np.isin(rows, list(self.windows))) if self.windows else ()
        return geometries, {int(at): self.windows[int(rows[at])] for at in found}


class _Part(Nearby):
    """Some of what is held, in the shape that a ControlGroup asks."""

    def __init__(self, held: HeldNear, rows: Array) -> None:
        super().__init__(held.near.fids[rows], held.near.boxes[rows])
        self._held, self._rows, self.source = held, rows, held.near.source[rows]

    def geometries(self, rows: Array) -> Array:
        geometries = self._held.column(("whole",), self._rows[rows], self._held.near.geometries)
        self._held.seen(self._rows[rows])
        return geometries

    def geometries_or_windows(self, rows: Array) -> tuple[Array, dict[int, Any]]:
        return self._held.geometries_or_windows(self._rows[rows])

    def unread(self, rows: Array) -> Array:
        return self._held.near.unread(self._rows[rows])

    def mask(self, rows: Array, rule_id: str) -> Array:
        near = self._held.near
        return self._held.column(("mask", rule_id), self._rows[rows], lambda at: near.mask(at, rule_id)).astype(bool)

    def unclear(self, rows: Array, rule_id: str) -> Array:
        near = self._held.near
        return self._held.column(("unclear", rule_id), self._rows[rows], lambda at: near.unclear(at, rule_id)).astype(
            bool
        )

    def described(self, rows: Array) -> Any:
        return self._held.near.described(self._rows[rows])

    def numbers(self, rows: Array, rule_id: str) -> Array:
        near = self._held.near
        return self._held.column(("number", rule_id), self._rows[rows], lambda at: near.numbers(at, rule_id)).astype(
            float
        )

    def labels(self, rows: Array) -> Any:
        return self._held.column(("label",), self._rows[rows], self._held.near.labels)

    def areas(self, rows: Array) -> Array:
        return self._held.column(("area",), self._rows[rows], self._held.near.areas).astype(float)
