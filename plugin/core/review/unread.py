"""Projects near which something could not be read: nothing near them may be said to be clear."""

import threading
from collections.abc import Iterable

import numpy as np

from ..land.types import Array
from ..messages import message

_NAMED = 3  # features named for one project


class UnreadNear:
    """Filled chunk by chunk from several threads; `projects` are booleans over all projects."""

    def __init__(self, count: int) -> None:
        self.projects = np.zeros(count, bool)
        self._features: dict[int, list[str]] = {}
        self._lock = threading.Lock()

    def note(self, projects: Iterable[int], features: Iterable[str]) -> None:
        """Pairs of a project (its position among all) and the name of a feature near it."""
        with self._lock:
            for project, feature in zip(projects, features):
                self.projects[project] = True
                names = self._features.setdefault(int(project), [])
                if feature not in names and len(names) <= _NAMED:
                    names.append(feature)

    def reasons(self) -> Array:
        """What to say of each project, "" where everything near it was read."""
        said = np.full(len(self.projects), "", dtype=object)
        for project, names in self._features.items():
            more = " …" if len(names) > _NAMED else ""
            said[project] = message("features_unread_near", features=", ".join(sorted(names)[:_NAMED]) + more)
        return said
