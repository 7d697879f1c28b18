"""Rows of layers to what the core checks: buildings, zones, views, runways, parcels, all in one datum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from shapely import Geometry

from ...core.heights.airport import Runway, airport_limits
from ...core.heights.buildings import Buildings, RawBuilding, ground_of, make_buildings, stand_on
from ...core.heights.datum import Datum, DatumRule, datum_of
from ...core.heights.limits import Limit, LimitKind
from ...core.heights.parcels import Condition, Parcel, wanted_of
from ...core.heights.plan_zones import PlanZone
from ...core.heights.run import Watch
from ...core.heights.settings import HeightSettings
from ...core.heights.sights import Eye, Target, View, make_view
from ...core.heights.surfaces import Flat
from ...core.heights.terrain import Terrain
from ...core.land.lengths import limit_metres, metres
from ...core.land.remarks import Remark
from .reading import Rows, as_polygons

_AT_CORRIDOR_M = 50.0  # a viewpoint or target that is no farther from a corridor polygon belongs to it


@dataclass
class Assembly:
    """What rows are judged by, and the remarks made on the way."""

    settings: HeightSettings
    datum: DatumRule
    terrain: Optional[Terrain] = None
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, code: str, layer: str, **params: Any) -> None:
        self.remarks.append(Remark(code, layer, None, {"layer": layer, **params}))

    def level(self, value: Any, datum: Optional[str]) -> Optional[float]:
        """A level in the datum of the run, None for no number and where the datums cannot be brought together."""
        number = metres(value)
        return None if number is None else self.datum.moved(number, datum_of(datum))

    def ground(self, shape: Geometry) -> Optional[float]:
        """Ground level at the middle of a shape, None where it is not known."""
        if self.terrain is None:
            return None
        at = shapely.get_coordinates(shape if shape.geom_type == "Point" else shape.centroid)
        level = float(self.terrain.at(at)[0])
        return level if np.isfinite(level) else None


def buildings_of(rows: Rows, layer: str, assembly: Assembly) -> Buildings:
    """The buildings of a layer, on the ground that fields, vertices or the terrain tell."""
    shapes, open_lines = as_polygons(rows)
    if len(open_lines):
        assembly.remark("heights_open_lines", layer, count=len(open_lines))
    raw = [_raw(rows, row) for row in range(len(rows))]
    keys = [rows.text("key", row) or str(fid) for row, fid in enumerate(rows.fids.tolist())]
    made = make_buildings(rows.fids.tolist(), keys, shapes, raw, assembly.settings)
    if assembly.terrain is not None:
        _compare_ground(made, layer, assembly, assembly.terrain)
        stand_on(made, assembly.terrain, raw, assembly.settings)
    return made


def _raw(rows: Rows, row: int) -> RawBuilding:
    low, high = rows.z[row]
    values = {role: rows.value(role, row) for role in ("height", "floors", "base", "extra", "roof_level")}
    z = {"z_low": None if np.isnan(low) else float(low), "z_high": None if np.isnan(high) else float(high)}
    return RawBuilding(**values, **z)


def _compare_ground(made: Buildings, layer: str, assembly: Assembly, terrain: Terrain) -> None:
    """Tell of base levels that differ much from the terrain: another datum, or a wrong one. Where it decides,
    neither is believed."""
    rows = np.flatnonzero(np.isfinite(made.base) & ~shapely.is_missing(made.footprints))
    ground = ground_of(made.footprints[rows], terrain)
    gap = made.base[rows] - ground
    far = np.abs(gap) > assembly.settings.datum_gap_m
    made.other_base[rows[far]] = ground[far]
    if far.any():
        assembly.remark("heights_base_gap", layer, count=int(far.sum()), metres=f"{np.median(gap[far]):+.1f}")


def zone_limits(
    rows: Rows, layer: str, assembly: Assembly, are_levels: bool, kind: LimitKind = LimitKind.ZONE
) -> list[Limit]:
    """Height zones as limits; one without a usable limit judges nothing and makes what it meets not checked."""
    found, bad = [], []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        value = limit_metres(rows.value("limit", row))
        usable = value is not None and 0 < value < (
            assembly.settings.highest_level_m if are_levels else assembly.settings.highest_building_m
        )
        reason = "" if usable else "heights_zone_no_limit"
        name = rows.text("name", row) or f"{layer} {rows.fids[row]}"
        if usable and are_levels:
            value = assembly.level(value, rows.value("datum", row))
            reason = "" if value is not None else "heights_datum_mixed"
        if reason:
            bad.append(name)
        shape = Flat(float(value)) if value is not None and not reason else None
        clause = rows.text("clause", row)
        found.append(Limit(kind, name, rows.shapes[row], shape, are_levels, clause, reason))
    if bad:
        assembly.remark("heights_zones_without_limit", layer, count=len(bad), names="、".join(bad[:10]))
    return found


def eyes_of(rows: Rows, assembly: Assembly) -> list[tuple[Eye, list[str], Optional[tuple[float, float]]]]:
    """(eye, names of its targets, azimuths of the ridge that it protects) of viewpoints."""
    found = []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        at = shapely.get_coordinates(rows.shapes[row].centroid)[0]
        level = assembly.level(rows.value("level", row), rows.value("datum", row))
        if level is None and metres(rows.value("level", row)) is None:
            ground, eye = assembly.ground(rows.shapes[row]), metres(rows.value("eye", row))
            level = None if ground is None else ground + (assembly.settings.eye_m if eye is None else eye)
        name = rows.text("name", row) or rows.text("key", row) or str(rows.fids[row])
        eye_at = Eye(name, float(at[0]), float(at[1]), level, rows.text("clause", row))
        aims = [part.strip() for part in rows.text("aim", row).replace("；", ";").replace("、", ";").split(";")]
        found.append((eye_at, [aim for aim in aims if aim], _span(rows, row)))
    return found


def _span(rows: Rows, row: int) -> Optional[tuple[float, float]]:
    """Azimuths in which the ridge is protected; the whole round where only the flag is set; None for none."""
    start, stop = metres(rows.value("ridge_from", row)), metres(rows.value("ridge_to", row))
    if start is not None and stop is not None:
        return start % 360, stop % 360
    flag = rows.text("ridge", row).lower()
    return (0.0, 360.0) if flag in ("1", "true", "是", "y", "yes") else None


def targets_of(rows: Rows, assembly: Assembly) -> list[Target]:
    """What is to be seen; without a level of its own a target's height stands on the terrain."""
    found = []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        shape, datum = rows.shapes[row], rows.value("datum", row)
        shape = shape if shape.geom_type != "MultiPoint" else shape.centroid
        level, top = (assembly.level(rows.value(role, row), datum) for role in ("level", "top_level"))
        if level is None and metres(rows.value("level", row)) is None:
            ground, height = assembly.ground(shape), metres(rows.value("height", row))
            level = None if ground is None or height is None else ground + height
        name = rows.text("name", row) or rows.text("key", row) or str(rows.fids[row])
        width, behind = metres(rows.value("width", row)), metres(rows.value("behind", row)) or 0.0
        width = width if width and width > 0 else None
        found.append(Target(name, shape, level, top, width, max(behind, 0.0), rows.text("clause", row)))
    return found


