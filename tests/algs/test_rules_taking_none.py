"""Conditions that take nothing of a layer: another class of the same vocabulary, or values that no rule knows."""

import pytest

RULES = "extends: 3x_national\nname: x\nversion: 1\nrules:\n  - {id: YJJBNT-1, where: '%s'}\n"
CODES = RULES % "\"lx\" = ''0101''"
LINES = {"YJJBNTTB": "YJJBNT", "DZZH": "DZZH", "DLTB": "GD"}


@pytest.fixture
def said(h, tmp_path):
    """said(layer name, values of lx, rules, kind) -> (status of its line, its reason, remarks on its conditions)."""

    def check(name, values, rules="", kind="string"):
        file = tmp_path / "r.yaml"
        file.write_text(rules, encoding="utf-8")
        projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
        layer = h.layer(name, [(h.box_wkt(50 + 500 * at, 0), value) for at, value in enumerate(values)], f"lx:{kind}")
        feedback, report = h.Feedback(), tmp_path / "r.html"
        found = h.verdicts(
            h.check(projects, [layer], feedback, REPORT=str(report), **({"RULES": str(file)} if rules else {}))
        )
        verdict = found["A", LINES[name]]
        lines = [line for line in feedback.lines if "of the fields asked" in line or "look for words" in line]
        page = report.read_text(encoding="utf-8")
        assert page.count("lx: ") >= len(lines), "said in the report as well"
        return verdict["status"], verdict["reason"], lines

    return check


def test_a_layer_of_which_no_rule_takes_anything_is_named_and_not_clear(said):
    status, reason, (line,) = said("YJJBNTTB", ["水田", "旱地", None], CODES)
    assert status == "not_checked" and "YJJBNT-1" in line and "lx: 水田, 旱地, NULL" in line and "3 feature" in line
    assert "YJJBNTTB #1 (lx=水田)" in reason and "other_values" in reason


@pytest.mark.parametrize("value", ["水田", "101", "", None, "耕地0101"])
def test_a_value_that_no_rule_knows_is_not_clear_though_others_are_taken(said, value):
    status, reason, _ = said("YJJBNTTB", [value, "0101"], CODES)
    assert status == "not_checked" and f"lx={value or 'NULL'}" in reason


@pytest.mark.parametrize("value", ["0301", "1001", " ０３０１ "])
def test_another_class_of_the_same_table_is_clear(said, value):
    assert said("YJJBNTTB", [value, "0101"], CODES)[:2] == ("clear", "")


def test_a_layer_of_other_classes_only_is_clear_with_a_remark(said):
    status, reason, (line,) = said("YJJBNTTB", ["0301", "0401"], CODES)
    assert (status, reason) == ("clear", "") and "lx: 0301, 0401" in line


def test_a_project_that_meets_none_of_the_unknown_values_is_clear(said):
    assert said("YJJBNTTB", ["0301", "水田"], CODES)[0] == "clear"


@pytest.mark.parametrize(
    "where, kind, value, status",
    [
        ("\"lx\" = ''核心区''", "string", "实验区", "clear"),
        ("\"lx\" = ''核心区''", "string", "农民新村", "not_checked"),
        ("\"lx\" = ''核心区''", "string", "3", "not_checked"),
        ("\"lx\" LIKE ''%核心%''", "string", "农民新村", "not_checked"),
        ("\"lx\" LIKE ''%核心%''", "string", "3", "not_checked"),
        ("\"lx\" LIKE ''01%''", "string", "0301", "clear"),
        ("\"lx\" LIKE ''01%''", "string", "301", "not_checked"),
        ("left(\"lx\", 2) IN (''01'', ''02'')", "string", "1001", "clear"),
        ("\"lx\" = ''1''", "string", "2", "not_checked"),
        ("\"lx\" = ''1''", "string", "一级", "not_checked"),
        ('"lx" = 1', "integer", 2, "not_checked"),
        ('"lx" = 1', "integer", None, "not_checked"),
        ('"lx" IS NULL OR "lx" = 1', "integer", 2, "not_checked"),
        ('"lx" >= 3', "integer", 2, "clear"),
        ('"lx" IS NOT NULL', "string", None, "clear"),
        ("\"lx\" = ''01'' AND \"lx\" <> ''0101''", "string", "0101", "clear"),
    ],
)
def test_what_is_known_of_a_value(said, where, kind, value, status):
    assert said("YJJBNTTB", [value], RULES % where, kind)[0] == status


@pytest.mark.parametrize(
    "where, kind, value, taken",
    [
        ("\"lx\" LIKE ''%核心%''", "string", "农民新村", "核心区"),
        ("\"lx\" = ''1''", "string", "2", "1"),
        ('"lx" = 1', "integer", 2, 1),
    ],
)
def test_a_value_written_like_one_that_a_rule_takes_elsewhere_is_another_class(said, where, kind, value, taken):
    assert said("YJJBNTTB", [value, taken], RULES % where, kind)[:2] == ("clear", "")


def test_values_that_a_person_has_looked_at_are_known(said):
    rules = CODES.replace("'}", "', other_values: [农民新村, '3']}")
    assert [said("YJJBNTTB", [v], rules)[0] for v in ("农民新村", "3", "新村")] == ["clear", "clear", "not_checked"]


def test_a_layer_of_which_a_rule_takes_one_feature_far_away_is_not_named(said):
    status, _, lines = said("YJJBNTTB", ["水田", "0101"], CODES)
    assert (status, lines) == ("not_checked", [])


@pytest.mark.parametrize("values", [["1", "2"], [None]])
def test_codes_where_a_rule_looks_for_words_are_named(said, values):
    status, _, (line,) = said("DZZH", values)
    assert status == "conflict" and "DZZH-danger" in line and (values[0] or "NULL") in line


def test_a_class_that_the_layer_lacks_is_not(said):
    assert said("DZZH", ["地质灾害易发区"]) == ("conflict", "", [])


@pytest.mark.parametrize("value, status", [("1", "not_checked"), ("地质灾害易发区", "clear"), ("隐患点", "conflict")])
def test_a_distance_to_what_nobody_knows_is_not_clear(h, value, status):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    hazards = h.layer("DZZH", [(h.box_wkt(130, 0), value)], "lx:string")
    assert h.verdicts(h.check(projects, [hazards]))["A", "DZZH"]["status"] == status
