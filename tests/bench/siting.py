"""Site selection against the same work by QGIS's own tools chained in one run, and the search of a county. Run by `make bench`.

usage: siting.py [select] [find]      (default: both)
select: 100,000 parcels x 10 criteria (overlap with a red line and with farmland, distances to roads, hazards and facilities, a count, mean
slope, relief, compactness, area), ranked; find: 2,500 km2, half a million constraint polygons. Each contender in a process of its
own; wall and processor seconds without start-up, peak memory. Data: the shared generator's, or a folder that holds its files
(ONEMAP_BENCH_DATA).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT.parent / "shared" / "tools" / "make_bench_data.py"
X0, Y0, WIDTH = 500_000.0, 3_350_000.0, 50_000.0
CRITERIA = """
name: bench
version: 1
layers: {redline: {names: [redline_s]}, farmland: {names: [proj_5k]}, road: {}, hazard: {}, facility: {}, dem: {}}
constraints:
  - {id: redline, layer: redline, kind: avoid}
  - {id: hazard, layer: hazard, kind: min_distance, distance_m: 100}
  - {id: near, layer: road, kind: max_distance, distance_m: 3000}
  - {id: steep, layer: dem, kind: slope, max: 25, unit: degree}
factors:
  children:
    - {id: road, layer: road, kind: distance, unit: m, value: {type: linear, worst: 3000, best: 0}}
    - {id: facility, layer: facility, kind: distance, unit: m, value: {type: linear, worst: 5000, best: 0}}
    - {id: count, layer: facility, kind: count, within_m: 1500, value: {type: linear, worst: 0, best: 5}}
    - {id: farmland, layer: farmland, kind: share, unit: "%", value: {type: linear, worst: 100, best: 0}}
    - {id: slope, layer: dem, kind: slope, unit: degree, value: {type: linear, worst: 25, best: 0}}
    - {id: relief, layer: dem, kind: relief, unit: m, value: {type: linear, worst: 50, best: 0}}
    - {id: round, kind: compactness, value: {type: linear, worst: 0.2, best: 0.8}}
    - {id: area, kind: area, unit: m2, value: {type: linear, worst: 0, best: 50000}}
"""
SEARCH = """
name: bench
version: 1
area: {min_m2: 9900, max_m2: 10100}
search: {spacing_m: 500}
layers: {land: {names: [patch_500k]}, road: {}}
constraints:
  - {id: farmland, layer: land, kind: avoid, where: '"layer" < 6'}
  - {id: keep_off, layer: land, kind: min_distance, distance_m: 10, where: '"layer" = 6'}
  - {id: use, layer: land, kind: within, where: '"layer" > 6'}
factors:
  children:
    - {id: road, layer: road, kind: distance, unit: m, value: {type: linear, worst: 5000, best: 0}}
    - {id: round, kind: compactness, value: {type: linear, worst: 0.2, best: 0.8}}
"""


def make_data(folder, sizes):
    """The generator's files, and roads, hazards, facilities, an extent and a DEM besides."""
    missing = [size for size in sizes if not (folder / f"patch_{size}.gpkg").exists()]
    if missing and not GENERATOR.exists():
        print("siting: not run, the generator of the data is not on this machine")
        sys.exit()
    if missing:
        subprocess.run(
            [str(ROOT / ".venv-bench" / "bin" / "python"), str(GENERATOR), str(folder), *missing],
            check=True,
            capture_output=True,
        )
    if not (folder / "dem.tif").exists():
        import numpy as np
        import shapely

        random = np.random.default_rng(4)
        walks = random.uniform(0, WIDTH, (300, 1, 2)) + np.cumsum(
            random.normal(0, 1, (300, 1, 2)) * 40 + random.normal(0, 25, (300, 200, 2)), 1
        )
        points = shapely.points(random.uniform(0, WIDTH, (2000, 2)) + [X0, Y0])
        write(folder / "road.gpkg", shapely.linestrings(walks + [X0, Y0]), 2)
        write(folder / "facility.gpkg", points, 1)
        write(
            folder / "hazard.gpkg",
            shapely.buffer(shapely.points(random.uniform(0, WIDTH, (500, 2)) + [X0, Y0]), 120),
            3,
        )
        write(folder / "extent.gpkg", [shapely.box(X0, Y0, X0 + WIDTH, Y0 + WIDTH)], 3)
        write_dem(folder / "dem.tif")


def reference():
    from osgeo import osr

    made = osr.SpatialReference()
    made.ImportFromEPSG(4549)
    return made


