"""Tiers, conclusions and their sum per project."""

import json

import pytest
from onemap.plugin.core.review.findings import Verdict
from onemap.plugin.core.review.summary import summarise
from onemap.plugin.core.review.tiers import Conclusion, Effect, Status, conclusion_of, decisive, strictest


def verdict(key, status, effect=""):
    return Verdict(key, "L", "线", status, effect, 0.0, 0.0, 0, 0, 0.0, "", "")


def test_members_are_the_text_of_files_and_tables():
    assert Status.CONFLICT == "conflict" and f"{Status.CONFLICT} {Effect.NOTICE}" == "conflict notice"
    assert json.dumps(Status.FAILED) == '"failed"' and {"clear": 1}[Status.CLEAR] == 1
    assert strictest(["notice", "conditional", "consult"]) is Effect.CONDITIONAL and strictest([]) == ""


@pytest.mark.parametrize(
    "status,effect,word",
    [
        ("conflict", "prohibit", "不符合"),
        ("conflict", "conditional", "有条件"),
        ("involved", "consult", "须征求意见"),
        ("involved", "notice", "提示"),
        ("clear", "", "未涉及"),
        ("not_checked", "", "未检查"),
        ("failed", "notice", "读取失败"),
    ],
)
def test_every_verdict_has_its_word(status, effect, word):
    assert conclusion_of(status, effect).word == word and verdict("A", status, effect).conclusion.word == word


def test_a_project_is_what_its_gravest_line_is():
    rows = [verdict("A", "conflict", "prohibit"), verdict("A", "conflict", "conditional"), verdict("A", "failed")]
    rows += [
        verdict("B", "involved", "consult"),
        verdict("B", "failed"),
        verdict("C", "clear"),
        verdict("C", "not_checked"),
    ]
    a, b, c, d = summarise(rows, {"A": 10.0, "B": 5.0, "C": 1.0, "D": 2.0})
    assert (a.conclusion, a.prohibited, a.conditional, a.failed) == (Conclusion.PROHIBITED, 1, 1, 1)
    assert (b.conclusion, b.consult, b.failed) == (Conclusion.FAILED, 1, 1)  # what was not read may hide a conflict
    assert (c.conclusion, c.clear, c.not_checked, c.project_m2) == (Conclusion.NOT_CHECKED, 1, 1, 1.0)
    assert d.conclusion is Conclusion.NOT_CHECKED


@pytest.mark.parametrize("found, wanted", [
    ((Conclusion.CLEAR,), Conclusion.CLEAR),
    ((Conclusion.CLEAR, Conclusion.NOT_CHECKED), Conclusion.NOT_CHECKED),
    ((Conclusion.CLEAR, Conclusion.FAILED, Conclusion.NOT_CHECKED), Conclusion.FAILED),
    ((Conclusion.NOTICE, Conclusion.CLEAR, Conclusion.NOT_CHECKED), Conclusion.NOTICE),
    ((Conclusion.PROHIBITED, Conclusion.NOT_CHECKED), Conclusion.PROHIBITED),
    ((), Conclusion.NOT_CHECKED),
])  # fmt: skip
def test_clear_is_said_only_where_every_line_was_checked(found, wanted):
    assert decisive(found) is wanted and decisive(iter(found)) is wanted
