"""Plain-text VCT 3: what is written comes back, in both encodings; a broken or half file says where."""

import re

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.quality.inspection_spec import FieldKind, Shape
from onemap.plugin.formats.packages.vct import read_vct
from onemap.tests.support.plan_database import Table
from onemap.tests.support.vct import vct_text, write_vct

X, Y = 480_000.0, 3_330_000.0
FIELDS = [("BSM", FieldKind.CHAR, 18, 0), ("MC", FieldKind.CHAR, 20, 0), ("SL", FieldKind.INT, 4, 0)]
FIELDS.append(("MJ", FieldKind.FLOAT, 15, 2))


def box(i, j, size=100):
    return shapely.box(X + 100 * i, Y + 100 * j, X + 100 * i + size, Y + 100 * j + size)


def tables():
    holed = shapely.Polygon(box(3, 0, 300).exterior.coords, [box(4, 1, 50).exterior.coords[::-1]])
    several = shapely.MultiPolygon([box(8, 0), box(10, 0)])
    shapes = [box(0, 0), box(1, 0), holed, several, box(4, 1, 50)]
    points, lines = [shapely.Point(X + 1, Y + 2)], [shapely.LineString([(X, Y), (X + 5, Y + 5), (X + 9, Y)])]
    made = [Table("DLTB", Shape.POLYGON), Table("DZ", Shape.POINT), Table("XZ", Shape.LINE), Table("BG", Shape.NONE)]
    for table, own in zip(made, (shapes, points, lines, [None])):
        table.fields = FIELDS
        table.rows = [
            (shape, {"BSM": f"99{n:016d}", "MC": f"镕村联通{n}", "SL": n, "MJ": n + 0.25})
            for n, shape in enumerate(own)
        ]
    return made


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", "|"])
def test_what_is_written_comes_back(tmp_path, encoding, separator):
    made = tables()
    found = read_vct(write_vct(tmp_path / "a.vct", made, encoding, separator=separator))
    assert found.faults == [] and found.crs.to_epsg() == 4549
    assert [layer.name for layer in found.layers] == ["DLTB", "DZ", "XZ", "BG"]
    for table, layer in zip(made, found.layers):
        assert layer.shape == table.shape and [f.kind for f in layer.fields] == [f[1] for f in FIELDS]
        assert [dict(zip("BSM MC SL MJ".split(), row)) for row in layer.rows.values()] == [v for _, v in table.rows]
        for number, (shape, _) in zip(layer.rows, table.rows):
            assert shape is None or (layer.geometries[number].is_valid and layer.geometries[number].equals(shape))


@pytest.mark.parametrize(
    ("head", "shift", "code"),
    [
        ({}, 0, 4549),
        ({"Parameters": ""}, 40_000_000, 4528),
        ({"Parameters": ""}, 20_000_000, 4498),
        ({"Parameters": "0,117,120"}, 0, None),
        ({"Parameters": ""}, 0, None),
        ({"Spheroid": "西安80,6378140,298.257"}, 0, None),
        ({"Offset": "1000,0"}, 0, None),
        ({"XYUnit": "KM"}, 0, None),
    ],
)
def test_the_reference_system_is_known_or_not_said(tmp_path, head, shift, code):
    table = tables()[1]
    table.rows = [(shapely.Point(X + shift, Y), {})]
    found = read_vct(write_vct(tmp_path / "a.vct", [table], head=head))
    assert (found.crs and found.crs.to_epsg()) == code and found.crs_name


def test_axes_are_as_the_head_says(tmp_path):
    table = tables()[1]
    table.rows = [(shapely.Point(Y, X), {})]
    found = read_vct(write_vct(tmp_path / "a.vct", [table], head={"XAxisDirection": "N", "YAxisDirection": "E"}))
    assert next(iter(found.layers[0].geometries.values())).equals(shapely.Point(X, Y))


def _changed(pattern, by, count=1):
    return re.sub(pattern, by, vct_text(tables()), count=count, flags=re.S)


