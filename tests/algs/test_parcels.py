"""importparceltxt, exportparceltxt and polygonsfromlines in QGIS: places, contradictions, what comes back."""

import math

import pytest
import shapely

POINTS = "J1,1,3350000.000,{e}515000.000,12.5\nJ2,1,3350000.0,{e}515100.000,\nJ3,1,3350100.000,{e}515100.000,界桩\nJ4,1,3350100.000,{e}515000.000,\nJ1,1,3350000.000,{e}515000.000,12.5\n"
FILE = (
    "[项目信息]\n项目名称=某项目\n[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号={z}\n[地块坐标]\n5,1.0000,DK-1,甲（一期）,面,,工业用地,0601,其他,8,@\n"
    + POINTS
)


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def written(tmp_path, text, name="in.txt"):
    path = tmp_path / name
    path.write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
    return path


def imported(h, path, **parameters):
    feedback = h.Feedback()
    layer = h.run("importparceltxt", feedback, INPUT=str(path), OUTPUT="memory:", **parameters)["OUTPUT"]
    return layer, "\n".join(feedback.lines)


def exported(h, layer, tmp_path, **parameters):
    target, feedback = tmp_path / "out.txt", h.Feedback()
    h.run("exportparceltxt", feedback, INPUT=layer, OUTPUT=str(target), **parameters)
    return target.read_bytes().decode("gb18030"), "\n".join(feedback.lines)


def test_every_head_field_and_column_comes_back(h, tmp_path):
    source = written(tmp_path, FILE.format(e=40, z=40))
    layer, said = imported(h, source)
    assert layer.crs().authid() == "EPSG:4528" and "DK-1" not in said
    text, _ = exported(h, layer, tmp_path)
    assert text == source.read_bytes().decode("gb18030")


def test_a_contradiction_is_told_and_comes_out_right(h, tmp_path):
    layer, said = imported(h, written(tmp_path, FILE.format(e=40, z=39)))
    assert "39" in said and "40" in said and layer.crs().authid() == "EPSG:4528"
    assert "带号=40" in exported(h, layer, tmp_path)[0]


def test_coordinates_only_want_a_crs(h, tmp_path):
    path = written(tmp_path, POINTS.format(e=40))
    with pytest.raises(Exception, match="CRS"):
        imported(h, path)
    layer, _ = imported(h, path, CRS="EPSG:4528")
    (feature,) = layer.getFeatures()
    assert layer.crs().authid() == "EPSG:4528" and feature["area_m2"] == pytest.approx(9999.94, abs=0.02)
    with pytest.raises(Exception, match="4528"):
        imported(h, path, CRS="EPSG:4549")


def test_an_edited_polygon_gets_new_points_and_keeps_its_head(h, tmp_path):
    from qgis.core import QgsGeometry

    layer, _ = imported(h, written(tmp_path, FILE.format(e=40, z=40)))
    (feature,) = layer.getFeatures()
    wkt = "MultiPolygon(((40515000 3350000,40515100 3350000,40515200 3350100,40515000 3350100,40515000 3350000)))"
    layer.dataProvider().changeGeometryValues({feature.id(): QgsGeometry.fromWkt(wkt)})
    layer.dataProvider().changeAttributeValues({feature.id(): {layer.fields().lookupField("DKMC"): "乙"}})
    text, said = exported(h, layer, tmp_path)
    assert "DK-1" in said
    lines = text.splitlines()
    assert "5,1.5000,DK-1,乙,面,,工业用地,0601,其他,8,@" in lines
    assert any(line.endswith(",3350100.000,40515200.000,") for line in lines)
    assert any(line.endswith(",3350100.000,40515000.000,") for line in lines)
    assert sum(line.endswith(",3350000.000,40515000.000,12.5") for line in lines) == 2, (
        "a point that stayed keeps its column"
    )


