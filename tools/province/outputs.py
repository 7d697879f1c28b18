"""What a person opens after a batch: the report of the counties, and the layers for QGIS."""

import configparser
from datetime import date
from pathlib import Path
from typing import Any

from plugin.core.messages import text
from plugin.paths import METADATA
from plugin.report import write_report
from plugin.report.review.province import ControlLayer, ProvinceReport, province_document

from .layers import MOST_ROWS, write_layers

_REPORTS = ("report.docx", "report.xlsx")


def write(folder: Path, job: Any, facts: dict, by_county: tuple) -> None:
    """Write the reports, and result.gpkg where one file can hold the rows; a remark goes to `facts` where it cannot.

    `facts`: what run.json will say; `by_county`: (CountyRows, LineRows, {county: name}).
    """
    rows = facts["findings"] + facts["verdicts"]
    if rows > MOST_ROWS:
        facts["remarks"].append(text("province_layers_left_out", count=f"{rows:,}", most=f"{MOST_ROWS:,}"))
    else:
        write_layers(folder, job.settings.plane, job.projects_crs)
    document = province_document(_report(job, facts, by_county))
    for name in _REPORTS:
        write_report(document, folder / name)


def _report(job: Any, facts: dict, by_county: tuple) -> ProvinceReport:
    counties, lines, county_names = by_county
    if not any(row.county for row in counties):
        facts["remarks"].append(text("province_no_county"))
    names = {task.line_id: task.line_name for task in job.tasks}
    layers = [
        ControlLayer(names.get(layer["line"], layer["line"]), layer["layer"], layer["date"], layer["crs"],
                     layer["failure"] or layer["unread"])
        for layer in facts["control_layers"]
    ]  # fmt: skip
    return ProvinceReport(
        counties,
        lines,
        layers,
        rules=facts["rules"],
        rules_sha256=job.settings.rules_sha256,
        review_date=date.fromisoformat(facts["review_date"]),
        extent=facts["control_extent"],
        plane_name=facts["plane"],
        sliver_m2=job.settings.sliver_m2,
        software=_software(),
        problems=facts["problems"],
        remarks=facts["remarks"],
        names=county_names,
    )


def _software() -> str:
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(METADATA, encoding="utf-8")
    return f"{metadata['general']['name']} {metadata['general']['version']}"
