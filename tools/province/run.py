"""The control-line check of the desk as a Spark batch. See docs/province.md."""

import argparse
import json
import shutil
import sys
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from plugin.core.errors import InputError, OneMapError
from plugin.core.land import crs as crs_rules
from plugin.core.messages import set_language, text
from plugin.core.review.layer_dates import parse_layer_dates

from . import check, outputs, prepare, tables
from .cells import Cells
from .cluster import session
from .errors import BadInput
from .extent import read_extent
from .inputs import open_layer
from .look import doubted, plane_of_projects
from .planner import Planner
from .remarks import (
    alike_remarks,
    apart_remarks,
    bounds_of,
    counties_of_layers,
    numbered_keys,
    outside_remarks,
    unknown_remarks,
)

TASKS = 8  # a processor: enough that an uneven one does not hold up the end
MOST_TASKS = 4096
FOLDERS = {"finding": "findings", "verdict": "verdicts", "summary": "summaries", "problem": "problems"}
_SHOWN = 3000  # characters of what Spark says of a run that stopped


def arguments(given=None):
    parser = argparse.ArgumentParser(prog="tools/province/check", description=__doc__,
        epilog="SOURCE: FILE.parquet, a folder of them, "
        "FILE.gpkg|TABLE, or 'postgresql:host=... dbname=...|SCHEMA.TABLE' (password from PGPASSFILE).")  # fmt: skip
    parser.add_argument("--projects", required=True, metavar="SOURCE", help="project polygons")
    parser.add_argument("--key", default="", metavar="FIELD", help="key field of the projects")
    parser.add_argument("--county", default="", metavar="FIELD", help="field of the projects that tells their county")
    parser.add_argument(
        "--control-extent",
        default="",
        metavar="SOURCE",
        help="polygons of the area that the control lines were delivered for: nothing outside is called clear",
    )
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of reasons and remarks (default zh)")
    parser.add_argument(
        "--control", action="append", default=[], metavar="[LINE=]SOURCE", help="a control-line layer; repeat it"
    )
    parser.add_argument(
        "--rules", action="append", default=[], metavar="YAML", help="rule files, layered; default: the national set"
    )
    parser.add_argument(
        "--leave-out", action="append", default=[], metavar="RULE", help="a rule that only QGIS can judge: not checked"
    )
    parser.add_argument("--review-date", type=date.fromisoformat, default=date.today(), metavar="YYYY-MM-DD")
    parser.add_argument(
        "--layer-dates",
        default="",
        metavar="JSON",
        help="how old control layers are, where their data do not say it: "
        """'{"YJJBNT": "2023-12-31"}', by line, layer name or source""",
    )
    parser.add_argument("--sliver-area", type=float, default=1.0, metavar="M2")
    parser.add_argument("--cell-km", type=float, default=16.0, help="side of a cell before it is split (default 16)")
    parser.add_argument("--cell-projects", type=int, default=500, help="projects a cell holds at most (default 500)")
    parser.add_argument("--master", default="local[*]", help="Spark master (default local[*])")
    parser.add_argument("--memory", default="2g", help="memory of the driver and of each executor's JVM (default 2g)")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FOLDER", help="a new folder; complete when it holds run.json"
    )
    return parser.parse_args(given)


def main(given=None):
    options = arguments(given)
    set_language(options.language)
    if (options.out / "run.json").exists():
        sys.exit(f"{options.out} holds a finished run: name a new folder")
    try:
        summary = run(options)
    except OneMapError as error:
        sys.exit(str(error))
    except (PySparkException, Py4JError) as error:
        print(str(error)[-_SHOWN:], file=sys.stderr)
        sys.exit(text("province_stopped", folder=options.out))
    print(json.dumps(summary, ensure_ascii=False, indent=1))


