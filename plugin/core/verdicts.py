"""Verdicts: what the pieces of one project and one control line come to."""

import numpy as np

from .findings import CONFLICT, FAILED, Verdict, strictest
from .messages import text
from .rounding import half_up


class Judge:
    """Makes the verdicts of one line; `status` and `reason` are those of a project that nothing was found for."""

    def __init__(self, task, rules_sha256, status, reason):
        self.task, self.sha, self.status, self.reason = task, rules_sha256, status, reason
        self.effects = {rule.id: rule.effect for rule in task.rules}
        self.laws = {rule.id: rule.law_text() for rule in task.rules}
        self.effect, self.law = self._words(self.effects)

    def _words(self, rule_ids):
        """Strictest effect and joined laws of some rules."""
        return strictest(self.effects[r] for r in rule_ids), "；".join(dict.fromkeys(self.laws[r] for r in rule_ids))

    def free(self, key):
        task = self.task
        return Verdict(key, task.line_id, task.line_name, self.status, self.effect, 0.0, 0.0, 0, 0, 0.0, self.law, self.sha, self.reason)

    def hit(self, key, table, rows, union_m2, project_m2):
        """The verdict of a project with pieces; it stays as it was when all of them are slivers."""
        real = rows[~table.is_sliver[rows]]
        slivers = rows[table.is_sliver[rows]]
        status = CONFLICT if len(real) else self.status
        effect, law = self._words(dict.fromkeys(table.rule_ids[real])) if len(real) else (self.effect, self.law)
        share = float(share_pct(union_m2, project_m2))
        sliver_m2 = half_up(float(table.areas[slivers].sum()))
        task = self.task
        counts = (len(real), len(slivers), sliver_m2)
        return Verdict(key, task.line_id, task.line_name, status, effect, union_m2, share, *counts, law, self.sha, self.reason)


def unusable_verdicts(keys, task, rules_sha256):
    """`failed` verdicts of projects without usable geometry: nothing can be said of them."""
    judge = Judge(task, rules_sha256, FAILED, text("project_unusable"))
    return [judge.free(key) for key in keys]


def share_pct(part_m2, whole_m2):
    """Percentage with 4 decimals, never above 100 (an overlap is part of the project) and 0 for a project without area."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.asarray(whole_m2) > 0, np.asarray(part_m2) / whole_m2 * 100, 0.0)
    return np.minimum(half_up(share, 4), 100.0)
