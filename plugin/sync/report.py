"""What a run tells its caller while it goes on: lines for the log, counts, records that came back."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Callable, NamedTuple, Optional

MOST_CHANGES = 500  # of a run that are kept by name
Log = Callable[[str], None]


class Returned(NamedTuple):
    """A record that a reviewer sent back."""

    collection: str
    item: str
    reason: str


@dataclass
class Report:
    """`log(text)` takes a line; `counts`: changed, deleted, merged, conflict, done, rejected ...; `returned`: records
    that came back with the reviewer's reason; `sent`: (collection, item) of records acknowledged in this
    run; `changes`: (collection, item, who changed it on the platform) of records that came in, the first of them;
    `doubled`: numbers that several records carry."""

    log: Log = lambda text: None
    actor: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    returned: list[Returned] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    sent: set[tuple[str, str]] = field(default_factory=set)
    doubled: int = 0

    @classmethod
    def to(cls, log: Optional[Log]) -> "Report":
        """A report that logs to a function, or nowhere."""
        return cls(log) if log is not None else cls()
