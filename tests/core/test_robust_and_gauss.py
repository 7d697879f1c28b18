"""Overlay that does not give up, and the fast inverse of Gauss-Krueger that is really the one used."""

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
    made = GaussInverse(plane.to_wkt())
    made._proj = CountingProj(made._proj)
    return made, Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)


def test_many_vertices_take_the_fast_way_and_equal_proj():
    rng = np.random.default_rng(1)
    x, y = 500_000 + rng.uniform(-60_000, 60_000, 200_000), 3_350_000 + rng.uniform(-60_000, 60_000, 200_000)
    fast, proj = inverse()
    longitude, latitude = fast(x, y)
    assert 0 < fast._proj.points < 1000  # nodes and check points, never the vertices
    assert fast._fit.is_exact
    truth = proj.transform(x, y)
    assert np.abs(longitude - truth[0]).max() < 1e-10 and np.abs(latitude - truth[1]).max() < 1e-10
    fast(x[:5000], y[:5000])
    assert fast._proj.points < 1000  # the fit is kept


def test_few_vertices_and_far_ones_are_asked_of_proj():
    fast, proj = inverse()
    x, y = np.full(10, 500_000.0), np.full(10, 3_350_000.0)
    assert np.array_equal(fast(x, y), proj.transform(x, y)) and fast._proj.points == 10
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-2e6, 3e6, 3000), rng.uniform(-8e6, 8e6, 3000)  # no polynomial spans half the earth
    fast, proj = inverse()
    assert np.array_equal(fast(x, y), proj.transform(x, y)) and not fast._fit.is_exact


def test_coordinates_that_are_no_numbers_do_not_stop_it():
    fast, _ = inverse()
    x, y = np.full(3000, 500_000.0), np.full(3000, 3_350_000.0)
    x[7] = np.inf
    longitude, _ = fast(x, y)
    assert longitude[0] == pytest.approx(120) and not np.isfinite(longitude[7])
