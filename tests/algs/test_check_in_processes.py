"""A check of which other processes compute a share gives the rows that it gives alone."""

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import shapely

X, Y = 500_000.0, 3_350_000.0
NAMES = 15  # the column of findings that names their layer
FIELDS = "XMBH:string,DLBM:string"
RULES = """name: 试验
version: 1
laws: {L: {title: 某法, doc_no: 某号, status: 现行有效, articles: {'1': {confidence: seen}}}}
rules:
- {id: A, line: YJJBNT, kind: avoid, effect: prohibit, title: 甲, laws: [{law: L, article: '1'}]}
- {id: B, line: YJJBNT, kind: avoid, effect: consult, title: 乙, where: "\\"DLBM\\" = '0101'", laws: [{law: L, article: '1'}]}
- {id: C, line: STBHHX, kind: distance, distance_m: 40, effect: consult, title: 丙, laws: [{law: L, article: '1'}]}
- {id: D, line: CZKFBJ, kind: within, effect: prohibit, title: 丁, laws: [{law: L, article: '1'}]}
"""


def polygons(seed, count, size):
    dice = np.random.default_rng(seed)
    places = shapely.points(dice.uniform(0, 9000, (count, 2)) + (X, Y))
    return shapely.buffer(places, dice.uniform(size / 3, size, count), quad_segs=5)


def bad(made):
    """Among polygons: bows, one that collapses, one with heights, and one of many vertices over a third of them."""
    for at in range(0, len(made), 25):
        x, y = shapely.get_coordinates(shapely.centroid(made[at]))[0]
        made[at] = shapely.Polygon([(x, y), (x + 90, y + 90), (x + 90, y), (x, y + 120)])
    x, y = shapely.get_coordinates(shapely.centroid(made[7]))[0]
    made[7] = shapely.Polygon([(x, y), (x + 50, y), (x + 99, y), (x, y)])
    made[9] = shapely.force_3d(made[9], 3.0)
    made[11] = shapely.buffer(shapely.Point(X + 4000, Y + 4000), 2500, quad_segs=2300)
    return made


def write(shapes, path, name):
    from onemap.tests.support.algorithms import layer
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    rows = [(shapely.to_wkt(one, rounding_precision=-1), str(n), f"010{n % 3}") for n, one in enumerate(shapes)]
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName, options.driverName = name, {".gpkg": "GPKG", ".fgb": "FlatGeobuf"}[path.suffix]
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    write(layer(name, rows, FIELDS, kind="Polygon"), str(path), QgsCoordinateTransformContext(), options)
    return str(path)


@pytest.fixture(scope="module", autouse=True)
def near_only(qgis_app):
    """Nobody looks later at what lies far: what a run says of features it was told by who read them."""
    from onemap.plugin.bridge.review import control_layer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(control_layer, "FULLY_CHECKED", 0)
        yield


