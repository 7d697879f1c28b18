"""Closed drawing lines become polygons; what does not close is listed with its gap."""

import math
import random

import pytest
import shapely
from onemap.plugin.formats.parcels.polylines import polygons_from_lines


def square(x, y, size=10.0, **moved):
    return shapely.LineString([(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)])


def areas(closed):
    return sorted(round(p.area, 1) for p in closed.polygons)


def test_rings_holes_chains_and_gaps():
    chain = [shapely.LineString([(20, 0), (30, 0)]), shapely.LineString([(30, 0), (30, 10), (20, 0)])]
    nearly = shapely.LineString([(40, 0), (50, 0), (50, 10), (40, 0.005)])
    open_line = shapely.LineString([(60, 0), (70, 0), (70, 10)])
    lines = [square(0, 0), square(2, 2, 2), *chain, nearly, open_line, None, shapely.LineString()]
    closed = polygons_from_lines(lines, 0.01)
    assert areas(closed) == [50.0, 50.0, 96.0]
    assert closed.gaps == [pytest.approx(200**0.5)]
    assert closed.unclosed[0].equals(open_line)


def test_tolerance_zero_closes_nothing():
    nearly = shapely.LineString([(40, 0), (50, 0), (50, 10), (40, 0.005)])
    assert polygons_from_lines([nearly], 0.0).polygons == []


@pytest.mark.parametrize(
    "lines,expected",
    [
        ([square(0, 0)], [100.0]),
        ([square(0, 0), square(0, 0)], [100.0]),
        ([square(0, 0), shapely.reverse(square(0, 0))], [100.0]),
        ([square(0, 0), shapely.LineString([(10, 0), (10, 10), (0, 10), (0, 0), (10, 0)])], [100.0]),
        ([square(0, 0), square(0.0001, 0)], [100.0]),
        ([square(0, 0), square(10, 0)], [100.0, 100.0]),
        ([square(0, 0), square(10, 10)], [100.0, 100.0]),
        ([square(0, 0), square(2, 2, 6), square(4, 4, 2)], [4.0, 64.0]),
        ([square(0, 0), square(1, 1, 3), square(5, 5, 3)], [82.0]),
        ([shapely.Polygon(square(0, 0)), square(0, 0)], [100.0]),
        ([shapely.MultiLineString([square(0, 0), square(20, 0)])], [100.0, 100.0]),
        ([shapely.GeometryCollection([square(0, 0), shapely.Point(1, 1)])], [100.0]),
        ([shapely.LineString([(0, 0, 5), (10, 0, 5), (10, 10, 6), (0, 0, 5)])], [50.0]),
        ([], []),
        ([None, shapely.Point(0, 0), shapely.LineString()], []),
        ([shapely.LineString([(0, 0), (5, 0), (0, 0)])], []),
        ([shapely.LineString([(0, 0), (5, 0), (5, 0), (0, 0)])], []),
    ],
)
def test_outlines(lines, expected):
    assert areas(polygons_from_lines(lines)) == expected


def test_what_was_found_is_counted():
    twice = polygons_from_lines([square(0, 0)] * 3)
    assert (twice.duplicates, twice.overlaps) == (2, [])
    crossing = polygons_from_lines([square(0, 0), square(5, 0)])
    assert areas(crossing) == [100.0, 100.0] and crossing.overlaps == [50.0]
    in_a_corner = polygons_from_lines([square(0, 0), square(0, 0, 4)])
    assert areas(in_a_corner) == [16.0, 100.0] and in_a_corner.overlaps == [16.0], "a part, not a hole, is asked about"
    eight = polygons_from_lines([shapely.LineString([(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)])])
    assert areas(eight) == [25.0, 25.0] and eight.repaired == 1
    flat = polygons_from_lines([shapely.LineString([(0, 0), (5, 0), (9, 0), (0, 0)])])
    assert (flat.polygons, flat.flat) == ([], 1)
    broken = polygons_from_lines([shapely.LineString([(0, 0), (math.nan, 0), (9, 9), (0, 0)]), square(0, 0)])
    assert areas(broken) == [100.0] and broken.unreadable == 1


def test_segments_drawn_in_any_order_and_direction_are_chained_over_small_gaps():
    corners = [(0, 0), (10, 0), (10, 10), (0, 10)]
    sides = [shapely.LineString([a, b]) for a, b in zip(corners, corners[1:] + corners[:1])]
    assert areas(polygons_from_lines([sides[2], shapely.reverse(sides[0]), sides[3], sides[1]])) == [100.0]
    assert areas(polygons_from_lines([*sides, sides[1], shapely.reverse(sides[2])])) == [100.0], "sides drawn twice"
    loose = [shapely.transform(s, lambda xy, d=d: xy + d) for s, d in zip(sides, (0.003, -0.004, 0.002, 0.0))]
    assert areas(polygons_from_lines(loose, 0.02)) == [pytest.approx(100.0, abs=0.11)]
    assert polygons_from_lines(loose, 0.001).polygons == [] and len(polygons_from_lines(loose, 0.001).gaps) == 4


def test_open_lines_that_neighbours_share_make_both():
    walls = [
        [(0, 0), (10, 0)],
        [(10, 0), (20, 0)],
        [(20, 0), (20, 10)],
        [(20, 10), (10, 10)],
        [(10, 10), (0, 10)],
        [(0, 10), (0, 0)],
        [(10, 0), (10, 10)],
        [(20, 10), (25, 15)],
    ]
    closed = polygons_from_lines([shapely.LineString(w) for w in walls])
    assert areas(closed) == [100.0, 100.0] and closed.shared == 2
    assert [line.length for line in closed.unclosed] == [pytest.approx(50**0.5)]


def test_many_outlines_in_one_are_holes():
    inner = [square(1 + 3 * i, 1 + 3 * j, 1) for i in range(60) for j in range(60)]
    closed = polygons_from_lines([square(0, 0, 200), *inner])
    assert areas(closed) == [40_000.0 - 3600]


def test_random_scrawls_end_in_valid_polygons():
    generator = random.Random(5)  # noqa: S311 - made-up data

    def line():
        count = generator.randint(1, 9)
        points = [
            (
                generator.choice(
                    [0, 1, 2, 5, 5.005, 9, math.nan, math.inf] if generator.random() < 0.05 else [0, 1, 2, 5, 5.005, 9]
                ),
                generator.randint(0, 9),
            )
            for _ in range(count + 1)
        ]
        return shapely.LineString(points + points[:1] if generator.random() < 0.5 else points)

    found = 0
    for _ in range(300):
        lines = [line() for _ in range(generator.randint(0, 12))]
        closed = polygons_from_lines(lines + lines[: generator.randint(0, 3)], generator.choice([0, 0.01, 3]))
        assert all(p.is_valid and p.area > 0 for p in closed.polygons)
        assert len(closed.gaps) == len(closed.unclosed)
        found += len(closed.polygons)
    assert found > 300
