"""Fields into those of a specification: what is certain, what is only proposed, what stays open; units and codes."""

import pytest
from onemap.plugin.core.quality.field_mapping import Choice, Match, SourceField, factor, match_fields, unit_of
from onemap.plugin.core.quality.field_values import Fault, ValueMaker
from onemap.plugin.core.quality.inspection_spec import CodeList, FieldKind, FieldSpec
from onemap.plugin.core.quality.pinyin import initials

CODES = {"use": CodeList("use", {"0101": "水田", "0601": "工业用地", "07": "居住用地"}, 6)}


def target(name, title="", kind=FieldKind.CHAR, **more):
    return FieldSpec(name, kind, title, **more)


def found(sources, targets, choices=None):
    return {
        m.target.name: (m.source, m.match.value, m.rivals) for m in match_fields(sources, targets, CODES, choices or {})
    }


@pytest.mark.parametrize(("names", "wanted"), [
    ("标识码", "BSM"), ("要素代码", "YSDM"), ("行政区代码", "XZQDM"), ("图斑面积", "TBMJ"), ("坐落单位名称", "ZLDWMC"), ("地类编码", "DLBM"),
    ("村镇ID", "CZID"), ("權屬", ""), ("", ""), ("用地用海分类代码", "YDYHFLDM"), ("扣除地类系数", "KCDLXS"),
])  # fmt: skip
def test_initials(names, wanted):
    assert initials(names) == wanted


def test_names_titles_initials_and_values_in_this_order():
    sources = [
        SourceField("bsm"),
        SourceField("f2", "要素代码"),
        SourceField("地类编码"),
        SourceField("use", values=frozenset({"0101", "0601"})),
    ]
    targets = [
        target("BSM", "标识码"),
        target("YSDM", "要素代码"),
        target("DLBM", "地类代码"),
        target("XGHDL", "现状类别", codes="use"),
    ]
    assert found(sources, targets) == {
        "BSM": ("bsm", "name", ()), "YSDM": ("f2", "title", ()), "DLBM": ("地类编码", "pinyin", ()), "XGHDL": ("use", "values", ())}  # fmt: skip


def test_two_that_fit_are_left_open_with_their_names():
    sources = [SourceField("a", "名称"), SourceField("b", "名称")]
    assert found(sources, [target("MC", "名称")]) == {"MC": ("", "none", ("a", "b"))}
    assert found([SourceField("名称")], [target("X", "名称"), target("Y", "名称")]) == {
        "X": ("", "none", ("名称",)), "Y": ("", "none", ("名称",))}  # fmt: skip


def test_one_value_says_nothing_and_a_choice_wins():
    sources = [SourceField("use", values=frozenset({"0101"})), SourceField("BSM")]
    targets = [target("XGHDL", "现状类别", codes="use"), target("BSM", "标识码")]
    assert found(sources, targets)["XGHDL"] == ("", "none", ())
    chosen = found(sources, targets, {"XGHDL": Choice("BSM"), "BSM": Choice(default="x")})
    assert chosen == {"XGHDL": ("BSM", "chosen", ()), "BSM": ("", "default", ())}


def test_a_name_follows_from_its_code():
    targets = [target("DLBM", "地类编码", codes="use"), target("DLMC", "地类名称", name_of="DLBM")]
    assert found([SourceField("DLBM")], targets)["DLMC"] == ("", Match.NAME_OF.value, ())
    assert found([SourceField("x")], targets)["DLMC"] == ("", "none", ())


@pytest.mark.parametrize(("names", "wanted"), [
    (("面积（公顷）",), "ha"), (("MJ_mu",), "mu"), (("面积(单位:平方米)",), "m2"), (("MJ", "图斑面积（亩）"), "mu"), (("MJ",), ""), (("名称（全称）",), ""),
    (("面积（万亩）",), "wanmu"), (("tag_ha",), "ha"), (("图斑面积_公顷",), "ha"), (("面积_亩 ",), "mu"), (("面积_其他",), ""),
])  # fmt: skip
def test_units(names, wanted):
    assert unit_of(*names) == wanted


def test_factors():
    assert factor("ha", "m2") == 10_000 and factor("mu", "ha") == pytest.approx(1 / 15) and factor("", "m2") is None


def test_codes_are_translated_by_name_padded_and_never_dropped():
    maker = ValueMaker(target("DLBM", codes="use", length=6), CODES["use"], translations={"老工业": "0601"})
    assert [maker.value(v) for v in ("0101", "水田", "07", "101", "老工业", "没有", None, " ")] == [
        "010100", "010100", "070000", "101", "060100", "没有", None, None]  # fmt: skip
    assert maker.faults == {(Fault.NO_CODE, "101"): 1, (Fault.NO_CODE, "没有"): 1} and (maker.filled, maker.empty) == (
        6,
        2,
    )


def test_codes_come_back_from_numbers_and_from_wide_letters():
    maker = ValueMaker(target("DLBM", codes="use", length=6), CODES["use"])
    assert [maker.value(v) for v in (101, 101.0, "０１０１")] == ["010100"] * 3 and not maker.faults
    assert maker.value(999) == "999" and maker.faults == {(Fault.NO_CODE, "999"): 1}


def test_what_a_shapefile_leaves_of_a_title_is_a_proposal():
    sources = [SourceField("图斑地类面"), SourceField("权属单"), SourceField("地类")]
    targets = [target("TBDLMJ", "图斑地类面积"), target("QSDWMC", "权属单位名称"), target("DLBM", "地类编码")]
    assert found(sources, targets) == {
        "TBDLMJ": ("图斑地类面", "shortened", ()), "QSDWMC": ("权属单", "shortened", ()), "DLBM": ("", "none", ())}  # fmt: skip
    both = [target("QSDWMC", "权属单位名称"), target("QSDWDM", "权属单位代码")]
    assert found([SourceField("权属单位")], both)["QSDWMC"] == ("", "none", ("权属单位",))


def test_numbers_days_and_lengths():
    number = ValueMaker(target("MJ", kind=FieldKind.FLOAT), factor=10_000.0)
    assert [number.value(v) for v in ("1,234.5", 2, "abc", float("nan"))] == [12_345_000.0, 20_000.0, None, None]
    maker = ValueMaker(target("N", kind=FieldKind.INT))
    assert [maker.value(v) for v in (3.0, "4", 4.5)] == [3, 4, None] and maker.faults == {(Fault.NOT_INTEGER, "4.5"): 1}
    day = ValueMaker(target("RQ", kind=FieldKind.DATE))
    assert [day.value(v) for v in ("20260301", "2026/3/1", "2026年3月1日", "2026-13-01", "x")] == ["2026-03-01"] * 3 + [
        None
    ] * 2
    text = ValueMaker(target("MC", length=2))
    assert text.value("三个字") == "三个字" and text.faults == {(Fault.TOO_LONG, "三个字"): 1}  # kept, told, not cut
    assert ValueMaker(target("MC")).value(12.0) == "12"
