"""A specification drafted from a database that was accepted: what holds in it is asked of others. A proposal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from ..land import crs as crs_rules
from ..land.types import Array
from ..threads import Feedback
from .defects import CheckRule, LayerArrays, item_of_check
from .inspection_content import FieldFound, LayerFound
from .inspection_cover import GEOMETRY_CHECKS
from .inspection_spec import CheckSpec, CodeList, FieldKind, FieldSpec, LayerSpec, Need, Shape, Specification

_KEY, _ELEMENT = "BSM", "YSDM"
_OWN = {"objectid", "objectid_1", "fid", "ogc_fid", "shape_length", "shape_leng", "shape_area"}
_NO_CODES = {_KEY, _ELEMENT, "XZQDM", "XZQMC", "BZ", "MC"}
_MOST_CODES, _LEAST_ROWS, _ROWS_A_CODE = 40, 20, 5  # of a field whose values look like a code list
_BY_SHAPE = {
    Shape.POLYGON: ("no_geometry", "invalid", "arcs", "acute_angle", "multipart", "sliver", "duplicate_vertices"),
    Shape.LINE: ("no_geometry", "invalid", "arcs", "short_line", "duplicate_vertices", "line_overlap"),
    Shape.POINT: ("no_geometry", "point_twice"),
    Shape.NONE: (),
}
_AREA_FIELDS = ("TBMJ", "MJ")


@dataclass
class Drafted:
    """A layer of the draft, the code lists it needs, and the checks that do not hold: {check: defects}."""

    layer: LayerSpec
    codes: dict[str, CodeList] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)


def draft_layer(
    found: LayerFound,
    arrays: LayerArrays,
    like: Specification,
    district: Optional[LayerArrays] = None,
    feedback: Optional[Feedback] = None,
) -> Drafted:
    """The draft of one layer; `like`: a specification whose titles and code lists are taken where they fit."""
    known = like.layer(arrays.code)
    shape = found.shape or Shape.POLYGON
    spec = LayerSpec(arrays.code, known.title if known else "", shape, Need.M if found.count else Need.O)
    drafted = Drafted(spec)
    fields = [_field(one, arrays, like, drafted) for one in found.fields if one.kind and one.name.lower() not in _OWN]
    is_placed = found.crs is not None and crs_rules.is_cgcs2000_plane(
        arrays.plane
    )  # without a place nothing can be measured
    checks = tuple(_checks(arrays, shape, district, drafted, feedback)) if is_placed else ()
    broken_checks = ", ".join(f"{check}: {count}" for check, count in sorted(drafted.broken.items()))
    drafted.layer = replace(
        spec,
        ysdm=_only_value(arrays.columns.get(_ELEMENT)),
        key=_KEY if _is_unique(arrays.columns.get(_KEY)) else "",
        fields=tuple(fields),
        checks=checks,
        z=found.has_z,
        confidence=f"checks that the database itself breaks are left out ({broken_checks})" if broken_checks else "",
    )
    return drafted


def _field(one: FieldFound, arrays: LayerArrays, like: Specification, drafted: Drafted) -> FieldSpec:
    values = [value for value in arrays.columns[one.name.upper()].tolist() if value is not None]
    is_full = bool(values) and len(values) == len(arrays)
    length = one.length if one.kind == FieldKind.CHAR and one.length else None
    decimals = one.decimals if one.kind == FieldKind.FLOAT and one.length else None
    known = next((f for layer in like.layers for f in layer.fields if f.name.upper() == one.name.upper()), None)
    spec = FieldSpec(one.name, one.kind, known.title if known else "", length, decimals, Need.M if is_full else Need.O)
    if one.kind in (FieldKind.INT, FieldKind.FLOAT):
        return replace(spec, range=_range(values))
    listed = like.codes.get(known.codes) if known is not None and known.name_of else None
    if known is not None and listed is not None and _names_fit(one, known, arrays, listed, drafted):
        drafted.codes.setdefault(listed.id, listed)
        return replace(spec, name_of=known.name_of, codes=known.codes)
    return replace(spec, codes=_codes(spec, values, known, like, drafted), form=_form(values))


def _names_fit(one: FieldFound, known: FieldSpec, arrays: LayerArrays, codes: CodeList, drafted: Drafted) -> bool:
    """Whether the field names the codes of another field as the known list does."""
    coded = arrays.columns.get(known.name_of.upper())
    if coded is None:
        return False
    pairs = [(n, codes.name(str(c))) for n, c in zip(arrays.columns[one.name.upper()], coded) if n and c is not None]
    wrong = sum(wanted is not None and name != wanted for name, wanted in pairs)
    if wrong:
        drafted.broken["code_name"] = wrong
    return not wrong and any(wanted for _, wanted in pairs)


def _range(values: list[Any]) -> str:
    numbers = [value for value in values if isinstance(value, (int, float))]
    lowest = min(numbers, default=-1.0)
    return ">0" if lowest > 0 else ">=0" if lowest == 0 else ""


def _codes(
    spec: FieldSpec, values: list[Any], known: Optional[FieldSpec], like: Specification, drafted: Drafted
) -> str:
    """Id of the code list of a field: a known one that holds all values, else its own few values."""
    different = sorted({str(value) for value in values})
    listed = like.codes.get(known.codes) if known is not None else None
    for list_of in [] if listed is None or not different else [listed, replace(listed, pad=0)]:
        if all(list_of.name(value) is not None for value in different):
            drafted.codes[list_of.id] = list_of
            return list_of.id
    few = len(different) <= min(_MOST_CODES, len(values) / _ROWS_A_CODE)
    if spec.kind != FieldKind.CHAR or spec.name.upper() in _NO_CODES or len(values) < _LEAST_ROWS or not few:
        return ""
    name = f"{drafted.layer.code}_{spec.name}"
    drafted.codes[name] = CodeList(name, dict.fromkeys(different, ""), confidence="values found, not a code table")
    return name


def _form(values: list[Any]) -> str:
    """Digits of one length; "" for anything else."""
    lengths = {len(str(value)) for value in values}
    digits = all(str(value).isascii() and str(value).isdigit() for value in values)
    return rf"\d{{{lengths.pop()}}}" if values and digits and len(lengths) == 1 else ""


def _only_value(column: Optional[Array]) -> str:
    values = set() if column is None else {str(value) for value in column.tolist() if value is not None}
    return values.pop() if len(values) == 1 else ""


def _is_unique(column: Optional[Array]) -> bool:
    return column is not None and len(column) > 0 and None not in column and len(set(column.tolist())) == len(column)


def _checks(
    arrays: LayerArrays,
    shape: Shape,
    district: Optional[LayerArrays],
    drafted: Drafted,
    feedback: Optional[Feedback],
) -> Iterator[CheckSpec]:
    """The checks that hold in the layer; those that do not are counted."""
    others = {arrays.code: arrays, **({district.code: district} if district is not None else {})}
    for asked in _asked(arrays, shape, district):
        found = _count(asked, arrays, others, feedback)
        if not found:
            yield asked
        else:
            drafted.broken[asked.check] = found


def _asked(arrays: LayerArrays, shape: Shape, district: Optional[LayerArrays]) -> Iterator[CheckSpec]:
    yield from map(CheckSpec, _BY_SHAPE[shape])
    if shape == Shape.POLYGON and len(arrays):
        yield CheckSpec("overlap")
        if district is not None and district.code != arrays.code:
            yield CheckSpec("gap", others=(district.code,))
        for name in _AREA_FIELDS:
            if name in arrays.columns:
                yield CheckSpec("area_stored", options={"field": name})


def _count(
    asked: CheckSpec, arrays: LayerArrays, others: Mapping[str, LayerArrays], feedback: Optional[Feedback]
) -> int:
    item = item_of_check()[asked.check]
    rule = CheckRule(item, arrays.code, item.severity, item.tolerance or 0.0, asked.others, asked.options)
    return sum(1 for _ in GEOMETRY_CHECKS[asked.check](arrays, rule, others, feedback))