def views_of(
    eyes: Sequence[Any], targets: Sequence[Target], corridors: Optional[Rows], assembly: Assembly
) -> list[View]:
    """Every eye with its targets (all of them where it names none), inside the corridor that a plan draws for them."""
    found = []
    for eye, aims, _ in eyes:
        aimed = [target for target in targets if not aims or target.name in aims]
        for target in aimed:
            found.append(make_view(eye, target, assembly.settings, _corridor(eye, target, corridors)))
        for aim in aims:
            if aim not in [target.name for target in targets]:
                assembly.remark("heights_target_unknown", eye.name, target=aim)
    return found


def _corridor(eye: Eye, target: Target, corridors: Optional[Rows]) -> Optional[shapely.Geometry]:
    if corridors is None:
        return None
    at = shapely.Point(eye.x, eye.y)
    near = shapely.distance(corridors.shapes, at) <= _AT_CORRIDOR_M
    near &= shapely.distance(corridors.shapes, target.shape) <= _AT_CORRIDOR_M
    rows = np.flatnonzero(near)
    return corridors.shapes[rows[0]] if len(rows) else None


def lone_corridors(rows: Rows, views: Sequence[View], layer: str, assembly: Assembly) -> list[Limit]:
    """Corridor polygons that belong to no view: with a limit of their own they are zones, else nothing can be said."""
    used = [view.area for view in views]
    lone = [row for row in range(len(rows)) if not any(rows.shapes[row] is area for area in used)]
    lone = [row for row in lone if rows.shapes[row] is not None]
    with_limit = [row for row in lone if limit_metres(rows.value("limit", row)) is not None]
    values = {role: [column[row] for row in with_limit] for role, column in rows.values.items()}
    part = Rows(rows.fids[with_limit], rows.shapes[with_limit], values)
    found = zone_limits(part, layer, assembly, False, LimitKind.CORRIDOR)
    bare = [row for row in lone if row not in with_limit]
    if bare:
        assembly.remark("heights_corridors_without_view", layer, count=len(bare))
    for row in bare:
        name = rows.text("name", row) or f"{layer} {rows.fids[row]}"
        found.append(Limit(LimitKind.CORRIDOR, name, rows.shapes[row], None, True, "", "heights_corridor_no_view"))
    return found


