"""The geometry checks as an inspection asks them: one fault of every item, put into a clean layer, is told once."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.land.repair import make_usable
from onemap.plugin.core.quality.defects import CheckRule, LayerArrays, item_of_check
from onemap.plugin.core.quality.inspection_cover import GEOMETRY_CHECKS
from onemap.plugin.core.quality.inspection_spec import LandSum
from onemap.plugin.core.quality.inspection_sums import check_control_areas, land_sum
from onemap.plugin.core.quality.topology_areas import computed_areas
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000.0, 3_350_000.0
CELLS = [
    shapely.box(X + 100 * i, Y + 100 * j, X + 100 * i + 100, Y + 100 * j + 100) for i in range(4) for j in range(4)
]
DISTRICT = shapely.box(X, Y, X + 400, Y + 400)


def shift(wkt):
    return shapely.transform(shapely.from_wkt(wkt), lambda xy: xy + (X, Y))


def layer(geometries, code="DLTB", **columns):
    shapes, n = objects(geometries), len(geometries)
    usable = make_usable(shapes, np.arange(n), code).geometries
    values = {name: objects(column) for name, column in columns.items()}
    keys = objects([f"K{k}" for k in range(n)])
    return LayerArrays(
        code, f"{code} name", np.arange(1, n + 1), keys, shapes, usable, np.zeros(n, bool), PLANE, values
    )


def told(check, mine, *others, tolerance=None, **options):
    item = item_of_check()[check]
    least = (item.tolerance or 0.0) if tolerance is None else tolerance
    rule = CheckRule(item, mine.code, item.severity, least, tuple(o.code for o in others), options)
    layers = {one.code: one for one in (mine, *others)}
    return list(GEOMETRY_CHECKS[check](mine, rule, layers, None))


FAULTS = {  # check: (geometries that replace the first cells, defects by fid)
    "no_geometry": ([None], [1]),
    "invalid": (["POLYGON((0 0,100 100,100 0,0 100,0 0))"], [1]),
    "acute_angle": (["POLYGON((0 0,100 0,100 100,60 100,60 99,50 20,59 99,60 100,0 100,0 0))", "POLYGON((0 100,99 100,50 100.1,0 200,0 100))"], [2]),
    "multipart": (["MULTIPOLYGON(((0 0,40 0,40 100,0 100,0 0)),((60 0,100 0,100 100,60 100,60 0)))"], [1]),
    "sliver": (["POLYGON((0 0,3 0,3 3,0 3,0 0))"], [1]),
    "duplicate_vertices": (["POLYGON((0 0,100 0,100 0,100 100,100 100.00005,0 100,0 0))"], [1]),
    "short_edge": (["POLYGON((0 0,100 0,100 100,99.995 100,0 100,0 0))"], [1]),
    "overlap": (["POLYGON((0 0,100 0,100 101,0 101,0 0))"], [1]),
    "gap": (["POLYGON((0 0,100 0,100 99,0 99,0 0))"], [None]),
}  # fmt: skip


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_is_told_once_and_a_clean_layer_has_none(check):
    district = layer([DISTRICT], "XZQ")
    others = [district] if check == "gap" else []
    assert told(check, layer(CELLS), *others) == []
    wkts, expected = FAULTS[check]
    faulty = [None if wkt is None else shift(wkt) for wkt in wkts] + CELLS[len(wkts) :]
    defects = told(check, layer(faulty), *others)
    assert [d.fid for d in defects] == expected
    for defect in defects:
        assert "{" not in defect.text("zh") and "{" not in defect.text("en")
        assert check == "no_geometry" or defect.geometry is not None


def test_what_is_wrong_is_said_in_numbers():
    (pair,) = told("overlap", layer([shift("POLYGON((0 0,100 0,100 101,0 101,0 0))"), *CELLS[1:]]))
    assert pair.text("en") == "Overlaps feature K1 by 100.00 m² (allowed 0.01 m²)" and pair.key == "K0"
    (lacking,) = told("gap", layer([*CELLS[1:]]), layer([DISTRICT], "XZQ"))
    assert lacking.text("zh") == "行政区内有 10000.00 平方米未被覆盖（允许 0.01 平方米）"
    (inner,) = told("gap", layer([*CELLS[:5], *CELLS[6:]]))
    assert inner.text("en").startswith("Gap of 10000.00 m²")


def test_invalid_says_why_in_the_users_language():
    (defect,) = told("invalid", layer([shift("POLYGON((0 0,100 100,100 0,0 100,0 0))"), *CELLS[1:]]))
    assert defect.text("zh") == "边界自相交" and shapely.equals(defect.geometry, shapely.Point(X + 50, Y + 50))


def test_every_reason_that_geos_has_is_translated():
    wkts = [
        "POLYGON((0 0,9 0,9 9,0 9,0 0),(20 20,21 20,21 21,20 20))", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1),(2 2,3 2,3 3,2 2))",
        "POLYGON((0 0,9 0,9 9,0 9,0 0),(0 4,4 0,9 5,5 9,0 4))", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((1 1,2 1,2 2,1 1)))",
        "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 1),(1 1,2 1,2 2,1 1))", "LINESTRING(3 3,3 3)", "POLYGON((0 0,4 0,4 4,2 0,0 4,0 0))",
    ]  # fmt: skip
    for defect in told("invalid", layer([shift(wkt) for wkt in wkts])):
        assert defect.message.startswith("invalid_"), defect.value


def test_slivers_by_class():
    shapes = [shift("POLYGON((0 0,15 0,15 10,0 10,0 0))")] * 3
    mine = layer(shapes, DLBM=["0101", "0702", None])
    defects = told("sliver", mine, field="DLBM", smallest={"01": 400, "07": 100})
    assert [(d.fid, d.value, d.wanted) for d in defects] == [(1, "150.00", "400")]


def test_a_layer_within_another_and_lines_apart():
    square = layer([shapely.box(X, Y, X + 395, Y + 400)], "XZQ")
    out = told("not_within", layer(CELLS), square)
    assert len(out) == 4 and out[0].text("en") == "500.00 m² lie outside XZQ name (allowed 0.01 m²)"
    spots = layer([shapely.Point(X + 5, Y), shapely.Point(X + 397, Y)], "PT")
    assert [d.text("en") for d in told("not_within", spots, square)] == ["Lies 2.00 m outside XZQ name"]
    lines = layer([shapely.LineString([(X + 300, Y + 5), (X + 400, Y + 5)])], "LN")
    assert [d.value for d in told("not_within", lines, square)] == ["5.00"]
    assert [(d.fid, d.value) for d in told("outside_district", layer(CELLS), square, tolerance=1)] == [
        (k, "5.00") for k in (13, 14, 15, 16)
    ]
    assert told("outside_district", layer(CELLS), square, tolerance=5) == []
    apart = told(
        "lines_apart",
        layer([CELLS[0]], "A"),
        layer([shapely.box(X + 90, Y, X + 200, Y + 50)], "B"),
        layer([CELLS[9]], "C"),
    )
    assert [d.text("en") for d in apart] == ["Overlaps B name K0 by 500.00 m² (allowed 0.01 m²)"]


def test_lines():
    cells = layer([shift("POLYGON((0 0,100 0,100 100,0 100,0 0))")], "XZQ")
    lines = [shift(w) for w in ("LINESTRING(0 0,100 0)", "LINESTRING(100 0,100 100)", "LINESTRING(100 100,0 101)", "LINESTRING(0 0,1 1)", "LINESTRING(0 0,50 0)", "LINESTRING(-90 0,-80 10,-80 0,-90 10)")]  # fmt: skip
    mine = layer(lines, "XZQJX", KIND=["a", "a", "b", "a", "a", "a"])
    assert [d.fid for d in told("short_line", mine)] == [4]
    assert [(d.fid, d.value) for d in told("line_off_boundary", mine, cells)][:2] == [(3, "99.90"), (4, "1.41")]
    assert sorted(d.fid for d in told("dangle", mine)) == [3, 4, 6, 6]
    assert sorted(d.fid for d in told("dangle", mine, cells)) == [3, 4, 6, 6]
    assert [(d.fid, d.params["other"]) for d in told("pseudo_node", mine)] == [(1, "K1"), (2, "K2")]
    assert [d.fid for d in told("pseudo_node", mine, field="KIND")] == [1]
    assert [(d.fid, d.value) for d in told("line_overlap", mine)] == [(1, "50.00")]
    assert [d.fid for d in told("self_crossing", mine)] == [6]


def test_points_and_the_attribute_of_a_place():
    spots = layer(
        [shapely.Point(X + 5, Y + 5), shapely.Point(X + 5, Y + 5), shapely.Point(X + 105, Y + 5)],
        "PT",
        XZQDM=["1", "1 ", "3"],
    )
    assert [(d.fid, d.params["other"]) for d in told("point_twice", spots)] == [(2, "K0")]
    places = layer([shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 200, Y + 100)], "XZQ", DM=["1", 2])
    wrong = told("attribute_of_place", spots, places, field="xzqdm", other_field="DM")
    assert [(d.fid, d.value, d.wanted) for d in wrong] == [(3, "3", "2")]


def test_sums_are_in_the_unit_of_their_field():
    county, item = layer(CELLS[:2], "XZQ", XZQDM=["990102"] * 2), item_of_check()["area_control"]
    hectares = (computed_areas(county.usable, PLANE, "statutory") / 1e4).round(6).tolist()
    plots = layer(CELLS[:2], XZQDM=["990102"] * 2, TBMJ=hectares)
    rules = [CheckRule(item, "DLTB", item.severity, 0.01, ("XZQ",), {"unit": unit}) for unit in ("ha", "m2")]
    assert [len(list(check_control_areas(rule, plots, county))) for rule in rules] == [0, 1]
    assert land_sum(plots, LandSum("DLTB", "TBMJ"), "ha") == pytest.approx(sum(hectares) * 1e4)


def test_areas_that_the_layer_states():
    mine = layer([*CELLS[:3], None])
    areas = computed_areas(mine.usable, PLANE, "statutory")
    mine.columns["TBMJ"] = objects([areas[0] / 10_000, str(areas[1] / 10_000 + 0.001), "about", 3])
    defects = told("area_stored", mine, field="tbmj", unit="ha")
    assert [d.fid for d in defects] == [2, 3]
    assert "states no area" in defects[1].text("en") and "10010.00" in defects[0].text("en")


def test_arcs():
    mine = layer(CELLS[:3])
    mine.has_arcs[1] = True
    assert [d.fid for d in told("arcs", mine)] == [2]


def test_every_geometry_check_has_an_item():
    assert set(GEOMETRY_CHECKS) <= set(item_of_check())
