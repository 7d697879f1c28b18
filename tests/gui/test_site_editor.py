"""The criteria editor on real widgets: every row comes back as it went in, judgements are mirrored and judged, files are written."""

import pytest
from onemap.tests.support.window import settle


@pytest.fixture(params=["industrial_15mu", "suitability_s32"])
def draft(request, qgis_app):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.formats.rules.criteria_files import FOLDER

    return CriteriaDraft.load(FOLDER / f"{request.param}.yaml")


def leaves(group):
    for child in group["children"]:
        yield from leaves(child) if "children" in child else [child]


def test_a_row_that_is_only_looked_at_stays_as_it_was(draft):
    """All constraints and factors of the examples, opened and confirmed; a line's alias may be written as its id."""
    from onemap.plugin.gui.siting.row import RowDialog

    rows = [(row, False) for row in draft.constraints] + [(row, True) for row in leaves(draft.factors)]
    assert len(rows) >= 6
    for row, factor in rows:
        dialog = RowDialog(draft, row, factor)
        dialog.accept()
        new = dialog.row()
        for known in ("line", "unit"):
            new.pop(known, None), (row := {k: v for k, v in row.items() if k != known})
        assert new == row


def test_a_large_limit_that_is_only_looked_at_stays_as_it_was(qgis_app):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.gui.siting.row import RowDialog

    value = {"type": "linear", "worst": 1_234_567, "best": 0.1234567}
    rows = [({"id": "a", "kind": "area", "min": 1_234_567.0, "max": 66_666_666.67}, False),
            ({"id": "f", "kind": "area", "weight": 1, "value": value}, True)]  # fmt: skip
    for row, factor in rows:
        dialog = RowDialog(CriteriaDraft.new("t"), row, factor)
        dialog.accept()
        assert {key: dialog.row().get(key) for key in row} == row


def test_a_row_takes_a_layer_of_the_project_and_refuses_what_is_no_number(qgis_app):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.gui.siting.row import RowDialog
    from qgis.core import QgsProject, QgsVectorLayer

    layer = QgsVectorLayer("LineString?crs=EPSG:4549", "高压线", "memory")
    QgsProject.instance().addMapLayer(layer)
    try:
        draft = CriteriaDraft.new("t")
        dialog = RowDialog(draft, {"id": "power"}, False)
        dialog.kind.setCurrentIndex(dialog.kind.findData("min_distance"))
        choices = [dialog.layer.itemData(n) for n in range(dialog.layer.count())]
        dialog.layer.setCurrentIndex(choices.index(("project", "高压线")))
        dialog.inputs["distance_m"].setText("fifty")
        dialog.accept()
        assert "fifty" in dialog.mistake.text() and not dialog.result()
        dialog.inputs["distance_m"].setText("50")
        dialog.accept()
        assert dialog.row() == {"id": "power", "kind": "min_distance", "layer": "layer1", "distance_m": 50.0}
        assert draft.document["layers"] == {"layer1": {"title": "高压线", "names": ["高压线"]}}
        draft.constraints.append(dialog.row())
        assert draft.check().constraints[0].distance_m == 50
    finally:
        QgsProject.instance().clear()


def test_values_that_are_not_meant_are_edited_saved_and_read_back(draft, tmp_path):
    """And nothing that the dialog does not show is lost: here the unit of an expression."""
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.gui.siting.row import RowDialog

    layer = next(iter(draft.document["layers"]))
    row = {"id": "c", "kind": "avoid", "layer": layer, "where": "\"k\" = 'A'", "other_values": ["荒滩", "a, b; c"]}
    dialog = RowDialog(draft, row, False)
    assert not dialog.inputs["other_values"].isHidden()
    dialog.accept()
    assert dialog.row() == row
    dialog.inputs["other_values"].setPlainText("荒滩\n\n 石山 \n荒滩")
    dialog.accept()
    draft.constraints.append(dialog.row())
    draft.save(tmp_path / "c.yaml")
    again = CriteriaDraft.load(tmp_path / "c.yaml")
    assert again.constraints[-1]["other_values"] == ["荒滩", "石山"]
    assert again.check().constraints[-1].other_values == ("荒滩", "石山")
    dialog.inputs["other_values"].setPlainText("")
    dialog.accept()
    assert "other_values" not in dialog.row()

    value = {"type": "linear", "worst": 0, "best": 1}
    factor = {"id": "f", "kind": "expression", "expression": "1", "unit": "元", "weight": 1, "value": value}
    dialog = RowDialog(draft, factor, True)
    dialog.accept()
    assert dialog.row() == factor


VALUES = (
    {"type": "linear", "worst": 1500, "best": 0.5},
    {"type": "piecewise", "points": [[0, 100], [500, 60], [1000, 0]]},
    {"type": "step", "breaks": [2, 8, 15], "scores": [100, 80, 60, 40]},
    {"type": "classes", "table": {"01*": 20, "0601": 100}, "other": 40},
    {"type": "classes", "table": {"高易发": 40}},
)


