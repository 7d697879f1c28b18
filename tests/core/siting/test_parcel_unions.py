"""Neighbouring parcels as one site: each set once, whole parcels only, in free land, against trying every set."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting.free_land import Tile
from onemap.plugin.core.siting.measures import compactness
from onemap.plugin.core.siting.parcel_unions import Parcels
from onemap.plugin.core.siting.search import SiteSearch, Wanted

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


def grid(columns, rows, wide=50, deep=40):
    return np.array(
        [box(c * wide, r * deep, (c + 1) * wide, (r + 1) * deep) for r in range(rows) for c in range(columns)]
    )


def whole(free):
    return Tile(free.bounds, free, free)


def every_set(shapes, areas, low, high):
    """The unions that are one compact polygon, by trying all sets of parcels."""
    found = set()
    for count in range(1, len(shapes) + 1):
        for rows in map(list, combinations(range(len(shapes)), count)):
            union = shapely.union_all(shapes[rows])
            if low <= areas[rows].sum() <= high and union.geom_type == "Polygon" and not union.interiors:
                convex = union.area / union.convex_hull.area >= 0.7 and compactness(np.array([union]))[0] >= 0.4
                found |= {union.normalize().wkb} if convex else set()
    return found


@pytest.mark.parametrize("low, high", [(1_900, 2_100), (5_800, 6_300), (3_900, 4_100)])
def test_every_set_of_neighbours_is_found_once(low, high):
    shapes = grid(4, 2)
    parcels = Parcels(shapes, PLANE)
    sites = parcels.sites(whole(box(0, 0, 200, 80)), low, high)
    expected = every_set(shapes, parcels.areas_m2, low, high)
    assert expected and len(sites) == len(expected)
    assert {site.normalize().wkb for site in sites} == expected


def test_of_many_sets_the_most_compact_are_kept():
    shapes = grid(6, 5)
    sites = Parcels(shapes, PLANE).sites(whole(box(0, 0, 300, 200)), 11_900, 12_100)
    assert len(sites) <= 12 * len(shapes)
    blocks = [s for s in sites if s.equals(s.envelope) and compactness(np.array([s]))[0] > 0.7]
    assert len(blocks) == 5 * 3 + 4 * 4  # 2 x 3 and 3 x 2 parcels, wherever they have room


def test_parcels_that_only_touch_in_a_corner_or_lie_apart_are_no_neighbours():
    corner = np.array([box(0, 0, 50, 40), box(50, 40, 100, 80), box(200, 0, 250, 40)])
    assert not len(Parcels(corner, PLANE).sites(whole(box(0, 0, 300, 100)), 3_900, 4_100))


def test_what_is_not_free_is_left_out_and_a_union_belongs_to_one_tile():
    shapes, free = grid(6, 1), box(0, 0, 300, 40).difference(box(110, 10, 120, 20))
    parcels = Parcels(shapes, PLANE)
    sites = parcels.sites(whole(free), 3_900, 4_100)
    assert len(sites) == 3 and shapely.covers(free, sites).all()  # parcels 1+2, 4+5, 5+6
    left = parcels.sites(Tile((X, Y, X + 200, Y + 40), free, free), 3_900, 4_100)
    right = parcels.sites(Tile((X + 200, Y, X + 300, Y + 40), free, free), 3_900, 4_100)
    assert len(left) + len(right) == 3 and len(left) and len(right)


def test_a_free_edge_that_rounding_moved_still_takes_the_parcels_beside_it():
    free = box(0, 1e-6, 100, 40)
    (site,) = Parcels(grid(2, 1), PLANE).sites(whole(free), 3_900, 4_100)
    assert free.covers(site) and site.area == pytest.approx(4_000, abs=6)


def test_a_search_has_them_beside_its_rectangles():
    shapes, free = grid(4, 3, 51, 43), box(0, 0, 204, 129)
    search = SiteSearch(Wanted(4_300, 4_500), PLANE, shapes)
    alone = search.sites(whole(free))
    search.parcels = Parcels(shapes, PLANE)
    unions = {u.normalize().wkb for u in search.parcels.sites(whole(free), 4_300, 4_500)}
    found = {s.normalize().wkb for s in search.sites(whole(free))}
    assert len(unions) == 17 and unions <= found and not unions <= {s.normalize().wkb for s in alone}


def test_many_small_parcels_are_bounded_work():
    sites = Parcels(grid(12, 12, 10, 10), PLANE).sites(whole(box(0, 0, 120, 120)), 690, 810)
    assert 0 < len(sites) <= 144 * 12
