"""comparelayers in QGIS: changes and matrix as layers, reports, divisions, bad inputs named."""

from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer


def run(h, before, after, told=None, **parameters):
    values = {"CHANGES": "memory:", "MATRIX": "memory:", **parameters}
    return h.run("comparelayers", told, BEFORE=before, AFTER=after, **values)


def pair(h):
    fields = "BSM:string,DLBM:string,QSXZ:string"
    rows = [(h.box_wkt(100 * n, 0), f"K{n}", code, "20") for n, code in enumerate(["0101", "0201", "0301", "0601"])]
    later = [
        rows[0],
        (rows[1][0], "K1", "0601", "20"),
        (rows[2][0], "K2", "0301", "10"),
        (h.box_wkt(300.5, 0), "K3", "0601", "20"),
    ]
    return h.layer("y1", rows, fields), h.layer("y2", later, fields)


def test_changes_matrix_and_reports(h, tmp_path):
    before, after = pair(h)
    reports = [tmp_path / f"c.{kind}" for kind in ("html", "xlsx", "docx", "pdf")]
    out = {"CHANGES": str(tmp_path / "changes.gpkg"), "MATRIX": str(tmp_path / "matrix.gpkg")}
    result = run(h, before, after, REPORT=";".join(map(str, reports)), TOLERANCE_M2=60, **out)
    changes = list(QgsVectorLayer(result["CHANGES"], "c", "ogr").getFeatures())
    found = {
        (f["kind"], f["old_class"] or "", f["new_class"] or "", f["old_key"] or "", round(f["area_m2"]))
        for f in changes
    }
    assert found == {("reclassed", "0201", "0601", "K1", 10000), ("attribute", "0301", "0301", "K2", 10000),
                     ("removed", "0601", "", "K3", 50), ("added", "", "0601", "", 50)}  # fmt: skip
    assert sorted(bool(f["is_sliver"]) for f in changes) == [False, False, True, True] and result["SLIVER_COUNT"] == 2
    assert [f["changed"] for f in changes if f["kind"] == "attribute"] == ["QSXZ: 20 → 10"]
    cells = {
        (f["from_class"] or "", f["to_class"] or ""): f["area_m2"]
        for f in QgsVectorLayer(result["MATRIX"], "m", "ogr").getFeatures()
    }
    assert cells[("0201", "0601")] == pytest.approx(10000, abs=1) and cells[("0101", "0101")] == pytest.approx(
        10000, abs=1
    )
    assert cells[("0601", "")] == pytest.approx(50, abs=0.1) and cells[("", "0601")] == pytest.approx(50, abs=0.1)
    assert result["RECLASSED_COUNT"] == result["ADDED_COUNT"] == 1
    html = reports[0].read_text(encoding="utf-8")
    assert html.index("一、结论") < html.index("地类变更 1 块 1.0000 公顷（15.00 亩）") < html.index("二、输入与方法")
    assert "0201 果园" in html and "闭合" in html and all(Path(file).stat().st_size > 1000 for file in reports)


def test_divisions_split_the_matrix(h):
    before, after = pair(h)
    towns = h.layer("XZQ", [(h.box_wkt(-10, -10, 160), "甲镇"), (h.box_wkt(150, -10, 300), "乙镇")], "XZQMC:string")
    result = run(h, before, after, GROUP=towns)
    rows = [
        (f["division"], f["from_class"], f["to_class"], round(f["area_m2"], -2)) for f in result["MATRIX"].getFeatures()
    ]
    assert ("甲镇", "0201", "0601", 5000) in rows and ("乙镇", "0201", "0601", 5000) in rows


def test_degrees_and_a_plane_are_compared_on_one_plane(h):
    import processing

    before, after = pair(h)
    moved = processing.run("native:reprojectlayer", {"INPUT": before, "TARGET_CRS": "EPSG:4490", "OUTPUT": "memory:"})
    result = run(h, moved["OUTPUT"], after, CLASS_FIELD="DLBM")
    kinds = {(f["kind"], round(f["area_m2"])) for f in result["CHANGES"].getFeatures()}
    assert {("reclassed", 10000), ("removed", 50), ("added", 50)} <= kinds


def test_a_matrix_that_is_cut_on_paper_says_so_beside_its_sum(h, tmp_path, monkeypatch):
    monkeypatch.setattr("onemap.plugin.report.quality.comparison._SHOWN", 1)
    run(h, *pair(h), REPORT=str(tmp_path / "c.html"))
    assert "合计（共3行，以上为面积最大的1行）" in (tmp_path / "c.html").read_text(encoding="utf-8")


