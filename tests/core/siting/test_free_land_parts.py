"""Free land on its borders: strips of centimetres, tiles, rounding, what is loose and what a site may reach into."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.free_land import Exclusion, FreeLand, land_in, land_inside
from onemap.plugin.core.siting.model import AVOID, NEAR, NEAR_NOT, SLOPE, WITHIN, Constraint

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


EXTENT = box(0, 0, 1000, 1000)


def excluding(kind, *geometries, slack=0.0, **values):
    made = Exclusion(Constraint(f"{kind}-1", kind, kind, **values), EXTENT.bounds, slack)
    made.add(np.array(geometries, dtype=object))
    made.close()
    return made


@pytest.mark.parametrize("gap, is_taken", [(399.97, True), (400.5, False), (0.0, True)])
def test_no_strip_within_the_distance_stays_free(gap, is_taken):
    """Also where the feature lies beyond the tile, and only its surroundings reach into it."""
    zone, unknown = excluding(NEAR_NOT, box(1000 + gap, 0, 1500, 1000), distance_m=400.0).taken(EXTENT.bounds)
    assert (zone.area > 0) == is_taken and unknown is None


def test_land_to_keep_off_is_grown_a_hair_more_and_land_to_be_near_never():
    keep = excluding(NEAR_NOT, shapely.Point(X + 500, Y + 500), distance_m=100.0).taken(EXTENT.bounds)[0]
    circle = np.pi * 100**2
    assert circle <= keep.area < circle * 1.001
    far = excluding(NEAR, shapely.Point(X + 500, Y + 500), distance_m=100.0).taken(EXTENT.bounds)[0]
    assert circle * 0.999 < EXTENT.area - far.area <= circle


def test_features_beyond_reach_are_not_kept_and_a_layer_can_be_read_again():
    made = Exclusion(Constraint("c", "c", NEAR_NOT, distance_m=100.0), EXTENT.bounds)
    made.add(np.array([box(1099, 0, 1200, 10), box(1101, 0, 1200, 10)]))
    made.close()
    assert len(made) == 1 and made.reach == 100
    again = Exclusion(Constraint("c", "c", AVOID), EXTENT.bounds)
    again.add(np.array([box(0, 0, 10, 10)]))
    again.clear()
    again.close()
    assert len(again) == 0 and again.reach == 0 and again.taken(EXTENT.bounds)[0].is_empty
    assert len(Exclusion(Constraint("c", "c", AVOID), EXTENT.bounds)) == 0
    near = Exclusion(Constraint("c", "c", NEAR, distance_m=100.0), EXTENT.bounds, 50.0)
    assert near.reach == 150 and Exclusion(Constraint("c", "c", AVOID), EXTENT.bounds, 50.0).reach == 0


@pytest.mark.parametrize(
    "constraint, is_loose",
    [
        (Constraint("c", "", NEAR), True),
        (Constraint("c", "", NEAR_NOT), False),
        (Constraint("c", "", AVOID, statistic="mean"), False),
        (Constraint("c", "", SLOPE, statistic="mean"), True),
        (Constraint("c", "", SLOPE, statistic="max"), False),
    ],
)
def test_what_the_cut_of_the_land_leaves_to_be_judged_on_the_site(constraint, is_loose):
    assert Exclusion(constraint, EXTENT.bounds).is_loose == is_loose


def test_points_and_lines_take_no_land():
    made = excluding(AVOID, shapely.Point(X + 5, Y + 5), shapely.LineString([(X, Y), (X + 9, Y + 9)]))
    assert made.taken(EXTENT.bounds)[0].is_empty
    assert excluding(WITHIN, shapely.Point(X + 5, Y + 5)).taken(EXTENT.bounds)[0].area == EXTENT.area


def test_a_site_may_reach_beyond_land_that_is_near_enough_by_its_length():
    made = excluding(NEAR, box(0, 0, 10, 1000), distance_m=90.0, slack=200.0)
    taken = made.taken(EXTENT.bounds)[0]
    beyond = made.out_of_reach(taken, EXTENT.bounds)
    assert taken.bounds[0] == pytest.approx(X + 100, abs=0.1) and beyond.bounds[0] == pytest.approx(X + 300, abs=0.1)
    tight = excluding(NEAR, box(0, 0, 10, 1000), distance_m=90.0)
    assert tight.out_of_reach(taken, EXTENT.bounds) is taken


def sites(*shapes):
    shapes = np.array(shapes, dtype=object)
    return Projects([str(n) for n in range(len(shapes))], shapes, shapely.area(shapes))


def test_a_distance_is_known_only_where_nothing_unread_can_be_nearer():
    made = excluding(NEAR_NOT, box(600, 0, 610, 1000), distance_m=100.0)
    found = made.measure(sites(box(500, 500, 550, 550), box(400, 0, 410, 10), box(20, 480, 30, 490)), PLANE).values
    assert found[0] == 50 and np.isnan(found[1:]).all()  # the edge of what was read is 100 and 120 m away
    unread = Exclusion(Constraint("c", "c", AVOID), EXTENT.bounds)
    unread.evaluated, unread.why = False, "没有图层"
    assert (
        unread.measure(sites(EXTENT), PLANE).values is None and unread.measure(sites(EXTENT), PLANE).why == "没有图层"
    )


def test_areas_are_told_in_hundredths_and_add_up():
    land = FreeLand(
        [EXTENT], [excluding(AVOID, box(0, 0, 333.333, 77.777)), excluding(AVOID, box(300, 0, 400, 55.55))], PLANE
    )
    left = shapely.union_all(list(land.tiles(land_in)))
    first, second = land.removals()
    for m2 in (first.alone_m2, first.removed_m2, first.remaining_m2, second.alone_m2, land.area_m2):
        assert m2 == round(m2, 2) > 0
    assert second.removed_m2 == pytest.approx(second.alone_m2 * 66.667 / 100, rel=1e-3)
    assert left.area == pytest.approx(land.area_m2, rel=1e-4) and first.note == ""


def test_tiles_follow_the_number_of_features_and_their_bounds():
    assert len(FreeLand([EXTENT], [], PLANE).cores()) == 1
    large = box(0, 0, 50_000, 30_000)
    cores = FreeLand([large], [], PLANE).cores()
    assert len(cores) == 3 * 2 and cores[0][:2] == (X, Y) and cores[-1][2:] == (X + 50_000, Y + 30_000)
    corner = shapely.union_all([box(0, 0, 50_000, 100), box(0, 0, 100, 30_000)])
    assert len(FreeLand([corner], [], PLANE).cores()) == 4  # tiles without land are left out
    points = shapely.points(np.random.default_rng(2).uniform(0, 1, (24_000, 2)) * 8_000 + (X, Y))
    many = Exclusion(Constraint("c", "c", NEAR_NOT, distance_m=1.0), box(0, 0, 8_000, 8_000).bounds)
    many.add(points)
    many.close()
    assert len(FreeLand([box(0, 0, 8_000, 8_000)], [many], PLANE).cores()) == 4
    assert len(FreeLand([box(0, 0, 8_000, 8_000)], [many], PLANE, margin=2_000.0).cores()) == 1


def test_land_in_a_box_is_polygonal():
    assert land_inside(EXTENT, box(990, 990, 1010, 1010).bounds).area == 100
    assert land_inside(EXTENT, box(1000, 0, 1010, 10).bounds).is_empty


def test_what_each_constraint_takes_is_kept_when_asked_for():
    land = FreeLand([EXTENT], [excluding(AVOID, box(0, 0, 100, 100))], PLANE)
    land.keeps_taken = True
    list(land.tiles())
    assert [row[0].area for row in land.taken] == [10_000]
    assert not FreeLand([EXTENT], [excluding(AVOID, box(0, 0, 100, 100))], PLANE).taken
    gone = FreeLand([EXTENT], [excluding(AVOID, box(-1, -1, 1001, 1001))], PLANE)
    assert list(gone.tiles()) == [] and gone.area_m2 == 0
