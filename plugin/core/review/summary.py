"""Verdicts summed to one row a project: its conclusion and how many lines stand behind each tier."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .findings import Verdict
from .tiers import Conclusion, decisive


@dataclass(frozen=True)
class ProjectSummary:
    """One project: the conclusion that decides and the numbers of control lines with each one.

    A project is `clear` only where every line was checked (tiers.decisive).
    """

    project_key: str
    project_m2: float
    conclusion: Conclusion
    prohibited: int = 0
    conditional: int = 0
    consult: int = 0
    notice: int = 0
    clear: int = 0
    not_checked: int = 0
    failed: int = 0


class SummaryCounts:
    """Conclusions counted line after line, as a run gives them."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Conclusion]] = {}

    def add(self, keys: Iterable[str], conclusions: Iterable[Conclusion]) -> None:
        """Count the conclusions of some verdicts, each with its project's key."""
        for key, conclusion in zip(keys, conclusions):
            self._counts.setdefault(key, Counter())[conclusion] += 1

    def summaries(self, areas_m2: Mapping[str, float]) -> list[ProjectSummary]:
        """One ProjectSummary for every project of `areas_m2` ({key: m²}), in that order."""
        return [_summary(key, area, self._counts.get(key, Counter())) for key, area in areas_m2.items()]


def summarise(verdicts: Iterable[Verdict], areas_m2: Mapping[str, float]) -> list[ProjectSummary]:
    """ProjectSummaries of some verdicts; `areas_m2`: {project key: m²} of every project, also those without one."""
    counts = SummaryCounts()
    for verdict in verdicts:
        counts.add([verdict.project_key], [verdict.conclusion])
    return counts.summaries(areas_m2)


def _summary(key: str, area: float, counts: "Counter[Conclusion]") -> ProjectSummary:
    return ProjectSummary(
        key, area, decisive(+counts), **{conclusion.value: counts[conclusion] for conclusion in Conclusion}
    )
