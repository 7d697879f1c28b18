"""Projects near which something could not be read, or was not understood: nothing near them may be said to be clear."""

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
        self._unclear: dict[int, list[str]] = {}
        self._lock = threading.Lock()

    def note(self, projects: Iterable[int], features: Iterable[str]) -> None:
        """Pairs of a project (its position among all) and the name of a feature near it."""
        self._keep(self._features, projects, features)

    def note_unclear(self, projects: Iterable[int], features: Iterable[str]) -> None:
        """As `note`, of features whose values no rule understands."""
        self._keep(self._unclear, projects, features)

    def _keep(self, kept: dict[int, list[str]], projects: Iterable[int], features: Iterable[str]) -> None:
        with self._lock:
            for project, feature in zip(projects, features):
                self.projects[project] = True
                names = kept.setdefault(int(project), [])
                if feature not in names and len(names) <= _NAMED:
                    names.append(feature)

    def reasons(self) -> Array:
        """What to say of each project, "" where everything near it was read."""
        return self._said("features_unread_near", self._features)

    def unclear(self) -> Array:
        """What to say of each project, "" where everything near it was understood."""
        return self._said("features_unclear_near", self._unclear)

    def _said(self, code: str, kept: dict[int, list[str]]) -> Array:
        said = np.full(len(self.projects), "", dtype=object)
        for project, names in kept.items():
            more = " …" if len(names) > _NAMED else ""
            said[project] = message(code, features=", ".join(sorted(names)[:_NAMED]) + more)
        return said
