"""Checks that look at more than one field; each is data in a schema's `x-checks` and one function here.

A check is `check(spec, values, previous, form)` and yields (field, message code, parameters[, level]).
`unique_open` needs the other records and is judged by the store.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Optional, Union

from .. import messages
from .identifiers import is_date

if TYPE_CHECKING:
    from .fields import Field
    from .schema import Form


Values = Mapping[str, Any]
Problem = Union[tuple[str, str, dict[str, Any]], tuple[str, str, dict[str, Any], str]]  # key, code, parameters, level


def _order(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """Dates in the order of `fields`; those not given, or no dates, are passed over. A year ends on its last day."""
    days = [(key, _last_day(values.get(key))) for key in spec["fields"]]
    given = [(key, day) for key, day in days if day]
    for (first, before), (second, after) in zip(given, given[1:]):
        if before > after:
            titles = {"first": form.field(first).title, "second": form.field(second).title}
            yield _said(spec, first, "form_order", {**titles, "before": values[first], "after": values[second]})


def _last_day(value: Any) -> str:
    """A date as it is, a year as its last day, "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return f"{value}-12-31"
    return value if is_date(value) else ""


def _period_order(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """Two periods (2026 or 2026-01), the first not after the second; a year holds its months."""
    first, second = spec["fields"]
    before, after = values.get(first), values.get(second)
    if not isinstance(before, str) or not isinstance(after, str) or not (before and after):
        return
    both = min(len(before), len(after))
    if before[:both] > after[:both]:
        titles = {"first": form.field(first).title, "second": form.field(second).title}
        yield _said(spec, first, "form_order", {**titles, "before": before, "after": after})


def _said(spec: dict[str, Any], key: str, code: str, params: dict[str, Any]) -> Problem:
    """An error, or what the schema calls a warning: the same words, and to be looked at again."""
    return (key, f"{code}_unlikely", params, "warning") if spec.get("level") == "warning" else (key, code, params)


def _required_if(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    condition = spec["if"]
    value, wanted = values.get(condition["field"]), condition["equals"]
    if value in (wanted if isinstance(wanted, list) else [wanted]):
        for key in spec["fields"]:
            if values.get(key) in (None, ""):
                params = {"field": form.field(condition["field"]).title, "value": value}
                yield _said(spec, key, "form_required_if", params)


def _only_at(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """Fields that have something to say only at certain choices of another one: no acceptance before the works."""
    choice = values.get(spec["field"])
    if choice in (None, "") or choice in spec["at"]:
        return
    by = form.field(spec["field"])
    for key in spec["fields"]:
        if values.get(key) not in (None, "", []):
            params = {"field": by.title, "value": _label(by, choice)}
            yield key, "form_not_expected", params, "warning"


def _goes_with(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """A choice that contradicts another choice, such as the level of a plan and its kind."""
    value, by = values.get(spec["field"]), values.get(spec["by"])
    allowed = spec["allowed"].get(by) if isinstance(by, str) else None
    if allowed is None or value in (None, "") or value in allowed:
        return
    field, other = form.field(spec["field"]), form.field(spec["by"])
    usual = "、".join(_label(field, choice) for choice in allowed)
    params = {"field": other.title, "by": _label(other, by), "value": _label(field, value), "allowed": usual}
    yield _said(spec, spec["field"], "form_contradicts", params)


def _label(field: "Field", value: Any) -> str:
    """A choice as people read it."""
    place = 1 if messages.language() == "zh" else 2
    return next((code[place] for code in field.codes if code[0] == value), str(value))


def _code_length(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """A division's code of another level than the kind of thing it belongs to."""
    code, by = values.get(spec["field"]), values.get(spec["by"])
    lengths = spec["lengths"].get(by) if isinstance(by, str) else None
    if lengths and isinstance(code, str) and code and len(code) not in lengths:
        other = form.field(spec["by"])
        usual = " / ".join(map(str, lengths))
        params = {"field": other.title, "by": _label(other, by), "length": len(code), "usual": usual}
        yield spec["field"], "form_code_length", params, "warning"


def _part_of(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """Parts that are larger than the whole they lie in, each and all together (`tolerance`: rounding)."""
    total: Any = values.get(spec["whole"])
    parts = [(key, values.get(key)) for key in spec["parts"] if _is_number(values.get(key))]
    if not _is_number(total) or not parts:
        return
    united: Any = sum(part for _, part in parts if part is not None)
    if united > total + spec.get("tolerance", 0):
        part = " + ".join(form.field(key).title for key, _ in parts)
        params = {"part": part, "value": f"{united:.10g}", "whole": form.field(spec["whole"]).title, "limit": total}
        yield _said(spec, parts[0][0], "form_part_of", params)


def _ratio_fits(spec: dict[str, Any], values: Values, previous: Optional[Values], form: "Form") -> Iterator[Problem]:
    """A quotient that is written down beside the two numbers it is made of, and is another one."""
    written: Any = values.get(spec["field"])
    of: Any = values.get(spec["of"])
    by: Any = values.get(spec["by"])
    if not (_is_number(written) and _is_number(of) and _is_number(by)) or not by:
        return
    right = of * spec["factor"] / by
    if abs(written - right) > spec["share"] * max(abs(right), abs(written)) + spec.get("least", 0):
        titles = {"of": form.field(spec["of"]).title, "by": form.field(spec["by"]).title}
        yield spec["field"], "form_ratio_differs", {**titles, "value": written, "right": f"{right:.6g}"}, "warning"


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
    "period_order": _period_order,
    "only_at": _only_at,
    "goes_with": _goes_with,
    "code_length": _code_length,
    "part_of": _part_of,
    "ratio_fits": _ratio_fits,
    "required_if": _required_if,
    "stage_forward": _stage_forward,
    "warn_above": _warn_above,
    "plausible_date": _plausible_date,
    "plausible_share": _plausible_share,
    "plausible_ratio": _plausible_ratio,
    "plausible_change": _plausible_change,
    "division_name": _division_name,
}