@pytest.mark.parametrize(
    ("text", "code", "section"),
    [
        (vct_text(tables())[:-15], "vct_section_open", "Attribute"),
        (vct_text(tables())[: vct_text(tables()).index("LineBegin") + 300], "vct_", "Line"),
        (_changed("TableStructureBegin.*TableStructureEnd\n", ""), "vct_section_missing", "-"),
        (_changed("AttributeBegin.*", ""), "vct_section_missing", "-"),
        (_changed("HeadBegin.*HeadEnd\n", ""), "vct_section_missing", "FeatureCode"),
        (_changed("LineEnd\n", ""), "vct_section_open", "Line"),
        (_changed("480000.0,", "480000.0x,"), "vct_number", "Point|Line"),
        (_changed("480000.0,", "nan,"), "vct_number", "Line"),
        (_changed("Version:3.0", "Version:1.0"), "vct_version", "Head"),
        (_changed("Version:3.0", "Version:2.0"), "vct_version", "Head"),
        (_changed("Version:3.0\n", ""), "vct_version", "Head"),
        (_changed("MC,Char,20", "BSM,Char,20"), "vct_columns", "TableStructure"),
        (_changed("TableEnd\nAttributeEnd", "AttributeEnd"), "vct_table_open", "Attribute"),
        ("PK\x03\x04", "vct_no_section", "-"),
        ("", "vct_section_missing", "-"),
        (_changed("1\n1\n11\n2\n", "1\n1\n11\n999999999\n"), "vct_", "Line"),
    ],
)
def test_a_broken_or_half_file_says_the_section_and_the_line(tmp_path, text, code, section):
    file = tmp_path / "a.vct"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_vct(file)
    assert caught.value.code.startswith(code) and re.search(section, caught.value.params["section"])
    assert isinstance(caught.value.params["line"], int) and str(caught.value)


def _line_of(text, wanted):
    return text[: text.index(wanted)].count("\n") + 1


def test_objects_that_cannot_be_used_are_told_with_their_line_and_the_others_are_read(tmp_path):
    text = vct_text(tables())
    text = re.sub(r"(\n21\n\d+\n)-?\d+", r"\g<1>777", text, count=1).replace(",1,1.25", ",x,1.25", 1)
    text = text.replace(",2,2.25", ",2,2.25,9", 1)
    file = tmp_path / "a.vct"
    file.write_text(text, encoding="utf-8")
    found = read_vct(file)
    values = {fault.code: fault.params["line"] for fault in found.faults}
    assert values == {
        "vct_line_missing": _line_of(text, "PolygonBegin") + 1,
        "vct_value": _line_of(text, ",x,1.25"),
        "vct_row": _line_of(text, ",2,2.25,9"),
    }
    layer = found.layers[0]
    assert layer.geometries[100001] is None and layer.rows[100002][2] is None and 100003 not in layer.rows
    assert len(layer.ids()) == 5 and np.isfinite(layer.geometries[100005].area)


def test_comments_and_blank_lines_are_passed_over_and_lines_still_count(tmp_path):
    text = vct_text(tables()).replace("FeatureCodeBegin\n", "CommentBegin\nPointEnd\nCommentEnd\n\nFeatureCodeBegin\n")
    file = tmp_path / "a.vct"
    file.write_text(text, encoding="utf-8")
    assert read_vct(file).faults == []


def test_annotations_are_points_with_their_rows(tmp_path):
    table = Table("ZJ", Shape.POINT, FIELDS, [(shapely.Point(X, Y), {"BSM": "1", "MC": "0"})])
    text = vct_text([table]).replace(",Point,ZJ", ",Annotation,ZJ")
    begin, end = text.index("PointBegin\n") + len("PointBegin\n"), text.index("PointEnd")
    shapes = text[begin:end].replace(f"\n1\n{X}", f"\n1\n0\n{X}").replace(f"{Y}\n", f"{Y},45\n")  # words, a direction
    text = text[:begin] + text[end:]
    text = text.replace("AnnotationBegin\n", f"AnnotationBegin\n{shapes}")
    file = tmp_path / "a.vct"
    file.write_text(text, encoding="utf-8")
    found = read_vct(file)
    assert found.faults == [] and found.layers[0].shape == Shape.POINT
    assert found.layers[0].geometries[100001].equals(shapely.Point(X, Y)) and found.layers[0].rows[100001][1] == "0"


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_read_or_refused_in_words(tmp_path, seed):
    rng = np.random.default_rng(seed)
    data = bytearray(vct_text(tables()).encode("gb18030"))
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(len(data)))
        kind = rng.integers(3)
        if kind == 0:
            data[at] = int(rng.integers(256))
        elif kind == 1:
            del data[at : at + int(rng.integers(1, 400))]
        else:
            data[at:at] = data[int(rng.integers(len(data))) :][: int(rng.integers(1, 200))]
    file = tmp_path / "a.vct"
    file.write_bytes(bytes(data))
    try:
        assert all(fault.text("zh") for fault in read_vct(file).faults)
    except InputError as error:
        assert str(error)
