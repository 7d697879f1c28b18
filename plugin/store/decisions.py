"""Decisions on land classes that were taken once, kept by conversion table and offered again."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ..core.quality.conversion_decisions import Decision
from .audit import Change, now_text
from .workspace import Workspace

_SETTING, _SUBJECT = "conversion_decisions", "conversion decisions"


@dataclass(frozen=True)
class KeptDecision:
    """A decision, who took it and when."""

    decision: Decision
    actor: str
    at: str


def kept_decisions(workspace: Workspace, table: str) -> tuple[KeptDecision, ...]:
    """What was decided for a conversion table, in the order of the file it came from."""
    rows: list[dict[str, Any]] = workspace.setting(_SETTING, {}).get(table, [])
    return tuple(
        KeptDecision(Decision(**{k: v for k, v in row.items() if k not in ("actor", "at")}), row["actor"], row["at"])
        for row in rows
    )


def keep_decisions(workspace: Workspace, table: str, decisions: Iterable[Decision], actor: str) -> int:
    """Keep decisions; those on a code take the place of all that was kept for it. Return how many are new."""
    made = list(decisions)
    before = kept_decisions(workspace, table)
    codes = {decision.code for decision in made}
    known = {one.decision for one in before}
    rows = [_row(one.decision, one.actor, one.at) for one in before if one.decision.code not in codes]
    by_decision = {one.decision: one for one in before}
    for decision in (_bare(decision) for decision in made):
        old = by_decision.get(decision)
        rows.append(_row(decision, old.actor, old.at) if old else _row(decision, actor, now_text()))
    new = [d for d in map(_bare, made) if d not in known]
    gone = [one for one in before if one.decision.code in codes and one.decision not in map(_bare, made)]
    if new or gone:
        with workspace.transaction():
            workspace.set_setting(_SETTING, {**workspace.setting(_SETTING, {}), table: rows})
            after = {"decisions": [d.label for d in new], "replaced": [one.decision.label for one in gone]}
            workspace.audit.append(actor, "keep decisions", _SUBJECT, Change(table, None, after))
    return len(new)


def _bare(decision: Decision) -> Decision:
    """Without its place in a file."""
    return Decision(**{**asdict(decision), "line": 0})


def _row(decision: Decision, actor: str, at: str) -> dict[str, Any]:
    return {**asdict(decision), "actor": actor, "at": at}
