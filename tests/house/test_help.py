"""The help that travels with the plugin: every link and picture exists, and no shell line stands outside the examples."""

import re
from pathlib import Path

import pytest

HELP = Path(__file__).resolve().parents[2] / "resources" / "help"
PAGES = sorted(HELP.glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_exist(page):
    text = page.read_text(encoding="utf-8")
    anchors = set(re.findall(r'id="([^"]+)"', text))
    for target in re.findall(r'(?:href|src)="([^"]+)"', text):
        assert not target.startswith("http"), "the office PC may have no network"
        assert target[1:] in anchors if target.startswith("#") else (HELP / target).is_file(), target


def test_the_guide_holds_no_command():
    text = (HELP / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"qgis_process|tools/|\bmake\b|\bpip\b|<pre>", text)
