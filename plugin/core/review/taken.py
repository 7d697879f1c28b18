"""Whether the rules of a line take anything of a layer at all: only then does it show that it speaks their language."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Callable, TypeVar

_Row = TypeVar("_Row")
_FEW, _MANY = 50, 5_000  # rows asked at once, at first and when none was taken for long
_KEPT = 100_000  # different values remembered; what comes after them is asked anew each time


def any_taken(rows: Iterable[tuple[Hashable, _Row]], take: Callable[[list[_Row]], bool]) -> bool:
    """Whether some row is taken; `rows` with the values by which equal ones are known, `take` asked of some at a time.

    Ends at the first that is; no row goes unasked, whatever their number.
    """
    known: set[Hashable] = set()
    share: list[_Row] = []
    for values, row in rows:
        if values in known:
            continue
        if len(known) < _KEPT:
            known.add(values)
        share.append(row)
        if len(known) <= _FEW or len(share) == (_MANY if len(known) > _MANY else _FEW):
            if take(share):
                return True
            share = []
    return bool(share) and take(share)
