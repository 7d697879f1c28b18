"""What is due: records of this period that are missing, unfinished or late.

What has to be reported is a table of its own (the form report_duty). Where it names nothing for a form, the things that
the period before reported, and that had not reached their last stage, are asked for again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Optional

from ..core.days import day_of
from ..core.forms.identity import PERIOD, record_title, subject_key
from ..core.forms.periods import deadline, period_now, periods_between, previous_period
from ..core.forms.schema import Form
from ..core.messages import translated
from .database import Database, quoted
from .record_table import SUBJECT

DONE = ("submitted", "approved")
DUTY_FORM = "report_duty"
MISSING = "missing"
_DUTY_COLUMNS = (
    "code",
    "name",
    "plan_type",
    "title",
    "number",
    "since",
    "until",
    "due_day",
    "deadline",
    "unit",
    "who",
    "phone",
)


@dataclass(frozen=True)
class DueItem:
    """One record that the period asks for. `key`: values of the form's key without the period; `state`: "missing" or
    a status; `record`: its id, None when missing; `previous`: id of last period's record, which it can be copied
    from; `values`: what is known of it; `never`: no period has a record of it; `skipped`: how many periods before this
    one lack it since it was last reported."""

    form: str
    period: str
    key: tuple[str, ...]
    state: str
    deadline: date
    late: bool
    record: Optional[str] = None
    previous: Optional[str] = None
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict, compare=False)
    never: bool = False
    skipped: int = 0
    unit: str = ""
    who: str = ""
    phone: str = ""


@dataclass(frozen=True)
class _Known:
    """A record of a period. `finished`: it reached the last stage."""

    record: str
    status: str
    finished: bool
    values: dict[str, Any]


@dataclass(frozen=True)
class _Subject:
    """What is known of one thing that reports: its records of this period, of the one before, the latest; its duty."""

    known: Optional[_Known]
    before: Optional[_Known]
    past: Optional[_Known]
    duty: Mapping[str, Any]

    @property
    def values(self) -> dict[str, Any]:
        records = [record.values for record in (self.before, self.known) if record]
        return {name: value for values in (self.duty.get("values") or {}, *records) for name, value in values.items()}


def due_items(
    database: Database, form: Form, today: date, period: Optional[str] = None, duty_form: Optional[Form] = None
) -> list[DueItem]:
    """DueItems of a form for a period (default: the one of `today`), not yet submitted first, in order of keys."""
    period = period or period_now(form, today) or ""
    duties = _duties(database, form, duty_form, period) if duty_form is not None else {}
    if not period and not duties:
        return []
    present = _of_period(database, form, period)
    before = _of_period(database, form, previous_period(period)) if period else {}
    asked = {s for s, known in before.items() if not known.finished} | set(present) if period else set(duties)
    latest = _last_reported(database, form, period)
    items = []
    for subject in asked | set(duties):
        known, duty = present.get(subject), duties.get(subject, {})
        past = latest.get(subject)
        if known is None and past is not None and past.finished:
            continue  # it reached its last stage: nothing more is asked of it
        items.append(_item(form, period, today, _Subject(known, before.get(subject), past, duty)))
    return sorted(items, key=lambda item: (item.state in DONE, tuple(map(str, item.key))))


def _item(form: Form, period: str, today: date, subject: _Subject) -> DueItem:
    known, before, duty, values = subject.known, subject.before, subject.duty, subject.values
    last_day = _deadline(form, period, duty, today)
    state = known.status if known else MISSING
    return DueItem(
        form=form.id,
        period=period,
        key=tuple(values.get(name) or "" for name in form.key if name != PERIOD),
        state=state,
        deadline=last_day,
        late=state not in DONE and today > last_day,
        record=known.record if known else None,
        previous=before.record if before else None,
        name=record_title(form, {**values, PERIOD: None}),
        values=values,
        never=known is None and subject.past is None,
        skipped=0 if known or not period else _skipped(period, subject),
        unit=duty.get("unit") or "",
        who=duty.get("who") or "",
        phone=duty.get("phone") or "",
    )


def _skipped(period: str, subject: _Subject) -> int:
    last = subject.past.values.get(PERIOD) if subject.past else None
    return periods_between(last or subject.duty.get("since") or "", period, include_first=subject.past is None)


def _deadline(form: Form, period: str, duty: Mapping[str, Any], today: date) -> date:
    """The last day: what the duty says, else what the form says."""
    if duty.get("deadline"):
        return date.fromisoformat(duty["deadline"])
    if not period:
        return date(today.year, 12, 31)
    return deadline(form, period, duty.get("due_day"))


def _duties(database: Database, form: Form, duty_form: Form, period: str) -> dict[str, Any]:
    """{subject: what the list says of it} of the things a form has to report in a period."""
    if not form.duty or not database.value("SELECT count(*) FROM sqlite_master WHERE name = ?", (duty_form.id,)):
        return {}
    columns = ", ".join(map(quoted, _DUTY_COLUMNS))
    sql = f"SELECT {columns} FROM {quoted(duty_form.id)} WHERE form = ? ORDER BY fid"  # noqa: S608 - fixed names
    found = {}
    for row in database.rows(sql, (form.id,)):
        duty = dict(zip(_DUTY_COLUMNS, row))
        if period and not (duty["since"] or "")[: len(period)] <= period <= (duty["until"] or "9999"):
            continue
        values = {key: duty[name] for key, name in form.duty.items()}
        subject = subject_key(form, values)
        if subject is not None:
            found[subject] = {**duty, "values": values}
    return found


def _of_period(database: Database, form: Form, period: str) -> dict[str, _Known]:
    """{subject: _Known} of a period; of a form without periods all records."""
    where, parameters = ("WHERE period = ?", (period,)) if period else ("", ())
    return {row[0]: _known(form, row) for row in database.rows(f"{_select(form)} {where} ORDER BY fid", parameters)}


def _select(form: Form) -> str:
    names = ", ".join(map(quoted, _names(form)))
    return f"SELECT ifnull({SUBJECT}, id), id, status, period, {names} FROM {quoted(form.id)}"  # noqa: S608


def _names(form: Form) -> list[str]:
    stage = _stage(form)
    keys = [name for name in form.key if name != PERIOD]
    return list(dict.fromkeys([*keys, *form.key_else.values(), *form.duty, *([stage] if stage else [])]))


def _stage(form: Form) -> Optional[str]:
    return next((c["field"] for c in form.checks if c["kind"] == "stage_forward"), None)


def _known(form: Form, row: Sequence[Any]) -> _Known:
    stage = _stage(form)
    values: Mapping[str, Any] = dict(zip((PERIOD, *_names(form)), row[3:]))
    last = form.field(stage).codes[-1][0] if stage else None
    return _Known(row[1], row[2], stage is not None and values.get(stage) == last, dict(values))


def _last_reported(database: Database, form: Form, period: str) -> dict[str, _Known]:
    """{subject: _Known of the latest period before} of everything ever reported."""
    if not period:
        return {}
    rows = database.rows(f"{_select(form)} WHERE period < ? ORDER BY period, fid", (period,))
    return {row[0]: _known(form, row) for row in rows}


def reminder_text(items: list[DueItem], county: str, title: str, texts: Mapping[str, Any]) -> str:
    """A text that asks for what is missing, by unit: to be sent as it is. `texts`: its sentences by name."""
    open_items = [item for item in items if item.state not in DONE]
    if not open_items:
        return texts["nothing"]
    first = open_items[0]
    lines = [
        texts["head"].format(county=county, form=title, period=translated(day_of(first.period)), count=len(open_items))
    ]
    by_unit: dict[str, list[DueItem]] = {}
    for item in open_items:
        by_unit.setdefault(item.unit or texts["no_unit"], []).append(item)
    for unit, group in sorted(by_unit.items()):
        people = "、".join(dict.fromkeys(" ".join(filter(None, (i.who, i.phone))) for i in group if i.who or i.phone))
        lines.append(texts["unit"].format(unit=unit, people=f"（{people}）" if people else "", count=len(group)))
        for item in group:
            states = [texts["state"].get(item.state, item.state)]
            states += (
                [texts["never"]] if item.never else [texts["skipped"].format(count=item.skipped)] * bool(item.skipped)
            )
            states += [texts["late"]] if item.late else []
            lines.append(texts["line"].format(name=item.name, state="，".join(states), day=translated(item.deadline)))
    lines.append(texts["foot"])
    return "\n".join(lines)
