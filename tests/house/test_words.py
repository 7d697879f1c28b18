"""Names are words of the field: no private vocabulary in identifiers, and CONTRIBUTING lists what is avoided."""

import ast
import functools
import re

import pytest

from .rooms import ROOT
from .words import PRIVATE_PHRASES, PRIVATE_WORDS

FILES = [
    file for room in ("plugin", "forms", "processing_algs", "tools") for file in sorted((ROOT / room).rglob("*.py"))
]
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def identifiers(tree):
    """(line, name) of everything that a source text names: variables, attributes, arguments, functions, classes."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield line, name
        yield from ((line, name) for name in getattr(node, "names", ()) if isinstance(name, str))


@functools.cache
def instead(name):
    """What to write instead of a name; "" for one of the field."""
    parts = [part.lower() for part in PARTS.findall(name)]
    found = [PRIVATE_WORDS[part] for part in parts if part in PRIVATE_WORDS]
    found += [better for phrase, better in PRIVATE_PHRASES.items() if phrase in "_".join(parts)]
    return "; ".join(found)


def private(text):
    """{(line, name): what to write instead} of a source text."""
    return {(line, name): better for line, name in identifiers(ast.parse(text)) if (better := instead(name))}


def test_no_identifier_is_of_the_private_vocabulary():
    found = [
        f"{file.relative_to(ROOT)}:{line} {name} (write: {better})"
        for file in FILES
        for (line, name), better in private(file.read_text(encoding="utf-8")).items()
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["told = 1", "def f(words): ...", "x.is_whole", "f(mine=2)", "class Told: ...", "import a as twin", "_TOLD = 3",
     "def take_in_outside(): ...", "def f():\n    global theirs"],
)  # fmt: skip
def test_a_private_word_is_found_wherever_a_name_stands(text):
    assert private(text)


def test_texts_and_longer_words_are_no_names():
    assert not private("'told'\nwholesale = keywords = password = determine = 0  # mine\n")


def test_contributing_lists_every_avoided_word():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [word for word in {**PRIVATE_WORDS, **PRIVATE_PHRASES} if f"`{word}`" not in text] == []