def test_parcels_of_two_zones_go_into_one_file_in_one_zone(h, tmp_path):
    from onemap.plugin.formats.parcels.survey import survey
    from onemap.plugin.formats.parcels.txt import read_parcel_txt

    first, _ = imported(h, written(tmp_path, FILE.format(e=40, z=40)))
    second, _ = imported(
        h, written(tmp_path, FILE.format(e=39, z=39).replace("DK-1", "DK-2").replace("39515", "39804"))
    )
    (other,) = second.getFeatures()
    from qgis.core import QgsCoordinateTransform, QgsProject

    geometry = other.geometry()
    geometry.transform(QgsCoordinateTransform(second.crs(), first.crs(), QgsProject.instance()))
    other.setGeometry(geometry)
    first.dataProvider().addFeatures([other])
    text, said = exported(h, first, tmp_path)
    assert "DK-2" in said
    found = survey(read_parcel_txt(text.encode("gb18030")))
    assert found.crs.to_epsg() == 4528 and len(found.parcels) == 2
    assert found.parcels[1].area_m2 == pytest.approx(other["area_m2"], abs=1.0)
    assert found.parcels[1].polygon.centroid.x == pytest.approx(geometry.centroid().asPoint().x(), abs=0.01)


def test_six_degree_zones_are_named_as_such(h, tmp_path):
    wkt = "POLYGON((500000 3350000,500100 3350000,500100 3350100,500000 3350000))"
    text, _ = exported(h, h.layer("p", [(wkt, "A")], "XMBH:string", crs="EPSG:4509"), tmp_path)
    assert "几度分带=6" in text and "带号=20" in text and ",20500100.000" in text
    assert imported(h, tmp_path / "out.txt")[0].crs().authid() == "EPSG:4498"


def test_a_plane_without_a_zone_number_is_told(h, tmp_path):
    from pyproj import CRS

    wkt = (
        CRS.from_epsg(4549)
        .to_wkt()
        .replace("CM 120E", "CM 119.5")
        .replace('"Longitude of natural origin",120', '"Longitude of natural origin",119.5')
        .replace(',ID["EPSG",4549]', "")
    )
    layer = h.layer(
        "p",
        [("POLYGON((500000 3350000,500100 3350000,500100 3350100,500000 3350000))", "A")],
        "XMBH:string",
        crs="EPSG:4549",
    )
    from qgis.core import QgsCoordinateReferenceSystem

    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(wkt))
    text, said = exported(h, layer, tmp_path)
    assert "带号=\r\n" in text or "带号=\n" in text
    assert "CM 119.5" in said


DXF_HEAD = "0\nSECTION\n2\nENTITIES\n"


def polyline(vertices, layer="red"):
    """A closed LWPOLYLINE of (x, y, bulge)."""
    body = "".join(f"10\n{x}\n20\n{y}\n42\n{bulge}\n" for x, y, bulge in vertices)
    return f"0\nLWPOLYLINE\n8\n{layer}\n100\nAcDbEntity\n100\nAcDbPolyline\n90\n{len(vertices)}\n70\n1\n{body}"


def from_drawing(h, tmp_path, entities, **parameters):
    path, feedback = tmp_path / "d.dxf", h.Feedback()
    path.write_text(DXF_HEAD + "".join(entities) + "0\nENDSEC\n0\nEOF\n")
    values = {"GROUP_FIELD": "Layer", "OUTPUT": "memory:", "UNCLOSED": "memory:", "CRS": "EPSG:4549", **parameters}
    result = h.run("polygonsfromlines", feedback, INPUT=f"{path}|layername=entities", **values)
    return [f.geometry().area() for f in result["OUTPUT"].getFeatures()], "\n".join(feedback.lines), result


@pytest.mark.parametrize("radius", [0.5, 50.0, 800.0])
def test_arcs_of_a_drawing_keep_within_a_millimetre(h, tmp_path, radius):
    x, y = 515_000, 3_350_000
    circle = polyline([(x, y, 1), (x + 2 * radius, y, 1)])
    (area,), _, result = from_drawing(h, tmp_path, [circle])
    assert area == pytest.approx(math.pi * radius**2, abs=2 * math.pi * radius * 0.001)
    assert result["OUTPUT"].crs().authid() == "EPSG:4549"
    (feature,) = result["OUTPUT"].getFeatures()
    ring = shapely.get_exterior_ring(shapely.get_parts(shapely.from_wkb(bytes(feature.geometry().asWkb())))[0])
    nearest = shapely.distance(ring, shapely.Point(x + radius, y))
    assert radius - nearest < 0.001


def test_a_drawing_without_a_crs_is_told_and_one_that_contradicts_is_refused(h, tmp_path):
    outline = polyline([(515_000, 3_350_000, 0), (515_100, 3_350_000, 0), (515_100, 3_350_100, 0)])
    (area,), said, _ = from_drawing(h, tmp_path, [outline, outline], CRS=None)
    assert area == 5000 and "CRS" in said and "red" in said
    with pytest.raises(Exception, match="4549"):
        from_drawing(h, tmp_path, [outline], CRS="EPSG:4528")


