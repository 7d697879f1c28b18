"""The checks of one layer that needs its features: values, place, geometry, areas; each says why it was not made."""

from collections.abc import Iterator, Mapping
from typing import Optional

from ..memory import give_back
from ..threads import Feedback
from .defects import Check, CheckRule, Defect, LayerArrays
from .inspection import Inspection
from .inspection_cover import COVERAGE_CHECKS, GEOMETRY_CHECKS, expect_gaps
from .inspection_spec import CheckSpec, Shape, Specification
from .inspection_sums import AREA_FIELD, check_control_areas, needed_columns
from .inspection_values import DivisionTable, check_values

_AREA_FIELDS = ("XZQDM",)
_NEED_LAND = ("gap", "not_within", "area_control", "line_off_boundary", "attribute_of_place")  # of their others


def check_layer(
    run: Inspection,
    layer: LayerArrays,
    others: Mapping[str, LayerArrays],
    divisions: Optional[DivisionTable],
    reason: str,
) -> None:
    """Stages 2 and 4 to 6 on one layer; `reason`: message code of why its geometries cannot be used, "" for none."""
    spec = run.specification.layer(layer.code)
    if spec is None:
        return
    check_values(run, layer, divisions)
    layer.keep_columns(needed_fields(run.specification, layer.code))
    give_back()
    if spec.shape == Shape.NONE:
        return
    _check_place(run, layer, others, reason)
    for asked in spec.checks if not reason else ():
        if asked.check == "gap" and run.is_asked("gap") and all(_serves(asked, others.get(o)) for o in asked.others):
            expect_gaps(layer, run.rule(asked, layer.code), others)
            break
    waiting = [asked for asked in spec.checks if run.is_asked(asked.check)]
    for number, asked in enumerate(waiting):
        _check(run, layer, asked, others, reason)
        if not any(later.check in COVERAGE_CHECKS for later in waiting[number + 1 :]):
            layer.prepared.pop("coverage", None)  # as large as the layer itself
        give_back()


def _check_place(run: Inspection, layer: LayerArrays, others: Mapping[str, LayerArrays], reason: str) -> None:
    district = run.specification.district
    if not run.is_asked("outside_district") or layer.code == district:
        return
    if reason:
        run.skip("outside_district", layer.code, reason, layer=layer.code)
    elif not district:
        run.skip("outside_district", layer.code, "unchecked_no_district")
    elif district not in others or not len(others[district]):
        run.skip("outside_district", layer.code, "unchecked_layers", layers=district)
    else:
        rule = run.rule(CheckSpec("outside_district", others=(district,)), layer.code)
        check = GEOMETRY_CHECKS["outside_district"]
        run.take(rule, len(layer), check(layer, rule, others, run.feedback), layer)


def _check(
    run: Inspection,
    layer: LayerArrays,
    asked: CheckSpec,
    others: Mapping[str, LayerArrays],
    reason: str,
) -> None:
    check, rule = checks().get(asked.check), run.rule(asked, layer.code)
    missing = [code for code in asked.others if not _serves(asked, others.get(code))]
    fields = [name for name in _fields_of(asked) if name not in layer.columns]
    if check is None:
        run.skip(asked.check, layer.code, "unchecked_unknown")
    elif reason:
        run.skip(asked.check, layer.code, reason, layer=layer.code)
    elif missing:
        run.skip(asked.check, layer.code, "unchecked_layers", layers=", ".join(missing))
    elif fields:
        run.skip(asked.check, layer.code, "unchecked_fields", layer=layer.code, fields=", ".join(fields))
    else:
        run.take(rule, len(layer), check(layer, rule, others, run.feedback), layer)


def _serves(asked: CheckSpec, other: Optional[LayerArrays]) -> bool:
    """Whether a layer can be compared with: it is there, has what the check needs of it, and land where that counts."""
    if other is None or (asked.check in _NEED_LAND and not len(other)):
        return False
    return _fields_in_others(asked) <= set(other.columns)


def checks() -> Mapping[str, Check]:
    """{name: check} of all checks of single layers that a specification may ask for."""
    return {**GEOMETRY_CHECKS, "area_control": _control_areas}


def _control_areas(
    layer: LayerArrays, rule: CheckRule, others: Mapping[str, LayerArrays], feedback: Optional[Feedback]
) -> Iterator[Defect]:
    for other in rule.others:
        yield from check_control_areas(rule, layer, others[other])


def _fields_of(asked: CheckSpec) -> list[str]:
    """Fields in capitals that a check names in its options."""
    named = [asked.options[key] for key in ("field",) if asked.options.get(key)]
    grouped = list(_AREA_FIELDS) if asked.check == "area_control" else []
    return [str(name).upper() for name in named] + grouped


def _fields_in_others(asked: CheckSpec) -> set[str]:
    """Fields in capitals that a check needs of the layers of `others`."""
    if asked.check == "area_control":
        return set(_AREA_FIELDS)
    if asked.check == "attribute_of_place":
        return {str(asked.options.get("other_field", asked.options.get("field", ""))).upper()}
    return set()


def needed_fields(specification: Specification, code: str) -> set[str]:
    """Fields in capitals that rules of a layer, of tables, texts and quotas need of it."""
    spec = specification.layer(code)
    fields = {name for check in (spec.checks if spec else ()) for name in _fields_of(check)}
    fields |= {AREA_FIELD for check in (spec.checks if spec else ()) if check.check == "area_control"}
    for asked in specification.sums():
        fields |= needed_columns(asked) if asked.layer == code else set()
    for layer in specification.layers:
        for check in layer.checks:
            fields |= _fields_in_others(check) if code in check.others else set()
    for field in spec.fields if spec else ():
        fields |= {name.upper() for name in (field.needed_if[0], field.empty_unless[0], field.name_of) if name}
    return fields


def order_of(specification: Specification) -> list[str]:
    """Codes of all layers, the district and the layers of divisions first."""
    first = [code for code in (specification.district, *specification.division_layers) if code]
    return list(dict.fromkeys([*first, *(layer.code for layer in specification.layers)]))
