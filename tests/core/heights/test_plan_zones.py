"""Density and intensity zones of a plan as conditions of parcels: by hand, and what cannot be told."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.parcels import Condition, Ground, Parcel, check_parcels
from onemap.plugin.core.heights.plan_zones import PlanZone, zone_demands

from .test_parcels import built

PLOT = Parcel("甲", shapely.box(0, 0, 100, 100), {})
HOUSE = built((shapely.box(10, 10, 60, 50), 18.0, 6))  # density 20 %, floor area ratio 1.2


def met(zones, parcels=(PLOT,), buildings=HOUSE):
    demands = zone_demands(zones, parcels, buildings)
    return demands, check_parcels(demands, buildings, Ground(lambda shapes: shapely.area(shapes)))


def density(limit, shape=None, name="一区"):
    return PlanZone(name, shape or shapely.box(-500, -500, 500, 500), Condition.DENSITY_MAX, limit, "条")


def far(limit):
    return PlanZone("强度一区", shapely.box(-500, -500, 500, 500), Condition.FAR_MAX, limit)


@pytest.mark.parametrize(
    ("zone", "actual", "is_broken"),
    [(density("20%"), 0.2, False), (density(19), 0.2, True), (far(1.2), 1.2, False), (far("≤1.1"), 1.2, True)],
)
def test_counted_over_the_parcel_not_over_the_zone(zone, actual, is_broken):
    demands, found = met([zone])
    assert [(m.actual, m.is_broken, m.reason) for m in found] == [(pytest.approx(actual), is_broken, "")]
    assert demands[0].name == f"甲（{zone.name}）" and demands[0].clause == zone.clause


@pytest.mark.parametrize(
    ("limits", "is_broken", "reason", "wanted"),
    [((30, 25), False, "", 0.25), ((30, 15), False, "heights_zones_differ", 0.15), ((18, 15), True, "", 0.18)],
)
def test_a_parcel_across_zones(limits, is_broken, reason, wanted):
    """Met under the strictest: clear; missed under the loosest: not; between the two nobody can tell."""
    left, right = (
        density(limits[0], shapely.box(-9, -9, 50, 200)),
        density(limits[1], shapely.box(50, -9, 200, 200), "二"),
    )
    _, found = met([left, right])
    assert [(m.is_broken, m.reason, m.wanted) for m in found] == [(is_broken, reason, pytest.approx(wanted))]
    sliver = density(1, shapely.box(99.5, 0, 200, 100), "邻区")
    assert [m.is_broken for m in met([density(30), sliver])[1]] == [False]


def test_what_cannot_be_told():
    for limit in (None, "强度三级", "0"):
        (one,) = met([density(limit)])[1]
        assert one.reason in ("heights_condition_unreadable", "heights_condition_zero") and not one.is_broken
    demands, found = met([density(30), far(2)], parcels=())
    assert [m.reason for m in found] == ["heights_zone_no_parcel"] * 2 and demands[0].name == "一区"
    assert met([density(30, shapely.box(800, 800, 900, 900))], parcels=())[0] == []
    nobody = built()
    assert zone_demands([density(30)], [PLOT], nobody) == [] and np.size(nobody.footprints) == 0
