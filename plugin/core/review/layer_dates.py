"""How old a control layer is, and how that is known: entered, a date field, metadata, its name, at last its file."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Optional

from ..days import Day
from ..errors import InputError
from ..messages import message

_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s*[-/.年]?\s*(\d{1,2})(?:\s*[-/.月]?\s*(\d{1,2}))?)?(?!\d)")
_EXAMPLE = '{"YJJBNT": "2023-12-31"}'
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})?(\d{2})?(?!\d)")


class DateSource(str, Enum):
    """Where the date of a layer comes from, the most trusted first; a message `layer_date_<value>` says it."""

    ENTERED = "entered"
    FIELD = "field"
    METADATA = "metadata"
    NAME = "name"
    FILE = "file"
    NONE = "none"


@dataclass(frozen=True)
class LayerDate:
    """A day, month or year as text, and how it is known."""

    day: str = ""
    source: DateSource = DateSource.NONE
    field: str = ""

    def display_text(self) -> str:
        """As outputs and reports show it: what is no statement of the data says where it was taken from."""
        if self.source in (DateSource.ENTERED, DateSource.NONE):
            return Day(self.day)
        return message(f"layer_date_{self.source.value}", day=Day(self.day), field=self.field)


def parsed_day(value: Any) -> str:
    """A date as people write it (2023-12-31, 20231231, 2023年5月, 2023) as YYYY-MM-DD, YYYY-MM or YYYY; "" for none."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    written = str(value).strip()
    match = _IN_NAME.fullmatch(written) or _DATE.match(written)
    return _day(match) if match else ""


def parse_layer_dates(value: str) -> dict[str, str]:
    """Return LAYER_DATES (JSON text) as {layer name, source or line id: date}; raises InputError."""
    try:
        given = json.loads(value) if value else {}
        dates = {str(key): parsed_day(day) for key, day in given.items()}
    except (ValueError, AttributeError) as error:
        raise InputError("layer_dates_invalid", error=error, example=_EXAMPLE) from error
    wrong = [str(given[key]) for key in given if not dates[str(key)]]
    if wrong:
        raise InputError("layer_dates_invalid", error=", ".join(wrong), example=_EXAMPLE)
    return dates


def entered_date(dates: Mapping[str, str], *keys: str) -> Optional[LayerDate]:
    """What a person entered for the first of `keys` (name, source, line id of a layer) that has a date."""
    day = next((dates[key] for key in keys if dates.get(key)), "")
    return LayerDate(day, DateSource.ENTERED) if day else None


def day_in_name(name: str) -> str:
    """The year, month or day that a layer's name carries, "" for none; a division code is no date."""
    found = [_day(match) for match in _IN_NAME.finditer(name)]
    return max(found, default="")


def newest_day(values: Iterable[Any]) -> str:
    """The latest of some dates as people write them; "" where none is one."""
    return max(map(parsed_day, values), default="")


def _day(match: "re.Match[str]") -> str:
    year, month, day = match.groups()
    try:
        day_found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return day_found.isoformat()[: 10 if day else 7 if month else 4]


def best(*dates: Optional[LayerDate]) -> LayerDate:
    """The first of some dates that is known."""
    return next((found for found in dates if found is not None and found.day), LayerDate())
