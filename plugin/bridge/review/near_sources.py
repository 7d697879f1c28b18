"""Layers that stay open from one range to the next while a corner is dragged."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, Optional, Protocol

import numpy as np

from ...core.land.types import Array
from ...core.review.catalogue import ControlLine
from ...core.review.held_near import LineSources
from ...core.review.moving import MovingLines
from ..layers.snapshot import LayerSnapshot

_SAME_PLACE_M = 20_000.0  # zones lie hundreds of kilometres apart

if TYPE_CHECKING:
    from ...core.review.line_check import LineTask
    from ...core.review.projects import Projects
    from ...core.review.settings import Settings
    from .preparing import Review
    from .reading_ahead import ReadingAhead


class StoredLayers(Protocol):
    """Who may have a layer in a store of many."""

    def layer(self, snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Any) -> Any: ...


@dataclass(frozen=True)
class BegunRun:
    """A run of which no line has been read yet: what core.review.run.run asks."""

    projects: "Projects"
    tasks: Sequence["LineTask"]
    sources: Mapping[str, Sequence[Any]]
    settings: "Settings"


@dataclass
class NearSources:
    """For ranges: nothing but what lies near them is looked at.

    One that `holds` keeps the layers of a Review open for the next range on the same plane, where all that could be
    opened lie in files and none failed. Whoever makes it watches those files and ends it when one changes; one range at
    a time (`lock`).
    `delays_unions`: as in core.review.line_check.Settings. `moving`: asks the lines of ranges that move together.
    `store`: where layers may be read from. `while_reading`: called where there is much to read.
    `threads`: as in core.review.settings.Settings. `ahead`: who has tables read during a run.
    """

    holds: bool = False
    delays_unions: bool = False
    layers: list[LayerSnapshot] = field(default_factory=list)
    sources: dict[str, list] = field(default_factory=dict)
    moving: Optional[MovingLines] = None
    store: Optional["StoredLayers"] = None
    while_reading: Optional[Callable[[BegunRun], None]] = None
    threads: int = 0
    ahead: Optional["ReadingAhead"] = None
    lock: Any = field(default_factory=RLock)
    _of: Any = None
    _place: Optional[Array] = None  # of the last range for which zones were looked at

    @property
    def most_threads(self) -> int:
        """`threads` of the run that begins."""
        return (self.ahead.threads if self.ahead is not None else 0) or self.threads

    def stop_reading(self) -> None:
        """The run is over: end what was started for it."""
        if self.ahead is not None:
            self.ahead.close()
        self.ahead = None

    def serves(self, review: "Review") -> bool:
        """Whether the layers of a Review are open."""
        return self._of is not None and self._of[0] is review.snapshots and self._of[1] == review.plane.srs

    def layer(self, snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Any) -> Any:
        """The control source of a layer in the store, None where it must be read itself."""
        return self.store.layer(snapshot, line, rules, reading) if self.store is not None else None

    def is_new_place(self, place: Array) -> bool:
        """Whether layers must be looked at for their zone: for every range but one that moves near where they were."""
        if self.delays_unions and self._place is not None and np.abs(place - self._place).max() < _SAME_PLACE_M:
            return False
        self._place = place
        return True

    def for_run(self) -> list[LayerSnapshot]:
        """The open layers for another run: what is noted of features from now on belongs to that run alone."""
        for layer in () if self.delays_unions else self.layers:
            layer.notes = layer.notes.next()
        return self.layers

    def of_run(self, layers: list[LayerSnapshot]) -> list[LayerSnapshot]:
        """The layers as a finished run leaves them, whatever the next run does with those that stay open."""
        return layers if self.delays_unions or not self.holds else list(map(copy.copy, layers))

    def held(self, sources: dict[str, list]) -> dict[str, list]:
        """The sources in the shape that keeps what is read."""
        if not self.holds:
            return sources
        for of_line in sources.values():
            for source in of_line:
                source.is_watched = True
        return {line_id: LineSources(of_line) for line_id, of_line in sources.items()}

    def keep(self, review: "Review", layers: list[LayerSnapshot], sources: dict[str, list]) -> None:
        """Keep what a finished run opened, for the next one."""
        is_sound = all(layer.file is not None and not layer.failure for layer in layers)
        if self.holds and is_sound and not any(source.unread for of_line in sources.values() for source in of_line):
            if sources is not self.sources:
                self.moving = MovingLines()
            self.layers, self.sources, self._of = layers, sources, (review.snapshots, review.plane.srs)
        else:
            self.end()

    def end(self) -> None:
        """Let everything go."""
        self.layers, self.sources, self.moving, self._of, self._place = [], {}, None, None, None
