"""What the siting window asks again and again: the first count of a county, later ones, sliders.

usage: siting_count.py      (needs ../shared/data/realcounty)
A county of 15,786 parcels and 13,000 polygons of control lines, criteria of five constraints: the first count of free
land, one after a constraint was changed, one after nothing was; the same among 624 projects. Each first count in a
process that has counted nothing before. The sliders: 100,000 candidates x 10 factors, made up.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import siting
from machine import Clock, state, versions

SOURCE = siting.ROOT.parent / "shared" / "data" / "realcounty" / "county.gpkg"
LAYERS = ("DLTB", "CZKFBJ", "YJJBNTTB", "STBHHX", "projects")
CRITERIA = """
name: bench
version: 1
area: {min_m2: 9900, max_m2: 10100}
layers: {landuse: {names: [DLTB]}}
constraints:
  - {id: farmland, line: YJJBNTTB, kind: avoid}
  - {id: redline, line: STBHHX, kind: avoid}
  - {id: water, title: water, kind: avoid, layer: landuse, where: '"DLBM" LIKE ''11%'''}
  - {id: homes, title: homes, kind: avoid, layer: landuse, where: '"DLBM" LIKE ''07%'''}
  - {id: road, title: road, kind: max_distance, layer: landuse, where: '"DLBM" = ''1003''', distance_m: 1000}
factors:
  children:
    - {id: farm, title: farm, kind: share, layer: landuse, where: '"DLBM" LIKE ''01%''', unit: "%",
       value: {type: linear, worst: 100, best: 0}}
"""


class Followed:
    """Feedback that counts its progress."""

    def __init__(self):
        self.steps = 0

    def isCanceled(self):  # noqa: N802  (as QGIS names it)
        return False

    def setProgress(self, progress):  # noqa: N802  (as QGIS names it)
        self.steps += 1


def project(folder):
    """(boundary of the county, its projects) in a project with all layers."""
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    path = shutil.copy(SOURCE, folder)
    layers = {name: QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in LAYERS}
    boundary = QgsVectorLayer(f"Polygon?crs={layers['DLTB'].crs().authid()}", "boundary", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(layers["DLTB"].extent()))
    boundary.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayers([boundary, *layers.values()])
    return boundary, layers["projects"]


def counts(folder, parcels):
    from onemap.plugin.bridge.siting.session import SiteSession
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    boundary, projects = project(folder)
    session = SiteSession()
    for name, metres in (("first", 1000), ("a distance changed", 1500), ("nothing changed", 1500)):
        criteria = Path(folder) / "count.yaml"
        criteria.write_text(CRITERIA.replace("distance_m: 1000", f"distance_m: {metres}"), encoding="utf-8")
        draft, followed, clock = CriteriaDraft.load(criteria), Followed(), Clock()
        remains = session.count(draft, projects if parcels else boundary, parcels)(followed)
        yield [name, *clock.stop(), followed.steps, remains.count, remains.area_m2]


def count_land(folder):
    return counts(folder, False)


def count_projects(folder):
    return counts(folder, True)


def one(name, folder):
    application = siting.start()
    for row in globals()[name](folder):
        print(json.dumps(row), flush=True)
    del application
    os._exit(0)


def sliders():
    """(wall, processor): ascending seconds of twenty weighings."""
    import numpy as np

    links = tempfile.mkdtemp()
    (Path(links) / "onemap").symlink_to(siting.ROOT)
    sys.path.insert(0, links)
    from onemap.plugin.core.siting.model import Criteria, Factor
    from onemap.plugin.core.siting.results import FactorResult
    from onemap.plugin.core.siting.reweigh import Trial
    from onemap.plugin.core.siting.selection import Selection, combine
    from onemap.plugin.core.siting.values import Linear

    count, dice = 100_000, np.random.default_rng(1)
    made = [Factor(f"f{n}", f"f{n}", "area", weight=0.1, value=Linear(0, 1)) for n in range(10)]
    factors = [FactorResult(f, s, s, np.zeros(count)) for f, s in zip(made, dice.uniform(0, 100, (10, count)))]
    score, evaluated = combine(factors, count)
    keys, ones = [str(n) for n in range(count)], np.ones(count, bool)
    criteria = Criteria("sliders", "1", "", "", {}, (), tuple(made))
    order = np.argsort(-score, kind="stable")
    trial = Trial(Selection(criteria, keys, np.ones(count), [], factors, ones, score, evaluated, order))
    times = []
    for weights in dice.uniform(0, 1, (20, 10)):
        started = time.perf_counter(), time.process_time()
        trial.weighed(weights)
        times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    return tuple(sorted(column) for column in zip(*times))


def main():
    print(versions(), state(), sep="\n")
    for name in ("count_land", "count_projects") if SOURCE.exists() else ():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, "--one", name, folder]
            done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr[-2000:]}")
        for line in filter(lambda text: text.startswith("["), done.stdout.splitlines()):
            what, wall, cpu, memory, steps, count, area = json.loads(line)
            left = f"{count} left, " if count is not None else ""
            row = f"{name:16}{what:22}{wall:7.2f} s wall{cpu:7.2f} s cpu{memory:6.0f} MB"
            print(f"{row}  {left}{area / 1e6:.2f} km2, {steps} steps of progress", flush=True)
    if not SOURCE.exists():
        print(f"counts: not run, {SOURCE} is not here")
    for name, times in zip(("wall", "cpu"), sliders()):
        middle, worst = times[len(times) // 2] * 1000, times[-1] * 1000
        print(f"sliders: 100,000 x 10, {name}: median {middle:.0f} ms, worst {worst:.0f} ms", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3])
    main()
