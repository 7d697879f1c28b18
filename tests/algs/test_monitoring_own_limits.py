"""CHECKS of summarise and RULES of landfirmtax: limits of one's own, and files that could not be applied."""

import json

import pytest
from onemap.plugin.core.messages import language

from .test_land_firm_tax import code, features, given  # noqa: F401 - a fixture

SINKS = {"PARCEL_RESULTS": "memory:", "CANDIDATES": "memory:"}


def written(tmp_path, content):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(path)


@pytest.fixture
def city(tmp_path):
    """Two counties, 100 and 200 ha, and their city, which says 303."""
    table = tmp_path / "values.csv"
    rows = [("338101", 100), ("338102", 200), ("338100", 303)]
    table.write_text(
        "政区代码,指标,年份,数值,单位\n" + "".join(f"{c},耕地,2025,{v},公顷\n" for c, v in rows), encoding="utf-8"
    )
    divisions = tmp_path / "divisions.csv"
    divisions.write_text("code,name\n338101,甲县\n338102,乙县\n", encoding="utf-8")
    return {"SOURCES": [str(table)], "DIVISIONS": str(divisions), "QUESTIONS": "memory:", "TOTALS": "memory:"}


@pytest.mark.parametrize(("checks", "count"), [(None, 1), ({"sum_tolerance": 0.02}, 0), ({"stale_days": 30}, 1)])
def test_a_limit_of_ones_own_replaces_ours_and_the_others_stay(h, city, tmp_path, checks, count):
    told, more = h.Feedback(), {}
    if checks is not None:
        more["CHECKS"] = written(tmp_path, checks)
    result = h.run("summarise", told, **city, **more)
    assert ("数据日期" in "\n".join(told.lines)) or ("layer_date" in "\n".join(told.lines))
    assert result["QUESTION_COUNT"] == count
    assert ("own.json" in "\n".join(told.lines)) == (checks is not None)


@pytest.mark.parametrize(
    "checks",
    [{"jump": 4}, {"jump_z": "4"}, {"jump_z": 0}, {"stale_days": 1.5}, {"slips": [1]}, {"share_units": "%"},
     {"columns": {}}, {"copied_least": True}],
)  # fmt: skip
def test_limits_that_cannot_be_applied_are_refused_by_name(h, city, tmp_path, checks):
    with pytest.raises(Exception, match=f"own.json.*{next(iter(checks))}"):
        h.run("summarise", None, CHECKS=written(tmp_path, checks), **city)


def test_rules_of_ones_own_replace_ours(h, given, tmp_path):  # noqa: F811
    told = h.Feedback()
    own = written(tmp_path, {"rules": [{"id": "far", "kind": "far_below_limit", "value": 1.2}]})
    result = h.run("landfirmtax", told, RULES=own, **given, **SINKS)
    listed = {f["parcel"]: f["reason_count"] for f in features(result, "CANDIDATES")}
    assert listed == {"K0": 1, "K1": 1}  # 1.3 < 1.2 x 1.2 and 0.4; K2 has no ratio
    assert "own.json" in "\n".join(told.lines)


@pytest.mark.parametrize(
    "rules",
    [{}, {"rules": []}, {"rules": ["far"]}, {"rules": [{"id": "a", "kind": "far", "value": 1}]},
     {"rules": [{"id": "a", "kind": "grade"}]}, {"rules": [{"id": "a", "kind": "state", "words": [""]}]},
     {"rules": [{"id": "a", "kind": "far_below_limit"}]}, {"rules": [{"kind": "grade", "words": ["D"]}]}],
)  # fmt: skip
def test_rules_that_cannot_be_applied_are_refused(h, given, tmp_path, rules):  # noqa: F811
    word = "rules" if not rules.get("rules") else ("规则" if language() == "zh" else "rule 1")
    with pytest.raises(Exception, match=f"own.json.*{word}"):
        h.run("landfirmtax", None, RULES=written(tmp_path, rules), **given, **SINKS)


def test_taxes_of_another_firm_of_the_same_name_are_not_given_to_this_one(h, given, tmp_path):  # noqa: F811
    tax = tmp_path / "tax.csv"
    tax.write_text(
        "统一社会信用代码,企业名称,年度,税收（万元）\n"
        f"{code(0)},甲乙机械有限公司,2025,100\n{code(9)},甲乙机械有限公司,2025,900\n",
        encoding="utf-8",
    )
    result = h.run("landfirmtax", None, **given, **SINKS, UNMATCHED="memory:")
    assert {f["parcel"]: f["tax_wan"] for f in features(result, "PARCEL_RESULTS")}["K0"] == pytest.approx(100)
    assert [(f["what"], f["tax_wan"]) for f in features(result, "UNMATCHED") if f["what"] == "tax"] == [("tax", 900)]


def test_a_firm_that_is_listed_twice_is_one_also_for_taxes_without_a_code(h, given, tmp_path):  # noqa: F811
    with (tmp_path / "firms.csv").open("a", encoding="utf-8") as firms:
        firms.write(f"{code(0)},甲乙机械（有限公司）,,规上\n")
    (tmp_path / "tax.csv").write_text("企业名称,年度,税收（万元）\n甲乙机械有限公司,2025,100\n", encoding="utf-8")
    result = h.run("landfirmtax", None, **given, **SINKS)
    assert {f["parcel"]: f["tax_wan"] for f in features(result, "PARCEL_RESULTS")}["K0"] == pytest.approx(100)


def test_a_firm_with_two_rows_of_a_year_is_added_up_and_told(h, given, tmp_path):  # noqa: F811
    from onemap.plugin.core.messages import text

    rows = [(code(0), 2025, 100), (code(0), 2025, 100), (code(1), 2025, 5), (code(0), 2024, 7)]
    (tmp_path / "tax.csv").write_text(
        "统一社会信用代码,企业名称,年度,税收（万元）\n" + "".join(f"{c},x,{y},{v}\n" for c, y, v in rows),
        encoding="utf-8",
    )
    told = h.Feedback()
    result = h.run("landfirmtax", told, **given, **SINKS)
    assert {f["parcel"]: f["tax_wan"] for f in features(result, "PARCEL_RESULTS")}["K0"] == pytest.approx(200)
    said = text("land_firm_repeated", language(), file="tax.csv", count=1, same=1, rows="2、3")
    assert said in "\n".join(told.lines)


@pytest.mark.parametrize(("stated", "is_told"), [("105", False), ("5105.004", True), ("", False)])
def test_a_sum_that_the_rows_do_not_come_to_is_told(h, given, tmp_path, stated, is_told):  # noqa: F811
    rows = [("甲乙机械有限公司", 2025, 100), ("丙丁纺织有限公司", 2025, 5), ("合计", "", stated)]
    (tmp_path / "tax.csv").write_text(
        "企业名称,年度,税收（万元）\n" + "".join(f"{n},{y},{v}\n" for n, y, v in rows), encoding="utf-8"
    )
    told = h.Feedback()
    result = h.run("landfirmtax", told, **given, **SINKS)
    assert {f["parcel"]: f["tax_wan"] for f in features(result, "PARCEL_RESULTS")}["K0"] == pytest.approx(100)
    assert ("5,105.00" in "\n".join(told.lines)) == is_told
