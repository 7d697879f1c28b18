"""Layers and projects that were given the zone beside their own, whatever system the others are in."""

import pytest
from onemap.plugin.core.land.crs import transform_bounds
from onemap.plugin.core.land.zone_search import Place, place_doubts
from pyproj import CRS

TRUE = CRS.from_epsg(4549)
PROJECTS = (420_000, 3_350_000, 420_100, 3_350_100)
COUNTY, PROVINCE = (400_000, 3_330_000, 450_000, 3_370_000), (-200_000, 3_100_000, 800_000, 3_600_000)


def place(name, box, code, said=None):
    """A layer whose land is `box` of the true zone, kept in EPSG:`code` and said to be in EPSG:`said`."""
    crs, plane = CRS.from_epsg(code), CRS.from_epsg(4548)
    return Place.of(name, CRS.from_epsg(said or code), transform_bounds(box, TRUE, crs), plane), plane


def doubts(said_projects, *layers, code=4549):
    projects, plane = place("projects", PROJECTS, code, said_projects)
    made = [place(*layer)[0] for layer in layers]
    return {made[at].name: doubt for at, doubt in place_doubts(projects, made, plane).items()}


@pytest.mark.parametrize("code", [4490, 4549, 4528, 4509, 32651])
def test_projects_in_the_zone_beside_leave_nothing_clear_there(code):
    found = doubts(4548, ("county", COUNTY, code), ("province", PROVINCE, 4490))
    assert {name: doubt.code for name, doubt in found.items()} == dict.fromkeys(
        ("county", "province"), "projects_in_other_zone"
    )
    assert found["county"].params["layers"] == "county" and "EPSG:4549" in found["county"].params["zone"]


@pytest.mark.parametrize("code", [4490, 4549, 4528])
def test_projects_in_their_own_zone_are_not_doubted(code):
    assert doubts(4549, ("county", COUNTY, code), ("province", PROVINCE, 4490)) == {}


@pytest.mark.parametrize("code, said", [(4549, 4548), (4549, 4550), (4509, 4510), (32650, 32651)])
def test_a_layer_is_doubted_where_others_are_for_the_place(code, said):
    found = doubts(4549, ("wrong", COUNTY, code, said), ("county", COUNTY, 4490), ("province", PROVINCE, 4490))
    assert {name: doubt.code for name, doubt in found.items()} == {"wrong": "layer_in_other_zone"}


def test_a_wrong_number_in_front_of_the_eastings_is_a_wrong_zone():
    plane, box = CRS.from_epsg(4549), (39_400_000, 3_330_000, 39_450_000, 3_370_000)
    wrong = Place.of("wrong", CRS.from_epsg(4527), box, plane)
    right = Place.of("right", CRS.from_epsg(4549), COUNTY, plane)
    projects = Place.of("projects", CRS.from_epsg(4549), PROJECTS, plane)
    found = place_doubts(projects, [wrong, right], plane)
    assert [(at, doubt.code) for at, doubt in found.items()] == [(0, "layer_in_other_zone")]


def test_a_layer_that_is_merely_far_off_is_named_and_one_in_another_part_of_the_world_doubted():
    plane = CRS.from_epsg(4549)
    projects = Place.of("projects", plane, PROJECTS, plane)
    beyond, abroad = (
        Place.of(name, CRS.from_epsg(4490), box, plane)
        for name, box in (("beyond", (119.1, 28, 119.2, 28.1)), ("abroad", (0, 0, 1, 1)))
    )
    found = place_doubts(projects, [beyond, abroad], plane)
    assert [(doubt.code, doubt.is_failure) for doubt in found.values()] == [
        ("layer_apart", False), ("layer_far_away", True),
    ]  # fmt: skip
    assert 230 < found[0].params["km"] < 250
