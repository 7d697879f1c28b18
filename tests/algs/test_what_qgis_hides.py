"""Land and projects that a layer does not show: rows that QGIS cannot read, queries, a wrong zone."""

import json

import pytest
from qgis.core import QgsProject, QgsVectorLayer

UNREADABLE = "POLYGON((500050 3350000, 500150 335x000, 500150 3350100, 500050 3350000))"


@pytest.fixture
def text_layer(tmp_path):
    """A layer of a delimited text of some WKT."""

    def make(name, *wkt):
        path = tmp_path / f"{name}.csv"
        path.write_text("XMBH;WKT\n" + "".join(f"{number};{text}\n" for number, text in enumerate(wkt, 1)))
        return QgsVectorLayer(f"{path.as_uri()}?delimiter=;&wktField=WKT&crs=EPSG:4549", name, "delimitedtext")

    return make


def test_rows_of_a_text_that_qgis_cannot_read_leave_nothing_clear(h, text_layer):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    whole, cut = (h.box_wkt(500, 0), h.box_wkt(900, 0)), (h.box_wkt(500, 0), UNREADABLE)
    found = [h.verdicts(h.check(projects, [text_layer("YJJBNTTB", *rows)]))["A", "YJJBNT"] for rows in (whole, cut)]
    assert [verdict["status"] for verdict in found] == ["clear", "failed"]
    assert "2" in found[1]["reason"]


def test_projects_that_qgis_cannot_read_are_counted(h, text_layer):
    feedback, farmland = h.Feedback(), h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])
    h.check(text_layer("projects", h.box_wkt(0, 0), UNREADABLE, ""), [farmland], feedback)
    (line,) = [line for line in feedback.lines if "3 rows" in line]
    assert "the other 1 " in line
    feedback = h.Feedback()
    h.check(text_layer("whole", h.box_wkt(0, 0)), [farmland], feedback)
    assert not any("rows" in line for line in feedback.lines)


def test_a_query_of_qgis_is_told_as_a_filter_is(h):
    feedback, farmland = h.Feedback(), h.layer("YJJBNTTB", [(h.box_wkt(50, 0), 1), (h.box_wkt(900, 0), 2)], "n:integer")
    QgsProject.instance().addMapLayer(farmland)
    try:
        queried = QgsVectorLayer("?query=select * from YJJBNTTB where n = 2", "YJJBNTTB", "virtual")
        projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
        h.check(projects, [queried], feedback)
    finally:
        QgsProject.instance().removeMapLayer(farmland.id())
    assert any("where n = 2" in line for line in feedback.lines)


@pytest.mark.parametrize("wrong", ["projects", "YJJBNTTB"])
def test_a_layer_given_the_zone_beside_its_own_leaves_nothing_clear(h, wrong):
    crs = {"projects": "EPSG:4549", "YJJBNTTB": "EPSG:4549", wrong: "EPSG:4550"}
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string", crs["projects"])
    far = h.layer("JC", [(h.box_wkt(150_000, 0),)])  # an airport of the right zone, truly far away
    found = h.verdicts(h.check(projects, [h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)], crs=crs["YJJBNTTB"]), far]))
    assert found["A", "YJJBNT"]["status"] == "failed" and "EPSG:4549" in found["A", "YJJBNT"]["reason"]
    assert found["A", "JC"]["status"] != "failed"


def test_projects_in_the_zone_beside_are_not_clear_of_a_layer_of_the_province(h):
    """The county's lines are in degrees, so they lie right; the province's reach everywhere."""
    projects = h.layer("projects", [(h.box_wkt(-80_000, 0), "A")], "XMBH:string", "EPSG:4548")
    degrees = "POLYGON((119.1 30.2,119.3 30.2,119.3 30.4,119.1 30.4,119.1 30.2))"
    far = ["POLYGON((116 29,116.01 29,116.01 29.01,116 29))", "POLYGON((121 32,121.01 32,121.01 32.01,121 32))"]
    county = h.layer("YJJBNTTB", [(degrees,)], crs="EPSG:4490")
    province = h.layer("STBHHX", [(wkt,) for wkt in far], crs="EPSG:4490")
    found = h.verdicts(h.check(projects, [county, province]))
    for line in ("YJJBNT", "STBHHX"):
        assert found["A", line]["status"] == "failed" and "EPSG:4549" in found["A", line]["reason"], line
    projects.setCrs(county.crs().fromEpsgId(4549))
    assert h.verdicts(h.check(projects, [county, province]))["A", "STBHHX"]["status"] == "clear"


def test_vintages_in_two_zones_are_not_compared_as_if_all_were_new(h):
    values = {"CLASS_FIELD": "DLBM", "CHANGES": "memory:", "MATRIX": "memory:"}
    before, after = (
        h.layer("parcels", [(h.box_wkt(0, 0), "0101")], "DLBM:string", crs) for crs in ("EPSG:4549", "EPSG:4550")
    )
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors"):
        h.run("comparelayers", feedback, BEFORE=before, AFTER=after, **values)
    assert any("wrong zone" in line for line in feedback.lines)