def runway_limits(rows: Rows, layer: str, assembly: Assembly) -> list[Limit]:
    """Obstacle surfaces of runways; the datum of an aerodrome's elevation must be stated."""
    return [limit for runway in _runways(rows, layer, assembly) for limit in airport_limits(runway)]


def _runways(rows: Rows, layer: str, assembly: Assembly) -> Iterator[Runway]:
    for row in np.flatnonzero(shapely.get_dimensions(rows.shapes) == 1).tolist():
        line = shapely.get_parts(rows.shapes[row])[0]
        name = rows.text("name", row) or f"{layer} {rows.fids[row]}"
        stated = metres(rows.value("level", row))
        level = assembly.level(stated, rows.value("datum", row))
        reason = ""
        if stated is None:
            reason = "heights_airport_no_level"
        elif datum_of(rows.value("datum", row)) == Datum.UNSTATED:
            reason = "heights_airport_no_datum"
        elif level is None:
            reason = "heights_datum_mixed"
        if reason:
            assembly.remark(reason, name)
        yield Runway(name, line, level or 0.0, level or 0.0, level or 0.0, rows.text("clause", row), reason)


def parcels_of(rows: Rows, lines: Optional[Rows]) -> list[Parcel]:
    """Parcels with the conditions they state."""
    parcels = []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        shape = rows.shapes[row]
        wanted = wanted_of({c: rows.value(str(c), row) for c in Condition})
        parcels.append(Parcel(_parcel_name(rows, row), shape, wanted, rows.text("clause", row), _line_in(shape, lines)))
    return parcels


def plan_zones(rows: Rows, layer: str, condition: Condition) -> list[PlanZone]:
    """Zones that state a density or a floor area ratio."""
    found = []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        name = rows.text("name", row) or f"{layer} {rows.fids[row]}"
        limit = rows.value(str(condition), row)
        found.append(PlanZone(name, rows.shapes[row], condition, limit, rows.text("clause", row)))
    return found


def _parcel_name(rows: Rows, row: int) -> str:
    return rows.text("name", row) or rows.text("key", row) or str(rows.fids[row])


def parcel_limits(rows: Rows, assembly: Assembly) -> list[Limit]:
    """The greatest height of each parcel that states one: a limit like a zone's."""
    limits = []
    for row in np.flatnonzero(~shapely.is_missing(rows.shapes)).tolist():
        stated = rows.value("height_max", row)
        if stated is None or not str(stated).strip() or stated == 0:
            continue
        highest = limit_metres(stated)
        is_usable = highest is not None and 0 < highest < assembly.settings.highest_building_m
        shape = Flat(float(highest)) if highest is not None and is_usable else None
        reason = "" if is_usable else "heights_condition_unreadable"
        name, clause = _parcel_name(rows, row), rows.text("clause", row)
        limits.append(Limit(LimitKind.PARCEL, name, rows.shapes[row], shape, False, clause, reason))
    return limits


def _line_in(shape: shapely.Geometry, lines: Optional[Rows]) -> Any:
    """The build-to lines that lie in a parcel, None for none."""
    if lines is None:
        return None
    near = lines.shapes[shapely.intersects(lines.shapes, shape)]
    inside = shapely.union_all(shapely.intersection(near, shape)) if len(near) else None
    return inside if inside is not None and shapely.length(inside) > 0 else None


def watches_of(eyes: Sequence[Any]) -> list[Watch]:
    return [Watch(eye, span) for eye, _, span in eyes]
