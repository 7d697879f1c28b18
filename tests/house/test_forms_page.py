"""The generated page of forms is not stale."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import forms_page  # noqa: E402


def test_the_page_is_what_the_schemas_say():
    assert forms_page.PAGE.read_text(encoding="utf-8") == forms_page.current(), "run make docs"
