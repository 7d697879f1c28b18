"""The whole batch on bad input: what the desk says of it, the batch says too, and a run that lost something is none."""

import os
import sqlite3
from contextlib import closing

import pytest
from onemap.tests.support.province import desk_answer, finding_rows, verdict_rows
from onemap.tests.support.province_cells import box_of, write_shapes

KEYS = ["A", "A", "A#2", "A#2", " A ", "", "B#2", "B", "B"]


@pytest.fixture
def strange(qgis_app, tmp_path):
    """(file of projects, file of control lines, file of the same name with another county's lines)."""
    from osgeo import ogr

    text = ogr.OFTString
    files = [tmp_path / name / "county.gpkg" for name in ("p", "a", "b")]
    for file in files:
        file.parent.mkdir()
    rows = [(box_of(n), (key, "330109001001" if n < 5 else "余杭区")) for n, key in enumerate(KEYS)]
    misplaced = [(box_of(50, 40_500_000.0), ("PREFIX", None)), (None, ("NULL", None))]
    write_shapes(files[0], "projects", {"XMBH": text, "XZQDM": text}, [*rows, *misplaced])
    write_shapes(files[1], "STBHHX", {"BSM": text, "GXSJ": text}, [(box_of(0), ("a", "2025-06-30"))])
    write_shapes(files[2], "STBHHX", {"BSM": text}, [(box_of(3), ("b",)), (box_of(4), ("broken",))])
    write_shapes(files[1], "LSWHBHX", {}, [(None, ()), (None, ())])
    area = "POLYGON((499900 3349900,501450 3349900,501450 3350200,499900 3350200,499900 3349900))"
    write_shapes(files[1], "XZQ", {}, [(area, ())])
    return files


def spoil(file, table, fid, blob):
    """Put other bytes in the place of a geometry."""
    with closing(sqlite3.connect(file)) as data, data:
        for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            data.execute(f'DROP TRIGGER "{name}"')
        data.execute(f'UPDATE "{table}" SET geom = ? WHERE fid = ?', (blob, fid))  # noqa: S608  (a name of ours)


def test_what_the_desk_says_of_strange_input(batch, strange, tmp_path):
    """Keys that numbering can meet, two files of one name, a delivered area, misplaced and absent geometry."""
    projects, first, second = strange
    spoil(second, "STBHHX", 2, b"")  # no bytes at all: a row without a geometry
    mine = batch(
        tmp_path / "out", "--projects", projects, "--cell-projects", 2, "--control-extent", f"{first}|XZQ",
        *("--control", f"{first}|STBHHX", "--control", f"{second}|STBHHX", "--control", f"{first}|LSWHBHX"),
    )  # fmt: skip
    desk = desk_of(projects, first, second)
    assert finding_rows(mine["findings"]) == finding_rows(desk.findings) and len(desk.findings) == 2
    assert verdict_rows(mine["verdicts"]) == verdict_rows(desk.verdicts)
    keys = [row["project_key"] for row in mine["summaries"]]
    assert sorted(keys) == sorted(info.key for info in desk.infos) and len(set(keys)) == len(KEYS) + 2
    assert {row["county"] for row in mine["summaries"]} == {"330109", "余杭区", ""}
    assert {v["status"] for v in mine["verdicts"] if v["line_id"] == "STBHHX"} == {
        "conflict",
        "clear",
        "not_checked",
        "failed",
    }
    assert any("A#2" in remark for remark in mine["run"]["remarks"])
    said = [*desk.remarks, *mine["run"]["remarks"]]
    assert not any("outside the extent" in remark for remark in said)  # the named area answers it


def desk_of(projects, first, second):
    """The desk's answer with the control layers of two files."""
    from types import SimpleNamespace

    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsVectorLayer

    def layer(file, name):
        return QgsVectorLayer(f"{file}|layername={name}", name, "ogr")

    given = [layer(first, "STBHHX"), layer(second, "STBHHX"), layer(first, "LSWHBHX")]
    review = Review.of_rules().with_projects(layer(projects, "projects")).with_controls(given)
    findings, verdicts = [], []

    def take(outcome):
        findings.extend(outcome.findings)
        verdicts.extend(outcome.verdicts)

    result = run_review(review.with_control_extent(layer(first, "XZQ")), take, "XMBH")
    remarks = [remark.text() for remark in result.remarks()]
    return SimpleNamespace(findings=findings, verdicts=verdicts, infos=result.data.infos, remarks=remarks)


def test_bytes_that_are_no_geometry_leave_nothing_clear(batch, strange, tmp_path):
    projects, _, second = strange
    spoil(second, "STBHHX", 2, b"not a geometry")
    mine = batch(tmp_path / "out", "--projects", projects, "--control", f"{second}|STBHHX")
    desk = desk_answer(projects, "projects", second, {"STBHHX": None})
    assert verdict_rows(mine["verdicts"]) == verdict_rows(desk.verdicts)
    assert {v["status"] for v in mine["verdicts"] if v["line_id"] == "STBHHX"} == {"conflict", "failed"}
    assert any("outside the extent" in remark for remark in mine["run"]["remarks"])


KILLER = """
import os, signal, sys
class Killer:
    def find_spec(self, name, path=None, target=None):
        if name == "province.cell" and "pyspark.daemon" in sys.orig_argv:
            os.kill(os.getpid(), signal.SIGKILL)
sys.meta_path.insert(0, Killer())
"""


def test_a_worker_that_dies_leaves_no_result(batch, strange, tmp_path):
    """The worker is killed as it comes to the check of its first cell."""
    projects, first, _ = strange
    (tmp_path / "sitecustomize.py").write_text(KILLER, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    out = tmp_path / "out"
    said = batch(out, "--projects", projects, "--control", f"{first}|STBHHX", refused=True, env=env)
    assert "holds no result" in said
    assert not list(out.glob("verdicts/*.parquet"))
