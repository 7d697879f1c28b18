"""Layers that lack the fields of a rule's condition: whom the rule would find is not told that the line is clear."""

import pytest

RULES = "extends: 3x_national\nname: x\nversion: 1\nremove: [%s]\nrules:\n%s"


@pytest.fixture
def said(h, tmp_path):
    """said(control layers, rules) -> {line: (status, reason)} of one project at the origin."""

    def check(layers, rules=""):
        file = tmp_path / "r.yaml"
        file.write_text(rules, encoding="utf-8")
        projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
        found = h.verdicts(h.check(projects, layers, **({"RULES": str(file)} if rules else {})))
        return {line: (one["status"], one["reason"]) for (_, line), one in found.items()}

    return check


def line_wkt(h, x):
    return f"LINESTRING({h.X + x} {h.Y - 500},{h.X + x} {h.Y + 500})"


@pytest.mark.parametrize("away, status", [(10, "not_checked"), (30, "clear")])
def test_a_line_of_an_unknown_kind_within_the_distance_is_not_clear(h, said, away, status):
    lines = h.layer("DLGX", [(line_wkt(h, 100 + away), "x")], "bz:string", kind="LineString")
    found, reason = said([lines])["DLGX"]
    assert found == status and ("lx=–, mc=–" in reason) == (status == "not_checked")


def test_a_zone_of_hazards_without_its_kind_may_be_a_point_to_keep_away_from(h, said):
    assert said([h.layer("DZZH", [(h.box_wkt(130, 0), "x")], "bz:string")])["DZZH"][0] == "not_checked"


@pytest.mark.parametrize("name, line", [("STBHHX", "STBHHX"), ("SYD", "SYD"), ("ZRBHD", "ZRBHD"), ("KQ", "KQ")])
def test_what_another_rule_of_the_line_takes_is_judged_by_that_rule(h, said, name, line):
    here = h.layer(name, [(h.box_wkt(50, 0), "x")], "bz:string")
    beside = h.layer(name, [(h.box_wkt(130, 0), "x")], "bz:string")
    assert said([here])[line][0] in ("conflict", "involved") and said([beside])[line][0] == "clear"


@pytest.mark.parametrize("fallback", ["none", "not_checked"])
@pytest.mark.parametrize("kind", ["avoid", "inform", "within"])
def test_every_kind_of_rule(h, said, kind, fallback):
    rule = f"- {{id: ZX-1, kind: {kind}, where: '\"jb\" = ''1''', where_fallback: {fallback}}}\n"
    layers = [h.layer("ZX", [(h.box_wkt(-50, -50, 300), "x")], "bz:string")]
    assert said(layers, RULES % ("", rule))["ZX"][0] == "not_checked"


def test_a_limit_of_heights_that_the_layer_lacks(h, said):
    layers = [h.layer("FM", [(h.box_wkt(50, 0), "x")], "bz:string")]
    assert (
        said(layers)["FM"][0] == "involved"
        and said(layers, RULES % ("FM-1", "- {id: FM-2, distance_m: null}\n"))["FM"][0] == "not_checked"
    )


def test_the_layer_of_one_town_lacks_the_field_that_the_others_have(h, said):
    there = h.layer("DLTB_1", [(h.box_wkt(5000, 0), "0301")], "DLBM:string")
    here = h.layer("DLTB_2", [(h.box_wkt(50, 0), "x")], "bz:string")
    status, reason = said([there, here])["GD"]
    assert status == "not_checked" and "DLBM=–" in reason and "DLTB_2 #1" in reason


@pytest.mark.parametrize("name, rule", [("SYD", "SYD-1"), ("ZRBHD", "ZRBHD-core"), ("DZZH", "DZZH-danger")])
def test_a_verdict_under_the_milder_rule_says_that_the_stricter_one_was_not_judged(h, said, name, rule):
    status, reason = said([h.layer(name, [(h.box_wkt(50, 0), "x")], "bz:string")])[name]
    assert status == "conflict" and f"stricter rule {rule} " in reason and "by hand" in reason


def test_a_rule_that_is_no_stricter_is_not_mentioned(h, said):
    for name in ("STBHHX", "DLGX", "KQ"):
        status, reason = said([h.layer(name, [(h.box_wkt(50, 0), "x")], "bz:string")])[name]
        assert status != "clear" and reason == "", name
