"""The Spark session of a batch: its settings, and how workers come to this code."""

import os
import sys
import zipfile
from pathlib import Path

from pyspark.sql import SparkSession

_FEW = 300_000  # features up to which the JVM ends before its second compiler has paid: a third less processor time
ROOT = Path(__file__).resolve().parents[2]


def session(options, features):
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
    if options.master.startswith("local[") and features <= _FEW:
        settings["spark.driver.extraJavaOptions"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
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
