"""What is said of a range while its lines are read: verdicts that hold, and what spatial indexes show meanwhile."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Callable, Optional

from ...core.review.findings import Verdict
from ...core.review.line_check import LineOutcome
from ...core.review.tiers import Status
from ..review.preparing import Review

_PATIENCE_S = 0.3  # an answer that comes sooner is shown at once and complete
_SHOWS = (Status.CONFLICT, Status.INVOLVED)
_SAME_M2 = 0.01


@dataclass(frozen=True)
class PartlyChecked:
    """What is known while a range is still checked: `verdicts` of some lines; of the others what their indexes show,
    not verified (`provisional`), names of those whose indexes show nothing (`unseen`), and of those that nobody has
    looked at (`pending`). Of neither is anything clear.
    """

    verdicts: list[Verdict]
    pending: list[str]
    provisional: list[Verdict] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


class Progress:
    """Tells `partly` a few times a second what is known; a worker's."""

    def __init__(self, review: Review, partly: Optional[Callable[[PartlyChecked], None]]) -> None:
        self._partly, self._next = partly, time.monotonic() + _PATIENCE_S
        self._pending = {line_id: review.catalogue.get(line_id).name for line_id in review.rule_set.line_ids()}
        self._indexed: dict[str, Verdict] = {}  # by line id, whatever it says
        self._verified: list[Verdict] = []

    @property
    def is_wanted(self) -> bool:
        """Whether anybody listens."""
        return self._partly is not None

    def indexed(self, outcome: LineOutcome) -> None:
        """What indexes show of a line."""
        self._indexed.update((verdict.line_id, verdict) for verdict in outcome.verdicts)
        self._say(outcome)

    def verified(self, outcome: LineOutcome) -> None:
        """Some of what holds of a line."""
        self._verified += outcome.verdicts
        if outcome.is_last:
            self._pending.pop(outcome.task.line_id, None)
        self._say(outcome)

    def say_now(self) -> None:
        """Tell what is known."""
        self._next = time.monotonic() + _PATIENCE_S
        if self._partly is None or not self._pending:
            return
        shown = [v for line_id, v in self._indexed.items() if line_id in self._pending and v.status in _SHOWS]
        seen = {verdict.line_id for verdict in shown}
        rest = {line_id: name for line_id, name in self._pending.items() if line_id not in seen}
        unseen = [name for line_id, name in rest.items() if line_id in self._indexed]
        unread = [name for line_id, name in rest.items() if line_id not in self._indexed]
        self._partly(PartlyChecked(list(self._verified), unread, shown, unseen))

    def corrected(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Names of the lines of which indexes showed something else than what holds."""
        return [verdict.line_name for verdict in verdicts if _differs(self._indexed.get(verdict.line_id), verdict)]

    def _say(self, outcome: LineOutcome) -> None:
        if outcome.is_last and time.monotonic() >= self._next:
            self.say_now()


def _differs(shown: Optional[Verdict], verified: Verdict) -> bool:
    """Whether what an index showed, or that it showed nothing, turned out to be wrong."""
    if shown is None or verified.status == Status.FAILED:
        return False
    if shown.status not in _SHOWS:
        return shown.status == Status.CLEAR and verified.status in _SHOWS
    if shown.reason:
        return False  # not all of its layers were looked at
    return shown.conclusion != verified.conclusion or abs(shown.overlap_m2 - verified.overlap_m2) > _SAME_M2
