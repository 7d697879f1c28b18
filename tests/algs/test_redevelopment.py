"""redevelopmentprogress in QGIS: outputs and weekly report from one workspace."""

import re
from pathlib import Path

import pytest
import shapely
from openpyxl import load_workbook
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
    sinks = {name: str(tmp_path / f"{name}.gpkg") for name in ("PROJECT_LAYER", "PROGRESS", "MOVES", "STAGES")}
    given = {"WORKSPACE": filled(path), "TASKS": tasks(tmp_path), "YEAR": 2026, "AS_OF": "2026-07-02"}
    result = h.run("redevelopmentprogress", told, REPORT=";".join(map(str, reports)), **given, **sinks)
    layer = QgsVectorLayer(result["PROJECT_LAYER"], "p", "ogr")
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
    book = load_workbook(reports[2])
    year, rate = book["项目清单"]["E2"], book["任务完成"]["E2"]
    assert (year.value, year.number_format, rate.number_format) == (2026, "0", "0.0%")  # no 2,026, no 0.7500


def test_kept_tasks_are_used_later_and_none_are_told(h, path, tmp_path):
    filled(path)
    sinks = {"PROJECT_LAYER": "memory:", "PROGRESS": "memory:"}
    told = h.Feedback()
    first = h.run("redevelopmentprogress", told, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **sinks)
    assert first["TASK_MU"] is None and any("2026" in line for line in told.lines)
    more = {"TASKS": tasks(tmp_path), "KEEP_TASKS": True}
    h.run("redevelopmentprogress", None, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **more, **sinks)
    again = h.run("redevelopmentprogress", None, WORKSPACE=path, YEAR=2026, AS_OF="2026-07-02", **sinks)
    assert again["TASK_MU"] == 40


def test_low_efficiency_approved_and_idle_land_by_division_and_type(h, tmp_path):
    low = [(h.box_wkt(0, 0), "D1", "330110", "余杭区", "产业转型类", "处置中", "2025-03-01", "", "2026-06-30", 2.5, 10.0),
           (h.box_wkt(300, 0), "D2", "330110", "余杭区", "产业转型类", "", "2025-03-01", "2026-05-01", "", 0.0, 10.0),
           (h.box_wkt(600, 0), "D3", "330105", "", "城镇更新类", "", "", "", "", None, None),
           (None, "D4", "330105", "", "", "", "", "", "2026年底", None, None)]  # fmt: skip
    fields = ("DKBH:string,XZQDM:string,XZQMC:string,DXLX:string,CZZT:string,RDRQ:string,CZRQ:string,ZGQXZ:string,"
              "XZMJSS:double,HTMJSS:double")  # fmt: skip
    approved = [
        (h.box_wkt(0, 0), "P1", "330110", "资金问题", 3.0, 1.0),
        (h.box_wkt(300, 0), "P2", "330110", "", 0.0, 0.0),
    ]
    idle = [(h.box_wkt(0, 0), "X1", "330110001", "政府原因", "=2+2")]
    given = {
        "PROJECTS": project_layer(h), "YEAR": 2026, "AS_OF": "2026-07-02", "LOW_LAND": h.layer("JYJY_DXYDDK", low, fields),
        "APPROVED_LAND": h.layer("JYJY_PEWGDK", approved, "DKBH:string,XZQDM:string,PEWGYY:string,DKYGMJ:double,"
                                 "DKWGMJ:double"),
        "IDLE_LAND": h.layer("JYJY_XZTDDK", idle, "DKBH:string,XZQDM:string,XZYYLX:string,CZJD:string"),
    }  # fmt: skip
    reports = [tmp_path / f"week.{kind}" for kind in ("html", "docx", "xlsx")]
    sinks = {name: "memory:" for name in ("PROGRESS", "LAND_PARCELS", "LAND_STOCK")}
    told = h.Feedback()
    result = h.run("redevelopmentprogress", told, **given, **sinks, REPORT=";".join(map(str, reports)))
    rows = {(f["land_kind"], f["division"], f["land_type"]): f for f in result["LAND_STOCK"].getFeatures()}
    total, yuhang = rows["low", "", ""], rows["low", "330110", "产业转型类"]
    assert (total["parcels"], total["open_parcels"], total["overdue"], total["without_shape"]) == (4, 3, 1, 1)
    assert (yuhang["parcels"], yuhang["open_parcels"], yuhang["division_name"]) == (2, 1, "余杭区")
    assert abs(total["mu"] - 45) < 0.1 and abs(yuhang["open_mu"] - 15) < 0.05
    assert abs(rows["approved", "", ""]["open_mu"] - (15 / 4 + 15)) < 0.05  # a quarter of P1, and P2 is not told
    assert rows["idle", "330110", "政府原因"]["parcels"] == 1 and ("low", "330105", "—") in rows
    parcels = {f["number"]: f for f in result["LAND_PARCELS"].getFeatures()}
    assert parcels["D1"]["is_overdue"] and parcels["D1"]["tax_said"] == 2.5 and parcels["D1"]["state"] == "处置中"
    assert not isinstance(parcels["D2"]["tax_said"], float) and not parcels["D2"]["is_open"]
    said = "\n".join(told.lines)
    assert "2026年底" in said and "nobody tells how much" in said and "our reading" in said
    text = reports[0].read_text(encoding="utf-8")
    assert "八、低效、批而未供、闲置地块" in text and "九、口径与说明" in text and "产业转型类" in text


