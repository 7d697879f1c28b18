"""Moments are kept in UTC; a person reads them as the clock of this machine shows them."""

from datetime import datetime


def local_moment(text: str) -> str:
    """A kept moment on this machine's clock, without seconds; what is none as it is."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return text if moment.tzinfo is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):  # Windows has no clock before 1970, no machine one before the year 1
        return text


def local_day(text: str) -> str:
    """The day of a kept moment here: in China the first eight hours of a day are the day before in UTC."""
    return local_moment(text)[:10]
