"""The district that a project states, against where it lies and what the control lines are of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Optional

import numpy as np

from ..land.divisions import bare_name, scope_of
from ..land.types import Array
from ..messages import message

_CODE = re.compile(r"([1-9]\d{5}(?:\d{3}){0,2})(?:\.0+)?")  # shorter ones may be years, or numbers of rows
_COUNTY = re.compile(r"(?<!\d)([1-9]\d{5})(?=(?:\d{3}){0,2}(?!\d))")
_DATE = re.compile(r"\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_COUNTIES = ("县", "区", "旗")  # a 市 may be a county or the city that holds one
_LEAST_NAME = 2  # signs of a name that tell a place


@dataclass(frozen=True)
class OtherDistricts:
    """Positions of projects that state another district than the place they lie in (`by_place`), or none of those that
    the control lines are of (`by_county`); `noted`: what the verdicts of each project say, "" for nothing.
    """

    by_place: Sequence[int]
    by_county: Sequence[int]
    noted: Array


def other_districts(
    stated: Sequence[Optional[str]],
    counties: Sequence[str],
    found: Sequence[Sequence[tuple[str, str]]] = (),
    layer: str = "",
) -> OtherDistricts:
    """The projects whose stated district is another one; `counties`: codes that the control layers name, `found`: the
    divisions (code, name) of `layer` in which each project lies, none where nobody knows.
    """
    noted = np.full(len(stated), "", dtype=object)
    by_place = [at for at, others in enumerate(found) if contradicts(stated[at], others)]
    for at in by_place:
        lies_in = ", ".join(f"{name} {code}".strip() for code, name in found[at])
        noted[at] = message("project_in_other_district", stated=stated[at], found=lies_in, layer=layer)
    others = [(code, "") for code in counties]
    by_county = [at for at, text in enumerate(stated) if not noted[at] and contradicts(text, others)]
    for at in by_county:
        noted[at] = message("project_of_other_county", stated=stated[at], counties=", ".join(counties))
    return OtherDistricts(by_place, by_county, noted)


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


def counties_named(names: Iterable[str], provinces: Iterable[str], stated: Iterable[Optional[str]] = ()) -> list[str]:
    """County codes in names of layers; six digits that begin like no province are a date, and so are those that read
    as one (231231) where no project states a county of that province.
    """
    known, own = frozenset(provinces), {_county(text)[:2] for text in stated}
    found = dict.fromkeys(code for name in names for code in _COUNTY.findall(name))
    return [code for code in found if code[:2] in known and (code[:2] in own or not _is_day(code))]


def _is_day(digits: str) -> bool:
    """Whether six digits may be a day that has been: year, month and day of two each."""
    return bool(_DATE.fullmatch(digits)) and int(digits[:2]) <= date.today().year % 100


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
