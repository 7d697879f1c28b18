"""maintainplan in QGIS: a package of two made-up databases, opened again by GDAL; bad inputs named."""

from pathlib import Path

import pytest
from osgeo import ogr
from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

FIELDS = "BSM:string(18),GHFQDM:string(10),MJ:double,BZ:string(50)"


def save(layer, file, name):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if Path(file).exists():
        options.actionOnExistingFile = QgsVectorFileWriter.CreateOrOverwriteLayer
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(file), QgsCoordinateTransformContext(), options)


def databases(h, folder):
    """Two databases: a zoning layer of which a corner became another zone, a flood line that moved, and one alike."""
    head = "3301100000"
    old = [(h.box_wkt(100 * n, 0), f"{head}{n + 1:08d}", code, 10000.0, "原") for n, code in enumerate("AABB")]
    new = [*old[:1], (h.box_wkt(100, 0, 100), old[1][1], "B", 10000.0, "新"), *old[2:]]
    before, after = folder / "filed.gpkg", folder / "today.gpkg"
    save(h.layer("a", old, FIELDS), before, "GHFQ")
    save(h.layer("b", new, FIELDS), after, "330110GHFQ")
    line = "BSM:string(18),MJ:double"
    save(h.layer("c", [(h.box_wkt(0, 0), f"{head}00000900", 1.0)], line), before, "HLFXKZX")
    save(h.layer("d", [(h.box_wkt(30, 0), f"{head}00000900", 1.0)], line), after, "HLFXKZX")
    for file in (before, after):
        save(h.layer("e", [(h.box_wkt(0, 0), "1", 1.0)], line), file, "LSWHBHX")
    return before, after


def run(h, before, after, folder, told=None, **more):
    values = {"COUNTY": "330110", "COUNTY_NAME": "云溪县", "YEAR": 2026, "SUMMARY": "memory:", **more}
    return h.run("maintainplan", told, BEFORE=str(before), AFTER=str(after), FOLDER=str(folder), **values)


def content(data, name):
    layer = data.GetLayerByName(name)
    names = [layer.GetLayerDefn().GetFieldDefn(n).GetName() for n in range(layer.GetLayerDefn().GetFieldCount())]
    return [{**{n: f.GetField(n) for n in names}, "geom": f.GetGeometryRef().Clone()} for f in layer]


def test_the_package_holds_what_was_what_changed_and_what_is(h, tmp_path):
    before, after = databases(h, tmp_path)
    untouched = before.read_bytes(), after.read_bytes()
    reports = [tmp_path / f"m.{kind}" for kind in ("html", "xlsx", "docx", "pdf")]
    result = run(h, before, after, tmp_path, REPORT=";".join(map(str, reports)))
    package = Path(result["PACKAGE"])
    assert package.stem == "330110云溪县2026年度县级国土空间总体规划动态维护" and package.suffix in (".gdb", ".gpkg")
    data = ogr.Open(str(package))
    names = {data.GetLayer(n).GetName() for n in range(data.GetLayerCount())}
    assert names == {f"{kind}{layer}" for kind in ("WHQ", "WHC", "WHH") for layer in ("GHFQ", "HLFXKZX")}
    old, changes, new = (content(data, f"{kind}GHFQ") for kind in ("WHQ", "WHC", "WHH"))
    assert [(f["BSM"][-2:], f["GHFQDM"], f["BZ"]) for f in old] == [("02", "A", "原")]
    assert [(f["WHLX"], f["XZQDM"], f["XZQMC"], f["YSDM"]) for f in changes] == [
        ("2", "330110", "云溪县", "2090020610")
    ]
    assert [(f["GHFQDM"], f["BZ"], f["MJ"]) for f in new] == [("B", "新", pytest.approx(10000, abs=1))]
    lines = content(data, "WHCHLFXKZX")
    assert sorted(f["WHLX"] for f in lines) == ["1", "3"] and len(content(data, "WHQHLFXKZX")) == 1
    numbers = [f["BSM"] for f in (*changes, *new, *lines, *content(data, "WHHHLFXKZX"))]
    assert sorted(numbers) == [f"3301100000{n:08d}" for n in range(901, 906)]
    assert changes[0]["geom"].SymmetricDifference(new[0]["geom"]).GetArea() < 1e-14  # lon/lat
    reference = data.GetLayerByName("WHQGHFQ").GetSpatialRef()
    assert "5737" in reference.ExportToWkt() or "1985" in reference.ExportToWkt()
    states = {f["layer"]: f["state"] for f in result["SUMMARY"].getFeatures()}
    assert states == {"GHFQ": "changed", "HLFXKZX": "changed", "LSWHBHX": "unchanged", "XZZTGNDW": "skipped"} | {
        code: "absent" for code in ("YDYHGHFQ", "ZXCQGHFQ", "ZXCQGHYDYH", "ZXCQCSLX", "ZXCQCSLVX", "ZXCQCSZX", "ZXCQCSHX")
    }  # fmt: skip
    assert "有变化" in reports[0].read_text(encoding="utf-8") and all(r.stat().st_size > 1000 for r in reports)
    assert (before.read_bytes(), after.read_bytes()) == untouched and not list(tmp_path.glob("part_*"))
    data = None
    refused(h, "already exists", before, after, tmp_path)  # nothing is written over


