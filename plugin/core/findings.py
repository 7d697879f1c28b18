"""What a check produces: findings, verdicts, and the list of everything that was repaired, left out or remarked.

Geometries are shapely objects on the working plane (x = easting, y = northing, metres) unless a field says otherwise.
Areas are statutory ellipsoidal areas in square metres, rounded half-up to 2 decimals.
"""

from dataclasses import dataclass, field
from typing import Any, Optional

from . import messages
from .rounding import hectares, mu

CONFLICT, CLEAR, NOT_CHECKED, FAILED = "conflict", "clear", "not_checked", "failed"
EFFECTS = ("prohibit", "conditional", "consult", "notice")  # strictest first


def strictest(effects):
    """Return the strictest of some effects, or "" when there is none."""
    return min(effects, key=EFFECTS.index, default="")


@dataclass(frozen=True)
class Remark:
    """One thing the reader must know about an input; `code` is a key of resources/messages/."""

    code: str
    layer: str = ""
    fid: Optional[int] = None
    params: dict = field(default_factory=dict)

    def text(self, language=None):
        """Return the remark in `language` ("en", "zh"; default: the chosen one)."""
        return messages.text(self.code, language=language, **self.params)


@dataclass(frozen=True)
class Repair:
    """One invalid geometry that was repaired; areas are planar square metres on the working plane."""

    layer: str
    fid: int
    reason: str
    area_before_m2: float
    area_after_m2: float

    @property
    def change_m2(self):
        return self.area_after_m2 - self.area_before_m2


@dataclass(frozen=True)
class Skipped:
    """One feature that could not be used; `code` is a key of resources/messages/."""

    layer: str
    fid: int
    code: str


@dataclass
class Finding:
    """One project x one control feature (one project for a must-be-inside rule, geometry = the part outside)."""

    project_key: str
    line_id: str
    line_name: str
    rule_id: str
    effect: str
    control_fid: Optional[int]
    control_label: str
    overlap_m2: float
    project_m2: float
    share_pct: float
    is_sliver: bool
    law: str
    note: str
    layer_name: str
    layer_date: str
    geometry: Any = None

    @property
    def overlap_ha(self):
        return hectares(self.overlap_m2)

    @property
    def overlap_mu(self):
        return mu(self.overlap_m2)


@dataclass
class Verdict:
    """One project x one control line; `overlap_m2` is the area of the union of its pieces, slivers included."""

    project_key: str
    line_id: str
    line_name: str
    status: str
    effect: str
    overlap_m2: float
    share_pct: float
    pieces: int
    slivers: int
    sliver_m2: float
    law: str
    rules_sha256: str
    reason: str = ""

    @property
    def overlap_ha(self):
        return hectares(self.overlap_m2)

    @property
    def overlap_mu(self):
        return mu(self.overlap_m2)


@dataclass
class InputInfo:
    """One input as the report states it: where it came from, how old it is, and what became of its features."""

    role: str  # "projects", "control_line", "land_use"
    name: str
    source: str
    line_id: str = ""
    line_name: str = ""
    crs: str = ""
    date: str = ""
    sha256: str = ""
    feature_count: int = 0
    used_count: int = 0
    checked_count: int = 0  # features whose geometry was looked at: of a large layer only those near a project
    repaired_count: int = 0
    skipped_count: int = 0
    status: str = "ok"  # "ok", "failed"
    reason: str = ""
