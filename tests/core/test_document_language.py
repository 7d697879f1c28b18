"""A report is of one language, whatever that of the window is: texts are messages until they are shown."""

import json

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.remarks import Remark
from onemap.plugin.core.messages import (
    catalogue,
    document_language,
    joined_texts,
    language,
    message,
    restored,
    set_language,
    stored,
    text,
    translated,
)


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language("en")


def test_a_document_has_its_language_and_the_window_keeps_its_own():
    with document_language("zh"):
        assert language() == "zh" and text("note_outside") == catalogue()["note_outside"]["zh"]
    assert language() == "en"


def test_a_message_is_told_again_with_all_that_is_in_it():
    why = message("siting_layer_failed", layer=message("siting_candidates"), error=InputError("coverage_nothing"))
    assert str(why) == text("siting_layer_failed", layer=text("siting_candidates"), error=text("coverage_nothing"))
    parts = text("siting_candidates", "zh"), text("coverage_nothing", "zh")
    assert translated(why, "zh") == text("siting_layer_failed", "zh", layer=parts[0], error=parts[1])
    assert type(translated(why, "zh")) is str


def test_a_message_is_in_the_language_of_where_it_is_shown():
    note = message("use_exempt", use="公路用地")
    assert f"{note}" == str(note) == note == text("use_exempt", "en", use="公路用地") and type(str(note)) is str
    with document_language("zh"):
        assert f"（{note:>3}）" == f"（{text('use_exempt', 'zh', use='公路用地')}）"
        assert str(note) == text("use_exempt", "zh", use="公路用地")


def test_texts_that_are_joined_are_told_again_one_by_one():
    parts = [message("note_outside"), "", message("line_absent"), "道路红线", message("note_outside")]
    both = joined_texts(parts)
    assert both == "; ".join([text("note_outside"), text("line_absent"), "道路红线"])
    assert translated(both, "zh") == f"{text('note_outside', 'zh')}；{text('line_absent', 'zh')}；道路红线"
    assert joined_texts([]) == joined_texts([""]) == "" and joined_texts(["公路", ""]) == "公路"


def test_a_message_in_a_file_is_told_again_in_any_language():
    why = message("layer_why", layer="L; 1", why=message("use_exempt", use="公路用地"))
    known = restored(json.loads(json.dumps(stored(why), ensure_ascii=False)))
    assert known == why and translated(known, "zh") == translated(why, "zh") != why
    for plain in ("2026-11-27 (file time, not the date of the data)", ""):  # as earlier versions kept it
        assert restored(stored(plain)) == plain


def test_names_of_the_data_stay_as_they_are():
    for name in ("Jing Hu Expressway", "CGCS2000 / 3-degree Gauss-Kruger CM 120E (EPSG:4549)", "the"):
        assert translated(name, "zh") == name


def test_a_remark_that_holds_a_text_of_the_window_is_of_one_language():
    remark = Remark(
        "rule_field_absent", "L", None, {"rule": "FM-2", "fields": "XGZ", "fallback": message("fallback_none")}
    )
    assert "takes no" not in remark.text("zh") and text("fallback_none", "zh") in remark.text("zh")


def test_any_number_of_texts_are_joined():
    parts = [message("layer_changed", layer=f"图层{n}") for n in range(5000)]
    both = joined_texts([*parts, parts[0]])
    assert str(both).split("; ") == [str(part) for part in parts]
    assert restored(json.loads(json.dumps(stored(both)))) == both
