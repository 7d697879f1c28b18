"""Indicators of a county: 34 on half a million parcels, cold and with one layer changed, against GeoPandas. Run by
`make bench`.

usage: indicators.py [parcels]      (default: 500000)
The peer answers one question of the 34: areas by class and division (overlay, then group); planar areas, as it has no
others. Each contender in a process of its own; wall seconds without start-up, peak memory.
"""

import importlib.util
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
    begun = time.monotonic()
    layers = [QgsVectorLayer(s, s.split("layername=")[1].split("|")[0], "ogr") for s in sources_in(database)]
    divisions = QgsVectorLayer(f"{database}|layername=XZQ_XZ", "XZQ_XZ", "ogr")
    chosen = IndicatorInput("td1063_layers", layers, divisions, YEAR)
    job = IndicatorJob(chosen, MeasureStore(Path(store)))
    run = job.run()
    seconds = time.monotonic() - begun
    top = {v.indicator.id: v.value for v in run.of_year(run.top.code)}
    told(seconds, layers_read=len(set(job.read_layers)), cropland_km2=top["cropland_area"],
         computed=sum(v is not None for v in top.values()))  # fmt: skip
    os._exit(0 if app else 1)


def geopandas(folder):
    """Areas by class and division."""
    import geopandas

    begun = time.monotonic()
    database = f"{folder}/monitoring.gpkg"
    land = geopandas.read_file(database, layer=f"DLTB_{YEAR}", engine="pyogrio")
    divisions = geopandas.read_file(database, layer="XZQ_XZ", engine="pyogrio")
    cut = geopandas.overlay(land[["DLBM", "geometry"]], divisions[["XZQDM", "geometry"]], keep_geom_type=True)
    sums = cut.geometry.area.groupby([cut["XZQDM"], cut["DLBM"].str[:2]]).sum()
    told(time.monotonic() - begun, cropland_km2=float(sums.xs("01", level=1).sum() / 1e6))


def told(seconds, **more):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 2), "peak_mb": round(peak), **more}), flush=True)


def contender(title, python, *arguments):
    done = subprocess.run([python, __file__, *map(str, arguments)], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"{title:<44} failed: {done.stderr.strip()[-300:]}")
        return
    said = json.loads(lines[-1])
    rest = ", ".join(f"{key} {value}" for key, value in said.items() if key not in ("seconds", "peak_mb"))
    print(f"{title:<44}{said['seconds']:>8.2f} s {said['peak_mb']:>7,} MB   {rest}", flush=True)


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
        contender("cold", sys.executable, "ours", folder, store)
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
    if importlib.util.find_spec("geopandas") or Path(PEER_PYTHON).exists():
        contender("GeoPandas: one of the 34 (overlay, group)", PEER_PYTHON, "geopandas", folder)
    else:
        print("GeoPandas is not there: make bench installs it")


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        ours(*sys.argv[2:])
    elif sys.argv[1:2] == ["geopandas"]:
        geopandas(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
