"""The words of the reports, kept as data, and the ways numbers are written in Chinese offices."""

import functools
import json
from pathlib import Path

from ..core.rounding import hectares, mu

_FILE = Path(__file__).resolve().parents[2] / "resources" / "report" / "wording.json"


@functools.lru_cache(maxsize=1)
def words():
    """Return the wording catalogue (zh_CN)."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


def say(key, **params):
    """One sentence of the catalogue with its placeholders filled."""
    return words()[key].format(**params)


def column(*keys):
    """Column titles."""
    return [words()["col"][key] for key in keys]


def status(value):
    return words()["status"][value]


def effect(value):
    return words()["effect"][value]


def m2(value):
    return f"{value:,.2f}"


def areas(value):
    """{"m2", "ha", "mu"} of an area in m², as text."""
    return {"m2": m2(value), "ha": f"{hectares(value):,.4f}", "mu": f"{mu(value):,.2f}"}


def verified(confidence):
    """已核对 for a law text that was seen, 待核 for one from memory."""
    return words()["seen"] if confidence.startswith("seen") else words()["unverified"]
