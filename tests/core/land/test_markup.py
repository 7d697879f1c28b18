"""What GML, KML, MapInfo files and well-known text write, whatever a library makes of it."""

import pytest
from onemap.plugin.core.land.markup import is_wkt, read_markup, read_mif, wrong_in_wkt

GML = (
    b'<x:C xmlns:gml="g"><gml:boundedBy><gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner></gml:Envelope>'
    b"</gml:boundedBy><x:YJ gml:id='1'><gml:Polygon><gml:posList>1 2 3.5 -4e2</gml:posList></gml:Polygon></x:YJ>"
    b"<x:YJ><x:n>5</x:n></x:YJ><x:YJ><x:g><gml:Blob><gml:posList>1 2</gml:posList></gml:Blob></x:g></x:YJ></x:C>"
)


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_features_and_their_shapes_are_counted_however_the_bytes_come(size):
    parts = [GML[at : at + size] for at in range(0, len(GML), size)]
    found = read_markup(parts, "YJ")
    assert (found.features, found.shaped, found.wrong, found.links) == (3, 2, "", False)


@pytest.mark.parametrize(
    ("element", "text", "wrong"),
    [
        ("posList", "1 2 nan 4", "nan"), ("posList", "1 2 50x 4", "50x"), ("posList", "1,2 3,4", "1,2"),
        ("coordinates", "1,2,0 3,4,0", ""), ("coordinates", "1，2 3，4", "1，2"), ("coordinates", "", ""),
        ("pos", "-1.5e3 +2E-4", ""), ("lowerCorner", "none", ""),
    ],
)  # fmt: skip
def test_coordinates_that_are_no_numbers_are_named(element, text, wrong):
    document = f"<k><Placemark><a:{element} srsName='x'>{text}</a:{element}></Placemark></k>".encode()
    assert read_markup([document], "Placemark").wrong == wrong


def test_links_to_other_files_are_seen():
    assert read_markup([b"<kml><Placemark/><NetworkLink><href>b.kml</href></NetworkLink></kml>"], "Placemark").links


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("500150 3350000", False), ("5001x0 3350000", True), ("nan nan", True), ("Region 1", False), ("Blob 1", True),
        ("Pen (1,2,0)", False), ('"text"', False), ("-1.5e3 2", False), ("", False), ("NONE", False),
    ],
)  # fmt: skip
def test_what_a_mapinfo_file_writes_is_known_or_named(line, is_wrong):
    assert bool(read_mif(["Version 450", "Foo bar", "Data", "", "Region 1", line])) == is_wrong


@pytest.mark.parametrize(
    ("text", "is_shape", "is_wrong"),
    [
        ("POLYGON((1 2,3 4,5 6,1 2))", True, False), ("MultiPolygon Z (((1e5 2 0,3 4 0)))", True, False),
        ("SRID=4549;POLYGON((1 2))", True, False), ("POLYGON（(1 2))", True, False), ("polygon((50x0 2))", True, True),
        ("POLYGON((1，2))", True, True), ("POLYGON((nan nan))", True, True), ("POLYGON EMPTY", False, False),
        ("线状地物", False, False), ("POINT OF VIEW", False, False),
    ],
)  # fmt: skip
def test_well_known_text_is_known_and_what_is_no_number_in_it(text, is_shape, is_wrong):
    assert (is_wkt(text), bool(wrong_in_wkt(text)) if is_shape else False) == (is_shape, is_wrong)
