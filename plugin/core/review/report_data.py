"""Everything a review report says, gathered once and written by every report format."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Optional

from .findings import CONFLICT, EFFECTS


@dataclass(frozen=True)
class ProjectInfo:
    """A project as the report names it; `area_m2` is its statutory area."""

    key: str
    name: str
    area_m2: float
    attributes: dict = field(default_factory=dict)


@dataclass(frozen=True)
class LandUseRow:
    """Statutory area of one land-use class inside a range."""

    code: str
    name: str
    area_m2: float
    share_pct: float


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
    slope_why: object = None
    roads: list = field(default_factory=list)
    roads_why: object = None


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
    projects: list
    verdicts: list
    findings: list
    inputs: list
    repairs: list
    skipped: list
    remarks: list
    laws: list = field(default_factory=list)  # LawRef of every rule that was applied
    maps: list = field(default_factory=list)
    map_limit: Optional[int] = None
    landuse: list = field(default_factory=list)
    nearest: list = field(default_factory=list)
    organisation: str = ""  # who reviews; "" is not printed
    surroundings: Optional[Surroundings] = None

    def verdicts_of(self, project_key):
        """Verdicts of one project in rule-set order."""
        return [v for v in self.verdicts if v.project_key == project_key]

    def conflicting_keys(self):
        """Keys of projects with a conflict, the strictest effect and largest overlap first."""
        worst = {}
        for v in self.verdicts:
            if v.status == CONFLICT:
                rank = (EFFECTS.index(v.effect), -v.overlap_m2)
                worst[v.project_key] = min(rank, worst.get(v.project_key, rank))
        return sorted(worst, key=worst.get)
