"""What a plain-text VCT file holds, layer by layer, before anybody makes a database of it."""

from dataclasses import dataclass, field
from typing import Any, Optional

from pyproj import CRS

from ...core.land.remarks import Remark
from ...core.quality.inspection_content import FieldFound
from ...core.quality.inspection_spec import Shape


@dataclass
class VctLayer:
    """One attribute table with its geometries; both by the identifiers of the objects."""

    name: str
    title: str = ""
    shape: Shape = Shape.NONE
    fields: list[FieldFound] = field(default_factory=list)
    geometries: dict[int, Any] = field(default_factory=dict)
    rows: dict[int, list[Any]] = field(default_factory=dict)

    def ids(self) -> list[int]:
        """Identifiers of all features: those with attributes first, then those with a geometry only."""
        return list(dict.fromkeys([*self.rows, *self.geometries]))


@dataclass
class VctFile:
    """`crs` None where the head names none that is known, `crs_name` says what it names; `faults`: single objects
    that could not be used, `more_faults` how many beyond those.
    """

    head: dict[str, str] = field(default_factory=dict)
    layers: list[VctLayer] = field(default_factory=list)
    crs: Optional[CRS] = None
    crs_name: str = ""
    faults: list[Remark] = field(default_factory=list)
    more_faults: int = 0
