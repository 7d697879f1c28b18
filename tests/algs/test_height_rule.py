"""Rules of kind height in the check of control lines: tiers, doubts, notes, and what is never called clear."""

import pytest

FIELDS = "XMBH:string,JZGD:double"
RULES = """
extends: 3x_national
name: 测试
version: '1'
rules:
- id: {id}
  line: FM
  kind: height
  effect: {effect}
  title: 限高
  limit: '"XGZ"'
  laws:
  - law: LOCAL
    article: '-'
"""


def projects(h):
    rows = [(h.box_wkt(200 * n, 0), key, height) for n, (key, height) in enumerate(
        [("高", 30.0), ("平", 24.0), ("低", 12.0), ("未知", None)])]  # fmt: skip
    return h.layer("projects", [*rows, (h.box_wkt(5000, 0), "远", None)], FIELDS)


def scenery(h, limit, field="JZGDGX:string"):
    area = "POLYGON((499900 3349900,500900 3349900,500900 3350300,499900 3350300,499900 3349900))"
    return h.layer("景观风貌", [(area, "溪山视廊", limit)], f"mc:string,{field}")


def told(h, result, *names):
    return {key: tuple(row[n] for n in names) for (key, line), row in h.verdicts(result).items() if line == "FM"}


@pytest.mark.parametrize("kind", ["memory", "gpkg"])
def test_what_exceeds_is_a_conflict_what_is_unknown_is_asked(h, tmp_path, kind):
    import processing

    layer = scenery(h, "≤24米")
    if kind == "gpkg":
        place = {"OUTPUT": str(tmp_path / "c.gpkg"), "LAYER_NAME": "景观风貌"}
        processing.run("native:savefeatures", {"INPUT": layer, **place})
        layer = f"{tmp_path / 'c.gpkg'}|layername=景观风貌"
    said = h.Feedback()
    result = h.check(projects(h), [layer], said, SUMMARY="memory:")
    assert told(h, result, "status", "effect") == {
        "高": ("conflict", "conditional"), "平": ("involved", "notice"), "低": ("involved", "notice"),
        "未知": ("involved", "consult"), "远": ("clear", ""),
    }  # fmt: skip
    found = [(f["project_key"], f["rule_id"], f["note"]) for f in result["FINDINGS"].getFeatures()]
    assert ("高", "FM-2", "6.00 m above the limit") in found and ("未知", "FM-2-DOUBT") in [f[:2] for f in found]
    assert "人工核对" in told(h, result, "condition")["未知"][0] and any("no readable height" in x for x in said.lines)


def test_a_line_without_limits_stays_a_notice(h):
    result = h.check(projects(h), [scenery(h, "甲", "lx:string")])
    assert set(told(h, result, "status", "effect").values()) == {("involved", "notice"), ("clear", "")}


@pytest.mark.parametrize("limit", ["见图则", None, "0.0"])
def test_a_limit_that_cannot_be_read_is_asked_about(h, limit):
    result = h.check(projects(h), [scenery(h, limit)])
    wanted = {"conditional"} if limit == "0.0" else {"consult"}
    assert {told(h, result, "effect")[key][0] for key in ("高", "低")} == wanted


def test_a_province_may_prohibit(h, tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.format(id="FM-9", effect="prohibit"), encoding="utf-8")
    layer = scenery(h, "24", "XGZ:string")
    reports = [tmp_path / f"r.{kind}" for kind in ("html", "docx", "xlsx")]
    result = h.check(projects(h), [layer], RULES=str(rules), REPORT=";".join(map(str, reports)))
    assert told(h, result, "conclusion")["高"] == ("不符合",) and told(h, result, "effect")["未知"] == ("consult",)
    html = reports[0].read_text(encoding="utf-8")
    assert html.count("超过景观风貌限高") >= 2 and "建筑高度超过风貌管控区的限高" in html
    rules.write_text(RULES.format(id="FM-9", effect="prohibit").replace("  limit: '\"XGZ\"'\n", ""), encoding="utf-8")
    said = h.Feedback()
    with pytest.raises(Exception, match="."):
        h.check(projects(h), [layer], said, RULES=str(rules))


