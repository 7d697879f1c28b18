"""Domains and subtypes of databases: read as they are, compared with the dictionaries."""

import pytest

_XML = """<?xml version="1.0"?><typens:DEFeatureClassInfo xmlns:typens="http://www.esri.com/schemas/ArcGIS/10.3">
<SubtypeFieldName>DLLX</SubtypeFieldName><DefaultSubtypeCode>1</DefaultSubtypeCode><Subtypes>
<Subtype><SubtypeName>水田</SubtypeName><SubtypeCode>10100</SubtypeCode></Subtype>
<Subtype><SubtypeName>旱地</SubtypeName><SubtypeCode>10200</SubtypeCode></Subtype></Subtypes>
</typens:DEFeatureClassInfo>"""


def test_subtypes_are_read_from_the_description_of_a_geodatabase(qgis_app):
    from onemap.plugin.bridge.quality.field_domains import subtypes_of

    assert subtypes_of(_XML) == ("DLLX", {"10100": "水田", "10200": "旱地"})
    assert subtypes_of("<a/>") == subtypes_of("<Subtype") == ("", {})
    assert subtypes_of("<!DOCTYPE x>" + _XML) == ("", {})


def test_a_domain_that_names_a_code_otherwise_is_a_defect(qgis_app):
    from onemap.plugin.core.quality.inspection import Inspection
    from onemap.plugin.core.quality.inspection_content import FieldFound, LayerFound
    from onemap.plugin.core.quality.inspection_spec import FieldKind
    from onemap.plugin.core.quality.inspection_structure import field_domains
    from onemap.plugin.formats.rules.inspection_files import load_specification

    own = load_specification("county")
    cases = (
        (FieldKind.CHAR, {"010100": "水田", "010200": "0102 水浇地", "060100": "农村道路 "}, []),
        (FieldKind.CHAR, {"010100": "旱地"}, ["010100 旱地"]),
        (FieldKind.CHAR, {"019900": "某地"}, ["019900 某地"]),
        (FieldKind.INT, {"10100": "水田", "10200": "旱地"}, ["10200 旱地"]),
    )
    for kind, codes, wanted in cases:
        field = FieldFound("YDYHFLDM", kind, "", domain="用地", domain_codes=codes)
        layer = LayerFound("XZYDYH", "a.gdb", ("a.gdb", "XZYDYH"), fields=[field])
        found = field_domains(Inspection(own).rule("field_domain", "XZYDYH"), own.layer("XZYDYH"), layer, own.codes)
        assert [defect.value for defect in found] == wanted


def test_domains_of_a_file_geodatabase_are_found(qgis_app, tmp_path):
    from onemap.plugin.bridge.quality.inspection_reading import layers_of
    from onemap.plugin.core.quality.inspection_content import PackageFile
    from osgeo import gdal, ogr

    driver = gdal.GetDriverByName("OpenFileGDB")
    if driver.GetMetadataItem("DCAP_CREATE") != "YES":
        pytest.skip("this GDAL writes no file geodatabase")
    place = tmp_path / "a.gdb"
    data = driver.Create(str(place), 0, 0, 0, gdal.GDT_Unknown)
    data.AddFieldDomain(ogr.CreateCodedFieldDomain("用地", "", ogr.OFTString, ogr.OFSTNone, {"010100": "旱地"}))
    layer = data.CreateLayer("XZYDYH", None, ogr.wkbMultiPolygon)
    field = ogr.FieldDefn("YDYHFLDM", ogr.OFTString)
    field.SetDomainName("用地")
    layer.CreateField(field)
    del layer, data
    (found,), trouble = layers_of(PackageFile("a.gdb", place, 1))
    assert trouble is None and found.field("YDYHFLDM").domain_codes == {"010100": "旱地"}
