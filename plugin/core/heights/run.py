"""One run of a design through everything that regulates its heights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled
from .advice import Advice, Judge, advise
from .buildings import Buildings, RowRemark, odd_footprints
from .limits import Checks, Limit, check_limits
from .parcels import Ground, Met, Parcel, check_parcels
from .settings import HeightSettings
from .sights import Eye, View, ViewResult, view_limits, view_results
from .skyline import Rise, Silhouette, before_unknown, building_silhouette, rises_above, terrain_silhouette
from .terrain import Terrain

MOST_MOVES = 100  # buildings for which a place nearby is looked for; the others are told how much lower


@dataclass(frozen=True)
class Watch:
    """A viewpoint whose skyline is drawn; `span`: azimuths (from, to) in which no building may show above the ridge,
    None where nothing is demanded."""

    eye: Eye
    span: Optional[tuple[float, float]] = None


@dataclass(frozen=True)
class Skyline:
    """`ridge` None without terrain. `before`: existing buildings, `after`: those of the design, each by itself."""

    watch: Watch
    ridge: Optional[Silhouette]
    before: Optional[Silhouette]
    after: Silhouette
    rises: Sequence[Rise] = ()
    reason: str = ""
    blind: Sequence[int] = ()  # buildings before a part of the ridge that is not known


@dataclass
class Design:
    """What a run takes; all geometries on one plane, all levels in one datum."""

    buildings: Buildings
    limits: Sequence[Limit]  # zones, parcels, airports
    views: Sequence[View]
    parcels: Sequence[Parcel]
    ground: Ground
    watches: Sequence[Watch]
    settings: HeightSettings
    terrain: Optional[Terrain] = None
    existing: Optional[Buildings] = None
    has_unread_limits: bool = False  # something of what limits heights cannot be read or placed: it may lie anywhere


@dataclass
class Outcome:
    """What a run came to; `limits`: those of the design and those of its views, as `checks` count them."""

    design: Design
    limits: list[Limit]
    checks: Checks
    views: list[ViewResult]
    conditions: list[Met]
    skylines: list[Skyline]
    advice: dict[int, Advice] = field(default_factory=dict)
    row_remarks: list[RowRemark] = field(default_factory=list)


def run_design(design: Design, feedback: Optional[Feedback] = None, wants_skylines: bool = True) -> Outcome:
    """Check a design; raises Cancelled. Without `wants_skylines` only those are made that a ridge is checked by."""
    buildings, settings = design.buildings, design.settings
    limits = [*design.limits, *view_limits(design.views, buildings, settings)]
    checks = check_limits(buildings, limits, settings, feedback)
    views = view_results(design.views, limits, checks, design.terrain, settings)
    conditions = check_parcels(design.parcels, buildings, design.ground)
    raise_if_cancelled(feedback)
    skylines = [skyline(design, watch, feedback) for watch in design.watches if wants_skylines or watch.span]
    advice = _advice(limits, checks, design, feedback)
    return Outcome(design, limits, checks, views, conditions, skylines, advice, odd_footprints(buildings.footprints))


def skyline(design: Design, watch: Watch, feedback: Optional[Feedback] = None) -> Skyline:
    """The skyline of one viewpoint before and after, and what rises above the ridge."""
    raise_if_cancelled(feedback)
    eye, settings = watch.eye, design.settings
    after = building_silhouette(eye, design.buildings, settings)
    before = building_silhouette(eye, design.existing, settings) if design.existing is not None else None
    if eye.level is None:
        return Skyline(watch, None, before, after, (), "heights_eye_no_level")
    if design.terrain is None:
        return Skyline(watch, None, before, after, (), "heights_no_terrain" if watch.span else "")
    ridge = terrain_silhouette(eye, design.terrain, settings)
    if not watch.span:
        return Skyline(watch, ridge, before, after)
    demand = ridge, (eye, watch.span), design.buildings, settings
    return Skyline(watch, ridge, before, after, rises_above(*demand), "", before_unknown(*demand).tolist())


def _advice(limits: list[Limit], checks: Checks, design: Design, feedback: Optional[Feedback]) -> dict[int, Advice]:
    broken = np.flatnonzero(checks.is_broken)
    if not len(broken):
        return {}
    judge = Judge(design.buildings, limits, design.settings)
    owners, starts = np.unique(checks.building[broken], return_index=True)
    worst = np.maximum.reduceat(checks.exceed[broken], starts)
    moved: Array = owners[np.argsort(-worst)][:MOST_MOVES]
    found = {}
    for owner, rows in zip(owners.tolist(), np.split(broken, starts[1:])):
        raise_if_cancelled(feedback)
        found[owner] = advise(rows, checks, design.buildings, judge if owner in moved else None)
    return found
