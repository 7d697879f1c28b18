"""Features near projects of which no rule knows what they are: who meets one is not told that the line is clear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ..messages import joined_texts, message
from .apart import noted_together
from .control_source import is_kind
from .tiers import EFFECTS

if TYPE_CHECKING:
    from ..land.types import Array
    from .control_group import Asked
    from .control_source import ControlSource
    from .line_check import LineCheck, LineTask
    from .rules import Rule
    from .unread import UnreadNear


@dataclass(frozen=True)
class NotUnderstood:
    """Features (`rows`: booleans) that a rule neither takes nor understands."""

    rule: Rule
    rows: Array


def not_understood(near: Any, rows: Array, rules: Sequence[Rule], taken: Sequence[Array]) -> list[NotUnderstood]:
    """What of the features (`rows` of `near`) each of the rules does not understand; `taken`: what each picks.

    A feature that another rule picks is understood, but for the distance that a rule demands.
    """
    found = []
    by_any = np.any([np.zeros(len(rows), bool), *taken], axis=0)
    for rule, own in zip(rules, taken):
        at = np.flatnonzero(~(own if rule.kind == "distance" else by_any)) if rule.where or rule.limit else ()
        unclear = near.unclear(rows[at], rule.id) if len(at) else ()
        if np.any(unclear):
            mask = np.zeros(len(rows), bool)
            mask[at] = unclear
            found.append(NotUnderstood(rule, mask))
    return found


def stricter_unjudged(rules: Sequence[Rule], sources: Iterable[ControlSource]) -> list[str]:
    """What a verdict under other rules of the line must say: a stricter one could not be judged, fields are absent."""
    plain = [rule for rule in rules if not rule.limit and rule.kind == "avoid"]
    least = max((EFFECTS.index(rule.tier) for rule in plain), default=0)
    stricter = [rule for rule in plain if EFFECTS.index(rule.tier) < least]
    return [
        message(
            "rule_unjudged", layer=source.name, fields=", ".join(source.absent[rule.id]), rule=rule.id, title=rule.title
        )
        for source in sources
        for rule in stricter
        if rule.id in source.absent
    ]


def noted_in_part(check: LineCheck) -> Optional[Array]:
    """What verdicts of no finding must say of each project, and of layers of the line that were looked at in part."""
    partly = joined_texts(source.partly for source in check.sources if source.partly and not source.is_empty)
    noted, count = check.settings.noted, len(check.projects)
    return noted_together(noted, np.full(count, partly, dtype=object)) if partly else noted


def note_unclear(asked: Asked, task: LineTask, unread: UnreadNear) -> None:
    """Tell `unread` of the projects that meet, under some rule, what was not understood."""
    work = asked.work
    for unclear in asked.unclear:
        rule, is_there = unclear.rule, ~shapely.is_missing(work.controls)
        pairs = np.flatnonzero((unclear.rows & is_there)[work.control])
        pairs = pairs[task.applies(rule.id, asked.chunk.index)[work.project[pairs]]]
        if rule.geometry:
            pairs = pairs[is_kind(work.controls[work.control[pairs]], rule.geometry)]
        pairs = pairs[_meets(asked, rule, pairs)]
        names = asked.near.described(asked.rows[work.control[pairs]])
        unread.note_unclear(asked.chunk.index[work.project[pairs]], names)


def _meets(asked: Asked, rule: Rule, pairs: Array) -> Array:
    """Which pairs of a project and a feature the rule would find; of a huge polygon only its box is known here."""
    work = asked.work
    projects, controls = work.geometries[work.project[pairs]], work.controls[work.control[pairs]]
    if rule.kind == "distance":
        near: Array = shapely.distance(projects, controls) < rule.distance_m
        return near
    met: Array = shapely.intersects(projects, controls) & ~shapely.touches(projects, controls)
    return met | np.isin(work.control[pairs], list(work.windows or ()))
