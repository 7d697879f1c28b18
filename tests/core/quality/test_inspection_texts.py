"""Numbers in sentences and tables of texts: which are read, in what unit, and how true they are."""

import pytest
from onemap.plugin.core.quality.inspection import Inspection
from onemap.plugin.core.quality.inspection_spec import LandSum, Specification, TextNumber, TextSpec
from onemap.plugin.core.quality.inspection_texts import check_text, stated_numbers

LAND = LandSum("DLTB")
M2 = 12_345_678.0  # 1234.5678 ha


def checked(words, m2=M2, **more):
    text = TextSpec("T", ".*", (TextNumber("耕地保有量", LAND, **more),))
    run = Inspection(Specification("n", "county", "1", "", "", texts=(text,)))
    check_text(run, text, "文本.docx", words, {LAND: m2} if m2 else {})
    return run


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("到2035年，耕地保有量不低于1,234.57公顷。", 1234.57, "ha"),
        ("耕地保有量到 2035 年达到１２３４．５７ 公顷", 1234.57, "ha"),
        ("耕地保有量为1.85万亩，园地2公顷", 18500, "mu"),
        ("耕地保有量（12.35平方公里）", 12.35, "km2"),
        ("耕地保有量12.35km²", 12.35, "km2"),
        ("3\t耕地保有量\t约束性\t1234.57\t1200", 1234.57, "ha"),
        ("耕地保有量（公顷）\t1234.57", 1234.57, "ha"),
    ],
)
def test_a_number_after_its_words_is_read(words, value, unit):
    found = list(stated_numbers(words, "耕地保有量", "ha"))
    assert [(one.value, one.unit) for one in found] == [(value, unit)]


@pytest.mark.parametrize(
    "words", ["耕地保有量不减少。林地 5 公顷", "耕地保有量占比12.5%，2035年", "林地 5 公顷", "耕地保有量\t见附表", ""]
)
def test_a_text_that_states_no_number_leaves_it_unchecked(words):
    run = checked(words)
    assert run.defects == [] and [o.why.code for o in run.outcomes.values()] == ["unchecked_text_silent"]


@pytest.mark.parametrize(
    "words", ["1234.57公顷", "1234.568公顷", "1235公顷", "1.85万亩", "12.35平方公里", "0.12万公顷"]
)
def test_a_number_rounded_as_it_is_written_agrees(words):
    assert checked("耕地保有量" + words).defects == []


@pytest.mark.parametrize("words", ["1234.58公顷", "1234.56公顷", "1236公顷", "1.86万亩", "12.36平方公里", "1234.57亩"])
def test_another_number_is_told_with_what_it_must_be(words):
    (defect,) = checked("耕地保有量" + words).defects
    assert defect.item == "Q703" and defect.value == words and "耕地保有量" in defect.text("zh")


def test_every_place_counts_and_a_tolerance_is_kept():
    words = "耕地保有量1234公顷。表内耕地保有量1200公顷"
    assert [d.value for d in checked(words).defects] == ["1234公顷", "1200公顷"]
    assert [d.value for d in checked(words, tolerance=1.0).defects] == ["1200公顷"]


def test_a_layer_that_is_not_there_leaves_the_number_unchecked():
    assert [o.why.code for o in checked("耕地保有量1公顷", m2=None).outcomes.values()] == ["unchecked_layers"]
