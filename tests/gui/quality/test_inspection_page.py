"""The page of inspections: a package is inspected, defects are found and marked, what was not checked is always told."""

import pytest
from onemap.tests.support.window import make_iface, settle, wait_for


@pytest.fixture(scope="module")
def package(qgis_app, tmp_path_factory):
    """A package with one wrong code and one empty name."""
    from onemap.tests.support import plan_database

    made = plan_database.clean_database()
    made.tables["XZYDYH"].rows[3][1]["CZCSXM"] = "999"
    made.tables["XZYDYH"].rows[7][1]["XZQMC"] = None
    return made.write(tmp_path_factory.mktemp("inspected") / "package")


@pytest.fixture
def tab(package):
    from onemap.plugin.gui.quality.inspection_tab import InspectionTab
    from qgis.core import QgsProject, QgsSettings

    QgsSettings().remove("onemap/inspection")
    tab = InspectionTab(make_iface())
    tab.form.package.setText(str(package))
    tab.form.fill("example_province")
    tab.form.load()
    yield tab
    tab.dispose()
    QgsProject.instance().clear()
    settle()


def shown(tab):
    return [tab.list.defects[n].item for n in tab.list.rows.shown]


def test_a_package_is_inspected_and_its_defects_are_marked(tab, monkeypatch, tmp_path):
    from onemap.plugin.gui.quality import inspection_tab
    from qgis.core import QgsProject

    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert sorted(shown(tab)) == ["Q401", "Q402"]
    assert len(tab.unchecked.rows.rows) > 3 and "Q702" in " ".join(r.texts[0] for r in tab.unchecked.rows.rows)
    assert tab.session.layer.id() in QgsProject.instance().mapLayers()
    assert f"{tab.session.outcome.score.points:g}" in tab.summary.text()
    tab.list.search.setText("Q402")
    assert shown(tab) == ["Q402"]
    tab.list.view.selectRow(0)
    tab.list.zoom.click()
    assert tab.list._band is not None and tab.list.canvas.extent().width() < 2000
    monkeypatch.setattr(inspection_tab.QInputDialog, "getText", lambda *a, **k: ("省厅同意", True))
    tab.list.exception.click()
    assert "省厅同意" in tab.list.rows.rows[tab.list.rows.shown[0]].texts[3]
    assert tab.session.outcome.score.exceptions == 1
    tab.only_changed.click()
    wait_for(lambda: tab.task is None)
    assert [d.state.value for d in tab.session.defects if d.item == "Q402"] == ["exception"]
    tab.write_report(str(tmp_path / "report.html"))
    wait_for(lambda: tab.task is None)
    assert "省厅同意" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_filters_by_class_grade_and_state(tab):
    from onemap.plugin.core.quality.defects import Defect, DefectState, Severity
    from onemap.plugin.gui.quality.defect_list import DefectList

    listed = DefectList(make_iface().mapCanvas())
    listed.show_defects(
        [
            Defect("Q501", Severity.A, "A"),
            Defect("Q401", Severity.A, "A", state=DefectState.FIXED, params={"field": "BSM"}),
            Defect("Q505", Severity.C, "B"),
        ],
        None,
    )
    assert not any("（）" in text for row in listed.rows.rows for text in row.texts)
    for box, data, expected in (
        (listed.stage_box, 5, [0, 2]),
        (listed.severity_box, Severity.C, [2]),
        (listed.state_box, DefectState.FIXED, [1]),
    ):
        box.setCurrentIndex([box.itemData(k) for k in range(box.count())].index(data))
        assert listed.rows.shown == expected
        box.setCurrentIndex(0)
    assert not listed.zoom.isEnabled()


def test_a_run_is_stopped_and_a_wrong_package_is_said(tab):
    tab.start.click()
    assert tab.task is not None
    tab.start.click()
    settle(0.3)
    assert tab.task is None and tab.session.outcome is None and tab.message.text()
    tab.form.package.setText("/nowhere/at/all.gpkg")
    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert "all.gpkg" in tab.message.text() and tab.session.outcome is None


def test_a_specification_is_shown_changed_and_saved_as_a_file_of_its_own(tab, tmp_path):
    from onemap.plugin.core.quality.defects import items
    from onemap.plugin.formats.rules.inspection_files import load_specification

    tab.form.look.click()
    window, row = tab.window, list(items()).index("Q509")
    assert window.layers.tree.topLevelItemCount() == len(tab.form.specification.layers) and window.text.toPlainText()
    window.items.cellWidget(row, 3).setText("-1")
    window.save(str(tmp_path / "mine.yaml"))
    assert not (tmp_path / "mine.yaml").exists() and window.message.text()
    window.items.cellWidget(row, 3).setText("0.5")
    window.items.cellWidget(row, 2).setCurrentText("B")
    window.items.cellWidget(list(items()).index("Q505"), 5).setChecked(False)
    window.name.setText("我的规范")
    window.save(str(tmp_path / "mine.yaml"))
    mine = load_specification(tmp_path / "mine.yaml")
    assert (mine.name, mine.tolerances["Q509"], mine.severities["Q509"].value, set(mine.off)) == (
        "我的规范",
        0.5,
        "B",
        {"Q505"},
    )
    assert mine.tables == tab.form.specification.tables and str(tab.form.box.currentData()) == str(
        tmp_path / "mine.yaml"
    )
    window.items.cellWidget(row, 3).setText("0.01")
    window.save(str(tmp_path / "mine.yaml"))
    again = load_specification(tmp_path / "mine.yaml")
    assert again.tolerances.get("Q509", 0.01) == 0.01 and again.severities["Q509"].value == "B"


def test_serious_defects_come_first_and_open_ones_of_a_grade(qgis_app):
    from dataclasses import replace

    from onemap.plugin.core.quality.defects import Defect, DefectState, Severity
    from onemap.plugin.gui.quality.defect_list import DefectList
    from qgis.gui import QgsMapCanvas

    run = [Defect(code, severity, "XZQ", params={"field": "A", "place": "A", "other": "B"}) for code, severity in (
        ("Q101", Severity.C), ("Q301", Severity.B), ("Q402", Severity.A), ("Q501", Severity.A), ("Q509", Severity.B))]  # fmt: skip
    run[2] = replace(run[2], state=DefectState.EXCEPTION)
    shown = DefectList(QgsMapCanvas())
    shown.show_defects(run, None)
    assert [run[n].item for n in shown.rows.shown] == ["Q501", "Q402", "Q301", "Q509", "Q101"]
