"""What offices have beside layers is refused with what to do about it; what a folder holds besides is named."""

import json

import pytest

HEADS = {
    "mdb": (b"\0\1\0\0Standard Jet DB\0" + bytes(4000), "Access"),
    "vct": (b"HeadBegin\nDataMark:LANDUSE-VCT\nVersion:2.0\nHeadEnd\n", "VCT exchange file"),
    "dwg": (b"AC1027" + bytes(300), "drawing"),
    "rar": (b"Rar!" + bytes(300), "unpack"),
    "mxd": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(300), "map document"),
    "wp": (bytes(300), "MapGIS"),
}


@pytest.fixture
def projects(h):
    return h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")


def written(folder, name):
    file = folder / name
    file.write_bytes(HEADS[name.rsplit(".", 1)[1]][0])
    return str(file)


@pytest.mark.parametrize("kind", HEADS)
def test_what_is_no_layer_is_named_with_what_to_do(h, projects, tmp_path, kind):
    """Named after its line it fails the line; else it is on the first page."""
    feedback = h.Feedback()
    farmland = h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])
    given = [farmland, written(tmp_path, f"STBHHX.{kind}"), written(tmp_path, f"x.{kind}")]
    found = h.verdicts(h.check(projects, given, feedback))
    wanted = HEADS[kind][1]
    assert found["A", "STBHHX"]["status"] == "failed" and wanted in found["A", "STBHHX"]["reason"]
    assert any(f"x.{kind}" in line and wanted in line for line in feedback.lines)
    with pytest.raises(Exception, match=wanted):
        h.check(written(tmp_path, f"p.{kind}"), [farmland])


def test_what_a_folder_holds_besides_its_layers_and_names_of_no_layer_are_told(h, projects, tmp_path):
    feedback = h.Feedback()
    for kind in HEADS:
        written(tmp_path, f"STBHHX.{kind}")
    given = [str(tmp_path), h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])]
    h.check(projects, given, feedback, MAPPING=json.dumps({"YJJBNTTB": "YJJBNT", "mistyped": "STBHHX"}))
    (told,) = [line for line in feedback.lines if "may hold control lines" in line]
    assert "5 file(s)" in told and "STBHHX.vct" in told and "mxd" not in told
    assert [line for line in feedback.lines if "mistyped" in line and "YJJBNTTB" not in line]


def test_what_was_not_read_stands_on_the_first_page_of_word_and_the_first_sheet_of_excel(h, projects, tmp_path):
    """A reader of a workbook looks at the sheets behind the first only when something sends them there."""
    from docx import Document
    from openpyxl import load_workbook

    (tmp_path / "lines").mkdir()
    written(tmp_path / "lines", "STBHHX.vct")
    report = [tmp_path / name for name in ("r.xlsx", "r.docx")]
    given = [str(tmp_path / "lines"), h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])]
    h.check(projects, given, REPORT=";".join(map(str, report)))
    rows = {row[0]: row[1] for row in load_workbook(report[0]).worksheets[0].iter_rows(values_only=True)}
    assert "STBHHX.vct" in rows["须先看的提示"]
    paragraphs = [paragraph.text for paragraph in Document(report[1]).paragraphs]
    first = next(at for at, text in enumerate(paragraphs) if "STBHHX.vct" in text)
    assert first < next(at for at, text in enumerate(paragraphs) if text.startswith("二、"))


def test_a_kmz_is_unpacked_where_gdal_does_not_read_it(monkeypatch, tmp_path):
    from onemap.plugin.bridge.layers import unreadable

    monkeypatch.setattr(unreadable.gdal, "GetDriverByName", lambda name: None)
    found = unreadable.not_opened(tmp_path / "a.kmz", "not recognized as being in a supported file format")
    assert "unpack it" in found.message and unreadable.not_opened(tmp_path / "a.kml", "x").code == "package_open"
