"""Control lines as GML, KML, KMZ, CSV and MapInfo files: what is read otherwise than it stands leaves nothing clear."""

import zipfile

import pytest
from onemap.tests.support.toy_county import X, Y
from pyproj import Transformer
from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

AWAY, ACROSS = (-500, 500), 50  # on both sides of the project, and half over it
_DEGREES = Transformer.from_crs(4549, 4490, always_xy=True).transform


@pytest.fixture
def projects(h):
    return h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")


def ring(x, size=100):
    x, y = X + x, Y
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


def degrees(x):
    return [_DEGREES(*point) for point in ring(x)]


def gml_text(points, order=(0, 1)):
    return " ".join(f"{point[order[0]]:.8f} {point[order[1]]:.8f}" for point in points)


def gml_polygon(text, srs="EPSG:4549"):
    inside = f"<gml:LinearRing><gml:posList>{text}</gml:posList></gml:LinearRing>"
    return f'<gml:Polygon srsName="{srs}"><gml:exterior>{inside}</gml:exterior></gml:Polygon>'


def gml(folder, *shapes):
    rows = (f'<o:YJJBNTTB gml:id="f{n}"><o:geom>{shape}</o:geom></o:YJJBNTTB>' for n, shape in enumerate(shapes))
    members = "".join(f"<o:featureMember>{row}</o:featureMember>" for row in rows)
    spaces = 'xmlns:o="http://o" xmlns:gml="http://www.opengis.net/gml/3.2"'
    path = folder / "YJJBNTTB.gml"
    path.write_text(f'<?xml version="1.0"?><o:FeatureCollection {spaces}>{members}</o:FeatureCollection>')
    return QgsVectorLayer(str(path), "YJJBNTTB", "ogr")


def kml_polygon(text):
    ring = f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"


def kml_text(points, between=","):
    return " ".join(f"{x:.8f}{between}{y:.8f}" for x, y in points)


def placemarks(*shapes):
    return "".join(f"<Placemark><name>p</name>{shape}</Placemark>" for shape in shapes)


def kml_document(**folders):
    inside = "".join(f"<Folder><name>{name}</name>{text}</Folder>" for name, text in folders.items())
    return f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


def kml(folder, *shapes):
    path = folder / "YJJBNTTB.kml"
    path.write_text(kml_document(YJJBNTTB=placemarks(*shapes)), encoding="utf-8")
    return QgsVectorLayer(str(path), "YJJBNTTB", "ogr")


def status(h, projects, layer, feedback=None, **more):
    found = h.verdicts(h.check(projects, [layer], feedback, **more))["A", "YJJBNT"]
    return found["status"], str(found["reason"])


KML_AWAY = [kml_polygon(kml_text(degrees(x))) for x in AWAY]
GML_AWAY = [gml_polygon(gml_text(ring(x))) for x in AWAY]


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("", "clear"),  # a placemark without a place
        (kml_polygon(kml_text(degrees(ACROSS))), "conflict"),
        (kml_polygon(kml_text(degrees(ACROSS), " ")), "failed"),
        (kml_polygon(kml_text(degrees(ACROSS), "，")), "failed"),
        (kml_polygon(""), "failed"),
        (kml_polygon("120.0a,30.2 " + kml_text(degrees(300))), "failed"),
        (f"<MultiGeometry>{kml_polygon(kml_text(degrees(ACROSS)))}<Point><coordinates>120,30</coordinates></Point>"
         "</MultiGeometry>", "conflict"),
        ("</Placemark><NetworkLink><Link><href>b.kml</href></Link></NetworkLink><Placemark>", "failed"),
    ],
)  # fmt: skip
def test_a_kml_is_read_whole_or_leaves_nothing_clear(h, projects, tmp_path, shape, wanted):
    assert status(h, projects, kml(tmp_path, *KML_AWAY, shape))[0] == wanted


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("", "clear"),
        (gml_polygon(gml_text(ring(ACROSS))), "conflict"),
        (gml_polygon(""), "failed"),
        ("<gml:Blob><gml:posList>1 2</gml:posList></gml:Blob>", "failed"),
        (gml_polygon("500300 335x000 " + gml_text(ring(300)) + " 500300 335x000"), "failed"),
        (gml_polygon(f"{X + 300},{Y} " + gml_text(ring(300)) + f" {X + 300},{Y}"), "failed"),
    ],
)  # fmt: skip
def test_a_gml_is_read_whole_or_leaves_nothing_clear(h, projects, tmp_path, shape, wanted):
    found, reason = status(h, projects, gml(tmp_path, *GML_AWAY, shape))
    assert found == wanted
    assert "335x" not in shape or "335x000" in reason


@pytest.mark.parametrize(("order", "wanted"), [((1, 0), "conflict"), ((0, 1), "failed")])
@pytest.mark.parametrize(("srs", "place"), [("4490", degrees), ("4549", ring)])
def test_the_axes_of_a_gml_are_those_of_its_system(h, projects, tmp_path, srs, place, order, wanted):
    urn = f"urn:ogc:def:crs:EPSG::{srs}"
    shapes = [gml_polygon(gml_text(place(x), order), urn) for x in (*AWAY, ACROSS)]
    assert status(h, projects, gml(tmp_path, *shapes))[0] == wanted


