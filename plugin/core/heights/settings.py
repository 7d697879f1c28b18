"""The numbers that heights are judged by where the user gives none: data with its confidence, not code."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...paths import RESOURCES

_FOLDER = RESOURCES / "heights"


@dataclass(frozen=True)
class HeightSettings:
    """Metres and degrees; `resources/heights/settings.json` says where each default comes from."""

    eye_m: float
    storey_m: float
    highest_building_m: float
    most_floors: float
    lowest_level_m: float
    highest_level_m: float
    refraction_k: float
    earth_radius_m: float
    curvature_from_m: float
    corridor_width_m: float
    azimuth_step_deg: float
    datum_gap_m: float
    tolerance_m: float = 0.0
    uses_highest_point: bool = False  # in zones and parcels: roof structures count

    @property
    def bend(self) -> float:
        """(1 - k) / 2R: metres that a level line drops below a straight one, per square metre of distance."""
        return (1 - self.refraction_k) / (2 * self.earth_radius_m)


def default_settings(**changes: Any) -> HeightSettings:
    """The defaults, some of them changed."""
    known = {name: entry["value"] for name, entry in catalogue("settings.json").items()}
    return HeightSettings(**{**known, **changes})


@cache
def catalogue(file: str) -> dict[str, Any]:
    """A catalogue of resources/heights."""
    content: dict[str, Any] = json.loads((_FOLDER / file).read_text(encoding="utf-8"))
    return content
