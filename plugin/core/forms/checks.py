"""Checks that look at more than one field; each is data in a schema's `x-checks` and one function here.

A check is `check(spec, values, previous, form)` and yields (field, message code, parameters[, level]).
`unique_open` needs the other records and is judged by the store.
"""

from .identifiers import is_date


def _order(spec, values, previous, form):
    """Dates in the order of `fields`; those not given, or no dates, are passed over."""
    given = [(key, values[key]) for key in spec["fields"] if is_date(values.get(key))]
    for (first, before), (second, after) in zip(given, given[1:]):
        if before > after:
            titles = {"first": form.field(first).title, "second": form.field(second).title}
            yield first, "form_order", {**titles, "before": before, "after": after}


def _required_if(spec, values, previous, form):
    condition = spec["if"]
    if values.get(condition["field"]) == condition["equals"]:
        for key in spec["fields"]:
            if values.get(key) in (None, ""):
                yield (
                    key,
                    "form_required_if",
                    {"field": form.field(condition["field"]).title, "value": condition["equals"]},
                )


def _stage_forward(spec, values, previous, form):
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


def _warn_above(spec, values, previous, form):
    value = values.get(spec["field"])
    if isinstance(value, (int, float)) and value > spec["limit"]:
        yield spec["field"], "form_above", {"value": value, "limit": spec["limit"]}, "warning"


CHECKS = {"order": _order, "required_if": _required_if, "stage_forward": _stage_forward, "warn_above": _warn_above}