def run(options):
    """Run one batch; return what run.json says. Raises OneMapError for inputs that cannot be used."""
    watch = Watch()
    job, projects, controls, planner = plan(options)
    watch.tell("inputs opened")
    layers = [layer for layer in controls if not isinstance(layer, OneMapError)]
    spark = session(options, projects.count + sum(layer.count for layer in layers))
    watch.tell("Spark started")
    try:
        extent = read_extent(spark, options, job)
        result, cells, numbered = checked(spark, job, projects, controls, (options, extent))
        watch.tell("projects counted")
        counts = write(result, options.out)
        require_complete(counts, projects.count, len(job.tasks))
        watch.tell("checked and written")
        by_county = tables.of_counties(spark, options.out, [task.line_id for task in job.tasks])
    finally:
        spark.stop()
    summary = _facts(options, (job, projects, planner), extent)
    summary.update({"cells": len(cells), "largest_cell_projects": max(cells.sizes), **counts, "seconds": watch.seconds})
    summary["remarks"] += numbered
    names = extent.value.county_names if extent else {}
    outputs.write(options.out, job, summary, (*by_county, names))
    watch.tell("report and layers written")
    (options.out / "run.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    return summary


def _facts(options, planned, extent):
    """What run.json says of the inputs and the method."""
    job, projects, planner = planned
    return {
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "plane": crs_rules.describe(job.settings.plane),
        "area_method": "statutory ellipsoidal area, 国土调查办发〔2008〕32号",
        "rules": f"{planner.rule_set.name} {planner.rule_set.version}",
        "rules_sha256": job.settings.rules_sha256,
        "review_date": options.review_date.isoformat(),
        "sliver_m2": options.sliver_area,
        "control_extent": extent.value.name if extent else "",
        "master": options.master,
        "projects": {"layer": projects.name, "crs": crs_rules.describe(projects.crs), "features": projects.count},
        "control_layers": [_source_facts(source) for source in job.sources],
        "remarks": [*planner.remarks, *([] if extent else [text("province_no_extent")])],
    }


def require_complete(counts, projects, lines):
    """Raise InputError unless every project has one verdict on every line: what a lost cell would have said is not
    known, and its silence must not be read as clear.
    """
    wanted = {"summaries": projects, "verdicts": projects * lines}
    for name, number in wanted.items():
        if counts[name] != number:
            raise InputError("province_incomplete", what=name, count=counts[name], expected=number)


def _source_facts(source):
    crs = crs_rules.describe(source.crs) if source.crs is not None else ""
    facts = {"line": source.line_id, "layer": source.name, "date": source.date, "crs": crs}
    return {**facts, "failure": source.failure, "unread": source.unread}


class Watch:
    """Seconds of each stage, told as they end."""

    def __init__(self):
        self.seconds, self._last = {}, time.monotonic()

    def tell(self, stage):
        now = time.monotonic()
        self.seconds[stage], self._last = round(now - self._last, 2), now
        print(f"{stage}: {self.seconds[stage]:.1f} s", file=sys.stderr, flush=True)


def plan(options):
    """(Job, project layer, opened control layers by source number, the Planner with its remarks)."""
    scratch = options.out / "_input"
    projects = open_layer(options.projects, scratch)
    plane = plane_of_projects(projects)
    dates = parse_layer_dates(options.layer_dates)
    planner = Planner(options.rules, options.review_date, options.leave_out, dates)
    if projects.count < projects.expected:
        planner.remarks.append(
            text("rows_missing", layer=projects.name, count=projects.count, expected=projects.expected)
        )
    named = [_control(planner, text, scratch) for text in options.control]
    named = [(line_id, layer) for line_id, layer in named if line_id in planner.wanted]
    fields, settings = (options.key, options.county), (plane, options.sliver_area)
    job = planner.job(projects, named, fields, settings, options.cell_km * 1000 / 32)
    return job, projects, [layer for _, layer in named], planner


def _control(planner, text, scratch):
    """(line id, layer or the error that kept it from being opened)."""
    name, _, source = text.partition("=")
    if name not in planner.catalogue.lines:
        name, source = "", text
    try:
        layer = open_layer(source, scratch)
    except OneMapError as error:
        if not name:
            raise
        error.params.setdefault("layer", source)
        return name, error
    return planner.line_of(name, layer.name), layer


def checked(spark, job, projects, controls, chosen):
    """(DataFrame of check.RESULT, Cells, remarks): every project with everything that may meet it, cell by cell.

    `chosen`: the options, and the broadcast Extent or None.
    """
    options, extent = chosen
    parallel = spark.sparkContext.defaultParallelism * TASKS
    spark.conf.set("spark.sql.shuffle.partitions", str(parallel))
    columns = job.project_columns
    rows = projects.rows(spark, columns).mapInArrow(prepare.prepared_projects(job), prepare.PROJECTS_DDL).persist()
    seen = (
        rows.select("fid", "key", "use", "county", "heights", "ix", "iy", "x0", "y0", "x1", "y1")
        .toArrow()
        .sort_by("fid")
    )
    cells = counted(seen, options.cell_projects)
    keys, remarks = numbered_keys(seen, projects.name)
    apart, far = apart_remarks(seen, keys)
    job = replace(job, apart=apart, counties=counties_of_layers(seen, job))
    job, doubts = doubted(job, controls, bounds_of(seen), extent.value if extent is not None else None)
    remarks += [*doubts, *far, *alike_remarks(seen, keys), *unknown_remarks(seen, job)]
    if extent is None:  # it answers what lies outside every layer, too
        remarks += outside_remarks(seen, keys, job.reached)
    spark.conf.set("spark.sql.shuffle.partitions", str(min(max(len(cells), parallel), MOST_TASKS)))
    shared, renamed = spark.sparkContext.broadcast(cells), spark.sparkContext.broadcast(keys)
    own = rows.mapInArrow(prepare.placed_projects(shared, renamed), prepare.PLACED_DDL)
    near = [controls_near(spark, job, number, layer, cells, shared) for number, layer in enumerate(controls)]
    features = spark.createDataFrame([], prepare.CONTROLS_DDL)
    for part in near:
        features = features.unionByName(part)
    work = check.checked_cell(job, extent)
    return own.groupBy("cell").cogroup(features.groupBy("cell")).applyInArrow(work, check.RESULT_DDL), cells, remarks


def counted(seen, most):
    """Cells from the number of projects in each square; raises BadInput when no project can be used."""
    usable = seen.filter(pc.not_equal(seen.column("ix"), prepare.NO_SQUARE))
    if not len(usable):
        raise BadInput("none of the projects can be used")
    ix, iy, *boxes = (usable.column(name).to_numpy() for name in ("ix", "iy", "x0", "y0", "x1", "y1"))
    squares, owner, count = np.unique(np.column_stack([ix, iy]), axis=0, return_inverse=True, return_counts=True)
    low, high = np.full((len(squares), 2), np.inf), np.full((len(squares), 2), -np.inf)
    np.minimum.at(low, owner.ravel(), np.column_stack(boxes[:2]))
    np.maximum.at(high, owner.ravel(), np.column_stack(boxes[2:]))
    return Cells(squares[:, 0], squares[:, 1], count, np.hstack([low, high]), most)


def controls_near(spark, job, number, layer, cells, shared):
    """Prepared features of a control source, one row for each cell they may matter in."""
    source = job.sources[number]
    if source.failure:
        return spark.createDataFrame([], prepare.CONTROLS_DDL)
    left, low, right, top = cells.bounds()
    box = left - source.reach, low - source.reach, right + source.reach, top + source.reach
    box = crs_rules.transform_bounds(box, job.settings.plane, source.crs)
    rows = layer.rows(spark, source.columns, box if np.isfinite(box).all() else None)
    return rows.mapInArrow(prepare.prepared_controls(job, number, shared), prepare.CONTROLS_DDL)


def write(result, folder):
    """Write findings, verdicts, summaries and problems as Parquet; return their counts. The check runs once, here."""
    result.persist()
    counts = {}
    for name in check.KINDS:
        rows = result.where(f"{name} IS NOT NULL").select(f"{name}.*")
        target = str(folder / FOLDERS[name])
        (rows.distinct().coalesce(1) if name == "problem" else rows).write.mode("overwrite").parquet(target)
        counts[FOLDERS[name]] = result.sparkSession.read.parquet(target).count()
    result.unpersist()
    shutil.rmtree(folder / "_temporary", ignore_errors=True)
    return counts


if __name__ == "__main__":
    main()
