"""convertclasses in QGIS: every code once, decisions, cuts that lose no land, bad inputs named."""

import csv
import re
from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "conversion"


def run(h, layer, told=None, **parameters):
    values = {"TABLE": "sandiao_to_2023", "OUTPUT": "memory:", "UNDECIDED": "memory:", "CROSSTAB": "memory:"}
    return h.run("convertclasses", told, INPUT=layer, **{**values, **parameters})


def rows(layer):
    return list(layer.getFeatures())


def parcels(h, codes, size=100.0, field="DLBM:string"):
    return h.layer("DLTB", [(h.box_wkt(150 * n, 0, size), code) for n, code in enumerate(codes)], field)


def splits(tmp_path, text):
    file = tmp_path / "decisions.yaml"
    file.write_text("splits:\n" + text, encoding="utf-8")
    return str(file)


def refused(h, match, layer, **parameters):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, layer, told, **parameters)
    text = "\n".join([*told.lines, str(caught.value)])
    assert re.search(match, text), text


def total(features):
    return round(sum(f["area_m2"] for f in features), 2)


@pytest.mark.parametrize("name", ["sandiao_to_2023", "2020_to_2023"])
def test_every_code_of_a_table_once(h, name):
    with open(RESOURCES / f"{name}.csv", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    result = run(h, parcels(h, [row["from_code"] for row in table]), TABLE=name)
    wanted = {r["from_code"]: r["to_code"] for r in table if r["kind"] != "split" and "|" not in r["to_code"]}
    assert {f["old_code"]: f["new_code"] for f in rows(result["OUTPUT"])} == wanted
    assert all(f["new_name"] and f["confidence"] and f["how"] == "exact" for f in rows(result["OUTPUT"]))
    left = {r["from_code"]: r["to_code"] for r in table if r["from_code"] not in wanted}
    assert {f["old_code"]: f["candidates"] for f in rows(result["UNDECIDED"])} == left
    assert all(
        f["reason"] == "split" and f["area_ha"] == pytest.approx(1.0, abs=0.01) for f in rows(result["UNDECIDED"])
    )
    assert total(rows(result["OUTPUT"])) + total(rows(result["UNDECIDED"])) == pytest.approx(
        result["BEFORE_M2"], abs=0.001
    )
    assert total(rows(result["CROSSTAB"])) == pytest.approx(result["BEFORE_M2"], abs=0.001)


def test_codes_written_otherwise_and_unknown_ones(h):
    told = h.Feedback()
    codes = ["010100", "0305K", "010109", "9999", None, " 05h1", "103", "999"]
    result = run(h, parcels(h, codes), told, PADDING=6)
    out = {f["old_code"]: (f["new_code"], f["how"]) for f in rows(result["OUTPUT"])}
    assert out == {"010100": ("010100", "padded"), "0305K": ("030300", "adjustable"), "010109": ("010100", "parent")}
    left = {f["old_code"]: f["reason"] for f in rows(result["UNDECIDED"])}
    assert left == {"9999": "unknown", "": "empty", "05H1": "split", "103": "unknown", "999": "unknown"}
    assert ["(103 → 0103)" in line for line in told.lines if "leading zero" in line] == [True]
    assert any("9999" in line for line in told.lines) and any("010109" in line for line in told.lines)
    numbers = run(h, parcels(h, [101, 1001, 1003], field="DLBM:integer"))
    assert {f["old_code"]: f["how"] for f in rows(numbers["OUTPUT"])} == {"101": "leading_zero", "1003": "exact"}


def test_letters_are_another_scheme_and_no_sub_class(h):
    result = run(h, parcels(h, ["05H1", "0204"]), TABLE="2020_to_2023")
    assert [f["reason"] for f in rows(result["UNDECIDED"])] == ["unknown"]
    assert [f["new_code"] for f in rows(result["OUTPUT"])] == ["0205"]


def test_decisions_by_code_and_expression(h, tmp_path):
    layer = h.layer(
        "DLTB", [(h.box_wkt(150 * n, 0), code, kd) for n, (code, kd) in enumerate(
            [("0204", None), ("1006", 5.0), ("1006", 2.0), ("1006", None), ("0810", None)])],
        "DLBM:string,KD:double",
    )  # fmt: skip
    file = splits(tmp_path, '- {from_code: "0204", to_code: "0205"}\n'
                  '- {from_code: "1006", to_code: "060101", where: \'"KD" >= 4\'}\n'
                  '- {from_code: "1006", to_code: "060102", where: \'"KD" < 4\'}\n'
                  '- {from_code: "1202", to_code: "060201"}\n')  # fmt: skip
    told = h.Feedback()
    result = run(h, layer, told, SPLITS=file)
    out = {(f["new_code"], f["how"], f["confidence"]) for f in rows(result["OUTPUT"])}
    assert out == {("0205", "by_code", "decided"), ("060101", "by_expression", "decided"),
                   ("060102", "by_expression", "decided")}  # fmt: skip
    assert sorted(f["old_code"] for f in rows(result["UNDECIDED"])) == ["0810", "1006"]
    assert any("1202" in line for line in told.lines), "a decision that nothing met is told"


def test_a_helper_layer_cuts_and_loses_no_land(h, tmp_path):
    x, y = h.X, h.Y
    shape = f"POLYGON(({x} {y},{x + 97.3} {y + 3.1},{x + 103.7} {y + 88.9},{x + 1.3} {y + 101.7},{x} {y}))"
    layer = h.layer("DLTB", [(shape, "0810"), (h.box_wkt(500, 0), "0810")], "DLBM:string")
    green = h.layer("green", [(h.box_wkt(-10, -10, 47.77), "140100"), (h.box_wkt(37.77, 40, 30.3), "1402"),
                              (h.box_wkt(60, 60, 20.0), "1401"), (h.box_wkt(80, -10, 30), "0701")],
                    "LX:string")  # fmt: skip
    file = splits(tmp_path, '- {from_code: "0810", layer: green, field: LX}\n')
    result = run(h, layer, SPLITS=file, HELPERS=[green])
    out, left = rows(result["OUTPUT"]), rows(result["UNDECIDED"])
    assert {f["new_code"] for f in out} == {"1401", "1402"} and {f["how"] for f in out} == {"by_layer"}
    assert sorted(f["reason"] for f in left) == ["layer_class", "layer_conflict", "outside_layer", "outside_layer"]
    first = [f for f in out + left if f["source_fid"] == 1]
    alone = run(h, h.layer("DLTB", [(shape, "0101")], "DLBM:string"))
    assert total(first) == pytest.approx(alone["BEFORE_M2"], abs=0.001)
    assert sum(f.geometry().area() for f in first) == pytest.approx(layer.getFeature(1).geometry().area(), abs=1e-6)
    parts = [f.geometry() for f in first]
    assert max(a.intersection(b).area() for n, a in enumerate(parts) for b in parts[:n]) < 1e-6
    rest = run(
        h,
        layer,
        SPLITS=splits(tmp_path, '- {from_code: "0810", to_code: "1401", layer: green, rest: "1402"}\n'),
        HELPERS=[green],
    )
    assert {f["new_code"] for f in rows(rest["OUTPUT"])} == {"1401", "1402"} and not rows(rest["UNDECIDED"])


def test_files_fields_geometry_and_report(h, tmp_path):
    source = str(tmp_path / "county.gpkg")
    layer = h.layer("DLTB", [(h.box_wkt(0, 0), "0101", "甲", 7), (h.box_wkt(200, 0), "0810", None, None), (None, "0201K", "乙", 1)],
                    "DLBM:string,old_code:string,n:integer")  # fmt: skip
    import processing

    processing.run("native:savefeatures", {"INPUT": layer, "OUTPUT": source, "LAYER_NAME": "DLTB"})
    out = {name: str(tmp_path / f"{name}.gpkg") for name in ("OUTPUT", "UNDECIDED", "CROSSTAB")}
    reports = [str(tmp_path / f"r.{kind}") for kind in ("html", "xlsx", "docx", "pdf")]
    result = run(h, source + "|layername=DLTB", REPORT=";".join(reports), **out)
    made = QgsVectorLayer(result["OUTPUT"], "o", "ogr")
    by_code = {f["old_code"]: f for f in rows(made)}
    assert by_code["0101"]["old_code_1"] == "甲" and by_code["0101"]["n"] == 7 and by_code["0101"]["source_fid"] == 1
    assert by_code["0101"].geometry().isGeosEqual(layer.getFeature(1).geometry())
    assert by_code["0201K"].geometry().isNull() and by_code["0201K"]["area_m2"] == 0
    assert made.featureCount() == 2 and QgsVectorLayer(result["UNDECIDED"], "u", "ogr").featureCount() == 1
    assert result["FEATURE_COUNT"] == 3 and result["UNDECIDED_COUNT"] == 1
    html = Path(reports[0]).read_text(encoding="utf-8")
    assert "待定" in html and "1401 | 1402" in html and "不可逆" in html and "0201K" in html
    assert "有 1 个要素的图形不能使用" in html and "已见于公开资料" in html
    assert all(Path(file).stat().st_size > 1000 for file in reports)
    refused(h, "county", source + "|layername=DLTB", OUTPUT=source)


def test_the_layer_is_coloured_by_class_and_its_legend_sorted(h):
    from onemap.plugin.bridge.quality.conversion_titles import ColouredClasses

    result = run(h, parcels(h, ["0301", "0101", "05H1"]))
    style = ColouredClasses.make()
    style.classes = (("0301", "乔木林地"), ("0101", "水田"), ("0401", "本省地类"))
    style.postProcessLayer(result["OUTPUT"], None, None)
    categories = result["OUTPUT"].renderer().categories()
    assert [c.label() for c in categories] == ["0101 Paddy field", "0301 Arboreal forest", "0401 本省地类"]
    assert categories[1].symbol().color().getRgb()[:3] == (104, 177, 103)
    assert result["OUTPUT"].attributeAlias(result["OUTPUT"].fields().lookupField("new_code"))


def test_bad_inputs_are_named(h, tmp_path):
    refused(h, "CODE_FIELD.*XX", h.layer("p", [(h.box_wkt(0, 0), "0101")], "XX:string"))
    refused(h, "p", h.layer("p", [], "DLBM:string"))
    refused(h, "polygon", h.layer("p", [(f"POINT({h.X} {h.Y})", "0101")], "DLBM:string", kind="Point"))
    refused(h, "no conversion table", parcels(h, ["0101"]), TABLE="sandiao")
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "from_code,to_code,kind\n0101,0101,one\n0101,0102,one\n02,,one\n03,0301|0302,one\n04,0401,xx\n",
        encoding="utf-8",
    )
    lines = ("bad.csv, line 3, from_code", "line 4, to_code", "line 5, to_code", "line 6, kind")
    refused(h, r"(.|\n)*".join(lines), parcels(h, ["0101"]), TABLE=str(bad))
    wrong = splits(tmp_path, '- {from_code: "0810", to_code: "0701"}\n- {from_code: 0204, to_code: "0205"}\n'
                   '- {from_code: "0810", to_code: "1401", where: "((" }\n- {from_code: "0810", colour: red}\n')  # fmt: skip
    lines = ("line 2, to_code: 0810", "line 3, from_code", "line 4, where", "line 5, colour")
    refused(h, r"(.|\n)*".join(lines), parcels(h, ["0101"]), SPLITS=wrong)
    refused(
        h,
        "no_such.gpkg",
        parcels(h, ["0810"]),
        SPLITS=splits(tmp_path, '- {from_code: "0810", layer: no_such.gpkg, field: LX}\n'),
    )