def refused(h, words, before, after, folder, **more):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, before, after, folder, told, **more)
    assert words in "\n".join([*told.lines, str(caught.value)])


def test_bad_inputs_are_named(h, tmp_path):
    before, after = databases(h, tmp_path)
    refused(h, "6-digit", before, after, tmp_path, COUNTY="33011")
    refused(h, "There is no file", before, tmp_path / "nothing.gdb", tmp_path)
    refused(h, "does not exist", before, after, tmp_path / "nowhere")
    save(h.layer("g", [(h.box_wkt(0, 0), "1", "A", 1.0, "")], FIELDS), before, "GHFQ_2023")
    refused(h, "two layers for GHFQ", before, after, tmp_path)
    assert not list(tmp_path.glob("*维护*"))


def test_a_layer_that_cannot_be_used_stops_no_other(h, tmp_path):
    before, after = databases(h, tmp_path)
    save(h.layer("p", [(f"POINT({h.X} {h.Y})", "1", 1.0)], "BSM:string,MJ:double", kind="Point"), before, "ZXCQCSLX")
    save(h.layer("q", [(h.box_wkt(0, 0), "1", 1.0)], "BSM:string,MJ:double"), after, "ZXCQCSLX")
    result = run(h, before, after, tmp_path)
    states = {f["layer"]: (f["state"], f["note"]) for f in result["SUMMARY"].getFeatures()}
    assert states["ZXCQCSLX"][0] == "failed" and "no polygons" in states["ZXCQCSLX"][1]
    assert states["GHFQ"][0] == "changed" and result["FAILED_COUNT"] == 1


def test_two_equal_databases_make_no_package(h, tmp_path):
    before, _ = databases(h, tmp_path)
    result = run(h, before, before, tmp_path)
    assert result["PACKAGE"] == "" and result["CHANGED_COUNT"] == 0 and not list(tmp_path.glob("*维护*"))


def test_a_database_that_cannot_be_read_is_not_said_to_lack_the_layers(h, tmp_path):
    before, after = databases(h, tmp_path)
    data = after.read_bytes()
    cases = {
        "half.gpkg": (data[: len(data) // 2], "incomplete copy"),
        "text.gpkg": (b"no database " * 20, "not that of a .gpkg"),
        "access.mdb": (b"\0\1\0\0Standard Jet DB\0" + bytes(4000), "Microsoft Access database driver"),
    }
    for name, (content, words) in cases.items():
        (tmp_path / name).write_bytes(content)
        told = h.Feedback()
        with pytest.raises(Exception, match="."):
            run(h, before, tmp_path / name, tmp_path, told)
        assert words in "\n".join(told.lines)


def test_a_layer_that_failed_is_not_told_as_one_without_changes(h, tmp_path):
    before, after = tmp_path / "filed.gpkg", tmp_path / "today.gpkg"
    save(h.layer("a", [(h.box_wkt(0, 0), "1", "A", 1.0, "")], FIELDS), before, "GHFQ")
    save(h.layer("b", [(h.box_wkt(0, 0), "1")], "BSM:string(18)"), after, "GHFQ")
    told = h.Feedback()
    result = run(h, before, after, tmp_path, told)
    assert result["FAILED_COUNT"] == 1 and result["PACKAGE"] == ""
    assert any("1 layers could not be compared" in line for line in told.lines)
    assert not any("Nothing changed" in line for line in told.lines)


def test_classes_with_and_without_padding_are_no_change_and_that_is_told(h, tmp_path):
    fields = "BSM:string,YDYHFLDM:string,TBMJ:double"
    paths = []
    for name, code in (("filed", "0101"), ("today", "010100")):
        paths.append(tmp_path / f"{name}.gpkg")
        save(h.layer(name, [(h.box_wkt(0, 0), "1", code, 10000.0)], fields), paths[-1], "ZXCQGHYDYH")
    result = run(h, *paths, tmp_path)
    states = {f["layer"]: (f["state"], f["note"]) for f in result["SUMMARY"].getFeatures()}
    assert states["ZXCQGHYDYH"][0] == "unchanged" and "010100 = 0101" in states["ZXCQGHYDYH"][1]
