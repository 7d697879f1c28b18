"""Layers that stay open from one range to the next while a corner is dragged."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from ...core.review.held_near import LineSources
from ...core.review.moving import MovingLines
from ..layers.snapshot import LayerSnapshot

if TYPE_CHECKING:
    from .preparing import Review


@dataclass
class NearSources:
    """For ranges: nothing but what lies near them is looked at.

    One that `holds` keeps the layers of a Review open for the next range on the same plane, where all of them lie in
    files and none failed. Whoever makes it watches those files and ends it when one changes; one range at a time.
    `delays_unions`: as in core.review.line_check.Settings. `moving`: asks the lines of ranges that move together.
    """

    holds: bool = False
    delays_unions: bool = False
    layers: list[LayerSnapshot] = field(default_factory=list)
    sources: dict[str, list] = field(default_factory=dict)
    moving: Optional[MovingLines] = None
    _of: Any = None

    def serves(self, review: "Review") -> bool:
        """Whether the layers of a Review are open."""
        return self._of is not None and self._of[0] is review.snapshots and self._of[1] == review.plane.srs

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
        is_sound = all(layer.file is not None and not layer.failure for layer in layers) and not review.failures
        if self.holds and is_sound and not any(source.unread for of_line in sources.values() for source in of_line):
            if sources is not self.sources:
                self.moving = MovingLines()
            self.layers, self.sources, self._of = layers, sources, (review.snapshots, review.plane.srs)
        else:
            self.end()

    def end(self) -> None:
        """Let everything go."""
        self.layers, self.sources, self.moving, self._of = [], {}, None, None
