"""The generated page of forms is not stale."""

from pathlib import Path

import forms_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_schemas_say():
    assert forms_page.PAGE.read_text(encoding="utf-8") == forms_page.current(), "run make docs"
