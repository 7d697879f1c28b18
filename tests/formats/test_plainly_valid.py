"""What is called plainly valid is what the library calls valid: shipped files, and these with anything done to them."""

import copy
import json
import random
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator
from onemap.plugin.formats.rules.plainly_valid import is_plainly_valid
from onemap.plugin.formats.rules.schema_mistakes import plain
from onemap.plugin.formats.rules.yaml_lines import load_yaml
from onemap.plugin.paths import RESOURCES

FILES = {
    "rules/3x_national.yaml": "rules/rules.schema.json",
    "indicators/warnings.yaml": "indicators/warnings.schema.json",
}
VALUES = (None, True, False, 0, 1, -1, 1.5, "", "x", "2026-01-01", "seen", "avoid", [], ["x"], [""], {}, {"law": "L"})


def schema_of(name):
    return json.loads((RESOURCES / name).read_text(encoding="utf-8"))


def document_of(name):
    return plain(load_yaml(RESOURCES / name).data)


def places(node, path=()):
    """Every place of a document."""
    yield path
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield from places(node[key], (*path, key))


def changed(document, dice):
    """The document with one value changed, taken away, put elsewhere, or one key that nobody knows."""
    made = copy.deepcopy(document)
    *path, last = dice.choice([place for place in places(made) if place])
    parent = made
    for key in path:
        parent = parent[key]
    what = dice.randrange(4)
    if what == 0:
        del parent[last]
    elif what == 1 and isinstance(parent, dict):
        parent["extends" if dice.random() < 0.3 else "nobody"] = dice.choice(VALUES)
    else:
        parent[last] = copy.deepcopy(dice.choice(VALUES))
    return made


def small(document, dice):
    """A part of a long document: some of its rules, laws and items."""
    if isinstance(document, dict):
        return {key: small(value, dice) for key, value in document.items()}
    return dice.sample(document, min(3, len(document))) if isinstance(document, list) else document


@pytest.mark.parametrize("file", FILES)
def test_shipped_files_are_plainly_valid(file):
    assert is_plainly_valid(document_of(file), schema_of(FILES[file]))


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_plainly_valid_that_the_library_refuses(file):
    document, schema = document_of(file), schema_of(FILES[file])
    library, dice = Draft202012Validator(schema), random.Random(file)  # noqa: S311 - made-up data
    counts = {True: 0, False: 0}
    for _ in range(400):
        made = changed(small(document, dice), dice)
        is_valid, is_plain = library.is_valid(made), is_plainly_valid(made, schema)
        counts[is_valid] += 1
        assert is_valid or not is_plain, made
        assert is_plain or not is_valid, "of the shipped schemas every word is known"
    assert min(counts.values()) > 20, counts


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, {"anyOf": [{"type": "integer"}]}),  # a word that is not known
        (1.0, {"type": "integer"}),
        ({"a": 1}, {"not": {"properties": {"a": {"const": 1.0}}}}),
        ({"a": 1}, {"if": {"properties": {"a": {"const": 1.0}}}, "then": False}),
        (1, {"$ref": "other.json#/a"}),
        ("x", {"pattern": "("}),
        (float("nan"), {"type": "number", "minimum": 0}),
    ],
)
def test_what_is_in_doubt_is_left_to_the_library(value, schema):
    assert not is_plainly_valid(value, schema)


def test_rules_are_read_without_the_library():
    code = "import sys; from onemap.plugin.formats.rules.rule_files import load_rule_set; "
    code += "print(len(load_rule_set().rules) > 20, 'jsonschema' in sys.modules)"
    paths = "import sys; sys.path[:0] = " + repr(sys.path) + "; "
    done = subprocess.run([sys.executable, "-c", paths + code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "False"], done.stderr
