"""What the maps of a report show: layers, the land below, projects and findings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...core.review.findings import Finding
from .map_frame import Swatch


@dataclass(frozen=True)
class MapLayer:
    """One control line on a map: colours "#rrggbb", `pattern` of the catalogue, geometries on the plane."""

    line_id: str
    name: str
    fill: str
    outline: str
    pattern: str
    geometries: np.ndarray


@dataclass(frozen=True)
class Backdrop:
    """The land below one project's map: (polygon, class code) of the land use and (point, name) of places."""

    parcels: Sequence[tuple[Any, str]] = field(default_factory=tuple)
    places: Sequence[tuple[Any, str]] = field(default_factory=tuple)


NO_LAND = Backdrop()


@dataclass(frozen=True)
class MapContent:
    """What the maps of a run show. `projects`: {key: geometry}; `overlaps`: {(project key, line id): m²} of the
    verdicts, for the legend; `subject`: what the legend calls a project."""

    projects: dict[str, Any]
    findings: Sequence[Finding] = ()
    overlaps: dict[tuple[str, str], float] = field(default_factory=dict)
    subject: str = ""


@dataclass(frozen=True)
class Picture:
    """What one map shows: geometries of projects, findings, the legend's entries for conflicts, the title, and the
    line width of the projects in millimetres."""

    projects: np.ndarray
    title: str
    outline: float
    findings: Sequence[Finding] = ()
    conflicts: Sequence[Swatch] = ()
