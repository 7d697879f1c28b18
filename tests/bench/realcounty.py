"""A real county laid side by side four times: 21,600 projects, one of them of 3,700 km2, against 46,000 features of three
control lines; the check that users run, files in, GeoPackage out.

usage: realcounty.py [FOLDER]   (made there once; needs ../shared/data/realcounty and the environment of `make bench`)
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))
from machine import Clock, state, versions  # noqa: E402

SOURCE = ROOT.parent / "shared" / "data" / "realcounty" / "county.gpkg"
LINES = ("YJJBNTTB", "STBHHX", "CZKFBJ")
CONTROLS, PROJECTS, LARGE_M2 = 46_000, 21_600, 3.7e9


def make_data(folder):
    import geopandas
    import pandas
    import shapely

    folder.mkdir(parents=True, exist_ok=True)
    read = {name: geopandas.read_file(SOURCE, layer=name, engine="pyogrio") for name in (*LINES, "projects", "DLTB")}
    left, low, right, top = read["YJJBNTTB"].total_bounds
    height = top - low

    def tiled(name, times):
        moved = [read[name].geometry.translate(0, height * (step - 1)) for step in range(times)]
        return geopandas.GeoDataFrame(geometry=pandas.concat(moved, ignore_index=True), crs=read[name].crs)

    left_over = CONTROLS
    for name in LINES:
        line = tiled(name, 4).iloc[:left_over]
        left_over -= len(line)
        line.to_file(folder / f"{name}.gpkg", layer=name, engine="pyogrio")
    parcels = pandas.concat([tiled("projects", 4), tiled("DLTB", 2)], ignore_index=True).iloc[: PROJECTS - 1]
    around = geopandas.GeoSeries([shapely.box(left, low - height, right, top + 2 * height)], crs=parcels.crs)
    share = (LARGE_M2 / around.to_crs("ESRI:54034").area.iloc[0]) ** 0.5
    large = geopandas.GeoDataFrame(geometry=around.scale(share, share))
    projects = pandas.concat([parcels, large], ignore_index=True)
    projects["XMBH"] = [f"P{number}" for number in range(len(projects))]
    projects.to_file(folder / "projects.gpkg", layer="projects", engine="pyogrio")


def main(folder):
    if not SOURCE.exists():
        print(f"realcounty: not run, {SOURCE} is not here")
        return
    if not (folder / "projects.gpkg").exists():
        make_data(folder)
    from peers import start_plugin

    keep = start_plugin()
    import processing
    from results import counted

    values = {
        "PROJECTS": str(folder / "projects.gpkg"),
        "PROJECT_KEY": "XMBH",
        "CONTROL_LINES": [str(folder / f"{name}.gpkg") for name in LINES],
        "USE_CACHE": False,
        "FINDINGS": str(folder / "findings.gpkg"),
        "VERDICTS": str(folder / "verdicts.gpkg"),
    }
    print(versions(), state(), sep="\n")
    clock = Clock()
    processing.run("onemap:checkcontrollines", values)
    wall, cpu, memory = clock.stop()
    features = sum(counted(folder / f"{name}.gpkg") for name in LINES)
    print(f"realcounty: {counted(folder / 'projects.gpkg'):,} projects x {features:,} control features of three lines")
    print(
        f"{wall:.1f} s wall, {cpu:.1f} s cpu, {memory:.0f} MB; {counted(folder / 'findings.gpkg'):,} findings",
        flush=True,
    )
    del keep
    os._exit(0)


if __name__ == "__main__":
    kept = os.environ.get("ONEMAP_BENCH_DATA")
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(kept or tempfile.mkdtemp()) / "realcounty")
