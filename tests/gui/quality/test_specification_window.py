"""Layers, fields and code lists of a specification are edited in its window and saved as the office's own file."""

import pytest


@pytest.fixture
def window(qgis_app, monkeypatch):
    from onemap.plugin.gui.quality import specification_codes, specification_layers
    from onemap.plugin.gui.quality.specification_window import SpecificationWindow

    made = SpecificationWindow("county")
    made.answers = []
    for module in (specification_layers, specification_codes):
        monkeypatch.setattr(module.QInputDialog, "getText", lambda *a, **k: (made.answers.pop(0), True))
    yield made
    made.has_changes = False
    made.close()


def click(window, button, *answers):
    window.answers[:] = answers
    button.click()


def test_a_layer_with_fields_is_added_changed_renamed_and_saved(window, tmp_path):
    from onemap.plugin.formats.rules.inspection_files import load_specification

    layers = window.layers
    click(window, layers.add_layer, "LSBHQ")
    assert layers.chosen() == ("LSBHQ", "") and layers.layer_form.shape.isEnabled()
    layers.layer_form.title.setText("历史保护区")
    layers.layer_form.need.setCurrentIndex(0)
    layers.layer_form.apply.click()
    click(window, layers.add_field, "BHMJ")
    form = layers.field_form
    form.kind.setCurrentText(form.kind.itemText(3))
    form.length.setValue(15)
    form.decimals.setValue(2)
    form.unit.setCurrentText("ha")
    form.range.setText(">0")
    form.apply.click()
    assert layers.chosen() == ("LSBHQ", "BHMJ") and layers.tree.currentItem().font(0).bold()
    click(window, layers.rename, "MJ")
    layers.choose("XZQX")
    assert not layers.layer_form.shape.isEnabled(), "the geometry of a layer below stays"
    layers.choose("XZQX", "BSM")
    form.length.setValue(20)
    form.apply.click()
    assert "LSBHQ" in window.text.toPlainText() and window.has_changes
    window.save(str(tmp_path / "own.yaml"))
    own = load_specification(tmp_path / "own.yaml")
    field = own.layer("LSBHQ").field("MJ")
    assert (field.kind.value, field.length, field.decimals, field.unit, field.range) == ("Float", 15, 2, "ha", ">0")
    assert (own.layer("LSBHQ").title, own.layer("LSBHQ").need.value) == ("历史保护区", "M")
    assert own.layer("XZQX").field("BSM").length == 20 and not window.has_changes


def test_what_is_wrong_is_told_with_its_line_and_changes_nothing(window):
    from onemap.plugin.formats.rules.inspection_files import load_specification

    layers = window.layers
    layers.choose("XZYDYH", "TBMJ")
    layers.field_form.range.setText("many")
    layers.field_form.apply.click()
    assert (
        "county.yaml" in window.message.text() and "range" in window.message.text() and "many" in window.message.text()
    )
    layers.choose("XZQX")
    layers.remove.click()
    assert "remove.0" in window.message.text()
    assert window.edit.specification == load_specification("county") and not window.has_changes
    layers.choose("SD")
    layers.remove.click()
    assert window.edit.specification.layer("SD") is None and layers.chosen() == ("", "")
    assert not layers.remove.isEnabled() and layers.forms.currentIndex() == 0


def test_codes_of_a_list_are_changed_and_lists_added(window):
    codes = window.codes
    click(window, codes.new, "levels")
    assert codes.lists.currentText() == "levels"
    codes.add_row("1", "国家级")
    codes.add_row("2", "省级")
    codes.table.selectRow(1)
    codes.remove_rows()
    codes.take.click()
    assert dict(window.edit.specification.codes["levels"].values) == {"1": "国家级"}
    window.layers.choose("XZYDYH", "TBMJ")
    listed = window.layers.field_form.codes
    assert "levels" in [listed.itemText(number) for number in range(listed.count())]


def test_an_unsaved_change_is_asked_about(window, monkeypatch):
    from onemap.plugin.gui.quality import specification_window as module

    asked = []
    monkeypatch.setattr(module, "agreed", lambda *a: asked.append(a) or False)
    window.show()
    window.reject()
    assert not asked and not window.isVisible()
    window.show()
    click(window, window.layers.add_layer, "NEU")
    window.reject()
    assert len(asked) == 1 and window.isVisible()
