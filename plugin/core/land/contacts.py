"""Rings that touch in vertices and edges that both have, number by number: neighbours, or one holds the other.

Every stretch of a ring between two such vertices lies on one side of the other ring, and the corner where it begins
tells on which.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .shells import Shells
from .types import Array

_CLEARLY = 10  # times `near`: so far from a line the other end of an edge lies that begins on it


class Contacts(NamedTuple):
    """Edges that touch: `pair`, the edge of the first ring and of the second; how far the ends of the one lie from the
    line of the other at most, and that of the other (metres x length), and what is near then.
    """

    pair: Array
    one: Array
    other: Array
    farthest: Array
    near: Array
    farthest_other: Array
    near_other: Array


class _Corner(NamedTuple):
    """A vertex x, y of each of some rings, and the vertices before and after it."""

    x: Array
    y: Array
    before_x: Array
    before_y: Array
    after_x: Array
    after_y: Array


def holding(first: Shells, second: Shells, contacts: Contacts, clear: Array, near: float) -> Array:
    """Pairs of which the first holds the second or is the same, of those with contacts and nothing else; the others of
    these are neighbours, and pairs of which arrays cannot tell are taken out of `clear`.
    """
    clear[contacts.pair[~_in_vertices(first, second, contacts)]] = False
    both_end = (first.x[contacts.one + 1] == second.x[contacts.other + 1]) & clear[contacts.pair]
    at = np.flatnonzero(both_end & (first.y[contacts.one + 1] == second.y[contacts.other + 1]))
    pair = contacts.pair[at]  # every vertex that both have, once
    corner, other = _corner(first, contacts.one[at]), _corner(second, contacts.other[at])
    goes_in, goes_out = _ways(other, corner, pair, clear, near)
    first_in, first_out = _ways(corner, other, pair, clear, near)
    touching = np.zeros(len(clear), bool)
    touching[contacts.pair] = True
    holds = touching & ~goes_out & ~first_in & (goes_in | ~first_out)  # of two rings that are the same nothing goes
    apart = goes_out & ~goes_in & first_out & ~first_in
    clear &= ~touching | holds | apart
    return np.flatnonzero(holds & clear)


def _in_vertices(first: Shells, second: Shells, contacts: Contacts) -> Array:
    """Booleans: edges that have both vertices in common, or one and part there at a clear angle."""
    ends = [(first.x[edge], first.y[edge]) for edge in (contacts.one, contacts.one + 1)]
    common = np.zeros(len(contacts.pair), np.int8)
    for edge in (contacts.other, contacts.other + 1):
        x_other, y_other = second.x[edge], second.y[edge]
        for x, y in ends:
            common += (x == x_other) & (y == y_other)
    parts = contacts.farthest > _CLEARLY * contacts.near
    parts &= contacts.farthest_other > _CLEARLY * contacts.near_other
    found: Array = (common == 2) | ((common == 1) & parts)
    return found


def _corner(shells: Shells, edge: Array) -> _Corner:
    """Where each edge ends."""
    ring = shells.ring_of_edge(edge)
    after = edge + 1
    after = np.where(after - shells.start[ring] == shells.edges[ring], shells.start[ring], after) + 1
    x, y = shells.x, shells.y
    return _Corner(x[edge + 1], y[edge + 1], x[edge], y[edge], x[after], y[after])


def _ways(corner: _Corner, around: _Corner, pair: Array, clear: Array, near: float) -> tuple[Array, Array]:
    """(goes in, goes out), pair by pair: whether some edge of a `corner` runs inside the ring that has the corner
    `around`, and whether some runs outside.
    """
    goes_in, goes_out = np.zeros(len(clear), bool), np.zeros(len(clear), bool)
    for x, y in ((corner.before_x, corner.before_y), (corner.after_x, corner.after_y)):
        along = (x == around.before_x) & (y == around.before_y) | (x == around.after_x) & (y == around.after_y)
        inside, is_sure = _is_inside(around, x - around.x, y - around.y, near)
        clear[pair[~along & ~is_sure]] = False
        goes_in[pair[~along & inside]] = True
        goes_out[pair[~along & ~inside]] = True
    return goes_in, goes_out


def _is_inside(corner: _Corner, dx: Array, dy: Array, near: float) -> tuple[Array, Array]:
    """(whether a way from each corner, clearly beside its edges, leads to their left, whether that is sure)."""
    in_x, in_y = corner.x - corner.before_x, corner.y - corner.before_y
    out_x, out_y = corner.after_x - corner.x, corner.after_y - corner.y
    left, left_after = in_x * dy - in_y * dx > 0, out_x * dy - out_y * dx > 0
    turn = in_x * out_y - in_y * out_x
    reach = _CLEARLY * near * (np.abs(in_x) + np.abs(in_y) + np.abs(out_x) + np.abs(out_y))
    same = left == left_after
    return np.where(same, left, turn < 0), same | (np.abs(turn) > reach)
