"""Checks of stage 5 that look at one feature at a time, and of stage 6 that look at its area."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional

import numpy as np
import shapely

from ..land.remarks import invalidity
from ..land.repair import not_finite
from ..land.types import Array
from ..threads import Feedback
from . import topology_shapes as shapes
from .defects import CheckRule, Defect, LayerArrays
from .topology import Places, blocks
from .topology_areas import AreaRule, computed_areas, wrong_areas
from .topology_lines import self_crossings

Layers = Mapping[str, LayerArrays]
_SQUARE_METRES = {"m2": 1.0, "ha": 10_000.0, "mu": 10_000.0 / 15.0, "km2": 1_000_000.0}
_DUPLICATE = 1e-4  # metres, the resolution of vertices


def number(value: float, digits: int = 2) -> str:
    """A number as defects show it: digits enough that a small one is not shown as nothing."""
    while digits < 8 and value and abs(value) < 10.0**-digits:
        digits += 1
    return f"{value:.{digits}f}"


def defects_at(
    layer: LayerArrays, rule: CheckRule, found: Places, details: Callable[[int], Mapping[str, Any]]
) -> Iterator[Defect]:
    """A defect for every place; `details(entry)` says its value, its message where it has one of its own, and so on."""
    for entry, row in enumerate(found.rows.tolist()):
        more = {"wanted": number(rule.tolerance, 0 if rule.tolerance == int(rule.tolerance) else 2), **details(entry)}
        yield rule.defect(layer, row if row >= 0 else None, geometry=found.geometries[entry], **more)


def no_geometry(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Features without a geometry, with an empty one, or with coordinates that are no numbers."""
    why = np.full(len(layer), "", dtype=object)
    why[shapely.is_empty(layer.geometries)] = "geometry_empty"
    why[_not_finite(layer.geometries)] = "geometry_not_finite"
    why[shapely.is_missing(layer.geometries)] = "geometry_null"
    for row in np.flatnonzero(why != "").tolist():
        yield rule.defect(layer, row, message=why[row])


def _not_finite(geometries: Array) -> Array:
    """Rows with a coordinate that is no finite number."""
    return np.concatenate([np.zeros(0, dtype=int), *(not_finite(geometries[b]) + b.start for b in blocks(geometries))])


def invalid(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Geometries that break the rules of simple features."""
    finite = layer.geometries.copy()
    if layer.is_valid is not None:
        finite[layer.is_valid] = None
    finite[_not_finite(finite)] = None  # told as no geometry
    found = shapes.invalid(finite, feedback)

    def details(entry: int) -> Mapping[str, Any]:
        said = invalidity(str(found.notes[entry]))
        return {"value": found.notes[entry], "wanted": "", "message": getattr(said, "code", "")}

    return defects_at(layer, rule, found, details)


def arcs(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Features that were stored with true arcs."""
    for row in np.flatnonzero(layer.has_arcs).tolist():
        yield rule.defect(layer, row)


def acute_angle(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Angles inside a polygon, or of a line, that are too sharp."""
    found = shapes.acute_angles(layer.geometries, rule.tolerance, _DUPLICATE, feedback)
    return defects_at(layer, rule, found, lambda entry: {"value": number(found.amounts[entry], 1)})


def multipart(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Features of several parts."""
    found = shapes.multipart(layer.geometries)
    return defects_at(layer, rule, found, lambda entry: {"value": str(int(found.amounts[entry])), "wanted": "1"})


def sliver(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Polygons below the least area: option `smallest` {beginning of a class: m²} of option `field`."""
    limits = np.full(len(layer), rule.tolerance)
    classes = layer.columns.get(str(rule.options.get("field", "")).upper())
    if classes is not None and rule.options.get("smallest"):
        least = {str(code): float(area) for code, area in rule.options["smallest"].items()}
        limits = shapes.limits_by_class(classes, least, rule.tolerance)
    found = shapes.smaller(layer.usable, areas_of(layer, "statutory"), limits)
    return defects_at(
        layer, rule, found,
        lambda entry: {"value": number(found.amounts[entry]), "wanted": number(limits[found.rows[entry]], 0)},
    )  # fmt: skip


def short_line(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Lines below the least length."""
    lines = layer.geometries.copy()
    lines[shapely.get_dimensions(lines) != 1] = None
    found = shapes.smaller(lines, shapely.length(lines), np.full(len(layer), rule.tolerance))
    return defects_at(layer, rule, found, lambda entry: {"value": number(found.amounts[entry])})


def duplicate_vertices(
    layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]
) -> Iterator[Defect]:
    """Features with neighbouring vertices at one place."""
    return _counted(layer, rule, shapes.duplicate_vertices(layer.geometries, rule.tolerance, feedback))


def short_edge(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Features with edges that are short, but no duplicate vertices."""
    return _counted(layer, rule, shapes.short_edges(layer.geometries, _DUPLICATE, rule.tolerance, feedback))


def _counted(layer: LayerArrays, rule: CheckRule, found: Places) -> Iterator[Defect]:
    """One defect a feature: the number of its places, and all of them."""
    order = np.argsort(found.rows, kind="stable")
    rows, first = np.unique(found.rows[order], return_index=True)
    for row, at in zip(rows.tolist(), np.split(order, first[1:])):
        where = found.geometries[at]
        geometry = where[0] if len(where) == 1 else _several(where)
        yield rule.defect(layer, row, value=str(len(at)), wanted=f"{rule.tolerance:g}", geometry=geometry)


def _several(where: Array) -> Any:
    is_point = shapely.get_dimensions(where[0]) == 0
    return shapely.multipoints(where) if is_point else shapely.multilinestrings(where)


def self_crossing(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Lines that cross or cover themselves."""
    return defects_at(layer, rule, self_crossings(layer.geometries, feedback), lambda entry: {"wanted": ""})


def area_stored(layer: LayerArrays, rule: CheckRule, _: Layers, feedback: Optional[Feedback]) -> Iterator[Defect]:
    """Areas of option `field` (in option `unit`: m2, ha, mu, km2) against the option `formula`: statutory, projected.

    Allowed is the larger of the tolerance in m² and option `relative`, a share of the computed area.
    """
    options, name = rule.options, str(rule.options.get("field", "")).upper()
    stated = layer.columns.get(name)
    if stated is None:
        return
    formula, unit = str(options.get("formula", "statutory")), _SQUARE_METRES[str(options.get("unit", "m2"))]
    allowed = AreaRule(formula, rule.tolerance, float(options.get("relative", 0.0)), unit)
    computed = areas_of(layer, formula)
    found = wrong_areas(layer.usable, _numbers(stated), computed, allowed)
    for row, off in zip(found.rows.tolist(), found.amounts.tolist()):
        message = "defect_Q601_none" if np.isnan(off) else "defect_Q601_projected" if formula == "projected" else ""
        value = "" if np.isnan(off) else number(computed[row] + off)
        more = {"value": value, "wanted": number(computed[row]), "message": message, "params": {"field": name}}
        yield rule.defect(layer, row, geometry=layer.geometries[row], **more)


def areas_of(layer: LayerArrays, formula: str) -> Array:
    """The areas of a layer in m², computed once."""
    name = f"areas {formula}"
    if name not in layer.prepared:
        layer.prepared[name] = computed_areas(layer.usable, layer.plane, formula)
    areas: Array = layer.prepared[name]
    return areas


def _numbers(values: Array) -> Array:
    """Values as numbers, not-a-number where they are none."""
    made = np.full(len(values), np.nan)
    for row, value in enumerate(values.tolist()):
        try:
            made[row] = float(value)
        except (TypeError, ValueError):
            continue
    return made
