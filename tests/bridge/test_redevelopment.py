"""Redevelopment read from a workspace: days from papers and from the chain, years of one project, tasks of a table."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest
import shapely
from onemap.plugin.core.indicators.redevelopment_model import Task
from onemap.plugin.core.indicators.redevelopment_settings import load_redevelopment_settings
from onemap.plugin.core.sample.county import make_county
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import fresh_workspace

FORM, TODAY = "redevelopment_project", date(2026, 9, 30)
DIVISIONS = "code,name\n33,浙江省\n3301,杭州市\n330110,余杭区\n330105,拱墅区\n"


@pytest.fixture
def on_day():
    from demo.workspace import on_day as dated

    return dated


def row(number, stage, **more):
    left = 120 + number / 100
    shape = shapely.to_wkb(shapely.multipolygons([shapely.box(left, 30, left + 0.001, 30.001)]))
    values = {"xzq_dm": "330110", "xm_mc": f"项目{number}", "dk_guid": f"D{number}", "type": "旧城镇", "stage": stage}
    return {**values, "task_year": 2026, "geometry": shape, **more}


def run(workspace, tasks=(), year=2026, **more):
    from onemap.plugin.bridge.monitoring.redevelopment import RedevelopmentChoice, redevelopment_run

    chosen = RedevelopmentChoice(year, TODAY, **more)
    return redevelopment_run(workspace, tasks, load_redevelopment_settings(), chosen)


def made(tmp_path):
    return Workspace.open(fresh_workspace(tmp_path / "county.gpkg", divisions=DIVISIONS))


def test_moves_come_from_the_chain_and_papers_give_the_real_day(tmp_path, on_day):
    with made(tmp_path) as workspace:
        for day, stage, more in (
            (date(2026, 2, 3), "入库认定", {}),
            (date(2026, 5, 20), "方案批准", {"czfa_pzsj": "2026-05-06"}),
            (date(2026, 9, 28), "供地", {}),
        ):
            with on_day(day):
                workspace.save_records(FORM, [row(1, stage, **more)], "zhang")
        found = run(workspace)
    (one,) = found.progress.projects
    assert [(m.stage, m.day, m.before) for m in one.project.moves] == [
        ("入库认定", date(2026, 2, 3), ""),
        ("方案批准", date(2026, 5, 6), "入库认定"),
        ("供地", date(2026, 9, 28), "方案批准"),
    ]
    assert one.counted_on == date(2026, 9, 28) and found.progress.total.counted == 1
    assert [p.number for p in one.project.papers] == [""] and one.project.papers[0].day == "2026-05-06"


def test_a_project_that_was_imported_as_supplied_is_no_move_of_that_day(tmp_path, on_day):
    from onemap.plugin.core.indicators.redevelopment_stages import moves_between

    with made(tmp_path) as workspace:
        with on_day(date(2026, 9, 29)):
            workspace.save_records(FORM, [row(1, "供地")], "zhang")
        progress = run(workspace).progress
    assert progress.total.counted == 1 and progress.projects[0].counted_on is None
    assert [m.is_new for m in moves_between(progress)] == [True]  # newly registered, not newly supplied
    assert progress.total.forecast_mu is None


def test_a_project_carried_into_the_next_year_counts_in_one_year_only(tmp_path, on_day):
    with made(tmp_path) as workspace:
        with on_day(date(2025, 11, 1)):
            rows = [
                row(1, "供地", task_year=2025),
                row(2, "方案编制", task_year=2025),
                row(3, "方案编制", task_year=2025),
            ]
            workspace.save_records(FORM, rows, "zhang")
        with on_day(date(2026, 2, 1)):
            workspace.save_records(FORM, [row(1, "开工"), row(2, "供地")], "zhang")
        progress = run(workspace).progress
    assert {p.project.name: p.is_counted for p in progress.projects} == {"项目1": False, "项目2": True, "项目3": False}
    assert [p.project.name for p in progress.projects if p.is_overdue] == ["项目3"]


def test_two_task_years_in_one_file_count_in_the_first(tmp_path):
    with made(tmp_path) as workspace:
        workspace.save_records(FORM, [row(1, "供地", task_year=2025), row(1, "开工")], "zhang")
        (one,) = run(workspace).progress.projects
    assert one.project.counted_before and not one.is_counted


def test_only_submitted_records_where_asked(tmp_path):
    with made(tmp_path) as workspace:
        workspace.save_records(FORM, [row(1, "供地")], "zhang")
        every, submitted = run(workspace), run(workspace, only_submitted=True)
    assert every.progress.total.counted == 1 and every.unsubmitted == 1
    assert submitted.progress.total.projects == 0


def test_tasks_of_a_table_by_code_and_name_what_is_wrong_is_told(tmp_path):
    from onemap.plugin.bridge.monitoring.redevelopment import keep_tasks, kept_tasks, read_tasks

    file = tmp_path / "tasks.csv"
    file.write_text(
        "2026年任务表,,,\n年度,区县,类型,任务面积（亩）\n2026,余杭区,旧城镇,\"1,200.5\"\n2026,330105,合计,300\n"
        "2026,火星区,旧城镇,5\n2026,余杭区,旧村庄,很多\n,合计,,1500.5\n",
        encoding="utf-8",
    )  # fmt: skip
    with made(tmp_path) as workspace:
        found = read_tasks(file, workspace.divisions(), load_redevelopment_settings())
        assert [(t.year, t.division, t.kind, t.mu) for t in found.tasks] == [
            (2026, "330110", "旧城镇", 1200.5),
            (2026, "330105", "", 300.0),
        ]
        assert [(r.code, r.params["row"]) for r in found.remarks] == [
            ("redevelopment_task_division", 5),
            ("redevelopment_task_value", 6),
        ]
        keep_tasks(workspace, found.tasks, "zhang")
        keep_tasks(workspace, [t for t in found.tasks if t.division == "330105"], "zhang")
        assert [t.division for t in kept_tasks(workspace)] == ["330105"]  # a year's tasks replace that year's
        assert workspace.verify_audit().is_intact


def test_tasks_changed_without_an_act_differ_from_the_chain(tmp_path):
    from onemap.plugin.bridge.monitoring.redevelopment import keep_tasks, kept_tasks

    with made(tmp_path) as workspace:
        keep_tasks(workspace, [Task(2026, "330110", "", 1200.0)], "zhang")
        assert workspace.verify_audit().is_intact
        path = workspace.path
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE onemap_settings SET value = replace(value, '1200', '12') WHERE value LIKE '%1200%'")
    with Workspace.open(path) as workspace:
        assert kept_tasks(workspace)[0].mu == 12.0
        assert workspace.verify_audit().differing == (("redevelopment_tasks", ""),)
        keep_tasks(workspace, [Task(2026, "330110", "", 900.0)], "zhang")
        assert workspace.verify_audit().is_intact  # what is kept by an act is what the chain says again


def test_a_task_that_stands_twice_is_told(tmp_path):
    from onemap.plugin.bridge.monitoring.redevelopment import read_tasks

    file = tmp_path / "tasks.csv"
    rows = "2026,余杭区,旧城镇,100\n2026,330110,旧城镇,100\n2026,余杭区,旧村庄,5\n"
    file.write_text(f"年度,区县,类型,任务面积（亩）\n{rows}", encoding="utf-8")
    with made(tmp_path) as workspace:
        found = read_tasks(file, workspace.divisions(), load_redevelopment_settings())
    assert [(r.code, r.params["rows"]) for r in found.remarks] == [("redevelopment_task_twice", "2、3")]


def test_the_made_up_workspace_has_every_stage_and_a_week(tmp_path):
    from demo.workspace import write_workspace
    from onemap.plugin.bridge.monitoring.redevelopment import read_tasks

    county = make_county(parcels=300)
    path, tasks = write_workspace(tmp_path / "made", county, TODAY, 60)
    with Workspace.open(path, read_only=True) as workspace:
        found = read_tasks(tasks, workspace.divisions(), load_redevelopment_settings())
        progress = run(workspace, found.tasks).progress
    assert len(progress.divisions()) == 4 and progress.total.task_mu == sum(t.mu for t in found.tasks)
    assert progress.total.overdue and progress.total.counted and progress.overlap_m2 > 0
    assert progress.total.forecast_mu is not None
