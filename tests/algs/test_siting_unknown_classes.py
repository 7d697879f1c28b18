"""A class factor whose layer holds values that nobody knows: `other` is the score of other classes, not of these."""

import pytest
from onemap.tests.support.siting import write

TEXT = """
layers: {land: {title: Land}}
constraints: []
factors:
  children:
    - {id: use, title: Use, layer: land, kind: class, field: code, weight: 1,
       value: {type: classes, table: %s, other: 100}%s}
    - {id: size, title: Size, kind: area, weight: 1, value: {type: linear, worst: 0, best: 20000}}
"""
DEGREES, CODES = "{高易发*: 40, 中易发*: 60, 低易发*: 80}", '{"01*": 20, "１００３": 60}'


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def sites_of(h, tmp_path, text, values, kind="string", **more):
    """[site of each value, in order]: a parcel inside a feature of that value."""
    boxes = [h.box_wkt(200 * n, 0, 100) for n in range(len(values))]
    land = h.layer("land", list(zip(boxes, values)), f"code:{kind}")
    cells = [(h.box_wkt(200 * n + 10, 10, 30), f"P{n}") for n in range(len(values))]
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    parcels, criteria = h.layer("cand", cells, "XMBH:string"), write(tmp_path, text)
    result = h.run("selectsites", h.Feedback(), CANDIDATES=parcels, CRITERIA=criteria, LAYERS=[land], **outputs)
    found = {f["site_key"]: f for f in result["SITES"].getFeatures()}
    return [found[f"P{n}"] for n in range(len(values))]


def scores(sites):
    return [None if str(site["use_score"]) == "NULL" else site["use_score"] for site in sites]


def test_values_of_another_vocabulary_are_unknown_and_named(h, tmp_path):
    sites = sites_of(h, tmp_path, TEXT % (DEGREES, ""), ["高", "危险区", "3", "极高易发区"])
    assert scores(sites) == [None] * 4 and all(site["evaluated_pct"] == 50 for site in sites)
    assert all("高" in site["not_evaluated"] and "Use" in site["not_evaluated"] for site in sites)


def test_known_words_that_the_table_does_not_list_take_other(h, tmp_path):
    sites = sites_of(h, tmp_path, TEXT % (DEGREES, ""), ["非易发区", "不易发", "高易发区", " 中易发 "])
    assert scores(sites) == [100, 100, 40, 60] and all(site["evaluated_pct"] == 100 for site in sites)


def test_codes_of_land(h, tmp_path):
    values = ["0301", "0102", "０１０２", " 1003", "101", "水田", "9999", " "]
    found = scores(sites_of(h, tmp_path, TEXT % (CODES, ""), values))
    assert found == [100, 20, 20, 60, None, None, None, None]


def test_a_parcel_that_lies_on_such_a_value_in_part_says_so(h, tmp_path):
    land = h.layer("land", [(h.box_wkt(0, 0, 100), "高"), (h.box_wkt(100, 0, 100), "低易发")], "code:string")
    parcels = h.layer("cand", [(h.box_wkt(85, 10, 30), "P0"), (h.box_wkt(110, 10, 30), "P1")], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    criteria = write(tmp_path, TEXT % (DEGREES, ""))
    result = h.run("selectsites", h.Feedback(), CANDIDATES=parcels, CRITERIA=criteria, LAYERS=[land], **outputs)
    found = {f["site_key"]: f for f in result["SITES"].getFeatures()}
    assert found["P0"]["evaluated_pct"] == pytest.approx(75, abs=0.1) and "高" in found["P0"]["not_evaluated"]
    assert found["P1"]["evaluated_pct"] == 100 and not found["P1"]["not_evaluated"]


def test_numbers_are_codes_too(h, tmp_path):
    assert scores(sites_of(h, tmp_path, TEXT % (CODES, ""), [1003.0, 7.0], "double")) == [60, None]


def test_values_that_criteria_name_take_other(h, tmp_path):
    assert scores(sites_of(h, tmp_path, TEXT % (DEGREES, ", other_values: [无]"), ["无", "高"])) == [100, None]


def test_the_candidates_own_field(h, tmp_path):
    cells = [(h.box_wkt(200 * n, 0, 30), f"P{n}", value) for n, value in enumerate(["高", "０１０２", "0301"])]
    parcels = h.layer("cand", cells, "XMBH:string,code:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    criteria = write(tmp_path, (TEXT % (CODES, "")).replace("layer: land, ", ""))
    result = h.run("selectsites", h.Feedback(), CANDIDATES=parcels, CRITERIA=criteria, LAYERS=[], **outputs)
    found = {f["site_key"]: f for f in result["SITES"].getFeatures()}
    assert scores([found["P0"], found["P1"], found["P2"]]) == [None, 20, 100]


def test_the_published_scheme_tells_degrees_of_hazard_apart():
    from onemap.plugin.formats.rules.criteria_files import FOLDER, load_criteria

    criteria = load_criteria(FOLDER / "suitability_s32.yaml")
    (value,) = [f.value for f in criteria.factors if f.id == "hazard"]
    assert value(["高易发", "高易发区", "中易发", "低易发区", "非易发区"]).tolist() == [40, 40, 60, 80, 100]
    assert [str(score) for score in value(["高", "危险区", "1"])] == ["nan"] * 3
