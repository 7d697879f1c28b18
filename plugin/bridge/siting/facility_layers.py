"""The results of a placement of facilities: rows and look of the layers, and the report with its map."""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.land import crs as crs_rules
from ...core.land.file_state import file_sha256
from ...core.land.pieces import objects
from ...core.messages import document_language
from ...report.blocks.wording import LANGUAGE
from ...report.siting.facilities import DemandPlace, FacilityReport, FacilitySite, say
from ..i18n import tr
from ..layers import field_types
from ..layers.feature_labels import label
from ..layers.fills import category
from ..layers.map_content import MapContent, MapLayer
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from ..review.reporting import software
from .facilities import FacilityRun, LocateFacilities
from .results import ResultRows
from .site_maps import SiteMaps
from .surroundings import Features

_TEXT, _REAL, _INT = field_types.TEXT, field_types.REAL, field_types.LONG
_SITES = (
    ("rank", _INT), ("name", _TEXT), ("fid_in", _INT), ("standing", _TEXT), ("served", _REAL), ("share_pct", _REAL),
    ("mean_m", _REAL), ("far_m", _REAL),
)  # fmt: skip
_DEMAND = (
    ("name", _TEXT), ("fid_in", _INT), ("weight", _REAL), ("standing", _TEXT), ("site", _TEXT), ("metres", _REAL),
)  # fmt: skip
_LINKS = (("demand", _TEXT), ("site", _TEXT), ("metres", _REAL))
_NEW, _THERE, _SERVED, _LEFT = "new", "existing", "served", "unserved"
_MOST_ROADS = 5000
_DOTS = 100  # of these lie along the longer side of the map


def facility_titles() -> dict[str, str]:
    """{field: title} of the outputs."""
    return {
        "rank": tr("Rank"), "name": tr("Name"), "fid_in": tr("Feature id"), "standing": tr("Standing"),
        "served": tr("Demand served"), "share_pct": tr("Share of the demand (%)"), "mean_m": tr("Mean distance (m)"),
        "far_m": tr("Longest distance (m)"), "weight": tr("Amount of demand"), "site": tr("Facility"),
        "metres": tr("Distance (m)"), "demand": tr("Demand place"),
    }  # fmt: skip


def site_sums(run: FacilityRun) -> list[FacilitySite]:
    """What each facility serves, in the order of `run.sites()`."""
    made = []
    for row in run.sites():
        served_rows = run.placement.nearest == row
        weights, metres = run.demand.weights[served_rows], run.placement.metres[served_rows]
        mean = float(np.average(metres, weights=weights)) if weights.sum() else np.nan
        far = float(metres.max()) if len(metres) else np.nan
        made.append(FacilitySite(run.candidates.names[row], row >= run.existing, float(weights.sum()), mean, far))
    return made


def site_result(run: FacilityRun) -> ResultRows:
    """The layer of the facilities."""
    rows = []
    for number, (row, site) in enumerate(zip(run.sites(), site_sums(run)), 1):
        share = round(100 * site.served / run.total, 2) if run.total else None
        metres = [None if m != m else round(m, 1) for m in (site.mean_m, site.far_m)]
        standing = _NEW if site.is_new else _THERE
        rows.append([number, site.name, int(run.candidates.fids[row]), standing, site.served, share, *metres])
    return ResultRows(_SITES, rows, shapely.points(run.candidates.points[run.sites()]), run.plane)


def demand_result(run: FacilityRun) -> ResultRows:
    """The layer of the demand places: who serves them, and how far it is."""
    rows = []
    for row, (site, metres) in enumerate(zip(run.placement.nearest.tolist(), run.placement.metres.tolist())):
        standing = _SERVED if site >= 0 else _LEFT
        served = [standing, run.candidates.names[site] if site >= 0 else "", _metres(round(metres, 1))]
        rows.append([run.demand.names[row], int(run.demand.fids[row]), float(run.demand.weights[row]), *served])
    return ResultRows(_DEMAND, rows, shapely.points(run.demand.points), run.plane)


def link_result(run: FacilityRun) -> ResultRows:
    """Straight lines from each served place to its facility."""
    served = np.flatnonzero(run.placement.nearest >= 0)
    sites = run.placement.nearest[served]
    lines = shapely.linestrings(np.stack([run.demand.points[served], run.candidates.points[sites]], axis=1))
    names, metres = run.candidates.names, run.placement.metres
    rows = [[run.demand.names[d], names[s], round(float(metres[d]), 1)] for d, s in zip(served, sites)]
    return ResultRows(_LINKS, rows, lines, run.plane)


