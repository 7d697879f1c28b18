"""What lies near some bounds in several control layers, asked as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np

from ..errors import Cancelled, OneMapError
from ..land.pieces import objects
from .control_source import Nearby
from .stored_shapes import StoredAt, StoredShapes, at_together, stored_together

if TYPE_CHECKING:
    from ..land.remarks import Repair, Skipped
    from ..land.types import Array, Box
    from .control_source import ControlSource


class NearGroup(Nearby):
    """The Nearby of several sources as one.

    `source`: the position of each feature's source. A failed source gives nothing.
    """

    def __init__(self, sources: Sequence[ControlSource], bounds: Box) -> None:
        nothing = Nearby(np.zeros(0, np.int64), np.zeros((0, 4)))
        self._sources = sources
        self._near = [guarded(source, partial(source.near, bounds), nothing) for source in sources]
        counts = [len(near.fids) for near in self._near]
        self._starts = np.cumsum([0, *counts])
        self.source = np.repeat(np.arange(len(sources)), counts)
        super().__init__(
            np.concatenate([near.fids for near in self._near]), np.concatenate([near.boxes for near in self._near])
        )

    def geometries(self, rows: Array) -> Array:
        return self._gathered(rows, _empty(rows), lambda source, near, own_rows, places: near.geometries(own_rows))

    def geometries_or_windows(self, rows: Array) -> tuple[Array, dict[int, Any]]:
        windows: dict[int, Any] = {}

        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            geometries, found = near.geometries_or_windows(own_rows)
            windows.update((places[at], window) for at, window in found.items())
            return geometries

        return self._gathered(rows, _empty(rows), ask), windows

    def stored(self, rows: Array) -> Optional[StoredShapes]:
        found: list[tuple[Array, StoredShapes]] = []
        for question in self._questions(rows):
            source, near, own_rows, places = question
            shapes = guarded(source, partial(near.stored, own_rows), None)
            if shapes is None:
                return None
            found.append((places, shapes))
        return stored_together(len(rows), found)

    def stored_at(self, rows: Array) -> Optional[StoredAt]:
        parts = []
        for source, near, own_rows, places in self._questions(rows):
            at = guarded(source, partial(near.stored_at, own_rows), None)
            if at is None:
                return None
            parts.append((places, at))
        return at_together(parts) if parts else None

    def read_here(self) -> None:
        for near in self._near:
            near.read_here()

    def keep_values(self, rows: Array, values: list[Any]) -> None:
        for _, near, own_rows, places in self._questions(rows) if values else ():
            near.keep_values(own_rows, [values[place] for place in places.tolist()])

    def note(self, rows: Array, repairs: Sequence[Repair], skipped: Sequence[Skipped]) -> None:
        for _, near, own_rows, places in self._questions(rows):
            position = {int(place): at for at, place in enumerate(places)}
            own = [replace(repair, fid=position[repair.fid]) for repair in repairs if repair.fid in position]
            rest = [replace(skip, fid=position[skip.fid]) for skip in skipped if skip.fid in position]
            near.note(own_rows, own, rest)

    def mask(self, rows: Array, rule_id: str) -> Array:
        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            return near.mask(own_rows, rule_id) if rule_id in source.rule_ids else False

        return self._gathered(rows, np.zeros(len(rows), bool), ask)

    def unclear(self, rows: Array, rule_id: str) -> Array:
        nothing = np.zeros(len(rows), bool)
        return self._gathered(rows, nothing, lambda source, near, own_rows, at: near.unclear(own_rows, rule_id))

    def described(self, rows: Array) -> Any:
        nothing = objects([""] * len(rows))
        return self._gathered(rows, nothing, lambda source, near, own_rows, at: objects(near.described(own_rows)))

    def numbers(self, rows: Array, rule_id: str) -> Array:
        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            return near.numbers(own_rows, rule_id) if rule_id in source.rule_ids else np.nan

        return self._gathered(rows, np.full(len(rows), np.nan), ask)

    def unread(self, rows: Array) -> Array:
        return self._gathered(
            rows, objects([""] * len(rows)), lambda source, near, own_rows, places: near.unread(own_rows)
        )

    def labels(self, rows: Array) -> Any:
        return self._gathered(
            rows, objects([""] * len(rows)), lambda source, near, own_rows, places: objects(near.labels(own_rows))
        )

    def areas(self, rows: Array) -> Array:
        return self._gathered(
            rows, np.full(len(rows), np.nan), lambda source, near, own_rows, places: near.areas(own_rows)
        )

    def _gathered(self, rows: Array, answer: Array, ask: Callable[..., Any]) -> Array:
        """`answer` filled with ask(source, its Nearby, its rows, their places in `rows`).

        What a failing source owes stays as it is.
        """
        for question in self._questions(rows):
            places = question[-1]
            answer[places] = guarded(question[0], partial(ask, *question), answer[places])
        return answer

    def _questions(self, rows: Array) -> Iterator[tuple[ControlSource, Nearby, Array, Array]]:
        """Yield (source, its Nearby, its rows, their places in `rows`) of every source that has some of the rows."""
        order = np.argsort(rows, kind="stable")
        cuts = np.searchsorted(rows[order], self._starts)
        for number in np.flatnonzero(np.diff(cuts)):
            places = order[cuts[number] : cuts[number + 1]]
            yield self._sources[number], self._near[number], rows[places] - self._starts[number], places


def _empty(rows: Array) -> Array:
    return np.empty(len(rows), dtype=object)


def guarded(source: ControlSource, work: Callable[[], Any], otherwise: Any) -> Any:
    """What `work` returns; a OneMapError becomes the failure of the source."""
    try:
        with source.own_errors():
            return work()
    except Cancelled:
        raise
    except OneMapError as error:
        source.failure = error.message
        return otherwise
