"""Whether an open workspace still shows the file that lies under its name: a colleague, or another program, may put a
backup in its place while a window has it open.
"""

from ..core.errors import OneMapError
from .workspace import Workspace


class FileWatch:
    """Watches one open workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws, self._seen = workspace, workspace.audit.head()

    @property
    def is_another(self) -> bool:
        """Whether another file lies there now; asked of the system, so that nobody waits for a thread that writes."""
        return self._ws._db.is_replaced

    def is_replaced(self) -> bool:
        """The same, or an older state was copied over this one: the last row of the audit chain that was seen is no
        longer in it."""
        if self.is_another:
            return True
        seq, known = self._seen
        try:
            if seq and self._ws.audit.hash_at(seq) != known:
                return True
            self._seen = self._ws.audit.head()
        except OneMapError:  # in the middle of being written, or damaged: reading it says so
            return False
        return False
