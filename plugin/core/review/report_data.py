"""Everything a review report says, gathered once and written by every report format."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Optional

from ..land.remarks import Remark, Repair, Skipped
from .findings import CONFLICT, EFFECTS, INVOLVED, Finding, InputInfo, Verdict
from .rules import LawRef, Rule
from .summary import ProjectSummary, summarise


@dataclass(frozen=True)
class ProjectInfo:
    """A project as the report names it; `area_m2` is its statutory area, `place` the divisions it lies in."""

    key: str
    name: str
    area_m2: float
    attributes: dict[str, str] = field(default_factory=dict)
    applicant: str = ""
    use: str = ""
    place: str = ""


@dataclass(frozen=True)
class LandUseRow:
    """Statutory area of one land-use class inside a range or project.

    `ownership`: the word of its kind of ownership, `owner` who holds it; "" where the layer does not say.
    """

    code: str
    name: str
    area_m2: float
    share_pct: float
    ownership: str = ""
    owner: str = ""


@dataclass(frozen=True)
class NearestRow:
    """Nearest distance from the range to a control line that has a distance rule, metres on the working plane."""

    line_id: str
    line_name: str
    distance_m: float
    required_m: float
    control_label: str


@dataclass(frozen=True)
class SlopeInfo:
    """Slope of a range in degrees, mean and steepest of `cells` raster cells of `layer`.

    `note` says what is rough about it.
    """

    mean: float
    steepest: float
    cells: int
    layer: str
    note: str = ""


@dataclass(frozen=True)
class RoadRow:
    """Distance from a range to one of its nearest roads, metres on the working plane; 0 where it meets the range."""

    name: str
    distance_m: float


@dataclass
class Surroundings:
    """The land a range lies in. What could not be told is None or empty, and the Remark of the same name says why."""

    slope: Optional[SlopeInfo] = None
    slope_why: Optional[Remark] = None
    roads: list[RoadRow] = field(default_factory=list)
    roads_why: Optional[Remark] = None


@dataclass(frozen=True)
class MapImage:
    """One rendered map, PNG bytes; `project_key` is "" for the overview map."""

    project_key: str
    caption: str
    png: bytes
    width_mm: float
    height_mm: float


@dataclass
class ReviewReport:
    """The content of a review report, independent of the file format."""

    title: str
    created: datetime
    review_date: date
    rule_set_name: str
    rule_set_version: str
    rules_sha256: str
    plane_name: str
    software: str
    sliver_area_m2: float
    projects: list[ProjectInfo]
    verdicts: list[Verdict]
    findings: list[Finding]
    inputs: list[InputInfo]
    repairs: list[Repair]
    skipped: list[Skipped]
    remarks: list[Remark]
    laws: list[LawRef] = field(default_factory=list)  # of every rule that was applied
    rules: list[Rule] = field(default_factory=list)  # every rule that was in force, for the annex
    maps: list[MapImage] = field(default_factory=list)
    map_limit: Optional[int] = None
    landuse: list[LandUseRow] = field(default_factory=list)
    composition: dict[str, list[LandUseRow]] = field(default_factory=dict)  # land use of each project, by its key
    nearest: list[NearestRow] = field(default_factory=list)
    organisation: str = ""  # who reviews; "" is not printed
    document_no: str = ""
    reviewer: str = ""
    template: str = ""  # path of the office's .docx, "" for the one of this plugin
    surroundings: Optional[Surroundings] = None

    def summaries(self) -> list[ProjectSummary]:
        """The sum of each project, in their order."""
        return summarise(self.verdicts, {p.key: p.area_m2 for p in self.projects})

    def verdicts_of(self, project_key: str) -> list[Verdict]:
        """Verdicts of one project in rule-set order."""
        return [v for v in self.verdicts if v.project_key == project_key]

    def conflicting_keys(self) -> list[str]:
        """Keys of projects with a conflict, the strictest effect and largest overlap first."""
        return self._met(CONFLICT)

    def touched_keys(self) -> list[str]:
        """Keys of projects that meet any rule: those with a conflict first, then those that a line only concerns."""
        return self._met(CONFLICT, INVOLVED)

    def _met(self, *statuses: str) -> list[str]:
        worst: dict[str, tuple[int, float]] = {}
        for v in self.verdicts:
            if v.status in statuses:
                rank = (EFFECTS.index(v.effect), -v.overlap_m2)
                worst[v.project_key] = min(rank, worst.get(v.project_key, rank))
        return sorted(worst, key=lambda key: worst[key])
