"""Zones of a plan that state a density or a floor area ratio: what they demand of the parcels that lie in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ..land.lengths import limit_metres
from ..land.pieces import objects
from ..land.types import Array
from .buildings import Buildings
from .parcels import SHARES, Condition, Parcel
from .values import share

_LEAST_SHARE = 0.01  # of a parcel: less of a zone is a matter of drawing, not of the plan


@dataclass(frozen=True)
class PlanZone:
    """A zone on the plane; `limit`: what its layer states, as it stands there."""

    name: str
    shape: Any
    condition: Condition
    limit: Any
    clause: str = ""

    @property
    def number(self) -> Optional[float]:
        """The limit as a share or ratio, None where it cannot be read or is 0."""
        found = share(self.limit) if self.condition in SHARES else limit_metres(self.limit)
        return found or None


def zone_demands(zones: Sequence[PlanZone], parcels: Sequence[Parcel], buildings: Buildings) -> list[Parcel]:
    """What zones of one condition demand of the parcels that are built on, and of buildings on no parcel: those are
    not checked, for density and floor area ratio are counted over a parcel and never over a zone."""
    inner = _inner_points(buildings)
    plots = objects([parcel.shape for parcel in parcels])
    on = (
        shapely.STRtree(inner).query(plots, predicate="contains")
        if len(plots) and len(inner)
        else np.zeros((2, 0), int)
    )
    built = [parcels[at] for at in np.unique(on[0]).tolist()]
    stray = np.delete(inner, np.unique(on[1])) if len(inner) else inner
    return [*(one for parcel in built for one in _of_parcel(parcel, zones)), *_without_parcel(zones, stray)]


def _inner_points(buildings: Buildings) -> Array:
    there = buildings.footprints[~shapely.is_missing(buildings.footprints)]
    return objects(list(shapely.point_on_surface(there))) if len(there) else objects([])


def _of_parcel(parcel: Parcel, zones: Sequence[PlanZone]) -> Iterator[Parcel]:
    """One demand of all zones that a parcel lies in, the strictest, and one of each zone whose limit is unreadable."""
    parcel_area = shapely.area(parcel.shape)
    parts = shapely.area(shapely.intersection(objects([zone.shape for zone in zones]), parcel.shape))
    met = [
        zone
        for zone, part in zip(zones, np.atleast_1d(parts).tolist())
        if parcel_area and part >= _LEAST_SHARE * parcel_area
    ]
    for zone in met:
        if zone.number is None:
            yield _demand(parcel, [zone], zone.limit)
    known = sorted((zone for zone in met if zone.number is not None), key=lambda zone: zone.number or 0.0)
    if known:
        loosest = known[-1].number if known[-1].number != known[0].number else None
        yield _demand(parcel, known, known[0].number, loosest)


def _demand(parcel: Parcel, zones: Sequence[PlanZone], limit: Any, loosest: Optional[float] = None) -> Parcel:
    names = "、".join(dict.fromkeys(zone.name for zone in zones))
    clause = "；".join(dict.fromkeys(zone.clause for zone in zones if zone.clause))
    return Parcel(f"{parcel.name}（{names}）", parcel.shape, {zones[0].condition: limit}, clause, loosest=loosest)


def _without_parcel(zones: Sequence[PlanZone], stray: Array) -> Iterator[Parcel]:
    for zone in zones:
        if len(stray) and shapely.intersects(zone.shape, stray).any():
            wanted = {zone.condition: zone.limit if zone.number is None else zone.number}
            yield Parcel(zone.name, zone.shape, wanted, zone.clause, reason="heights_zone_no_parcel")
