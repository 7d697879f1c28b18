"""Conditions that take nothing of a layer: codes where words are looked for, and values that no rule knows."""

import pytest

RULES = 'extends: 3x_national\nname: x\nversion: 1\nrules:\n  - {id: YJJBNT-1, where: "\\"lx\\" = \'0101\'"}\n'


@pytest.fixture
def said(h, tmp_path):
    """said(layer name, values of lx, rules file) -> (status of the only line checked, remarks on its conditions)."""

    def check(name, values, rules=""):
        file = tmp_path / "r.yaml"
        file.write_text(rules, encoding="utf-8")
        projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
        layer = h.layer(name, [(h.box_wkt(50 + 500 * at, 0), value) for at, value in enumerate(values)], "lx:string")
        feedback, report = h.Feedback(), tmp_path / "r.html"
        found = h.verdicts(
            h.check(projects, [layer], feedback, REPORT=str(report), **({"RULES": str(file)} if rules else {}))
        )
        (status,) = (v["status"] for v in found.values() if v["status"] != "not_checked")
        lines = [line for line in feedback.lines if "of the fields asked" in line or "look for words" in line]
        page = report.read_text(encoding="utf-8")
        assert page.count("lx: ") >= len(lines), "said in the report as well"
        return status, lines

    return check


def test_a_layer_of_which_no_rule_takes_anything_is_named(said):
    status, (line,) = said("YJJBNTTB", ["水田", "旱地", None], RULES)
    assert status == "clear" and "YJJBNT-1" in line and "lx: 水田, 旱地, NULL" in line and "3 feature" in line


def test_a_layer_of_which_a_rule_takes_one_feature_far_away_is_not(said):
    assert said("YJJBNTTB", ["水田", "0101"], RULES) == ("clear", [])


@pytest.mark.parametrize("values", [["1", "2"], [None]])
def test_codes_where_a_rule_looks_for_words_are_named(said, values):
    status, (line,) = said("DZZH", values)
    assert status == "conflict" and "DZZH-danger" in line and (values[0] or "NULL") in line


def test_a_class_that_the_layer_lacks_is_not(said):
    assert said("DZZH", ["地质灾害易发区"]) == ("conflict", [])