def write(path, shapes, kind):
    from osgeo import ogr

    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = data.CreateLayer(path.stem, reference(), kind)
    layer.StartTransaction()
    for shape in shapes:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shape.wkb))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def write_dem(path, cell=30.0):
    import numpy as np
    from osgeo import gdal

    n = int(WIDTH / cell) + 20
    x, y = np.meshgrid(np.arange(n) * cell, np.arange(n) * cell)
    heights = 200 + 150 * np.sin(x / 3000) * np.cos(y / 2500) + 30 * np.sin((x + y) / 400)
    data = gdal.GetDriverByName("GTiff").Create(str(path), n, n, 1, gdal.GDT_Float32, ["TILED=YES", "COMPRESS=DEFLATE"])
    data.SetGeoTransform((X0 - 10 * cell, cell, 0, Y0 + WIDTH + 10 * cell, 0, -cell))
    data.SetProjection(reference().ExportToWkt())
    data.GetRasterBand(1).WriteArray(heights.astype("f4"))


def start():
    """QGIS with Processing and this plugin."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from onemap.processing_algs.provider import OneMapProvider

    application.provider = OneMapProvider()
    QgsApplication.processingRegistry().addProvider(application.provider)
    return application


def select_ours(folder):
    import processing

    criteria = folder / "select.yaml"
    criteria.write_text(CRITERIA, encoding="utf-8")
    names = ("redline_s.gpkg", "proj_5k.gpkg", "road.gpkg", "hazard.gpkg", "facility.gpkg", "dem.tif")
    values = {"CANDIDATES": str(folder / "patch_100k.gpkg"), "CANDIDATE_KEY": "pid", "CRITERIA": str(criteria)}
    outputs = {"SITES": str(folder / "ours.gpkg"), "REJECTED": str(folder / "rejected.gpkg"), "RUNS": 0}
    result = processing.run(
        "onemap:selectsites", {**values, "LAYERS": [str(folder / name) for name in names], **outputs}
    )
    return f"{result['KEPT_COUNT']:,} kept"


def native_tools():
    """run(name, ...) of one native tool, timed."""
    import processing
    from qgis.core import QgsFeatureRequest, QgsProcessingContext

    context = QgsProcessingContext()
    context.setInvalidGeometryCheck(QgsFeatureRequest.GeometryNoCheck)

    def run(name, output="memory:", **values):
        started = time.process_time()
        made = processing.run(name, {**values, "OUTPUT": output}, context=context)["OUTPUT"]
        print(f"{name:32}{time.process_time() - started:8.1f} s cpu", file=sys.stderr, flush=True)
        return context.takeResultLayer(made) or made if isinstance(made, str) else made

    return run


def native_columns(folder, run, parcels):
    """The same columns by the tools that a planner would chain in the model designer; parcels with invalid rings are mended first."""

    def path(name):
        return str(folder / name)

    def column(layer, name, formula):
        return run(
            "native:fieldcalculator",
            INPUT=layer,
            FIELD_NAME=name,
            FIELD_TYPE=0,
            FIELD_LENGTH=0,
            FIELD_PRECISION=0,
            FORMULA=formula,
        )

    layer = run("native:fixgeometries", INPUT=parcels)
    near = {"DISCARD_NONMATCHING": False, "FIELDS_TO_COPY": ["fid"], "NEIGHBORS": 1}
    farmland = run("native:fixgeometries", INPUT=path("proj_5k.gpkg"))
    # as one multipolygon the red line would take the overlap tool hours
    redline = run("native:subdivide", INPUT=run("native:fixgeometries", INPUT=path("redline_s.gpkg")), MAX_NODES=256)
    redline = run("native:multiparttosingleparts", INPUT=redline)
    redline.setName("redline")
    farmland.setName("farmland")
    layer = run("native:calculatevectoroverlaps", INPUT=layer, LAYERS=[redline, farmland])
    # single edges are found ten times faster than whole roads
    targets = {
        "road": run("native:explodelines", INPUT=path("road.gpkg")),
        "hazard": path("hazard.gpkg"),
        "facility": path("facility.gpkg"),
    }
    for name, target in targets.items():
        layer = run("native:joinbynearest", INPUT=layer, INPUT_2=target, PREFIX=f"{name}_", **near)
        # a parcel that many edges cross is as many rows
        layer = run("native:removeduplicatesbyattribute", INPUT=layer, FIELDS=["pid"])
        layer = column(layer, f"{name}_m", '"distance"')
        layer = run(
            "native:deletecolumn",
            INPUT=layer,
            COLUMN=["distance", "n", "feature_x", "feature_y", "nearest_x", "nearest_y"],
        )
    # 2,000 of these, not 100,000 parcels
    circles = run("native:buffer", INPUT=path("facility.gpkg"), DISTANCE=1500, SEGMENTS=8)
    near = {"PREDICATE": [0], "JOIN_FIELDS": ["fid"], "SUMMARIES": [0], "DISCARD_NONMATCHING": False, "JOIN": circles}
    layer = run("qgis:joinbylocationsummary", INPUT=layer, **near)
    slope = run("native:slope", path("slope.tif"), INPUT=path("dem.tif"), Z_FACTOR=1)
    layer = run(
        "native:zonalstatisticsfb", INPUT=layer, INPUT_RASTER=slope, RASTER_BAND=1, COLUMN_PREFIX="s_", STATISTICS=[2]
    )
    layer = run(
        "native:zonalstatisticsfb",
        INPUT=layer,
        INPUT_RASTER=path("dem.tif"),
        RASTER_BAND=1,
        COLUMN_PREFIX="h_",
        STATISTICS=[5, 6],
    )
    layer = column(layer, "area_m2", "$area")
    layer = column(layer, "round", "4 * pi() * area($geometry) / perimeter($geometry) ^ 2")
    parts = (
        'clamp(0, 1 - "road_m" / 3000, 1)', 'clamp(0, 1 - "facility_m" / 5000, 1)', 'clamp(0, coalesce("fid_count", 0) / 5.0, 1)', 'clamp(0, 1 - "s_mean" / 25, 1)',
        'clamp(0, 1 - ("h_max" - "h_min") / 50, 1)', 'clamp(0, ("round" - 0.2) / 0.6, 1)', 'clamp(0, "area_m2" / 50000, 1)',
        '1 - coalesce("farmland_pc", 0) / 100',
    )  # fmt: skip
    return column(layer, "score", "100 * (" + " + ".join(parts) + ") / 8")


def select_native(folder):
    """Parcels kept and ranked by QGIS's own tools."""
    run = native_tools()
    layer = native_columns(folder, run, str(folder / "patch_100k.gpkg"))
    kept = 'coalesce("redline_pc", 0) = 0 AND "hazard_m" >= 100 AND "road_m" <= 3000 AND "s_mean" <= 25'
    layer = run("native:extractbyexpression", INPUT=layer, EXPRESSION=kept)
    layer = run("native:deletecolumn", INPUT=layer, COLUMN=["fid"])
    layer = run(
        "native:orderbyexpression", str(folder / "native.gpkg"), INPUT=layer, EXPRESSION='"score"', ASCENDING=False
    )
    import sqlite3

    count = sqlite3.connect(layer).execute("SELECT count(*) FROM native").fetchone()[0]
    return f"{count:,} kept"


