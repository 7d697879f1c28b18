"""What a person types as a number is that number, whatever the language of QGIS and the keyboard."""

import pytest
from onemap.plugin.gui.review.rules_form import number
from onemap.plugin.gui.widgets.typed import typed_number
from qgis.PyQt.QtCore import QLocale


@pytest.fixture
def language():
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(QLocale("en_US"))


@pytest.mark.parametrize(
    "name, text, wanted",
    [
        ("de_DE", "1,5", 1.5), ("de_DE", "0.125", 0.125), ("de_DE", " 7 ", 7.0), ("zh_CN", "１．５", 1.5),
        ("zh_CN", "1。5", 1.5), ("zh_TW", "-0.5", -0.5), ("en_US", "1e3", 1000.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_was_meant(language, name, text, wanted):
    language(name)
    assert typed_number(text) == wanted


@pytest.mark.parametrize("name, text", [("en_US", "1,000"), ("de_DE", "1.000,5"), ("zh_CN", "五"), ("zh_CN", ""),
                                        ("en_US", "inf"), ("en_US", "nan")])  # fmt: skip
def test_what_is_no_number_is_refused_with_what_was_typed(language, name, text):
    language(name)
    with pytest.raises(ValueError) as refused:
        typed_number(text)
    assert str(refused.value) == text


def test_a_threshold_of_a_rule_keeps_what_is_no_number_for_the_check_to_name(language):
    language("de_DE")
    assert [number(text) for text in ("2,5", "3", "3.0", "", "viel")] == [2.5, 3, 3.0, None, "viel"]
    assert isinstance(number("3"), int) and isinstance(number("3.0"), float)
