"""Moving and resizing good sites: what is tried lies in free land, has the wanted area and follows its edge."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting.free_land import Tile
from onemap.plugin.core.siting.refine import SEEDS, Refinement, seeds, steps
from onemap.plugin.core.siting.search import Wanted

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


FREE = box(0, 0, 1000, 1000)
TILE = Tile(FREE.bounds, FREE, FREE)
SITE = np.array([box(400, 400, 500, 500)])


def corners(sites):
    return {(round(x - X, 3), round(y - Y, 3)) for x, y, *_ in shapely.bounds(sites)}


def test_a_site_is_moved_up_to_two_steps_every_way_but_not_left_where_it_is():
    made = Refinement([TILE], Wanted(9_900, 10_100), PLANE).around(SITE, 10.0)
    wanted = {(400 + 10 * i, 400 + 10 * j) for i in range(-2, 3) for j in range(-2, 3)} - {(400, 400)}
    assert corners(made) == wanted and len(made) == 24
    assert shapely.area(made) == pytest.approx(10_000)


def test_what_leaves_free_land_or_the_tiles_is_no_site():
    corner = np.array([box(0, 0, 100, 100)])
    made = Refinement([TILE], Wanted(9_900, 10_100), PLANE).around(corner, 10.0)
    assert corners(made) == {(10 * i, 10 * j) for i in range(3) for j in range(3)} - {(0, 0)}
    elsewhere = Tile(box(5000, 0, 6000, 1000).bounds, FREE, FREE)
    assert len(Refinement([elsewhere], Wanted(9_900, 10_100), PLANE).around(SITE, 10.0)) == 0


def test_each_tile_judges_by_its_own_free_land():
    west = Tile(box(0, 0, 450, 1000).bounds, FREE, box(0, 0, 470, 1000))
    east = Tile(box(450, 0, 1000, 1000).bounds, FREE, FREE)
    made = Refinement([west, east], Wanted(9_900, 10_100), PLANE).around(SITE, 10.0)
    # a middle in the west may reach to 470 only: nothing of a site 100 m wide; on the border the west one judges
    assert corners(made) == {(400 + 10 * i, 400 + 10 * j) for i in (1, 2) for j in range(-2, 3)}
    west = Tile(west.core, FREE, FREE)
    assert len(Refinement([west, east], Wanted(9_900, 10_100), PLANE).around(SITE, 10.0)) == 24


def test_a_wide_range_is_tried_in_other_sizes_to_both_ends():
    wanted = Wanted(9_000, 12_000)
    made = Refinement([TILE], wanted, PLANE).around(SITE, 10.0)
    areas = statutory_areas(made, PLANE)
    assert ((areas >= 9_000) & (areas <= 12_000)).all()
    resized = made[24:]
    shares = sorted((shapely.area(resized) / 10_000).round(3))
    assert shares == pytest.approx([0.9005, 0.93, 0.97, 1.03, 1.07, 1.15, 1.199], abs=6e-4)
    assert shapely.get_coordinates(shapely.centroid(resized)) == pytest.approx(np.tile([X + 450, Y + 450], (7, 1)))
    assert len(Refinement([TILE], Wanted(9_500, 10_400), PLANE).around(SITE, 10.0)) == 24  # a narrow one is not


def test_a_site_on_a_road_slides_along_it():
    """The first side of a site is the one that was put on the edge."""
    site = np.array([shapely.Polygon([(X + 400, Y + 400), (X + 500, Y + 400), (X + 500, Y + 500), (X + 400, Y + 500)])])
    road = shapely.STRtree([shapely.LineString([(X + 300, Y + 399.99), (X + 515, Y + 399.99)])])
    made = Refinement([TILE], Wanted(9_000, 12_000), PLANE, road).around(site, 10.0)
    assert corners(made) == {(380, 400), (390, 400), (410, 400), (420, 400)}
    made = Refinement([TILE], Wanted(9_900, 10_100), PLANE, road).around(site, 35.0)
    assert corners(made) == {(330, 400), (365, 400), (435, 400)}  # the middle of the last one's side left the road
    far = shapely.STRtree([shapely.LineString([(X, Y + 399.9), (X + 999, Y + 399.9)])])
    assert len(Refinement([TILE], Wanted(9_900, 10_100), PLANE, far).around(site, 10.0)) == 0
    near = shapely.STRtree([shapely.LineString([(X, Y + 399.96), (X + 999, Y + 399.96)])])
    assert len(Refinement([TILE], Wanted(9_900, 10_100), PLANE, near).around(site, 10.0)) == 4


def test_the_seeds_are_the_best_of_every_neighbourhood():
    sites = np.array([box(10 * n, 0, 10 * n + 5, 5) for n in range(20)] + [box(5000, 0, 5005, 5)])
    score = np.array([*np.arange(20.0), 0.5])
    score[7] = np.nan
    found = seeds(sites, score, 1000.0).tolist()
    assert found[:7] == [19, 18, 17, 16, 15, 14, 20] and 7 not in found and len(found) == 20
    assert len(seeds(sites, np.full(21, np.nan), 1000.0)) == 0
    many = np.array([box(10 * n, 0, 10 * n + 5, 5) for n in range(SEEDS + 20)])
    assert len(seeds(many, np.arange(SEEDS + 20.0), 50.0)) == SEEDS


def test_steps_grow_smaller_down_to_a_small_part_of_a_site():
    assert steps(1_000_000.0, 100, 100.0) == pytest.approx([40, 10])
    assert steps(1_000_000.0, 4, 100.0) == pytest.approx([200, 50, 12.5, 3.125])
    assert steps(100.0, 100, 100.0) == pytest.approx([25, 6.25])  # at least a quarter of a side
    assert steps(1e12, 0, 100.0) == pytest.approx([4e5, 1e5, 25_000, 6_250])  # four rounds at most
    assert steps(1e6, 1, 100.0)[0] == pytest.approx(400)
    assert steps(0.0, 5, 8.0) == pytest.approx([2.0, 0.5])