def refused(h, words, *layers, **parameters):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, *layers, told, **parameters)
    assert words in "\n".join([*told.lines, str(caught.value)])


@pytest.mark.parametrize("field, codes", [("YDYHFLDM", "1001"), ("DLBM", "070102")])
def test_the_same_code_of_another_scheme_is_no_unchanged_land(h, field, codes):
    """0601 is industry in the land survey and a country road in the classes of 2023."""
    before = h.layer("y1", [(h.box_wkt(0, 0), "0601"), (h.box_wkt(200, 0), "1202")], "DLBM:string")
    after = h.layer("y2", [(h.box_wkt(0, 0), "0601"), (h.box_wkt(200, 0), codes)], f"{field}:string")
    fields = {"CLASS_FIELD": "DLBM", "CLASS_FIELD_AFTER": field}
    refused(h, "Convert land classes", before, after, **fields)
    alike = h.layer("y3", [(h.box_wkt(0, 0), "0101"), (h.box_wkt(200, 0), "0201")], f"{field}:string")
    known = h.layer("y4", [(h.box_wkt(0, 0), "0101"), (h.box_wkt(200, 0), "0201")], "DLBM:string")
    assert run(h, known, alike, **fields)["RECLASSED_COUNT"] == 0


def test_bad_inputs_are_named(h, tmp_path):
    before, after = pair(h)
    refused(h, "is empty", before, h.layer("none", [], "DLBM:string"))
    refused(h, "CODE_FIELD", before, h.layer("nofield", [(h.box_wkt(0, 0), "x")], "XX:string"))
    refused(h, "no polygons", h.layer("pts", [(f"POINT({h.X} {h.Y})", "01")], "DLBM:string", kind="Point"), after)
    told = h.Feedback()
    double = h.layer("d", [(h.box_wkt(0, 0), "K", "01"), (h.box_wkt(200, 0), "K", "01")], "BSM:string,DLBM:string")
    run(h, double, double, told)
    assert any("BSM" in line for line in told.lines)


def test_repaired_and_unusable_features_are_told(h):
    x, y = h.X, h.Y
    bow = f"POLYGON(({x} {y},{x + 100} {y + 100},{x + 100} {y},{x} {y + 100},{x} {y}))"
    before = h.layer("y1", [(bow, "K0", "0101"), (None, "", "0201"), (None, "K2", "0301")], "BSM:string,DLBM:string")
    after = h.layer("y2", [(bow, "K0", "0101"), (None, "K2", "0401")], "BSM:string,DLBM:string")
    told = h.Feedback()
    result = run(h, before, after, told)
    assert [(f["kind"], f["old_key"]) for f in result["CHANGES"].getFeatures()] == [("reclassed", "K2")]
    for words in ("1 invalid geometries", "feature 2 has no usable geometry", "1 feature(s) have no usable geometry"):
        assert any(words in line for line in told.lines), (words, told.lines)


def saved(layer, file):
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "DLTB"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(file), QgsCoordinateTransformContext(), options)
    return QgsVectorLayer(f"{file}|layername=DLTB", layer.name(), "ogr")