def test_dates_and_whole_numbers_survive(h, tmp_path):
    from qgis.core import QgsVectorLayer
    from qgis.PyQt.QtCore import QDate

    layer = h.layer(
        "DLTB",
        [(h.box_wkt(0, 0), "0101", QDate(2024, 12, 31), 7), (h.box_wkt(200, 0), "0810", None, None)],
        "DLBM:string,GXSJ:date,n:integer",
    )
    for target in ("memory:", str(tmp_path / "o.gpkg"), str(tmp_path / "o.shp")):
        out = h.run(
            "convertclasses",
            INPUT=layer,
            TABLE="sandiao_to_2023",
            OUTPUT=target,
            UNDECIDED="memory:",
            CROSSTAB="memory:",
        )["OUTPUT"]
        made = out if target == "memory:" else QgsVectorLayer(out, "o", "ogr")
        (feature,) = made.getFeatures()
        assert feature["GXSJ"] == QDate(2024, 12, 31) and feature["n"] == 7 and feature["new_code"] == "0101"


def test_decisions_are_kept_in_the_workspace_and_offered_again(h, tmp_path, path):
    from onemap.plugin.store.decisions import kept_decisions
    from onemap.plugin.store.workspace import Workspace

    layer, offer = parcels(h, ["0204", "1006", "0101"]), tmp_path / "offer.csv"
    first = run(
        h,
        layer,
        SPLITS=splits(tmp_path, '  - {from_code: "0204", to_code: "0205", note: 无油料}\n'),
        WORKSPACE=path,
        DECISIONS=str(offer),
    )
    assert [f["old_code"] for f in rows(first["UNDECIDED"])] == ["1006"]
    text = list(csv.DictReader(offer.read_text(encoding="utf-8-sig").splitlines()))
    assert (
        [(r["from_code"], r["to_code"]) for r in text] == [("0204", "0205"), ("1006", "")]
        and "待定" in text[1]["note"]
        or "decided" in text[1]["note"]
    )
    told = h.Feedback()
    again = run(h, layer, told, WORKSPACE=path, DECISIONS=str(offer))  # offered, not used
    assert {f["old_code"] for f in rows(again["UNDECIDED"])} == {"0204", "1006"} and any(
        "0204" in line for line in told.lines
    )
    offered = {r["from_code"]: r["to_code"] for r in csv.DictReader(offer.read_text(encoding="utf-8-sig").splitlines())}
    assert offered == {"0204": "0205", "1006": ""}
    told = h.Feedback()
    used = run(h, layer, told, WORKSPACE=path, USE_KEPT=True)
    assert [f["old_code"] for f in rows(used["UNDECIDED"])] == ["1006"] and any(
        "used again" in line for line in told.lines
    )
    changed = splits(tmp_path, '  - {from_code: "0204", to_code: "0204"}\n')
    other = run(h, layer, SPLITS=changed, WORKSPACE=path, USE_KEPT=True)  # what is given now goes before
    assert {f["old_code"]: f["new_code"] for f in rows(other["OUTPUT"])}["0204"] == "0204"
    with Workspace.open(path) as ws:
        assert [k.decision.to_code for k in kept_decisions(ws, "sandiao_to_2023")] == ["0204"]
        assert ws.audit.state_of("conversion decisions", "sandiao_to_2023")["replaced"] == ["0204 -> 0205"]
        assert ws.verify_audit().is_intact


