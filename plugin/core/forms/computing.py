"""Computed fields that follow from other fields of the same record: ratios and weighted scores (x-computed in
the schemas).
"""

from collections.abc import Mapping
from typing import Any, Optional

from ..land.rounding import half_up
from .schema import Form


def _ratio(params: dict[str, Any], values: Mapping[str, Any]) -> Optional[float]:
    of, by = values.get(params["of"]), values.get(params["by"])
    if not _is_number(of) or not _is_number(by) or not by:
        return None
    return half_up(of / by * params.get("factor", 1), params.get("decimals", 2))


def _weighted(params: dict[str, Any], values: Mapping[str, Any]) -> Optional[float]:
    """0 to 100: each item runs from `worst` (0) to `best` (1) and counts by its weight.

    None while one of them is missing.
    """
    total = weights = 0.0
    for item in params["items"]:
        value = values.get(item["field"])
        if not _is_number(value):
            return None
        share = (value - item["worst"]) / (item["best"] - item["worst"])
        total += item["weight"] * min(1.0, max(0.0, share))
        weights += item["weight"]
    return half_up(100 * total / weights, params.get("decimals", 1))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_COMPUTE = {"ratio": _ratio, "weighted": _weighted}


def computed_values(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """{key: value} of the computed fields that follow from `values`, in the order of the form, each seeing
    those before it.
    """
    found: dict[str, Any] = {}
    for field in form.fields:
        compute = _COMPUTE.get(field.computed.get("name"))
        if compute is not None:
            value = compute(field.computed["params"], {**values, **found})
            if value is not None:
                found[field.key] = value
    return found
