"""Arcs are computed as straight pieces close to them, and it is said; the area is that of the circle to some cm2."""

import math

import pytest

EAST, NORTH = 500_500, 3_350_500


def circle(radius=100.0):
    east, north = EAST, NORTH
    points = [(east, north - radius), (east + radius, north), (east, north + radius), (east - radius, north)]
    return "CURVEPOLYGON(CIRCULARSTRING({}))".format(",".join(f"{x} {y}" for x, y in [*points, points[0]]))


@pytest.mark.parametrize("curved", ["projects", "YJJBNTTB"])
def test_the_area_of_a_circle_is_near_enough_and_arcs_are_named(h, curved):
    box = h.box_wkt(0, 0, 1000)
    shapes = {"projects": (box, "Polygon"), "YJJBNTTB": (box, "Polygon"), curved: (circle(), "CurvePolygon")}
    (own, own_kind), (land, land_kind) = shapes["projects"], shapes["YJJBNTTB"]
    feedback = h.Feedback()
    projects = h.layer("projects", [(own, "A")], "XMBH:string", kind=own_kind)
    found = h.check(projects, [h.layer("YJJBNTTB", [(land,)], kind=land_kind)], feedback)
    area = h.verdicts(found)["A", "YJJBNT"]["overlap_m2"]
    assert 0 <= math.pi * 1e4 - area < 0.45  # 628 m of arc, less than a millimetre off
    assert any("arcs" in line and curved in line for line in feedback.lines)


def test_a_circle_of_any_size_has_a_bounded_number_of_pieces():
    import shapely
    from onemap.plugin.bridge.layers.wkb import straight_wkb
    from qgis.core import QgsGeometry

    for radius in (1, 1e4, 1e9):
        straight = shapely.from_wkb(straight_wkb(QgsGeometry.fromWkt(circle(radius))))
        assert shapely.get_num_coordinates(straight) < 50_000
        assert straight.area == pytest.approx(math.pi * radius**2, rel=2e-3 if radius == 1 else 1e-4)


@pytest.mark.parametrize(
    "wkt",
    [
        "MULTISURFACE(((0 0,100 0,100 100,0 0)))",  # of the curved kind, without an arc
        "GEOMETRYCOLLECTION(MULTISURFACE(((0 0,100 0,100 100,0 0))))",
        "GEOMETRYCOLLECTION(CURVEPOLYGON(COMPOUNDCURVE((0 0,100 0),(100 0,100 100),(100 100,0 0))),POINT(1 1))",
    ],
)
def test_what_could_hold_an_arc_is_read_where_it_holds_none_and_beside_others(wkt):
    import shapely
    from onemap.plugin.bridge.layers.wkb import decoded
    from qgis.core import QgsGeometry

    plain = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    curved = QgsGeometry.fromWkt(wkt)
    seen = decoded([plain, bytes(curved.asWkb()), None, plain])
    assert shapely.area(seen.geometries[[0, 1, 3]]).tolist() == [1, 5000, 1]
    assert seen.geometries[2] is None and not seen.is_lost.any()
