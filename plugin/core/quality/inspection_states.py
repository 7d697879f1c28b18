"""What became of earlier defects: exceptions are kept, what is not found any more is fixed, the rest stays open."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import product
from typing import Any, Optional

import numpy as np
import shapely

from .defects import Defect, DefectState, items
from .inspection import Inspection

_TENTH = 10  # measures are kept in tenths of a metre or of a square metre
_BY_PLACE = (2, 5)  # stages whose defects are known by where they lie, not by their value
_COMPUTED = (6, 7)  # stages whose values are computed from geometries


@dataclass(frozen=True)
class Earlier:
    """A defect of the run before, with what a person has said of it."""

    place: str
    defect: Defect


def place_of(defect: Defect) -> str:
    """What tells a defect from others of its item in later runs: whose it is, and its box and amounts in tenths.

    Layers are saved again, through another system or program: which feature stands first and the last digits of
    coordinates are no part of it. A defect that a run only carried on keeps the mark it had.
    """
    if defect.place:
        return defect.place
    item, said = items().get(defect.item), _said(defect)
    amounts = [_tenths(text) if item is not None and item.stage in _COMPUTED else None for text in said]
    parts = [defect.item, defect.layer, defect.params.get("field", ""), defect.params.get("place", ""), *_names(defect)]
    parts += [text for text, amount in zip(said, amounts) if amount is None]
    measures = [*_box(defect), *(amount for amount in amounts if amount is not None)]
    return f"{_digest(parts)}@{','.join(map(str, measures))}"


def _names(defect: Defect) -> list[str]:
    """The features of a defect; of a pair it does not matter which comes first, and numbers of rows are no names."""
    if not defect.key:
        return [] if defect.geometry is not None or defect.fid is None else [str(defect.fid)]
    pair = [defect.params.get("fid", ""), defect.params.get("other", "")]
    return sorted(pair) if all(pair) else [defect.key]


def _said(defect: Defect) -> list[str]:
    item = items().get(defect.item)
    return [] if item is not None and item.stage in _BY_PLACE else [str(defect.value), str(defect.wanted)]


def _tenths(said: str) -> Optional[int]:
    """A computed amount; None for what is no decimal number."""
    head, point, decimals = said.partition(".")
    return round(float(said) * _TENTH) if point and (head.lstrip("-") + decimals).isdecimal() else None


def _box(defect: Defect) -> list[int]:
    if defect.geometry is None or defect.geometry.is_empty:
        return []
    return [int(side) for side in np.rint(shapely.bounds(defect.geometry) * _TENTH)]


def _digest(parts: Sequence[Any]) -> str:
    return hashlib.blake2b(repr(list(parts)).encode(), digest_size=12).hexdigest()


def _former_place(defect: Defect) -> str:
    """The mark that files of earlier versions hold."""
    item = items().get(defect.item)
    parts: list[Any] = [defect.item, defect.layer, defect.key or defect.fid, defect.params.get("field", "")]
    parts.append(defect.params.get("place", ""))
    if item is not None and item.stage not in _BY_PLACE:
        parts += [defect.value, defect.wanted]
    if defect.geometry is not None:
        parts += (np.round(shapely.bounds(defect.geometry), 1) + 0.0).tolist()
    return _digest(parts)


class _Known:
    """Earlier defects by their marks; each stands for one defect of the new run."""

    def __init__(self, earlier: Sequence[Earlier]) -> None:
        self._left: defaultdict[str, list[Defect]] = defaultdict(list)
        self.owners = {one.place.partition("@")[0] for one in earlier}
        for one in reversed(earlier):
            one.defect.place = one.place
            self._left[one.place].append(one.defect)

    def take(self, places: Iterator[str]) -> Optional[Defect]:
        """The first that is known under one of some marks."""
        for place in places:
            if self._left.get(place):
                return self._left[place].pop()
        return None

    def left(self) -> Iterator[Defect]:
        """Those that nothing stands for."""
        yield from (defect for same in self._left.values() for defect in reversed(same))


def _near(place: str, owners: Set[str]) -> Iterator[str]:
    """Marks whose measures are rounded to the next number up or down, the nearest first; none of unknown owners."""
    owner, _, said = place.partition("@")
    if owner not in owners:
        return
    measures = list(map(int, said.split(","))) if said else []
    for steps in sorted(product((0, -1, 1), repeat=len(measures)), key=lambda steps: sum(map(abs, steps))):
        yield f"{owner}@{','.join(str(measure + step) for measure, step in zip(measures, steps))}"


def keep_states(run: Inspection, earlier: Sequence[Earlier]) -> None:
    """Give the defects of a run what was said of them before, and add those that are fixed.

    A defect is fixed only where its item was checked again to its end on its layer; else it stays as it was.
    """
    known = _Known(earlier)
    unknown = [
        d for d in (run.defects if earlier else []) if not _settle(d, known.take(iter((place_of(d), _former_place(d)))))
    ]
    for defect in unknown:
        _settle(defect, known.take(_near(place_of(defect), known.owners)))
    for defect in known.left():
        if defect.state == DefectState.OPEN and run.was_checked(defect.item, defect.layer):
            defect.state = DefectState.FIXED
        run.defects.append(defect)


def _settle(defect: Defect, known: Optional[Defect]) -> bool:
    """Give a defect what was said of it before; False where it was not known."""
    if known is None:
        return False
    defect.note, defect.who, defect.when = known.note, known.who, known.when
    if known.state == DefectState.EXCEPTION:
        defect.state = DefectState.EXCEPTION
    return True
