"""A local view answers as the whole geometry does: same areas, same vertices, whatever the box."""

import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.windows import Windows
from onemap.tests.support.long_runs import count

BENCH = runpy.run_path(str(Path(__file__).resolve().parents[1] / "bench" / "windows.py"))
ORIGIN = BENCH["ORIGIN"]
DEGREES = 1e-5
BOXES = count(150, 60)


def moved(geometry, turn=0.0):
    """A geometry around (0, 0), turned by some radians, at coordinates as large as a survey's."""
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return shapely.transform(geometry, lambda xy: xy @ turned + ORIGIN)


def checkerboard():
    """Squares of 100 m that touch at corners, each with a hole that touches its shell, all on round coordinates."""
    hole = [(0, 50), (50, 25), (50, 75)]
    squares = [(100 * c, 100 * r) for c in range(30) for r in range(30) if (c + r) % 2]
    shell = np.array([(0, 0), (100, 0), (100, 100), (0, 100)])
    return shapely.MultiPolygon([shapely.Polygon(shell + at, [np.array(hole) + at]) for at in squares])


def sieve():
    """One part with 1,600 holes, an island in every other hole."""
    at = shapely.points(*np.mgrid[0:40, 0:40].reshape(2, -1) * 50.0)
    holes, islands = shapely.buffer(at, 20), shapely.buffer(at[::2], 10)
    return shapely.union_all(
        [shapely.difference(shapely.box(-30, -30, 1980, 1980), shapely.union_all(holes)), *islands]
    )


def onion():
    """Rings of land inside each other, each inside the hole of the one around it."""
    discs = shapely.buffer(shapely.Point(0, 0), np.arange(2000.0, 0, -25), quad_segs=64)
    return shapely.MultiPolygon([shapely.Polygon(a.exterior, [b.exterior]) for a, b in zip(discs[::2], discs[1::2])])


def comb():
    """Strips 10 km long and 2 cm to 20 m wide: every window border cuts their long edges."""
    strips = [shapely.box(0, 40 * n, 10_000, 40 * n + 0.02 * 10 ** (n % 4)) for n in range(200)]
    return shapely.union_all([shapely.box(-100, 0, 0, 8000), *strips])


def in_degrees(geometry):
    """The same land in degrees: smaller numbers, so an absolute tolerance in metres would show."""
    turned = shapely.make_valid(shapely.transform(geometry, lambda xy: (xy - ORIGIN) * DEGREES + [120.0, 30.0]))
    parts = shapely.get_parts(turned)
    return shapely.multipolygons(shapely.get_parts(parts[shapely.get_dimensions(parts) == 2]))


LANDS = {
    "fractal": lambda: BENCH["fractal_land"](40, 4),
    "degrees": lambda: in_degrees(BENCH["fractal_land"](30, 4)),
    "checkerboard": lambda: moved(checkerboard()),
    "sieve": lambda: moved(sieve()),
    "onion": lambda: moved(onion()),
    "comb": lambda: moved(comb()),
    "turned comb": lambda: moved(comb(), 0.3),
}


@pytest.fixture(scope="module", params=LANDS)
def land(request):
    geometry = LANDS[request.param]()
    assert geometry.is_valid and shapely.get_num_coordinates(geometry) > 800
    return geometry


@pytest.fixture(scope="module")
def windows(land):
    """One store of cuts for the tests that only ask: whoever comes first cuts."""
    return Windows(land, leaf_vertices=150)


@pytest.fixture
def long_edges(request):
    return request.node.callspec.params["land"] == "turned comb"


@pytest.fixture(scope="module")
def fractal():
    return LANDS["fractal"]()


def boxes_over(geometry, count, seed=3):
    """Boxes (count, 4) from a thousandth of a millionth of the extent to twice it, some partly or wholly outside."""
    random = np.random.default_rng(seed)
    low, high = np.split(shapely.bounds(geometry), 2)
    size = max(high - low) * 10 ** random.uniform(-6, 0.3, (count, 1)) * random.uniform(0.05, 1, (count, 2))
    centre = low + random.uniform(-0.1, 1.1, (count, 2)) * (high - low)
    return np.hstack([centre - size / 2, centre + size / 2])


def border_boxes(windows):
    """Boxes exactly half a window's side large, exactly on window borders, for the levels that are there."""
    for level in range(1, 7):
        side = windows._side / 2**level
        for place in ((0, 0), (1, 0), (1, 1), (2**level, 2**level - 1)):
            low = windows._origin + np.array(place) * side / 2
            yield np.concatenate([low, low + side / 2])
            cut = windows._box((level, *place))
            yield np.array([cut[2] - side / 4, cut[3] - side / 4, cut[2], cut[3]])


