"""Which pieces of one owner overlap: box by box, then by lone edges, then by GEOS where these cannot tell."""

from collections.abc import Iterator
from typing import NamedTuple, Optional

import numpy as np
import shapely

from .clear_cuts import NEAR
from .overlay import MANY
from .shells import Boxes, boxes_of, runs
from .types import Array

_PAIRS = 200_000  # pairs of boxes looked at at a time: they stay in the processor's cache
_FREELY = 80  # pieces of an owner up to which pairs are compared however many ask for it
_SCATTERED = 32  # overlaps of an owner from which on all of its pairs are compared


class Known(NamedTuple):
    """Piece by piece, as PieceTable has them: the LoneEdges that know its control feature, and its shell there."""

    lone: Array
    shell: Array

    def take(self, rows: Array) -> "Known":
        return Known(self.lone[rows], self.shell[rows])

    def is_matched(self) -> Array:
        """Booleans: pieces of control features of which every edge is known to be that of a neighbour, too."""
        found = np.zeros(len(self.shell), bool)
        rows = np.flatnonzero(self.shell >= 0)
        for lone in set(self.lone[rows]):
            own = rows[self.lone[rows] == lone]
            found[own] = lone.count[self.shell[own]] == 0
        return found


def overlapping_owners(pieces: Array, owners: Array) -> Array:
    """Sorted owners that have two pieces whose interiors meet: the sum of their areas is not the area of their union.

    Telling so by pairs is several times faster than the unions themselves; an owner of very many pieces is said to
    overlap untested, as pairs grow with the square.
    """
    nothing = Known(np.full(len(pieces), None), np.full(len(pieces), -1))
    return np.unique(owners[overlapping_pieces(pieces, owners, nothing, MANY)])


def overlapping_pieces(pieces: Array, owners: Array, known: Known, most: int) -> Array:
    """Booleans: pieces whose interior meets that of another of the same owner; all of an owner of more than `most`.

    `known`: what lone edges tell; not of an owner that may lie in two control features with all of its land.
    """
    _, group, counts = np.unique(owners, return_inverse=True, return_counts=True)
    size = counts[group]
    found: Array = size > most
    tested = np.flatnonzero((size > 1) & ~found)
    found[tested] = _overlapping(pieces[tested], group[tested], known.take(tested))
    return found


def perhaps_overlapping_owners(pieces: Array, owners: Array, known: Optional[Known] = None) -> Array:
    """As `overlapping_owners` and more: sorted owners that have two pieces whose boxes meet; many times quicker."""
    keys, group, counts = np.unique(owners, return_inverse=True, return_counts=True)
    tested = np.flatnonzero((counts[group] > 1) & (counts[group] <= MANY))
    boxes = boxes_of(pieces[tested])
    one, _ = _meeting(boxes, group[tested])
    return keys[np.union1d(np.flatnonzero(counts > MANY), group[tested[one]])]


def _overlapping(pieces: Array, owners: Array, known: Known) -> Array:
    """Booleans: pieces whose interior meets that of another piece of the same owner; all pieces of an owner of whose
    many pairs so many would have to be asked that their union is quicker.
    """
    boxes = boxes_of(pieces)
    one, other = _meeting(boxes, owners)
    asked = _asked(boxes, one, other, known)
    size = np.bincount(owners)
    questions = np.bincount(owners[one[asked]], minlength=len(size))
    found = ((size > _FREELY) & (questions > size))[owners]
    tested = ~found[one]
    one, other, asked = one[tested], other[tested], asked[tested]
    overlap = _overlapping_pairs(_Pairs(pieces, owners, boxes, one, other), asked)
    found[one[overlap]] = found[other[overlap]] = True
    return found


class _Pairs(NamedTuple):
    """Pieces, their owners and boxes, and pairs of positions of one owner whose boxes meet."""

    pieces: Array
    owners: Array
    boxes: Boxes
    one: Array
    other: Array

    def overlap(self, rows: Array) -> Array:
        """Booleans: in which of the pairs `rows` interiors meet."""
        return interiors_meet(self.pieces[self.one[rows]], self.pieces[self.other[rows]])


def _overlapping_pairs(pairs: _Pairs, asked: Array) -> Array:
    """Booleans: pairs whose interiors meet. Lone edges show one overlap of some land that is covered twice, not all:
    from that one on those next to it are looked at, as land that hangs together passes from pair to pair.
    """
    overlap = np.zeros(len(asked), bool)
    fresh = np.flatnonzero(asked)
    overlap[fresh] = pairs.overlap(fresh)
    fresh = fresh[overlap[fresh]]
    owner = pairs.owners[pairs.one]
    rest = np.flatnonzero(~asked & np.isin(owner, owner[fresh]))
    land = pairs.boxes.take(pairs.one).shared(pairs.boxes.take(pairs.other))
    while len(fresh) and len(rest):
        is_next = _is_next(owner, land, rest, fresh)
        asked_now, rest = rest[is_next], rest[~is_next]
        overlap[asked_now] = pairs.overlap(asked_now)
        fresh = asked_now[overlap[asked_now]]
    return overlap


def _is_next(owner: Array, land: Boxes, rest: Array, fresh: Array) -> Array:
    """Booleans: pairs `rest` whose box of `land` meets that of a pair `fresh` of the same owner; all of an owner of
    many such.
    """
    fresh = fresh[np.argsort(owner[fresh], kind="stable")]
    begin, end = (np.searchsorted(owner[fresh], owner[rest], side) for side in ("left", "right"))
    many = end - begin > _SCATTERED
    row, place = runs(begin, np.where(many, 0, end - begin))
    row, _ = land.take(rest).grown(NEAR).meeting(row, land, fresh[place])
    found: Array = many | (np.bincount(row, minlength=len(rest)) > 0)
    return found


def interiors_meet(some: Array, others: Array) -> Array:
    """Booleans: pairs of polygons that have land in common."""
    try:
        meet: Array = shapely.relate_pattern(some, others, "T********")
    except shapely.GEOSException:  # what cannot be told apart is united
        return np.ones(len(some), bool)
    return meet


def _meeting(boxes: Boxes, owners: Array) -> tuple[Array, Array]:
    """Pairs of positions that have the same owner and whose boxes meet; those of one owner need not lie together."""
    order = np.argsort(owners, kind="stable")
    later = np.searchsorted(owners[order], owners[order], side="right") - np.arange(len(order)) - 1
    found = [np.zeros((2, 0), int)]
    for rows in _parts(later):
        row, place = runs(np.arange(rows.start, rows.stop) + 1, later[rows])
        one, other = boxes.meeting(order[rows][row], boxes, order[place])
        found.append(np.stack([one, other]))
    one, other = np.concatenate(found, axis=1)
    return one, other


def _parts(many: Array) -> Iterator[slice]:
    """Slices of rows that have about _PAIRS together."""
    starts = np.flatnonzero(np.diff(np.cumsum(many) // _PAIRS, prepend=-1))
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(many)]):
        yield slice(start, stop)


def _asked(boxes: Boxes, one: Array, other: Array, known: Known) -> Array:
    """Booleans: which pairs of pieces may be those that show an overlap."""
    asked = np.ones(len(one), bool)
    together = (known.shell[one] >= 0) & (known.shell[other] >= 0) & (known.lone[one] == known.lone[other])
    for lone in set(known.lone[one[together]]):
        rows = np.flatnonzero(together & (known.lone[one] == lone))
        shared = boxes.take(one[rows]).shared(boxes.take(other[rows]))
        asked[rows] = lone.may_overlap(known.shell[one[rows]], known.shell[other[rows]], shared)
    return asked
