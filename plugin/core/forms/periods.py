"""Reporting periods of a form: which one is now, which came before, when it is due."""

import calendar
from datetime import date


def period_now(form, today):
    """Period of a day: "2026-03" for monthly forms, "2026" for yearly ones, None for forms without periods."""
    if not form.period:
        return None
    return today.strftime("%Y-%m") if form.period == "month" else str(today.year)


def previous_period(period):
    """The period before: "2026-01" -> "2025-12", "2026" -> "2025"."""
    if len(period) == 4:
        return str(int(period) - 1)
    year, month = int(period[:4]), int(period[5:7])
    return f"{year - (month == 1)}-{12 if month == 1 else month - 1:02d}"


def deadline(form, period):
    """Last day to submit a period's records, by the schema's x-due; the period's last day when it names none."""
    year = int(period[:4])
    month = int(period[5:7]) if form.period == "month" else form.due.get("month", 12)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(form.due.get("day", last), last))
