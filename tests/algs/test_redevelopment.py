"""redevelopmentprogress in QGIS: outputs and weekly report from one workspace."""

from pathlib import Path

import shapely
from qgis.core import QgsVectorLayer

FORM = "redevelopment_project"


def filled(path):
    from onemap.plugin.store.workspace import Workspace

    rows = []
    for number, stage in enumerate(("入库认定", "供地", "验收", "退出")):
        left = 120 + number / 100
        shape = shapely.to_wkb(shapely.multipolygons([shapely.box(left, 30, left + 0.001, 30.001)]))
        values = {"xzq_dm": "330110", "xm_mc": f"=1+{number}", "dk_guid": f"D{number}", "type": "旧城镇"}
        rows.append({**values, "stage": stage, "task_year": 2026, "geometry": shape, "xm_yssj": "2026-05-01"})
    with Workspace.open(path) as workspace:
        workspace.save_records(FORM, rows, "zhang")
    return path


def tasks(folder):
    file = folder / "tasks.csv"
    file.write_text("年度,行政区,类型,亩\n2026,330110,旧城镇,40\n", encoding="utf-8")
    return str(file)


def test_layers_tables_and_reports(h, path, tmp_path):
    told = h.Feedback()
    reports = [tmp_path / f"week.{kind}" for kind in ("html", "docx", "xlsx", "pdf")]
    sinks = {name: str(tmp_path / f"{name}.gpkg") for name in ("PROJECTS", "PROGRESS", "MOVES", "STAGES")}
    given = {"WORKSPACE": filled(path), "TASKS": tasks(tmp_path), "YEAR": 2026, "AS_OF": "2026-07-02"}
    result = h.run("redevelopmentprogress", told, REPORT=";".join(map(str, reports)), **given, **sinks)
    layer = QgsVectorLayer(result["PROJECTS"], "p", "ogr")
    assert layer.featureCount() == 4 and layer.crs().authid() == "EPSG:4490"
    counted = {f["stage"]: f["is_counted"] for f in layer.getFeatures()}
    assert [s for s, yes in counted.items() if yes] == ["供地", "验收"]
    rows = list(QgsVectorLayer(result["PROGRESS"], "t", "ogr").getFeatures())
    assert [(f["division"], f["kind"] or "") for f in rows] == [("", ""), ("330110", ""), ("330110", "旧城镇")]
    assert abs(rows[0]["done_mu"] - result["DONE_MU"]) < 1e-9 and rows[0]["rate_pct"] > 50
    assert result["LIGHT"] == rows[0]["light"] == "green" and result["TASK_MU"] == 40
    text = reports[0].read_text(encoding="utf-8")
    assert "低效用地再开发进展周报" in text and "达到序时进度" in text and text.count("<img") == 4
    assert all(Path(file).stat().st_size > 1000 for file in reports)


def test_kept_tasks_are_used_later_and_none_are_told(h, path, tmp_path):
    filled(path)
    sinks = {"PROJECTS": "memory:", "PROGRESS": "memory:"}
    told = h.Feedback()
    first = h.run("redevelopmentprogress", told, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **sinks)
    assert first["TASK_MU"] is None and any("2026" in line for line in told.lines)
    more = {"TASKS": tasks(tmp_path), "KEEP_TASKS": True}
    h.run("redevelopmentprogress", None, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **more, **sinks)
    again = h.run("redevelopmentprogress", None, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **sinks)
    assert again["TASK_MU"] == 40
