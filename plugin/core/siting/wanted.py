"""The size of sites a search looks for: of the run, else of the criteria, within what they demand of areas."""

from typing import Optional

from ..errors import InputError
from ..land.rounding import plain
from .model import AREA, Criteria
from .search import Wanted

Range = tuple[Optional[float], Optional[float]]
_EXACT = 1.005


def wanted_of(area: Range, criteria: Criteria) -> Wanted:
    """Wanted of what a run asks for (None: as the criteria say). Raises InputError that names what excludes what."""
    low = area[0] if area[0] is not None else criteria.area[0]
    high = area[1] if area[1] is not None else criteria.area[1]
    if _is_reversed(low, high):
        of_run = area[0] is not None and area[1] is not None
        raise InputError("siting_area_reversed" if of_run else "siting_area_two_places", low=low, high=high)
    low, high = _narrowed((low, high), criteria)
    least, most = low if low is not None else high, high if high is not None else low
    if least is None or most is None:
        raise InputError("siting_area_missing")
    if most < least * _EXACT:  # one size is meant: 1 % either way
        return Wanted(least * 0.99, most * 1.01)
    return Wanted(float(least), float(most))


def _narrowed(wanted: Range, criteria: Criteria) -> Range:
    """A range and what every demand on areas leaves of it."""
    low, high = wanted
    for constraint in (c for c in criteria.constraints if c.kind == AREA):
        before = low, high
        low = max((v for v in (low, constraint.low) if v is not None), default=None)
        high = min((v for v in (high, constraint.high) if v is not None), default=None)
        if _is_reversed(low, high):
            limits = _said((constraint.low, constraint.high))
            raise InputError("siting_area_narrowed", asked=_said(before), title=constraint.title, limits=limits)
    return low, high


def _is_reversed(low: Optional[float], high: Optional[float]) -> bool:
    return low is not None and high is not None and bool(low > high)


def _said(bounds: Range) -> str:
    return "–".join("…" if v is None else plain(v, grouped=True) for v in bounds)
