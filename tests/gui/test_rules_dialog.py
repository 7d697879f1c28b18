"""The rules dialog: effective rules with their source; what a province changes becomes its file."""

import pytest
from onemap.plugin.formats.rules.rule_files import load_rule_set
from onemap.plugin.paths import RESOURCES


@pytest.fixture
def dialog(qgis_app):
    from onemap.plugin.gui.review.rules_dialog import RulesDialog

    made = []

    def make(path=None):
        made.append(RulesDialog(path))
        return made[-1]

    yield make
    for one in made:
        one.deleteLater()


def choose(window, rule_id):
    at = next(at for at, row in enumerate(window._rows) if row.id == rule_id)
    window.table.setCurrentCell(at, 0)
    return window.form


def type_into(box, text):
    box.setText(text)
    box.editingFinished.emit()


def rules_of(path):
    return {rule.id: rule for rule in load_rule_set([path]).rules}


def test_every_rule_is_listed_with_its_source(dialog):
    window = dialog(RESOURCES / "rules" / "example_province.yaml")
    sources = {row.id: window.source(row) for row in window._rows}
    written = [rule for rule in load_rule_set().rules if not rule.is_doubt]  # doubts come from the rules of heights
    assert set(sources) == {rule.id for rule in written}
    assert (sources["DLGX-road"], sources["YJJBNT-1"], sources["STBHHX-1"]) == (
        "National, changed",
        "National, changed",
        "National",
    )
    assert sources["JS-1"] == "Switched off" and window.table.rowCount() == len(sources)
    window.filter.setText("GL")
    assert {row.id for row in window._rows} >= {"DLGX-road-zone"} and window.table.rowCount() < 10


def test_changes_are_saved_as_a_provinces_file_and_comments_stay(dialog, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text(
        "# 张工 2026\nextends: 3x_national\nname: 某省\nversion: '1'\nrules:\n  - id: DLGX-road\n    distance_m: 30  # 纪要\n",
        encoding="utf-8",
    )
    window = dialog(file)
    form = choose(window, "YJJBNT-1")
    type_into(form.numbers["tolerance_m2"], "5")
    form.note.setPlainText("按省规定")
    form.effect.setCurrentIndex(form.effect.findData("conditional"))
    form.effect.activated.emit(form.effect.currentIndex())
    form = choose(window, "CZKFBJ-1")
    type_into(form.exempt_uses, "公路用地，铁路用地")
    type_into(form.unless, "\"YDXZ\" = '公路用地'")
    form.cited.setCurrentRow(0)
    form.take.click()
    choose(window, "JS-1").on.click()
    assert window.save(file)
    rules, text = rules_of(file), file.read_text(encoding="utf-8")
    assert (rules["YJJBNT-1"].tolerance_m2, rules["YJJBNT-1"].note, rules["YJJBNT-1"].effect) == (
        5,
        "按省规定",
        "conditional",
    )
    assert rules["CZKFBJ-1"].exempt_uses == ("公路用地", "铁路用地") and rules["CZKFBJ-1"].unless
    assert len(rules["CZKFBJ-1"].laws) == 2 and "JS-1" not in rules and rules["DLGX-road"].distance_m == 30
    assert "# 张工 2026" in text and "# 纪要" in text and "STBHHX" not in text


def test_back_to_the_national_rule(dialog, tmp_path):
    window = dialog(RESOURCES / "rules" / "example_province.yaml")
    choose(window, "DLGX-road").restore.click()
    choose(window, "JS-1").on.click()
    assert window.save(tmp_path / "p.yaml")
    rules = rules_of(tmp_path / "p.yaml")
    assert rules["DLGX-road"] == {r.id: r for r in load_rule_set().rules}["DLGX-road"] and "JS-1" in rules


def test_what_is_wrong_is_told_and_nothing_is_written(dialog, tmp_path, monkeypatch):
    from onemap.plugin.gui.review import rules_dialog

    told = []
    monkeypatch.setattr(rules_dialog.QMessageBox, "warning", lambda *args: told.append(args[-1]))
    window = dialog()
    type_into(choose(window, "DLGX-road").numbers["distance_m"], "30米")
    assert not window.save(tmp_path / "p.yaml") and "30米" in told[0] and not (tmp_path / "p.yaml").exists()
    type_into(window.form.numbers["distance_m"], "30")
    type_into(choose(window, "CZKFBJ-1").unless, "a = =")
    assert not window.save(tmp_path / "p.yaml") and "a = =" in told[1]


def test_a_value_set_back_leaves_no_trace(dialog):
    window = dialog()
    form = choose(window, "DLGX-road")
    type_into(form.numbers["distance_m"], "30")
    type_into(window.form.numbers["distance_m"], "20")
    assert window.draft.saved_document() == {"extends": "3x_national"}
