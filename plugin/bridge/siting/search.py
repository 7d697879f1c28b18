"""findsites on QGIS layers: exclusions read, free land cut, sites found, scored and picked."""

from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsVectorLayer
from shapely import Geometry

from ...core.errors import InputError
from ...core.land.area import statutory_areas
from ...core.land.remarks import Remark
from ...core.land.rounding import MU_PER_M2
from ...core.messages import message, text
from ...core.review.projects import Projects
from ...core.siting import measures
from ...core.siting.contradictions import odd_weights, takes_all, unfiltered
from ...core.siting.first_site import first_partly
from ...core.siting.free_land import land_in
from ...core.siting.model import AREA, NEAR_NOT, SHAPE, Constraint, LayerRef
from ...core.siting.picking import pick, tied
from ...core.siting.refine import Refinement, seeds, steps
from ...core.siting.results import Measured
from ...core.siting.search import SiteSearch
from ...core.siting.selection import Selection, joined, judge, select
from ...core.siting.sensitivity import sensitivity
from ...core.siting.wanted import wanted_of
from ...formats.rules.rule_files import load_catalogue
from .apart import doubt_apart, far_from_all
from .following import lines_of, parcels_of
from .gaps import with_site_gaps
from .guiding import Memory, guide_of
from .layers import SitingLayers, VectorSource, with_extra
from .measure import Candidates, Survey, measure, remark_rasters, settle_rules
from .opened import opened
from .search_land import LandReader, taken_by_title
from .select import SelectionRun, SitingInputs, input_remarks, plane_of, snapshots_of

_TINY_M2 = 300.0  # whoever wants sites so small may have meant mu
_EXISTING_LAYER = LayerRef("existing_facilities", message("siting_existing"))
_CANDIDATES = 12_000  # shapes that are scored; more would not make the best much better


@dataclass
class SearchRun(SelectionRun):
    """What a run of findsites made: the candidates scored, `picked` ones best first, free land in pieces of one tile
    each, what each constraint takes of the extent."""

    picked: list = field(default_factory=list)
    checks: list = field(default_factory=list)  # ConstraintResult of the picked sites, one a constraint
    free_m2: float = 0.0
    extent_m2: float = 0.0
    free: object = None
    extent: Optional[Geometry] = None
    taken: dict[str, Geometry] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteWish:
    """What the sites of a search shall be like. `area`: (min, max) statutory m2, None takes those of the criteria;
    `follow`: a layer of parcels or roads whose edges they shall follow; `existing`: facilities there are, which they
    keep the spacing from."""

    area: tuple[Optional[float], Optional[float]] = (None, None)
    follow: Optional[QgsVectorLayer] = None
    existing: Optional[QgsVectorLayer] = None


_ANY = SiteWish()


