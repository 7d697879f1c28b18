"""What a user chose for a run of the heights."""

from dataclasses import dataclass, field
from typing import Any, Optional

from qgis.core import QgsVectorLayer

from ...core.heights.datum import Datum
from ...core.heights.settings import HeightSettings, default_settings


@dataclass(frozen=True)
class HeightsInput:
    """Layers and fields, None and "" for what is not given; `fields`: {role (resources/heights/fields.json): field}."""

    buildings: QgsVectorLayer
    fields: dict[str, str] = field(default_factory=dict)
    settings: HeightSettings = field(default_factory=default_settings)
    existing: Optional[QgsVectorLayer] = None
    zones: Optional[QgsVectorLayer] = None
    limit_field: str = ""
    zones_are_levels: bool = False
    corridors: Optional[QgsVectorLayer] = None
    viewpoints: Optional[QgsVectorLayer] = None
    targets: Optional[QgsVectorLayer] = None
    runways: Optional[QgsVectorLayer] = None
    parcels: Optional[QgsVectorLayer] = None
    density_zones: Optional[QgsVectorLayer] = None
    intensity_zones: Optional[QgsVectorLayer] = None
    green: Optional[QgsVectorLayer] = None
    build_to: Optional[QgsVectorLayer] = None
    dem: Any = None
    building_datum: Datum = Datum.UNSTATED
    dem_datum: Datum = Datum.UNSTATED
    shift_m: Optional[float] = None
