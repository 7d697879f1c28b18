"""The generated page of rules is not stale."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import rules_page  # noqa: E402


def test_the_page_is_what_the_rules_say():
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.current(), "run make docs"