def _strip(h, x, width):
    """A rectangle 100 m high."""
    x, y = h.X + x, h.Y
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 100},{x} {y + 100},{x} {y}))"


def test_every_table_of_the_report_adds_up_in_every_unit_to_what_it_is_a_part_of(h, tmp_path):
    page = tmp_path / "r.html"
    shapes = [
        (h.box_wkt(200 * n, 0, 33.37 + 11.11 * n), code) for n, code in enumerate(["0101", "0810", "0201", "1006"] * 5)
    ]
    run(h, h.layer("DLTB", shapes, "DLBM:string"), REPORT=str(page))
    tables = re.findall(r"<table.*?</table>", page.read_text(encoding="utf-8"), re.DOTALL)
    rows = [[re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in table.split("<tr>")] for table in tables]
    sums = [[row for row in table if row and re.fullmatch(r"[\d,.]+", row[-1])] for table in rows]
    sums = [[[round(float(cell.replace(",", "")), 4) for cell in row[-3:]] for row in table] for table in sums if table]
    balance, converted, undecided = sums[:3]
    for *parts, total in (balance, converted, undecided):
        assert len(parts) >= 2 and [round(sum(column), 4) for column in zip(*parts)] == total
    assert [converted[-1], undecided[-1]] == balance[:2]


