"""Overlay that does not give up, and the fast inverse of Gauss-Krueger that is really the one used."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.gauss import GaussInverse
from onemap.plugin.core.land.robust import robust
from pyproj import CRS, Transformer

ONE, OTHER = shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)


class Failing:
    """An overlay that GEOS cannot node on the grids that are named; keeps what it was asked."""

    def __init__(self, fails):
        self.fails, self.asked = fails, []

    def __call__(self, *geometries, grid_size=None):
        self.asked.append(grid_size)
        if grid_size in self.fails:
            raise shapely.GEOSException("TopologyException")
        return shapely.intersection(*geometries)


def test_floating_point_first_and_alone_where_it_answers():
    overlay = Failing(fails=())
    assert robust(overlay, ONE, OTHER).area == 1 and overlay.asked == [None]


@pytest.mark.parametrize("fails,last", [((None,), 1e-8), ((None, 1e-8), 1e-6), ((None, 1e-8, 1e-6, 1e-4), 1e-3)])
def test_the_finest_grid_that_answers(fails, last):
    overlay = Failing(fails)
    assert robust(overlay, ONE, OTHER).area == 1 and overlay.asked[-1] == last


def test_what_no_grid_answers_is_rebuilt_from_its_borders_and_then_told():
    grids = (1e-8, 1e-6, 1e-4, 1e-3)
    seen = []

    def overlay(*geometries, grid_size=None):
        seen.append(grid_size)
        if grid_size is not None or len(seen) == 1:
            raise shapely.GEOSException("TopologyException")
        return shapely.intersection(*geometries)

    assert robust(overlay, ONE, OTHER).area == pytest.approx(1) and seen == [None, *grids, None]
    with pytest.raises(InputError) as caught:
        robust(Failing(fails=(None, *grids)), ONE, OTHER)
    assert caught.value.code == "overlay_impossible"


class CountingProj:
    def __init__(self, proj):
        self.proj, self.points = proj, 0

    def transform(self, x, y):
        self.points += len(x)
        return self.proj.transform(x, y)


def inverse(epsg=4549):
    plane = CRS.from_epsg(epsg)
    made = GaussInverse.of(plane.to_wkt())
    made._proj = CountingProj(made._proj)
    return made, Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)


def scattered(seed, count, east=60_000, north=60_000):
    rng = np.random.default_rng(seed)
    return 500_000 + rng.uniform(-east, east, count), 3_350_000 + rng.uniform(-north, north, count)


def test_many_vertices_take_the_fast_way_and_equal_proj():
    x, y = scattered(1, 200_000)
    fast, proj = inverse()
    longitude, latitude = fast(x, y)
    assert 0 < fast._proj.points < 4000  # nodes and check points of a few squares, never the vertices
    truth = proj.transform(x, y)
    assert np.abs(longitude - truth[0]).max() < 1e-10 and np.abs(latitude - truth[1]).max() < 1e-10
    points = fast._proj.points
    fast(x[:5000], y[:5000])
    assert fast._proj.points == points  # the fits are kept


def test_the_answer_for_a_vertex_is_a_matter_of_its_place_alone():
    """Whatever was asked before, beside it, or from how many threads."""
    x, y = scattered(4, 20_000, east=300_000, north=200_000)
    together = inverse()[0](x, y)
    other = inverse()[0]
    other(*scattered(5, 3000, east=5000, north=5000))  # a first block of somewhere else
    for some in (np.arange(0, 20_000, 7), np.arange(19_999, -1, -1), *np.arange(40)[:, None]):
        assert np.array_equal(other(x[some], y[some]), np.array(together)[:, some])
    threads = inverse()[0]
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda k: threads(x[k::16], y[k::16]), range(16)))
    for k, part in enumerate(parts):
        assert np.array_equal(part, np.array(together)[:, k::16])


def test_far_vertices_are_asked_of_proj_and_make_no_fit():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(2e6, 3e6, 3000), rng.uniform(-8e6, 8e6, 3000)
    fast, proj = inverse()
    assert np.array_equal(fast(x, y), proj.transform(x, y))
    assert fast._proj.points == 3000 and not fast._fits


def test_a_square_that_proj_misses_is_left_to_proj():
    class Bent:
        """A projection that no smooth polynomial follows."""

        def transform(self, x, y):
            return np.round(np.asarray(x) / 1e5, 3), np.round(np.asarray(y) / 1e5, 3)

    fast = GaussInverse.of(CRS.from_epsg(4549).to_wkt())
    fast._proj = Bent()
    x, y = scattered(3, 100)
    assert np.array_equal(fast(x, y), Bent().transform(x, y)) and set(fast._fits.values()) == {None}


def test_its_numbers_answer_the_same_without_proj_and_know_no_other_place():
    x, y = scattered(6, 5000, east=200_000, north=150_000)
    fast, _ = inverse()
    wanted = fast(x, y)
    there = GaussInverse.of_numbers(np.frombuffer(fast.numbers.tobytes()).reshape(fast.numbers.shape))
    assert np.array_equal(there(x, y), wanted)
    for elsewhere in ((500_000.0, 4_500_000.0), (3e6, 3e6)):
        with pytest.raises(LookupError):
            there(*np.array(elsewhere).reshape(2, 1))
    with pytest.raises(LookupError):
        GaussInverse.of_numbers(inverse()[0].numbers)(x, y)
