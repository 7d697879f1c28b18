"""Projects that may be one: keys that look alike and are not the same, the same polygon under two keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from .projects import Projects

_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοΙℓ○〇", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXoIl00")
_ALIKE = str.maketrans("oil", "011")  # after case folding
_DASHES = re.compile("[\u2010-\u2015\u2212\u2043\ufe58\uff0d\u00ad\u30fc_~\u301c-]")
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_PLAIN = re.compile("[1-9][0-9]*")  # nothing of which looks like another sign
_STEP_M = 0.01  # within which corners of boxes are the same


def keys_alike(keys: Iterable[str]) -> list[list[str]]:
    """Groups of different keys that a reader takes for one: other widths, blanks, dashes, alphabets, O and 0."""
    groups: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        groups.setdefault(_look(key), []).append(key)
    return [group for group in groups.values() if len(group) > 1]


def shown(key: str) -> str:
    """A key for people, with the names of signs that nobody sees or tells from others."""
    return "".join(sign if " " <= sign <= "~" or "一" <= sign <= "鿿" else f"{_seen(sign)}" for sign in key)


def same_places(projects: Projects) -> list[list[int]]:
    """Groups of positions of projects that have one and the same polygon."""
    boxes = np.round(projects.boxes / _STEP_M).astype(np.int64)
    _, group, counts = np.unique(boxes, axis=0, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(counts[group.reshape(-1)] > 1)
    found: dict[bytes, list[int]] = {}
    for row in rows.tolist():
        plain = shapely.set_precision(projects.geometries[row], _STEP_M)
        found.setdefault(shapely.to_wkb(shapely.normalize(plain)), []).append(row)
    return [same for same in found.values() if len(same) > 1]


def _look(key: str) -> str:
    if _PLAIN.fullmatch(key):
        return key
    plain = unicodedata.normalize("NFKC", key).translate(_LATIN)
    return _DASHES.sub("-", _BLANK.sub("", plain)).casefold().translate(_ALIKE)


def _seen(sign: str) -> str:
    return f"<U+{ord(sign):04X}>" if _BLANK.fullmatch(sign) else f"{sign}<U+{ord(sign):04X}>"
