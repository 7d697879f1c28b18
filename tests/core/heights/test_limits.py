"""Buildings against limits: the worked example, brute force on a grid, zones, sights and what cannot be judged."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.limits import Limit, LimitKind, check_limits
from onemap.plugin.core.heights.settings import default_settings
from onemap.plugin.core.heights.sights import Eye, Target, blocked_share, make_view, view_limits, view_results
from onemap.plugin.core.heights.surfaces import Cone, Flat, Plane
from onemap.plugin.core.heights.terrain import Terrain

SETTINGS = default_settings()


def built(*rows, settings=SETTINGS):
    """Buildings of (footprint, height, base)."""
    shapes = np.array([row[0] for row in rows], dtype=object)
    raw = [RawBuilding(height=row[1], base=row[2]) for row in rows]
    return make_buildings(range(1, len(rows) + 1), [f"B{n}" for n in range(1, len(rows) + 1)], shapes, raw, settings)


def view(eye_z=11.6, aim=35.0, away=1200.0, **target):
    eye = Eye("望江亭", 0.0, 0.0, eye_z)
    return make_view(eye, Target("古塔", shapely.Point(away, 0), aim, **target), SETTINGS)


def test_worked_example():
    """11.6 to 35.0 m over 1,200 m: 400 m away, on ground at 9.0 m, 10.4 m may be built."""
    one = built((shapely.box(400, -5, 420, 5), 16.8, 9.0))
    checks = check_limits(one, view_limits([view()], one, SETTINGS), SETTINGS)
    assert checks.level[0] == pytest.approx(19.4, abs=1e-9) and checks.allowed[0] == pytest.approx(10.4, abs=1e-9)
    assert checks.exceed[0] == pytest.approx(6.4, abs=1e-9) and checks.is_broken[0]
    assert checks.share[0] == pytest.approx(1.0)


def scene(seed):
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(25):
        x, y, turn = rng.uniform(30, 480), rng.uniform(-120, 120), rng.uniform(0, np.pi)
        w, d = rng.uniform(8, 40, 2)
        block = shapely.box(-w / 2, -d / 2, w / 2, d / 2)
        if rng.random() < 0.4:
            block = block.difference(shapely.box(0, 0, w, d))
        block = shapely.affinity.translate(shapely.affinity.rotate(block, turn, use_radians=True, origin=(0, 0)), x, y)
        shapes.append((block, float(rng.uniform(3, 45)), float(rng.uniform(0, 6))))
    tower = shapely.affinity.rotate(shapely.box(600, -25, 640, 30), rng.uniform(-30, 30))
    eye = Eye("亭", 0.0, 0.0, float(rng.uniform(2, 50)))
    kinds = [
        Target("塔", tower, float(rng.uniform(5, 60))),
        Target("碑", shapely.Point(600, rng.uniform(-50, 50)), 20.0),
    ]
    return built(*shapes), [make_view(eye, target, SETTINGS) for target in kinds]


@pytest.mark.parametrize("seed", range(12))
def test_exceeds_as_on_a_grid_of_one_metre(seed):
    """Every cell centre and every corner of a footprint: none exceeds more than told, the worst as much to 0.01 m."""
    buildings, views = scene(seed)
    limits = view_limits(views, buildings, SETTINGS)
    checks = check_limits(buildings, limits, SETTINGS)
    told = {(b, n): e for b, n, e in zip(checks.building, checks.limit, checks.exceed)}
    for number, limit in enumerate(limits):
        one = views[limit.sight]
        for row, footprint in enumerate(buildings.footprints):
            worst = brute_force(one, footprint, buildings.top[row])
            if worst is None:
                assert (row, number) not in told
                continue
            if row in limit.exempt:
                assert np.isnan(told[row, number])
                continue
            assert told[row, number] == pytest.approx(worst, abs=0.01)


def brute_force(view, footprint, top):
    """The most by which a top exceeds the sight, ray by ray, over cells, vertices and points along the edges."""
    piece = footprint.intersection(view.area)
    if piece.area < 1e-4:
        return None
    left, low, right, high = piece.bounds
    x, y = np.meshgrid(np.arange(left, right, 1.0) + 0.5, np.arange(low, high, 1.0) + 0.5)
    inside = shapely.contains_xy(piece, x.ravel(), y.ravel())
    xy = np.vstack([np.column_stack([x.ravel(), y.ravel()])[inside], shapely.get_coordinates(piece.segmentize(1.0))])
    worst = -np.inf
    for point in xy:
        worst = max(worst, top - sight_level(view, point))
    return worst


def sight_level(view, point):
    """By the ray itself: where it meets the line of the target, and the share of the way of the point on it."""
    start = np.array([view.eye.x, view.eye.y])
    if view.is_strip:
        ahead = (view.left + view.right) / 2 - start
        share = (point - start) @ ahead / (ahead @ ahead)
    else:
        direction = point - start
        matrix = np.column_stack([direction, view.left - view.right])
        scale, _ = np.linalg.solve(matrix, view.left - start)
        share = 1 / scale
    return view.eye.level + (view.target.level - view.eye.level) * share


def test_far_sights_are_bent():
    """Beyond a kilometre a straight sight lies lower in front of its target, higher behind: by c d (D - d)."""
    eye, aim, away = 50.0, 60.0, 6000.0
    one = built((shapely.box(3000, -5, 3010, 5), 1.0, 50.0), (shapely.box(6600, -5, 6610, 5), 1.0, 50.0),
                (shapely.box(500, -5, 510, 5), 1.0, 50.0))  # fmt: skip
    seen = make_view(Eye("a", 0, 0, eye), Target("b", shapely.Point(away, 0), aim, behind=1000.0), SETTINGS)
    checks = check_limits(one, view_limits([seen], one, SETTINGS), SETTINGS)
    bend = (1 - 0.13) / (2 * 6371000)
    level = dict(zip(checks.building, checks.level))
    assert level[0] == pytest.approx(55 - bend * 3000 * 3000, abs=0.01)
    assert level[1] == pytest.approx(50 + 10 * 6600 / 6000 + bend * 6600 * 600, abs=0.01)
    assert level[2] == pytest.approx(50 + 10 * 500 / 6000, abs=1e-9)  # nearer than a kilometre: as on a table


def test_backdrop_may_not_show_above_the_target():
    one = built((shapely.box(1800, -5, 1820, 5), 60.0, 9.0), (shapely.box(1300, 500, 1320, 520), 90.0, 9.0))
    seen = view(top=40.0, behind=1000.0)
    checks = check_limits(one, view_limits([seen], one, default_settings(curvature_from_m=1e9)), SETTINGS)
    assert checks.building.tolist() == [0] and checks.level[0] == pytest.approx(11.6 + 28.4 * 1800 / 1200)


def test_what_a_view_does_not_judge():
    tower = shapely.box(1190, -10, 1210, 10)
    one = built((shapely.box(-5, -5, 5, 5), 20.0, 9.0), (tower, 45.0, 9.0), (shapely.box(300, -5, 310, 5), 30.0, 9.0))
    seen = make_view(Eye("亭", 0, 0, 11.6), Target("塔", tower, 35.0), SETTINGS)
    checks = check_limits(one, view_limits([seen], one, SETTINGS), SETTINGS)
    assert dict(zip(checks.building, checks.reason)) == {0: "heights_eye_inside", 2: ""}
    assert checks.is_broken.tolist() == [False, True]


def test_share_of_the_width_is_a_union():
    seen = make_view(Eye("亭", 0, 0, 10.0), Target("殿", shapely.box(1000, -100, 1040, 100), 10.5), SETTINGS)
    near, far = shapely.box(500, -20, 501, 10), shapely.box(800, -16, 801, 40)
    pieces = np.array([near, far], dtype=object)
    assert blocked_share(seen, pieces) == pytest.approx(0.45, abs=0.002)
    one = built((near, 30.0, 0.0), (far, 30.0, 0.0))
    limits = view_limits([seen], one, SETTINGS)
    result = view_results([seen], limits, check_limits(one, limits, SETTINGS), None, SETTINGS)[0]
    assert result.met == 2 and len(result.broken) == 2 and result.ground is None
    assert result.blocked == pytest.approx(0.45, abs=0.002)


def test_ground_above_a_sight_is_told():
    levels = np.zeros((300, 1300))
    levels[:, 600:650] = 30.0
    terrain = Terrain(levels, -50.0, 150.0, 1.0)
    one = built((shapely.box(400, -5, 420, 5), 5.0, 0.0))
    limits = view_limits([view()], one, SETTINGS)
    result = view_results([view()], limits, check_limits(one, limits, SETTINGS), terrain, SETTINGS)[0]
    assert result.ground == pytest.approx(30 - (11.6 + 23.4 * 551 / 1200), abs=0.05) and 548 < result.ground_at < 556
    aside = make_view(Eye("亭", 100.0, 0.0, 11.6), Target("塔", shapely.Point(1200, 0), 35.0), SETTINGS)
    found = view_results(
        [aside], view_limits([aside], one, SETTINGS), check_limits(one, [], SETTINGS), terrain, SETTINGS
    )[0]
    assert 448 < found.ground_at < 456  # from the eye, wherever it stands


def test_strictest_of_the_zones_met():
    one = built((shapely.box(0, 0, 20, 10), 20.0, None), (shapely.box(100, 0, 110, 10), 20.0, None))
    zones = [
        Limit(LimitKind.ZONE, "甲", shapely.box(-10, -10, 10, 30), Flat(24.0), False),
        Limit(LimitKind.ZONE, "乙", shapely.box(10, -10, 60, 30), Flat(18.0), False),
        Limit(LimitKind.ZONE, "丙", shapely.box(110, -10, 160, 30), Flat(1.0), False),
        Limit(LimitKind.ZONE, "丁", shapely.box(0, -10, 5, 30), None, False, reason="heights_zone_no_limit"),
    ]
    checks = check_limits(one, zones, SETTINGS)
    assert checks.limit.tolist() == [0, 1, 3] and checks.is_broken.tolist() == [False, True, False]
    assert checks.share[:2].tolist() == [0.5, 0.5] and checks.exceed[1] == pytest.approx(2.0)
    assert checks.piece[1].area == pytest.approx(100) and checks.reason[2] == "heights_zone_no_limit"


def test_levels_need_the_ground():
    one = built((shapely.box(400, -5, 420, 5), 16.8, None))
    checks = check_limits(one, view_limits([view()], one, SETTINGS), SETTINGS)
    assert checks.reason.tolist() == ["heights_no_ground"] and not checks.is_broken[0] and np.isnan(checks.exceed[0])


def test_pieces_are_what_rises_above_a_plane_and_a_cone():
    flat = shapely.box(0, 0, 40, 10)
    part = Plane(0.0, 0.0, 10.0, 0.5, 0.0).below(flat, 20.0)
    assert part.area == pytest.approx(200) and part.bounds == pytest.approx((0, 0, 20, 10))
    cone = Cone(shapely.LineString([(0, 0), (0, 10)]), 10.0, 10.0, 0.5)
    assert cone.below(flat, 20.0).bounds[2] == pytest.approx(30, abs=0.01)
    assert cone.lowest(np.array([shapely.box(20, 0, 30, 10)], dtype=object))[0] == pytest.approx(15.0)
    assert cone.at(np.array([[5.0, 5.0], [30.0, 5.0]])).tolist() == [10.0, 20.0]
