"""Control layers of a project opened in turns, so that the window never waits for all of them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Callable, Optional

from qgis.core import QgsVectorLayer

from ...core.threads import rare_collections
from ..review.preparing import Review
from ..settings import Settings
from .rules import blank_review
from .state import FileStates, watched_file

_TURN_S = 0.03


@dataclass(frozen=True)
class OpenedLayers:
    """Layers with the Review of which they are the control layers; `files`: what theirs were before that."""

    layers: tuple[QgsVectorLayer, ...]
    review: Review
    files: FileStates

    def holds(self, files: FileStates) -> bool:
        """Whether the files still are what they were, and a change would have shown."""
        known = self.files.stamps
        return self.files.is_settled and all(files.stamps.get(file) == stamps for file, stamps in known.items())


def opened_in_turns(
    layers: Sequence[QgsVectorLayer], settings: Settings, is_same: Callable[[], bool]
) -> Iterator[Optional[OpenedLayers]]:
    """Yield None after each turn and OpenedLayers at the end; nothing more once `is_same()` says that the project is
    not what it was. Main thread.
    """
    files = FileStates.of(map(watched_file, layers))
    with rare_collections():
        until = time.perf_counter() + _TURN_S
        for review in blank_review(settings).opening(layers, settings.mapping):
            if review is not None:
                yield OpenedLayers(tuple(layers), review, files)
            elif time.perf_counter() > until:
                yield None
                if not is_same():  # a layer that was removed must not be touched
                    return
                until = time.perf_counter() + _TURN_S
