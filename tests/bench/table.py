"""The README's table of figures, from the outputs that `make bench` kept.

usage: table.py FOLDER   (docs/bench/<version>)
"""

import re
import sys
from pathlib import Path

CONTENDERS = ("native", "geopandas", "duckdb", "sedonadb")
HEAD = "| case | OneMap Desk | QGIS native | GeoPandas | DuckDB | SedonaDB |\n|---|---|---|---|---|---|"


def seconds(folder, case):
    """{contender: (wall s, MB)} and the case in words; nothing where the case was not run."""
    path = folder / f"{case}.txt"
    if not path.exists():
        return {}, ""
    text = path.read_text(encoding="utf-8")
    rows = re.findall(r"^(\w+) +([\d.]+) +[\d.]+ +(\d+) +[\d,]+ ", text, re.M)
    counted = re.search(rf"^{case}: ([\d,]+) x ([\d,]+) features", text, re.M)
    return {name: (float(wall), int(mb)) for name, wall, mb in rows}, " x ".join(counted.groups()) if counted else ""


def line(folder, case, words):
    """A row of the table: seconds, and how many times ours."""
    found, counted = seconds(folder, case)
    if "ours" not in found:
        return None
    wall, mb = found["ours"]
    own = f"{wall:.1f} s, {mb} MB" + (f" (cached {found['ours_warm'][0]:.1f} s)" if "ours_warm" in found else "")
    others = [f"{found[n][0]:.1f} s ({found[n][0] / wall:.1f}x)" if n in found else "" for n in CONTENDERS]
    return f"| {words.format(*counted.split(' x '))} | {own} | {' | '.join(others)} |"


def main(folder):
    print(HEAD)
    for case, words in (
        ("county", "{} projects x {} parcels"),
        ("large", "{} projects x {} parcels"),
        ("redline", "{} projects x one red line of a million vertices"),
        ("huge", "{} projects x {} parcels"),
    ):
        row = line(folder, case, words)
        if row:
            print(row)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
