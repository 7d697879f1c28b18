"""A run of the heights: made on the main thread, run in any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.errors import InputError
from ...core.heights.buildings import Buildings
from ...core.heights.datum import Datum, DatumRule
from ...core.heights.limits import Limit
from ...core.heights.parcels import Condition, Ground, Parcel
from ...core.heights.plan_zones import zone_demands
from ...core.heights.results import BuildingResult, HeightFinding, building_results, findings
from ...core.heights.run import Design, Outcome, run_design
from ...core.heights.sights import View
from ...core.heights.terrain import Terrain
from ...core.land import crs as crs_rules
from ...core.land.area import statutory_areas
from ...core.land.boxes import Box, grown
from ...core.land.input_check import stated_first, stated_later
from ...core.land.lengths import metres
from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Remark, stated_once
from ...core.messages import message, text
from ...core.review.findings import InputInfo
from ...core.threads import Feedback
from ..layers.raster import RasterSource
from ..layers.two_zones import refuse_two_zones
from . import assembling
from .assembling import Assembly
from .chosen import HeightsInput
from .reading import Rows, RowSource

_BUILDING = ("key", "height", "floors", "base", "extra", "roof_level", "floor_area")
_ZONE = ("name", "limit", "clause", "datum")
_EYE = ("name", "key", "level", "eye", "datum", "aim", "clause", "ridge", "ridge_from", "ridge_to")
_TARGET = ("name", "key", "level", "top_level", "height", "width", "behind", "datum", "clause")
_RUNWAY = ("name", "level", "datum", "clause")
_PARCEL = ("name", "key", "clause", "height_max", *map(str, Condition))
_PLAN_ZONES = {"density_zones": Condition.DENSITY_MAX, "intensity_zones": Condition.FAR_MAX}
_LIMITING = ("zones", "corridors", "viewpoints", "targets", "runways", "parcels", *_PLAN_ZONES)
_NEAR_M = 200.0  # the terrain around what is checked
_RIDGES_M = 20_000.0  # the terrain around viewpoints: ridges behind the town
_MOST_CELLS = 16_000_000  # of the terrain in memory; a larger one is thinned out
_LISTED = 50


@dataclass
class HeightsRun:
    """What a run came to."""

    outcome: Outcome
    findings: list[HeightFinding]
    buildings: list[BuildingResult]
    remarks: list[Remark]
    inputs: list[InputInfo]
    plane: CRS
    absent: list[str] = field(default_factory=list)  # codes: what was not given, so that nothing is said of it


@dataclass
class Read:
    """What the layers hold: `own`: the buildings (or the area asked about), the rest by name, views and limits."""

    own: Rows
    rows: dict[str, Rows]
    eyes: list[Any]
    views: list[View]
    limits: list[Limit]


class HeightsJob:
    """Raises InputError, CrsError for anything that cannot be used."""

    def __init__(self, chosen: HeightsInput) -> None:
        self.chosen = chosen
        own = {**chosen.fields}
        self.buildings = RowSource(chosen.buildings, _BUILDING, (2, 1), own)
        self.crs = self.buildings.snapshot.crs
        self.qgis_crs = self.buildings.snapshot.qgis_crs
        self.plane = crs_rules.working_plane(self.crs, self.buildings.centre)
        self.sources: dict[str, RowSource] = {}
        self._open("existing", _BUILDING, (2, 1))
        self._open("zones", _ZONE, (2,), {"limit": chosen.limit_field})
        self._open("corridors", _ZONE, (2,))
        self._open("viewpoints", _EYE, (0,))
        self._open("targets", _TARGET, (0, 1, 2))
        self._open("runways", _RUNWAY, (1,))
        self._open("parcels", _PARCEL, (2,))
        for name, condition in _PLAN_ZONES.items():
            self._open(name, ("name", "clause", str(condition)), (2,))
        self._open("green", (), (2,))
        self._open("build_to", (), (1,))
        self.dem = RasterSource(chosen.dem, text("heights_dem")) if chosen.dem is not None else None

    def _open(self, name: str, roles: Any, dimensions: Any, fields: Optional[dict[str, str]] = None) -> None:
        layer = getattr(self.chosen, name)
        if layer is not None:
            self.sources[name] = RowSource(layer, roles, dimensions, fields)
            refuse_two_zones(self.sources[name].snapshot, self.buildings.snapshot, self.plane)

    def run(self, feedback: Optional[Feedback] = None, wants_skylines: bool = True) -> HeightsRun:
        """Read and check; raises Cancelled, InputError."""
        assembly = self.assembly()
        design = self.design(assembly, feedback)
        outcome = run_design(design, feedback, wants_skylines)
        remarks = stated_once([*self.layer_remarks(), *assembly.remarks, *self._row_remarks(outcome)])
        remarks = [*stated_first(remarks), *stated_later(remarks)]
        found, results = findings(outcome), building_results(outcome)
        absent = [*self.absent(bool(design.views), design.terrain is not None)]
        absent += [f"heights_absent_{name}" for name in _PLAN_ZONES if name not in self.sources]
        return HeightsRun(outcome, found, results, remarks, self.inputs(), self.plane, absent)

    def inputs(self) -> list[InputInfo]:
        """What was read."""
        own = [source.snapshot.info() for source in (self.buildings, *self.sources.values())]
        return own if self.dem is None else [*own, self.dem.info(lambda file: "")]

    def assembly(self) -> Assembly:
        chosen = self.chosen
        reference = chosen.building_datum if chosen.building_datum != Datum.UNSTATED else chosen.dem_datum
        assembly = Assembly(chosen.settings, DatumRule(reference, chosen.shift_m))
        if reference == Datum.UNSTATED:
            assembly.remark("heights_datum_unstated", self.buildings.name)
        return assembly

    def read(self, assembly: Assembly, feedback: Optional[Feedback] = None) -> "Read":
        """Everything read; the terrain first, as it gives the ground."""
        rows = {name: source.read(self.plane, feedback) for name, source in self.sources.items()}
        own = self.buildings.read(self.plane, feedback)
        assembly.terrain = self._terrain(assembly, [own, *rows.values()])
        eyes = assembling.eyes_of(rows["viewpoints"], assembly) if "viewpoints" in rows else []
        targets = assembling.targets_of(rows["targets"], assembly) if "targets" in rows else []
        views = assembling.views_of(eyes, targets, rows.get("corridors"), assembly)
        return Read(own, rows, eyes, views, self._limits(rows, views, assembly))

    def design(self, assembly: Assembly, feedback: Optional[Feedback] = None) -> Design:
        """What the layers make for a run."""
        read = self.read(assembly, feedback)
        rows, existing = read.rows, None
        if "existing" in rows:
            existing = assembling.buildings_of(rows["existing"], self._name("existing"), assembly)
        buildings = assembling.buildings_of(read.own, self.buildings.name, assembly)
        return Design(
            buildings,
            read.limits,
            read.views,
            self._parcels(rows, buildings),
            self._ground(read.own, rows.get("green")),
            assembling.watches_of(read.eyes),
            assembly.settings,
            assembly.terrain,
            existing,
            self.has_unread_limits(),
        )

    def has_unread_limits(self) -> bool:
        """Whether a layer that limits heights, once read, holds something that cannot be read or placed."""
        limiting = [self.sources[name].snapshot for name in _LIMITING if name in self.sources]
        lost = (remark.code for snapshot in limiting for remark in snapshot.remarks)
        return "layer_rows_lost" in lost or any(skip.code in UNREAD for one in limiting for skip in one.skipped)

    def _parcels(self, rows: dict[str, Rows], buildings: Buildings) -> list[Parcel]:
        """Parcels with the conditions they state, and with those of the plan zones that they lie in."""
        parcels = assembling.parcels_of(rows["parcels"], rows.get("build_to")) if "parcels" in rows else []
        demands: list[Parcel] = []
        for name, condition in _PLAN_ZONES.items():
            if name in rows:
                zones = assembling.plan_zones(rows[name], self._name(name), condition)
                demands += zone_demands(zones, parcels, buildings)
        return [*parcels, *demands]

    def _limits(self, rows: dict[str, Rows], views: Sequence[View], assembly: Assembly) -> list[Limit]:
        """Limits of zones, corridors without a view, parcels and airports."""
        limits: list[Limit] = []
        if "zones" in rows:
            are_levels = self.chosen.zones_are_levels
            limits += assembling.zone_limits(rows["zones"], self._name("zones"), assembly, are_levels)
        if "corridors" in rows:
            limits += assembling.lone_corridors(rows["corridors"], views, self._name("corridors"), assembly)
        if "parcels" in rows:
            limits += assembling.parcel_limits(rows["parcels"], assembly)
        if "runways" in rows:
            limits += assembling.runway_limits(rows["runways"], self._name("runways"), assembly)
        return limits

    def _name(self, source: str) -> str:
        return self.sources[source].name

    def _ground(self, own: Rows, green: Optional[Rows]) -> Ground:
        land = None if green is None else green.shapes[~shapely.is_missing(green.shapes)]
        area = partial(_areas, self.plane)
        if "floor_area" not in own.values:
            return Ground(area, land)
        sizes = np.array([metres(value) or np.nan for value in own.values["floor_area"]], dtype=float)
        return Ground(area, land, sizes)

    def _terrain(self, assembly: Assembly, rows: list[Rows]) -> Optional[Terrain]:
        """The ground around everything, in the datum of the run; None where it cannot be used, which is told."""
        if self.dem is None:
            return None
        shift = assembly.datum.moved(0.0, self.chosen.dem_datum)
        if shift is None:
            assembly.remark("heights_dem_datum", self.dem.name)
            return None
        try:
            grid = self.dem.grid("elevation", self.plane, self._box(rows))
        except InputError as error:
            if error.code != "siting_raster_elsewhere":
                raise
            assembly.remark("heights_dem_elsewhere", self.dem.name)
            return None
        levels, cell = grid.read(_MOST_CELLS)
        if cell > grid.cell:
            assembly.remark("heights_dem_thinned", self.dem.name, cell=f"{cell:.1f}")
        _compare_size(cell, rows[0], assembly, self.dem.name)
        return Terrain(levels + shift, grid.box[0], grid.box[3], cell)

    def _box(self, rows: list[Rows]) -> Box:
        """What the terrain is needed for: with a viewpoint the ridges far behind, else the land of the layers."""
        boxes = np.array([shapely.total_bounds(part.shapes) for part in rows])
        low, high = np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)
        around = _RIDGES_M if "viewpoints" in self.sources else _NEAR_M
        return grown((low[0], low[1], high[0], high[1]), around)

    def absent(self, has_views: bool, has_terrain: bool) -> Iterator[str]:
        """Codes of what was not given, so that no height is limited by it."""
        if "zones" not in self.sources:
            yield "heights_absent_zones"
        if not has_views:
            yield "heights_absent_views"
        if not has_terrain:
            yield "heights_absent_dem"
        if "runways" not in self.sources:
            yield "heights_absent_runways"
        if "parcels" not in self.sources:
            yield "heights_absent_parcels"

    def layer_remarks(self) -> Iterator[Remark]:
        for source in (self.buildings, *self.sources.values()):
            snapshot = source.snapshot
            yield from snapshot.remarks
            if snapshot.repairs:
                params = {"layer": source.name, "count": len(snapshot.repairs)}
                yield Remark("heights_repaired", source.name, None, params)
            for skip in snapshot.skipped[:_LISTED]:
                params = {"layer": source.name, "fid": skip.fid, "why": message(skip.code)}
                yield Remark("heights_skipped", source.name, skip.fid, params)
        if self.dem is not None:
            yield from self.dem.remarks

    def _row_remarks(self, outcome: Outcome) -> Iterator[Remark]:
        buildings, layer = outcome.design.buildings, self.buildings.name
        for remark in outcome.row_remarks:
            keys = "、".join(map(str, buildings.keys[remark.rows[:10]]))
            yield Remark(remark.code, layer, None, {"layer": layer, "count": len(remark.rows), "keys": keys})
        for code in sorted(set(buildings.reason) - {""}):
            rows = np.flatnonzero(buildings.reason == code)
            keys = "、".join(map(str, buildings.keys[rows[:10]]))
            params = {"layer": layer, "count": len(rows), "keys": keys, "why": message(code)}
            yield Remark("heights_not_readable", layer, None, params)
        on_terrain = int((buildings.base_source == "terrain").sum())
        if on_terrain:
            yield Remark("heights_on_terrain", layer, None, {"layer": layer, "count": on_terrain})
        floors = int((buildings.source == "floors").sum())
        if floors:
            params = {"layer": layer, "count": floors, "metres": f"{outcome.design.settings.storey_m:g}"}
            yield Remark("heights_from_floors", layer, None, params)
        for result in outcome.views:
            if result.ground:
                params = {"view": result.view.name, "metres": f"{result.ground:.1f}", "at": f"{result.ground_at:.0f}"}
                yield Remark("heights_ground_in_view", layer, None, params)


def _compare_size(cell: float, own: Rows, assembly: Assembly, name: str) -> None:
    """Tell of terrain that is coarser than most buildings: their ground is that of the land around them."""
    sizes = shapely.area(own.shapes[shapely.get_dimensions(own.shapes) == 2])
    width = float(np.sqrt(np.median(sizes))) if len(sizes) else np.inf
    if cell > width:
        assembly.remark("heights_dem_coarse", name, cell=f"{cell:.1f}", width=f"{width:.1f}")


def _areas(plane: CRS, shapes: np.ndarray) -> np.ndarray:
    return statutory_areas(objects(shapes), plane)
