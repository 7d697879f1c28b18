"""A report is of one language, whatever that of the window is: texts kept as messages, and those that rows kept."""

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.remarks import Remark
from onemap.plugin.core.messages import catalogue, document_language, language, message, set_language, text, translated


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


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("note_outside", {}),
        ("use_exempt", {"use": "公路用地"}),
        ("layer_date_file", {"day": "2026-11-27"}),
        ("line_absent", {}),
    ],
)
def test_a_text_that_a_row_kept_is_read_back_by_its_template(code, params):
    assert translated(text(code, "en", **params), "zh") == text(code, "zh", **params)


def test_texts_that_were_joined_are_read_back_one_by_one():
    both = "; ".join([text("note_outside"), text("line_absent")])
    assert translated(both, "zh") == f"{text('note_outside', 'zh')}；{text('line_absent', 'zh')}"


def test_values_of_joined_texts_stay_in_their_own():
    codes = ("land_firm_tax_low", "land_firm_far_low", "use_exempt")
    params = {"value": "0.10", "share": "33%", "limit": "6.47", "use": "公路用地"}
    for joint in ("；", "; "):
        made = joint.join(text(code, "en", **params) for code in codes)
        assert translated(made, "zh") == "；".join(text(code, "zh", **params) for code in codes)


def test_names_of_the_data_stay_as_they_are():
    for name in ("Jing Hu Expressway", "CGCS2000 / 3-degree Gauss-Kruger CM 120E (EPSG:4549)", "the"):
        assert translated(name, "zh") == name


def test_a_remark_that_holds_a_text_of_the_window_is_of_one_language():
    remark = Remark(
        "rule_field_absent", "L", None, {"rule": "FM-2", "fields": "XGZ", "fallback": text("fallback_none")}
    )
    assert "takes no" not in remark.text("zh") and text("fallback_none", "zh") in remark.text("zh")
