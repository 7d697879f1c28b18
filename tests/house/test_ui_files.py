"""What the .ui files must hold so that they open with Qt 5 and Qt 6 alike."""

import xml.etree.ElementTree as ElementTree  # noqa: S405 - reads only this project's own files
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(file for room in ("forms", "plugin") for file in (ROOT / room).rglob("*.ui"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_spacers_have_a_size(file):
    """PyQt6 cannot make a spacer without one; PyQt5 makes one that does not stretch."""
    for spacer in ElementTree.parse(file).getroot().iter("spacer"):  # noqa: S314
        assert "sizeHint" in [p.get("name") for p in spacer.findall("property")], spacer.get("name")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_texts_are_set_in_the_source(file):
    """A text in a .ui file would not be translated by tr()."""
    assert not [s.text for s in ElementTree.parse(file).getroot().iter("string") if (s.text or "").strip()]  # noqa: S314
