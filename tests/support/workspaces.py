"""Rows and checks that the store's tests share."""

import functools
import json
import shutil
import sqlite3
import tempfile
from pathlib import Path

from onemap.plugin.core.forms.schema import load_form
from onemap.plugin.store.workspace import Workspace

DIVISIONS = "code,name,valid_from,valid_to,successor\n33,浙江省,,,\n3301,杭州市,,,\n330110,余杭区,,,\n330105,拱墅区,,,\n330103,下城区,1949,2021,330105\n"


def progress(**changes):
    row = {
        "xzqdm": "330110",
        "xzqmc": "余杭区",
        "plan_type": "村庄规划",
        "stage": "公示",
        "stage_date": "2026-03-01",
        "reported_at": "2026-03-20",
    }
    return {**row, **changes}


def village(number, **changes):
    return {
        "xzcdm": f"330110105{number % 1000:03d}",
        "xzcmc": "某村",
        "zrc": f"自然村{number}",
        "cls": "集聚提升类",
        "pop_res": 100 + number,
        **changes,
    }


def assert_intact(workspace):
    """The chain is unbroken and the records are what it says."""
    report = workspace.verify_audit()
    assert report.is_intact, report
    return report


def raw(path, *statements):
    """Run SQL behind the workspace's back; rows of the last statement. A statement is text or (text, parameters)."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in statements:
            sql, parameters = statement if isinstance(statement, tuple) else (statement, ())
            rows = connection.execute(sql, parameters).fetchall()
        return rows
    finally:
        connection.close()


def newer_edition():
    """Schema of a later edition of a form: one field more, one less."""
    schema = json.loads(json.dumps(load_form("plan_org").schema))
    schema["x-edition"] = "2026.10"
    schema["properties"]["website"] = {
        "title": "网站",
        "x-title-en": "Web site",
        "type": "string",
        "x-widget": "line",
        "maxLength": 99,
    }
    del schema["properties"]["leader"]
    return schema


def ungated_edition(form="project_site"):
    """Schema of a later edition of a form that declares no self-check: what goes over the line is tested by it."""
    schema = json.loads(json.dumps(load_form(form).schema))
    schema["x-edition"], schema["x-self-check"] = schema["x-edition"] + ".1", []
    return schema


@functools.cache
def _ungated_pattern(county):
    """As `_pattern`, with the edition of project_site that declares no self-check."""
    file = Path(tempfile.mkdtemp(prefix="onemap-workspace-")) / "county.gpkg"
    shutil.copyfile(_pattern(county, "", "utf-8"), file)
    with Workspace.open(file) as ws:
        ws.editions.install(ungated_edition(), "province")
    return file


def ungated_workspace(file, county="330110"):
    """A new workspace whose projects may be handed in without a self-check: for tests of what comes after it."""
    shutil.copyfile(_ungated_pattern(county), file)
    return file


@functools.cache
def _pattern(county, divisions, encoding):
    """A workspace that was made once; kept as long as the tests run."""
    folder = Path(tempfile.mkdtemp(prefix="onemap-workspace-"))
    table = None
    if divisions:
        table = folder / "divisions.csv"
        table.write_text(divisions, encoding=encoding)
    Workspace.create(folder / "county.gpkg", county, table).close()
    return folder / "county.gpkg"


def fresh_workspace(file, county="330110", divisions="", encoding="utf-8"):
    """A new workspace at a path, copied from one made once: making ten forms with their triggers takes half a second."""
    shutil.copyfile(_pattern(county, divisions, encoding), file)
    return file
