"""Coordinates that contradict their system, on the borders of what is still believed; and the boxes that find them all."""

import numpy as np
import pytest
from onemap.plugin.core.land.coordinates import (
    DEGREES,
    NO_DEGREES,
    NO_PREFIX,
    OFF_PLANE,
    OTHER_ZONE,
    PREFIX,
    SWAPPED,
    misplaced,
    ordinary_box,
    suspect_boxes,
)
from pyproj import CRS

PLAIN, NUMBERED, GEO, SIX, WEB = 4549, 4528, 4490, 4498, 3857


def code_at(epsg, x, y, half=0.0):
    return misplaced(CRS.from_epsg(epsg), np.array([(x - half, y - half, x + half, y + half)])).codes[0]


@pytest.mark.parametrize(
    "epsg, x, y, code",
    [
        # degrees: latitude and longitude of the country, the other way round
        (GEO, 3, 73, SWAPPED),
        (GEO, 54.5, 136.5, NO_DEGREES),  # a latitude above 90 speaks louder where both are said
        (GEO, 2.99, 73, ""),
        (GEO, 54.51, 80, ""),
        (GEO, 30, 72.99, ""),
        (GEO, 73, 3, ""),
        (GEO, 136.5, 54.5, ""),
        (GEO, 30, 90.000001, SWAPPED),
        (GEO, 100, 90.000001, ""),
        (GEO, 100, 90.1, NO_DEGREES),
        (GEO, 100, -90.1, NO_DEGREES),
        (GEO, 360, 0, ""),
        (GEO, 360.1, 0, NO_DEGREES),
        (GEO, -360.1, 0, NO_DEGREES),
        # northing where the easting is wanted
        (PLAIN, 3_350_000, 515_000, SWAPPED),
        (PLAIN, 1_000_001, 1, SWAPPED),
        (PLAIN, 1_000_000, 515_000, ""),  # exactly 500 km from the meridian: an easting far east
        (PLAIN, 6_500_000, 999_999, SWAPPED),
        (PLAIN, 3_350_000, 1_000_000, ""),
        (PLAIN, 3_350_000, 0, ""),
        (PLAIN, 3_350_000, 10_000_000, SWAPPED),
        (PLAIN, 3_350_000, 9_999_999, ""),
        (NUMBERED, 3_350_000, 40_515_000, SWAPPED),
        # degrees on a plane
        (PLAIN, 73, 3, DEGREES),
        (PLAIN, 136.5, 54.5, DEGREES),
        (PLAIN, 3, 73, DEGREES),
        (PLAIN, 54.5, 136.5, DEGREES),
        (PLAIN, 72.99, 54.51, ""),
        (PLAIN, 136.51, 30, ""),
        (PLAIN, 120, 2.99, ""),
        (PLAIN, 120, 54.51, ""),
        (PLAIN, 2.99, 120, ""),
        (PLAIN, 30, 72.99, ""),
        (PLAIN, 30, 136.51, ""),
        # the number of the zone
        (PLAIN, 10_000_000, 3_350_000, PREFIX),
        (PLAIN, 40_515_000, 3_350_000, PREFIX),
        (PLAIN, 69_999_999, 3_350_000, PREFIX),
        (PLAIN, 70_000_000, 3_350_000, OFF_PLANE),
        (NUMBERED, 515_000, 3_350_000, NO_PREFIX),
        (NUMBERED, 1, 3_350_000, NO_PREFIX),
        (NUMBERED, 999_999, 3_350_000, NO_PREFIX),
        (NUMBERED, 0, 3_350_000, OFF_PLANE),
        (NUMBERED, 1_000_000, 3_350_000, OFF_PLANE),
        (NUMBERED, 39_999_999, 3_350_000, OTHER_ZONE),
        (NUMBERED, 40_000_000, 3_350_000, ""),
        (NUMBERED, 40_999_999, 3_350_000, ""),
        (NUMBERED, 41_000_000, 3_350_000, OTHER_ZONE),
        (NUMBERED, 10_000_000, 3_350_000, OTHER_ZONE),
        (NUMBERED, 69_999_999, 3_350_000, OTHER_ZONE),
        (NUMBERED, 70_000_000, 3_350_000, OFF_PLANE),
        # beyond what can be measured on: 3,000 km from the meridian, 10,000 km from the equator
        (PLAIN, 3_500_000, 7_000_000, ""),
        (PLAIN, 3_500_001, 7_000_000, OFF_PLANE),
        (PLAIN, -2_500_000, 7_000_000, ""),
        (PLAIN, -2_500_001, 7_000_000, OFF_PLANE),
        (PLAIN, 500_000, 10_000_000, ""),
        (PLAIN, 500_000, -10_000_000, ""),
        (PLAIN, 500_000, 10_000_001, OFF_PLANE),
        (PLAIN, 500_000, -10_000_001, OFF_PLANE),
        # other systems are not judged
        (WEB, 1e9, 1e9, ""),
    ],
)
def test_on_the_borders(epsg, x, y, code):
    if (epsg, x, y) == (GEO, 54.5, 136.5):
        code = SWAPPED  # the first contradiction is the one that is told
    assert code_at(epsg, x, y) == code