def assert_same(projects, geometry, local, long_edges=False):
    """Intersections with the local views are those with the whole.

    Edges that reach from the box across a window border are shortened there, on every level, which moves them by about a unit in
    the last place (0.5 nm here): with them, vertices may move by a few units and areas by one along the pieces' outlines.
    """
    unit = 1.0 if shapely.bounds(geometry)[0] > 1000 else DEGREES
    expected = shapely.normalize(shapely.intersection(projects, geometry))
    own = shapely.normalize(shapely.intersection(projects, local))
    noise = np.spacing(shapely.bounds(geometry).max())
    allowed = 1e-9 * shapely.area(expected) + (noise * shapely.length(expected) if long_edges else 1e-9 * unit**2)
    assert (np.abs(shapely.area(own) - shapely.area(expected)) <= allowed).all()
    near = 8 * noise if long_edges else max(1e-9 * unit, 2 * noise)  # never less than a unit in the last place
    different = np.flatnonzero(~shapely.equals_exact(own, expected, near))
    assert not len(different), (different, own[different[0]], expected[different[0]])


def assert_cuts_lie_outside(views, boxes, geometry):
    """Every vertex of a local view that the whole does not have is strictly outside the view's box."""
    known = set(map(tuple, shapely.get_coordinates(geometry).tolist()))
    own, view = shapely.get_coordinates(views, return_index=True)
    low, high = boxes[view, :2], boxes[view, 2:]
    inside = own[((own >= low) & (own <= high)).all(axis=1)]
    assert len(inside) and known.issuperset(map(tuple, inside.tolist()))


def test_every_box_is_answered_as_by_the_whole(land, windows, long_edges):
    boxes = np.vstack([boxes_over(land, BOXES), *border_boxes(windows)])
    local = np.array([windows.local(box) for box in boxes])
    assert shapely.is_valid(local).all()
    assert set(shapely.get_type_id(local).tolist()) <= {3, 6}
    assert_same(shapely.box(*boxes.T), land, local, long_edges)
    assert_cuts_lie_outside(local[::5], boxes[::5], land)


def test_projects_of_all_shapes(land, windows, long_edges):
    boxes = boxes_over(land, BOXES, seed=4)
    sizes = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
    stars = shapely.buffer(shapely.points((boxes[:, :2] + boxes[:, 2:]) / 2), sizes / 2, quad_segs=5)
    diagonals = shapely.buffer(shapely.linestrings(boxes.reshape(-1, 2, 2)), sizes / 50, cap_style="flat")
    projects = np.concatenate([stars, diagonals])
    assert_same(projects, land, np.array([windows.local(box) for box in shapely.bounds(projects)]), long_edges)


def test_projects_along_the_land_itself(fractal):
    """Projects drawn along the red line share its edges: parts moved by nothing, buffered, and turned into holes."""
    parts = shapely.get_parts(fractal)
    parts = parts[shapely.get_num_coordinates(parts) < 400][:60]
    hulls = shapely.convex_hull(parts)
    projects = np.concatenate([parts, hulls, shapely.difference(hulls, parts)])
    windows = Windows(fractal, leaf_vertices=150)
    assert_same(projects, fractal, np.array([windows.local(box) for box in shapely.bounds(projects)]))


def test_a_local_view_is_small(fractal):
    windows = Windows(fractal, leaf_vertices=500)
    centre = shapely.get_coordinates(shapely.point_on_surface(fractal))[0]
    assert shapely.get_num_coordinates(windows.local([*(centre - 5), *(centre + 5)])) <= 700


def test_a_window_wholly_inside_is_a_box_and_an_empty_one_is_empty():
    holed = shapely.difference(*shapely.buffer(shapely.Point(0, 0), [1000, 500], quad_segs=1000))
    windows = Windows(holed, leaf_vertices=100)
    inside = windows.local((740, -10, 760, 10))
    assert shapely.equals(inside, shapely.envelope(inside)) and shapely.get_num_coordinates(inside) == 5
    in_the_hole = windows.local((-1, -1, 1, 1))
    assert in_the_hole.is_empty and in_the_hole.geom_type == "Polygon"


@pytest.mark.parametrize("box", [(-9, -9, -8, -8), (5, 0, 6, 1), (np.nan,) * 4])
def test_boxes_outside_are_empty(box):
    view = Windows(shapely.box(0, 0, 1, 1), leaf_vertices=4).local(box)
    assert view.is_empty and view.geom_type == "Polygon"


def test_an_empty_geometry_has_empty_views():
    for empty in (shapely.Polygon(), shapely.MultiPolygon()):
        assert Windows(empty).local((0, 0, 1, 1)).is_empty


