"""Two vintages of a polygon layer: which feature is which, and what became of every piece of land.

Features of equal geometry are settled without overlay; only what is left is cut. Each piece of changed land is told
once: removed, added, of another class, or handed to another feature of the same class (reshaped).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import repeat
from typing import Any, NamedTuple, Optional

import numpy as np
import shapely

from ..land.types import Array
from ..threads import Feedback
from .comparison_overlay import Overlay, overlay
from .comparison_values import same_value

SAME_SHARE = 0.98  # each holds at least this share of the other: the same feature
_MIX = np.uint64(0x9E3779B97F4A7C15)


class ChangeKind(str, Enum):
    """What happened to a piece of land."""

    ADDED = "added"
    REMOVED = "removed"
    RECLASSED = "reclassed"
    RESHAPED = "reshaped"
    ATTRIBUTE = "attribute"


@dataclass
class Vintage:
    """One state of a layer: valid polygons on the plane, None where unusable; `keys` "" where there is none.

    `values`: of the fields that both states have, row by row; `areas`: statutory m². `places`: equal numbers stand for
    shapes stored in equal bytes, in both states alike; -1 where that is not known.
    """

    fids: Array
    keys: Array
    classes: Array
    values: list[tuple[Any, ...]]
    geometries: Array
    areas: Array
    places: Optional[Array] = None

    def __len__(self) -> int:
        return len(self.fids)


class Change(NamedTuple):
    """A piece of land that is not as it was; `before` and `after` are positions in the vintages, -1 for none."""

    kind: ChangeKind
    before: int
    after: int
    area_m2: float
    geometry: Any
    fields: str = ""


class Piece(NamedTuple):
    """A piece of land for the matrix, changed or not; positions as in Change."""

    before: int
    after: int
    area_m2: float
    geometry: Any


@dataclass
class Comparison:
    """All changes and all pieces; areas by which the features of a vintage overlap one another."""

    changes: list[Change] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    overlap_before_m2: float = 0.0
    overlap_after_m2: float = 0.0
    unusable_before: int = 0
    unusable_after: int = 0


def compare(
    before: Vintage, after: Vintage, names: Sequence[str], plane: Any, feedback: Optional[Feedback] = None
) -> Comparison:
    """Compare two vintages whose `values` are of the fields `names`; raises Cancelled."""
    result = Comparison()
    settled = _settled(before, after)
    for a, b in settled:
        _settle(result, before, after, (a, b), names)
    left_a = _left(before, [a for a, _ in settled])
    left_b = _left(after, [b for _, b in settled])
    result.unusable_before, result.unusable_after = (
        int(shapely.is_missing(vintage.geometries[rows]).sum()) for vintage, rows in ((before, left_a), (after, left_b))
    )
    left_a, left_b = left_a[_usable(before, left_a)], left_b[_usable(after, left_b)]
    cut = overlay(before.geometries[left_a], after.geometries[left_b], plane, feedback)
    same = _same_features(before, after, left_a, left_b, cut)
    one, other = left_a[cut.first].tolist(), left_b[cut.second].tolist()
    pieces = list(map(Piece, one, other, cut.areas.tolist(), cut.pieces.tolist()))
    result.pieces += pieces
    changes = map(
        _of_piece, repeat(before), repeat(after), pieces, map(same.__contains__, zip(one, other)), repeat(names)
    )
    result.changes += [change for change in changes if change is not None]
    _add_rests(result, cut, left_a, left_b)
    result.overlap_before_m2, result.overlap_after_m2 = cut.overlap_first_m2, cut.overlap_second_m2
    return result


def _settle(result: Comparison, before: Vintage, after: Vintage, pair: tuple[int, int], names: Sequence[str]) -> None:
    a, b = pair
    piece = Piece(a, b, float(after.areas[b]), after.geometries[b])
    if piece.geometry is not None:
        result.pieces.append(piece)
    change = _of_piece(before, after, piece, True, names)
    if change is not None:
        result.changes.append(change)


def _of_piece(before: Vintage, after: Vintage, piece: Piece, is_same: bool, names: Sequence[str]) -> Optional[Change]:
    """The change that a shared piece of land stands for, None where nothing changed."""
    a, b = piece.before, piece.after
    place = a, b, piece.area_m2, piece.geometry
    if before.classes[a] != after.classes[b]:
        return Change(ChangeKind.RECLASSED, *place)
    if not is_same:
        return Change(ChangeKind.RESHAPED, *place)
    if before.values[a] is after.values[b] or before.values[a] == after.values[b]:
        return None
    changed_values = "; ".join(differences(before.values[a], after.values[b], names))
    return Change(ChangeKind.ATTRIBUTE, *place, changed_values) if changed_values else None


def differences(old: Sequence[Any], new: Sequence[Any], names: Sequence[str]) -> Iterator[str]:
    """What differs, field by field, as `same_value` sees it."""
    for name, one, other in zip(names, old, new):
        if one != other and not same_value(one, other):
            yield f"{name}: {'' if one is None else one} → {'' if other is None else other}"


def _add_rests(result: Comparison, cut: Overlay, left_a: Array, left_b: Array) -> None:
    """Land of one vintage that the other does not hold."""
    for rest in cut.rests_first:
        a = int(left_a[rest.row])
        result.pieces.append(Piece(a, -1, rest.area_m2, rest.geometry))
        result.changes.append(Change(ChangeKind.REMOVED, a, -1, rest.area_m2, rest.geometry))
    for rest in cut.rests_second:
        b = int(left_b[rest.row])
        result.pieces.append(Piece(-1, b, rest.area_m2, rest.geometry))
        result.changes.append(Change(ChangeKind.ADDED, -1, b, rest.area_m2, rest.geometry))


def digests(geometries: Array) -> list[bytes]:
    """Digests that are equal for polygons of the same vertices, wherever their rings start; b"" for none."""
    wkb = shapely.to_wkb(shapely.normalize(geometries))
    return [b"" if data is None else hashlib.blake2b(data, digest_size=16).digest() for data in wkb]


def _boxes(geometries: Array) -> Array:
    """A number for every box, equal where boxes are; those of different boxes are hardly ever equal."""
    left, low, right, top = (shapely.bounds(geometries) + 0.0).view(np.uint64).reshape(-1, 4).T
    mixed: Array = ((left * _MIX ^ low) * _MIX ^ right) * _MIX ^ top
    return mixed


def unique_keys(keys: Array) -> dict[str, int]:
    """{key: position} of the keys that occur once."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for row, key in enumerate(keys.tolist()):
        if key and found.setdefault(key, row) != row:
            twice.add(key)
    for key in twice:
        del found[key]
    return found


