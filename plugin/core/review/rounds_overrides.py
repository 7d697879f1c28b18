"""Findings that a person accepted with a reason: they are counted apart, never change a verdict, and go on to the next
round only where geometry and rule are what they were."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from .rounds import FrozenRound, same_rules
from .rounds_identity import ProjectPair


@dataclass(frozen=True)
class Override:
    """A finding (its number in the round) accepted with a reason. `expires`: last day, YYYY-MM-DD, "" for none;
    `attachment`: sha256 of a supporting file; `carried_from`: id of the override of an earlier round."""

    id: str
    round_id: str
    finding: int
    category: str
    reason: str
    actor: str
    at: str
    expires: str = ""
    attachment: str = ""
    attachment_name: str = ""
    carried_from: str = ""
    withdrawn: str = ""

    def active(self, day: str) -> bool:
        """Whether it holds on a day (YYYY-MM-DD)."""
        return not self.withdrawn and not self.expired(day)

    def expired(self, day: str) -> bool:
        return bool(self.expires) and self.expires < day


class NotCarried(str, Enum):
    """Why an override does not go on to the next round."""

    EXPIRED = "expired"
    RULE_CHANGED = "rule_changed"
    GEOMETRY_CHANGED = "geometry_changed"
    PROJECT_GONE = "project_gone"


@dataclass(frozen=True)
class CarryStep:
    """What becomes of one override: the finding it goes to, or why it does not go on."""

    override: Override
    finding: Optional[int] = None
    reason: Optional[NotCarried] = None


def carry_overrides(
    overrides: list[Override], before: FrozenRound, after: FrozenRound, pairs: list[ProjectPair], day: str
) -> list[CarryStep]:
    """CarrySteps of the overrides of a round that are not withdrawn. `pairs`: ProjectPairs of the two rounds."""
    partner = {pair.before: pair.after for pair in pairs if pair.before is not None}
    old = {key: number for number, key in enumerate(before.projects.keys)}
    places = _Places(after)
    steps = []
    for override in overrides:
        if override.withdrawn:
            continue
        row = before.findings.row(override.finding)
        own = old[row["project_key"]]
        then = partner.get(own)
        reason = _reason(override, row, (before, after), (own, then), day)
        found = None if reason or then is None else places.take(after.projects.keys[then], row)
        steps.append(CarryStep(override, found, reason or (NotCarried.GEOMETRY_CHANGED if found is None else None)))
    return steps


def _reason(
    override: Override,
    row: Mapping[str, Any],
    rounds: tuple[FrozenRound, FrozenRound],
    places: tuple[int, Optional[int]],
    day: str,
) -> Optional[NotCarried]:
    """Why an override cannot go on whatever the findings of the later round are; None when it may."""
    before, after = rounds
    if override.expired(day):
        return NotCarried.EXPIRED
    if places[1] is None:
        return NotCarried.PROJECT_GONE
    if not same_rules(before.head, after.head, row["line_id"]):
        return NotCarried.RULE_CHANGED
    hashes = before.projects.hashes[places[0]], after.projects.hashes[places[1]]
    return None if hashes[0] and hashes[0] == hashes[1] else NotCarried.GEOMETRY_CHANGED


class _Places:
    """Findings of a round by what makes them the same one; each is given away once."""

    def __init__(self, frozen: FrozenRound) -> None:
        table, self._numbers = frozen.findings, defaultdict(list)
        columns = ("project_key", "line_id", "rule_id", "geometry_hash")
        for number, key in enumerate(zip(*(table.column(name) for name in columns))):
            self._numbers[key].append(number)

    def take(self, project: str, row: Mapping[str, Any]) -> Optional[int]:
        waiting = self._numbers.get((project, row["line_id"], row["rule_id"], row["geometry_hash"]))
        return waiting.pop(0) if waiting and row["geometry_hash"] else None


@dataclass(frozen=True)
class Accepted:
    """What overrides of a round come to on a day: findings accepted, overrides that ran out, and the (project key,
    line id) whose every finding that is no sliver is accepted."""

    findings: frozenset[int] = frozenset()
    expired: tuple[Override, ...] = ()
    verdicts: frozenset[tuple[str, str]] = frozenset()


def accepted(frozen: FrozenRound, overrides: list[Override], day: str) -> Accepted:
    """Accepted of a round on a day; the verdicts themselves stay as computed."""
    findings = frozenset(o.finding for o in overrides if o.active(day))
    expired = tuple(o for o in overrides if not o.withdrawn and o.expired(day))
    if not findings:
        return Accepted(findings, expired)
    table, open_ones, touched = frozen.findings, set(), set()
    places = zip(table.column("project_key"), table.column("line_id"), table.column("is_sliver", False))
    for number, (project, line, sliver) in enumerate(places):
        touched.update([(project, line)] if number in findings else [])
        open_ones.update([(project, line)] if number not in findings and not sliver else [])
    return Accepted(findings, expired, frozenset(touched - open_ones))
