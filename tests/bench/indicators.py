"""Indicators of a county: 34 on half a million parcels, cold and with one layer changed, against peers. Run by
`make bench`.

usage: indicators.py [parcels]      (default: 500000)
The peers, GeoPandas and DuckDB, answer one question of the 34: areas by class and division (overlay, then group); planar
areas, as they have no others. Each contender in a process of its own; wall and processor seconds without start-up,
peak memory. Kept: docs/bench/indicators.md.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER_PYTHON = os.environ.get("ONEMAP_BENCH_PEER", str(ROOT / ".venv-bench" / "bin" / "python"))
YEAR = 2025


def data(parcels):
    """The made-up county with so many parcels, one year of layers."""
    folder = Path(os.environ.get("ONEMAP_BENCH_DATA", "build/bench")).resolve() / f"indicators_{parcels}"
    if not (folder / "goals.xlsx").exists():
        sys.path.insert(0, str(ROOT / "tools"))
        from demo.county import make_county
        from demo.monitoring import write_monitoring

        write_monitoring(folder, make_county(parcels=parcels), (YEAR,))
    return folder


def started():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    links = Path(tempfile.mkdtemp())
    (links / "onemap").symlink_to(ROOT, target_is_directory=True)
    sys.path.insert(0, str(links))
    from qgis.core import QgsApplication

    app = QgsApplication([], False)
    QgsApplication.initQgis()
    return app


def ours(folder, store):
    """Seconds of one run and how many layers it read."""
    app = started()
    from onemap.plugin.bridge.layers.containers import sources_in
    from onemap.plugin.bridge.monitoring.indicator_job import IndicatorInput, IndicatorJob
    from onemap.plugin.bridge.monitoring.measure_state import MeasureStore
    from qgis.core import QgsVectorLayer

    database = f"{folder}/monitoring.gpkg"
    begun, used = time.monotonic(), processor()
    layers = [QgsVectorLayer(s, s.split("layername=")[1].split("|")[0], "ogr") for s in sources_in(database)]
    divisions = QgsVectorLayer(f"{database}|layername=XZQ_XZ", "XZQ_XZ", "ogr")
    chosen = IndicatorInput("td1063_layers", layers, divisions, YEAR)
    job = IndicatorJob(chosen, MeasureStore(Path(store)))
    run = job.run()
    top = {v.indicator.id: v.value for v in run.of_year(run.top.code)}
    told(begun, used, layers_read=len(set(job.read_layers)), cropland_km2=top["cropland_area"],
         computed=sum(v is not None for v in top.values()))  # fmt: skip
    os._exit(0 if app else 1)


def geopandas(folder):
    """Areas by class and division."""
    import geopandas

    begun, used = time.monotonic(), processor()
    database = f"{folder}/monitoring.gpkg"
    land = geopandas.read_file(database, layer=f"DLTB_{YEAR}", engine="pyogrio")
    divisions = geopandas.read_file(database, layer="XZQ_XZ", engine="pyogrio")
    cut = geopandas.overlay(land[["DLBM", "geometry"]], divisions[["XZQDM", "geometry"]], keep_geom_type=True)
    sums = cut.geometry.area.groupby([cut["XZQDM"], cut["DLBM"].str[:2]]).sum()
    told(begun, used, cropland_km2=float(sums.xs("01", level=1).sum() / 1e6))


def duckdb(folder):
    """Areas by class and division, in SQL."""
    import duckdb as engine
    import duckdb_extension_spatial

    data = engine.connect(config={"allow_unsigned_extensions": "true"})
    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension")
    data.execute(f"LOAD '{extension}'")
    begun, used = time.monotonic(), processor()
    source = f"ST_Read('{folder}/monitoring.gpkg', layer = '{{}}')"
    data.execute(f"CREATE TABLE land AS SELECT DLBM, geom FROM {source.format(f'DLTB_{YEAR}')}")  # noqa: S608
    data.execute(f"CREATE TABLE zones AS SELECT XZQDM, geom FROM {source.format('XZQ_XZ')}")  # noqa: S608
    rows = data.execute(
        "SELECT z.XZQDM, left(l.DLBM, 2) AS class, sum(ST_Area(ST_Intersection(l.geom, z.geom)))"
        " FROM land l JOIN zones z ON ST_Intersects(l.geom, z.geom) GROUP BY ALL"
    ).fetchall()
    told(begun, used, cropland_km2=sum(area for _, code, area in rows if code == "01") / 1e6)


def processor():
    """User and system seconds of this process so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def told(begun, used, **more):
    seconds, used = time.monotonic() - begun, processor() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 2), "cpu": round(used, 2), "peak_mb": round(peak), **more}), flush=True)


def contender(title, python, *arguments):
    done = subprocess.run([python, __file__, *map(str, arguments)], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"{title:<44} failed: {done.stderr.strip()[-300:]}")
        return {}
    said = json.loads(lines[-1])
    rest = ", ".join(f"{key} {value}" for key, value in said.items() if key not in ("seconds", "cpu", "peak_mb"))
    print(
        f"{title:<44}{said['seconds']:>8.2f} s {said['cpu']:>7.2f} s CPU {said['peak_mb']:>6,} MB   {rest}", flush=True
    )
    return said


def change(folder, table, statement):
    """One row of a layer is changed by somebody else."""
    with sqlite3.connect(folder / "monitoring.gpkg") as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')  # they ask for functions that SQLite alone has not
        file.execute(statement.format(table=table))
        file.execute("UPDATE gpkg_contents SET last_change = datetime('now') WHERE table_name = ?", (table,))


def main(parcels):
    folder = data(parcels)
    with tempfile.TemporaryDirectory() as kept:
        store = Path(kept) / "measures.json"
        print(f"34 indicators, {parcels:,} parcels, 6 townships and the whole, one year")
        cold = contender("cold", sys.executable, "ours", folder, store)
        contender("nothing changed", sys.executable, "ours", folder, store)
        parks, land = f"GYLDGC_{YEAR}", f"DLTB_{YEAR}"
        change(folder, parks, 'DELETE FROM "{table}" WHERE fid = (SELECT max(fid) FROM "{table}")')
        contender("one park gone", sys.executable, "ours", folder, store)
        change(
            folder,
            land,
            "UPDATE \"{table}\" SET DLBM = CASE DLBM WHEN '0103' THEN '0101' ELSE '0103' END WHERE fid = 100",
        )
        contender("one parcel of another class", sys.executable, "ours", folder, store)
    if not Path(PEER_PYTHON).exists():
        print("GeoPandas and DuckDB are not there: make bench installs them")
        return
    for name, title in (("geopandas", "GeoPandas"), ("duckdb", "DuckDB spatial")):
        peer = contender(f"{title}: one of the 34 (overlay, group)", PEER_PYTHON, name, folder)
        if peer and cold:
            ratio, used = cold["seconds"] / peer["seconds"], cold["cpu"] / peer["cpu"]
            off = abs(cold["cropland_km2"] / peer["cropland_km2"] - 1)
            print(f"  all 34, cold, against {title} for one: {ratio:.2f} times its seconds, {used:.2f} its processor "
                  f"seconds; cropland differs by {off:.1e} (ellipsoid against plane)")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        ours(*sys.argv[2:])
    elif sys.argv[1:2] == ["geopandas"]:
        geopandas(*sys.argv[2:])
    elif sys.argv[1:2] == ["duckdb"]:
        duckdb(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
