"""Regular expressions of users: those that could take for ever are refused, those of everyday use are not."""

import re

import pytest
from onemap.plugin.core import patterns
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.forms.validation import FormValidator
from onemap.plugin.formats.rules.inspection_files import load_specification

ENDLESS = [
    "(a+)+", "(a*)*b", "(a|ab|b)*c", r"(\d+)*X", r"(\w+\s?)*$", "(.*a){20}", "(.*,)*x", "(x+x+)+y", "((ab)*)*",
    ".*.*.*.*x", r"(?:(?:[a-z]+)?)+!", r"(?i)(a|AB|b)*c",
]  # fmt: skip
EVERYDAY = [
    r"\d{18}", r"\d{6}|\d{9}|\d{12}", r"(-\d+)*", r"([^/]+/)*a\.gdb", r"\d+(,\d{3})*(\.\d+)?", "[A-Z]+[0-9]+",
    ".*村庄.*文本", r"\d{4}(年|-)\d{1,2}(月|-)\d{1,2}日?", r"(?P<a>\d+)-(?P=a)", "(?!0)[0-9]*", "", "[^,]+(,[^,]+)*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ENDLESS)
def test_endless_ones_are_found(pattern):
    assert patterns.is_readable(pattern) and not patterns.is_bounded(pattern)


@pytest.mark.parametrize("pattern", EVERYDAY)
def test_everyday_ones_are_taken(pattern):
    assert patterns.is_bounded(pattern)


def test_paths_may_hold_more_open_places():
    pattern = r"(.*/)?.*村庄.*规划.*文本.*\.(docx|pdf)"
    assert not patterns.is_bounded(pattern) and patterns.is_bounded(pattern, patterns.MOST_WAYS_OF_PATH)


def test_a_value_longer_than_any_that_is_tried_does_not_fit():
    pattern = re.compile("a*")
    assert patterns.fits(pattern, "a" * 255) and not patterns.fits(pattern, "a" * 256)


def test_a_specification_names_the_field_of_an_endless_expression(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\nversion: '1'\nlayers:\n  - code: XZQ\n    fields:\n      - {name: DKBH, type: Char, form: '(\\w+)+!'}\n"
        "files:\n  - {title: 文本, pattern: '(.*,)*x', need: M}\n",
        encoding="utf-8",
    )
    with pytest.raises(CatalogueError) as error:
        load_specification(str(path))
    assert "DKBH" in str(error.value) and "文本" in str(error.value) and r"(\w+)+!" in str(error.value)


def test_a_form_with_an_endless_expression_is_refused():
    schema = {"type": "object", "properties": {"a": {"type": "string", "title": "编号", "pattern": "^(a+)+$"}}}
    with pytest.raises(CatalogueError) as error:
        FormValidator.check_schema(schema, "own")
    assert "编号" in str(error.value)