@pytest.mark.parametrize("value", VALUES, ids=lambda v: v["type"])
def test_every_value_function_comes_back(qgis_app, value):
    from onemap.plugin.core.siting.values import value_function
    from onemap.plugin.gui.siting.value import ValueEditor

    editor = ValueEditor(value)
    assert editor.value() == value
    for kind in range(editor.type.count()):  # the starting values of each type can be used as they stand
        editor.type.setCurrentIndex(kind)
        editor._retype()
        value_function(editor.value())


def test_judgements_are_mirrored_and_the_inconsistent_one_is_named(qgis_app):
    from onemap.plugin.gui.siting.matrix import MatrixDialog
    from qgis.PyQt.QtWidgets import QDialogButtonBox

    good = [[1, 3, 3, 5], ["1/3", 1, 1, 2], ["1/3", 1, 1, 2], ["1/5", "1/2", "1/2", 1]]
    dialog = MatrixDialog(["道路", "坡度", "地类", "面积"], good)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok.isEnabled() and "0.0015" in dialog.verdict.text() and "0.532" in dialog.verdict.text()
    dialog.table.item(0, 3).setText("1/5")
    assert dialog.table.item(3, 0).text() == "5"
    assert not ok.isEnabled() and "面积 against 道路" in dialog.verdict.text()
    assert dialog.table.item(0, 3).background().color().name() == "#ffcdd2"
    dialog.table.item(0, 3).setText("many")
    assert not ok.isEnabled() and "many" in dialog.verdict.text()
    dialog.table.item(0, 3).setText("6")
    assert ok.isEnabled() and dialog.matrix()[0] == [1, 3, 3, 6] and dialog.matrix()[3] == ["1/6", "1/2", "1/2", 1]


@pytest.fixture
def editor(draft):
    from onemap.plugin.bridge.siting.session import SiteSession
    from onemap.plugin.gui.siting.editor import CriteriaEditor

    made = CriteriaEditor(SiteSession().criteria)
    made.edit(draft)
    made.show()
    yield made
    made.draft = None
    made.close()


def test_weights_are_edited_in_the_tree_and_direct_weights_keep_the_judged_ones(editor, draft):
    tree, changes = editor.factors.tree, []
    editor.changed.connect(lambda: changes.append(1))
    if "matrix" in draft.factors:
        tree.setCurrentItem(tree.topLevelItem(0))
        assert "CR = 0.0032" in tree.topLevelItem(0).text(1)
        editor.factors.weigh_directly()
        assert "matrix" not in draft.factors and draft.factors["children"][0]["weight"] == pytest.approx(
            0.6483, abs=1e-4
        )
    item = tree.topLevelItem(0).child(0)
    item.setText(2, "9")
    settle(0.1)
    assert draft.factors["children"][0]["weight"] == 9 and changes
    shares = [float(tree.topLevelItem(0).child(n).text(3)[:-1]) for n in range(tree.topLevelItem(0).childCount())]
    assert sum(shares) == pytest.approx(100, abs=0.3) and shares[0] == max(shares)
    tree.topLevelItem(0).child(1).setText(2, "no number")
    settle(0.1)
    assert draft.factors["children"][1].get("weight", 1) != "no number"


def test_constraints_move_go_and_are_saved(editor, draft, tmp_path):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    editor.constraints.table.setCurrentCell(0, 0)
    first, count = draft.constraints[0]["id"], len(draft.constraints)
    editor.constraints.move(1)
    assert draft.constraints[1]["id"] == first
    editor.constraints.table.setCurrentCell(2, 0)
    editor.constraints.remove()
    assert len(draft.constraints) == count - 1 and editor.constraints.table.rowCount() == count - 1
    editor.numbers[("area", "min_m2")].setValue(0)
    editor.numbers[("area", "max_m2")].setValue(5000)
    assert draft.document["area"] == {"max_m2": 5000}
    told = []
    editor.saved.connect(told.append)
    editor.write(str(tmp_path / "mine.yaml"))
    assert told and CriteriaDraft.load(tmp_path / "mine.yaml").document["area"] == {"max_m2": 5000}
    assert not draft.is_changed


def test_layers_and_sources_are_edited(editor, draft):
    table = editor.names.layers
    before = set(draft.document["layers"])
    editor.names._add(table)
    table.item(table.rowCount() - 1, 2).setText("管线，GX")
    (key,) = set(draft.document["layers"]) - before
    assert draft.document["layers"][key]["names"] == ["管线", "GX"]
    table.setCurrentCell(0, 0)
    editor.names._remove(table)
    assert editor.mistakes.text(), "criteria that name a layer that is gone are told at once"


def test_enter_in_a_field_presses_no_button(draft):
    from onemap.plugin.gui.siting.editor import CriteriaEditor
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QLineEdit, QPushButton

    editor = CriteriaEditor(lambda edited: edited.check())
    editor.edit(draft)
    editor.show()
    pressed = []
    for button in editor.findChildren(QPushButton):
        button.clicked.connect(lambda _checked=False, button=button: pressed.append(button.text()))
    field = next(edit for edit in editor.findChildren(QLineEdit) if edit.isVisible() and edit.isEnabled())
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert pressed == [] and editor.isVisible()
    editor.draft = None
    editor.close()