def test_doubts_are_no_rules_of_a_file(tmp_path):
    from onemap.plugin.formats.rules.rule_files import load_rule_set

    rules = {rule.id: rule for rule in load_rule_set().rules}
    assert rules["FM-2-DOUBT"].is_doubt and rules["FM-2-DOUBT"].tier == "consult" and not rules["FM-2"].is_doubt


LEVELLED = "XMBH:string,JZGD:double,SWDPBG:double"
AIRPORT = "POLYGON((499900 3349900,500900 3349900,500900 3350300,499900 3350300,499900 3349900))"


def clearance(h, limit, kind="", fields="XGZ:string,XGLX:string"):
    return h.layer("机场净空", [(AIRPORT, "云溪机场", limit, kind)], f"mc:string,{fields}")


def near_airport(h, fields=LEVELLED):
    rows = [(h.box_wkt(200 * n, 0), key, height, base) for n, (key, height, base) in enumerate(
        [("高", 30.0, 45.0), ("低", 10.0, 45.0), ("无标高", 30.0, None)])]  # fmt: skip
    return h.layer("projects", rows, fields)


def rules_met(h, projects, control):
    found = {}
    for finding in h.check(projects, [control])["FINDINGS"].getFeatures():
        found.setdefault(finding["project_key"], set()).add(finding["rule_id"])
    return {key: sorted(rules - {"JC-1"}) for key, rules in found.items()}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("1985国家高程基准", {"高": ["JC-3"], "低": [], "无标高": ["JC-3-DOUBT"]}),
        ("限高标高", {"高": ["JC-3"], "低": [], "无标高": ["JC-3-DOUBT"]}),
        ("地方高程", {key: ["JC-3-DOUBT"] for key in ("高", "低", "无标高")}),
        ("相对地面", {"高": [], "低": [], "无标高": []}),
        ("", {"高": ["JC-4"], "低": [], "无标高": ["JC-4-DOUBT"]}),
    ],
)
def test_levels_and_heights_of_an_airport_are_told_apart(h, kind, wanted):
    """61.5 as a level is exceeded by 30 m on ground at 45; as a height it is not. Unstated: asked, never clear."""
    assert rules_met(h, near_airport(h), clearance(h, "61.5", kind)) == wanted


def test_levels_that_cannot_be_told_are_asked_about(h):
    """A field of levels, numbers as text, projects of a local datum, a limit exceeded under both readings."""
    own = clearance(h, "61.5", "", "XGBG:string,BZ:string")
    assert rules_met(h, near_airport(h), own)["高"] == ["JC-3"]
    words = h.layer("projects", [(h.box_wkt(0, 0), "字", "30", "45"), (h.box_wkt(200, 0), "话", "约30", "45")],
                    "XMBH:string,JZGD:string,SWDPBG:string")  # fmt: skip
    assert rules_met(h, words, own) == {"字": ["JC-3"], "话": ["JC-3-DOUBT"]}
    local = h.layer("projects", [(h.box_wkt(0, 0), "地", 10.0, 45.0, "地方高程")], LEVELLED + ",GCJZ:string")
    assert rules_met(h, local, own) == {"地": ["JC-3-DOUBT"]}
    assert rules_met(h, near_airport(h), clearance(h, "20"))["高"] == ["JC-2", "JC-4"]
    assert rules_met(h, near_airport(h), clearance(h, None))["低"] == ["JC-2-DOUBT"]
    bare = h.layer("机场净空", [(AIRPORT, "云溪机场", 61.5)], "mc:string,XGZ:double")
    assert rules_met(h, near_airport(h), bare) == {"高": ["JC-4"], "低": [], "无标高": ["JC-4-DOUBT"]}
    assert rules_met(h, near_airport(h), clearance(h, None, "1985"))["低"] == ["JC-3-DOUBT"]
