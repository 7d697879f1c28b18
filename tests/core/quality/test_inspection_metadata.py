"""Metadata files as programs write them: names of elements, attributes that name, ISO 19139, GBK; what is wrong."""

from datetime import date

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.quality.inspection import Inspection
from onemap.plugin.core.quality.inspection_content import LayerFound, Matched
from onemap.plugin.core.quality.inspection_metadata import check_metadata
from onemap.plugin.core.quality.inspection_spec import Shape
from onemap.plugin.formats.packages.metadata import read_metadata
from onemap.plugin.formats.rules.inspection_files import load_specification
from pyproj import CRS

_PLAIN = (
    "<元数据><数据集名称>云溪县</数据集名称><坐标系统>2000国家大地坐标系</坐标系统><中央子午线>东经120°</中央子午线>"
    "<数据生产日期>20250630</数据生产日期><生产单位名称>院</生产单位名称><坐标单位>米</坐标单位></元数据>"
)
_NAMED = (
    '<m><item name="数据名称">云溪县</item><item name="大地基准">CGCS2000</item><item label="更新日期">2025/6/30</item>'
    '<item name="汇交单位">局</item></m>'
)
_ISO = (
    '<gmd:MD_Metadata xmlns:gmd="g" xmlns:gco="c"><gmd:dateStamp><gco:Date>2025-06-30</gco:Date></gmd:dateStamp>'
    "<gmd:contact><gmd:organisationName><gco:CharacterString>院</gco:CharacterString></gmd:organisationName></gmd:contact>"
    "<gmd:RS_Identifier><gmd:code><gco:CharacterString>EPSG:4549</gco:CharacterString></gmd:code></gmd:RS_Identifier>"
    "<gmd:title><gco:CharacterString>云溪县</gco:CharacterString></gmd:title>"
    "<gmd:update>quarterly</gmd:update></gmd:MD_Metadata>"
)


def told(tmp_path, xml, encoding="utf-8", epsg=4549):
    file = tmp_path / "元数据.xml"
    file.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>\n{xml}'.encode(encoding))
    layer = LayerFound("SD", "x.gpkg", ("x", "SD"), Shape.POLYGON, crs=CRS.from_epsg(epsg), count=1)
    run = Inspection(load_specification("county"))
    check_metadata(run, file.name, read_metadata(file), Matched({"SD": layer}), date(2026, 1, 1))
    why = run.outcomes["Q114", ""].why if ("Q114", "") in run.outcomes else None
    skipped = [outcome.why.code for outcome in run.outcomes.values() if outcome.why is not None]
    assert why is None
    return [(d.params["fact"], d.value, d.wanted) for d in run.defects], skipped


@pytest.mark.parametrize("xml", [_PLAIN, _NAMED, _ISO])
@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gb18030"])
def test_complete_ones_have_no_defect(tmp_path, xml, encoding):
    assert told(tmp_path, xml, encoding) == ([], [])


def test_what_is_absent_empty_or_wrong_is_told(tmp_path):
    absent, _ = told(tmp_path, "<元数据><坐标系统/><生产日期> </生产日期></元数据>")
    assert [fact for fact, value, _ in absent if not value] == [
        "the name of the data", "the coordinate reference system", "a date", "who made the data",
    ]  # fmt: skip
    wrong, _ = told(tmp_path, _PLAIN.replace("2000国家大地", "西安80").replace("20250630", "2026-01-02"), epsg=4548)
    assert [(fact, value) for fact, value, _ in wrong] == [
        ("the coordinate reference system", "西安80坐标系"), ("the central meridian", "东经120°"), ("a date", "2026-01-02"),
    ]  # fmt: skip
    assert wrong[1][2] == "117°"


@pytest.mark.parametrize("value,code", [("EPSG:4549", ""), ("4490", ""), ("EPSG:4528", "4549"), ("WGS84", "4549")])
def test_a_code_must_be_that_of_the_layers(tmp_path, value, code):
    found, _ = told(tmp_path, _PLAIN.replace("2000国家大地坐标系", value))
    assert len(found) == bool(code) and all(code in wanted for _, _, wanted in found)


def test_an_unknown_system_is_said_to_be_unknown(tmp_path):
    assert told(tmp_path, _PLAIN.replace("2000国家大地坐标系", "地方坐标系")) == ([], ["unchecked_metadata_crs"])


@pytest.mark.parametrize("data", [b"<a>", b"", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe<\0a\0/\0>\0"])
def test_what_is_no_xml_or_may_swell_is_refused(tmp_path, data):
    (tmp_path / "m.xml").write_bytes(data)
    with pytest.raises(InputError, match=r"m\.xml"):
        read_metadata(tmp_path / "m.xml")
