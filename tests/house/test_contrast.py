"""Coloured text is readable, 4.5 : 1: tones on light and dark windows, letters on every fill; nothing else colours text."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [*sorted((ROOT / "plugin" / "gui").rglob("*.py")), *sorted((ROOT / "forms").glob("*.py"))]
RULES = ROOT / "plugin" / "gui" / "widgets" / "contrast.py"
LIGHT = ("#ffffff", "#f0f0f0", "#efefef", "#f7f7f7")  # bases and windows of Windows and of Fusion
DARK = ("#000000", "#1e1e1e", "#2b2b2b", "#323232", "#535353")  # of dark systems, Night Mapping, Blend of Gray
COLOUR = re.compile(r"#[0-9a-fA-F]{6}(?![0-9a-fA-F])")
STYLED = re.compile(r"(?<![-\w])color\s*:\s*(#|white|black|red|gr[ae]y|rgb|blue|green|orange)")


@pytest.fixture(scope="module")
def contrast():
    pytest.importorskip("qgis.PyQt")
    from onemap.plugin.gui.widgets import contrast

    return contrast


def texts(file):
    """The text constants of a file, those inside f-strings too, and the arguments of calls of setForeground."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setForeground":
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, True


def fills():
    found = {c for file in FILES for text, _ in texts(file) for c in COLOUR.findall(text)}
    for name in ("bridge/layers/results.py", "bridge/records/rollup_map.py"):  # colours of the map that cells show too
        found |= set(COLOUR.findall((ROOT / "plugin" / name).read_text(encoding="utf-8")))
    return sorted(found)


def test_the_ratio_is_that_of_wcag(contrast):
    assert contrast.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast.contrast("#fd8d3c", "#ffffff") < 2.4


def test_tones_are_read_on_light_and_dark_windows(contrast):
    for tone in contrast.Tone:
        light, dark = tone.value
        for text, grounds in ((light, LIGHT), (dark, DARK)):
            weak = {ground: round(contrast.contrast(text, ground), 2) for ground in grounds}
            assert min(weak.values()) >= contrast.ENOUGH, (tone, weak)


def test_letters_are_read_on_every_fill(contrast):
    assert len(fills()) > 30
    for fill in (*fills(), *(f"#{n:02x}{n:02x}{n:02x}" for n in range(256))):
        assert contrast.contrast(contrast.letters_on(fill), fill) >= contrast.ENOUGH, fill


def test_text_gets_its_colour_from_these_rules_alone():
    wrong = []
    for file in FILES:
        if file != RULES:
            for text, is_foreground in texts(file):
                if STYLED.search(text) or (is_foreground and (COLOUR.search(text) or text in ("white", "black"))):
                    wrong.append((str(file.relative_to(ROOT)), text))
    assert not wrong, wrong
