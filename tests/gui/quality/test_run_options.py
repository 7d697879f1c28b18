"""Tolerances, quotas and the district of one run on the page of inspections."""

import shapely
from onemap.tests.support.window import wait_for
from qgis.core import QgsProject, QgsVectorLayer

from .test_inspection_page import package, shown, tab  # noqa: F401 - fixtures


def test_what_is_given_for_one_run_reaches_the_inspection(tab, tmp_path):  # noqa: F811
    from onemap.tests.support.plan_database import Shape, Table, write_tables

    options = tab.form.options
    own = shapely.box(480_000, 3_330_000, 482_400, 3_332_000)
    write_tables(tmp_path / "d.gpkg", [Table("D", Shape.POLYGON, rows=[(own, {})])], "GPKG")
    layer = QgsVectorLayer(f"{tmp_path / 'd.gpkg'}|layername=D", "县界", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert options.district.currentLayer() is None and options.isCollapsed()
    quotas = tmp_path / "q.csv"
    quotas.write_text("指标,数值,单位\nredline,9999999,公顷\n", encoding="utf-8")
    options.district.setLayer(layer)
    options.quotas.setFilePath(str(quotas))
    options.tolerances.setText("Q601=x")
    assert "x" in tab.message.text() and not tab.start.isEnabled()
    options.tolerances.setText("Q601=1")
    assert not tab.message.text() and tab.start.isEnabled() and "3" in options.title()
    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert sorted(set(shown(tab))) == ["Q401", "Q402", "Q701"]
    told = " ".join(remark.text() for remark in tab.session.outcome.remarks)
    assert "县界" in told and "q.csv" in told and "Q601 = 1" in told


def test_other_tolerances_are_never_answered_from_the_run_before(tab):  # noqa: F811
    run = lambda button: (button.click(), wait_for(lambda: tab.task is None))  # noqa: E731
    run(tab.start)
    assert "Q506" not in shown(tab)
    tab.form.options.tolerances.setText("Q506=1000000")
    run(tab.only_changed)
    assert "Q506" in shown(tab)
