"""Names of land classes: official in data and reports, in the language of the window where people look."""

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.quality.comparison_values import padded_name
from onemap.plugin.formats.rules.conversion_files import (
    classes_2023,
    classes_of_survey,
    shown_classes_2023,
    shown_classes_of_survey,
)


@pytest.fixture
def window_language():
    before = messages.language()
    yield messages.set_language
    messages.set_language(before)


@pytest.mark.parametrize(
    "shown, official, names",
    [(shown_classes_2023, classes_2023, ("Rural road", "农村道路")),
     (shown_classes_of_survey, classes_of_survey, ("Industrial land", "工业用地"))],
)  # fmt: skip
def test_every_class_has_a_name_in_either_language(window_language, shown, official, names):
    window_language("en")
    english = shown()
    assert english.keys() == official().keys() and all(name.isascii() and name for name in english.values())
    assert len(set(english.values())) == len(english) and (english["0601"], official()["0601"]) == names
    window_language("zh")
    assert shown() == official()


def test_a_padded_code_has_the_name_of_its_class():
    names = {"06": "a", "0601": "b", "060101": "c"}
    assert [padded_name(names, code) for code in ("060000", "060100", "060101", "0601", "9900", "")] == [
        *"abcb", "", ""
    ]  # fmt: skip