class FindSites:
    """One search within the polygons of a layer. The constructor touches layers (main thread), `run` does not.

    Raises CatalogueError, CrsError, InputError.
    """

    def __init__(self, inputs: SitingInputs, extent: QgsVectorLayer, wish: SiteWish = _ANY) -> None:
        follow, existing = wish.follow, wish.existing
        self.catalogue = load_catalogue()
        self.criteria = inputs.checked_criteria()
        self.cost_table = inputs.cost_table()
        named = with_extra(self.criteria, self.cost_table.layers)
        self.layers = SitingLayers(named, inputs.layers, inputs.mapping, self.catalogue)
        self.snapshot = opened(extent, "extent")
        self.plane = plane_of(self.snapshot)
        self.follow = VectorSource(follow, message("siting_follow")) if follow is not None else None
        self.wanted = wanted_of(wish.area, self.criteria)
        if existing is not None:
            self.layers.add(_EXISTING_LAYER, existing)
        self.has_existing = existing is not None
        self._reader: Any = None  # of the run that goes on

    def run(self, count=5, spacing=None, feedback=None, keep_free=False):
        """Return the SearchRun; raises InputError, Cancelled."""
        spacing = self.criteria.spacing_m if spacing is None else spacing
        criteria = settle_rules(self._with_existing(spacing), self.layers)
        extent = self._extent(feedback)
        self._reader = LandReader(self.layers, self.plane, self.wanted.reach)
        land = self._reader.land(criteria, extent, feedback)
        guide = guide_of(criteria.factors, self.layers, self.plane, feedback)
        searches = self._searches(lines_of(self.follow, self.plane, extent, feedback), guide, spacing)
        land.margin = max(s.margin for s in searches)
        land.keeps_taken = keep_free
        sites, tiles, free = self._search(land, searches, keep_free)
        self.layers.memory = Memory(tuple(shapely.total_bounds(extent)))
        run = self._scored(criteria, self._verified(_of_shape(sites, criteria), land.exclusions), feedback)
        if criteria.factors and len(run.geometries):
            refinement = Refinement(tiles, self.wanted, self.plane, searches[0].edge_tree)
            run = self._refined(run, refinement, land, max(spacing, 4 * searches[0].side), feedback)
        self.layers.memory = None
        run.picked = pick(run.geometries, run.selection.score, count, spacing) if len(run.geometries) else []
        if run.picked:
            survey = Survey(self.layers, self.plane, feedback)
            remark_rasters((f.need() for f in criteria.factors), run.geometries[np.array(run.picked)], survey)
        run.checks = self._checks(criteria, run, land.exclusions)
        run.selection.removals = land.removals()
        run.free_m2, run.extent_m2, run.free = land.area_m2, land.extent_m2, free
        run.extent, run.taken = land.extent, taken_by_title(land)
        self._tell(run, land, count, spacing)
        return run

    def _with_existing(self, spacing):
        """The criteria, and that sites keep their spacing from the facilities there are."""
        if not self.has_existing or not spacing:
            return self.criteria
        title = message("siting_existing")
        keep = Constraint("existing", title, NEAR_NOT, _EXISTING_LAYER.key, distance_m=spacing)
        layers = {**self.criteria.layers, _EXISTING_LAYER.key: _EXISTING_LAYER}
        return replace(self.criteria, layers=layers, constraints=(*self.criteria.constraints, keep))

    def _searches(self, edges, guide, spacing):
        """One SiteSearch for each size that is tried."""
        made = [SiteSearch(wanted, self.plane, edges) for wanted in self.wanted.sizes()]
        for search in made:
            search.guide, search.apart = guide, max(spacing, 4 * search.side)
        made[0].parcels = parcels_of(edges, self.plane)
        return made

    def _refined(self, run, refinement, land, apart, feedback):
        """The run with the better sites found near its good ones."""
        sides = float(np.sqrt(self.wanted.low))
        for step in steps(land.area_m2, len(run.geometries), sides):
            best = seeds(run.geometries, run.selection.score, apart)
            made = refinement.around(run.geometries[best], step)
            made = self._verified(_of_shape(made, run.criteria), land.exclusions)
            if len(made):
                found = self._scored(run.criteria, made, feedback)
                selection = joined(run.selection, found.selection)
                geometries = np.concatenate([run.geometries, found.geometries])
                run = SearchRun(selection, [""] * len(geometries), geometries, self.plane, run.criteria)
        return run

    def _extent(self, feedback):
        found = [g[~shapely.is_missing(g)] for _, _, g in self.snapshot.batches(self.plane, [], feedback)]
        extent = np.concatenate(found) if found else np.array([], dtype=object)
        if not len(extent):
            raise InputError("siting_extent_empty", layer=self.snapshot.name)
        return extent

    def _verified(self, sites, exclusions):
        """Sites that meet what the cut of the land could only test loosely: the nearest edge, the mean slope."""
        for exclusion in exclusions:
            if not len(sites) or not exclusion.evaluated or not exclusion.is_loose:
                continue
            projects = Projects([""] * len(sites), sites, statutory_areas(sites, self.plane))
            result = judge(exclusion.constraint, exclusion.measure(projects, self.plane, False), projects.areas_m2)
            good = result.passed & result.evaluated
            exclusion.judged += len(sites)
            exclusion.refused += int((~good).sum())
            sites = sites[good]
        return sites

    def _search(self, land, searches, keep_free):
        """(sites of all tiles, tiles with land to move them in, free land by tile or None)."""
        sites, tiles, free = [], [], []
        for search in searches:
            search.tiles = max(len(land.cores()), 1)
            search.limit = max(_CANDIDATES // len(searches) // search.tiles, 20)

        def work(tile):
            found = [search.sites(tile) for search in searches]
            return np.concatenate(found), tile, land_in(tile) if keep_free else None

        for found, tile, piece in land.tiles(work):
            sites.append(found)
            if len(found):
                tiles.append(tile)
            if keep_free and not piece.is_empty:
                free.append(piece)
        found = np.concatenate([*sites, np.array([], dtype=object)])
        _, first = np.unique(shapely.to_wkb(found), return_index=True)
        return found[np.sort(first)], tiles, free

    def _scored(self, criteria, sites, feedback):
        projects = Projects([f"S{n:05d}" for n in range(1, len(sites) + 1)], sites, statutory_areas(sites, self.plane))
        if not len(sites):
            return SearchRun(_nothing(criteria), [], projects.geometries, self.plane, criteria)
        measured = measure(criteria.needs(parcels=False), Candidates(projects), self.layers, self.plane, feedback)
        far = far_from_all(projects, Survey(self.layers, self.plane, feedback))
        selection = select(criteria, projects, measured, parcels=False, far=far)
        return SearchRun(selection, [""] * len(sites), projects.geometries, self.plane, criteria)

    def _checks(self, criteria, run, exclusions):
        """Every constraint measured on the picked sites themselves, not taken for granted from the way they
        were found.
        """
        rows = np.array(run.picked, dtype=int)
        sites = Projects([run.selection.keys[i] for i in rows], run.geometries[rows], run.selection.areas_m2[rows])
        by_id = {e.constraint.id: e for e in exclusions}
        found = []
        for constraint in criteria.constraints if len(rows) else ():
            if constraint.id in by_id:
                exclusion = by_id[constraint.id]
                measured = replace(exclusion.measure(sites, self.plane), doubt=exclusion.doubt)
                measured = with_site_gaps(measured, constraint, sites, Survey(self.layers, self.plane))
            elif constraint.kind in (AREA, SHAPE):
                measured = Measured(
                    sites.areas_m2 if constraint.kind == AREA else measures.compactness(sites.geometries)
                )
            else:
                measured = Measured(None, message("siting_no_attributes"))
            result = judge(constraint, measured, sites.areas_m2)
            if constraint.kind == NEAR_NOT and measured.values is not None and not measured.doubt:
                result.evaluated[:] = True  # a feature too far away to be measured is far enough
            found.append(result)
        run.selection.remarks += doubt_apart(found, sites, Survey(self.layers, self.plane))
        return found

    def _tell(self, run, land, count, spacing):
        remarks = run.selection.remarks
        if self.wanted.high <= _TINY_M2:
            low, high = self.wanted.low, self.wanted.high
            params = {"low": low, "high": high, "mu": high * MU_PER_M2, "meant": low / MU_PER_M2}
            remarks.append(Remark("siting_area_tiny", "", None, params))
        remarks += [*unfiltered(run.criteria), *odd_weights(run.criteria)]
        if land.unknown_m2:
            remarks.append(Remark("siting_dem_gap", "", None, {"layer": self._reader.dem, "area": land.unknown_m2}))
        if not run.picked:
            remarks += takes_all(run.selection.removals, run.extent_m2)
        if not run.free_m2:
            steps = "; ".join(
                text("siting_step_area", title=r.title, area=r.removed_m2)
                for r in run.selection.removals
                if r.removed_m2
            )
            remarks.append(Remark("siting_no_free_land", "", None, {"steps": steps}))
        elif not run.picked:
            params = {"area": run.free_m2, "low": self.wanted.low, "high": self.wanted.high}
            remarks.append(Remark("siting_too_small", "", None, params))
        elif len(run.picked) < count:
            params = {"found": len(run.picked), "wanted": count, "spacing": spacing}
            remarks.append(Remark("siting_fewer", "", None, params))
        others = tied(run.selection.score, run.picked)
        if others:
            score = float(run.selection.score[run.picked].min())
            remarks.append(Remark("siting_tied_out", "", None, {"count": others, "score": score}))

    def remarks(self):
        return self._reader.remarks + input_remarks(self.snapshot, self.layers)

    def repairs(self) -> list:
        return [r for s in snapshots_of(self) for r in s.repairs]

    def skipped(self) -> list:
        return [r for s in snapshots_of(self) for r in s.skipped]


def picked_selection(run: SearchRun, runs: int = 1000) -> Selection:
    """The Selection of the picked sites alone, best first, numbered XZ-01 on, with their constraints measured
    and their sensitivity.
    """
    rows = np.array(run.picked, dtype=int)
    selection = replace(
        run.selection.take(rows), keys=[f"XZ-{n:02d}" for n in range(1, len(rows) + 1)], constraints=run.checks
    )
    selection.sensitivity = sensitivity(selection, runs) if runs else None
    selection.remarks = list(run.selection.remarks)
    selection.tell_ties()
    selection.remarks[:0] = first_partly(selection)
    selection.tell_unchecked()
    return selection


def _of_shape(sites, criteria):
    """Sites that meet the shape constraints."""
    for constraint in criteria.constraints:
        if constraint.kind == SHAPE and len(sites):
            round_ = measures.compactness(sites)
            sites = sites[(round_ >= (constraint.low or 0)) & (round_ <= (constraint.high or np.inf))]
    return sites


def _nothing(criteria):
    return select(
        criteria, Projects([], [], []), {need: Measured() for need in criteria.needs(parcels=False)}, parcels=False
    )
