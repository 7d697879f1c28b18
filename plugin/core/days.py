"""Days in documents: machines read ISO (2026-11-28), a Chinese office writes 2026年11月28日. The one home of it."""

import re
from datetime import date, datetime
from typing import Optional, Union

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[ T](\d{2}:\d{2})(?::\d{2})?)?)?)?")


class Day(str):
    """The ISO text of a day, month or year (or of a minute): what is not known of a date is not made up.

    Itself it is ISO, as layers and machine data keep it; `messages.translated` gives it as a document writes it, a
    sheet holds it as a date.
    """

    @property
    def calendar_date(self) -> Optional[date]:
        """The date where the day is known."""
        try:
            return date.fromisoformat(self)
        except ValueError:
            return None


def day_of(value: Union[date, str, None]) -> Day:
    """A date, a moment (to the minute) or an ISO text as a Day; of None an empty one."""
    if isinstance(value, datetime):
        return Day(f"{value:%Y-%m-%d %H:%M}")
    return Day(value.isoformat() if isinstance(value, date) else value or "")


def written(value: Union[date, str], language: str) -> str:
    """A date as a document of a language writes it: ISO in English; a text that is no date as it is."""
    iso = str(day_of(value))
    match = _ISO.fullmatch(iso)
    if language != "zh" or match is None:
        return iso
    year, month, day, clock = match.groups()
    text = f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
    return f"{text} {clock}" if clock else text


def period(first: Union[date, str], last: Union[date, str], language: str) -> str:
    """A period with both its ends: 2026年11月2日至11月8日, the year once where it is one."""
    one, other = written(first, language), written(last, language)
    if language != "zh":
        return f"{one} – {other}"
    year = one[: one.find("年") + 1]
    return f"{one}至{other[len(year) :] if year and other.startswith(year) and other != year else other}"
