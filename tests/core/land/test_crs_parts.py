"""What counts as a plane to measure on, on its borders; names, remarks and what is the same system."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import CrsError
from onemap.plugin.core.land import crs
from pyproj import CRS

PLANE, NUMBERED, GEO = CRS.from_epsg(4549), CRS.from_epsg(4528), CRS.from_epsg(4490)


def grid(**changes):
    values = {"lon_0": 120, "k": 1, "x_0": 500000, "ellps": "GRS80", "units": "m", "proj": "tmerc", **changes}
    return CRS.from_proj4(" ".join(f"+{key}={value}" for key, value in values.items()))


@pytest.mark.parametrize(
    "changes, is_plane",
    [
        ({}, True),
        ({"x_0": 0}, True),
        ({"lon_0": 119.7}, True),
        ({"k": 0.9996}, False),
        ({"units": "us-ft"}, False),
        ({"ellps": "krass"}, False),
        ({"proj": "merc"}, False),
        ({"proj": "lcc", "lat_1": 30, "lat_2": 40}, False),
    ],
)
def test_which_planes_are_measured_on(changes, is_plane):
    assert crs.is_cgcs2000_plane(grid(**changes)) == is_plane


@pytest.mark.parametrize(
    "epsg, is_plane", [(4549, True), (4528, True), (4490, False), (32650, False), (3857, False), (2437, False)]
)
def test_which_known_systems_are_measured_on(epsg, is_plane):
    assert crs.is_cgcs2000_plane(CRS.from_epsg(epsg)) == is_plane


def test_the_ellipsoid_is_that_of_cgcs2000_to_the_last_digit():
    def on(a, rf):
        return crs._on_cgcs2000_ellipsoid(CRS.from_proj4(f"+proj=longlat +a={a} +rf={rf}"))

    assert on(6378137, 298.257222101) and on(6378137.0005, 298.2572221015)
    assert not on(6378137.002, 298.257222101) and not on(6378137, 298.257224)
    assert not on(6378137, 298.257223563)  # that of WGS 84


def test_meridian_and_easting_of_a_plane():
    assert (crs.zone_meridian(NUMBERED), crs.false_easting(NUMBERED)) == (120, 40_500_000)
    assert (crs.zone_meridian(PLANE), crs.false_easting(PLANE)) == (120, 500_000)
    assert (crs.zone_meridian(GEO), crs.false_easting(GEO)) == (0, 0)
    assert crs.plane_limits(NUMBERED) == (37_500_000, -1e7, 43_500_000, 1e7)


@pytest.mark.parametrize(
    "longitude, epsg",
    [
        (73.5, 4534),
        (73.499, None),
        (136.499, 4554),
        (136.5, None),
        (120.0, 4549),
        (118.5, 4549),
        (121.4999, 4549),
        (121.5, 4550),
    ],
)
def test_the_plane_of_a_longitude(longitude, epsg):
    plane = crs.plane_for_longitude(longitude)
    assert plane.to_epsg() == epsg and crs.is_cgcs2000_plane(plane)
    assert abs(crs.zone_meridian(plane) - longitude) <= 1.5


def test_a_middle_that_is_nowhere_has_no_plane():
    with pytest.raises(CrsError) as refused:
        crs.working_plane(GEO, (np.nan, 30.0))
    assert refused.value.code == "crs_not_on_earth"


@pytest.mark.parametrize(
    "parameter, value, changed",
    [
        ("False_Easting", "500000.0", "500001.0"),
        ("False_Northing", "0.0", "20.0"),
        ("False_Easting", "500000.0", "50000.0"),
    ],
)
def test_a_plane_a_metre_beside_a_known_one_is_not_taken_for_it(parameter, value, changed):
    """The words of ESRI tell a twin; what is shifted by metres would put every project beside its place."""
    known = CRS.from_epsg(4549).to_wkt("WKT1_ESRI")
    shifted = known.replace(f'"{parameter}",{value}', f'"{parameter}",{changed}')
    assert crs.parse_crs(known).to_epsg() == 4549 and shifted != known
    here = crs.transformer(crs.parse_crs(shifted), GEO).transform(500_000.0, 3_350_000.0)
    moved = float(changed) - float(value)
    there = crs.transformer(GEO, PLANE).transform(*here)
    assert sum(there) == pytest.approx(3_850_000.0 - moved, abs=1e-4)


def test_remarks_say_what_a_reader_must_know_of_a_system():
    assert [r.code for r in crs.remarks_for(CRS.from_epsg(4326))] == ["crs_4326_as_4490"]
    assert [r.code for r in crs.remarks_for(CRS.from_epsg(32650))] == ["crs_4326_as_4490"]
    assert [r.code for r in crs.remarks_for(CRS.from_epsg(4612))] == ["crs_other_datum"]
    assert crs.remarks_for(GEO) == crs.remarks_for(NUMBERED) == crs.remarks_for(grid()) == []
    assert "4326" in crs.remarks_for(CRS.from_epsg(4326))[0].params["crs"]


def test_names_for_people_have_the_code_where_there_is_one():
    assert crs.describe(PLANE).endswith("(EPSG:4549)") and "(" not in crs.describe(grid()).replace("(unknown)", "")


def test_geometries_are_moved_vertex_by_vertex_and_none_stays():
    moved = crs.transform_geometries(
        [shapely.LineString([(120, 30), (121, 30)]), None, shapely.Point(120, 0)], GEO, PLANE
    )
    assert moved[1] is None and moved[2].x == pytest.approx(500_000) and moved[2].y == pytest.approx(0, abs=1e-6)
    assert shapely.get_coordinates(moved[0])[1].tolist() == pytest.approx([596_489.0, 3_320_531.0], abs=900)
    back = crs.transform_geometries(moved, PLANE, GEO)
    assert shapely.get_coordinates(back[0]) == pytest.approx(np.array([(120, 30), (121, 30)]), abs=1e-9)
    same = crs.transform_geometries([shapely.Point(1, 2)], GEO, CRS.from_epsg(4490))
    assert same[0] == shapely.Point(1, 2) and len(crs.transform_geometries([], GEO, PLANE)) == 0
