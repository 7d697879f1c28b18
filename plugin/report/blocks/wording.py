"""The words that the writers need, kept as data, and the ways numbers are written in Chinese offices."""

import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from ...core.days import day_of
from ...core.land.rounding import half_up, hectares, mu
from ...core.messages import Message, text, translated
from ...core.moments import local_moment
from ...paths import RESOURCES

LANGUAGE = "zh"  # of every report, whatever that of the window is: the one that its catalogues are written in
_IN_MEMORY = re.compile(r"(Multi)?(Point|Line|LineString|Polygon|No|Curve|Surface)[A-Za-z]*\?.*uid=\{")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Wording:
    """One wording catalogue (zh_CN) of resources/report; read when first asked."""

    def __init__(self, file: str) -> None:
        self._file = RESOURCES / "report" / file

    def texts(self) -> dict[str, Any]:
        """The whole catalogue."""
        return _catalogue(self._file)

    def say(self, key: str, /, **params: Any) -> str:
        """One sentence with its placeholders filled."""
        return self.texts()[key].format(**{name: translated(value, LANGUAGE) for name, value in params.items()})

    def column(self, *keys: str) -> list[str]:
        """Column titles."""
        return [self.texts()["col"][key] for key in keys]


@functools.cache
def _catalogue(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


_WORDING = Wording("blocks.json")
say = _WORDING.say


def decimals(value: float) -> str:
    """Two decimals, half-up (the format of Python rounds half to even)."""
    return f"{half_up(value):,.2f}"


def areas(value: float) -> dict[str, str]:
    """{"m2", "ha", "mu"} of an area in m², as text."""
    return {"m2": decimals(value), "ha": f"{hectares(value):,.4f}", "mu": f"{mu(value):,.2f}"}


def data_day(day: str) -> str:
    """The date of a layer, with where it is known from, as a document prints it and a sheet holds it."""
    return day if isinstance(day, Message) else day_of(day)


def known_day(day: str) -> str:
    """The date of a layer as the report prints it; in words where nothing tells it."""
    return cell_text(data_day(day)) or say("no_date")


def moment(text: str) -> str:
    """A kept moment on the clock of this machine, to the minute."""
    return day_of(local_moment(text))


def cell_text(value: Any) -> str:
    """A value of a sheet as a table of the document shows it."""
    return str(translated(value, LANGUAGE))


def clean(value: str) -> str:
    """Text without the characters that XML forbids (control characters, lone surrogates), in the report's language.

    Names from data may hold any.
    """
    return _UNWRITABLE.sub("", translated(value, LANGUAGE))


def display_width(value: str) -> int:
    """Width in half-width characters; a Chinese one is two wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in value)


def file_name(source: str) -> str:
    """The last part of a file path of either system; a layer in memory by what it is, a database as it is."""
    if _IN_MEMORY.match(source):
        return text("layer_in_memory", language=LANGUAGE)
    return re.split(r"[\\/]", source.split("|")[0])[-1]
