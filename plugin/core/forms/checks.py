"""Checks that look at more than one field; each is data in a schema's `x-checks` and one function here.

A check is `check(spec, values, previous, form)` and yields (field, message code, parameters[, level]).
`unique_open` needs the other records and is judged by the store.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Optional, Union

from .identifiers import is_date

if TYPE_CHECKING:
    from .schema import Form


Values = Mapping[str, Any]
Problem = Union[tuple[str, str, dict[str, Any]], tuple[str, str, dict[str, Any], str]]  # key, code, parameters, level


def _order(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """Dates in the order of `fields`; those not given, or no dates, are passed over."""
    given = [(key, values[key]) for key in spec["fields"] if is_date(values.get(key))]
    for (first, before), (second, after) in zip(given, given[1:]):
        if before > after:
            titles = {"first": form.field(first).title, "second": form.field(second).title}
            yield first, "form_order", {**titles, "before": before, "after": after}


def _required_if(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    condition = spec["if"]
    if values.get(condition["field"]) == condition["equals"]:
        for key in spec["fields"]:
            if values.get(key) in (None, ""):
                yield (
                    key,
                    "form_required_if",
                    {"field": form.field(condition["field"]).title, "value": condition["equals"]},
                )


def _stage_forward(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """A stage does not go back unless the note field (if the schema names one) says why."""
    stages = [code[0] for code in form.field(spec["field"]).codes]
    now, before = values.get(spec["field"]), (previous or {}).get(spec["field"])
    if now not in stages or before not in stages or now in spec.get("allow", ()):
        return
    note = spec.get("note")
    if stages.index(now) < stages.index(before) and not (note and values.get(note)):
        yield (
            spec["field"],
            "form_stage_back",
            {"before": before, "now": now, "note": form.field(note).title if note else "-"},
        )


def _warn_above(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    value = values.get(spec["field"])
    if isinstance(value, (int, float)) and value > spec["limit"]:
        yield spec["field"], "form_above", {"value": value, "limit": spec["limit"]}, "warning"


def _plausible_date(
    spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form"
) -> Iterator[Problem]:
    """A day before the form's first year or more than some days ahead is looked at again."""
    last = (date.today() + timedelta(days=spec["days_ahead"])).isoformat()
    for key in spec["fields"]:
        day: Any = values.get(key)
        if is_date(day) and not spec["from"] <= day <= last:
            yield key, "form_date_unlikely", {"value": day, "first": spec["from"], "last": last}, "warning"


def _plausible_share(
    spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form"
) -> Iterator[Problem]:
    """A share that does not go with the stage."""
    share, stage = values.get(spec["field"]), values.get(spec["by"])
    low, high = spec["ranges"].get(stage, (None, None))
    if low is not None and _is_number(share) and not low <= share <= high:
        params = {"value": share, "stage": stage, "low": low, "high": high}
        yield spec["field"], "form_share_unlikely", params, "warning"


def _plausible_ratio(
    spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form"
) -> Iterator[Problem]:
    """Two numbers that do not go together, such as people and households."""
    of, by = values.get(spec["of"]), values.get(spec["by"])
    if not _is_number(of) or not _is_number(by) or (not by and not of):
        return
    if not by or not spec["low"] <= of / by <= spec["high"]:
        titles = {"of": form.field(spec["of"]).title, "by": form.field(spec["by"]).title}
        ratio = f"{of / by:.4g}" if by else "∞"
        params = {**titles, "ratio": ratio, "low": spec["low"], "high": spec["high"]}
        yield spec["of"], "form_ratio_unlikely", params, "warning"


def _plausible_change(
    spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form"
) -> Iterator[Problem]:
    """A number that changed by more than a factor since the last period, or fell where it only rises."""
    for key in spec["fields"]:
        now: Any = values.get(key)
        before: Any = (previous or {}).get(key)
        if not _is_number(now) or not _is_number(before) or max(abs(now), abs(before)) < spec.get("least", 0):
            continue
        low, high = sorted((abs(now), abs(before)))
        if (spec.get("rises") and now < before) or ("factor" in spec and high > spec["factor"] * max(low, 1e-9)):
            yield key, "form_change_unlikely", {"before": before, "now": now}, "warning"


def _division_name(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """A name that the dictionary does not have for the code."""
    code, name = values.get(spec["code"]), values.get(spec["name"])
    known = spec["divisions"].name(code) if spec.get("divisions") is not None and isinstance(code, str) else ""
    if not known or not isinstance(name, str) or not name:
        return
    one, other = _bare(known), _bare(name)
    if one not in other and other not in one:
        yield spec["name"], "form_division_name", {"code": code, "known": known, "value": name}, "warning"


def _bare(name: str) -> str:
    return "".join(name.split())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


CHECKS = {
    "order": _order,
    "required_if": _required_if,
    "stage_forward": _stage_forward,
    "warn_above": _warn_above,
    "plausible_date": _plausible_date,
    "plausible_share": _plausible_share,
    "plausible_ratio": _plausible_ratio,
    "plausible_change": _plausible_change,
    "division_name": _division_name,
}
