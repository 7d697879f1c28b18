"""A remark is put into words once for each language."""

from dataclasses import replace

from onemap.plugin.core import messages
from onemap.plugin.core.land.remarks import Remark, stated_once


def test_a_remark_is_told_in_the_language_that_is_asked_for_whatever_was_asked_before(monkeypatch):
    made = []
    monkeypatch.setattr(messages, "text", counted(messages.text, made))
    remark = Remark("layer_moved", "红线", None, {"layer": "红线", "other": "农田", "east": 1, "north": 2})
    english, chinese = remark.text("en"), remark.text("zh")
    assert english != chinese and "红线" in english and "红线" in chinese
    assert (remark.text("en"), remark.text("zh")) == (english, chinese)
    assert len(made) == 2
    with messages.document_language("zh"):
        assert remark.text() == chinese


def test_another_remark_has_words_of_its_own():
    remark = Remark("layer_moved", "a", None, {"layer": "a", "other": "b", "east": 1, "north": 2})
    text = remark.text("en")
    other = replace(remark, params={**remark.params, "north": 77})
    assert other.text("en") != text and "77" in other.text("en")
    assert stated_once([remark, other, replace(remark)]) == [remark, other]


def counted(work, calls):
    """`work`, which notes that it was asked."""

    def called(code, **given):
        calls.append(code)
        return work(code, **given)

    return called
