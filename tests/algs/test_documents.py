"""Every command of the guides names algorithms and parameters that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")]
COMMAND = re.compile(r"tools/process (?:run|help) onemap:(\w+)((?:[^\n`]|\\\n)*)")


@pytest.fixture(scope="module")
def algorithms(qgis_app):
    """{id of an algorithm: names of its parameters}"""
    provider = qgis_app.processingRegistry().providerById("onemap")
    return {a.name(): {d.name() for d in a.parameterDefinitions()} for a in provider.algorithms()}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_what_a_guide_says_can_be_typed(guide, algorithms):
    text = guide.read_text(encoding="utf-8")
    assert set(re.findall(r"\bonemap:(\w+)", text)) <= set(algorithms)
    for name, rest in COMMAND.findall(text.replace("\\\n", " ")):
        given = set(re.findall(r'(?<=[\s"])--([A-Z][A-Z_]*)=', rest))
        assert given <= algorithms[name], (guide.name, name, given - algorithms[name])


def test_the_guides_show_commands():
    shown = {name for guide in GUIDES for name, _ in COMMAND.findall(guide.read_text(encoding="utf-8"))}
    assert {"checkcontrollines", "createworkspace", "ingestlayers"} <= shown
