"""Keys that look alike, districts that contradict."""

import pytest
from onemap.plugin.core.review.alike_projects import keys_alike, shown
from onemap.plugin.core.review.districts import contradicts, counties_named


@pytest.mark.parametrize(
    "one, other",
    [
        ("A-1", "Ａ-1"),
        ("A-1", "A\u00a0-1"),
        ("A-1", "А-1"),
        ("A-1", "a–1"),
        ("O1", "01"),
        ("P1", "Pl"),
        ("地块1", "地块\u3000１"),
        ("1", "１"),
    ],
)
def test_keys_that_a_reader_takes_for_one_are_a_group(one, other):
    assert keys_alike([one, "B-7", other, one]) == [[one, other]]


def test_other_keys_are_not():
    assert keys_alike(["A-1", "A-2", "A-11", "甲", "乙", "11", "10", "101", "A-1#2", "fid 1"]) == []


def test_what_nobody_sees_is_spelt_out():
    assert shown("A\u00a0甲") == "A<U+00A0>甲" and shown("Ａ1") == "Ａ<U+FF21>1"


@pytest.mark.parametrize(
    "stated, others, wrong",
    [
        ("330110", [("330726", "")], True),
        ("330110001", [("330110", "")], False),
        ("330110", [("330110002003", "")], False),
        ("330100", [("330110", "")], False),
        ("330110.0", [("330110", ""), ("330726", "")], False),
        ("330110", [("330726", ""), ("", "x")], False),
        ("330110", [], False),
        (None, [("330110", "")], False),
        ("乙县", [("330726", "甲县")], True),
        ("某市甲县", [("330726", "甲县")], False),
        ("甲", [("330726", "甲县")], False),
        ("乙县", [("330726", "")], False),
        ("第3地块", [("330726", "甲县")], False),
        ("甲县", [("330726001", "竹山镇")], False),
        ("甲县", [("", "某市")], False),  # that may hold it
        ("330110", [("2026", "")], False),
        ("330110", [("11", "")], False),
    ],
)
def test_a_district_contradicts_where_it_can_be_compared(stated, others, wrong):
    assert contradicts(stated, others) == wrong


def test_counties_in_the_names_of_layers():
    names = ["330110YJJBNTTB", "STBHHX_330110001", "YJJBNT_202312", "ZX_20231231", "LX"]
    assert counties_named(names, {"33", "11"}) == ["330110"]
    dated = ["YJJBNT_231231", "STBHHX_230102"]
    assert counties_named(dated, {"33", "23"}, ["330110", None]) == [], "the end of 2023, not a county in the north"
    assert counties_named(dated, {"33", "23"}, ["230103"]) == ["231231", "230102"]
