"""Layers of UTM or of an old datum among those of the county: near, and yet nothing of them is where it is said to be."""

import pytest
from onemap.plugin.core.land.scale_search import scale_doubts
from onemap.plugin.core.land.zone_search import Place
from pyproj import CRS

COUNTY = (515_000, 3_330_000, 565_000, 3_370_000)


def utm(box, k=0.9996):
    return tuple(500_000 * (1 - k) * (at % 2 == 0) + side * k for at, side in enumerate(box))


def place(name, box, code=4548):
    crs = CRS.from_epsg(code)
    return Place(name, crs, box, box)


PROJECTS = place("projects", (520_000, 3_340_000, 520_100, 3_340_100))


@pytest.mark.parametrize("code", [4548, 4509])
def test_utm_said_to_be_gauss_kruger_is_found_by_the_border_of_the_county(code):
    layers = [
        place("wrong", utm(COUNTY), code),
        place("right", COUNTY),
        place("within", (520_000, 3_331_000, 560_000, 3_360_000)),
    ]
    ((at, doubt),) = scale_doubts(PROJECTS, layers).items()
    assert at == 0 and doubt.code == "layer_at_other_scale" and doubt.is_failure
    assert (doubt.params["other"], doubt.params["km"], doubt.params["kind"]) == ("right", 1.3, "UTM")


def test_of_one_border_said_to_be_both_neither_is_believed():
    found = scale_doubts(PROJECTS, [place("one", COUNTY), place("two", COUNTY, 32650)])
    assert [(at, doubt.params["kind"]) for at, doubt in found.items()] == [(0, "UTM"), (1, "Gauss-Kruger")]


def test_projects_of_the_whole_county_at_another_scale_leave_no_layer_clear():
    found = scale_doubts(place("projects", utm(COUNTY)), [place("right", COUNTY), place("other", (1, 2, 3, 4), 4490)])
    assert {doubt.code for doubt in found.values()} == {"projects_at_other_scale"} and set(found) == {0, 1}


def test_a_border_that_only_nearly_agrees_says_nothing():
    near = (COUNTY[0], COUNTY[1] + 1, COUNTY[2], COUNTY[3])
    assert scale_doubts(PROJECTS, [place("one", utm(near)), place("county", COUNTY)]) == {}
    assert scale_doubts(PROJECTS, [place("one", utm(COUNTY), 32650), place("county", COUNTY)]) == {}
    narrow = (*COUNTY[:2], COUNTY[0] + 900, COUNTY[3])  # so small a box may lie there by chance
    assert scale_doubts(PROJECTS, [place("one", utm(narrow)), place("county", COUNTY)]) == {}


def test_a_border_moved_as_a_whole_is_named_and_not_failed():
    moved = (515_105, 3_330_004, 565_105.4, 3_370_004.3)
    (doubt,) = scale_doubts(PROJECTS, [place("one", moved), place("two", COUNTY), place("three", COUNTY)]).values()
    assert (doubt.code, doubt.is_failure, doubt.params["east"], doubt.params["north"]) == (
        "layer_moved",
        False,
        -105,
        -4,
    )
    wider = (515_105, 3_330_004, 565_205, 3_370_004)
    assert scale_doubts(PROJECTS, [place("one", wider), place("two", COUNTY)]) == {}


@pytest.mark.parametrize("side", [0, 1, 2, 3])
def test_three_sides_on_those_of_a_border_at_another_scale_are_enough_if_both_of_north_and_south_are_among_them(side):
    """A layer may end short of the county in the east or the west."""
    shorter = tuple(at + (-5_000 if number > 1 else 5_000) * (number == side) for number, at in enumerate(COUNTY))
    found = scale_doubts(PROJECTS, [place("wrong", utm(shorter)), place("right", COUNTY)])
    assert [(at, doubt.code) for at, doubt in found.items()] == (
        [(0, "layer_at_other_scale")] if side in (0, 2) else []
    )
