"""The check on a PostGIS layer against plain SQL on the same tables and the check on a GeoPackage, in one run.

`python tests/bench/postgis.py FOLDER`: FOLDER holds projects.gpkg and line.gpkg as run.py makes them. Loading is left out, as
are starts of processes; the SQL's areas are planar and it writes its rows on the server. Peak memory is this side's.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "postgis"), str(ROOT / "tests" / "bench")]
import server  # noqa: E402 - beside, once its folder is known
from machine import peak_mb, state, versions  # noqa: E402

LAYERS = {"proj": "projects.gpkg", "patch": "line.gpkg"}
RULES = """name: bench
version: 1
laws: {L: {title: t, doc_no: n, status: s, articles: {'1': {confidence: seen}}}}
rules: [{id: B-1, line: SD, kind: avoid, effect: prohibit, title: t, laws: [{law: L, article: '1'}]}]
"""
PEER = """DROP TABLE IF EXISTS found, sound;
CREATE UNLOGGED TABLE sound AS SELECT fid, CASE WHEN ST_IsValid(geom) THEN geom ELSE ST_MakeValid(geom, 'method=structure keepcollapsed=false') END AS geom FROM proj;
ANALYZE sound;
CREATE UNLOGGED TABLE found AS
SELECT p.fid AS p, c.fid AS c, ST_Intersection(p.geom, v.geom) AS geom, ST_Area(ST_Intersection(p.geom, v.geom)) AS m2
FROM sound p JOIN patch c ON p.geom && c.geom CROSS JOIN LATERAL
(SELECT CASE WHEN ST_IsValid(c.geom) THEN c.geom ELSE ST_MakeValid(c.geom, 'method=structure keepcollapsed=false') END AS geom OFFSET 0) v
WHERE ST_Intersects(p.geom, v.geom)"""


def load(folder, dsn):
    import psycopg2

    with psycopg2.connect(**dsn) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION postgis")
    target = "PG:" + " ".join(f"{key}='{value}'" for key, value in dsn.items())
    for name, file in LAYERS.items():
        options = [
            "-nln",
            name,
            "-lco",
            "GEOMETRY_NAME=geom",
            "-lco",
            "FID=fid",
            "-nlt",
            "PROMOTE_TO_MULTI",
            "--config",
            "PG_USE_COPY",
            "YES",
        ]
        subprocess.run(
            ["ogr2ogr", "-f", "PostgreSQL", target, str(folder / file), *options], check=True, capture_output=True
        )
    connection = psycopg2.connect(**dsn)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")


def peer(folder, dsn):
    import psycopg2

    with psycopg2.connect(**dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SET client_min_messages = error; SET max_parallel_workers_per_gather = 2; SET work_mem = '64MB'; SET jit = off"
        )
        started = time.perf_counter()
        cursor.execute(PEER)
        wall = time.perf_counter() - started
        cursor.execute("SELECT count(*), sum(m2) FROM found WHERE m2 > 0")
        return wall, *map(float, cursor.fetchone())


def check(folder, layers):
    """Wall seconds, pairs and planar area of a check of (projects, control) layers."""
    import shapely
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review

    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    started = time.perf_counter()
    review = (
        Review.of_rules([folder / "rules.yaml"]).with_projects(layers[0]).with_controls(layers[1:], {"patch": "SD"})
    )
    outcomes = []
    result = run_review(review, outcomes.append)
    pairs, area, verdicts = 0, 0.0, 0
    for outcome in outcomes:
        pairs, verdicts = pairs + len(outcome.findings), verdicts + len(outcome.verdicts)
        if len(outcome.findings):
            area += shapely.area(outcome.findings.array("geometry")).sum()
    wall = time.perf_counter() - started
    failures = [s.failure for s in result.controls if s.failure]
    if failures or not verdicts:
        raise SystemExit(f"the check failed: {failures}")
    return wall, pairs, area


def gpkg(folder, dsn):
    from qgis.core import QgsVectorLayer

    return check(folder, [QgsVectorLayer(str(folder / file), name, "ogr") for name, file in LAYERS.items()])


def pushed(folder, dsn):
    from qgis.core import QgsDataSourceUri, QgsVectorLayer

    def layer(name):
        uri = QgsDataSourceUri()
        uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"])
        uri.setDataSource("public", name, "geom", "", "fid")
        return QgsVectorLayer(uri.uri(False), name, "postgres")

    return check(folder, [QgsVectorLayer(str(folder / LAYERS["proj"]), "proj", "ogr"), layer("patch")])


def one(name, folder, dsn):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    keep = QgsApplication([], False)
    QgsApplication.initQgis()
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    result = globals()[name](folder, dsn)
    print(json.dumps([*result, peak_mb()]), flush=True)
    os._exit(0 if keep else 1)  # QGIS's own tidying is not part of the figures


def contest(folder, dsn):
    folder_of_run = Path(tempfile.mkdtemp())
    for file in LAYERS.values():
        (folder_of_run / file).symlink_to((folder / file).resolve())
    times = {name: [] for name in ("pushed", "peer", "gpkg")}
    for _ in range(int(os.environ.get("ONEMAP_BENCH_ROUNDS") or 3)):
        for name, walls in times.items():
            done = subprocess.run(
                [sys.executable, __file__, "--one", name, str(folder_of_run), json.dumps(dsn)],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise SystemExit(done.stderr)
            *result, memory = json.loads(done.stdout.splitlines()[-1])
            walls.append((*result, memory))
    print(versions(), state(), sep="\n")
    print(f"{'':8}{'best s':>8}{'MB':>6}{'pairs':>8}{'area m2':>16}{'x peer':>8}")
    peer_wall = min(times["peer"])[0]
    for name, walls in times.items():
        wall, pairs, area, memory = min(walls)
        print(f"{name:8}{wall:8.2f}{memory:6.0f}{pairs:8.0f}{area:16.2f}{peer_wall / wall:8.2f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(sys.argv[2], Path(sys.argv[3]), json.loads(sys.argv[4]))
    with tempfile.TemporaryDirectory() as home:
        settings = server.up(Path(home))
        try:
            load(Path(sys.argv[1]), settings)
            contest(Path(sys.argv[1]), settings)
        finally:
            server.down(home)
