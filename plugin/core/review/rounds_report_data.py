"""Everything a report of two rounds says, gathered once and written by every report format."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .rounds import RoundHead, RoundSummary
from .rounds_diff import ChangeKind, RoundDiff
from .rounds_identity import Match


@dataclass(frozen=True)
class SignatureRow:
    """One signature as a report tells it."""

    number: int
    place: int
    signer: str
    opinion: str
    at: str
    digest: str


@dataclass(frozen=True)
class AcceptedRow:
    """One accepted finding; `category` in words; `is_expired`: it no longer counts."""

    project_key: str
    line_name: str
    rule_id: str
    area_m2: float
    category: str
    reason: str
    expires: str
    person: str
    attachment: str
    is_expired: bool


@dataclass(frozen=True)
class RoundFacts:
    """One of the two rounds; `accepted`: findings accepted on the day of the report."""

    number: int
    at: str
    actor: str
    note: str
    head: RoundHead
    summary: RoundSummary
    digest: str
    accepted: int = 0
    signatures: tuple[SignatureRow, ...] = ()


@dataclass
class RoundsReport:
    """`accepted`: AcceptedRows of the later round; `accepted_changes`: (project key, line id) whose findings are all
    accepted; `audit_head`: (rows, hash) of the audit chain; `is_parted`: rules and data were told apart by a run."""

    case: str
    before: RoundFacts
    after: RoundFacts
    diff: RoundDiff
    limit_m2: float
    software: str
    accepted: list[AcceptedRow] = field(default_factory=list)
    accepted_changes: frozenset[tuple[str, str]] = frozenset()
    audit_head: tuple[int, str] = (0, "")
    is_parted: bool = False
    created: datetime = field(default_factory=datetime.now)

    def number(self, kind: ChangeKind) -> int:
        """How many changes of a kind there are."""
        return self.diff.number(kind)

    def matched(self, way: Match) -> int:
        """How many projects were matched in a way."""
        return sum(pair.match is way for pair in self.diff.pairs)

    @property
    def added(self) -> int:
        """Projects of the later round only."""
        return sum(pair.before is None for pair in self.diff.pairs)

    @property
    def gone(self) -> int:
        """Projects of the earlier round only."""
        return sum(pair.after is None for pair in self.diff.pairs)


@dataclass(frozen=True)
class TraceRow:
    """One row of the audit chain that concerns a case."""

    number: int
    at: str
    actor: str
    act: str
    item: str
    hash: str


@dataclass
class CaseReport:
    """A case with all its rounds, oldest first; `steps`: the RoundDiff from each round to the next, None where one of
    the two holds no findings; `trace`: TraceRows; `audit_head`: (rows, hash) of the whole chain."""

    case: str
    kind: str
    rounds: list[RoundFacts]
    steps: list[Any]
    accepted: list[AcceptedRow]
    trace: list[TraceRow]
    software: str
    audit_head: tuple[int, str] = (0, "")
    is_intact: bool = True
    created: datetime = field(default_factory=datetime.now)