def test_rows_that_qgis_cannot_read_are_told_of_whatever_is_done_with_the_layer(h, text_layer):
    lost = text_layer("parcels", h.box_wkt(0, 0), UNREADABLE)
    for name, values in (
        ("statutoryarea", {"INPUT": lost, "OUTPUT": "memory:"}),
        ("comparelayers", {"BEFORE": lost, "AFTER": lost, "CHANGES": "memory:", "MATRIX": "memory:", "KEY": "XMBH"}),
    ):
        feedback = h.Feedback()
        h.run(name, feedback, **values, **({"CLASS_FIELD": "XMBH"} if name == "comparelayers" else {}))
        assert any("2 rows" in line for line in feedback.lines), name


def test_height_zones_in_the_zone_beside_are_not_taken_for_no_limit(h):
    buildings = h.layer("buildings", [(h.box_wkt(0, 0, 20), 30.0)], "height:double")
    zones = h.layer("zones", [(h.box_wkt(-50, -50, 200), 24.0)], "limit:double", "EPSG:4550")
    values = {"HEIGHT_FIELD": "height", "ZONES": zones, "LIMIT_FIELD": "limit", "FINDINGS": "memory:"}
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors"):
        h.run("checkheights", feedback, BUILDINGS=buildings, LIMITS="memory:", **values)
    assert any("wrong zone" in line for line in feedback.lines)


SQUARE = [[[500050, 3350000], [500150, 3350000], [500150, 3350100], [500050, 3350000]]]


def geojson(folder, *geometries):
    features = [{"type": "Feature", "properties": {"n": 1}, "geometry": shape} for shape in geometries]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    path = folder / "YJJBNTTB.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    return QgsVectorLayer(str(path), "YJJBNTTB", "ogr")


@pytest.mark.parametrize(
    ("geometry", "status"),
    [
        (None, "clear"),
        ({"type": "Polygon", "coordinates": [[[500050, 3350000], ["x", 3350000], [500150, 3350100]]]}, "failed"),
        ({"type": "Polygon"}, "failed"),
        ({"coordinates": SQUARE}, "failed"),
    ],
)
def test_a_geometry_that_gdal_makes_none_of_leaves_nothing_clear(h, tmp_path, geometry, status):
    """GDAL gives no geometry for coordinates that it cannot read, as for a row that has none."""
    far = {"type": "Polygon", "coordinates": [[[x + 5000, y] for x, y in SQUARE[0]]]}
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    found = h.verdicts(h.check(projects, [geojson(tmp_path, far, geometry)]))
    assert found["A", "YJJBNT"]["status"] == status


def test_a_layer_of_collections_is_not_said_to_lack_a_crs(h, tmp_path):
    """QGIS shows such a layer as a table; its file does state the system."""
    collection = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": SQUARE}]}
    layer, projects = geojson(tmp_path, collection, collection), h.layer("projects", [(h.box_wkt(0, 0), "A")])
    verdict = h.verdicts(h.check(projects, [layer]))["fid 1", "YJJBNT"]
    assert verdict["status"] == "failed" and "geometry collections" in verdict["reason"]
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors"):
        h.check(layer, [h.layer("YJJBNTTB", [(h.box_wkt(0, 0),)])], feedback)
    assert any("geometry collections" in line for line in feedback.lines)


def test_utm_coordinates_said_to_be_gauss_kruger_leave_nothing_clear(h):
    """The county's border gives the layer away: it lies 1.3 km to the south of that of the layer beside it."""
    projects = h.layer("projects", [(h.box_wkt(100, 0), "A")], "XMBH:string")
    county, k = (480_000, 3_340_000, 540_000, 3_370_000), 0.9996
    wrong = tuple(500_000 * (1 - k) * (at % 2 == 0) + side * k for at, side in enumerate(county))
    layers = [h.layer(name, [(_frame(*box),)]) for name, box in (("YJJBNTTB", wrong), ("STBHHX", county))]
    found = h.verdicts(h.check(projects, layers))
    assert found["A", "YJJBNT"]["status"] == "failed" and "UTM" in found["A", "YJJBNT"]["reason"]
    assert found["A", "STBHHX"]["status"] == "clear"


def _frame(west, south, east, north):
    """Land along the border of a county with nothing in the middle."""
    ring = f"({west} {south},{east} {south},{east} {north},{west} {north},{west} {south})"
    west, south, east, north = west + 500, south + 500, east - 500, north - 500
    return f"POLYGON({ring},({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


@pytest.mark.parametrize("field, unit", [("YDMJ", 1.0), ("stated_m2", 10_000.0)])  # the second is of imported TXT
def test_a_stated_area_that_is_not_that_of_the_polygon_is_named(h, field, unit):
    rows = [(h.box_wkt(500 * at, 0), key, area * unit) for at, (key, area) in enumerate(zip("ABC", (1.0, 1.0, 1.2)))]
    for count, is_said in ((2, False), (3, True)):
        feedback = h.Feedback()
        projects = h.layer("projects", rows[:count], f"XMBH:string,{field}:double,area_m2:double")
        h.check(projects, [h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])], feedback)
        said = [line for line in feedback.lines if f"stated in {field} " in line]
        assert bool(said) == is_said and all("1 of 3" in line and "C (stated 1" in line for line in said)
