"""The verdicts of a finished check, summed up for the result page: one row a project, the worst first."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Optional

from qgis.core import QgsExpression, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsVectorLayerFeatureSource

from ...core.review.project_task import KEY_FIELDS
from ...core.review.tiers import Conclusion, conclusion_of, decisive
from ...core.threads import Feedback, raise_if_cancelled

_RANK = {conclusion: rank for rank, conclusion in enumerate(Conclusion)}
_FIELDS = ("project_key", "line_name", "status", "effect", "overlap_m2", "law", "condition", "reason")
_QUIET = (Conclusion.CLEAR, Conclusion.NOT_CHECKED)


@dataclass(frozen=True)
class LineRow:
    """One project and one control line that says more than `clear`."""

    line_name: str
    conclusion: Conclusion
    overlap_m2: float
    law: str
    condition: str
    reason: str


@dataclass
class ProjectRow:
    """One project: how many lines have which conclusion, and the lines that matter, the worst first."""

    key: str
    counts: Counter = field(default_factory=Counter)
    lines: list = field(default_factory=list)

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion that decides; never that it is clear while a line was not checked."""
        return decisive(+self.counts)

    @property
    def overlap_m2(self) -> float:
        """The largest overlap with a line of the deciding conclusion."""
        return max((line.overlap_m2 for line in self.lines if line.conclusion == self.conclusion), default=0.0)


@dataclass
class Tally:
    """All projects, the worst first; `conclusions`: {conclusion: number of projects}; `unread`: {why something could
    not be read: names of the lines that were not concluded on for it}.
    """

    projects: list
    conclusions: Counter
    unchecked: list
    unread: dict[str, list[str]] = field(default_factory=dict)


def verdict_source(layer: QgsVectorLayer) -> QgsVectorLayerFeatureSource:
    """What `tally` reads, safe to hand to a worker thread; main thread only."""
    return QgsVectorLayerFeatureSource(layer)


def tally(source: QgsVectorLayerFeatureSource, feedback: Optional[Feedback] = None) -> Tally:
    """Read the verdicts; may live in any thread."""
    found: dict = {}
    checked, named = set(), {}
    unread: dict[str, dict[str, None]] = {}
    places = [source.fields().lookupField(name) for name in _FIELDS]
    for feature in source.getFeatures(QgsFeatureRequest().setFlags(QgsFeatureRequest.NoGeometry)):
        raise_if_cancelled(feedback)
        key, name, status, effect, m2, law, condition, reason = (_value(feature, place) for place in places)
        conclusion = conclusion_of(status, effect)
        project = found.setdefault(key, ProjectRow(key))
        project.counts[conclusion] += 1
        named[name] = True
        if conclusion != Conclusion.NOT_CHECKED:
            checked.add(name)
        if conclusion == Conclusion.FAILED:
            unread.setdefault(reason, {})[name] = None
        if conclusion not in _QUIET:
            project.lines.append(LineRow(name, conclusion, float(m2 or 0), law, condition, reason))
    projects = sorted(found.values(), key=lambda p: (_RANK[p.conclusion], -p.overlap_m2, p.key))
    for project in projects:
        project.lines.sort(key=lambda line: (_RANK[line.conclusion], -line.overlap_m2))
    conclusions = Counter(project.conclusion for project in projects)
    lines = {reason: list(names) for reason, names in unread.items() if reason}
    return Tally(projects, conclusions, [name for name in named if name not in checked], lines)


def _value(feature, place):
    value = feature[place] if place >= 0 else ""
    return "" if value is None or str(value) == "NULL" else value


def project_features(layer: Optional[QgsVectorLayer], key_field: str, key: str) -> list:
    """The features of the project layer that a key stands for; empty when none is found."""
    if layer is None or not layer.isValid():
        return []
    name = key_field or next((name for name in KEY_FIELDS if layer.fields().lookupField(name) >= 0), "")
    if not name:
        return list(layer.getFeatures(QgsFeatureRequest().setFilterFid(int(key)))) if key.isdigit() else []
    name = layer.fields()[layer.fields().lookupField(name)].name()
    request = QgsFeatureRequest().setFilterExpression(f"to_string({QgsExpression.quotedColumnRef(name)}) = "
                                                      f"{QgsExpression.quotedString(key)}")  # fmt: skip
    return list(layer.getFeatures(request))


def finding_features(layer: Optional[QgsVectorLayer], key: str) -> list:
    """The findings of a project."""
    if layer is None or not layer.isValid():
        return []
    text = QgsExpression.createFieldEqualityExpression("project_key", key)
    return list(layer.getFeatures(QgsFeatureRequest().setFilterExpression(text)))


def extent_of(features: list) -> QgsRectangle:
    """The box around some features."""
    box = QgsRectangle()
    for feature in features:
        box.combineExtentWith(feature.geometry().boundingBox())
    return box
