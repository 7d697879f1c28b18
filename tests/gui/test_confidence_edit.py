"""Confidences are read and written in the user's language and kept as files spell them."""

import pytest
from onemap.plugin.core import messages


@pytest.fixture
def edit(qgis_app):
    from onemap.plugin.gui.widgets.confidence_edit import ConfidenceEdit

    messages.set_language("zh")
    yield ConfidenceEdit()
    messages.set_language("en")


@pytest.mark.parametrize("stored, shown", [
    ("memory - verify", "凭记忆，待核"), ("proposal 示例：虚构", "建议；示例：虚构"), ("", ""), ("本单位核对", "本单位核对"),
])  # fmt: skip
def test_what_is_not_edited_stays_as_it_was(edit, stored, shown):
    edit.setText(stored)
    assert edit.displayText() == shown and edit.text() == stored


def test_what_is_typed_is_kept_as_files_spell_it(edit):
    edit.setText("memory - verify")
    for typed, stored in (("见公开资料", "seen"), ("建议；本市做法", "proposal 本市做法"), ("自定", "自定"), ("", "")):
        edit.clear()
        edit.insert(typed)
        assert edit.text() == stored
