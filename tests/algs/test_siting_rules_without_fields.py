"""A rule's condition asks for fields that the layer lacks: the criterion is not evaluated, whatever the rule takes."""

import pytest
from onemap.tests.support.siting import write

TEXT = "layers: {}\narea: {min_m2: 900, max_m2: 1000}\nconstraints: [{id: c, rule: %s, kind: avoid}]\n"


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def selected(h, tmp_path, rule, layer):
    cells = h.layer("cand", [(h.box_wkt(10, 10, 30), "on"), (h.box_wkt(500, 0, 30), "off")], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    criteria = write(tmp_path, TEXT % rule)
    result = h.run("selectsites", h.Feedback(), CANDIDATES=cells, CRITERIA=criteria, LAYERS=[layer], **outputs)
    (removal,) = result["REMOVALS"].getFeatures()
    return {f["site_key"]: f for f in result["SITES"].getFeatures()}, removal["status"]


@pytest.mark.parametrize(
    "line, rule, absent",
    [("STBHHX", "STBHHX-core", "sfzrbhdhxq"), ("ZRBHD", "ZRBHD-core", "bhfq"), ("SYD", "SYD-1", "bhqjb")],
)
def test_a_rule_that_takes_nothing_then_is_not_said_to_be_kept(h, tmp_path, line, rule, absent):
    sites, status = selected(h, tmp_path, rule, h.layer(line, [(h.box_wkt(0, 0, 100), "x")], "bz:string"))
    assert sites["on"]["standing"] != "recommended" and absent in sites["on"]["not_evaluated"]
    assert absent in status


def test_a_rule_that_takes_all_then_binds_all(h, tmp_path):
    sites, status = selected(h, tmp_path, "ZRBHD-1", h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "x")], "bz:string"))
    assert set(sites) == {"off"} and sites["off"]["standing"] == "recommended" and status == ""


def test_a_rule_whose_fields_are_there_is_judged(h, tmp_path):
    layer = h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "核心保护区")], "bhfq:string")
    sites, status = selected(h, tmp_path, "ZRBHD-core", layer)
    assert set(sites) == {"off"} and status == ""


def test_a_search_does_not_recommend_what_the_rule_could_not_judge(h, tmp_path):
    area, outputs = h.layer("extent", [(h.box_wkt(0, 0, 300),)]), {"SITES": "memory:", "REMOVALS": "memory:"}
    layer = h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "x")], "bz:string")
    criteria = write(tmp_path, TEXT % "ZRBHD-core")
    result = h.run("findsites", h.Feedback(), EXTENT_LAYER=area, CRITERIA=criteria, LAYERS=[layer], COUNT=3, **outputs)
    sites = list(result["SITES"].getFeatures())
    assert sites and all("bhfq" in site["not_evaluated"] for site in sites)
    assert not any(site["standing"] == "recommended" for site in sites)
