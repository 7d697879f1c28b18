"""Free land against a plain computation of the whole extent at once: what is left, what each constraint takes."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import Cancelled
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.free_land import Exclusion, FreeLand, land_in
from onemap.plugin.core.siting.model import AVOID, NEAR, NEAR_NOT, SLOPE, WITHIN, Constraint
from onemap.plugin.core.siting.results import RasterStatistics

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)
EXTENT = shapely.box(X, Y, X + 3000, Y + 2000)


def area(geometry):
    return float(statutory_areas([geometry], PLANE)[0])


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


def excluding(kind, *geometries, extent=EXTENT, **values):
    """An Exclusion that holds some features."""
    made = Exclusion(Constraint(f"{kind}-1", kind, kind, **values), extent.bounds)
    made.add(np.array(geometries, dtype=object))
    made.close()
    return made


def whole(land):
    """The union of what all tiles give."""
    return shapely.union_all(list(land.tiles(land_in)))


def test_nothing_excluded_leaves_the_extent():
    land = FreeLand([EXTENT], [], PLANE)
    assert whole(land).symmetric_difference(EXTENT).area < 1e-6
    assert land.area_m2 == pytest.approx(area(EXTENT), abs=0.01) and land.removals() == []


def test_avoid_takes_its_features_within_leaves_only_them():
    wood, town = box(100, 100, 700, 500), box(500, 300, 2500, 1500)
    land = FreeLand([EXTENT], [excluding(AVOID, wood), excluding(WITHIN, town)], PLANE)
    wanted = town.difference(wood)
    assert whole(land).symmetric_difference(wanted).area < 1e-6
    first, second = land.removals()
    assert first.alone_m2 == pytest.approx(area(wood), abs=0.02)
    assert first.removed_m2 == first.alone_m2
    assert first.remaining_m2 == pytest.approx(area(EXTENT) - area(wood), abs=0.03)
    assert second.alone_m2 == pytest.approx(area(EXTENT.difference(town)), abs=0.03)
    assert second.remaining_m2 == pytest.approx(area(wanted), abs=0.03) == pytest.approx(land.area_m2, abs=0.03)
    assert second.removed_m2 == pytest.approx(first.remaining_m2 - second.remaining_m2, abs=0.02)


@pytest.mark.parametrize("metres", [1.0, 50.0, 400.0])
def test_distances_err_on_the_safe_side_by_a_hair(metres):
    """Land kept off is at least `metres` away, land near at most: both within 0.03 % of the distance."""
    road = shapely.LineString([(X + 200, Y + 900), (X + 2800, Y + 1100)])
    off = whole(FreeLand([EXTENT], [excluding(NEAR_NOT, road, distance_m=metres)], PLANE))
    near = whole(FreeLand([EXTENT], [excluding(NEAR, road, distance_m=metres)], PLANE))
    assert off.distance(road) >= metres - 1e-7
    assert off.distance(road) <= metres * 1.0003
    points = shapely.get_coordinates(near)
    farthest = shapely.distance(shapely.points(points), road).max()
    assert metres * 0.9997 <= farthest <= metres + 1e-7
    assert off.intersection(near).area < 1e-6


def test_features_beyond_the_extent_count_within_their_reach():
    """A road 150 m outside keeps a strip of the extent off; one that is farther than its distance does not."""
    outside = shapely.LineString([(X - 150, Y), (X - 150, Y + 2000)])
    reaching = whole(FreeLand([EXTENT], [excluding(NEAR_NOT, outside, distance_m=200.0)], PLANE))
    assert reaching.bounds[0] == pytest.approx(X + 50, abs=0.1)
    short = whole(FreeLand([EXTENT], [excluding(NEAR_NOT, outside, distance_m=149.0)], PLANE))
    assert short.area == pytest.approx(EXTENT.area, abs=1e-6)


def test_tiles_and_threads_give_the_answer_of_the_plain_difference():
    """Thousands of parcels force many tiles: the same land as one difference of all of them."""
    rng = np.random.default_rng(7)
    corners = rng.uniform((X, Y), (X + 9000, Y + 6000), (9000, 2))
    sizes = rng.uniform(5, 60, (9000, 1))
    parcels = shapely.box(*np.hstack([corners, corners + sizes]).T)
    extent = shapely.box(X, Y, X + 9000, Y + 6000)
    land = FreeLand([extent], [excluding(AVOID, *parcels, extent=extent)], PLANE)
    assert len(land.cores()) > 1
    wanted = extent.difference(shapely.union_all(parcels))
    assert whole(land).symmetric_difference(wanted).area < 1e-4
    assert land.area_m2 == pytest.approx(area(wanted), abs=0.01 * len(land.cores()))


def test_a_margin_is_known_and_not_counted():
    wood = box(1400, 0, 1600, 2000)
    land = FreeLand([EXTENT], [excluding(AVOID, wood)], PLANE, margin=300.0)
    for tile in land.tiles():
        left, low, right, top = tile.core
        around = EXTENT.intersection(shapely.box(left - 300, low - 300, right + 300, top + 300)).difference(wood)
        assert tile.free.symmetric_difference(around).area < 1e-6
    assert land.area_m2 == pytest.approx(area(EXTENT.difference(wood)), abs=0.05)


def test_a_constraint_that_cannot_be_evaluated_takes_nothing_and_says_so():
    lost = excluding(AVOID, box(0, 0, 3000, 2000))
    lost.evaluated, lost.why = False, "no such layer"
    land = FreeLand([EXTENT], [lost], PLANE)
    assert whole(land).area == pytest.approx(EXTENT.area, abs=1e-6)
    (row,) = land.removals()
    assert (row.evaluated, row.why, row.alone_m2, row.removed_m2) == (False, "no such layer", 0.0, 0.0)
    assert lost.measure(sites(box(0, 0, 10, 10)), PLANE).values is None


def test_unknown_slope_is_no_free_land_and_is_summed():
    steep, unknown = box(0, 0, 500, 2000), box(500, 0, 800, 2000)
    slope = Exclusion(Constraint("s", "slope", SLOPE, high=25.0, statistic="max"), EXTENT.bounds)
    slope.steep = lambda around: (np.array([steep], dtype=object), np.array([unknown], dtype=object))
    slope.slope_of = lambda geometries, remark=True: RasterStatistics(
        *(np.full(len(geometries), 3.0) for _ in range(4))
    )
    land = FreeLand([EXTENT], [slope], PLANE)
    assert whole(land).symmetric_difference(box(800, 0, 3000, 2000)).area < 1e-6
    assert land.unknown_m2 == pytest.approx(area(unknown), abs=0.05)
    assert slope.measure(sites(box(0, 0, 10, 10)), PLANE).values.mean[0] == 3.0
    # a mean slope is that of a whole site: steep cells take no land, unknown ones do
    slope.constraint = Constraint("s", "slope", SLOPE, high=25.0, statistic="mean")
    loose = FreeLand([EXTENT], [slope], PLANE)
    assert whole(loose).symmetric_difference(EXTENT.difference(unknown)).area < 1e-6
    assert slope.is_loose and loose.removals()[0].note


def sites(*geometries):
    shapes = np.array(geometries, dtype=object)
    return Projects([str(n) for n in range(len(shapes))], shapes, statutory_areas(shapes, PLANE))


def test_measures_of_sites_are_exact_and_unknown_beyond_what_was_read():
    wood = box(100, 100, 200, 200)
    overlap = excluding(AVOID, wood).measure(sites(box(150, 150, 250, 250), box(900, 900, 950, 950)), PLANE).values
    assert overlap.tolist() == pytest.approx([area(box(150, 150, 200, 200)), 0.0], abs=0.01)
    near = excluding(NEAR, wood, distance_m=100.0)
    gaps = near.measure(sites(box(230, 100, 240, 200), box(2900, 1900, 2950, 1950)), PLANE).values
    assert gaps[0] == pytest.approx(30.0)
    assert np.isnan(gaps[1])  # something that was not read may lie nearer than the wood: 150 m outside the extent


def test_points_and_lines_take_no_land():
    path = shapely.LineString([(X + 10, Y + 10), (X + 500, Y + 500)])
    land = FreeLand([EXTENT], [excluding(AVOID, path, shapely.Point(X + 50, Y + 50))], PLANE)
    assert whole(land).area == pytest.approx(EXTENT.area, abs=1e-6)


def test_progress_is_told_and_a_cancel_is_heard():
    class Follower:
        def __init__(self):
            self.told = []

        def isCanceled(self):
            return len(self.told) > 1

        def setProgress(self, percent):
            self.told.append(percent)

    follower = Follower()
    extent = shapely.box(X, Y, X + 90_000, Y + 90_000)
    with pytest.raises(Cancelled):
        list(FreeLand([extent], [], PLANE, feedback=follower).tiles())
    assert 0 < follower.told[0] < follower.told[1] <= 100


def test_a_small_extent_with_few_features_is_one_tile_and_tiles_are_square():
    assert len(FreeLand([EXTENT], [excluding(AVOID, box(0, 0, 10, 10))], PLANE).cores()) == 1
    wide = shapely.box(X, Y, X + 50_000, Y + 15_000)
    (cores,) = (FreeLand([wide], [], PLANE).cores(),)
    assert len(cores) == 3
    assert {(round(c[2] - c[0]), round(c[3] - c[1])) for c in cores} == {(16_667, 15_000)}
    assert shapely.union_all([shapely.box(*c) for c in cores]).symmetric_difference(wide).area < 1e-6