def test_what_a_helper_layer_does_not_give_is_told_as_its_rest_is_decided(h, tmp_path):
    page, told = tmp_path / "r.html", h.Feedback()
    green = h.layer("绿地", [(h.box_wkt(0, 0, 50), "1401"), ("POLYGON EMPTY", "1402")], "YDYHFLDM:string")
    file = splits(tmp_path, '  - {from_code: "0810", layer: 绿地, field: YDYHFLDM, rest: "1402"}\n')
    run(h, parcels(h, ["0810"]), told, SPLITS=file, HELPERS=[green], REPORT=str(page))
    text = page.read_text(encoding="utf-8")
    assert (
        any("绿地" in line and "feature 2" in line for line in told.lines) and "图层“绿地”要素 2 的图形不能使用" in text
    )
    assert "未注明" in text


def test_the_largest_share_of_a_helper_layer_decides_a_whole_parcel(h, tmp_path):
    layer = h.layer("DLTB", [(h.box_wkt(200 * n, 0), "0810") for n in range(4)], "DLBM:string")
    half = [(_strip(h, 400, 50), "1401"), (_strip(h, 450, 50), "1402")]
    boxes = [
        (_strip(h, 0, 70), "1401"),
        (_strip(h, 70, 30), "1402"),
        (_strip(h, 200, 40), "1402"),
    ]
    green = h.layer("green", [*boxes, *half], "LX:string")
    decision = '- {from_code: "0810", layer: green, field: LX, method: largest}\n'
    result = run(h, layer, SPLITS=splits(tmp_path, decision), HELPERS=[green])
    out, left = rows(result["OUTPUT"]), rows(result["UNDECIDED"])
    assert [(f["source_fid"], f["new_code"], f["how"]) for f in out] == [(1, "1401", "largest_share")]
    assert out[0].geometry().isGeosEqual(layer.getFeature(1).geometry())
    reasons = {f["source_fid"]: f["reason"] for f in left}
    assert reasons == {2: "outside_layer", 3: "layer_tie", 4: "outside_layer"}
    rest = run(h, layer, SPLITS=splits(tmp_path, decision.replace("}", ', rest: "1402"}')), HELPERS=[green])
    assert {f["source_fid"]: f["new_code"] for f in rows(rest["OUTPUT"])} == {1: "1401", 2: "1402", 4: "1402"}
    refused(h, "method", layer, SPLITS=splits(tmp_path, decision.replace("largest", "most")), HELPERS=[green])
    refused(h, "method", layer, SPLITS=splits(tmp_path, '- {from_code: "0810", to_code: "1401", method: largest}\n'))


