"""Geometries of control features as they are stored, and where a process finds them by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

import numpy as np

if TYPE_CHECKING:
    from ..land.types import Array


class StoredAt(NamedTuple):
    """Where features are stored: what reads them (a key of Readers), of which place (what JSON can hold), and which of
    them, as arrays.
    """

    reader: str
    place: list[Any]
    arrays: list[Array]


class Read(NamedTuple):
    """What was read at a StoredAt: the shapes, and the values that names are made of (none: they have none)."""

    shapes: StoredShapes
    values: list[Any]


class StoredShapes(NamedTuple):
    """Features on the plane as bytes (uint8), where each begins, its length, below 1 for none: WKB that nobody has
    looked at yet, or, with `kinds` (packed.Packing), valid geometries as a cache keeps them.
    """

    data: Array
    starts: Array
    lengths: Array
    kinds: Optional[Array] = None


def stored_together(count: int, parts: Sequence[tuple[Array, StoredShapes]]) -> Optional[StoredShapes]:
    """The StoredShapes of several layers as one of `count` features; `parts`: (their places, StoredShapes). None where
    they are of both sorts.
    """
    starts, lengths, before = np.zeros(count, np.int64), np.full(count, -1), 0
    kinds = np.zeros(count, np.int8)
    are_looked_at = {shapes.kinds is not None for _, shapes in parts}
    if len(are_looked_at) > 1:
        return None
    for places, shapes in parts:
        starts[places], lengths[places] = shapes.starts + before, shapes.lengths
        kinds[places] = 0 if shapes.kinds is None else shapes.kinds
        before += len(shapes.data)
    data = [shapes.data for _, shapes in parts]
    together = data[0] if len(data) == 1 else np.concatenate([np.zeros(0, np.uint8), *data])
    return StoredShapes(together, starts, lengths, kinds if True in are_looked_at else None)


# what reads a StoredAt, by its name, of the place and arrays that it holds
Readers = Mapping[str, Callable[[list[Any], "list[Array]"], Read]]
_TOGETHER = "together"


def at_together(parts: Sequence[tuple[Array, StoredAt]]) -> StoredAt:
    """Where several layers keep what is asked for as one; `parts`: (their places in it, StoredAt)."""
    if len(parts) == 1:
        return parts[0][1]
    place = [[at.reader, at.place, len(at.arrays)] for _, at in parts]
    return StoredAt(_TOGETHER, place, [array for places, at in parts for array in (places, *at.arrays)])


def read_at(at: StoredAt, readers: Readers) -> Read:
    """What lies there. Raises LookupError for what none of the `readers` reads, and what they raise."""
    if at.reader != _TOGETHER:
        return readers[at.reader](at.place, at.arrays)
    parts, rest = [], list(at.arrays)
    for reader, place, count in at.place:
        parts.append((rest[0], readers[reader](place, rest[1 : 1 + count])))
        del rest[: 1 + count]
    total = sum(len(places) for places, _ in parts)
    shapes = stored_together(total, [(places, read.shapes) for places, read in parts])
    if shapes is None:
        raise LookupError
    values: list[Any] = [None] * total
    for places, read in parts:
        for place, value in zip(places.tolist(), read.values):
            values[place] = value
    return Read(shapes, values)
