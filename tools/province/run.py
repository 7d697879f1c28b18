"""The control-line check of the desk as a Spark batch. See docs/province.md."""

import argparse
import json
import os
import shutil
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

from plugin.core.errors import OneMapError
from plugin.core.land import crs as crs_rules

from . import check, prepare
from .cells import Cells
from .errors import BadInput
from .inputs import open_layer
from .planner import Planner

ROOT = Path(__file__).resolve().parents[2]
TASKS = 8  # a processor: enough that an uneven one does not hold up the end
MOST_TASKS = 4096


def arguments(given=None):
    parser = argparse.ArgumentParser(prog="tools/province/check", description=__doc__,
        epilog="SOURCE: FILE.parquet, a folder of them, "
        "FILE.gpkg|TABLE, or 'postgresql:host=... dbname=...|SCHEMA.TABLE' (password from PGPASSFILE).")  # fmt: skip
    parser.add_argument("--projects", required=True, metavar="SOURCE", help="project polygons")
    parser.add_argument("--key", default="", metavar="FIELD", help="key field of the projects")
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
    if (options.out / "run.json").exists():
        sys.exit(f"{options.out} holds a finished run: name a new folder")
    try:
        summary = run(options)
    except OneMapError as error:
        sys.exit(str(error))
    print(json.dumps(summary, ensure_ascii=False, indent=1))


