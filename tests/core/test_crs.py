"""Coordinate systems against EPSG's own table, and every refusal with its reason."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import CrsError
from onemap.plugin.core.land import crs, zones
from onemap.plugin.core.land.coordinates import check_coordinates
from onemap.plugin.core.land.zone_search import other_zone
from pyproj import CRS

ZONES = [*((3, zone, True, 4513 + zone - 25) for zone in range(25, 46)), *((3, zone, False, 4534 + zone - 25) for zone in range(25, 46)),
         *((6, zone, True, 4491 + zone - 13) for zone in range(13, 24)), *((6, zone, False, 4502 + zone - 13) for zone in range(13, 24))]  # fmt: skip


_RENAMED = CRS.from_epsg(2385).to_wkt("WKT1_ESRI").replace("Xian_1980", "西安80").replace("Xian 1980", "西安80")


@pytest.mark.parametrize("width,zone,prefix,epsg", ZONES)
def test_every_zone_has_its_code(width, zone, prefix, epsg):
    found = zones.zone_crs(width, zone, prefix)
    meridian = 3 * zone if width == 3 else 6 * zone - 3
    operation = {p.name: p.value for p in found.coordinate_operation.params}
    assert found.to_epsg() == epsg and crs.is_cgcs2000_plane(found)
    assert operation["Longitude of natural origin"] == meridian
    assert operation["False easting"] == (zone * 1e6 if prefix else 0) + 500_000


@pytest.mark.parametrize(
    "longitude,three,six",
    [
        (79.5, 27, 14),
        (79.499999, 26, 14),
        (118.5, 40, 20),
        (78.0, 26, 14),
        (77.999999, 26, 13),
        (120.0, 40, 21),
        (118.49, 39, 20),
        (118.51, 40, 20),
        (73.5, 25, 13),
        (134.9, 45, 23),
    ],
)
def test_zone_from_longitude(longitude, three, six):
    assert (zones.zone3(longitude), zones.zone6(longitude)) == (three, six)


@pytest.mark.parametrize("zone", range(25, 45))
def test_a_border_between_zones_belongs_to_the_eastern_one(zone):
    """Also where Python's round() would choose the even number."""
    border = 3 * zone + 1.5
    assert zones.zone3(border) == zone + 1 and zones.zone3(border - 1e-9) == zone
    plane = crs.plane_for_longitude(border)
    assert plane == zones.zone_crs(3, zone + 1, prefix=False)
    assert zones.numbered(plane) == zones.zone_crs(3, zone + 1, prefix=True)


def test_only_a_zone_by_its_meridian_gets_a_number():
    assert zones.numbered(CRS.from_epsg(4502)) == CRS.from_epsg(4491)
    assert zones.numbered(CRS.from_epsg(4528)) is None and zones.numbered(CRS.from_epsg(4490)) is None


def test_plane_outside_the_zones_keeps_the_rule():
    plane = crs.plane_for_longitude(6.1)
    assert crs.is_cgcs2000_plane(plane)
    east, north = crs.transformer(CRS.from_epsg(4490), plane).transform(6.0, 50.8)
    assert east == pytest.approx(500_000, abs=1e-6) and 5.6e6 < north < 5.7e6


def test_working_plane_keeps_the_projects_own_plane():
    assert crs.working_plane(CRS.from_epsg(4528), (40_515_000, 3_350_000)).to_epsg() == 4528
    assert crs.working_plane(CRS.from_epsg(4490), (120.2, 30.1)).to_epsg() == 4549
    assert crs.working_plane(CRS.from_epsg(3857), (13_380_000, 3_520_000)).to_epsg() == 4549


@pytest.mark.parametrize("definition", ["EPSG:4610", "EPSG:2349", "EPSG:4214", "EPSG:21413", "EPSG:2411"])
def test_old_datums_are_refused_with_the_reason(definition):
    with pytest.raises(CrsError, match="No public parameters"):
        crs.parse_crs(definition)


@pytest.mark.parametrize(
    "definition,datum",
    [
        ("+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +units=m", "Beijing 1954"),
        ("+proj=longlat +a=6378140 +rf=298.257", "Xian 1980"),
        (_RENAMED, "Xian 1980"),
    ],
)
def test_an_old_datum_is_known_by_its_ellipsoid_whatever_it_is_called(definition, datum):
    with pytest.raises(CrsError, match=datum) as caught:
        crs.parse_crs(definition)
    assert caught.value.code == "crs_old_datum"