def test_ends_in_a_layer_of_degrees_are_metres_apart(h):
    """0.01 is metres: in degrees it would join lines a kilometre apart."""
    rows = [("LineString(120 30,120.001 30,120.001 30.001,120.005 30.002)",)]
    result = h.run(
        "polygonsfromlines",
        INPUT=h.layer("d", rows, kind="LineString", crs="EPSG:4490"),
        OUTPUT="memory:",
        UNCLOSED="memory:",
    )
    assert result["OUTPUT"].featureCount() == 0
    (line,) = result["UNCLOSED"].getFeatures()
    assert 400 < line["gap_m"] < 700


def test_curves_of_a_database_layer(h):
    rows = [
        ("CompoundCurve(CircularString(515000 3350000,515050 3350050,515100 3350000,515050 3349950,515000 3350000))",)
    ]
    layer = h.layer("d", rows, kind="CompoundCurve")
    result = h.run("polygonsfromlines", INPUT=layer, OUTPUT="memory:", UNCLOSED="memory:")
    (feature,) = result["OUTPUT"].getFeatures()
    assert feature.geometry().area() == pytest.approx(math.pi * 2500, abs=0.1)


NOTHING = ("LineString()", None, "LineString(0 0,1 1)", "LineString(0 0,0 0,0 0,0 0)")


@pytest.mark.parametrize(
    "rows",
    [
        [(None,)], [("LineString(0 0,1 1)",)], [("LineString EMPTY",)], [(wkt,) for wkt in NOTHING],
        [("LineString(0 0,1e308 0,1e308 1e308,0 0)",)], [("LineStringZ(0 0 1,9 0 2,9 9 3,0 0 4)",)],
        [("LineString(0 0,9 0,9 9,0 0)",)] * 50, [("MultiLineString((0 0,9 0),(9 0,9 9),(9 9,0 0))",)],
    ],
)  # fmt: skip
def test_any_lines_end_in_polygons_or_a_message(h, rows):
    kind = "MultiLineString" if "Multi" in str(rows) else "LineString"
    layer = h.layer("d", [(*row, None) for row in rows], "Layer:string", kind=kind)
    feedback = h.Feedback()
    try:
        result = h.run(
            "polygonsfromlines", feedback, INPUT=layer, GROUP_FIELD="Layer", OUTPUT="memory:", UNCLOSED="memory:"
        )
    except Exception as error:
        assert "1e308" in rows[0][0] and "Layer" in str(error)
        return
    assert all(f.geometry().area() > 0 for f in result["OUTPUT"].getFeatures())


def test_a_layer_without_lines_is_refused_in_words(h):
    feedback = h.Feedback()
    with pytest.raises(Exception, match="error"):
        h.run(
            "polygonsfromlines",
            feedback,
            INPUT=h.layer("d", [], kind="LineString"),
            OUTPUT="memory:",
            UNCLOSED="memory:",
        )
    assert any('"d"' in line for line in feedback.lines)


def test_overlaps_repairs_and_open_lines_are_told(h, tmp_path):
    x, y = 515_000, 3_350_000
    square = [(x, y, 0), (x + 100, y, 0), (x + 100, y + 100, 0), (x, y + 100, 0)]
    shifted = [(a + 50, b, c) for a, b, c in square]
    bow = [(x + 500, y, 0), (x + 600, y + 100, 0), (x + 600, y, 0), (x + 500, y + 100, 0)]
    areas, said, _ = from_drawing(h, tmp_path, [polyline(square), polyline(shifted), polyline(bow)])
    assert sorted(areas) == [2500, 2500, 10_000, 10_000]
    assert "5,000.00" in said and "intersect themselves" in said


def test_every_field_has_a_title_when_it_is_loaded(h, tmp_path):
    from onemap.plugin.bridge.layers.parcel_titles import TitledParcels

    parcels, _ = imported(h, written(tmp_path, FILE.format(e=40, z=40)))
    outline = polyline([(515_000, 3_350_000, 0), (515_100, 3_350_000, 0), (515_100, 3_350_100, 0)])
    _, _, drawing = from_drawing(h, tmp_path, [outline])
    for layer in (parcels, drawing["OUTPUT"], drawing["UNCLOSED"]):
        TitledParcels.make().postProcessLayer(layer, None, None)
        assert [f.name() for f in layer.fields() if not f.alias() and f.name() != "fid"] == []
