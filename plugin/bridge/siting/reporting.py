"""Siting runs to reports: maps rendered, boundary points written out, every file format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Optional, Union

import numpy as np
import shapely
from shapely import Geometry

from ...core.errors import OutputError
from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.file_state import file_sha256
from ...core.land.overlay import union
from ...core.land.pieces import objects
from ...core.land.rounding import hectares
from ...core.messages import document_language, text
from ...core.siting.cost import SiteCost, in_language
from ...core.siting.selection import Selection
from ...core.threads import Feedback, LogFeedback
from ...formats.parcels.txt import ParcelFile, file_plane, header_for, parcel_from_polygon, write_parcel_txt
from ...report import write_report
from ...report.blocks.wording import LANGUAGE
from ...report.siting.content import SitingReport, siting_document
from ...report.siting.site_page import CONSTRAINTS, COSTS
from ...report.siting.wording import say
from ..i18n import tr
from ..layers.map_content import MapContent, MapLayer
from ..review.reporting import software
from .costing import costs_of
from .profiles import site_profiles
from .search import FindSites, SearchRun
from .select import SelectionRun, SelectSites
from .site_maps import SITES_SHOWN, SiteMaps, excluded_map
from .surroundings import access_lines, backdrops, measured_lines, read_features, read_surroundings

_AROUND_M = 500.0  # that a map shows around sites at least


@dataclass(frozen=True)
class SiteCosts:
    """{site key: SiteCost} of the sites that a report tells of, and what must be said of them."""

    sites: dict[str, SiteCost]
    notes: list[str]


def selection_costs(job: SelectSites, run: SelectionRun, feedback: Optional[Feedback] = None) -> SiteCosts:
    """What the first 20 sites of a SelectionRun take and cost."""
    selection = run.selection
    geometries = {selection.keys[i]: run.geometries[i] for i in selection.order[:SITES_SHOWN]}
    return SiteCosts(*costs_of(job.layers, geometries, run.plane, job.cost_table, feedback))


def search_costs(
    job: FindSites, run: SearchRun, selection: Selection, feedback: Optional[Feedback] = None
) -> SiteCosts:
    """What the first 20 sites of a SearchRun take and cost; `selection`: its picked sites."""
    found = run.geometries[np.array(run.picked[:SITES_SHOWN], dtype=int)]
    return SiteCosts(*costs_of(job.layers, dict(zip(selection.keys, found)), run.plane, job.cost_table, feedback))


def selection_report(job: SelectSites, run: SelectionRun, costs: Optional[SiteCosts] = None) -> SitingReport:
    """SitingReport of a SelectionRun of `job` (SelectSites); the report tells of the first 20 sites.

    `costs`: worked out already.
    """
    with document_language(LANGUAGE):
        return _selection_report(job, run, costs)


def _selection_report(job: SelectSites, run: SelectionRun, costs: Optional[SiteCosts]) -> SitingReport:
    selection = run.selection
    shown = list(selection.order[:SITES_SHOWN])
    others = np.setdiff1d(np.arange(len(selection.keys)), shown)
    backdrop = MapLayer("", say("map_candidates"), "#dddddd", "#9e9e9e", "solid", run.geometries[others])
    names = dict(zip(selection.keys, run.names))
    geometries = {selection.keys[i]: run.geometries[i] for i in shown}
    costs = costs or selection_costs(job, run)
    return _report(job, run, _Shown(selection, geometries, backdrop, say("map_overview_select"), costs, names))


def search_report(
    job: FindSites, run: SearchRun, selection: Selection, costs: Optional[SiteCosts] = None
) -> SitingReport:
    """SitingReport of a SearchRun of `job` (FindSites); `selection`: its picked sites; `costs`: worked out already."""
    with document_language(LANGUAGE):
        return _search_report(job, run, selection, costs)


def _search_report(job: FindSites, run: SearchRun, selection: Selection, costs: Optional[SiteCosts]) -> SitingReport:
    backdrop = MapLayer("", say("map_free"), "#b7e1a1", "#4f8a3a", "solid", _seamless(run))
    geometries = dict(zip(selection.keys, run.geometries[np.array(run.picked, dtype=int)]))
    costs = costs or search_costs(job, run, selection)
    report = _report(job, run, _Shown(selection, geometries, backdrop, say("map_overview"), costs))
    excluded = excluded_map(run.plane.to_wkt(), run.extent, run.taken) if run.extent is not None else None
    if excluded is not None:
        report.maps["excluded"] = excluded
    report.free_m2, report.extent_m2, report.candidate_count = run.free_m2, run.extent_m2, len(run.names)
    return report


def _seamless(run):
    """Free land around the picked sites in one piece, without the seams of the search tiles."""
    free, sites = objects(run.free or []), run.geometries[np.array(run.picked, dtype=int)]
    if len(sites):
        left, low, right, top = shapely.total_bounds(sites)
        reach = max(right - left, top - low) + _AROUND_M
        free = free[shapely.intersects(free, shapely.box(*grown((left, low, right, top), reach)))]
    return shapely.get_parts(union(free)) if len(free) else free


@dataclass(frozen=True)
class _Shown:
    """What a report shows of a run: sites with their geometries, the land behind them, the overview's title; `names`
    of parcels, None where the sites were searched."""

    selection: Selection
    geometries: dict[str, Geometry]
    backdrop: MapLayer
    title: str
    costs: SiteCosts
    names: Optional[dict[str, str]] = None


def _report(job: Union[SelectSites, FindSites], run: SelectionRun, shown: _Shown) -> SitingReport:
    selection, geometries, names = shown.selection, shown.geometries, shown.names or {}
    searched = shown.names is None
    hashed = lru_cache(file_sha256)
    own = job.snapshot
    own.line_name = text("siting_extent") if searched else text("siting_candidates")
    inputs = [own.info(hashed(own.file) if own.file else ""), *job.layers.infos(hashed)]
    report = SitingReport(
        selection, names, searched, crs_rules.describe(run.plane), software(), inputs, job.remarks(), shown=SITES_SHOWN
    )
    report.parcels, report.points_plane = _parcels(run.plane, geometries, names, selection)
    report.points = {key: parcel.points for key, parcel in report.parcels.items()}
    report.costs, report.cost_notes = in_language(shown.costs.sites, LANGUAGE), shown.costs.notes
    report.cost_table = job.cost_table.name
    if geometries:
        around = read_surroundings(job, geometries, run.plane)
        report.land, report.places = around.composition, around.places
        renderer = _renderer(run.plane.to_wkt(), geometries, shown.backdrop)
        box = grown(tuple(shapely.total_bounds(objects(geometries.values()))), _AROUND_M)
        renderer.features = read_features(job.layers, box, run.plane)
        renderer.lines = measured_lines(job, run, selection, geometries)
        for key, cost in report.costs.items():
            renderer.lines[key] += access_lines(cost)
        renderer.backdrops = backdrops(job, geometries, renderer.lines, run.plane)
        report.maps = {
            "": renderer.overview(shown.title),
            **{key: renderer.site(key, _rows(selection, report.costs.get(key))) for key in geometries},
        }
        profiles = site_profiles(job.layers, geometries, run.plane)
        report.maps.update({f"profile:{key}": image for key, image in profiles.images.items()})
        report.profile_notes = profiles.missing
    return report


def _rows(selection: Selection, cost: Optional[SiteCost]) -> int:
    """About how many rows of tables stand on the page of a site."""
    return min(len(selection.constraints), CONSTRAINTS) + min(len(cost.rows) if cost else 0, COSTS)


def _parcels(plane, geometries, names, selection):
    """({key: Parcel}, name of their plane): eastings carry the zone number as in every boundary-point file."""
    file = file_plane(plane)
    moved = crs_rules.transform_geometries(objects(geometries.values()), plane, file)
    parcels = {key: parcel_from_polygon(g, _head(key, names, selection)) for key, g in zip(geometries, moved)}
    return parcels, crs_rules.describe(file)


def _renderer(plane_wkt, geometries, backdrop):
    layers = [backdrop] if len(backdrop.geometries) else []
    return SiteMaps(plane_wkt, layers, MapContent(geometries, subject=say("map_sites")))


def _head(key, names, selection):
    area = float(selection.areas_m2[selection.keys.index(key)])
    return {
        "area": f"{hectares(area):.4f}",
        "number": key,
        "name": names.get(key, ""),
        "shape": "面",
        "sheet": "",
        "use": "",
        "code": "",
    }


def write_siting_reports(report: SitingReport, paths: Sequence[Path], feedback: Optional[LogFeedback] = None) -> None:
    """Write every path by its suffix; .txt holds the boundary points. Raises OutputError."""
    for path in paths:
        if feedback is not None:
            feedback.pushInfo(tr("Writing {0}").format(path))
        if path.suffix.lower() != ".txt":
            write_report(siting_document(report), path)
            continue
        parcels = list(report.parcels.values())
        east = float(parcels[0].points[0][3]) if parcels else 0.0
        header = header_for(int(east // 1e6) or None, 3, False, 3, day=date.today().isoformat())
        try:
            write_parcel_txt(ParcelFile(header, parcels, {}), path, "gb18030")
        except OSError as error:
            raise OutputError("output_failed", output=path, error=error.strerror or error) from error