def run(options):
    """Run one batch; return what run.json says. Raises OneMapError for inputs that cannot be used."""
    watch = Watch()
    job, projects, controls, remarks = plan(options)
    watch.tell("inputs opened")
    spark = session(options)
    watch.tell("Spark started")
    try:
        result, cells = checked(spark, job, projects, controls, options)
        watch.tell("projects counted")
        counts = write(result, options.out)
        watch.tell("checked and written")
    finally:
        spark.stop()
    summary = {
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "plane": crs_rules.describe(job.settings.plane),
        "area_method": "statutory ellipsoidal area, 国土调查办发〔2008〕32号",
        "rules_sha256": job.settings.rules_sha256,
        "review_date": options.review_date.isoformat(),
        "sliver_m2": options.sliver_area,
        "master": options.master,
        "projects": {"layer": projects.name, "crs": crs_rules.describe(projects.crs), "features": projects.count},
        "control_layers": [_source_facts(source) for source in job.sources],
        "cells": len(cells),
        "largest_cell_projects": max(cells.sizes),
        **counts,
        "remarks": remarks,
        "seconds": watch.seconds,
    }
    (options.out / "run.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    return summary


def _source_facts(source):
    crs = crs_rules.describe(source.crs) if source.crs is not None else ""
    return {"line": source.line_id, "layer": source.name, "date": source.date, "crs": crs, "failure": source.failure}


class Watch:
    """Seconds of each stage, told as they end."""

    def __init__(self):
        self.seconds, self._last = {}, time.monotonic()

    def tell(self, stage):
        now = time.monotonic()
        self.seconds[stage], self._last = round(now - self._last, 2), now
        print(f"{stage}: {self.seconds[stage]:.1f} s", file=sys.stderr, flush=True)


def plan(options):
    """(Job, project layer, opened control layers by source number, remarks)."""
    scratch = options.out / "_input"
    projects = open_layer(options.projects, scratch)
    if projects.dimension not in (2, -1) or not projects.count or not projects.bounds:
        raise BadInput(f"{projects.name}: no polygons")
    left, low, right, top = projects.bounds
    plane = crs_rules.working_plane(projects.crs, ((left + right) / 2, (low + top) / 2))
    planner = Planner(options.rules, options.review_date, options.leave_out)
    named = [_control(planner, text, scratch) for text in options.control]
    named = [(line_id, layer) for line_id, layer in named if line_id in planner.wanted]
    job = planner.job(projects, named, options.key, (plane, options.sliver_area), options.cell_km * 1000 / 32)
    return job, projects, [layer for _, layer in named], planner.remarks


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


def session(options):
    """A Spark session whose Python workers can import this code: from the checkout on this machine, as an
    archive elsewhere.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("onemap province").master(options.master)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": options.memory,
        "spark.executor.memory": options.memory,
        "spark.sql.adaptive.enabled": "false",  # it would join small cells into one task and undo the spread
        "spark.sql.execution.arrow.maxRecordsPerBatch": "5000",
        "spark.sql.files.maxPartitionBytes": "33554432",
        "spark.executorEnv.OMP_NUM_THREADS": "1",
    }
    if options.master.startswith("local["):
        settings["spark.executorEnv.PYTHONPATH"] = f"{ROOT}:{ROOT / 'tools'}"
    else:
        settings["spark.archives"] = f"{_archive(options.out)}#onemap"
        settings["spark.executorEnv.PYTHONPATH"] = "onemap:onemap/tools"
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _archive(folder):
    """The code and data that workers need, as a zip."""
    folder.mkdir(parents=True, exist_ok=True)
    target = (folder / "_code.zip").resolve()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("plugin", "resources", "tools/province"):
            for file in sorted((ROOT / part).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    archive.write(file, file.relative_to(ROOT))
    return target


def checked(spark, job, projects, controls, options):
    """(DataFrame of check.RESULT, Cells): every project with everything that may meet it, cell by cell."""
    parallel = spark.sparkContext.defaultParallelism * TASKS
    spark.conf.set("spark.sql.shuffle.partitions", str(parallel))
    columns = job.project_columns
    rows = projects.rows(spark, columns).mapInArrow(prepare.prepared_projects(job), prepare.PROJECTS_DDL).persist()
    cells = counted(rows, options.cell_projects)
    spark.conf.set("spark.sql.shuffle.partitions", str(min(max(len(cells), parallel), MOST_TASKS)))
    shared = spark.sparkContext.broadcast(cells)
    own = with_keys(rows).mapInArrow(prepare.placed_projects(shared), prepare.PLACED_DDL)
    near = [controls_near(spark, job, number, layer, cells, shared) for number, layer in enumerate(controls)]
    features = spark.createDataFrame([], prepare.CONTROLS_DDL)
    for part in near:
        features = features.unionByName(part)
    result = (
        own.groupBy("cell").cogroup(features.groupBy("cell")).applyInArrow(check.checked_cell(job), check.RESULT_DDL)
    )
    return result, cells


def counted(rows, most):
    """Cells from the number of projects in each square; raises BadInput when no project can be used."""
    corner = [F.min("x0").alias("x0"), F.min("y0").alias("y0"), F.max("x1").alias("x1"), F.max("y1").alias("y1")]
    squares = (
        rows.where(F.col("wkb").isNotNull()).groupBy("ix", "iy").agg(F.count("*").alias("count"), *corner).toArrow()
    )
    if not len(squares):
        raise BadInput("none of the projects can be used")
    values = {name: squares.column(name).to_numpy() for name in squares.column_names}
    boxes = np.column_stack([values[name] for name in ("x0", "y0", "x1", "y1")])
    return Cells(values["ix"], values["iy"], values["count"], boxes, most)


def with_keys(rows):
    """Keys as plugin.core.review.unique_keys makes them: trimmed, "fid n" for none, #2, #3 where one comes again."""
    text = F.regexp_replace(F.coalesce(F.col("key"), F.lit("")), r"(?U)^\s+|\s+$", "")
    key = F.when(text == "", F.concat(F.lit("fid "), F.col("fid").cast("string"))).otherwise(text)
    times = F.row_number().over(Window.partitionBy("key").orderBy("fid"))
    rows = rows.withColumn("key", key).withColumn("times", times)
    return rows.withColumn(
        "key",
        F.when(F.col("times") > 1, F.concat("key", F.lit("#"), F.col("times").cast("string"))).otherwise(F.col("key")),
    )


def controls_near(spark, job, number, layer, cells, shared):
    """Prepared features of a control source, one row for each cell they may matter in."""
    source = job.sources[number]
    if source.failure:
        return spark.createDataFrame([], prepare.CONTROLS_DDL)
    left, low, right, top = cells.bounds()
    box = left - source.reach, low - source.reach, right + source.reach, top + source.reach
    box = crs_rules.transform_bounds(box, job.settings.plane, source.crs)
    rows = layer.rows(spark, source.columns, box if np.isfinite(box).all() else None)
    return rows.mapInArrow(prepare.prepared_controls(source, number, job.settings.plane, shared), prepare.CONTROLS_DDL)


def write(result, folder):
    """Write findings, verdicts and problems as Parquet; return their counts. The check itself runs once, here."""
    result.persist()
    counts = {}
    for name in ("finding", "verdict", "problem"):
        rows = result.where(f"{name} IS NOT NULL").select(f"{name}.*")
        target = str(folder / f"{name}s")
        (rows.distinct().coalesce(1) if name == "problem" else rows).write.mode("overwrite").parquet(target)
        counts[f"{name}s"] = result.sparkSession.read.parquet(target).count()
    result.unpersist()
    shutil.rmtree(folder / "_temporary", ignore_errors=True)
    return counts


if __name__ == "__main__":
    main()