def test_converted_parcels_in_the_fields_of_a_specification(h, tmp_path):
    spec = tmp_path / "own.yaml"
    spec.write_text(
        "name: own\nversion: '1'\ncodes:\n  landuse_2023: {file: landuse_2023, pad: 6}\nlayers:\n  - code: JQDLTB\n"
        "    geometry: polygon\n    fields:\n      - {name: BSM, type: Char, length: 18}\n"
        "      - {name: YDYHFLDM, title: 用地用海分类代码, type: Char, length: 10, codes: landuse_2023}\n"
        "      - {name: YDYHFLMC, type: Char, length: 50, name_of: YDYHFLDM, codes: landuse_2023}\n"
        "      - {name: TBMJ, type: Float, decimals: 2, unit: mu}\n      - {name: BZ, type: Char, length: 50}\n",
        encoding="utf-8",
    )
    layer = h.layer(
        "DLTB", [(h.box_wkt(0, 0), "0301", "1", 7.0, "甲"), (h.box_wkt(200, 0), "0810", "2", 7.0, "乙")],
        "DLBM:string,BSM:string,TBMJ:double,memo:string",
    )  # fmt: skip
    asked = {"TARGET_SPEC": str(spec), "TARGET_LAYER": "JQDLTB", "FIELD_MAP": '{"BZ": "memo"}', "TARGET": "memory:"}
    page = tmp_path / "r.html"
    result = run(h, layer, REPORT=f"{page};{tmp_path / 'r.xlsx'}", **asked)
    told = page.read_text(encoding="utf-8")
    assert "六、按规范字段输出" in told and "5 个字段中 5 个有来源" in told and "待定图斑不在其中" in told
    assert "memo" in told and "由代码得出" in told and "七、说明" in told and "必填字段均已填写" in told
    made = rows(result["TARGET"])
    assert [f.name() for f in result["TARGET"].fields()][-5:] == ["BSM", "YDYHFLDM", "YDYHFLMC", "TBMJ", "BZ"]
    assert [(f["BSM"], f["YDYHFLDM"], f["YDYHFLMC"], f["BZ"]) for f in made] == [("1", "030100", "乔木林地", "甲")]
    assert made[0]["TBMJ"] == pytest.approx(rows(result["OUTPUT"])[0]["area_m2"] * 0.0015, abs=0.01)
    refused(h, "TARGET", layer, **{**asked, "TARGET": None})
    refused(h, "TARGET_SPEC", layer, **{**asked, "TARGET_SPEC": ""})
    refused(h, "NONE", layer, **{**asked, "TARGET_LAYER": "NONE"})
    refused(h, "nowhere", layer, **{**asked, "FIELD_MAP": '{"BZ": "nowhere"}'})


def test_tables_that_a_spreadsheet_spoilt_are_named(h, tmp_path):
    table, layer = tmp_path / "t.csv", parcels(h, ["0101", "0102", "0103"])
    table.write_text("原编码,新编码\n101,0101\n0102,102\n", encoding="utf-8")
    refused(h, "101.*0101(.|\\n)*102.*0102", layer, TABLE=str(table))
    table.write_text('原编码,新编码\n0101,0101/0102\n0102,"0102、0103"\n0103,9901\n', encoding="utf-8")
    told = h.Feedback()
    result = run(h, layer, told, TABLE=str(table))
    open_codes = {f["old_code"]: f["candidates"] for f in rows(result["UNDECIDED"])}
    assert open_codes == {"0101": "0101|0102", "0102": "0102|0103"}
    assert [f["new_code"] for f in rows(result["OUTPUT"])] == ["9901"]
    assert any("9901" in line and "2023" in line for line in told.lines)