class StyledSites(KeptStyle):
    """New facilities as red stars, those that are there as grey squares."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        standings = {_NEW: tr("New"), _THERE: tr("Existing")}
        give_titles(layer, facility_titles(), {"standing": standings})
        looks = {
            _NEW: {"name": "star", "color": "#d7191c", "size": "6", "outline_color": "white"},
            _THERE: {"name": "square", "color": "#616161", "size": "4", "outline_color": "white"},
        }
        _by_standing(layer, standings, looks)
        label(layer, '"rank" || \' \' || "name"')


class StyledDemand(KeptStyle):
    """Served places green, the others red."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        standings = {_SERVED: tr("Served"), _LEFT: tr("Not served")}
        give_titles(layer, facility_titles(), {"standing": standings})
        looks = {
            _SERVED: {"name": "circle", "color": "#2ca25f", "size": "1.8", "outline_style": "no"},
            _LEFT: {"name": "circle", "color": "#fd8d3c", "size": "2.2", "outline_color": "#a63603"},
        }
        _by_standing(layer, standings, looks)


class StyledLinks(KeptStyle):
    """Thin grey lines."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, facility_titles(), {})
        symbol = QgsLineSymbol.createSimple({"color": "120,120,120,140", "width": "0.2"})
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))


def _by_standing(layer: QgsVectorLayer, standings: dict[str, str], looks: dict[str, dict[str, str]]) -> None:
    categories = [
        category(value, QgsMarkerSymbol.createSimple(looks[value]), word) for value, word in standings.items()
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("standing", categories))
    layer.triggerRepaint()


def facility_report(job: LocateFacilities, run: FacilityRun) -> FacilityReport:
    """The FacilityReport of a run."""
    with document_language(LANGUAGE):
        return _facility_report(job, run)


def _facility_report(job: LocateFacilities, run: FacilityRun) -> FacilityReport:
    demand = [
        DemandPlace(name, float(weight), run.candidates.names[site] if site >= 0 else "", _metres(metres))
        for name, weight, site, metres in zip(
            run.demand.names, run.demand.weights, run.placement.nearest, run.placement.metres
        )
    ]
    return FacilityReport(
        objective=run.wish.objective,
        sites=site_sums(run),
        demand=demand,
        reach_m=run.wish.reach_m,
        access_m=run.wish.access_m,
        by_road=run.by_road,
        gap_pct=run.placement.gap_pct,
        proven=run.placement.proven,
        plane_name=crs_rules.describe(run.plane),
        software=software(),
        inputs=job.infos(lru_cache(file_sha256)),
        remarks=job.remarks(),
        maps=[_map(job, run)],
        weight_field=job.weight_field,
    )


def _metres(value: float) -> Any:
    return float(value) if np.isfinite(value) else None


def _map(job: LocateFacilities, run: FacilityRun) -> Any:
    """The demand by who is served, the facilities by name, the places that were not taken, and the roads."""
    served = run.placement.nearest >= 0
    points = shapely.points(run.demand.points)
    left, low, right, top = shapely.total_bounds(points)
    dot = max(right - left, top - low, 1.0) / _DOTS
    layers = [
        MapLayer("", say(name), fill, outline, "solid", shapely.buffer(points[rows], dot / 2))
        for name, fill, outline, rows in (
            ("map_served", "#2ca25f", "#2ca25f", served),
            ("map_unserved", "#fd8d3c", "#a63603", ~served),
        )
        if rows.any()
    ]
    idle = np.setdiff1d(np.arange(len(run.candidates)), run.sites())
    if len(idle):
        shapes = shapely.buffer(shapely.points(run.candidates.points[idle]), 0.9 * dot)
        layers.append(MapLayer("", say("map_idle"), "#616161", "#616161", "none", shapes))
    sites = {
        f"{number} {run.candidates.names[row]}": shapely.Point(run.candidates.points[row]).buffer(1.5 * dot)
        for number, row in enumerate(run.sites(), 1)
    }
    content = MapContent(sites, subject=say("map_sites"))
    drawn = _FacilityMap(run.plane.to_wkt(), layers, content)
    drawn.demand = points
    drawn.features = Features(roads=objects(job.road_lines(_MOST_ROADS)))
    return drawn.overview(say("map_title"))


class _FacilityMap(SiteMaps):
    """A map that shows all demand, not only the surroundings of the facilities."""

    demand: np.ndarray

    def _bounds(self, projects: np.ndarray) -> np.ndarray:
        return shapely.total_bounds(np.concatenate([projects, self.demand]))