@pytest.fixture(scope="module")
def inputs(qgis_app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("processes")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    lines = {
        "PWJJBN": write(polygons(5, 300, 140), folder / "d.gpkg", "PWJJBN"),
        "YJJBNTTB": write(bad(polygons(2, 900, 140)), folder / "a.gpkg", "YJJBNTTB"),
        "STBHHX": write(polygons(3, 200, 160), folder / "b.fgb", "STBHHX"),
        "CZKFBJ": write(polygons(4, 60, 900), folder / "c.gpkg", "CZKFBJ"),
    }
    return {
        "PROJECTS": write(polygons(1, 400, 110), folder / "p.gpkg", "XM"),
        "PROJECT_KEY": "XMBH",
        "CONTROL_LINES": list(lines.values()),
        "MAPPING": json.dumps({"PWJJBN": "YJJBNT", "YJJBNTTB": "YJJBNT", "b": "STBHHX", "CZKFBJ": "CZKFBJ"}),
        "RULES": str(folder / "rules.yaml"),
        "FINDINGS": "memory:",
        "VERDICTS": "memory:",
    }


@pytest.fixture
def large(monkeypatch):
    """Every run is a large one, begins when its process is ready and leaves it all the work while it lives, however
    slow the machine; the list of what slots answered."""
    from onemap.plugin.bridge.review import running
    from onemap.plugin.core import workers
    from onemap.plugin.core.threads import raise_if_cancelled
    from onemap.tests.core.test_workers import wait_until

    monkeypatch.setattr(running, "_MANY_PROJECTS", 1)
    monkeypatch.setattr(running, "_MANY_CONTROLS", 1)
    answers = []

    class Ready(workers.Workers):
        def __init__(self, module, count=None):
            super().__init__(module, 1)
            wait_until(lambda: all(worker.is_ready for worker in self._workers), seconds=300)

        def _taken(self, feedback):
            with self._changed:
                while [w.free for w in self._workers if w.is_ready] == [0]:
                    self._changed.wait(0.05)
                    raise_if_cancelled(feedback)
                return super()._taken(feedback)

    def ask(slot, question, feedback=None, own=workers.Slot.ask):
        answers.append(own(slot, question, feedback))
        return answers[-1]

    monkeypatch.setattr(workers, "Workers", Ready)
    monkeypatch.setattr(workers.Slot, "ask", ask)
    workers.end_idle()
    yield answers
    workers.end_idle()


def rows(inputs, told=None):
    """Findings, verdicts and what the log says of a run."""
    from onemap.tests.support.algorithms import Feedback, run

    feedback = told or Feedback()
    result = run("checkcontrollines", feedback, **inputs)
    found = [
        [(*feature.attributes(), bytes(feature.geometry().asWkb())) for feature in result[name].getFeatures()]
        for name in ("FINDINGS", "VERDICTS")
    ]
    return found, [line for line in feedback.lines if "output_" not in line and " second" not in line]


@pytest.fixture(scope="module")
def alone(inputs):
    return rows(inputs)


def test_findings_verdicts_and_messages_are_those_of_a_run_alone(inputs, alone, large):
    assert rows(inputs) == alone
    assert sum(answer is not None for answer in large) > 4
    assert len(alone[0][0]) > 300 and len(alone[0][1]) == 1200
    assert any("Self-intersection" in line or "修复" in line or "repaired" in line for line in alone[1])


def test_layers_of_a_cache_are_answered_alike(inputs, alone, large, monkeypatch, tmp_path):
    from onemap.plugin.bridge.review import control_cache
    from onemap.plugin.bridge.review.control_readers import CachedLayer

    monkeypatch.setattr(control_cache, "folder", lambda: tmp_path)
    rows({**inputs, "USE_CACHE": True, "BUILD_CACHE": True})
    stored, stored_at = (asked_of(CachedLayer, name, monkeypatch) for name in ("stored", "stored_at"))
    for asked in (stored_at, stored):  # read by the process, and here
        large.clear()
        found = rows({**inputs, "USE_CACHE": True})
        assert found[0] == alone[0]
        assert [line for line in alone[1] if "Repaired" in line] == [line for line in found[1] if "Repaired" in line]
        assert any(shapes is not None for _, shapes in asked)
        assert any(answer is not None for answer in large)
        monkeypatch.setattr(CachedLayer, "stored_at", lambda self, ids: None)


def asked_of(kind, name, monkeypatch):
    """The list of (layer, answer) of a method of layers."""
    asked, own = [], getattr(kind, name)

    def answered(self, ids):
        asked.append((self.name, own(self, ids)))
        return asked[-1][1]

    monkeypatch.setattr(kind, name, answered)
    return asked


def test_a_process_reads_its_rows_by_itself_and_then_lets_go_of_the_file(inputs, large, monkeypatch):
    from onemap.plugin.bridge.review.gpkg_layer import GpkgLayer
    from onemap.tests.core.test_workers import wait_until

    read_here = asked_of(GpkgLayer, "stored", monkeypatch)
    asked = asked_of(GpkgLayer, "stored_at", monkeypatch)
    assert rows({**inputs, "CONTROL_LINES": inputs["CONTROL_LINES"][:1]})[0][0]
    assert {name for name, at in asked if at is not None} == {"PWJJBN"}
    assert not read_here and large and None not in large
    assert children()
    wait_until(lambda: not [file for pid in children() for file in open_files(pid) if file.endswith(".gpkg")])


def open_files(pid):
    return [os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").glob("*")]


@pytest.mark.parametrize("fault", ["gone", "huge"])
def test_what_a_process_cannot_read_is_read_here(inputs, alone, large, monkeypatch, fault):
    from onemap.plugin.bridge.review.gpkg_layer import GpkgLayer

    read_here = asked_of(GpkgLayer, "stored", monkeypatch)

    def elsewhere(self, ids, own=GpkgLayer.stored_at):
        at = own(self, ids)
        return at and at._replace(place=[at.place[0] + ".gone", *at.place[1:]])

    if fault == "gone":
        monkeypatch.setattr(GpkgLayer, "stored_at", elsewhere)
    assert rows(inputs) == alone
    assert read_here and None in large and sum(answer is not None for answer in large) > 2


def test_a_process_that_is_ended_costs_no_row(inputs, alone, large, monkeypatch):
    from onemap.plugin.core import workers

    def ended(slot, question, feedback=None, own=workers.Slot.ask):
        if any(answer is not None for answer in large):
            os.kill(slot._worker._process.pid, signal.SIGKILL)
        return own(slot, question, feedback)

    monkeypatch.setattr(workers.Slot, "ask", ended)
    assert rows(inputs) == alone
    assert any(answer is not None for answer in large) and None in large


def test_a_cancel_ends_the_processes_too(inputs, large, tmp_path):
    from onemap.tests.support.algorithms import Feedback

    class Cancelling(Feedback):
        started = ()

        def setProgress(self, value):  # noqa: N802 - the interface's own name
            if value > 0 and not self.isCanceled():
                self.started = children()
                self.cancel()

    feedback = Cancelling()
    with pytest.raises(Exception, match="ancel"):
        rows({**inputs, "FINDINGS": str(tmp_path / "f.gpkg"), "VERDICTS": str(tmp_path / "v.gpkg")}, feedback)
    assert feedback.started and not children() & feedback.started
    assert not list(tmp_path.iterdir())


def children():
    """Processes that this one has started and that live."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text(encoding="ascii").split()}


def test_a_layer_that_changes_its_mind_is_told_the_same(inputs, large, monkeypatch):
    """What fails after a process has answered fails its layer, and counts for no project."""
    from onemap.plugin.bridge.review.gpkg_layer import TableRows
    from onemap.plugin.core.errors import InputError

    def broken(self, rows, own=TableRows.labels):
        if self.layer.name == "YJJBNTTB":
            raise InputError("layer_error", layer="a", error="gone")
        return own(self, rows)

    monkeypatch.setattr(TableRows, "labels", broken)
    with_processes = rows(inputs)
    assert any(answer is not None for answer in large)
    monkeypatch.setattr("onemap.plugin.bridge.review.running._MANY_PROJECTS", 10**9)
    assert with_processes == rows(inputs)
    assert {row[NAMES] for row in with_processes[0][0] if "YJJBNT" in row} == {"PWJJBN"}
