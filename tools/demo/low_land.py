"""Low-efficiency land, land-firm-tax and the summary of counties in `make demo`: made-up data and the three runs."""

import csv
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = ("政区代码", "指标", "年份", "数值", "单位", "指标名称")


def show(folder, county, process):
    """Make the data below `folder`, run the three algorithms by `process(*arguments)`; returns the files to name."""
    with tempfile.TemporaryDirectory() as links:
        (Path(links) / "onemap").symlink_to(ROOT, target_is_directory=True)
        sys.path.insert(0, links)
        try:
            return _show(Path(folder), county, process)
        finally:
            sys.path.remove(links)


def _show(folder, county, process):
    from onemap.plugin.core.sample.summary import make_summary

    from demo.firms import write_firms
    from demo.workspace import write_workspace

    today = date.today()
    workspace, tasks = write_workspace(folder / "low_land", county, today)
    week = [folder / "low_land" / f"周报.{kind}" for kind in ("docx", "pdf", "xlsx")]
    process(
        "onemap:redevelopmentprogress", f"--WORKSPACE={workspace}", f"--TASKS={tasks}", f"--YEAR={today.year}",
        "--KEEP_TASKS=true", f"--PROJECT_LAYER={folder / 'low_land' / 'projects.gpkg'}",
        f"--PROGRESS={folder / 'low_land' / 'progress.gpkg'}", f"--REPORT={';'.join(map(str, week))}",
    )  # fmt: skip
    years = (today.year - 3, today.year - 2, today.year - 1)
    parcels, firms, taxes, leases = write_firms(folder / "land_firm", county, years)
    land = [folder / "land_firm" / f"地企税.{kind}" for kind in ("docx", "pdf", "xlsx")]
    process(
        "onemap:landfirmtax", f"--PARCELS={parcels}|layername=GYDK", f"--FIRMS={firms}", f"--TAX={taxes}",
        f"--LEASES={leases}", f"--PARCEL_RESULTS={folder / 'land_firm' / 'results.gpkg'}",
        f"--CANDIDATES={folder / 'land_firm' / 'candidates.gpkg'}", f"--REPORT={';'.join(map(str, land))}",
    )  # fmt: skip
    counties = _write_counties(folder / "summary", make_summary())
    summed = [folder / "summary" / f"汇总.{kind}" for kind in ("docx", "xlsx")]
    process(
        "onemap:summarise", f"--FOLDER={counties}", "--YEAR=2025",
        f"--DIVISIONS={folder / 'summary' / 'divisions.csv'}",
        f"--QUESTIONS={folder / 'summary' / 'questions.gpkg'}", f"--TOTALS={folder / 'summary' / 'totals.gpkg'}",
        f"--FROZEN={folder / 'summary' / 'edition.json'}", f"--REPORT={';'.join(map(str, summed))}",
    )  # fmt: skip
    return [workspace, *week, *land, *summed, folder / "summary" / "edition.json"]


def _write_counties(folder, made):
    """A table for each of the 111 counties and eleven cities, and the list of those that have to report."""
    counties = folder / "counties"
    counties.mkdir(parents=True)
    tables = {}
    for row in made.rows:
        tables.setdefault(row[0], []).append(row)
    for division, rows in tables.items():
        _write(counties / f"{division}.csv", [HEAD, *((*row, made.indicators[row[1]]) for row in rows)])
    _write(folder / "divisions.csv", [("code", "name"), *made.divisions.items()])
    return counties


def _write(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows(rows)
