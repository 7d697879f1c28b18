"""What each kind of self-check item looks at: `kind(subject, params)` gives a Problem, or None where all is well."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Optional

import numpy as np
import shapely

from ...paths import RESOURCES
from ..land import crs as crs_rules
from ..land.area import statutory_area
from ..land.divisions import Divisions, scope_of
from ..land.remarks import invalidity
from .schema import Form
from .self_check import Problem
from .validation import FieldError

_CGCS2000 = "EPSG:4490"
_NAMED = 5


@dataclass(frozen=True)
class ControlEvidence:
    """The county's own control-line check of a polygon, as a frozen round holds it.

    `conclusions`: {conclusion: names of lines}, accepted findings left out; `checked`: ids of lines that were
    checked; `changed`, `unproven`: names of layers that are other ones now, or of which that is not known; `titles`:
    {conclusion: its word}.
    """

    name: str
    conclusions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    line_names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """A record under self-check. `shape`: its geometry (CGCS2000 lon/lat) or None; `errors`: of its values;
    `missing`: names of its files that are not kept in the workspace."""

    form: Form
    values: Mapping[str, Any]
    shape: Any
    county: str
    district: Any = None
    divisions: Optional[Divisions] = None
    errors: tuple[FieldError, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: Optional[ControlEvidence] = None

    @property
    def polygon(self) -> Any:
        """The shape where it is a polygon with an area and its coordinates are numbers, else None."""
        shape = self.shape
        if shape is None or shapely.get_dimensions(shape) != 2 or shapely.is_empty(shape):
            return None
        is_finite = bool(np.isfinite(shapely.get_coordinates(shape)).all())
        return shape if is_finite and bool(shapely.area(shapely.make_valid(shape)) > 0) else None


def on_plane(shape: Any) -> tuple[Any, Any]:
    """(shape on its working plane, that plane) of a shape in CGCS2000 lon/lat."""
    source = crs_rules.parse_crs(_CGCS2000)
    x0, y0, x1, y1 = shapely.bounds(shape)
    plane = crs_rules.working_plane(source, ((x0 + x1) / 2, (y0 + y1) / 2))
    return crs_rules.transform_geometries([shape], source, plane)[0], plane


def drawn_m2(shape: Any) -> float:
    """Statutory area in m² of a polygon in CGCS2000 lon/lat."""
    return statutory_area(*on_plane(shape))


def _polygon(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    return Problem("selfcheck_polygon_found") if subject.polygon is None else None


def _valid(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    shape = subject.polygon
    if shape is None or shapely.is_valid(shape):
        return None
    return Problem("selfcheck_valid_found", {"reason": invalidity(str(shapely.is_valid_reason(shape)))})


def _inside(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    if subject.polygon is None:
        return None
    if subject.district is None:
        return Problem("selfcheck_inside_unknown", {"county": subject.county}, is_unknown=True)
    outside = shapely.difference(shapely.make_valid(subject.polygon), subject.district)
    if shapely.is_empty(outside):
        return None
    moved, plane = on_plane(outside)
    core = shapely.buffer(shapely.make_valid(moved), -params.get("tolerance_m", 1.0) / 2)
    if shapely.is_empty(core):  # a strip no wider than the tolerance along the boundary
        return None
    return Problem("selfcheck_inside_found", {"county": subject.county, "area": statutory_area(moved, plane)})


def _area(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    key = params["field"]
    if subject.polygon is None or key not in subject.form.keys:
        return None
    stated, drawn = subject.values.get(key), drawn_m2(shapely.make_valid(subject.polygon))
    values = {"field": subject.form.field(key).title, "drawn": drawn}
    if not isinstance(stated, (int, float)) or isinstance(stated, bool):
        return Problem("selfcheck_area_missing", values)
    if abs(stated - drawn) <= max(params.get("abs_m2", 1.0), params.get("rel", 0.0) * drawn):
        return None
    return Problem("selfcheck_area_found", {**values, "stated": float(stated), "off": stated - drawn})


def _values(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    if not subject.errors:
        return None
    first = subject.errors[0]
    title = subject.form.field(first.field).title if first.field in subject.form.keys else first.field
    return Problem("selfcheck_values_found", {"count": len(subject.errors), "field": title, "error": first.message})


def _codes(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    county = str(subject.values.get(params.get("county", "")) or "")
    if county and not county.startswith(scope_of(subject.county)):
        return Problem("selfcheck_codes_county", {"value": county, "county": subject.county})
    for key, dictionary in params.get("dictionaries", {}).items():
        value = str(subject.values.get(key) or "").strip()
        if key in subject.form.keys and value and value not in known_values(dictionary):
            return Problem("selfcheck_codes_found", {"field": subject.form.field(key).title, "value": value})
    return None


@lru_cache(maxsize=8)
def known_values(dictionary: str) -> frozenset[str]:
    """Codes and names of a table of resources/catalogue; codes also as written with zeros behind, to six digits."""
    with open(RESOURCES / "catalogue" / f"{dictionary}.csv", encoding="utf-8", newline="") as file:
        rows = [(row["code"].strip(), row["name"].strip()) for row in csv.DictReader(file)]
    padded = {code.ljust(6, "0") for code, _ in rows if code.isdigit()}
    return frozenset({word for row in rows for word in row if word} | padded)


def _control_check(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    return None if subject.evidence or subject.polygon is None else Problem("selfcheck_control_check_found")


def _control_inputs(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    found = subject.evidence
    if found is None or not (found.changed or found.unproven):
        return None
    code = "selfcheck_control_inputs_found" if found.changed else "selfcheck_control_inputs_unknown"
    values = {"layers": _listed(found.changed or found.unproven), "round": found.name}
    return Problem(code, values, is_unknown=not found.changed)


def _control_lines(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    found = subject.evidence
    lacking = [line for line in params["lines"] if found is not None and line not in found.checked]
    if found is None or not lacking:
        return None
    names = tuple(found.line_names.get(line, line) for line in lacking)
    return Problem("selfcheck_control_lines_found", {"lines": _listed(names), "round": found.name})


def _control_verdicts(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    found = subject.evidence
    if found is None:
        return None
    met = [(c, found.conclusions[c]) for c in params["conclusions"] if found.conclusions.get(c)]
    if not met:
        return None
    message = "; ".join(f"{found.titles.get(c, c)}: {_listed(lines)}" for c, lines in met)
    return Problem("selfcheck_control_verdicts_found", {"lines": message, "round": found.name})


def _materials(subject: Subject, params: Mapping[str, Any]) -> Optional[Problem]:
    key = params["field"]
    if key not in subject.form.keys:
        return None
    files, least = subject.values.get(key) or (), params.get("at_least", 1)
    if len(files) < least:
        values = {"field": subject.form.field(key).title, "count": len(files), "least": least}
        return Problem("selfcheck_materials_found", values)
    if subject.missing:
        return Problem("selfcheck_materials_missing", {"files": _listed(subject.missing)})
    return None


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


KINDS: dict[str, Callable[[Subject, Mapping[str, Any]], Optional[Problem]]] = {
    "polygon": _polygon,
    "valid": _valid,
    "inside": _inside,
    "area": _area,
    "values": _values,
    "codes": _codes,
    "control_check": _control_check,
    "control_inputs": _control_inputs,
    "control_lines": _control_lines,
    "control_verdicts": _control_verdicts,
    "materials": _materials,
}
