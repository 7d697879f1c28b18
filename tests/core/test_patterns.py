"""Regular expressions of users: those that could take for ever are refused, those of everyday use are not."""

import json
import re

import pytest
import yaml
from onemap.plugin import paths
from onemap.plugin.core import patterns
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.forms.validation import FormValidator
from onemap.plugin.formats.rules.inspection_files import load_specification

ENDLESS = [
    "(a+)+", "(a*)*b", "(a|ab|b)*c", r"(\d+)*X", r"(\w+\s?)*$", "(.*a){20}", "(.*,)*x", "(x+x+)+y", "((ab)*)*",
    ".*.*.*.*x", r"(?:(?:[a-z]+)?)+!", r"(?i)(a|AB|b)*c", "(a|aa)+$", "(a|a?)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(.*?,){11}P", "(a{1,30}){1,30}b", "([^a]|b)*c", "(.|b)*c", "(?=(a+)+b)a", "((?#one)a+)+b", "(?:a+(?#two))+b",
    "(?P<w>a+)(b+(?P=w)?)*c", "([]a]+)*b", r"(\x61+)*b", r"(\141+)*b", r"(\u6751+)*b", r"([\u6751-\u6760]+[\u6755-\u6770]?)*b", r"(\N{CJK UNIFIED IDEOGRAPH-6751}+)*b", r"(?a)(\w+\s?)*$", "(?x) ( a+ ) +",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    "(a)?(?(1)(b+)+|c)d",
]  # fmt: skip
EVERYDAY = [
    r"\d{18}", r"\d{6}|\d{9}|\d{12}", r"(-\d+)*", r"([^/]+/)*a\.gdb", r"\d+(,\d{3})*(\.\d+)?", "[A-Z]+[0-9]+",
    ".*村庄.*文本", r"\d{4}(年|-)\d{1,2}(月|-)\d{1,2}日?", r"(?P<a>\d+)-(?P=a)", "(?!0)[0-9]*", "", "[^,]+(,[^,]+)*",
    "(国土|国有)*地", r"(\d|\w)*", r"(年|月|日)*", r"[]\]a]+b", r"(?i:[a-f]+)-\d{2,}", r"\.{2}(jpg|jpeg)", "a{}b{,}", r"(\A|,)[^,]*?;", "(?#what)a+", r"a\\xls",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ENDLESS)
def test_endless_ones_are_found(pattern):
    assert patterns.is_readable(pattern) and not patterns.is_bounded(pattern)


@pytest.mark.parametrize("pattern", EVERYDAY)
def test_everyday_ones_are_taken(pattern):
    assert patterns.is_bounded(pattern)


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [("a?a", 2), ("a+a", 255), ("a*a", 256), ("a{2,4}a", 3), ("a{,2}a", 3), ("a{3}a", 1), ("a+?a", 255), ("(ab*a?)?c", 1),
     ("a?a?a", 4), ("(a|ab)c", 1), ("(a|.b)c", 2), ("(?i)é?[À-Ü]", 2), ("é?[À-Ü]", 1), (r"(?a)０?\W", 2), (r"０?\W", 1), ("(ab|cd)?e", 1), ("(a?b)?b", 2), ("(?=a?a)a", 2), ("(a)?(?(1)b|c)d", 1)],
)  # fmt: skip
def test_the_ways_in_which_an_expression_may_fit_are_counted(pattern, ways):
    assert patterns.is_bounded(pattern, ways) and not patterns.is_bounded(pattern, ways - 1)


def test_what_is_no_expression_is_not_taken():
    assert not patterns.is_bounded("(a") and not patterns.is_bounded("(" * 5000 + ")" * 5000)


def _found(node, names):
    """The text of every expression in a file of the plugin."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name in names and isinstance(value, str):
            yield value
        yield from _found(value, names)


def test_the_expressions_of_every_form_of_the_plugin_are_taken():
    files = sorted(paths.SCHEMAS.glob("*.json"))
    found = {p for file in files for p in _found(json.loads(file.read_text(encoding="utf-8")), ("pattern",))}
    assert len(found) > 5 and [p for p in found if not patterns.is_bounded(p, patterns.MOST_WAYS_OF_TEXT)] == []


def test_the_expressions_of_every_specification_of_the_plugin_are_taken():
    files = [
        yaml.safe_load(f.read_text(encoding="utf-8")) for f in sorted((paths.RESOURCES / "inspection").glob("*.yaml"))
    ]
    values, places = (set(_found(files, (name,))) for name in ("form", "pattern"))
    assert len(values) > 2 and [p for p in values if not patterns.is_bounded(p)] == []
    assert len(places) > 5 and [p for p in places if not patterns.is_bounded(p, patterns.MOST_WAYS_OF_PATH)] == []


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