def test_a_feature_that_reaches_over_the_border_of_a_zone_is_not_a_prefix():
    """Only a box whose left side, too, bears a number is said to have one."""
    boxes = np.array([(500_000, 3_350_000, 40_500_000, 3_350_100)])
    assert misplaced(CRS.from_epsg(PLAIN), boxes).codes[0] == OFF_PLANE


def test_the_middle_of_a_box_is_judged():
    boxes = np.array([(3_000_000, 510_000, 3_700_000, 520_000), (29.0, 119.0, 31.0, 121.0)])
    assert misplaced(CRS.from_epsg(PLAIN), boxes[:1]).codes[0] == SWAPPED
    assert misplaced(CRS.from_epsg(GEO), boxes[1:]).codes[0] == SWAPPED


def layer(*places):
    boxes = np.array([(x, y, x + 10, y + 10) for x, y in places], dtype=float)
    return misplaced(CRS.from_epsg(PLAIN), boxes)


RIGHT, WITH_NUMBER, TURNED = (515_000, 3_350_000), (39_515_000, 3_350_000), (3_350_000, 515_000)


def test_a_layer_is_wrong_when_most_of_it_is():
    assert not layer(RIGHT, RIGHT).affects_layer() and not layer(RIGHT, WITH_NUMBER).affects_layer()
    assert layer(RIGHT, WITH_NUMBER, WITH_NUMBER).affects_layer()
    nowhere = (np.nan, np.nan)
    assert layer(RIGHT, WITH_NUMBER, WITH_NUMBER, nowhere, nowhere, nowhere).affects_layer()  # these have no say
    assert not layer(nowhere).affects_layer()


def test_the_commonest_contradiction_is_told_with_what_its_first_feature_says():
    error = layer(RIGHT, TURNED, WITH_NUMBER, WITH_NUMBER).error()
    assert error.code == PREFIX and error.params["zone"] == 39 and "4527" in error.params["code"]
    assert layer(TURNED, TURNED, WITH_NUMBER).error().code == SWAPPED


@pytest.mark.parametrize(
    "zone, named",
    [(12, "?"), (13, "4491"), (23, "4501"), (24, "?"), (25, "4513"), (45, "4533"), (46, "?")],
)
def test_a_number_of_a_zone_names_its_system_where_there_is_one(zone, named):
    params = layer((zone * 1e6 + 500_000, 3_350_000)).error().params
    assert params["zone"] == zone and named in params["code"]


@pytest.mark.parametrize(
    "epsg, wanted", [(4528, "4549"), (4513, "4534"), (4491, "4502"), (4501, "4512"), (4498, "4509")]
)
def test_a_missing_number_names_the_same_zone_by_its_meridian(epsg, wanted):
    found = misplaced(CRS.from_epsg(epsg), np.array([(515_000, 3_350_000, 515_010, 3_350_010)]))
    assert found.error().code == NO_PREFIX and wanted in found.error().params["code"]


