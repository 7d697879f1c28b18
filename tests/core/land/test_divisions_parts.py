"""Codes of divisions: names with and without their ending, what is in force when, what a dictionary can say."""

import pytest
from onemap.plugin.core.land.divisions import Division, Divisions, bare_name, parent_code, scope_of

ROWS = [
    Division("33", "浙江省"), Division("3301", "杭州市"), Division("330110", "余杭区"), Division("330105", "拱墅区"),
    Division("330103", "下城区", 1949, 2021, "330105"), Division("330104", "江干区", 1949, 2021, ""),
    Division("330113", "临平区", 2021), Division("330110001", "临平街道"),
]  # fmt: skip
KNOWN = Divisions(ROWS)


@pytest.mark.parametrize(
    "code, parent",
    [("330110001001", "330110001"), ("330110001", "330110"), ("330110", "3301"), ("3301", "33"), ("33", "")],
)
def test_the_division_above(code, parent):
    assert parent_code(code) == parent


@pytest.mark.parametrize(
    "code, digits",
    [
        ("330110", "330110"),
        ("330100", "3301"),
        ("330000", "33"),
        ("330110001", "330110"),
        ("110000", "11"),
        ("000000", "00"),
    ],
)
def test_the_digits_that_everything_within_begins_with(code, digits):
    assert scope_of(code) == digits


@pytest.mark.parametrize("year, in_force", [(1948, False), (1949, True), (2021, True), (2022, False), (None, False)])
def test_a_division_is_in_force_from_its_first_year_to_its_last(year, in_force):
    assert KNOWN.get("330103").valid_in(year) == in_force


def test_a_young_division_is_not_in_force_before():
    assert (
        not KNOWN.get("330113").valid_in(2020)
        and KNOWN.get("330113").valid_in(2021)
        and KNOWN.get("330113").valid_in(None)
    )


def test_what_is_wrong_with_a_code():
    assert KNOWN.problem("330110") is None and KNOWN.problem("330110001") is None
    assert KNOWN.problem("330199") == ("form_division_unknown", {"value": "330199"})
    assert KNOWN.problem("330110002") == ("form_division_unknown", {"value": "330110002"})
    assert KNOWN.problem("330105001") is KNOWN.problem("320101") is None  # places that the dictionary says nothing of
    assert KNOWN.problem("330103") == (
        "form_division_retired",
        {"value": "330103", "name": "下城区", "now": "330105 拱墅区"},
    )
    assert KNOWN.problem("330104")[1]["now"] == "-" and KNOWN.problem("330103", 2000) is None


def test_names_chains_and_children():
    assert len(KNOWN) == 8 and KNOWN.name("330110") == "余杭区" and KNOWN.name("x") == "" and KNOWN.get("x") is None
    assert [d.code for d in KNOWN.chain("330110001002")] == ["33", "3301", "330110", "330110001"]
    assert [d.code for d in KNOWN.children("3301")] == ["330105", "330110", "330113"]
    assert [d.code for d in KNOWN.children("")] == ["33"] and KNOWN.children("330105") == []


def test_successors_are_followed_and_a_ring_of_them_ends():
    ring = Divisions([Division("1", "a", None, 2000, "2"), Division("2", "b", None, 2000, "1")])
    assert KNOWN.current("330103") == "330105" and KNOWN.current("330110") == "330110" and KNOWN.current("x") == "x"
    assert ring.current("1") in ("1", "2")


def test_names_are_found_within_others_and_with_or_without_their_ending():
    assert KNOWN.find(["余杭"]) == KNOWN.find(["余杭区"]) == KNOWN.find(["杭州", "余杭"]) == ["330110"]
    assert KNOWN.find(["下城区"]) == ["330105"]  # the one that took its place
    assert KNOWN.find(["江干区"]) == [] == KNOWN.find([]) == KNOWN.find(["余杭区"], "32")
    assert KNOWN.find(["临平街道"], "330110") == ["330110001"] and KNOWN.find(["不知道", "拱墅区"]) == ["330105"]
    assert (
        KNOWN.nearest("余抗区")[0] == "330110"
        and KNOWN.nearest("余杭区", "32") == []
        and len(KNOWN.nearest("余杭区", count=1)) == 1
    )


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("竹山镇", "竹山"),
        ("竹山村民委员会", "竹山"),
        ("竹 山 街道办事处", "竹山"),
        ("东村", "东村"),
        ("城区", "城区"),
        ("竹山", "竹山"),
    ],
)
def test_a_name_without_its_ending_keeps_two_characters(name, bare):
    assert bare_name(name) == bare
