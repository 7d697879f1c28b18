"""Closed drawing lines become polygons; what does not close is listed with its gap."""

import pytest
import shapely
from onemap.plugin.formats.parcels.polylines import polygons_from_lines


def test_rings_holes_chains_and_gaps():
    ring = shapely.LineString([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)])
    hole = shapely.LineString([(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)])
    chain = [shapely.LineString([(20, 0), (30, 0)]), shapely.LineString([(30, 0), (30, 10), (20, 0)])]
    nearly = shapely.LineString([(40, 0), (50, 0), (50, 10), (40, 0.005)])
    open_line = shapely.LineString([(60, 0), (70, 0), (70, 10)])
    closed = polygons_from_lines([ring, hole, *chain, nearly, open_line, None, shapely.LineString()], 0.01)
    assert sorted(round(p.area, 1) for p in closed.polygons) == [50.0, 50.0, 96.0]
    assert closed.gaps == [pytest.approx(200**0.5)]
    assert closed.unclosed[0].equals(open_line)


def test_tolerance_zero_closes_nothing():
    nearly = shapely.LineString([(40, 0), (50, 0), (50, 10), (40, 0.005)])
    assert polygons_from_lines([nearly], 0.0).polygons == []
