"""Overlaps of owners with many pieces: found from lone edges on, or not looked for where too many would be asked."""

import numpy as np
import shapely
from onemap.plugin.core.land import overlaps
from onemap.plugin.core.land.lone_edges import lone_edges
from onemap.plugin.core.land.overlaps import Known, overlapping_pieces
from onemap.plugin.core.land.shells import shells


def grid(columns, rows):
    left, low = (10.0 * n.ravel() for n in np.meshgrid(np.arange(columns), np.arange(rows)))
    return shapely.box(left, low, left + 10, low + 10)


def test_land_covered_twice_is_followed_from_its_border_to_its_middle(monkeypatch):
    """A block of parcels lies there twice: edges in its middle all have a counterpart, so only its rim is asked."""
    parcels = grid(18, 18)
    twice = [8 * 18 + 8 + 18 * row + column for row in range(-2, 3) for column in range(-2, 3)]
    pieces = np.concatenate([parcels, parcels[twice]])
    compared = []
    look = overlaps._interiors_meet
    monkeypatch.setattr(overlaps, "_interiors_meet", lambda a, b: compared.append(len(a)) or look(a, b))
    lone = lone_edges(shells(pieces))
    known = Known(np.full(len(pieces), lone), np.arange(len(pieces)))
    found = overlapping_pieces(pieces, np.zeros(len(pieces), int), known, 400)
    assert np.flatnonzero(found).tolist() == sorted([*twice, *range(324, 349)])
    assert sum(compared) < 600  # of 1,600 pairs whose boxes meet


def test_of_many_pieces_that_all_may_overlap_none_is_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(overlaps, "_interiors_meet", lambda a, b: compared.append(len(a)) or np.ones(len(a), bool))
    pieces = np.concatenate([grid(9, 10), grid(9, 10)])
    nothing = Known(np.full(len(pieces), None), np.full(len(pieces), -1))
    assert overlapping_pieces(pieces, np.zeros(len(pieces), int), nothing, 400).all()
    assert sum(compared) == 0


def test_owners_are_compared_each_for_itself():
    pieces = np.concatenate([grid(3, 3), grid(3, 3)])
    owners = np.repeat([0, 1], 9)
    nothing = Known(np.full(18, None), np.full(18, -1))
    assert not overlapping_pieces(pieces, owners, nothing, 400).any()
    owners[9] = 0
    found = overlapping_pieces(pieces, owners, nothing, 400)
    assert np.flatnonzero(found).tolist() == [0, 9]