def test_a_layer_that_is_none_of_low_efficiency_land_is_refused(h):
    other = h.layer("DLTB", [(h.box_wkt(0, 0), "0101")], "DLBM:string")
    told = h.Feedback()
    with pytest.raises(Exception, match="errors"):
        h.run("redevelopmentprogress", told, PROJECTS=project_layer(h), LOW_LAND=other, YEAR=2026, PROGRESS="memory:")
    assert "not a layer of this kind" in "".join(told.lines)


FIELDS = "行政区代码:string,XM_MC:string,TYPE:string,实施阶段:string,任务年度:string,xm_yssj:string"
ROWS = (
    ("入库认定", "2026", ""), ("供地", "2026年", ""), ("验收", "2026", "2026-05-01"), ("退出", "2026", ""),
    ("供地", "2025", ""), ("已供", "2026", ""), ("供地", "不详", ""),
)  # fmt: skip


def project_layer(h, rows=ROWS, fields=FIELDS, **more):
    made = [(h.box_wkt(200 * n, 0), "330110", f"项目{n}", "旧城镇", *values) for n, values in enumerate(rows)]
    return h.layer("再开发项目", made, fields, **more)


def test_projects_of_a_layer_without_a_workspace(h, tmp_path):
    """As the contract has it: a layer of projects, tasks that name their divisions, nothing else."""
    file = tmp_path / "tasks.csv"
    file.write_text("年度,行政区,类型,亩\n2026,余杭区,旧城镇,60\n2026,火星区,旧城镇,9\n", encoding="utf-8")
    divisions = h.layer("XZQ", [(h.box_wkt(0, 0, 5000), "330110", "余杭区")], "XZQDM:string,XZQMC:string")
    told = h.Feedback()
    given = {"PROJECTS": project_layer(h), "DIVISIONS": divisions, "TASKS": str(file), "YEAR": 2026}
    report = tmp_path / "week.html"
    result = h.run("redevelopmentprogress", told, **given, AS_OF="2026-07-02", PROGRESS="memory:", REPORT=str(report),
                   PROJECT_LAYER="memory:")  # fmt: skip
    rows = {(f["division_name"], f["kind"] or ""): f for f in result["PROGRESS"].getFeatures()}
    assert result["TASK_MU"] == 60 and rows["余杭区", "旧城镇"]["counted"] == 2  # 供地 and 验收 of 2026
    assert abs(result["DONE_MU"] - 2 * 10_000 * 0.0015) < 0.01 and rows["余杭区", ""]["done_mu"] == result["DONE_MU"]
    assert result["OVERDUE_COUNT"] == 0  # that of 2025 is supplied: it has come to the counting stage
    said = "\n".join(told.lines)
    assert (
        "火星区" in said
        and "1 projects have a stage" in said
        and "已供" in said
        and "1 projects have no task year" in said
    )
    assert "余杭区" in report.read_text(encoding="utf-8") and result["PROJECT_LAYER"].featureCount() == 7


def test_a_layer_that_is_none_of_projects_and_two_sources_are_refused(h, path, tmp_path):
    other = h.layer("DLTB", [(h.box_wkt(0, 0), "0101")], "DLBM:string")
    for given, why in (
        ({"PROJECTS": other}, "实施阶段.*DLBM"),
        ({}, "one of the two"),
        ({"PROJECTS": project_layer(h), "WORKSPACE": path}, "one of the two"),
        ({"PROJECTS": project_layer(h), "KEEP_TASKS": True}, "only in a workspace"),
    ):
        told = h.Feedback()
        with pytest.raises(Exception, match="errors"):
            h.run("redevelopmentprogress", told, YEAR=2026, PROGRESS="memory:", **given)
        assert re.search(why, "".join(told.lines)), told.lines
