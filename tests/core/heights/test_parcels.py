"""Conditions of parcels by numbers worked out by hand; what cannot be told is a reason."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.parcels import Condition, Ground, Parcel, check_parcels, wanted_of
from onemap.plugin.core.heights.settings import default_settings

PARCEL = shapely.box(0, 0, 100, 100)


def built(*rows):
    shapes = np.array([shape for shape, *_ in rows], dtype=object)
    raw = [RawBuilding(height=height, floors=floors, base=0.0) for _, height, floors in rows]
    return make_buildings(range(len(rows)), map(str, range(len(rows))), shapes, raw, default_settings())


def check(wanted, buildings, green=None, line=None, floor_area=None):
    ground = Ground(lambda shapes: shapely.area(shapes), green, floor_area)
    found = check_parcels([Parcel("甲", PARCEL, wanted, "", line)], buildings, ground)
    return {met.condition: met for met in found}


TOWERS = built(
    (shapely.box(10, 10, 40, 40), 30.0, 10),
    (shapely.box(60, 60, 90, 94), 18.0, 6),
    (shapely.box(200, 0, 210, 10), 9.0, 3),
)


def test_numbers():
    wanted = {Condition.FAR_MAX: 1.5, Condition.FAR_MIN: 1.0, Condition.DENSITY_MAX: 19.0, Condition.GREEN_MIN: 0.3,
              Condition.GREEN_MAX: "50%", Condition.SETBACK: "8米", Condition.HEIGHT_MIN: 20.0, Condition.BUILD_TO: 60}  # fmt: skip
    green = np.array([shapely.box(0, 0, 100, 20), shapely.box(0, 10, 100, 30)], dtype=object)
    line = shapely.LineString([(10, 10), (60, 10)])
    found = check(wanted, TOWERS, green, line)
    assert (
        found[Condition.FAR_MAX].actual == pytest.approx((900 * 10 + 1020 * 6) / 1e4)
        and found[Condition.FAR_MAX].is_broken
    )
    assert not found[Condition.FAR_MIN].is_broken
    assert found[Condition.DENSITY_MAX].actual == pytest.approx(0.192) and found[Condition.DENSITY_MAX].is_broken
    assert found[Condition.GREEN_MIN].actual == pytest.approx(0.30 - 0.06) and found[Condition.GREEN_MIN].is_broken
    assert not found[Condition.GREEN_MAX].is_broken
    assert (found[Condition.SETBACK].actual, found[Condition.SETBACK].building) == (6.0, 1)
    assert found[Condition.SETBACK].excess == pytest.approx(2.0)
    assert (found[Condition.HEIGHT_MIN].actual, found[Condition.HEIGHT_MIN].building) == (18.0, 1)
    assert (
        found[Condition.BUILD_TO].actual == pytest.approx(30.5 / 50, abs=0.01)
        and not found[Condition.BUILD_TO].is_broken
    )


def test_overlapping_footprints_count_once():
    twice = built((shapely.box(10, 10, 40, 40), 30.0, 10), (shapely.box(10, 10, 40, 40), 30.0, 10))
    assert check({Condition.DENSITY_MAX: 35}, twice)[Condition.DENSITY_MAX].actual == pytest.approx(0.09)


def test_what_cannot_be_told():
    unknown = built((shapely.box(10, 10, 40, 40), 30.0, "6+1"))
    wanted = {Condition.FAR_MAX: 1.5, Condition.GREEN_MIN: 30, Condition.SETBACK: "退主干道10米、支路5米", Condition.BUILD_TO: 60,
              Condition.DENSITY_MAX: 0}  # fmt: skip
    reasons = {condition: met.reason for condition, met in check(wanted, unknown).items()}
    assert reasons == {
        Condition.FAR_MAX: "heights_no_floors", Condition.GREEN_MIN: "heights_no_green",
        Condition.SETBACK: "heights_condition_unreadable", Condition.BUILD_TO: "heights_no_build_to",
        Condition.DENSITY_MAX: "heights_condition_zero",
    }  # fmt: skip
    assert check({Condition.FAR_MAX: 1.5}, unknown, floor_area=np.array([9000.0]))[Condition.FAR_MAX].actual == 0.9
    short = check({Condition.BUILD_TO: 60}, TOWERS, line=shapely.LineString([(10, 10), (10, 11)]))
    assert short[Condition.BUILD_TO].actual == pytest.approx(1.0) and not short[Condition.BUILD_TO].is_broken
    nothing = check({Condition.BUILD_TO: 60}, TOWERS, line=shapely.LineString())
    assert nothing[Condition.BUILD_TO].reason == "heights_no_build_to"
    empty = built((shapely.box(200, 0, 210, 10), 9.0, 3))
    assert check({Condition.FAR_MAX: 1.5}, empty)[Condition.FAR_MAX].reason == "heights_parcel_empty"
    stated = wanted_of(
        {Condition.FAR_MAX: 0.0, Condition.FAR_MIN: None, Condition.SETBACK: " ", Condition.GREEN_MIN: 30}
    )
    assert stated == {Condition.GREEN_MIN: 30}
