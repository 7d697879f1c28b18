"""What is due: records of this period that are missing, unfinished or late."""

from dataclasses import dataclass
from datetime import date

from ..core.forms.periods import deadline, period_now, previous_period
from .database import quoted

DONE = ("submitted", "approved")


@dataclass(frozen=True)
class DueItem:
    """One record that the period asks for. `key`: values of the form's key without the period; `state`: "missing" or
    a status; `record`: its id, None when missing; `previous`: id of last period's record, which it can be copied
    from."""

    form: str
    period: str
    key: tuple
    state: str
    deadline: date
    late: bool
    record: str = None
    previous: str = None


def due_items(database, form, today, period=None):
    """DueItems of a form for a period (default: the one of `today`), not yet submitted first, in order of keys.

    A record is asked for when the period before had one of the same key that had not reached the last stage.
    """
    period = period or period_now(form, today)
    if period is None:
        return []
    last_day = deadline(form, period)
    present, before = _of_period(database, form, period), _of_period(database, form, previous_period(period))
    items = []
    for key in sorted({*present, *(k for k, (_, _, finished) in before.items() if not finished)}):
        record, state, _ = present.get(key, (None, "missing", False))
        previous = before.get(key, (None,))[0]
        late = state not in DONE and today > last_day
        items.append(DueItem(form.id, period, key, state, last_day, late, record, previous))
    return sorted(items, key=lambda item: item.state in DONE)


def _of_period(database, form, period):
    """{key: (id, status, reached the last stage)}"""
    names = [name for name in form.key if name != "period"]
    stage = next((c["field"] for c in form.checks if c["kind"] == "stage_forward"), None)
    last = form.field(stage).codes[-1][0] if stage else None
    columns = ", ".join(
        [*(f"ifnull({quoted(n)}, '')" for n in names), "id", "status", quoted(stage) if stage else "NULL"]
    )
    rows = database.rows(f"SELECT {columns} FROM {quoted(form.id)} WHERE period = ? ORDER BY fid", (period,))  # noqa: S608
    return {tuple(row[:-3]): (row[-3], row[-2], last is not None and row[-1] == last) for row in rows}
