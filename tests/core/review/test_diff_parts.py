"""What changed between two rounds, on the borders of its kinds: areas that grow by the limit, ranks, what is not known."""

import pytest
from onemap.plugin.core.review.round_table import RoundTable
from onemap.plugin.core.review.rounds import summary
from onemap.plugin.core.review.rounds_diff import DiffOptions, diff_rounds
from onemap.tests.support.rounds_made import made, square

KEY = ("A", "YJJBNT")


def kind(before, after, limit=1.0):
    """Kind of the change of one project and line; each side is (m², effect), a status, or None without the project."""

    def side(value):
        shapes = {"A": square(0), "Z": square(9000)} if value is not None else {"Z": square(9000)}
        if isinstance(value, tuple):
            return made(shapes, [(*KEY, *value)])
        return made(shapes, states={KEY: value} if value else {})

    found = diff_rounds(side(before), side(after), DiffOptions(limit_m2=limit))
    kinds = {(c.project_key, c.line_id): c.kind.value for c in found.changes}
    return kinds.get(KEY, "")


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ((50.0, "prohibit"), (50.0, "prohibit"), "unchanged"),
        ((50.0, "prohibit"), (51.0, "prohibit"), "unchanged"),
        ((50.0, "prohibit"), (51.01, "prohibit"), "grown"),
        ((51.0, "prohibit"), (50.0, "prohibit"), "unchanged"),
        ((51.01, "prohibit"), (50.0, "prohibit"), "reduced"),
        ((50.0, "conditional"), (50.0, "prohibit"), "grown"),
        ((50.0, "prohibit"), (50.0, "conditional"), "reduced"),
        ((50.0, "conditional"), (20.0, "prohibit"), "grown"),  # a stricter rule counts before a smaller area
        ((50.0, "prohibit"), "clear", "resolved"),
        ("clear", (50.0, "prohibit"), "new"),
        (None, (50.0, "prohibit"), "new"),
        ((50.0, "prohibit"), None, "absent"),
        ((50.0, "prohibit"), "not_checked", "unknown"),
        ("failed", (50.0, "prohibit"), "unknown"),
        ("clear", "clear", ""),
        ("clear", "failed", ""),
        (None, "clear", ""),
    ],
)
def test_every_kind_of_change(before, after, expected):
    assert kind(before, after) == expected


def test_the_limit_is_the_readers():
    assert kind((50.0, "prohibit"), (59.0, "prohibit"), 10.0) == "unchanged"
    assert kind((50.0, "prohibit"), (50.2, "prohibit"), 0.1) == "grown"


def test_what_was_clear_and_is_no_longer_checked_is_counted_by_line():
    before = made({"A": square(0), "B": square(500)})
    after = made(
        {"A": square(0), "B": square(500)},
        states={("A", "YJJBNT"): "not_checked", ("B", "YJJBNT"): "failed", ("A", "STBHHX"): "not_checked"},
    )
    assert diff_rounds(before, after).lost == {"永久基本农田": 2, "生态保护红线": 1}
    assert diff_rounds(after, before).lost == {} and diff_rounds(before, made({"A": square(0)})).lost == {}


def test_a_round_is_summed_by_what_decides():
    frozen = made({"A": square(0), "B": square(500), "C": square(900), "D": square(1300)},
                  [("A", "YJJBNT", 50.0, "prohibit"), ("A", "STBHHX", 9.0, "conditional"), ("B", "STBHHX", 5.0, "conditional")],
                  {("C", "YJJBNT"): "failed"})  # fmt: skip
    found = summary(frozen)
    assert (found.projects, found.prohibited, found.conditional, found.failed, found.clear) == (4, 1, 1, 1, 1)
    assert (found.findings, found.lines_not_checked, found.consult, found.notice, found.not_checked) == (3, 0, 0, 0, 0)
    assert found.area_m2 == pytest.approx(40_000)
    nobody = made({"A": square(0)}, states={("A", "YJJBNT"): "not_checked", ("A", "STBHHX"): "not_checked"})
    assert (summary(nobody).lines_not_checked, summary(nobody).not_checked, summary(nobody).clear) == (2, 1, 0)


@pytest.mark.parametrize(
    "values, is_packed",
    [
        (["a"] * 3, True),
        (["a", "b", "a", "b"], False),
        (["a", "b", "a", "b", "a"], True),
        (["a", "b"], False),
        ([], False),
    ],
)
def test_a_column_of_few_values_is_kept_short(values, is_packed):
    table = RoundTable.of({"t": values}, len(values))
    assert (b'"of"' in table.to_bytes()) == is_packed and table.column("t") == values
    found, at = table.codes("t")
    assert [found[i] for i in at] == values and "t" in table and "x" not in table
    assert table.column("x", 7) == [7] * len(values) and len(table) == len(values)
    assert table.codes("x", 7)[1].tolist() == [0] * len(values)
