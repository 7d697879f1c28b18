"""Reporting periods of a form: which one is now, which came before, when it is due."""

import calendar
from datetime import date
from typing import Optional

from .schema import Form


def period_now(form: Form, today: date) -> Optional[str]:
    """Period of a day: "2026-03" for monthly forms, "2026" for yearly ones, None for forms without periods."""
    if not form.period:
        return None
    return today.strftime("%Y-%m") if form.period == "month" else str(today.year)


def previous_period(period: str) -> str:
    """The period before: "2026-01" -> "2025-12", "2026" -> "2025"."""
    if len(period) == 4:
        return str(int(period) - 1)
    year, month = int(period[:4]), int(period[5:7])
    return f"{year - (month == 1)}-{12 if month == 1 else month - 1:02d}"


def periods_between(first: str, last: str, include_first: bool = False) -> int:
    """How many periods lie between two; with `include_first` the first one counts too. 0 where either is unknown."""
    if not first or len(first) != len(last) or first > last:
        return 0
    steps = int(last[:4]) - int(first[:4]) if len(last) == 4 else _months(last) - _months(first)
    return max(steps - (0 if include_first else 1), 0)


def _months(period: str) -> int:
    return 12 * int(period[:4]) + int(period[5:7])


def deadline(form: Form, period: str, day: Optional[int] = None) -> date:
    """Last day to submit a period's records: `day` of the month, else by the schema's x-due, else the period's last."""
    year = int(period[:4])
    month = int(period[5:7]) if form.period == "month" else form.due.get("month", 12)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or form.due.get("day", last), last))
