"""Why selectsites and the chain of QGIS's own tools keep different parcels: every pair with both measurements.

usage: siting_pairs.py FOLDER [CSV]      (FOLDER: ONEMAP_BENCH_DATA of a run of `siting.py select`)
The native columns are made by the same tools of the parcels on which the two can differ only: those on the edge of the
red line, and those within a tenth of a limit. A parcel is explained by the constraints that the two answer differently.
"""

import collections
import csv
import sqlite3
import sys
from pathlib import Path

import siting

CONSTRAINTS = {  # id: (our column, native column, whether a native value passes)
    "redline": ("c_redline", "redline_area", lambda v: not v),
    "hazard": ("c_hazard", "hazard_m", lambda v: v is not None and v >= 100),
    "near": ("c_near", "road_m", lambda v: v is not None and v <= 3000),
    "steep": ("c_steep", "s_mean", lambda v: v is not None and v <= 25),
}


def rows_of(path, sql):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection.execute(sql)


def ours_of(folder):
    """{pid: (kept, reasons, {constraint: value})}"""
    kept, rejected = (
        rows_of(folder / "ours.gpkg", "SELECT * FROM ours"),
        rows_of(folder / "rejected.gpkg", "SELECT * FROM rejected"),
    )
    found = {}
    for is_kept, rows in ((True, kept), (False, rejected)):
        for row in rows:
            values = {key: row[column] for key, (column, _, _) in CONSTRAINTS.items()}
            found[int(row["site_key"])] = (is_kept, "" if is_kept else row["reasons"], values)
    return found


def native_of(folder, pids):
    """{pid: {constraint: value}} by the native tools."""
    application = siting.start()
    run = siting.native_tools()
    expression = f'"pid" IN ({", ".join(map(str, sorted(pids)))})'
    some = run("native:extractbyexpression", INPUT=str(folder / "patch_100k.gpkg"), EXPRESSION=expression)
    layer = siting.native_columns(folder, run, some)
    names = {f.name() for f in layer.fields()}
    found = {}
    for feature in layer.getFeatures():
        values = {key: feature[column] if column in names else None for key, (_, column, _) in CONSTRAINTS.items()}
        found[feature["pid"]] = {k: None if v is None or str(v) == "NULL" else float(v) for k, v in values.items()}
    return application, found


def near_a_limit(folder, ours):
    """Pids of the parcels that lie on the edge of the red line or within a tenth of a limit."""
    import numpy as np
    import shapely

    near = {p for p, (_, _, v) in ours.items() if 90 < (v["hazard"] or 0) < 110 or 2700 < (v["near"] or 0) < 3300}
    near |= {p for p, (_, _, v) in ours.items() if v["steep"] is None or 22.5 < v["steep"] < 27.5}
    near |= {p for p, (_, _, v) in ours.items() if 0 < (v["redline"] or 0) < 1}
    line = shapely.from_wkb(
        [bytes(r["geom"])[40:] for r in rows_of(folder / "redline_s.gpkg", "SELECT geom FROM redline_s")]
    )
    edges = shapely.STRtree(shapely.get_parts(shapely.boundary(line)))
    rows = [
        (r["pid"], bytes(r["geom"])[40:])
        for r in rows_of(folder / "patch_100k.gpkg", "SELECT pid, geom FROM patch_100k")
    ]
    at = edges.query(shapely.from_wkb([blob for _, blob in rows]), predicate="intersects")[0]
    return near | {rows[row][0] for row in np.unique(at)}


def main(folder, target):
    ours = ours_of(folder)
    pids = near_a_limit(folder, ours) & set(ours)
    application, native = native_of(folder, pids)
    table, counts = [], collections.Counter()
    for pid in sorted(native):
        kept, reasons, values = ours[pid]
        named = {part.split(":")[0].strip() for part in reasons.split(";")} & set(CONSTRAINTS)
        passes = {key: test(native[pid][key]) for key, (_, _, test) in CONSTRAINTS.items()}
        if kept == all(passes.values()):
            continue
        why = " ".join(key for key in CONSTRAINTS if passes[key] != (key not in named))
        counts["kept by us" if kept else "kept by the native tools", why] += 1
        row = [repr(v) if v is not None else "" for key in CONSTRAINTS for v in (values[key], native[pid][key])]
        table.append([pid, int(kept), int(not kept), why, *row])
    with open(target, "w", newline="", encoding="utf-8") as file:
        head = [f"{who}_{key}" for key in CONSTRAINTS for who in ("our", "native")]
        csv.writer(file).writerows([["pid", "ours", "native", "differs_in", *head], *table])
    for (who, why), count in sorted(counts.items()):
        print(f"{count:6}  {who}: {why or 'not explained'}")
    print(f"{len(table):6}  in all of {len(native):,} looked at; written to {target}", flush=True)
    siting.os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(sys.argv[1]) / "pairs.csv")
