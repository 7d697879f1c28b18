"""The generated page of rules is not stale."""

from pathlib import Path

import rules_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_rules_say():
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.current(), "run make docs"
