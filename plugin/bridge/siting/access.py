"""How far sites are from mains, and how long the drive to the places that count takes."""

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

from ...core.errors import InputError, OneMapError
from ...core.land.boxes import grown
from ...core.messages import message
from ...core.siting.cost import AccessRow, CostTable, SiteCost
from ...core.siting.model import Need
from ...formats.rules.rule_files import load_project_fields
from ..layers.road_distances import Roads, Speeds, points_of
from .layers import VectorSource
from .measure import Candidates, Survey, measure
from .source import FeatureQuery

_MOST_PLACES = 500  # of a layer whose drives are looked at
_SPEED = "kmh"


def add_utilities(survey: Survey, sites: Candidates, table: CostTable, costs: Sequence[SiteCost]) -> bool:
    """Add the metres to the nearest feature of each layer of mains and of the roads; whether any was evaluated."""
    any_evaluated = False
    for key in dict.fromkeys(k for k in (*table.utilities, table.drive.roads) if k):
        title = survey.layers.criteria.layers[key].title
        if not survey.layers.has(key):
            _tell(costs, AccessRow(title, why=message("siting_cost_absent", layer=title)))
            continue
        need = Need("distance", key)
        found = measure([need], sites, survey.layers, survey.plane, survey.feedback)[need]
        if found.values is None:
            _tell(costs, AccessRow(title, why=found.why))
            continue
        any_evaluated = True
        lines = nearest_lines(survey, key, "", sites.projects.geometries, found.values)
        for cost, metres, line in zip(costs, found.values, lines):
            cost.access.append(AccessRow(title, float(metres), line=line))
    return any_evaluated


def nearest_lines(survey: Survey, key: str, where: str, sites: np.ndarray, metres: np.ndarray) -> list[Any]:
    """The straight line from each site to the feature that its measured distance was measured to; None where that is
    0 or not known.
    """
    found: list[Any] = [None] * len(sites)
    for row in np.flatnonzero(np.isfinite(metres) & (metres > 0)):
        box = grown(sites[row].bounds, float(metres[row]) + 0.1)
        query = FeatureQuery(survey.plane, "", (where,), box)
        for source in survey.layers.of(key, VectorSource):
            for geometries, _, masks in source.read(query, survey.feedback):
                near = geometries[masks[where]]
                if not len(near):
                    continue
                best = near[np.argmin(shapely.distance(near, sites[row]))]
                line = shapely.shortest_line(sites[row], best)
                found[row] = line if found[row] is None or line.length < found[row].length else found[row]
    return found


def add_drives(survey: Survey, sites: Candidates, table: CostTable, costs: Sequence[SiteCost]) -> bool:
    """Add the drive from each site to the place of each layer that is reached first; whether any was evaluated."""
    drive, layers, any_evaluated = table.drive, survey.layers, False
    if not drive.places:
        return False
    for key in drive.places:
        title = layers.criteria.layers[key].title
        row = AccessRow(message("siting_access_drive", layer=title))
        absent = next((k for k in (drive.roads, key) if not layers.has(k)), None)
        if absent is not None:
            row.why = message("siting_cost_absent", layer=layers.criteria.layers[absent].title)
            _tell(costs, row)
            continue
        try:
            rows = _Drives(survey, table).rows(sites.projects.geometries, key)
        except OneMapError as error:
            row.why = error.message
            _tell(costs, row)
            continue
        any_evaluated = True
        for cost, one in zip(costs, rows):
            cost.access.append(one)
    return any_evaluated


def _tell(costs: Sequence[SiteCost], row: AccessRow) -> None:
    for cost in costs:
        cost.access.append(row)


class _Drives:
    """Drives along the roads of a table of costs."""

    def __init__(self, survey: Survey, table: CostTable) -> None:
        self._survey, self._drive = survey, table.drive

    def rows(self, sites: np.ndarray, key: str) -> list[AccessRow]:
        """One AccessRow a site, to the place that is reached first. Raises InputError."""
        survey, drive = self._survey, self._drive
        title = survey.layers.criteria.layers[key].title
        places, names = self._places(key, title)
        lines, speeds, note = self._roads()
        network = Roads(lines, survey.plane, drive.access_m, Speeds(0 if speeds else -1, drive.speed_kmh))
        found = network.distances(points_of(places), points_of(sites), survey.feedback)
        rows = []
        for site in range(len(sites)):
            row = AccessRow(message("siting_access_drive", layer=title), note=note)
            minutes = found.minutes[:, site] if found.minutes is not None else np.array([np.inf])
            best = int(np.argmin(minutes))
            if np.isfinite(minutes[best]):
                row.minutes, row.metres, row.place = float(minutes[best]), float(found.metres[best, site]), names[best]
            else:
                row.why = message("siting_access_off_road", metres=drive.access_m)
            rows.append(row)
        return rows

    def _places(self, key: str, title: str) -> tuple[np.ndarray, list[str]]:
        """(geometries, names) of the places; raises InputError for none or too many."""
        geometries, names = [np.array([], dtype=object)], []
        for source in self._survey.layers.of(key, VectorSource):
            field = next((f for f in load_project_fields()["place_name"] if source.snapshot.has_field(f)), "")
            for some, texts, _ in source.read(FeatureQuery(self._survey.plane, field), self._survey.feedback):
                geometries.append(some)
                names += [str(t or "") for t in texts] if field else [""] * len(some)
        found = np.concatenate(geometries)
        if not len(found):
            raise InputError("siting_access_none", layer=title)
        if len(found) > _MOST_PLACES:
            raise InputError("siting_access_many", layer=title, count=len(found), most=_MOST_PLACES)
        return found, names

    def _roads(self) -> tuple[Any, bool, str]:
        """(layer of the roads on the plane, whether it has speeds, what is to be said of them)."""
        drive, made, speeds, missing = self._drive, [], False, 0
        for source in self._survey.layers.of(drive.roads, VectorSource):
            field = drive.speed_field if source.snapshot.has_field(drive.speed_field) else ""
            speeds = speeds or bool(field)
            for geometries, texts, _ in source.read(FeatureQuery(self._survey.plane, field), self._survey.feedback):
                for row in np.flatnonzero(shapely.get_dimensions(geometries) == 1):
                    kmh = _speed(texts[row]) if field else None
                    missing += kmh is None
                    made.append((geometries[row], drive.speed_kmh if kmh is None else kmh))
        params = {"kmh": drive.speed_kmh, "field": drive.speed_field, "count": missing, "roads": len(made)}
        note = message("siting_access_speed" if speeds else "siting_access_default", **params)
        return _line_layer(made, self._survey.plane), speeds, note


def _speed(value: Any) -> Optional[float]:
    """km/h of a road, None where its field says nothing that can be driven."""
    try:
        kmh = float(value)
    except (TypeError, ValueError):
        return None
    return kmh if 0 < kmh <= 300 else None


def _line_layer(roads: Sequence[tuple[Any, float]], plane: CRS) -> QgsVectorLayer:
    """A layer in memory, made in the thread that reads it."""
    layer = QgsVectorLayer(f"MultiLineString?field={_SPEED}:double", "", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(plane.to_wkt()))
    features = []
    for line, kmh in roads:
        feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(line))
        feature.setGeometry(geometry)
        feature.setAttribute(0, kmh)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer
