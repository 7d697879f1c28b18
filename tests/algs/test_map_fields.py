"""mapfields in QGIS: certain fields are filled, proposals wait, units and codes, what does not fit is listed."""

import json

import pytest

FIELDS = "bsm:string(20),f2:string(10),地类编码:string(20),mj_mu:double,name2:string(400),year:string,extra:string"


def layer(h, name="DLTB"):
    rows = [
        (h.box_wkt(0, 0), "1", "2001010100", "0101", 15.0, "某村", "2026", "x"),
        (h.box_wkt(200, 0), "2", "2001010100", "水田", 30.0, "某村", "二〇二六", "y"),
        (h.box_wkt(400, 0), "3", "2001010100", "没有的", None, "x" * 300, "2026.5", None),
    ]
    made = h.layer(name, rows, FIELDS)
    for number, alias in ((1, "要素代码"), (4, "坐落单位名称"), (5, "数据年份")):
        made.setFieldAlias(number, alias)
    return made


def run(h, source, told=None, **more):
    values = {"OUTPUT": "memory:", "MAPPINGS": "memory:", "UNMAPPED": "memory:", "SPEC": "survey", **more}
    return h.run("mapfields", told, INPUT=source, **values)


def table(result, name, *fields):
    return [tuple(f[n] or None for n in fields) for f in result[name].getFeatures()]


def test_names_and_titles_are_used_and_initials_wait(h):
    result = run(h, layer(h))
    found = {row[0]: row[1:] for row in table(result, "MAPPINGS", "target", "source", "match", "used")}
    assert found["BSM"] == ("bsm", "name", "yes") and found["YSDM"] == ("f2", "title", "yes")
    assert found["ZLDWMC"] == ("name2", "title", "yes") and found["DLBM"] == ("地类编码", "title", "yes")
    assert found["DLMC"] == (None, "name_of", "yes") and found["TBMJ"][1] == "none"
    fields = result["OUTPUT"].fields()
    assert (fields[0].name(), fields[0].length(), fields.count()) == ("BSM", 18, 30)
    assert fields[fields.lookupField("ZLDWMC")].length() == 300  # wider than the 255 asked for: nothing is cut
    rows = [(f["BSM"], f["DLBM"], f["DLMC"] or None, f["SJNF"] or None) for f in result["OUTPUT"].getFeatures()]
    assert rows == [("1", "0101", "水田", 2026), ("2", "0101", "水田", None), ("3", "没有的", None, None)]
    assert all(f.geometry().area() == pytest.approx(10000) for f in result["OUTPUT"].getFeatures())


def test_what_went_nowhere_is_listed(h):
    result = run(h, layer(h))
    rows = table(result, "UNMAPPED", "kind", "field", "value", "count")
    assert ("source", "extra", None, 3) in rows and ("source", "mj_mu", None, 3) in rows
    assert ("value", "DLBM", "没有的", 1) in rows and ("value", "ZLDWMC", ("x" * 80), 1) in rows
    assert {("value", "SJNF", "二〇二六", 1), ("value", "SJNF", "2026.5", 1)} <= set(rows)
    assert ("target", "TBMJ", None, 3) in rows and result["FAULT_COUNT"] == 4


def test_a_map_chooses_units_codes_and_fixed_values(h, tmp_path):
    chosen = {
        "TBMJ": {"source": "mj_mu", "to_unit": "m2"},
        "QSXZ": {"default": "20"},
        "DLBM": {"source": "地类编码", "codes": {"没有的": "0602"}},
    }
    result = run(h, layer(h), FIELD_MAP=json.dumps(chosen))
    rows = [(round(f["TBMJ"], 6) if f["TBMJ"] else None, f["QSXZ"], f["DLBM"]) for f in result["OUTPUT"].getFeatures()]
    assert rows == [(10000.0, "20", "0101"), (20000.0, "20", "0101"), (None, "20", "0602")]
    assert ("TBMJ", "mj_mu", "chosen", "mu", "m2") in table(
        result, "MAPPINGS", "target", "source", "match", "from_unit", "to_unit"
    )
    file = tmp_path / "map.csv"
    file.write_text(
        "target,source,default,from_unit,to_unit,codes\nTBMJ,mj_mu,,mu,m2,\nDLBM,地类编码,,,,没有的=0602; x=0101\n",
        encoding="utf-8-sig",
    )
    again = run(h, layer(h), FIELD_MAP=str(file))
    assert [f["DLBM"] for f in again["OUTPUT"].getFeatures()] == ["0101", "0101", "0602"]


def test_proposals_are_used_only_when_accepted(h):
    rows = [(h.box_wkt(200 * n, 0), code, "0101") for n, code in enumerate(("201", "202A", "203"))]
    source = h.layer("DLTB", rows, "what:string(10),use:string(10)")
    waiting = run(h, source)
    assert ("CZCSXM", "what", "values", "no") in table(waiting, "MAPPINGS", "target", "source", "match", "used")
    assert all(not f["CZCSXM"] for f in waiting["OUTPUT"].getFeatures())
    used = run(h, source, ACCEPT=[1])
    assert [f["CZCSXM"] for f in used["OUTPUT"].getFeatures()] == ["201", "202A", "203"]


def test_values_that_fit_two_fields_say_nothing(h):
    rows = [(h.box_wkt(200 * n, 0), code) for n, code in enumerate(("0101", "0601", "0701"))]
    result = run(h, h.layer("DLTB", rows, "use:string(10)"), ACCEPT=[0, 1])
    notes = {row[0]: row[1:] for row in table(result, "MAPPINGS", "target", "match", "note")}
    assert notes["DLBM"][0] == notes["KCDLBM"][0] == "none" and "use" in notes["DLBM"][1]


CASES = {
    "an unknown layer": ({"LAYER": "NOPE"}, "NOPE"),
    "an unknown specification": ({"SPEC": "nowhere"}, "nowhere"),
    "a target that is none": ({"FIELD_MAP": '{"ABC": "bsm"}'}, "no field ABC"),
    "a source that is none": ({"FIELD_MAP": '{"BSM": "abc"}'}, "no field abc"),
    "broken JSON": ({"FIELD_MAP": '{"BSM": '}, "not a JSON object"),
    "a unit that is none": ({"FIELD_MAP": '{"TBMJ": {"source": "mj_mu", "to_unit": "acre"}}'}, "acre"),
    "a file that is not there": ({"FIELD_MAP": "nothing.csv"}, "nothing.csv"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_inputs_are_named(h, case):
    more, words = CASES[case]
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, layer(h), told, **more)
    assert words in "\n".join([*told.lines, str(caught.value)])


def test_points_stay_points_and_the_name_of_the_layer_decides(h):
    source = h.layer("what", [(f"POINT({h.X} {h.Y})", "1")], "bsm:string", kind="Point")
    result = run(h, source, LAYER="DLTB")
    (feature,) = result["OUTPUT"].getFeatures()
    assert feature.geometry().isMultipart() and feature["BSM"] == "1"


def test_a_unit_of_the_specification_is_the_one_values_are_written_in(h, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "extends: survey\nname: 本单位\nversion: '1'\nlayers:\n  - {code: DLTB, fields: [{name: TBMJ, unit: ha}]}\n",
        encoding="utf-8",
    )
    result = run(h, layer(h), SPEC=str(own), LAYER="DLTB", FIELD_MAP='{"TBMJ": {"source": "mj_mu"}}')
    assert [f["TBMJ"] or None for f in result["OUTPUT"].getFeatures()] == [1.0, 2.0, None]


def test_areas_in_the_unit_of_their_head_become_those_of_the_specification(h):
    """A head says 亩 or 公顷, the specification m²: 15 亩 are 10,000 m², never 15."""
    for head, value in (
        ("图斑面积（亩）", 15.0),
        ("图斑面积(单位：公顷)", 1.0),
        ("图斑面积_公顷", 1.0),
        ("图斑面积", 10000.0),
    ):
        source = h.layer("DLTB", [(h.box_wkt(0, 0), value, "0101")], f"{head}:double,DLBM:string")
        (feature,) = run(h, source)["OUTPUT"].getFeatures()
        assert feature["TBMJ"] == pytest.approx(10000), head
    told = h.Feedback()
    plots = [(h.box_wkt(0, 0), 15.0)]
    run(h, h.layer("what", plots, "线状地物宽度（亩）:double"), told, LAYER="DLTB")
    assert any("Only one unit is known (mu)" in line for line in told.lines)


def test_a_table_without_geometry_is_said_to_be_one(h, tmp_path):
    (tmp_path / "town.csv").write_text("DLBM,TBMJ\n0101,1\n", encoding="utf-8")
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, str(tmp_path / "town.csv"), told, LAYER="DLTB")
    said = "\n".join([*told.lines, str(caught.value)])
    assert "town" in said and "CSV" in said