def random_states(h, dice):
    """Two states with all that can happen: moved, cut, doubled, broken, without geometry, other attributes, no keys."""
    fields = "BSM:string,DLBM:string,QSXZ:string"
    bow = f"POLYGON(({h.X} {h.Y},{h.X + 90} {h.Y + 90},{h.X + 90} {h.Y},{h.X} {h.Y + 90},{h.X} {h.Y}))"
    old = [
        (h.box_wkt(100 * (n % 6), 100 * (n // 6)), f"K{n}" if dice.random() < 0.8 else "", dice.choice("ABC"), "20")
        for n in range(30)
    ]
    old += [(bow, "bow", "A", "20"), (None, "bare", "B", "20"), old[3]]
    new = []
    for wkt, key, code, state in old:
        act = dice.choice(("same", "same", "same", "class", "move", "gone", "state", "twice", "key"))
        at = dice.randrange(30)
        row = {
            "same": (wkt, key, code, state), "class": (wkt, key, dice.choice("ABC"), state), "state": (wkt, key, code, "30"),
            "move": (h.box_wkt(100 * (at % 6) + 3, 100 * (at // 6) + 3), key, code, state), "key": (wkt, key + "x", code, state),
        }.get(act)  # fmt: skip
        new += [] if act == "gone" else [(wkt, key, code, state)] * 2 if act == "twice" else [row]
    dice.shuffle(new)
    return h.layer("y1", old, fields), h.layer("y2", new, fields)


@pytest.mark.parametrize("seed", range(5))
def test_files_whose_shapes_are_stored_alike_give_what_layers_in_memory_give(h, tmp_path, seed):
    import random

    before, after = random_states(h, random.Random(seed))  # noqa: S311 - a seeded test
    names = ("kind", "old_class", "new_class", "area_m2", "old_key", "new_key", "changed")
    found = []
    for states in ((before, after), (saved(before, tmp_path / "a.gpkg"), saved(after, tmp_path / "b.gpkg"))):
        told = h.Feedback()
        result = run(h, *states, told, KEY="BSM", CLASS_FIELD="DLBM")
        changes = sorted(tuple(str(f[n]) for n in names) for f in result["CHANGES"].getFeatures())
        cells = sorted(
            (str(f["from_class"]), str(f["to_class"]), f["area_m2"], f["pieces"])
            for f in result["MATRIX"].getFeatures()
        )
        found.append(
            (changes, cells, sorted(line.split(": The")[0] for line in told.lines if line.startswith(("y1", "y2"))))
        )
    assert found[0] == found[1]


def kinds(result):
    return sorted(f["kind"] for f in result["CHANGES"].getFeatures())


def test_what_is_written_otherwise_is_no_change_and_is_told(h):
    """Padded classes, a class field of numbers, numbers as texts: nothing of it happened to the land."""
    from qgis.PyQt.QtCore import QDate

    codes, fields = ["0101", "0201", "0301"], "BSM:string,DLBM:string,N:string"
    rows = [(h.box_wkt(100 * n, 0), f"K{n}", code, "20") for n, code in enumerate(codes)]
    after, told = h.layer("y2", rows, fields), h.Feedback()
    padded = [(w, k, c + "00", n) for w, k, c, n in rows]
    assert kinds(run(h, h.layer("y1", padded, fields), after, told)) == []
    assert "010100 = 0101" in "\n".join(told.lines)
    numbers = [(w, k, int(c), 20.0) for w, k, c, n in rows]
    assert kinds(run(h, h.layer("y1", numbers, "BSM:string,DLBM:integer,N:double"), after)) == []
    days = [(w, k, c, QDate(2024, 1, 2)) for w, k, c, _ in rows]
    before = h.layer("y1", days, "BSM:string,DLBM:string,N:date")
    texts = h.layer("y2", [(w, k, c, "2024-01-02") for w, k, c, _ in rows], fields)
    assert kinds(run(h, before, texts)) == []
    changed = {f["changed"] for f in run(h, before, after)["CHANGES"].getFeatures()}
    assert changed == {"N: 2024-01-02 → 20"}


def test_what_was_not_compared_and_what_only_looks_lost_is_told(h, tmp_path):
    before, _ = pair(h)
    fields = "BSM:string,DLBM:string,NEW:string"
    part = h.layer("part", [(h.box_wkt(0, 0), "K0", "0101", "x")], fields)
    towns = [(h.box_wkt(-10, -10, 500), None), (h.box_wkt(350, -10, 100), "乙镇")]
    told, page = h.Feedback(), tmp_path / "r.html"
    result = run(
        h, before, part, told, REPORT=str(page), GROUP=h.layer("XZQ", towns, "XZQMC:string"), GROUP_FIELD="XZQMC"
    )
    words = "\n".join(told.lines)
    assert "only y1 has were not compared: QSXZ" in words and "only part has were not compared: NEW" in words
    assert "75.0 % of the land of y1" in words and "XZQ overlaps itself on" in words
    assert {f["division"] for f in result["MATRIX"].getFeatures()} <= {"—", "乙镇"}
    html = page.read_text(encoding="utf-8")
    assert html.index("一、结论") < html.index("有 75.0%") < html.index("地类转移矩阵") and "临时图层" in html
    told = h.Feedback()
    run(h, before, pair(h)[1], told)
    assert not any("lies outside" in line or "were not compared" in line for line in told.lines)


def test_padded_codes_have_their_names_and_changed_keys_are_told(h, tmp_path):
    fields, page = "BSM:string,YDYHFLDM:string", tmp_path / "r.html"
    before = h.layer("A", [(h.box_wkt(0, 0), "1", "060100"), (h.box_wkt(200, 0), "2", "010100")], fields)
    after = h.layer("B", [(h.box_wkt(0, 0), "1", "070100"), (h.box_wkt(200, 0), "9", "010100")], fields)
    told = h.Feedback()
    h.run("comparelayers", told, BEFORE=before, AFTER=after, CHANGES="memory:", MATRIX="memory:", REPORT=str(page))
    text = page.read_text(encoding="utf-8")
    assert "060100 农村道路" in text and "070100 城镇住宅用地" in text and "五、说明" in text
    assert "2 → 9" in text and any("2 → 9" in line for line in told.lines)
