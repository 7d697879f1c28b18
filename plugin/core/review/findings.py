"""What a check produces: findings, verdicts, and the list of everything that was repaired, left out or remarked.

Geometries are shapely objects on the working plane (x = easting, y = northing, metres) unless a field says otherwise.
Areas are statutory ellipsoidal areas in square metres, rounded half-up to 2 decimals.
"""

from dataclasses import dataclass, field
from typing import Any, Optional

from ..land.input_check import NARROWING, InputCheck
from ..land.rounding import hectares, mu
from .tiers import (
    BINDING,
    CLEAR,
    CONFLICT,
    EFFECTS,
    FAILED,
    INVOLVED,
    NOT_CHECKED,
    Conclusion,
    Effect,
    Status,
    conclusion_of,
    strictest,
)

__all__ = [
    "BINDING", "CLEAR", "CONFLICT", "EFFECTS", "FAILED", "INVOLVED", "NOT_CHECKED",
    "Conclusion", "Effect", "Finding", "InputInfo", "Status", "Verdict", "conclusion_of", "strictest",
]  # fmt: skip


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
    def overlap_ha(self) -> float:
        return float(hectares(self.overlap_m2))

    @property
    def overlap_mu(self) -> float:
        return float(mu(self.overlap_m2))


@dataclass
class Verdict:
    """One project x one control line; `overlap_m2` is the area of the union of its pieces, slivers included.

    `effect`: the strictest one met, "" where none is. `condition`: what the rules that were met ask for.
    """

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
    condition: str = ""

    @property
    def conclusion(self) -> Conclusion:
        """What an office writes: the tier of what was met, else the status."""
        return conclusion_of(self.status, self.effect)

    @property
    def overlap_ha(self) -> float:
        return float(hectares(self.overlap_m2))

    @property
    def overlap_mu(self) -> float:
        return float(mu(self.overlap_m2))


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
    check: InputCheck = field(default_factory=InputCheck)  # what was looked at before the layer was used
    cache: str = ""  # when the cache that was read was made, YYYY-MM-DD HH:MM; "" where the layer itself was read

    @property
    def view(self) -> str:
        """What of the layer was looked at where that was not all: a filter or query as it stands, else its code."""
        narrowing = [entry for entry in self.check.entries if entry.code in NARROWING]
        return "; ".join(str(entry.params.get("where", entry.code)) for entry in narrowing)