def _settled(before: Vintage, after: Vintage) -> list[tuple[int, int]]:
    """Pairs that need no overlay: equal geometry, those of the same key first, one to one."""
    keys = unique_keys(after.keys)
    by_key = {a: keys[key] for key, a in unique_keys(before.keys).items() if key in keys}
    pairs = _alike(before, after, by_key)
    left_a, left_b = _left(before, list(pairs)), _left(after, list(pairs.values()))
    boxes = [_boxes(vintage.geometries[rows]) for vintage, rows in ((before, left_a), (after, left_b))]
    old, new = (
        dict(zip(rows.tolist(), digests(vintage.geometries[rows])))
        for vintage, rows in (
            (before, left_a[np.isin(boxes[0], boxes[1])]),  # what is equal has equal boxes
            (after, left_b[np.isin(boxes[1], boxes[0])]),
        )
    )
    # without geometry on both sides: by key alone
    pairs.update((a, b) for a, b in by_key.items() if a in old and b in new and old[a] == new[b])
    taken = set(pairs.values())
    waiting: defaultdict[bytes, list[int]] = defaultdict(list)
    for b in reversed(left_b.tolist()):
        if b not in taken and new.get(b):
            waiting[new[b]].append(b)
    for a, digest in old.items():
        if a not in pairs and digest and waiting.get(digest):
            pairs[a] = waiting[digest].pop()
    return sorted(pairs.items())


def _alike(before: Vintage, after: Vintage, by_key: dict[int, int]) -> dict[int, int]:
    """Pairs of one key whose shapes are stored in the same bytes."""
    if before.places is None or after.places is None:
        return {}
    old, new = before.places.tolist(), after.places.tolist()
    return {a: b for a, b in by_key.items() if old[a] >= 0 and old[a] == new[b]}


def _left(vintage: Vintage, used: Sequence[int]) -> Array:
    return np.setdiff1d(np.arange(len(vintage)), np.asarray(used, dtype=int))


def _usable(vintage: Vintage, rows: Array) -> Array:
    return ~shapely.is_missing(vintage.geometries[rows])


def _same_features(before: Vintage, after: Vintage, left_a: Array, left_b: Array, cut: Overlay) -> set[tuple[int, int]]:
    """Pairs of one feature in two shapes: by a key that occurs once on each side, else by mutual overlap."""
    keys = unique_keys(after.keys)
    same = {(a, keys[key]) for key, a in unique_keys(before.keys).items() if key in keys}
    with_key_a, with_key_b = {a for a, _ in same}, {b for _, b in same}
    if len(cut.first):
        larger = np.maximum(
            shapely.area(before.geometries[left_a[cut.first]]), shapely.area(after.geometries[left_b[cut.second]])
        )
        for number in np.flatnonzero(shapely.area(cut.pieces) >= SAME_SHARE * larger):
            a, b = int(left_a[cut.first[number]]), int(left_b[cut.second[number]])
            if a not in with_key_a and b not in with_key_b:
                same.add((a, b))
    return same
