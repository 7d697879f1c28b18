"""locatefacilities on QGIS layers: demand and candidates read, distances, the places chosen."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark, stated_once
from ...core.land.rounding import plain
from ...core.messages import text
from ...core.siting.coverage import Coverage, Objective, Placement, check_size, place, place_fewest
from ...core.siting.coverage_ties import equal_places
from ...core.threads import Feedback
from ..layers.road_distances import Roads, points_of, straight_distances
from ..layers.snapshot import LayerSnapshot
from ..layers.two_zones import refuse_two_zones
from .opened import opened

_ROUNDING = 1e-9
_ONE_WAY = ("oneway", "one_way", "单行", "单行线", "单行道", "dxx")


@dataclass(frozen=True)
class FacilityWish:
    """What is wanted. `number`: of new facilities, 0 for as few as serve `share_pct` per cent of the demand;
    `reach_m`: how far one serves, None for as far as need be (median only); `access_m`: how far a place may lie from
    a road."""

    objective: Objective = Objective.COVER
    number: int = 3
    reach_m: Optional[float] = 1000.0
    share_pct: float = 100.0
    access_m: float = 1000.0


@dataclass(frozen=True)
class Places:
    """Features of a layer as points: `points` n x 2 on the plane; `fids`; `names` and `weights` where asked for."""

    points: np.ndarray
    fids: np.ndarray
    names: list[str]
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.fids)


@dataclass(frozen=True)
class FacilityRun:
    """What came out. `candidates` holds the facilities that are there first (`existing` of them)."""

    wish: FacilityWish
    demand: Places
    candidates: Places
    existing: int
    placement: Placement
    plane: CRS
    by_road: bool

    def sites(self) -> list[int]:
        """Rows of `candidates`: the chosen ones, best first, then those that are there."""
        return [*self.placement.chosen.tolist(), *range(self.existing)]

    @property
    def served(self) -> float:
        return float(self.demand.weights[self.placement.nearest >= 0].sum())

    @property
    def total(self) -> float:
        return float(self.demand.weights.sum())


@dataclass(frozen=True)
class FacilityLayers:
    """The layers of a run and the fields that name and weigh their features; "" for none. `roads`: those that `run`
    is given, for the report."""

    demand: QgsVectorLayer
    candidates: QgsVectorLayer
    existing: Optional[QgsVectorLayer] = None
    weight_field: str = ""
    name_field: str = ""
    roads: Optional[QgsVectorLayer] = None


class LocateFacilities:
    """One placement. The constructor touches layers (main thread), `run` does not. Raises CrsError, InputError."""

    def __init__(self, layers: FacilityLayers, wish: FacilityWish) -> None:
        self.wish, self._layers = wish, layers
        self.demand = opened(layers.demand, "demand")
        self.candidates = opened(layers.candidates, "candidates")
        there = layers.existing
        self.existing = opened(there, "existing") if there is not None else None
        self.roads = opened(layers.roads, "roads") if layers.roads is not None else None
        for snapshot in (self.demand, self.candidates):
            if not snapshot.expected_count:
                raise InputError("projects_empty", layer=snapshot.name)
        if layers.weight_field and not self.demand.has_field(layers.weight_field):
            raise InputError("siting_field_absent", layer=self.demand.name, fields=layers.weight_field)
        centre = self.demand.extent.center()
        self.plane = crs_rules.working_plane(self.demand.crs, (centre.x(), centre.y()))
        for other in filter(None, (self.candidates, self.existing, self.roads)):
            refuse_two_zones(other, self.demand, self.plane)
        self._remarks: list[Remark] = []

    @property
    def weight_field(self) -> str:
        """The field of the demand that says how much there is, "" for none."""
        return self._layers.weight_field

    def run(self, roads: Any = None, feedback: Optional[Feedback] = None) -> FacilityRun:
        """Choose the places; `roads`: a QgsFeatureSource of lines, None for straight distances. Raises InputError,
        Cancelled.
        """
        demand = self._demand(feedback)
        candidates, existing = self._places(feedback)
        check_size(len(demand), len(candidates))
        metres = self._metres(demand, candidates, roads, feedback)
        reach = np.inf if self.wish.reach_m is None else self.wish.reach_m
        problem = Coverage(metres, demand.weights, reach, np.arange(existing))
        placement = self._placed(problem, feedback)
        run = FacilityRun(self.wish, demand, candidates, existing, placement, self.plane, roads is not None)
        self._remarks += [*shortcomings(run), *_ties(problem, run), *_one_ways(roads)]
        return run

    def _placed(self, problem: Coverage, feedback: Optional[Feedback]) -> Placement:
        if self.wish.number:
            return place(problem, self.wish.number, self.wish.objective, feedback)
        found, fewest = place_fewest(problem, self.wish.share_pct, feedback)
        if not fewest:
            self._remarks.append(Remark("coverage_fewest_open", "", None, {"number": len(found.chosen)}))
        return found

    def remarks(self) -> list[Remark]:
        """What the reader must know, of the run and of its layers."""
        layers = [s for s in (self.demand, self.candidates, self.existing) if s is not None]
        return stated_once([*self._remarks, *(remark for snapshot in layers for remark in snapshot.remarks)])

    def infos(self, sha256_of: Any) -> list[Any]:
        """InputInfo of every layer read."""
        layers = [s for s in (self.demand, self.candidates, self.existing, self.roads) if s is not None]
        return [s.info(sha256_of(s.file) if s.file else "") for s in layers]

    def road_lines(self, most: int) -> list[Any]:
        """Roads on the plane, at most so many; none for straight distances."""
        found: list[Any] = []
        for _, _, lines in self.roads.batches(self.plane, [], None, polygons_only=False) if self.roads else ():
            found += lines[~shapely.is_missing(lines)].tolist()
            if len(found) >= most:
                break
        return found[:most]

    def _demand(self, feedback: Optional[Feedback]) -> Places:
        """Demand with a weight; one whose weight is unknown is counted nowhere, and said."""
        found = self._read(self.demand, self._layers.weight_field, feedback)
        known = np.isfinite(found.weights) & (found.weights >= 0)
        if not known.all():
            count = int((~known).sum())
            self._remarks.append(Remark("coverage_weight_unknown", self.demand.name, None, {"count": count}))
        if not found.weights[known].sum() > 0:
            code = "coverage_weights_zero" if known.any() else "coverage_weights_none"
            raise InputError(code, layer=self.demand.name, field=self._layers.weight_field)
        kept = np.flatnonzero(known)
        names = [found.names[row] for row in kept]
        return Places(found.points[kept], found.fids[kept], names, found.weights[kept])

    def _places(self, feedback: Optional[Feedback]) -> tuple[Places, int]:
        """(facilities that are there and candidates, how many the former are)."""
        candidates = self._read(self.candidates, "", feedback)
        if self.existing is None or not self.existing.expected_count:
            return candidates, 0
        there = self._read(self.existing, "", feedback)
        joined = Places(
            np.concatenate([there.points, candidates.points]),
            np.concatenate([there.fids, candidates.fids]),
            there.names + candidates.names,
            np.concatenate([there.weights, candidates.weights]),
        )
        return joined, len(there)

    def _read(self, snapshot: LayerSnapshot, weight: str, feedback: Optional[Feedback]) -> Places:
        name = self._layers.name_field if snapshot.has_field(self._layers.name_field) else ""
        fields = [field for field in (weight, name) if field]
        points, fids, names, weights = [np.zeros((0, 2))], [np.zeros(0, np.int64)], [], []
        lost_demand = 0.0
        for features, ids, geometries in snapshot.batches(self.plane, fields, feedback, polygons_only=False):
            good = ~shapely.is_missing(geometries)
            rows = np.flatnonzero(good)
            points.append(points_of(geometries[rows]))
            fids.append(np.asarray(ids, np.int64)[rows])
            names += [_named(features[row], name) for row in rows]
            weights += [_number(features[row], weight) if weight else 1.0 for row in rows]
            lost_demand += np.nansum(
                [_number(features[row], weight) for row in np.flatnonzero(~good)] if weight else []
            )
        lost = snapshot.expected_count - len(names)
        if lost > 0:
            code = "coverage_demand_unplaced" if lost_demand else "coverage_unplaced"
            params = {"layer": snapshot.name, "count": lost, "demand": plain(lost_demand)}
            self._remarks.append(Remark(code, snapshot.name, None, params))
        if not names:
            raise InputError("coverage_nothing")
        return Places(np.concatenate(points), np.concatenate(fids), names, np.array(weights, float))

    def _metres(self, demand: Places, candidates: Places, roads: Any, feedback: Optional[Feedback]) -> np.ndarray:
        if roads is None:
            return straight_distances(demand.points, candidates.points)
        found = Roads(roads, self.plane, self.wish.access_m).distances(demand.points, candidates.points, feedback)
        cut_off = int(np.isinf(found.metres).all(axis=1).sum()) - found.off_road[0]
        if cut_off > 0 and found.off_road[1] < len(candidates):
            self._remarks.append(Remark("coverage_no_way", "", None, {"count": cut_off}))
        for count, code in zip(found.off_road, ("coverage_demand_off_road", "coverage_candidates_off_road")):
            if count:
                params = {"count": count, "metres": self.wish.access_m}
                self._remarks.append(Remark(code, "", None, params))
        return found.metres


def _ties(problem: Coverage, run: FacilityRun) -> list[Remark]:
    """Candidates that serve as much as a chosen one: nobody but the reader can decide between them."""
    if run.wish.objective != Objective.COVER:
        return []
    count, pair = equal_places(problem, run.placement)
    if pair is None:
        return []
    one, other = (run.candidates.names[column] for column in pair)
    return [Remark("coverage_tie", "", None, {"count": count, "one": one, "other": other})]


def _one_ways(roads: Any) -> list[Remark]:
    """Roads whose layer knows one-way streets: distances here go both ways, and that is said."""
    names = [] if roads is None else [field.name() for field in roads.fields()]
    known = next((name for name in names if name.casefold() in _ONE_WAY), None)
    return [] if known is None else [Remark("coverage_one_way", "", None, {"field": known})]


def shortcomings(run: FacilityRun) -> list[Remark]:
    """What of the wish was not met: too few candidates, facilities that serve nobody, a share out of reach."""
    remarks, wish, free = [], run.wish, len(run.candidates) - run.existing
    if wish.number > free:
        remarks.append(Remark("coverage_few_candidates", "", None, {"number": wish.number, "candidates": free}))
    if not run.served:
        remarks.append(Remark("coverage_nobody", "", None, {}))
        return remarks
    idle = len(np.setdiff1d(run.placement.chosen, run.placement.nearest))
    if idle:
        remarks.append(Remark("coverage_idle", "", None, {"count": idle}))
    share = 100 * run.served / run.total
    if not wish.number and share < wish.share_pct * (1 - _ROUNDING):
        remarks.append(Remark("coverage_share_missed", "", None, {"wanted": wish.share_pct, "share": share}))
    return remarks


def _named(feature: Any, name: str) -> str:
    value = feature[name] if name else None
    return str(value) if value else text("coverage_place", fid=feature.id())


def _number(feature: Any, field: str) -> float:
    """The number of an attribute; a text may hold one as tables write it (1,200; full-width digits)."""
    value = feature[field]
    try:
        return float(unicodedata.normalize("NFKC", value).replace(",", "") if isinstance(value, str) else value)
    except (TypeError, ValueError):
        return np.nan