def no_libkml():
    from osgeo import ogr

    return ogr.GetDriverByName("LIBKML") is None


kmz = pytest.mark.skipif("no_libkml()", reason="this GDAL has no libkml")


@pytest.mark.parametrize("name", ["YJJBNTTB.kml", pytest.param("YJJBNTTB.kmz", marks=kmz)])
def test_every_folder_of_a_kml_is_read(h, projects, tmp_path, name):
    folders = {"北": placemarks(*KML_AWAY), "南": placemarks(kml_polygon(kml_text(degrees(ACROSS))))}
    path = tmp_path / name
    if path.suffix == ".kml":
        path.write_text(kml_document(**folders), encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("doc.kml", kml_document(**folders))
    assert status(h, projects, str(path))[0] == "conflict"
    feedback = h.Feedback()
    h.check(projects, [QgsVectorLayer(str(path), "YJJBNTTB", "ogr")], feedback)
    assert any("北, 南" in line for line in feedback.lines)


@kmz
def test_a_second_document_in_a_kmz_leaves_nothing_clear(h, projects, tmp_path):
    path = tmp_path / "YJJBNTTB.kmz"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("doc.kml", kml_document(YJJBNTTB=placemarks(*KML_AWAY)))
        packed.writestr("south.kml", kml_document(YJJBNTTB=placemarks(kml_polygon(kml_text(degrees(ACROSS))))))
    assert status(h, projects, str(path))[0] == "failed"


def test_projects_with_coordinates_that_are_no_numbers_are_refused(h, tmp_path):
    bad = gml(tmp_path, gml_polygon(gml_text(ring(0)).replace("500100.", "5001o0.")))
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors executing"):
        h.check(bad, [h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])], feedback)
    assert any("5001o0" in line for line in feedback.lines)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("", "clear"),
        ("POLYGON((500050 3350000,500150 3350000,500150 3350100,500050 3350000))", "conflict"),
        ("POLYGON（(500050 3350000,500150 3350000,500150 3350100,500050 3350000))", "failed"),
        ("POLYGON((500050，3350000,500150，3350000,500150，3350100,500050，3350000))", "failed"),
        ("SRID=4549;POLYGON((500050 3350000,500150 3350000,500150 3350100,500050 3350000))", "failed"),
        ("POLYGON((500350 3350000,500450 33500o0,500450 3350100,500350 3350000))", "failed"),
    ],
)  # fmt: skip
def test_the_text_of_a_csv_is_read_whole_or_leaves_nothing_clear(h, projects, tmp_path, cell, wanted):
    cells = [*(h.box_wkt(x, 0) for x in AWAY), cell]
    (tmp_path / "YJJBNTTB.csv").write_text("n,WKT\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(cells)))
    layer = QgsVectorLayer(str(tmp_path / "YJJBNTTB.csv"), "YJJBNTTB", "ogr")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
    assert status(h, projects, layer)[0] == wanted


MIF = 'Version 450\nCoordSys Earth Projection 8, 104, "m", 120, 0, 1, 500000, 0\nColumns 1\n n Integer\nData\n'


def mif(folder, *objects):
    text = "".join(o if isinstance(o, str) else region(o) for o in objects)
    (folder / "YJJBNTTB.mif").write_text(MIF + text)
    (folder / "YJJBNTTB.mid").write_text("1\n" * len(objects))
    return QgsVectorLayer(str(folder / "YJJBNTTB.mif"), "YJJBNTTB", "ogr")


def region(points):
    return f"Region  1\n  {len(points)}\n" + "".join(f"{x} {y}\n" for x, y in points) + "    Pen (1,2,0)\n"


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("NONE\n", "clear"),
        (ring(ACROSS), "conflict"),
        ([(y, x) for x, y in ring(ACROSS)], "failed"),  # of a plane that is no zone of the list
        (region(ring(300)).replace("3350100\n", "33501o0\n", 1), "failed"),
        ("Blob 1 2\n", "failed"),
    ],
)
def test_a_mapinfo_file_is_read_whole_or_leaves_nothing_clear(h, projects, tmp_path, shape, wanted):
    assert status(h, projects, mif(tmp_path, *map(ring, AWAY), shape))[0] == wanted


def test_a_layer_in_another_part_of_the_world_is_not_clear(h, projects):
    """Degrees that were written as millionths lie off the coast of Africa; the other line covers the place."""
    wkt = "POLYGON((0.50005 3.35,0.50015 3.35,0.50015 3.3501,0.50005 3.35))"
    wrong = h.layer("YJJBNTTB", [(wkt,)], crs="EPSG:4326")
    found = h.verdicts(h.check(projects, [wrong, h.layer("STBHHX", [(h.box_wkt(50, 0),)])]))
    assert found["A", "YJJBNT"]["status"] == "failed" and "1000 km" in found["A", "YJJBNT"]["reason"]
    assert found["A", "STBHHX"]["status"] == "conflict"


def test_degrees_in_a_web_map_plane_are_no_place(h, projects):
    wkt = "POLYGON((120.0005 30.27,120.0015 30.27,120.0015 30.271,120.0005 30.27))"
    assert status(h, projects, h.layer("YJJBNTTB", [(wkt,)], crs="EPSG:3857"))[0] == "failed"