@pytest.mark.parametrize("epsg", [GEO, PLAIN, NUMBERED, SIX])
def test_the_suspect_boxes_meet_everything_that_is_misplaced(epsg):
    """A large layer is asked only for what lies in these boxes: one that is missing would hide a misplaced feature."""
    crs, random = CRS.from_epsg(epsg), np.random.default_rng(5)
    numbers = [
        -2e7,
        -500.0,
        0.5,
        30.0,
        80.0,
        120.0,
        400.0,
        5e5,
        9.9e5,
        1.1e6,
        3.35e6,
        6.4e6,
        9e6,
        1.5e7,
        2.05e7,
        3.95e7,
        4.05e7,
        4.15e7,
        6.9e7,
        9e7,
    ]
    places = np.array([(x, y) for x in numbers for y in numbers]) + random.random((len(numbers) ** 2, 2))
    boxes = np.hstack([places, places + 0.001])
    found = misplaced(crs, boxes).mask
    suspects = np.array(suspect_boxes(crs))
    met = ((boxes[:, None, 0] <= suspects[:, 2]) & (boxes[:, None, 2] >= suspects[:, 0])
           & (boxes[:, None, 1] <= suspects[:, 3]) & (boxes[:, None, 3] >= suspects[:, 1])).any(axis=1)  # fmt: skip
    assert found.any() and not (found & ~met).any()


@pytest.mark.parametrize("epsg, place", [(GEO, (120, 30)), (PLAIN, RIGHT), (NUMBERED, (40_515_000, 3_350_000)), (SIX, (20_515_000, 3_350_000))])  # fmt: skip
def test_the_suspect_boxes_leave_right_features_alone(epsg, place):
    x, y = place
    assert not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in suspect_boxes(CRS.from_epsg(epsg)))


def test_the_suspect_boxes_end_where_the_believed_land_begins():
    near = [(30, 70), (-359, 0), (359, 0), (0, -89), (0, 89), (2.9, 80), (54.6, 80)]
    for x, y in near:
        assert not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in suspect_boxes(CRS.from_epsg(GEO)))
    assert suspect_boxes(CRS.from_epsg(WEB)) == [(3, 3, 136.5, 136.5)]
    for x in (40_000_001, 40_999_999):
        assert not any(b[0] <= x <= b[2] and b[1] <= 3e6 <= b[3] for b in suspect_boxes(CRS.from_epsg(NUMBERED)))


@pytest.mark.parametrize("epsg", [PLAIN, NUMBERED, SIX, 4513, 4533, 4554])
def test_in_the_ordinary_box_nothing_contradicts_a_plane(epsg):
    crs = CRS.from_epsg(epsg)
    left, low, right, top = ordinary_box(crs)
    dice = np.random.default_rng(epsg)
    x, y = np.sort(dice.uniform(left, right, (2, 4000)), axis=0), np.sort(dice.uniform(low, top, (2, 4000)), axis=0)
    boxes = np.stack([x[0], y[0], x[1], y[1]], axis=1)
    corners = [(left, low, left, low), (right, top, right, top), (left, low, right, top)]
    assert not misplaced(crs, np.concatenate([boxes, corners])).mask.any()
    assert right - left > 800_000  # a county at the edge of its zone lies in it


@pytest.mark.parametrize("at", [(360.5, 30), (-360.5, 30), (100, 90.5), (100, -90.5), (30, 120)])
def test_what_is_no_degree_lies_in_the_boxes_that_are_looked_at(at):
    crs, box = CRS.from_epsg(4490), (*at, at[0] + 0.001, at[1] + 0.001)
    assert misplaced(crs, np.array([box])).mask.all()
    assert any(w <= box[2] and box[0] <= e and s <= box[3] and box[1] <= n for w, s, e, n in suspect_boxes(crs))
