"""Words by which people's tables are understood (resources/workbook/vocabulary.json), and the units among them."""

import functools
import json
import re
import unicodedata
from typing import Optional

from ...paths import RESOURCES

_VOCABULARY = RESOURCES / "workbook" / "vocabulary.json"
_BRACKETS = re.compile(r"[(\[【<]([^()\[\]【】<>]*)[)\]】>]")
_AFTER = re.compile(r"[/:,]\s*([^/:,()]+?)\s*$")
_AREA = "ha"


@functools.lru_cache(maxsize=1)
def vocabulary() -> dict:
    """The catalogue resources/workbook/vocabulary.json."""
    return json.loads(_VOCABULARY.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text in one spelling: full-width forms narrowed, superscripts lowered, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).lower().split())


@functools.lru_cache(maxsize=1)
def unit_spellings() -> frozenset:
    """Every known unit in the spelling of `plain`."""
    return frozenset(unit for group in vocabulary()["units"] for unit in group)


def unit_factor(source: str, target: str) -> Optional[float]:
    """How many `target` one `source` is; None when either is no known unit or they measure different things."""
    source, target = plain(source), plain(target)
    for group in vocabulary()["units"]:
        if source in group and target in group:
            return 1.0 if source == target else group[source] / group[target]
    return None


def is_area(unit: str) -> bool:
    """Whether a unit measures land: its tables come in mu as often as in hectares, so it is never taken for granted."""
    return bool(unit) and unit_factor(unit, _AREA) is not None


@functools.lru_cache(maxsize=4096)
def unit_of(title: str) -> str:
    """The unit that a title carries, in the spelling of `plain`, or "".

    In brackets (面积（亩）), after a slash, colon or blank (面积/亩, 面积：亩, 面积 ha), or at the end (面积公顷).
    """
    text = unicodedata.normalize("NFKC", str(title)).lower()
    inside = [plain(piece).removeprefix("单位").lstrip(":") for piece in _BRACKETS.findall(text)]
    bare = _BRACKETS.sub(" ", text)
    last = bare.split()[-1:] if len(bare.split()) > 1 else []
    after = [plain(match[1])] if (match := _AFTER.search(bare)) else []
    known = unit_spellings()
    if found := next((unit for unit in (*inside, *last, *after) if unit in known), ""):
        return found
    joined = plain(bare)
    endings = (unit for unit in sorted(known, key=len, reverse=True) if is_area(unit) and not unit.isascii())
    return next((unit for unit in endings if joined.endswith(unit) and joined != unit), "")
