"""Boxes moved from one system to another hold everything that lay in them; what cannot be moved may lie anywhere."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import crs
from pyproj import CRS

GEO, PLANE, MERCATOR = CRS.from_epsg(4490), CRS.from_epsg(4549), CRS.from_epsg(3857)


@pytest.mark.parametrize(
    "box",
    [(120.0, 30.0, 120.2, 30.1), (117.0, 28.0, 123.0, 33.0), (118.0, 30.0, 118.001, 45.0), (118.5, 20, 119, 20.01)],
)
def test_a_moved_box_holds_the_moved_land_and_little_more(box):
    left, low, right, top = crs.transform_bounds(box, GEO, PLANE)
    edge = shapely.get_coordinates(shapely.segmentize(shapely.box(*box), 0.01))
    x, y = crs.transformer(GEO, PLANE).transform(edge[:, 0], edge[:, 1])
    assert left <= x.min() and right >= x.max() and low <= y.min() and top >= y.max()
    slack = 0.006 * max(np.ptp(x), np.ptp(y))
    assert left > x.min() - slack and right < x.max() + slack and low > y.min() - slack and top < y.max() + slack


def test_the_sides_bulge_by_a_five_hundredth_of_the_larger_extent():
    source, target = PLANE, CRS.from_epsg(4528)  # the same zone with its number: sides stay straight
    (moved,) = crs.transform_boxes(np.array([(500_000.0, 3_000_000.0, 501_000.0, 3_002_000.0)]), source, target)
    assert moved == pytest.approx([40_499_996, 2_999_996, 40_501_004, 3_002_004], abs=1e-3)


def test_every_box_is_moved_by_itself():
    boxes = np.array([(120.0, 30.0, 120.2, 30.1), (np.nan, 30.0, 120.2, 30.1), (100.0, 30.0, 100.1, 30.1)])
    moved = crs.transform_boxes(boxes, GEO, MERCATOR)
    assert moved[0].tolist() == pytest.approx(crs.transform_bounds((120.0, 30.0, 120.2, 30.1), GEO, MERCATOR))
    assert moved[1].tolist() == [-np.inf, -np.inf, np.inf, np.inf]
    assert moved[2, 0] < 100.0 * 111_319.49 < moved[2, 0] + 100 and np.isfinite(moved[2]).all()


def test_nothing_moves_within_one_system():
    boxes = np.array([(1.0, 2.0, 3.0, 4.0)])
    assert crs.transform_boxes(boxes, GEO, GEO) is boxes
    assert crs.transform_boxes(boxes[:0], GEO, PLANE).shape == (0, 4)
