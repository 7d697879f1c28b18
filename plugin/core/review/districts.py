"""The district that a project states, against where it lies and what the control lines are of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Optional

from ..land.divisions import bare_name, scope_of

_CODE = re.compile(r"([1-9]\d(?:\d{2}){0,2}(?:\d{3}){0,2})(?:\.0+)?")
_COUNTY = re.compile(r"(?<!\d)([1-9]\d{5})(?=(?:\d{3}){0,2}(?!\d))")
_COUNTIES = ("县", "区", "市", "旗")
_LEAST_NAME = 2  # signs of a name that tell a place


def contradicts(stated: Optional[str], others: Sequence[tuple[str, str]]) -> bool:
    """Whether what a project states (a code or a name) is none of some divisions, each (code, name).

    Counties are compared: a larger division that holds one agrees with it. Where something cannot be compared nothing
    is said.
    """
    own = _county(stated)
    if own:
        counties = [_county(code) for code, _ in others]
        return bool(counties) and all(counties) and not any(_agree(own, county) for county in counties)
    word, names = _spellings(stated or ""), [_spellings(name) for _, name in others]
    if not names or not all(one[0].endswith(_COUNTIES) and len(one[0]) >= _LEAST_NAME for one in (word, *names)):
        return False  # names of other levels say nothing of each other
    return not any(_agree_names(word, name) for name in names)


def counties_named(names: Iterable[str], provinces: Iterable[str]) -> list[str]:
    """County codes in names of layers; six digits that begin like no province are a date."""
    known = frozenset(provinces)
    found = (code for name in names for code in _COUNTY.findall(name))
    return list(dict.fromkeys(code for code in found if code[:2] in known))


def _county(text: Optional[str]) -> str:
    """The digits by which a code tells its county, city or province; "" for what is no code."""
    found = _CODE.fullmatch((text or "").strip())
    return scope_of(found.group(1)) if found else ""


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _spellings(name: str) -> tuple[str, str]:
    """A name whole and without its ending."""
    return name.strip(), bare_name(name.strip())


def _agree_names(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return any(a in b or b in a for a in one for b in other)
