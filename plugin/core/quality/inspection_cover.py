"""Checks of stage 5 that look at features against one another, at other layers, and at the district (stage 2)."""

from collections.abc import Iterator
from typing import Any, Optional

import numpy as np
import shapely

from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled
from . import inspection_shapes as single
from .defects import Check, CheckRule, Defect, LayerArrays
from .inspection_shapes import Layers, defects_at, number
from .topology import Places, places
from .topology_cover import Coverage
from .topology_lines import dangles, line_overlaps, pseudo_nodes
from .topology_pairs import overlaps_between
from .topology_points import duplicate_points, points_outside


def overlap(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Pairs of polygons of the layer that overlap."""
    return _of_pairs(layer, rule, coverage(layer, feedback).overlaps(rule.tolerance))


def _of_pairs(layer: LayerArrays, rule: CheckRule, found: Places) -> Iterator[Defect]:
    def details(entry: int) -> dict[str, Any]:
        fids = {"fid": _name(layer, found.rows[entry]), "other": _name(layer, found.others[entry])}
        return {"value": number(found.amounts[entry]), "params": fids}

    return defects_at(layer, rule, found, details)


def _name(layer: LayerArrays, row: int) -> str:
    return str(layer.keys[row] or layer.fids[row])


def gap(layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Land of the district (the layers of `others`) that no polygon holds; without a district what polygons enclose."""
    expect_gaps(layer, rule, layers)
    others, noted = layer.prepared["district"]
    cover, district = coverage(layer, feedback), noted if others == rule.others else _land(rule, layers)
    found = cover.gaps(rule.tolerance) if district is None else cover.uncovered(district, rule.tolerance)
    message = "defect_Q510_inner" if district is None else ""
    return defects_at(
        layer, rule, found,
        lambda entry: {"value": number(found.amounts[entry]), "wanted": number(rule.tolerance), "message": message},
    )  # fmt: skip


def lines_apart(layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Land that the layer shares with each layer of `others`."""
    for other in _others(rule, layers):
        found = overlaps_between(layer.usable, other.usable, rule.tolerance, feedback)
        for entry, (row, meets) in enumerate(zip(found.rows.tolist(), found.others.tolist())):
            params = {"other": f"{other.name} {_name(other, meets)}"}
            value, wanted = number(found.amounts[entry]), number(rule.tolerance)
            geometry = found.geometries[entry]
            yield rule.defect(layer, row, value=value, wanted=wanted, params=params, geometry=geometry)


def not_within(layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Features, or parts of them, outside the land of the layers of `others`."""
    land = _land(rule, layers)
    if land is None:
        return
    name = "、".join(other.name for other in _others(rule, layers))
    dimensions = shapely.get_dimensions(layer.geometries)
    spots, lines = _only(layer.geometries, dimensions == 0), _only(layer.geometries, dimensions == 1)
    parts = (
        ("", coverage(layer, feedback).outside(land, rule.tolerance)),
        ("defect_Q516_point", points_outside(spots, shapely.get_parts(land), rule.tolerance)),
        ("defect_Q516_line", _lines_outside(lines, land, rule.tolerance)),
    )
    for message, found in parts:
        for entry, row in enumerate(found.rows.tolist()):
            more = {"value": number(found.amounts[entry]), "wanted": f"{rule.tolerance:g}", "message": message}
            yield rule.defect(layer, row, geometry=found.geometries[entry], params={"other": name}, **more)


def _lines_outside(lines: Array, land: Any, tolerance: float) -> Places:
    shapely.prepare(land)
    rows = np.flatnonzero(~shapely.is_missing(lines) & ~shapely.covers(land, lines))
    rests = shapely.difference(lines[rows], land)
    return _long(rows, rests, tolerance)


def _long(rows: Array, rests: Array, tolerance: float) -> Places:
    length = shapely.length(rests)
    return places(rows[length > tolerance], length[length > tolerance], rests[length > tolerance])


def outside_district(
    layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]
) -> Iterator[Defect]:
    """Features that reach farther than the tolerance out of the district (the layers of `others`)."""
    land = _land(rule, layers)
    if land is None:
        return
    shapely.prepare(land)
    shapes = np.where(shapely.is_missing(layer.usable), layer.geometries, layer.usable)
    real = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    rows = real[~shapely.covers(land, shapes[real])]
    raise_if_cancelled(feedback)
    rests = [robust(shapely.difference, shape, land) for shape in shapes[rows]]
    xy, owner = shapely.get_coordinates(rests, return_index=True)
    far = np.zeros(len(rows))
    np.maximum.at(far, owner, shapely.distance(shapely.points(xy), land))
    for at in np.flatnonzero(far > rule.tolerance):
        value, wanted = number(far[at]), f"{rule.tolerance:g}"
        yield rule.defect(layer, int(rows[at]), value=value, wanted=wanted, geometry=rests[at])


def dangle(layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Ends of lines that meet nothing, of the layer or of the layers of `others`."""
    held = [_real(other.geometries) for other in _others(rule, layers)]
    found = dangles(layer.geometries, rule.tolerance, np.concatenate(held) if held else None)

    def details(entry: int) -> dict[str, Any]:
        far = float(found.amounts[entry])
        if np.isinf(far):
            return {"message": "defect_Q511_far"}
        return {"value": number(far), "message": "defect_Q511_near"}

    return defects_at(layer, rule, found, details)


def pseudo_node(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Points where two lines alike in option `field` could be one."""
    kinds = layer.columns.get(str(rule.options.get("field", "")).upper())
    return _of_pairs(layer, rule, pseudo_nodes(layer.geometries, rule.tolerance, kinds))


def line_overlap(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Stretches that two lines share."""
    lines = _only(layer.geometries, shapely.get_dimensions(layer.geometries) == 1)
    return _of_pairs(layer, rule, line_overlaps(lines, rule.tolerance, feedback))


def point_twice(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Points at one place."""
    spots = _only(layer.geometries, shapely.get_dimensions(layer.geometries) == 0)
    return _of_pairs(layer, rule, duplicate_points(spots, rule.tolerance))


def line_off_boundary(
    layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]
) -> Iterator[Defect]:
    """Stretches of lines that lie on no boundary of the polygons of `others`."""
    for other in _others(rule, layers):
        edges = shapely.boundary(_real(other.usable))
        tree = shapely.STRtree(edges)
        lines = _only(layer.geometries, shapely.get_dimensions(layer.geometries) == 1)
        rows, rests = np.flatnonzero(~shapely.is_missing(lines)), []
        for row in rows:
            raise_if_cancelled(feedback)
            near = edges[tree.query(lines[row], predicate="dwithin", distance=rule.tolerance)]
            around = shapely.buffer(shapely.intersection(near, shapely.box(*_wider(lines[row]))), rule.tolerance)
            rests.append(robust(shapely.difference, lines[row], polygon_parts(robust(shapely.union_all, around))))
        found = _long(rows, np.array(rests, dtype=object), rule.tolerance)
        for entry, row in enumerate(found.rows.tolist()):
            more = {"value": number(found.amounts[entry]), "geometry": found.geometries[entry]}
            yield rule.defect(layer, row, params={"other": other.name}, **more)


def _wider(line: Any) -> tuple[float, ...]:
    left, low, right, top = shapely.bounds(line).tolist()
    return left - 1.0, low - 1.0, right + 1.0, top + 1.0


def attribute_of_place(
    layer: LayerArrays, rule: CheckRule, layers: Layers, feedback: Optional[Feedback]
) -> Iterator[Defect]:
    """Values of option `field` that are not those of option `other_field` (default: the same) where the feature lies.

    The place of a polygon is a point within it; a feature in no polygon of `others` is not told here.
    """
    name = str(rule.options.get("field", "")).upper()
    own_values = layer.columns.get(name)
    for other in _others(rule, layers):
        place_values = other.columns.get(str(rule.options.get("other_field", name)).upper())
        if own_values is None or place_values is None:
            continue
        shapes = np.where(shapely.is_missing(layer.usable), layer.geometries, layer.usable)
        spots = shapely.point_on_surface(shapes)
        at, place = shapely.STRtree(other.usable).query(spots, predicate="intersects")
        _, first = np.unique(at, return_index=True)
        for row, there in zip(at[first].tolist(), place[first].tolist()):
            value, wanted = _plain(own_values[row]), _plain(place_values[there])
            if value != wanted:
                params = {"field": name, "other": other.name}
                yield rule.defect(layer, row, value=value, wanted=wanted, params=params, geometry=spots[row])


def _plain(value: Any) -> str:
    return "" if value is None else str(value).strip()


def expect_gaps(layer: LayerArrays, rule: CheckRule, layers: Layers) -> None:
    """Note the district of a check of gaps before others look at the layer, so that its lines are noded once."""
    if "district" not in layer.prepared:
        layer.prepared["district"] = rule.others, _land(rule, layers)


def coverage(layer: LayerArrays, feedback: Optional[Feedback]) -> Coverage:
    """The layer's polygons as a Coverage, made once."""
    if "coverage" not in layer.prepared:
        layer.prepared["coverage"] = Coverage(layer.usable, feedback, layer.prepared.get("district", ((), None))[1])
    made: Coverage = layer.prepared["coverage"]
    return made


def _others(rule: CheckRule, layers: Layers) -> list[LayerArrays]:
    return [layers[code] for code in rule.others if code in layers]


def _land(rule: CheckRule, layers: Layers) -> Any:
    """The land of the polygons of `others`, None where there are none."""
    found = []
    for other in _others(rule, layers):
        if "land" not in other.prepared:
            other.prepared["land"] = polygon_parts(robust(shapely.union_all, _real(other.usable)))
        found.append(other.prepared["land"])
    land = polygon_parts(robust(shapely.union_all, found)) if len(found) > 1 else found[0] if found else None
    return None if land is None or shapely.is_empty(land) else land


def _real(geometries: Array) -> Array:
    return geometries[~shapely.is_missing(geometries)]


def _only(geometries: Array, rows: Array) -> Array:
    made: Array = geometries.copy()
    made[~rows] = None
    return made


COVERAGE_CHECKS = ("overlap", "gap", "not_within")
GEOMETRY_CHECKS: dict[str, Check] = {
    **{
        check.__name__: check
        for check in (
            *(single.no_geometry, single.invalid, single.arcs, single.acute_angle, single.multipart, single.sliver),
            *(single.short_line, single.duplicate_vertices, single.short_edge, single.self_crossing),
            *(overlap, gap, lines_apart, not_within, outside_district, dangle, pseudo_node, line_overlap, point_twice),
            *(line_off_boundary, attribute_of_place, single.area_stored),
        )
    }
}
