"""The land around the projects that a report tells of: present use by ownership, divisions, place names.

`context_layers` on the main thread; `read_context` in any thread after the run of a review.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsFeature, QgsProject, QgsRectangle, QgsVectorLayer

from ...core.errors import Cancelled, OneMapError
from ...core.land import crs as crs_rules
from ...core.land import overlay
from ...core.land.area import ellipsoidal_areas
from ...core.land.boxes import grown
from ...core.land.cut_outs import cut_outs, do_overlap, has_many_vertices
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.repair import polygon_parts
from ...core.land.rounding import closed, half_up
from ...core.messages import text
from ...core.review.projects import Projects
from ...core.review.report_data import LandUseRow
from ...core.threads import Feedback, raise_if_cancelled
from ...formats.rules.rule_files import load_land_use_names, load_ownership, load_project_fields
from ..layers.encoding import repair_encoding
from ..layers.joined_fields import first_meant
from ..layers.snapshot import LayerSnapshot
from ..settings import Settings

_MOST = 2_000  # projects whose land is looked at; each asks the layers once
_AROUND, _LEAST_M = 0.6, 150.0  # of a project's size, and metres, that a map shows around it
_LEAST_M2, _LEAST_REST_M2 = 0.005, 0.05  # what rounds to nothing has no row, nor what coordinates' rounding leaves
_PLACES = 3  # divisions that a project's place names


@dataclass(frozen=True)
class ContextLayers:
    """Snapshots of the layers that were given."""

    land_use: Optional[LayerSnapshot] = None
    divisions: Optional[LayerSnapshot] = None
    names: Optional[LayerSnapshot] = None

    def used(self) -> list[LayerSnapshot]:
        return [s for s in (self.land_use, self.divisions, self.names) if s is not None]


@dataclass
class LandContext:
    """What was read: rows and place names by project key; for the maps polygons of land use and labelled points."""

    composition: dict[str, list[LandUseRow]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    parcels: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)  # (polygon, class code) of mapped projects
    labels: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)  # (point, name)
    remarks: list[Remark] = field(default_factory=list)


def context_layers(
    land_use: Optional[QgsVectorLayer] = None,
    divisions: Optional[QgsVectorLayer] = None,
    names: Optional[QgsVectorLayer] = None,
) -> ContextLayers:
    """Take the layers; main thread. Raises CrsError."""
    roles = (("land_use", land_use), ("divisions", divisions), ("place_names", names))
    return ContextLayers(*(LayerSnapshot(repair_encoding(x), role=r) if x is not None else None for r, x in roles))


def context_sources(project: QgsProject, settings: Settings) -> dict[str, str]:
    """LANDUSE, DIVISIONS and PLACE_NAMES of a check: ids of the layers whose names end as the settings say."""
    wanted = {
        "LANDUSE": settings.landuse_layer,
        "DIVISIONS": settings.division_layer,
        "PLACE_NAMES": settings.place_name_layer,
    }
    layers = [m for m in project.mapLayers().values() if isinstance(m, QgsVectorLayer) and m.isValid()]
    found = {}
    for parameter, name in wanted.items():
        ending = name.strip().casefold()
        layer = next((m for m in layers if ending and m.name().casefold().endswith(ending)), None)
        found.update({parameter: layer.id()} if layer is not None else {})
    return found


def read_context(
    layers: ContextLayers, projects: Projects, plane: CRS, mapped: list[str], feedback: Optional[Feedback] = None
) -> LandContext:
    """Read what lies on and around the projects; `mapped`: keys of those that have a map. Raises Cancelled.

    A layer that cannot be read is remarked, and what it would say is left out.
    """
    context = LandContext()
    reader = _Reader(projects, plane, set(mapped), feedback, context)
    for snapshot, read in (
        (layers.land_use, reader.land_use),
        (layers.divisions, reader.divisions),
        (layers.names, reader.names),
    ):
        if snapshot is None:
            continue
        try:
            read(snapshot)
        except Cancelled:
            raise
        except OneMapError as error:
            context.remarks.append(Remark("context_unread", snapshot.name, None, {"error": error.message}))
    if len(projects) > _MOST and layers.used():
        context.remarks.append(Remark("context_cut", "", None, {"limit": _MOST, "count": len(projects)}))
    return context


@dataclass
class _Reader:
    """Asks one layer after the other, project by project."""

    projects: Projects
    plane: Any
    mapped: set[str]
    feedback: Optional[Any]
    context: LandContext

    def land_use(self, snapshot: LayerSnapshot) -> None:
        """Composition by class and ownership, the seat as place, polygons for the maps."""
        names = [_field(snapshot, key) for key in ("class_code", "ownership", "owner", "seat")]
        if names[0] is None:
            self.context.remarks.append(Remark("context_no_class", snapshot.name))
            return
        for key, project, area in self._each():
            around = self._reach(project) if key in self.mapped else 0.0
            pieces: dict[tuple, list] = defaultdict(list)
            seats: dict[str, float] = defaultdict(float)
            near = list(self._near(snapshot, project, around, names))
            cut = cut_outs(objects([geometry for _, geometry in near]), project)
            for (feature, geometry), piece in zip(near, cut):
                code, *kind, seat = (_value(feature, name) for name in names)
                if key in self.mapped:
                    self.context.parcels.setdefault(key, []).append((geometry, code))
                if shapely.area(piece) > overlay.NOISE_M2:
                    pieces[tuple([code, *kind])].append((piece, geometry))
                    seats[seat] += shapely.area(piece)
            self.context.composition[key] = _rows(pieces, project, area, self.plane)
            self.context.places[key] = _largest(seats)

    def divisions(self, snapshot: LayerSnapshot) -> None:
        """The divisions each project lies in, the largest share first; they win over the seat of the land use."""
        name = _field(snapshot, "division_name")
        for key, project, _ in self._each() if name else ():
            shares: dict[str, float] = defaultdict(float)
            near = list(self._near(snapshot, project, 0.0, [name]))
            cut = cut_outs(objects([geometry for _, geometry in near]), project)
            for (feature, _), area in zip(near, shapely.area(cut)):
                shares[_value(feature, name)] += float(area)
            self.context.places[key] = _largest(shares) or self.context.places.get(key, "")

    def names(self, snapshot: LayerSnapshot) -> None:
        """Place names around the projects that have a map."""
        name = _field(snapshot, "place_name")
        for key, project, _ in self._each() if name else ():
            if key in self.mapped:
                near = self._near(snapshot, project, self._reach(project), [name], polygons_only=False)
                found = [(shapely.point_on_surface(g), _value(f, name)) for f, g in near]
                self.context.labels[key] = [(point, label) for point, label in found if label]

    def _each(self) -> Iterator[tuple[str, Any, float]]:
        values = zip(self.projects.keys, self.projects.geometries, self.projects.areas_m2)
        for _, (key, project, area) in zip(range(_MOST), values):
            raise_if_cancelled(self.feedback)
            yield key, project, float(area)

    def _near(
        self, snapshot: LayerSnapshot, project: shapely.Geometry, reach: float, fields: list, polygons_only: bool = True
    ) -> Iterator[tuple[Any, Any]]:
        """(feature, geometry on the plane) of what meets the box of a project grown by `reach`."""
        box = shapely.box(*grown(project.bounds, reach))
        moved = crs_rules.transform_geometries([shapely.segmentize(box, 1_000)], self.plane, snapshot.crs)[0]
        wanted = [name for name in fields if name]
        rectangle = QgsRectangle(*moved.bounds)
        for features, _, geometries in snapshot.batches(self.plane, wanted, None, rectangle, polygons_only):
            for row in np.flatnonzero(~shapely.is_missing(geometries)):
                if shapely.intersects(geometries[row], box):
                    yield features[row], geometries[row]

    @staticmethod
    def _reach(project: shapely.Geometry) -> float:
        left, low, right, top = project.bounds
        return float(max(_AROUND * max(right - left, top - low), _LEAST_M))


def _once(pieces: dict, project: shapely.Geometry) -> list[list]:
    """The pieces of each class. Where polygons of different classes overlap the land is counted once, for the class
    that comes first; where they do not, a project of very many vertices is spared that.
    """
    sources = objects([source for found in pieces.values() for _, source in found])
    if has_many_vertices(project) and not do_overlap(sources):
        return [[piece for piece, _ in found] for found in pieces.values()]
    parts, taken = [], None
    for found in pieces.values():
        part = overlay.union(objects([piece for piece, _ in found]))
        part = part if taken is None else polygon_parts(shapely.difference(part, taken))
        taken = part if taken is None else shapely.union(taken, part)
        parts.append([part])
    return parts


def _rows(pieces: dict, project: shapely.Geometry, project_m2: float, plane: CRS) -> list[LandUseRow]:
    """Rows that sum to the project's area, what no polygon covers as a row of its own; the largest first.
    `pieces`: {class: [(what of the project lies in a polygon, the polygon)]}.
    """
    keys, parts = list(pieces), _once(pieces, project)
    *single, complete = ellipsoidal_areas(objects([*(one for part in parts for one in part), project]), plane)
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    cut = np.bincount(owner, weights=np.array(single), minlength=len(parts))
    areas = np.array([*cut, max(complete - sum(cut), 0.0)])  # no cut is needed to know how much is left over
    keys.append((text("land_uncovered", language="zh"), "", ""))
    kept = np.flatnonzero(areas >= np.append(np.full(len(parts), _LEAST_M2), _LEAST_REST_M2))
    keys, sums = [keys[i] for i in kept], closed(areas[kept], np.zeros(len(kept), dtype=int), [project_m2])
    names, kinds = load_land_use_names(), load_ownership()
    rows = []
    for (code, kind, owner), m2 in sorted(zip(keys, sums), key=lambda item: -item[1]):
        if not m2:
            continue
        share = float(min(half_up(m2 / project_m2 * 100, 4), 100.0)) if project_m2 else 0.0
        rows.append(LandUseRow(code, names.get(code, ""), float(m2), share, kinds.get(kind, kind), owner))
    return rows


def _largest(shares: dict[str, float]) -> str:
    names = sorted((name for name, area in shares.items() if name and area > 0), key=lambda name: -shares[name])
    return "、".join(names[:_PLACES])


def _field(snapshot: LayerSnapshot, key: str) -> Optional[str]:
    return first_meant(snapshot.fields, load_project_fields()[key])


def _value(feature: QgsFeature, name: Optional[str]) -> str:
    value = feature[name] if name else None
    return "" if value is None or str(value) == "NULL" else str(value)
