"""A made-up workspace: redevelopment projects with a history of weeks, and the table of their tasks."""

import csv
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import shapely
from onemap.plugin.core.sample.redevelopment import CITY, DISTRICTS, divisions_table, make_redevelopment, make_tasks
from onemap.plugin.store import audit, record_access, records
from onemap.plugin.store.workspace import NewWorkspace, Workspace
from pyproj import CRS, Transformer

FORM = "redevelopment_project"


@contextmanager
def on_day(day):
    """Everything written inside is dated so: only for made-up histories."""
    real, then = audit.now_text, f"{day.isoformat()}T08:00:00Z"
    for module in (audit, records, record_access):
        module.now_text = lambda: then
    try:
        yield
    finally:
        for module in (audit, records, record_access):
            module.now_text = real


def lon_lat(geometries, epsg=4549):
    """Geometries moved from a plane to longitude and latitude."""
    move = Transformer.from_crs(CRS.from_epsg(epsg), CRS.from_epsg(4490), always_xy=True)
    return shapely.transform(geometries, lambda xy: shapely.get_coordinates(shapely.points(*move.transform(*xy.T))))


def write_workspace(folder, county, today, count=120):
    """Write workspace.gpkg and tasks.csv below `folder`; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    divisions = folder / "divisions.csv"
    with divisions.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([("code", "name"), *divisions_table()])
    codes = list(DISTRICTS)
    tasks = folder / "tasks.csv"
    with tasks.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([("年度", "行政区", "类型", "任务面积（亩）"), *make_tasks(today.year, codes)])
    path = folder / "workspace.gpkg"
    outline = shapely.to_wkb(shapely.multipolygons([lon_lat(county.boundary)]))
    with on_day(date(today.year - 1, 1, 2)):
        Workspace.create(path, CITY, divisions, NewWorkspace(outline, insist=True)).close()
    with Workspace.open(path) as workspace:
        write_projects(workspace, make_redevelopment(county, today, codes, count), today)
    return path, tasks


def write_projects(workspace, projects, today, every=1):
    """Save projects as they came along, a save for every `every` days."""
    shapes = [shapely.to_wkb(shapely.multipolygons([p])) for p in lon_lat([p.geometry for p in projects])]
    events = sorted((day, number, stage) for number, p in enumerate(projects) for stage, day in p.stages)
    day, waiting = None, {}
    for on, number, stage in events:
        if day is not None and (on - day).days >= every:
            _save(workspace, day, waiting)
            waiting = {}
        day = on if not waiting else day
        row = dict(projects[number].values, stage=stage, geometry=shapes[number])
        if stage not in ("验收",):
            row.pop("xm_yssj", None)
        waiting[number] = row
    if waiting:
        _save(workspace, min(day, today), waiting)


def _save(workspace, day, rows):
    with on_day(day):
        workspace.save_records(FORM, rows.values(), actor="样例")
