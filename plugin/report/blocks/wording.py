"""The words of the reports, kept as data, and the ways numbers are written in Chinese offices."""

import functools
import json
import re
import unicodedata

from ...core.land.rounding import half_up, hectares, mu
from ...paths import RESOURCES

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FILE = RESOURCES / "report" / "wording.json"


@functools.lru_cache(maxsize=1)
def words():
    """Return the wording catalogue (zh_CN)."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


def say(key, /, **params):
    """One sentence of the catalogue with its placeholders filled."""
    return words()[key].format(**params)


def column(*keys):
    """Column titles."""
    return [words()["col"][key] for key in keys]


def status(value):
    return words()["status"][value]


def effect(value):
    return words()["effect"][value]


def decimals(value):
    """Two decimals, half-up (the format of Python rounds half to even)."""
    return f"{half_up(value):,.2f}"


def areas(value):
    """{"m2", "ha", "mu"} of an area in m², as text."""
    return {"m2": decimals(value), "ha": f"{hectares(value):,.4f}", "mu": f"{mu(value):,.2f}"}


def verified(confidence):
    """已核对 for a law text that was seen, 待核 for one from memory."""
    return words()["seen"] if confidence.startswith("seen") else words()["unverified"]


def clean(value):
    """Text without the characters that XML forbids (control characters, lone surrogates).

    Names from data may hold any.
    """
    return _UNWRITABLE.sub("", value)


def display_width(value):
    """Width in half-width characters; a Chinese one is two wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in value)


def file_name(source):
    """The last part of a file path of either system; anything else (a database, a memory layer) as it is."""
    return re.split(r"[\\/]", source.split("|")[0])[-1]
