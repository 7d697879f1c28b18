"""How a project stands to a control line, in the words of the trade: 占用, 压覆, 位于…内, by kind of rule (data)."""

from collections import defaultdict
from typing import Optional

from ...core.review.findings import EFFECTS, Finding, Verdict
from ...core.review.report_data import ReviewReport
from ..blocks.wording import Wording

_texts = Wording("relations.json").texts
_OUTSIDE, _PLAIN = "within", "avoid"


class Relations:
    """Finds the words for each verdict of a report: the kind of the strictest rule that its findings broke decides."""

    def __init__(self, report: ReviewReport) -> None:
        self._kinds = {rule.id: _PLAIN if rule.is_doubt else rule.kind for rule in report.rules}
        self._met: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in report.findings:
            self._met[finding.project_key, finding.line_id].append(finding)

    def phrase(self, verdict: Verdict) -> str:
        """ "占用永久基本农田", "位于城镇开发边界以外"."""
        found = self._met.get((verdict.project_key, verdict.line_id), [])
        kind = self._kind(min(found, key=_rank, default=None))
        own = _texts()["lines"].get(verdict.line_id, {})
        return (own.get(kind) or _texts()["kinds"][kind]).format(line=verdict.line_name)

    def _kind(self, finding: Optional[Finding]) -> str:
        if finding is None:
            return _PLAIN
        return self._kinds.get(finding.rule_id) or (_OUTSIDE if finding.control_fid is None else _PLAIN)


def _rank(finding: Finding) -> tuple[bool, int, float]:
    return finding.is_sliver, EFFECTS.index(finding.effect), -finding.overlap_m2
