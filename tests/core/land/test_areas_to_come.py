"""Areas that a thread computes: the same numbers, and everything that a process needs is known before they are."""

import threading

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land import area
from onemap.plugin.core.land.area import AreasToCome, gauss_inverse, statutory_areas
from onemap.plugin.core.land.gauss import GaussInverse
from onemap.plugin.core.review.chunk_answers import answer
from onemap.plugin.core.review.chunk_questions import answered, question
from onemap.plugin.core.review.projects import ProjectChunk, Projects
from onemap.tests.core.review.test_chunk_work import RULES, SETTINGS, asked, same, shapes
from onemap.tests.support.review_core import PLANE, X, Y
from pyproj import CRS


class Held(threading.Event):
    """Areas are not computed before this is set; of which array is kept."""

    array = None


@pytest.fixture
def held(monkeypatch):
    go_on, own = Held(), area.statutory_areas

    def later(geometries, plane):
        go_on.array = geometries
        assert go_on.wait(30)
        return own(geometries, plane)

    monkeypatch.setattr(area, "statutory_areas", later)
    yield go_on
    go_on.set()


def test_areas_to_come_are_the_statutory_ones(held):
    polygons = shapes(1, 60, 90)
    expected = statutory_areas(polygons, PLANE)
    projects = Projects([str(n) for n in range(60)], polygons, AreasToCome(polygons, PLANE))
    chunk = ProjectChunk(projects, np.arange(0, 60, 2))
    assert not projects.are_measured and chunk.areas_m2 is None
    held.set()
    np.testing.assert_array_equal(projects.areas_m2, expected)
    assert projects.are_measured
    assert not np.shares_memory(held.array, polygons), "two threads must not give one array to shapely"
    np.testing.assert_array_equal(chunk.areas_m2, expected[::2])


def test_who_is_asked_before_areas_are_known_measures_the_projects():
    controls = shapes(2, 400, 60)
    work = asked(controls, RULES["plain"]).work
    expected = answered(bytearray(answer(bytearray(question(work, SETTINGS)[0]))), np.arange(len(work.controls)))
    work = asked(controls, RULES["plain"]).work
    work.areas_m2 = None
    found = answered(bytearray(answer(bytearray(question(work, SETTINGS)[0]))), np.arange(len(work.controls)))
    same(found, expected[:2])


def test_all_squares_that_boxes_reach_are_known_before_the_areas(held):
    """A project across four squares, and one over many: a process without PROJ finds the place of each vertex."""
    inverse = gauss_inverse.__wrapped__(PLANE.srs)
    long = shapely.box(X - 300_000, Y - 10, X + 200_000, Y + 10)
    inverse.prepare(shapely.bounds(np.array([shapely.box(X - 5, Y - 5, X + 5, Y + 5), long])))
    beside = GaussInverse.of_numbers(inverse.numbers)
    x, y = np.linspace(X - 299_000, X + 199_000, 50), np.full(50, Y)
    np.testing.assert_array_equal(beside(x, y), inverse(x, y))
    inverse.prepare(np.array([[np.nan] * 4, [-1e9, 0, 1e9, 1e12]]))  # nobody lies everywhere: no fits without end
    assert len(inverse.numbers) < 2000


def test_what_is_no_plane_is_refused_at_once():
    with pytest.raises(InputError):
        AreasToCome(np.array([shapely.box(110, 30, 111, 31)]), CRS.from_epsg(4490))