def find_ours(folder):
    import processing

    criteria = folder / "find.yaml"
    criteria.write_text(SEARCH, encoding="utf-8")
    layers = [str(folder / name) for name in ("patch_500k.gpkg", "road.gpkg")]
    values = {"EXTENT_LAYER": str(folder / "extent.gpkg"), "CRITERIA": str(criteria), "LAYERS": layers, "COUNT": 20}
    result = processing.run("onemap:findsites", {**values, "SITES": str(folder / "found.gpkg")})
    free = result["FREE_M2"] / 1e6
    return f"{result['SITE_COUNT']} sites of {result['CANDIDATE_COUNT']:,} shapes in {free:,.1f} km2 of free land"


def one(name, folder):
    """Run one contender in this process and print its figures."""
    application = start()
    before, wall = time.process_time(), time.perf_counter()
    what = globals()[name](folder)
    wall, cpu = time.perf_counter() - wall, time.process_time() - before
    print(json.dumps([wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, what]), flush=True)
    del application
    os._exit(0)


def main(wanted):
    folder = Path(os.environ.get("ONEMAP_BENCH_DATA") or tempfile.mkdtemp())
    make_data(folder, [size for size, case in (("100k", "select"), ("500k", "find")) if case in wanted])
    own = 0.0
    for name in ("select_ours", "select_native", "find_ours"):
        if name.split("_")[0] not in wanted:
            continue
        done = subprocess.run([sys.executable, __file__, "--one", name, str(folder)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr[-2000:]}")
        wall, cpu, memory, what = json.loads(done.stdout.strip().splitlines()[-1])
        own = wall if name == "select_ours" else own
        times = f"{wall / own:8.2f} x ours" if name == "select_native" and own else ""
        print(f"{name:16}{wall:9.2f} s wall{cpu:9.2f} s cpu{memory:8.0f} MB  {what}{times}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    main(sys.argv[1:] or ["select", "find"])
