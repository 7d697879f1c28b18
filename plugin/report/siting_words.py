"""Words of the siting report, kept as data (zh_CN)."""

import functools
import json
from pathlib import Path

from .wording import areas

_FILE = Path(__file__).resolve().parents[2] / "resources" / "report" / "siting.json"


@functools.lru_cache(maxsize=1)
def words():
    """Return the wording catalogue."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


def say(key, /, **params):
    """One sentence with its placeholders filled."""
    return words()[key].format(**params)


def column(*keys):
    """Column titles."""
    return [words()["col"][key] for key in keys]


def area(m2):
    """An area in square metres and mu."""
    return say("area", **{k: v for k, v in areas(float(m2)).items() if k != "ha"})


def unit(name):
    """A unit in Chinese; one that the catalogue lacks as it is."""
    return words()["units"].get(name, name)
