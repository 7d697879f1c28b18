"""Verdicts: what the pieces of one project and one control line come to."""

import numpy as np

from ..land.rounding import half_up
from ..messages import text
from .findings import CLEAR, CONFLICT, FAILED, NOT_CHECKED, strictest
from .result_tables import share_pct, verdict_table


class VerdictSums:
    """What the pieces of each project add up to, grown chunk by chunk; a few numbers a project."""

    def __init__(self, projects, task):
        self.projects, self.task = projects, task
        n = len(projects)
        self._violated = np.zeros(
            n, dtype=object if len(task.rules) > 62 else np.int64
        )  # one bit a rule with a real piece
        self._pieces, self._slivers = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
        self._sliver_m2, self._union_m2 = np.zeros(n), np.zeros(n)

    def of(self, table, areas, sliver, unions):
        """The sums of one chunk's PieceTable (made in any thread), for `add`."""
        real = np.unique(np.column_stack([table.project[~sliver], table.rule[~sliver]]), axis=0)
        return table.project, areas, sliver, unions, real

    def add(self, sums):
        """Add the sums of one chunk (one thread only)."""
        project, areas, sliver, (owners, union_m2), real = sums
        for owner, rule in real:
            self._violated[owner] |= 1 << int(rule)
        np.add.at(self._pieces, project[~sliver], 1)
        np.add.at(self._slivers, project[sliver], 1)
        np.add.at(self._sliver_m2, project[sliver], areas[sliver])
        self._union_m2[owners] = union_m2

    def table(self, rules_sha256, evaluated, failed_reason, absent_reason):
        """ResultTable of one Verdict a project; a project stays as it was when all of its pieces are slivers."""
        status = FAILED if failed_reason else CLEAR if evaluated else NOT_CHECKED
        reason = failed_reason or ("" if evaluated else absent_reason or text("line_undecided"))
        kinds, kind = np.unique(self._violated, return_inverse=True)
        words = [self._words(int(bits)) for bits in kinds]
        columns = {
            "project_key": np.array(self.projects.keys, dtype=object),
            "line_id": self.task.line_id,
            "line_name": self.task.line_name,
            "status": np.where(self._violated != 0, CONFLICT, status).astype(object),
            "effect": np.array([effect for effect, _ in words], dtype=object)[kind],
            "overlap_m2": self._union_m2,
            "share_pct": share_pct(self._union_m2, self.projects.areas_m2),
            "pieces": self._pieces,
            "slivers": self._slivers,
            "sliver_m2": half_up(self._sliver_m2, 2),
            "law": np.array([law for _, law in words], dtype=object)[kind],
            "rules_sha256": rules_sha256,
            "reason": reason,
        }
        return verdict_table(columns, len(self.projects))

    def _words(self, bits):
        """Strictest effect and joined laws of the violated rules, of all rules where none is."""
        rules = [rule for number, rule in enumerate(self.task.rules) if not bits or bits >> number & 1]
        return strictest(rule.effect for rule in rules), "；".join(dict.fromkeys(rule.law_text() for rule in rules))


def unusable_verdicts(keys, task, rules_sha256):
    """`failed` verdicts of projects without usable geometry, as a ResultTable: nothing can be said of them."""
    effect, law = strictest(r.effect for r in task.rules), "；".join(dict.fromkeys(r.law_text() for r in task.rules))
    columns = {
        "project_key": np.array(keys, dtype=object),
        "line_id": task.line_id,
        "line_name": task.line_name,
        "status": FAILED,
        "effect": effect,
        "overlap_m2": np.zeros(len(keys)),
        "share_pct": 0.0,
        "pieces": 0,
        "slivers": 0,
        "sliver_m2": 0.0,
        "law": law,
        "rules_sha256": rules_sha256,
        "reason": text("project_unusable"),
    }
    return verdict_table(columns, len(keys))
