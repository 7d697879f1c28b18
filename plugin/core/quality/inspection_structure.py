"""Stages 2 and 3: the reference system of each layer and where it lies, its geometry and its fields."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from ..land import crs as crs_rules
from ..land.coordinates import misplaced
from ..messages import text
from .defects import CheckRule, Defect
from .inspection import Inspection
from .inspection_codes import restored_code
from .inspection_content import FieldFound, LayerFound, Matched
from .inspection_spec import CodeList, FieldKind, FieldSpec, LayerSpec, Need, Shape

Codes = Mapping[str, CodeList]
_OWN = {"objectid", "objectid_1", "fid", "ogc_fid", "shape_length", "shape_leng", "shape_area", "shape", "geom", "id"}


def check_base(run: Inspection, matched: Matched) -> set[str]:
    """Stage 2 as far as it needs no features; returns codes of layers whose place is not known."""
    found = {code: layer for code, layer in matched.found.items() if _is_placed(layer)}
    wanted = _commonest(layer for layer in found.values() if _is_cgcs2000(layer.crs))
    lost = {code for code, layer in found.items() if not _is_cgcs2000(layer.crs) or _misplaced(layer) is not None}
    for code, layer in found.items():
        for check, look in (("crs_datum", _datum), ("crs_differs", _differs), ("zone_differs", _zone)):
            if run.is_asked(check):
                rule = run.rule(check, code)
                run.take(rule, 1, look(rule, layer, wanted))
    return lost


def commonest_crs(matched: Matched) -> Optional[CRS]:
    """The system that most layers have, of those on CGCS2000."""
    return _commonest(layer for layer in matched.found.values() if _is_placed(layer) and _is_cgcs2000(layer.crs))


def _is_placed(layer: LayerFound) -> bool:
    return layer.trouble is None and layer.shape != Shape.NONE


def _is_cgcs2000(crs: Optional[CRS]) -> bool:
    return crs is not None and (crs.to_epsg() == crs_rules.GEOGRAPHIC or crs_rules.is_cgcs2000_plane(crs))


def _commonest(layers: Iterator[LayerFound]) -> Optional[CRS]:
    kinds: dict[str, CRS] = {}
    counts: Counter[str] = Counter()
    for layer in layers:
        crs = layer.crs
        if crs is not None and _is_cgcs2000(crs):
            kinds.setdefault(crs.srs, crs)
            counts[crs.srs] += 1
    return kinds[counts.most_common(1)[0][0]] if counts else None


def _datum(rule: CheckRule, layer: LayerFound, wanted: Optional[CRS]) -> Iterator[Defect]:
    if not _is_cgcs2000(layer.crs):
        name = crs_rules.describe(wanted) if wanted is not None else "EPSG:4490, EPSG:4513-4554"
        yield rule.layer_defect(value=layer.crs_name or text("crs_undefined"), wanted=name)


def _differs(rule: CheckRule, layer: LayerFound, wanted: Optional[CRS]) -> Iterator[Defect]:
    crs = layer.crs
    if crs is not None and _is_cgcs2000(crs) and wanted is not None and not crs_rules.same(crs, wanted):
        yield rule.layer_defect(value=layer.crs_name, wanted=crs_rules.describe(wanted))


def _zone(rule: CheckRule, layer: LayerFound, wanted: Optional[CRS]) -> Iterator[Defect]:
    reason = _misplaced(layer)
    if reason is not None and layer.crs is not None:
        yield rule.layer_defect(value=reason, wanted=crs_rules.describe(layer.crs))
        return
    meridian = _meridian_off(layer)
    if meridian is not None:
        yield rule.layer_defect(value=f"{meridian:.2f}°", wanted=_right_plane(meridian))


def _misplaced(layer: LayerFound) -> Optional[str]:
    """How the coordinates of a layer contradict its system, None where they do not."""
    if layer.crs is None or layer.extent is None or not layer.count:
        return None
    found = misplaced(layer.crs, np.array([layer.extent]))
    return str(found.error()) if found.mask.any() else None


def _meridian_off(layer: LayerFound) -> Optional[float]:
    """Longitude of the middle of a layer that lies outside the zone of its plane, else None."""
    if layer.crs is None or layer.extent is None or not layer.count or not crs_rules.is_cgcs2000_plane(layer.crs):
        return None
    middle = (layer.extent[0] + layer.extent[2]) / 2, (layer.extent[1] + layer.extent[3]) / 2
    longitude, _ = crs_rules.transformer(layer.crs, CRS.from_epsg(crs_rules.GEOGRAPHIC)).transform(*middle)
    half = 3.0 if (layer.crs.to_epsg() or 0) in range(4491, 4513) else 1.5
    is_off = np.isfinite(longitude) and abs(longitude - crs_rules.zone_meridian(layer.crs)) > half
    return float(longitude) if is_off else None


def _right_plane(longitude: float) -> str:
    return crs_rules.describe(crs_rules.plane_for_longitude(longitude))


def check_structure(run: Inspection, matched: Matched) -> None:
    """Stage 3: geometry and fields of each layer found."""
    for code, layer in matched.found.items():
        spec = run.specification.layer(code)
        if spec is None or layer.trouble is not None:
            continue
        for check, look in (*_CHECKS.items(), ("field_domain", None)):
            if not run.is_asked(check):
                continue
            if check == "field_unknown" and (spec.more_fields or not spec.fields):
                run.skip(check, code, "unchecked_more_fields", layer=code)
                continue
            if check == "field_domain":
                rule, domains = run.rule(check, code), sum(bool(f.domain_codes) for f in layer.fields)
                run.take(rule, domains, field_domains(rule, spec, layer, run.specification.codes))
                continue
            rule, of_layer = run.rule(check, code), check in ("geometry_type", "has_z_or_m")
            run.take(rule, 1 if of_layer else len(spec.fields), look(rule, spec, layer))


def has_wrong_shape(spec: LayerSpec, layer: LayerFound) -> bool:
    """Whether a layer holds another kind of geometry than its specification says."""
    return layer.shape is not None and layer.shape != spec.shape


def _geometry_type(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    if has_wrong_shape(spec, layer) or (layer.shape is None and spec.shape != Shape.NONE and _is_mixed(layer)):
        yield rule.layer_defect(value=layer.type_name, wanted=spec.shape.value)


def _is_mixed(layer: LayerFound) -> bool:
    return "collection" in layer.type_name.lower()


def _has_z_or_m(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    if (layer.has_z and not spec.z) or layer.has_m:
        yield rule.layer_defect(value=layer.type_name)


def _field_missing(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    for field in spec.fields:
        if field.need != Need.O and layer.field(field.name) is None:
            yield rule.layer_defect(wanted=f"{field.name}（{field.title}）" if field.title else field.name)


def _pairs(spec: LayerSpec, layer: LayerFound) -> Iterator[tuple[FieldSpec, FieldFound]]:
    for field in spec.fields:
        found = layer.field(field.name)
        if found is not None:
            yield field, found


def _field_type(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    for field, found in _pairs(spec, layer):
        if field.kind is not None and found.kind != field.kind:
            yield _of_field(rule, field, found.type_name, field.kind.value)


def _field_length(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    for field, found in _pairs(spec, layer):
        if (
            field.length
            and found.length
            and found.kind == field.kind == FieldKind.CHAR
            and found.length != field.length
        ):
            yield _of_field(rule, field, str(found.length), str(field.length))


def _field_decimals(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    for field, found in _pairs(spec, layer):
        states = found.kind == FieldKind.FLOAT and found.length > 0  # files that keep no width keep no decimals
        if field.decimals is not None and field.kind == FieldKind.FLOAT and states and found.decimals != field.decimals:
            yield _of_field(rule, field, str(found.decimals), str(field.decimals))


def _field_unknown(rule: CheckRule, spec: LayerSpec, layer: LayerFound) -> Iterator[Defect]:
    for found in layer.fields:
        if spec.field(found.name) is None and found.name.lower() not in _OWN:
            yield rule.layer_defect(value=found.name)


def field_domains(rule: CheckRule, spec: LayerSpec, layer: LayerFound, codes: Codes) -> Iterator[Defect]:
    """Codes of a field's domain, or of the subtypes of its layer, that the dictionary lacks or names otherwise."""
    for field, found in _pairs(spec, layer):
        known = codes.get(field.codes)
        if known is None or field.name_of:
            continue
        for code, name in found.domain_codes.items():
            written = restored_code(int(code), known) if code.isdigit() and found.kind == FieldKind.INT else code
            wanted = known.name(written)
            if wanted is None or (wanted and _bare(name) != _bare(wanted)):
                shown = f"{code} {name}".strip()
                more = {"field": field.name, "place": found.domain}
                yield rule.layer_defect(value=shown, wanted=f"{written} {wanted}" if wanted else "-", params=more)


def _bare(name: str) -> str:
    """A name without blanks and without the code that many domains write before it ("0101 水田")."""
    return re.sub(r"^\d+[A-Z]?[-_:、.]?", "", "".join(unicodedata.normalize("NFKC", name).split()))


def _of_field(rule: CheckRule, field: FieldSpec, value: str, wanted: str) -> Defect:
    return rule.layer_defect(value=value, wanted=wanted, params={"field": field.name})


_CHECKS: dict[str, Any] = {
    "geometry_type": _geometry_type,
    "has_z_or_m": _has_z_or_m,
    "field_missing": _field_missing,
    "field_type": _field_type,
    "field_length": _field_length,
    "field_decimals": _field_decimals,
    "field_unknown": _field_unknown,
}
