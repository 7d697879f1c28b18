"""What every check of geometry gives: rows of a layer, where something is wrong, and how much."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ..land.overlay import NOISE_M2
from ..land.pieces import objects
from ..land.types import Array

_BLOCK_VERTICES = 100_000  # the working arrays of a block stay within some ten megabytes


@dataclass
class Places:
    """One entry a fault, as arrays of one length.

    `rows`: position in the checked geometries, -1 where the fault belongs to none; `others`: position of the second
    one of a pair, else -1; `amounts`: m², m, degrees or a number, as the check says; `geometries`: where it is, on the
    plane of the layer; `notes`: a reason, "" where the check has one only. `small`, `small_amount`: what lay below the
    tolerance: its number and its sum.
    """

    rows: Array
    others: Array
    amounts: Array
    geometries: Array
    notes: Array
    small: int = 0
    small_amount: float = 0.0

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Any) -> "Places":
        """Some entries (positions or booleans)."""
        rows, others, amounts = self.rows[chosen], self.others[chosen], self.amounts[chosen]
        geometries, notes = self.geometries[chosen], self.notes[chosen]
        return Places(rows, others, amounts, geometries, notes, self.small, self.small_amount)


def places(rows: Any, amounts: Any, geometries: Any, others: Any = -1, notes: Any = "") -> Places:
    """Places of columns; one value of `rows`, `others` and `notes` stands for every entry."""
    n = len(geometries)
    return Places(
        np.broadcast_to(np.asarray(rows, dtype=int), n),
        np.broadcast_to(np.asarray(others, dtype=int), n),
        np.broadcast_to(np.asarray(amounts, dtype=float), n),
        objects(geometries),
        np.broadcast_to(objects([notes]) if isinstance(notes, str) else objects(notes), n),
    )


def joined(found: Iterable[Places]) -> Places:
    """The entries of several Places, in their order."""
    listed = list(found) or [places(-1, 0.0, [])]
    if len(listed) == 1:
        return listed[0]
    columns = ("rows", "others", "amounts", "geometries", "notes")
    made = Places(*(np.concatenate([getattr(one, name) for one in listed]) for name in columns))
    made.small, made.small_amount = sum(p.small for p in listed), float(sum(p.small_amount for p in listed))
    return made


def above(found: Places, tolerance: float) -> Places:
    """The entries whose area is larger than the tolerance; the others are counted and summed, if they are land."""
    large, land = found.amounts > tolerance, found.amounts > NOISE_M2
    made = found.take(large & land)
    made.small += int((land & ~large).sum())
    made.small_amount += float(found.amounts[land & ~large].sum())
    return made


def blocks(geometries: Array) -> Iterator[slice]:
    """Slices of geometries that follow each other and hold about _BLOCK_VERTICES vertices together."""
    groups = np.cumsum(shapely.get_num_coordinates(geometries)) // _BLOCK_VERTICES
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    for start, stop in zip(starts.tolist(), np.append(starts[1:], len(geometries)).tolist()):
        yield slice(start, stop)


def points(xy: Array) -> Array:
    """Points of coordinates (n x 2), as an array also where there are none."""
    made: Array = shapely.points(np.asarray(xy, dtype=float).reshape(-1, 2))
    return made
