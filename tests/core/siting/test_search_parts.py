"""The parts of the search for sites, each on its border: sizes, anchors, shapes, edges, windows, spreading."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting.free_land import Tile
from onemap.plugin.core.siting.guide import Guide, Guided, best_of_each
from onemap.plugin.core.siting.measures import Nearest, compactness
from onemap.plugin.core.siting.search import (
    SiteSearch,
    Wanted,
    _good,
    _piece,
    _segments,
    _turned,
)
from onemap.plugin.core.siting.spread import firsts, spread, thinned
from onemap.plugin.core.siting.values import Linear

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_a_narrow_range_is_searched_once_and_a_wide_one_from_end_to_end():
    narrow = Wanted(10_000, 11_000)
    assert not narrow.is_wide and narrow.sizes() == [narrow]
    wide = Wanted(10_000, 11_001)
    assert wide.is_wide and [s.aim for s in wide.sizes()] == pytest.approx([10_200, 10_486.5, 10_781], rel=1e-4)
    assert [len(Wanted(10_000, high).sizes()) for high in (29_999, 30_000)] == [3, 4]
    sizes = Wanted(10_000, 40_000).sizes()
    assert (sizes[0].aim, sizes[-1].aim) == pytest.approx((10_200, 39_200))
    assert sizes[1].aim / sizes[0].aim == pytest.approx(sizes[2].aim / sizes[1].aim)  # even steps of proportion
    assert all((s.low, s.high) == (10_000, 40_000) for s in sizes)
    assert wide.reach == pytest.approx(3 * np.sqrt(11_001)) and Wanted(10_000, 10_100).aim == 10_050


# --- anchors ----------------------------------------------------------------------------------------------------------


def search(low=9_900.0, high=10_100.0, **options):
    return SiteSearch(Wanted(low, high), PLANE, **options)


def test_anchors_stand_half_a_side_apart_on_one_grid_for_all_tiles():
    one = search()
    core = (X + 10.0, Y + 20.0, X + 260.0, Y + 220.0)
    anchors = one._anchors(box(0, 0, 1000, 1000), core)
    assert np.allclose(anchors % 50.0, 0) and len(anchors) == 5 * 4
    assert anchors.min(axis=0).tolist() == [X + 50, Y + 50] and anchors.max(axis=0).tolist() == [X + 250, Y + 200]
    left = one._anchors(box(0, 0, 1000, 1000), (X, Y, X + 300, Y + 100))
    right = one._anchors(box(0, 0, 1000, 1000), (X + 300, Y, X + 600, Y + 100))
    assert not {tuple(a) for a in left} & {tuple(a) for a in right} and left.max(axis=0)[0] == X + 250
    assert len(one._anchors(box(0, 0, 120, 1000), core)) == 2 * 4  # only where the land is free
    assert one.margin == pytest.approx(250)


def test_the_scale_of_a_plane_is_one_at_its_meridian_and_grows_beside_it():
    one = search()
    assert one._scale((X, Y, X, Y)) == pytest.approx(1.0, abs=2e-6)
    east = one._scale((X + 100_000, Y, X + 120_000, Y + 20_000))
    assert east == pytest.approx(1 + 110_000**2 / (2 * 6_367_000**2), abs=3e-6)


# --- shapes -----------------------------------------------------------------------------------------------------------


def test_a_turned_rectangle_keeps_its_size_and_middle():
    centres = np.array([(0.0, 0.0), (500.0, 300.0)])
    level, turned = _turned(centres, 40.0, 10.0, np.array([0.0, np.radians(30)]))
    assert shapely.bounds(level).tolist() == [-20, -5, 20, 5]
    assert shapely.area(turned) == pytest.approx(400) and shapely.get_coordinates(shapely.centroid(turned))[
        0
    ] == pytest.approx((500, 300))
    start, end = shapely.get_coordinates(turned)[:2]
    assert np.degrees(np.arctan2(*(end - start)[::-1])) == pytest.approx(30) and np.hypot(
        *(end - start)
    ) == pytest.approx(40)


def test_what_counts_as_a_good_shape():
    def good(*shapes):
        return _good(np.array(shapes, dtype=object)).tolist()

    holed = box(0, 0, 100, 100).difference(box(45, 45, 55, 55))
    dent = box(0, 0, 100, 100).difference(box(40, 70, 60, 100))  # 94 % of its hull
    deep = box(0, 0, 100, 100).difference(box(30, 50, 70, 100))  # 80 %
    assert good(box(0, 0, 100, 100), holed, dent, deep) == [True, False, True, False]
    assert good(box(0, 0, 56.7, 10), box(0, 0, 56.9, 10)) == [True, False]  # 1 : 5.68 has a compactness of 0.4
    assert compactness(np.array([box(0, 0, 56.78, 10)]))[0] == pytest.approx(0.4, abs=1e-4)


def test_a_piece_of_a_window_holds_its_point_and_is_drawn_in_by_a_centimetre():
    land, point = box(0, 0, 30, 1000), shapely.Point(X + 10, Y + 500)
    piece = _piece(land, point, 100.0)
    assert shapely.bounds(piece) == pytest.approx([X + 0.01, Y + 450.01, X + 29.99, Y + 549.99], abs=1e-9)
    two = shapely.multipolygons([box(0, 450, 20, 550), box(22, 450, 30, 550)])
    assert shapely.bounds(_piece(two, point, 100.0))[2] == pytest.approx(X + 19.99)
    assert _piece(land, shapely.Point(X + 500, Y + 500), 100.0) is None
    holed = box(-50, 400, 80, 600).difference(box(20, 510, 25, 515))
    assert _piece(holed, point, 100.0) is None and _piece(holed, point, 15.0) is not None


# --- edges ------------------------------------------------------------------------------------------------------------


def test_edges_that_can_be_followed_are_straight_and_long_enough():
    bent = shapely.LineString([(0, 0), (50, 0.3), (100, 0), (100, 29), (200, 29)])  # a third of a metre is straight
    found = _segments(np.array([bent]), 30.0)
    assert [shapely.get_coordinates(s).tolist() for s in found] == [[[0, 0], [100, 0]], [[100, 29], [200, 29]]]
    assert len(_segments(np.array([bent]), 29.0)) == 3 and len(_segments(np.array([bent]), 100.1)) == 0
    ring = _segments(np.array([shapely.box(0, 0, 40, 60)]), 50.0)
    assert sorted(shapely.length(ring)) == [60, 60]
    two = np.array(
        [shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(0, 90), (50, 90)]), shapely.Point(1, 1)]
    )
    assert len(_segments(two, 10.0)) == 2  # no edge joins one line to the next


@pytest.mark.parametrize("side", [1, -1])
def test_a_rectangle_stands_with_its_long_side_on_the_edge_on_the_side_of_its_anchor(side):
    road = shapely.LineString([(X, Y), (X + 1000, Y)])
    one = search(edges=np.array([road]))
    (made,) = one._along_edges(np.array([(X + 300.0, Y + side * 40.0)]), 160.0, 62.5)
    low, high = sorted((side * 0.01, side * 62.51))
    assert shapely.bounds(made) == pytest.approx([X + 220, Y + low, X + 380, Y + high], abs=1e-6)
    assert one._along_edges(np.array([(X + 300.0, Y + side * 151.0)]), 160.0, 62.5)[0] is None
    assert one._along_edges(np.array([(X + 300.0, Y + side * 149.0)]), 160.0, 62.5)[0] is not None


# --- spreading --------------------------------------------------------------------------------------------------------


def test_few_points_are_all_kept_and_many_are_spread_over_the_core():
    core = (0.0, 0.0, 100.0, 100.0)
    every = np.stack(np.meshgrid(np.arange(0.5, 100), np.arange(0.5, 100)), -1).reshape(-1, 2)
    assert spread(every[:7], 7, core) is not None and len(spread(every[:7], 7, core)) == 7
    some = spread(every, 16, core)
    assert 9 <= len(some) <= 16
    assert {(int(x // 50), int(y // 50)) for x, y in some} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert firsts(every, 16, core).tolist() == sorted(firsts(every, 16, core).tolist())
    assert firsts(every, 10_000, core).tolist() == list(range(10_000))
    assert len(firsts(every, 1, core)) == 1


def test_no_room_takes_nothing():
    assert not len(firsts(np.ones((5, 2)), 0, (0.0, 0.0, 9.0, 9.0)))


def octagons(count):
    """Pieces of land that hold no rectangle of a hectare, but the site itself when a window is drawn around."""
    around = np.radians(np.arange(22.5, 360, 45))
    shape = np.stack([np.cos(around), np.sin(around)], axis=-1) * 62.0
    return shapely.multipolygons([shapely.polygons(shape + (X + 200.0 * n, Y)) for n in range(count)])


@pytest.mark.parametrize("limit", [1, 2, 7, 20, 59, 60, 200])
@pytest.mark.parametrize("low, high", [(9_900, 10_100), (9_500, 11_500)])
def test_a_tile_gives_no_more_sites_than_its_limit(limit, low, high):
    """Also where windows are tried, and where the pieces are sites as they are."""
    free = octagons(40)
    one = SiteSearch(Wanted(low, high), PLANE, limit=limit)
    one.tiles = 100
    sites = one.sites(Tile(free.bounds, free, free))
    assert min(limit, 30) / 2 <= len(sites) <= limit
    assert len(np.unique(shapely.to_wkb(sites))) == len(sites)


def test_sites_are_thinned_by_their_middles():
    sites = shapely.box(np.arange(0.0, 100), 0, np.arange(0.0, 100) + 1, 1)
    kept = thinned(sites, 10, (0.0, 0.0, 100.0, 1.0))
    assert len(kept) <= 10 and shapely.bounds(kept)[0, 0] == 0 and shapely.bounds(kept)[-1, 0] >= 80


# --- the guide --------------------------------------------------------------------------------------------------------


def guide_to(*roads, weight=1.0, worst=1000.0):
    return Guide([Guided(weight, Linear(worst, 0.0), Nearest(np.array(roads, dtype=object)))])


def test_a_place_is_scored_from_the_edge_of_the_site_that_will_stand_there():
    road = shapely.LineString([(0, 0), (0, 1000)])
    places = np.array([(600.0, 500.0), (100.0, 500.0), (50.0, 500.0), (5000.0, 0.0)])
    assert guide_to(road).scores(places, 100.0) == pytest.approx([50, 100, 100, 0])
    assert guide_to(road, weight=0.25).scores(places[:1], 0.0) == pytest.approx([10.0])
    two = Guide([*guide_to(road)._factors, *guide_to(road, weight=2.0, worst=2000.0)._factors])
    assert two.scores(places[:1], 0.0) == pytest.approx([40 + 2 * 70])
    assert guide_to(road) and not Guide([])


def test_a_road_that_is_nowhere_is_very_far():
    assert guide_to(shapely.LineString(), worst=1000.0).scores(np.array([(0.0, 0.0)]), 10.0)[0] == 0


def test_every_neighbourhood_has_its_turn_before_one_is_exhausted():
    xy = np.array([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (11.0, 1.0), (12.0, 2.0), (-1.0, 1.0)])
    scores = np.array([9.0, 8.0, 7.0, 3.0, 4.0, 1.0])
    assert best_of_each(xy, scores, 10.0, 1).tolist() == [0, 4, 5, 1, 3, 2]
    assert best_of_each(xy, scores, 10.0, 2).tolist() == [0, 1, 4, 3, 5, 2]
    assert best_of_each(xy, scores, 100.0, 9).tolist() == [0, 1, 2, 4, 3, 5]
    assert best_of_each(xy, np.zeros(6), 10.0, 9).tolist() == [0, 1, 2, 3, 4, 5]  # ties in their order


def test_half_of_the_sites_stand_where_the_guide_scores_highest():
    free = box(0, 0, 4000, 4000)
    one = search(limit=120)
    one.guide = guide_to(shapely.LineString([(X + 3990, Y), (X + 3990, Y + 4000)]), worst=4000.0)
    sites = one.sites(Tile(free.bounds, free, free))
    assert 90 <= len(sites) <= 120 and shapely.covers(free, sites).all()
    spread, guided = sites[:-60], sites[-60:]
    assert shapely.bounds(guided)[:, 0].min() > X + 2000 > shapely.bounds(spread)[:, 0].min()
    areas = statutory_areas(sites, PLANE)
    assert ((areas >= 9_900) & (areas <= 10_100)).all()


# --- whole pieces -----------------------------------------------------------------------------------------------------


def test_a_piece_belongs_to_the_tile_of_its_inner_point_alone():
    one, piece = search(), box(0, 0, 100, 100)
    x, y = shapely.get_coordinates(shapely.point_on_surface(piece))[0]
    parts = np.array([piece])
    for core, is_mine in (
        ((x, y, x + 1, y + 1), True),
        ((x - 1, y - 1, x, y + 1), False),
        ((x - 1, y - 1, x + 1, y), False),
        ((x - 1, y - 1, x + 1, y + 1), True),
        ((x + 1e-6, y - 1, x + 1, y + 1), False),
        ((x - 1, y + 1e-6, x + 1, y + 1), False),
    ):
        assert len(one._complete_parts(parts, core)) == is_mine
    large = np.array([box(0, 0, 100, 102.0 * 1.005)])
    assert len(one._complete_parts(large, (X - 500, Y - 500, X + 500, Y + 500))) == 0
