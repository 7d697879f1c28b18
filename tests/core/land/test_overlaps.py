"""Overlaps of owners with many pieces: found from lone edges on, or not looked for where too many would be asked."""

import numpy as np
import shapely
from onemap.plugin.core.land import overlaps
from onemap.plugin.core.land.area import ellipsoidal_areas
from onemap.plugin.core.land.lone_edges import lone_edges
from onemap.plugin.core.land.overlaps import Known, overlapping_pieces
from onemap.plugin.core.land.shells import shells
from onemap.plugin.core.review import piece_areas
from pyproj import CRS
from shapely import affinity


def grid(columns, rows):
    left, low = (10.0 * n.ravel() for n in np.meshgrid(np.arange(columns), np.arange(rows)))
    return shapely.box(left, low, left + 10, low + 10)


def test_land_covered_twice_is_followed_from_its_border_to_its_middle(monkeypatch):
    """A block of parcels lies there twice: edges in its middle all have a counterpart, so only its rim is asked."""
    parcels = grid(18, 18)
    twice = [8 * 18 + 8 + 18 * row + column for row in range(-2, 3) for column in range(-2, 3)]
    pieces = np.concatenate([parcels, parcels[twice]])
    compared = []
    look = overlaps.interiors_meet
    monkeypatch.setattr(overlaps, "interiors_meet", lambda a, b: compared.append(len(a)) or look(a, b))
    lone = lone_edges(shells(pieces))
    known = Known(np.full(len(pieces), lone), np.arange(len(pieces)))
    found = overlapping_pieces(pieces, np.zeros(len(pieces), int), known, 400)
    assert np.flatnonzero(found).tolist() == sorted([*twice, *range(324, 349)])
    assert sum(compared) < 600  # of 1,600 pairs whose boxes meet


def test_of_many_pieces_that_all_may_overlap_none_is_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(overlaps, "interiors_meet", lambda a, b: compared.append(len(a)) or np.ones(len(a), bool))
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


def test_areas_of_unions_are_those_of_uniting_all(monkeypatch):
    """Some parcels have vertices that their neighbours lack, parts of a millimetre beside their edges."""
    plane = CRS.from_epsg(4549)
    turned = affinity.rotate(shapely.MultiPolygon(list(grid(18, 18))), 13, origin=(0, 0))
    parcels = shapely.get_parts(affinity.translate(affinity.scale(turned, 9, 9, origin=(0, 0)), 500_000, 3_400_000))
    parcels[:60:3] = shapely.segmentize(parcels[:60:3], 35.0)
    parcels = shapely.transform(parcels, lambda xy: np.round(xy, 4))
    doubled = np.zeros(len(parcels) + 1, bool)
    doubled[[100, -1]] = True
    pieces = np.append(parcels, parcels[100])
    known = Known(np.full(len(pieces), lone_edges(shells(pieces))), np.arange(len(pieces)))
    parts = piece_areas._Parts(pieces, ellipsoidal_areas(pieces, plane), np.zeros(len(pieces), int), known.is_matched())
    whole = ellipsoidal_areas([shapely.union_all(pieces)], plane)[0]
    off = {}
    for lacking_m2, rounding_m2 in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)):
        monkeypatch.setattr(piece_areas, "_LACKING_M2", lacking_m2)
        monkeypatch.setattr(piece_areas, "_ROUNDING_M2", rounding_m2)
        united = piece_areas._united_m2(parts, doubled, np.array([0]), plane)
        off[lacking_m2, rounding_m2] = abs(united[0] - whole)
    assert 50 < known.is_matched().sum() < 300
    assert off[0.0, 0.0] > 1e-5 > 1e-7 > off[1.0, 0.0]
    assert off[1.0, 1.0] < 1e-8


def test_two_pieces_are_enough_to_overlap():
    pieces = np.array(
        [shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3), shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)]
    )
    assert overlaps.overlapping_owners(pieces, np.array([5, 5, 9, 9])).tolist() == [5]
