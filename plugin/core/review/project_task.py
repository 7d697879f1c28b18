"""The LineTask of a control line, made of what the attributes of the projects answer: one home for the desk and the
province batch, which read attributes each in their own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

import numpy as np

from ..messages import message
from .line_check import LineTask

if TYPE_CHECKING:
    from ..land.types import Array
    from .catalogue import ControlLine
    from .rules import Rule


# names under which project layers carry their key and their name; the first that a layer has is taken
KEY_FIELDS = ("XMBH", "project_key", "XMDM", "DKBH", "BSM", "id")
NAME_FIELDS = ("XMMC", "name", "DKMC", "MC", "项目名称")


@dataclass
class ProjectAnswers:
    """What the rules of a line ask of all projects, answered.

    `uses`: their land use as text, "" where none is known. `let_go`: rule id -> booleans, the rule's `unless` is true
    of them; `heights`: rule id -> metres. A rule that is in neither could not be asked.
    """

    uses: Sequence[str] = ()
    let_go: dict[str, Array] = field(default_factory=dict)
    heights: dict[str, Array] = field(default_factory=dict)

    def bound(self, rule: Rule) -> Optional[Array]:
        """Booleans: which projects the rule binds; None where it lets nobody go."""
        masks = [~self.let_go[rule.id]] if rule.id in self.let_go else []
        if rule.exempt_uses:
            masks.append(np.array([not rule.exempts(use) for use in self.uses], dtype=bool))
        return np.all(masks, axis=0) if masks else None


def asks_for_uses(rules: Iterable[Rule]) -> bool:
    """Whether the land use of projects matters to any of the rules."""
    return any(rule.exempt_uses for rule in rules)


def height_expression(rule: Rule, usual: Optional[str]) -> str:
    """What gives the height of a project under a rule of heights; `usual`: the usual field that the layer has."""
    return rule.height or (f'"{usual}"' if usual else "NULL")


def line_task(line: ControlLine, rules: list[Rule], answers: ProjectAnswers) -> LineTask:
    """The LineTask of a control line: which projects each rule binds, and why those are let go that none binds."""
    masks = {rule.id: answers.bound(rule) for rule in rules}
    bound = {rule_id: mask for rule_id, mask in masks.items() if mask is not None}
    own = {rule.id: answers.heights[rule.id] for rule in rules if rule.id in answers.heights}
    task = LineTask(line.id, line.name, rules, bound, project_heights=own)
    if rules and len(bound) == len(rules):
        for at in np.flatnonzero(~np.any(list(bound.values()), axis=0)).tolist():
            task.exempt[at] = _why(rules, answers.uses[at] if answers.uses else "")
    return task


def _why(rules: Iterable[Rule], use: str) -> str:
    """Why no rule of a line binds a project of this land use."""
    return message("use_exempt", use=use) if any(rule.exempts(use) for rule in rules) else message("rule_let_go")