def test_a_small_geometry_and_a_huge_box_are_answered_by_the_whole(fractal):
    assert Windows(checkerboard(), 100_000).local((0, 0, 1, 1)).equals_exact(checkerboard())
    low, high = np.split(shapely.bounds(fractal), 2)
    assert Windows(fractal, 100).local([*(low - 1e6), *(high + 1e6)]).equals_exact(fractal)


def test_heights_are_left_out():
    land = shapely.force_3d(moved(onion()), 5.0)
    view = Windows(land, leaf_vertices=150).local([*ORIGIN, *(ORIGIN + 300)])
    assert not view.has_z and not view.is_empty


def test_a_cut_that_lost_something_is_made_again(land):
    """The area of every cut is compared with that of the original vertices; a wrong or invalid one is not served."""
    windows = Windows(land, leaf_vertices=150)
    box = windows._box((2, 3, 3))
    truth = shapely.intersection(land, shapely.box(*box))
    size = (box[2] - box[0]) / 1000
    here = shapely.get_coordinates(shapely.point_on_surface(truth))[0]
    lost = shapely.difference(truth, shapely.box(*(here - size), *(here + size)))
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    invalid = shapely.multipolygons([*shapely.get_parts(truth), bow])  # a bow tie has no area: only validity tells
    assert invalid.area == truth.area
    nothing = np.array([], dtype=object)
    for wrong in (lost, shapely.Polygon(), shapely.box(*box), invalid):
        assert windows._checked(nothing, shapely.get_parts(wrong), box).equals(truth)
    assert windows._checked(nothing, None, box).equals(truth)
    assert windows._checked(shapely.get_parts(truth), shapely.get_parts(truth), box).equals(truth)
    assert windows._checked(nothing, shapely.get_parts(truth), box).equals_exact(truth)


def test_clipping_alone_is_right_without_being_made_again(land):
    """Holes leave their own part only: no second, slower cut is needed for islands in holes."""
    windows = Windows(land, leaf_vertices=150)
    for place in ((1, 0, 0), (2, 3, 3), (3, 6, 5)):
        window = windows._window(place)
        untouched, pieces = window.rings.assembled(windows._parts)
        served = windows._checked(untouched, pieces, window.box)
        assert shapely.equals_exact(shapely.get_parts(served), [*untouched, *pieces]).all()


def test_areas_inside_boxes_are_those_of_the_overlay(land):
    areas = Windows(land)._areas
    boxes = boxes_over(land, BOXES, seed=6)
    cut = shapely.intersection(land, shapely.box(*boxes.T))
    noise = np.spacing(np.abs(boxes).max()) * (shapely.length(cut) + 64 * (boxes[:, 2:] - boxes[:, :2]).max(axis=1))
    error = np.abs([areas.inside(box) for box in boxes] - shapely.area(cut))
    assert (error <= 1e-10 * shapely.area(cut) + noise).all()


def test_threads_get_the_same_answers_from_a_cache_that_is_too_small(fractal):
    boxes = boxes_over(fractal, 200, seed=7)
    expected = [Windows(fractal, 300).local(box) for box in boxes[:3]]
    windows = Windows(fractal, leaf_vertices=300, cache_vertices=30_000)
    alone = [windows.local(box) for box in boxes]
    orders = [np.random.default_rng(seed).permutation(len(boxes)) for seed in range(4)]
    shared = Windows(fractal, leaf_vertices=300, cache_vertices=30_000)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda order: [shared.local(boxes[index]) for index in order], orders))
    for order, answer in zip(orders, answers):
        assert shapely.equals_exact(np.array(answer), np.array(alone, dtype=object)[order], 0.0).all()
    assert shapely.equals_exact(expected, alone[:3], 0.0).all()


def test_threads_cut_a_window_once(fractal):
    boxes = boxes_over(fractal, 100, seed=9)
    alone, shared = Windows(fractal, leaf_vertices=300), Windows(fractal, leaf_vertices=300)
    for box in boxes:
        alone.local(box)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: [shared.local(box) for box in boxes], range(4)))
    assert shared._cache._total == alone._cache._total


def test_the_cache_is_bounded_and_reused(fractal):
    windows = Windows(fractal, leaf_vertices=300, cache_vertices=20_000)
    for box in boxes_over(fractal, 300, seed=8):
        windows.local(box)
        assert windows._cache._total <= 20_000 or len(windows._cache._windows) == 1
    assert windows._cache._total == sum(windows._cache._sizes.values())
    box = boxes_over(fractal, 300, seed=8)[-1]
    assert windows.local(box) is windows.local(box)
