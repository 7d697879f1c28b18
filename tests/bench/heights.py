"""Heights at the size of a city beside gdal_viewshed on the same scene, in one run. Run by `make bench`.

50,000 buildings x 20 view corridors + 200 height zones (findings, allowed heights, advice for the worst 300); the same through the
algorithm with its layers, terrain and outputs; the map of allowed heights over 1 km2 at 1 m; the skyline of 20,000 buildings from
one point; gdal_viewshed from the 20 viewpoints over the scene rasterised at 2 m, which says what is seen and neither by how much a
building is too high nor by which rule. Data: made here from a seed. Wall seconds, peak memory of the whole run.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINKS = tempfile.mkdtemp()
os.symlink(ROOT, Path(_LINKS) / "onemap")
sys.path.insert(0, _LINKS)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from onemap.plugin.core.heights.airport import Runway, airport_limits  # noqa: E402
from onemap.plugin.core.heights.allowed import allowed_heights  # noqa: E402
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings  # noqa: E402
from onemap.plugin.core.heights.cells import CellGrid  # noqa: E402
from onemap.plugin.core.heights.limits import Limit, LimitKind  # noqa: E402
from onemap.plugin.core.heights.live import with_height  # noqa: E402
from onemap.plugin.core.heights.parcels import Ground  # noqa: E402
from onemap.plugin.core.heights.results import building_results, findings  # noqa: E402
from onemap.plugin.core.heights.run import Design, Watch, run_design, skyline  # noqa: E402
from onemap.plugin.core.heights.settings import default_settings  # noqa: E402
from onemap.plugin.core.heights.sights import Eye, Target, make_view, view_limits  # noqa: E402
from onemap.plugin.core.heights.surfaces import Flat  # noqa: E402
from onemap.plugin.core.heights.terrain import Terrain  # noqa: E402

SETTINGS = default_settings()
X, Y, WIDTH, CELL = 500_000.0, 3_350_000.0, 10_000.0, 2.0


def timed(title, work):
    started = time.perf_counter()
    answer = work()
    print(f"{title:<66}{time.perf_counter() - started:>8.2f} s", flush=True)
    return answer


def make_scene(count, seed=1):
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count)))
    step = WIDTH / side
    column, row = np.divmod(np.arange(count), side)
    x, y = X + (column + 0.5) * step + rng.normal(0, 3, count), Y + (row + 0.5) * step + rng.normal(0, 3, count)
    w, d, turn = rng.uniform(6, 16, count), rng.uniform(6, 12, count), rng.uniform(0, np.pi, count)
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 0.5
    dx, dy = corner[:, 0] * w[:, None], corner[:, 1] * d[:, None]
    xs = x[:, None] + dx * np.cos(turn)[:, None] - dy * np.sin(turn)[:, None]
    ys = y[:, None] + dx * np.sin(turn)[:, None] + dy * np.cos(turn)[:, None]
    shapes = shapely.polygons(np.stack([xs, ys], axis=2))
    heights = rng.gamma(4, 5, count) + 3
    raw = [RawBuilding(height=float(h), base=10.0) for h in heights]
    return make_buildings(range(count), [f"B{n}" for n in range(count)], shapes, raw, SETTINGS)


def make_limits(rng):
    middle = rng.uniform((X, Y), (X + WIDTH, Y + WIDTH), (200, 2))
    return [
        Limit(
            LimitKind.ZONE,
            f"Z{n}",
            shapely.Point(at).buffer(rng.uniform(150, 700)),
            Flat(float(rng.uniform(18, 80))),
            False,
        )
        for n, at in enumerate(middle)
    ]


def make_views(rng, count=20):
    views = []
    for n in range(count):
        at = rng.uniform((X + 2000, Y + 2000), (X + WIDTH - 2000, Y + WIDTH - 2000))
        turn, away = rng.uniform(0, 2 * np.pi), rng.uniform(800, 3000)
        goal = at + away * np.array([np.cos(turn), np.sin(turn)])
        views.append(
            make_view(Eye(f"E{n}", *at, 26.0), Target(f"T{n}", shapely.Point(goal).buffer(30), 60.0), SETTINGS)
        )
    return views


def check(design):
    outcome = run_design(design)
    return outcome, findings(outcome), building_results(outcome)


def dragged(rng):
    """Updates a second while one height of 200 buildings x 20 corridors is dragged: everything that a list shows anew."""
    views = make_views(rng)
    near = [view.area.representative_point().coords[0] for view in views]
    at = np.repeat(near, 10, axis=0) + rng.normal(0, 15, (200, 2))
    shapes = np.array([shapely.box(x, y, x + 15, y + 12) for x, y in at], dtype=object)
    raw = [RawBuilding(height=float(h), base=10.0) for h in rng.uniform(10, 60, 200)]
    buildings = make_buildings(range(200), [f"B{n}" for n in range(200)], shapes, raw, SETTINGS)
    outcome = run_design(Design(buildings, [], views, [], Ground(lambda s: shapely.area(s)), [], SETTINGS))
    started = time.perf_counter()
    for step in range(40):
        outcome = with_height(outcome, step % 7, 10.0 + step)
        findings(outcome), building_results(outcome)
    print(
        f"{'one height of 200 buildings x 20 corridors dragged':<66}{40 / (time.perf_counter() - started):>8.0f} updates/s"
    )


def viewsheds(buildings, views):
    from osgeo import gdal, ogr

    size = int(WIDTH / CELL)
    data = gdal.GetDriverByName("MEM").Create("", size, size, 1, gdal.GDT_Float32)
    data.SetGeoTransform((X, CELL, 0, Y + WIDTH, 0, -CELL))
    data.GetRasterBand(1).Fill(10.0)
    vector = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = vector.CreateLayer("b", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("top", ogr.OFTReal))
    for shape, top in zip(shapely.to_wkb(buildings.footprints), buildings.top.tolist()):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, top)
        feature.SetGeometry(ogr.CreateGeometryFromWkb(shape))
        layer.CreateFeature(feature)
    gdal.RasterizeLayer(data, [1], layer, options=["ATTRIBUTE=top"])
    for view in views:
        eye = view.eye
        gdal.ViewshedGenerate(data.GetRasterBand(1), "MEM", "", [], eye.x, eye.y, eye.level - 10.0, 0.0, 1, 0, 0, -1, 0.13,
                              gdal.GVM_Edge, 4000.0)  # fmt: skip


def through_the_algorithm(folder, buildings, zones, views):
    """The same as layers on disk through onemap:checkheights: reading, terrain, checking, findings and allowed heights."""
    sys.path.insert(0, str(ROOT / "tools"))
    from demo.write import write_town

    keys = buildings.keys.tolist()
    design = [(s, {"JZBH": k, "JZGD": float(h)}) for s, k, h in zip(buildings.footprints, keys, buildings.height)]
    layers = {
        "JZW": design,
        "FQ": [(z.area, {"MC": z.name, "JZGDGX": z.shape.value}) for z in zones],
        "SD": [
            (shapely.Point(v.eye.x, v.eye.y), {"MC": v.eye.name, "BG": v.eye.level, "MB": v.target.name}) for v in views
        ],
        "MB": [(v.target.shape, {"MC": v.target.name, "BG": v.target.level}) for v in views],
    }
    count = int(WIDTH / 10) + 200
    town, dem = write_town(folder, layers, (np.full((count, count), 10.0), X - 1000, Y + WIDTH + 1000, 10.0))
    from onemap.tests.support import algorithms as h

    made = {"FINDINGS": f"{folder}/f.gpkg", "LIMITS": f"{folder}/l.gpkg"}
    names = {"BUILDINGS": "JZW", "ZONES": "FQ", "VIEWPOINTS": "SD", "TARGETS": "MB"}
    inputs = {name: f"{town}|layername={layer}" for name, layer in names.items()}
    return timed("the same through checkheights, layers read and written",
                 lambda: h.run("checkheights", **inputs, DEM=str(dem), **made))  # fmt: skip


def start_qgis():
    from qgis.core import QgsApplication

    app = QgsApplication([], False)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from onemap.processing_algs.provider import OneMapProvider

    app.provider = OneMapProvider()
    QgsApplication.processingRegistry().addProvider(app.provider)
    return app


def main():
    rng = np.random.default_rng(7)
    buildings, zones, views = make_scene(50_000), make_limits(rng), make_views(rng)
    ground = Ground(lambda shapes: shapely.area(shapes))
    design = Design(buildings, zones, views, [], ground, [], SETTINGS)
    _, found, results = timed("50,000 buildings x 20 corridors + 200 zones", lambda: check(design))
    print(f"    {len(found):,} findings, {sum(r.status == 'conflict' for r in results):,} buildings not compliant")
    area = shapely.box(X + 4500, Y + 4500, X + 5500, Y + 5500)
    terrain = Terrain(rng.normal(10, 1, (400, 400)), X + 4000, Y + 6000, 5.0)
    runway = Runway("R", shapely.LineString([(X + 500, Y + 5000), (X + 3300, Y + 5200)]), 10.0, 10.0, 10.0)
    nobody = make_buildings([], [], np.zeros(0, object), [], SETTINGS)
    limits = [*zones, *airport_limits(runway), *view_limits(views, nobody, SETTINGS)]
    surface = timed(f"map of allowed heights, 1 km2 at 1 m, {len(limits)} limits",
                    lambda: allowed_heights(area, CellGrid.over(area, 1.0), limits, terrain))  # fmt: skip
    print(f"    {np.isfinite(surface.heights).mean():.0%} of the cells have a limit")
    crowd = Design(make_scene(20_000, 2), [], [], [], ground, [], SETTINGS)
    timed("skyline of 20,000 buildings from one point, 0.05 degrees",
          lambda: skyline(crowd, Watch(Eye("E", X + 5000, Y + 5000, 40.0))))  # fmt: skip
    dragged(rng)
    timed("gdal_viewshed from the 20 viewpoints, 4 km around, cells of 2 m", lambda: viewsheds(buildings, views))
    app = start_qgis()
    with tempfile.TemporaryDirectory() as folder:
        through_the_algorithm(Path(folder), buildings, zones, views)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    del app
    os._exit(0)


if __name__ == "__main__":
    main()
