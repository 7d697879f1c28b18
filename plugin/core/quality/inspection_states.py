"""What became of earlier defects: exceptions are kept, what is not found any more is fixed, the rest stays open."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from .defects import Defect, DefectState, items
from .inspection import Inspection

_DECIMETRE = 1
_BY_PLACE = (2, 5)  # stages whose defects are known by where they lie, not by their value


@dataclass(frozen=True)
class Earlier:
    """A defect of the run before, with what a person has said of it."""

    place: str
    defect: Defect


def place_of(defect: Defect) -> str:
    """What tells a defect from others of its item in later runs: its feature, its field and its place."""
    item = items().get(defect.item)
    parts: list[Any] = [defect.item, defect.layer, defect.key or defect.fid, defect.params.get("field", "")]
    parts.append(defect.params.get("place", ""))
    if item is not None and item.stage not in _BY_PLACE:
        parts += [defect.value, defect.wanted]
    if defect.geometry is not None:
        box = np.round(shapely.bounds(defect.geometry), _DECIMETRE) + 0.0
        parts += box.tolist()
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def keep_states(run: Inspection, earlier: Sequence[Earlier]) -> None:
    """Give the defects of a run what was said of them before, and add those that are fixed.

    A defect is fixed only where its item was checked again to its end on its layer; else it stays as it was.
    """
    before = {one.place: one.defect for one in earlier}
    found = set()
    for defect in run.defects:
        place = place_of(defect)
        found.add(place)
        known = before.get(place)
        if known is not None:
            defect.note, defect.who, defect.when = known.note, known.who, known.when
            if known.state == DefectState.EXCEPTION:
                defect.state = DefectState.EXCEPTION
    for place, defect in before.items():
        if place not in found:
            if defect.state == DefectState.OPEN and run.was_checked(defect.item, defect.layer):
                defect.state = DefectState.FIXED
            run.defects.append(defect)
