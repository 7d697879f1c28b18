"""The search for compact sites in free land: sizes, shapes, spacing, edges, and what it must never do."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting.free_land import Tile
from onemap.plugin.core.siting.measures import compactness
from onemap.plugin.core.siting.picking import pick
from onemap.plugin.core.siting.search import SiteSearch, Wanted

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


def searched(free, wanted, core=None, **options):
    """Sites of one tile whose core is the box of the free land unless said."""
    search = SiteSearch(wanted, PLANE, **options)
    return search.sites(Tile(core or free.bounds, free, free))


def test_the_aim_is_the_middle_of_a_narrow_range_and_the_low_end_of_a_wide_one():
    assert Wanted(9_900, 10_100).aim == 10_000
    assert Wanted(10_000, 60_000).aim == pytest.approx(10_200)


@pytest.mark.parametrize("low, high", [(9_800, 10_200), (10_000, 60_000), (400, 420)])
def test_every_site_lies_inside_free_land_and_has_the_wanted_area(low, high):
    free = box(0, 0, 1500, 1200).difference(box(400, 300, 900, 700)).difference(box(1200, 0, 1260, 1200))
    sites = searched(free, Wanted(low, high))
    assert len(sites) > 10
    assert shapely.covers(free, sites).all()
    areas = statutory_areas(sites, PLANE)
    assert (areas >= low).all() and (areas <= high).all()
    assert (compactness(sites) >= 0.4).all()
    assert (shapely.area(sites) / shapely.area(shapely.convex_hull(sites)) >= 0.85).all()


def test_a_piece_that_is_a_site_as_it_is_is_found_whole():
    alone = box(2000, 2000, 2101, 2099)
    free = shapely.multipolygons([box(0, 0, 30, 30), alone])
    sites = searched(free, Wanted(9_000, 11_000))
    assert any(shapely.equals_exact(site.normalize(), alone.normalize(), 1e-9) for site in sites)
    # it belongs to the tile that holds its inner point
    assert not len(searched(free, Wanted(9_000, 11_000), core=(X, Y, X + 1000, Y + 1000)))


def test_pieces_that_are_thin_holed_or_bent_are_no_sites():
    ring = box(0, 0, 120, 120).difference(box(20, 20, 100, 100))
    strip = box(300, 0, 1300, 10)
    hook = shapely.union_all([box(2000, 0, 2020, 250), box(2000, 0, 2250, 20)])
    free = shapely.multipolygons([*shapely.get_parts(ring), strip, hook])
    assert not len(searched(free, Wanted(6_000, 11_000)))


def test_a_narrow_place_takes_a_rectangle_where_no_square_fits():
    """A band 75 m wide: a square of 10,200 m2 does not fit, a rectangle of 1 : 2.5 does."""
    sites = searched(box(0, 0, 900, 75), Wanted(10_000, 11_000))
    assert len(sites)
    left, low, right, top = shapely.bounds(sites).T
    assert ((right - left) / (top - low)).min() > 1.6


def test_a_turned_place_takes_a_turned_shape():
    from shapely.affinity import rotate

    free = rotate(box(0, 0, 700, 90), 30, origin=(X, Y))
    sites = searched(free, Wanted(10_000, 10_600))
    assert len(sites) and shapely.covers(free, sites).all()


def test_a_winding_place_takes_what_a_window_leaves():
    """Where neither square nor rectangle fits, a window around an anchor is cut to size."""
    octagon = shapely.buffer(shapely.Point(X, Y), 60, quad_segs=2)
    sites = searched(octagon, Wanted(9_500, 9_800))
    assert len(sites)
    areas = statutory_areas(sites, PLANE)
    assert (np.abs(areas / Wanted(9_500, 9_800).aim - 1) < 0.02).all()


def test_too_little_land_gives_nothing():
    assert not len(searched(box(0, 0, 50, 50), Wanted(10_000, 20_000)))


def test_the_search_is_deterministic_and_bounded():
    free = box(0, 0, 3000, 3000)
    first, again = (searched(free, Wanted(2_000, 2_100), limit=100) for _ in range(2))
    assert len(first) <= 100 and shapely.equals_exact(first, again, 0).all()
    # the limit spreads: every quarter of the tile keeps some
    centres = shapely.get_coordinates(shapely.centroid(first)) - (X + 1500, Y + 1500)
    assert len({(x > 0, y > 0) for x, y in centres}) == 4


def test_sites_follow_the_edges_that_are_given():
    road = shapely.LineString([(X, Y + 500), (X + 1000, Y + 600)])
    sites = searched(box(0, 0, 1000, 1000), Wanted(5_000, 5_200), edges=np.array([road], dtype=object))
    assert len(sites)
    assert (shapely.distance(sites, road) < 0.05).all()
    assert not shapely.crosses(road, sites).any()
    for site in sites:
        ends = shapely.get_coordinates(site.exterior)
        turns = np.diff(ends, axis=0)
        directions = np.degrees(np.arctan2(turns[:, 1], turns[:, 0])) % 90
        assert np.allclose(directions, np.degrees(np.arctan2(100, 1000)), atol=0.01)
    assert not len(searched(box(0, 0, 1000, 1000), Wanted(5_000, 5_200), edges=np.array([], dtype=object)))


def test_pick_takes_the_best_that_keep_their_distance():
    sites = np.array([box(n * 100, 0, n * 100 + 50, 50) for n in range(6)], dtype=object)
    score = np.array([10.0, 90.0, 80.0, 20.0, 70.0, np.nan])
    assert pick(sites, score, 3, 0) == [1, 2, 4]
    assert pick(sites, score, 3, 50.1) == [1, 4]  # 50 m lie between neighbours
    assert pick(sites, score, 9, 49.9) == [1, 2, 4, 3, 0, 5]  # a site without a score comes last
    assert pick(sites[:0], score[:0], 3, 10) == []


def test_pick_never_takes_land_twice():
    sites = np.array([box(0, 0, 50, 50), box(25, 0, 75, 50), box(50, 0, 100, 50)], dtype=object)
    assert pick(sites, np.array([4.0, 9.0, 4.0]), 3, 0) == [1]
    assert pick(sites, np.array([5.0, 9.0, 5.0]), 3, 0) == [0, 2]  # two that are worth more together
    assert pick(sites, np.array([9.0, 5.0, 8.0]), 3, 0) == [0, 2]  # touching is no overlap


def test_ties_go_to_the_more_compact_then_to_south_and_west():
    long, square = box(0, 0, 100, 25), box(500, 0, 550, 50)
    assert pick(np.array([long, square]), np.array([7.0, 7.0]), 1, 0) == [1]
    north, west, east = box(0, 900, 50, 950), box(0, 0, 50, 50), box(300, 0, 350, 50)
    assert pick(np.array([north, east, west]), np.array([7.0, 7.0 + 1e-9, 7.0]), 3, 0) == [2, 1, 0]


def test_a_whole_piece_just_too_large_or_too_small_is_no_site():
    large = box(0, 0, 105.1, 105.1)
    area = statutory_areas([large], PLANE)[0]
    sites = searched(large, Wanted(area - 400, area - 20))
    assert (statutory_areas(sites, PLANE) <= area - 20).all()


def test_a_square_turned_by_45_degrees_fits_a_strip_that_runs_so():
    from shapely.affinity import rotate

    strip = rotate(box(0, 0, 3000, 125), 45)
    sites = searched(strip, Wanted(9_900, 10_100))
    squares = sites[np.abs(compactness(sites) - np.pi / 4) < 1e-6]
    assert len(squares) and shapely.covers(strip, squares).all()
    for site in squares:
        turns = np.diff(shapely.get_coordinates(site.exterior), axis=0)
        angle = np.degrees(np.arctan2(turns[0, 1], turns[0, 0])) % 15
        assert min(angle, 15 - angle) < 1e-6