# what GDAL gives for srs_id 0 of a GeoPackage, "undefined": no system at all, though it looks like WGS 84
_UNDEFINED = (
    'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


@pytest.mark.parametrize("definition,code", [(None, "crs_missing"), ("  ", "crs_missing"), ('LOCAL_CS["city grid"]', "crs_no_datum"), ("EPSG:5737", "crs_no_datum"), (_UNDEFINED, "crs_missing"), ("LOCAL_CS[\"Undefined Cartesian SRS\"]", "crs_missing"), ("+proj=nonsense", "crs_unreadable")])  # fmt: skip
def test_unknown_systems_are_refused(definition, code):
    with pytest.raises(CrsError) as caught:
        crs.parse_crs(definition)
    assert caught.value.code == code
    assert all(word not in str(caught.value) for word in ("{", "}"))


@pytest.mark.parametrize("epsg", [4490, 4528, 4549, 4502, 4491])
def test_esri_names_are_recognised(epsg):
    assert crs.parse_crs(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")).to_epsg() == epsg


def test_a_local_grid_is_accepted():
    local = CRS.from_epsg(4549).to_wkt().replace("120,", "120.5,", 1).replace('ID["EPSG",4549]', "")
    grid = crs.parse_crs(CRS.from_proj4("+proj=tmerc +lon_0=120.5 +x_0=50000 +ellps=GRS80 +units=m").to_wkt())
    assert crs.is_cgcs2000_plane(grid) and local
    assert crs.working_plane(grid, (50_000, 3_350_000)) == grid


@pytest.mark.parametrize(
    "epsg,bounds,code,names",
    [
        (4549, (40_515_000, 3_350_000, 40_515_100, 3_350_100), "crs_easting_prefix", "EPSG:4528"),
        (4528, (515_000, 3_350_000, 515_100, 3_350_100), "crs_easting_no_prefix", "EPSG:4549"),
        (4491, (515_000, 3_350_000, 515_100, 3_350_100), "crs_easting_no_prefix", "EPSG:4502"),
        (4549, (3_350_000, 515_000, 3_350_100, 515_100), "crs_axes_swapped", "4549"),
        (4528, (3_350_000, 40_515_000, 3_350_100, 40_515_100), "crs_axes_swapped", "4528"),
        (4490, (30.1, 120.1, 30.2, 120.2), "crs_axes_swapped", "4490"),
        (4528, (39_515_000, 3_350_000, 39_515_100, 3_350_100), "crs_other_zone", "EPSG:4527"),
        (4549, (120.1, 30.1, 120.2, 30.2), "crs_degrees_in_plane", "4549"),
        (4490, (515_000, 3_350_000, 515_100, 3_350_100), "crs_no_degrees", "4490"),
        (4549, (515_000, 3_350_000, 515_100, 1e9), "crs_off_plane", "4549"),
        (4549, (515_000, -1e9, 515_100, 3_350_000), "crs_off_plane", "4549"),
        (4549, (-1e9, 3_350_000, 515_000, 3_350_100), "crs_off_plane", "4549"),
        (4549, (515_000, 3_350_000, 1e9, 3_350_100), "crs_off_plane", "4549"),
    ],
)
def test_coordinates_that_contradict_their_system(epsg, bounds, code, names):
    with pytest.raises(CrsError) as caught:
        check_coordinates(CRS.from_epsg(epsg), bounds)
    assert caught.value.code == code and names in str(caught.value)


@pytest.mark.parametrize("epsg,bounds", [(4549, (515_000, 3_350_000, 515_100, 3_350_100)), (4490, (120.1, 30.1, 120.2, 30.2)), (4549, (np.nan,) * 4)])  # fmt: skip
def test_right_coordinates_pass(epsg, bounds):
    check_coordinates(CRS.from_epsg(epsg), bounds)


def test_axis_order_is_always_east_north():
    moved = crs.transform_geometries([shapely.Point(120.15, 30.25), None], CRS.from_epsg(4490), CRS.from_epsg(4528))
    assert (moved[0].x, moved[0].y) == (pytest.approx(40_514_436.536, abs=1e-3), pytest.approx(3_347_836.556, abs=1e-3))
    assert moved[1] is None


def test_wgs84_is_taken_as_cgcs2000_with_a_remark():
    (remark,) = crs.remarks_for(CRS.from_epsg(4326))
    assert remark.code == "crs_4326_as_4490"
    assert crs.transformer(CRS.from_epsg(4326), CRS.from_epsg(4490)).transform(120.0, 30.0) == (120.0, 30.0)
    assert crs.remarks_for(CRS.from_epsg(4490)) == crs.remarks_for(CRS.from_epsg(4549)) == []


def test_a_layer_among_the_projects_in_another_zone_is_found():
    plane, place = CRS.from_epsg(4549), (500_000, 3_350_000, 501_000, 3_351_000)
    box = (505_000, 3_345_000, 540_000, 3_380_000)
    assert other_zone(plane, box, plane, place) is None
    assert other_zone(CRS.from_epsg(4550), box, plane, place).to_epsg() == 4549
    assert other_zone(CRS.from_epsg(4508), box, plane, place).to_epsg() == 4549  # six degrees wide
    assert other_zone(CRS.from_epsg(4550), (505_000, 4_000_000, 540_000, 4_010_000), plane, place) is None
    assert other_zone(CRS.from_epsg(4490), (123.1, 30, 123.2, 30.4), plane, place) is None
