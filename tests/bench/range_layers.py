"""One polygon against 600 registered layers of 2 million features: cold, warm, and the pace while a vertex is dragged.

usage: range_layers.py [FOLDER]   (the layers are made there once: 1 GB, two minutes; needs the environment of `make bench`)
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))
FILES, TABLES, FEATURES = 20, 30, 3334
X, Y, WIDTH = 500_000.0, 3_350_000.0, 50_000.0


def make_layers(folder):
    """600 tables of irregular polygons of 40 vertices in 20 GeoPackages."""
    import geopandas

    rng = np.random.default_rng(5)
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    for file in range(FILES):
        for table in range(TABLES):
            centre = rng.uniform(0, WIDTH, (FEATURES, 1, 2)) + (X, Y)
            radius = rng.uniform(60, 240, (FEATURES, 1)) * rng.uniform(0.8, 1.2, (FEATURES, 40))
            rings = centre + np.stack([radius * np.cos(turn), radius * np.sin(turn)], -1)
            frame = geopandas.GeoDataFrame(
                {"MC": [f"图斑{n}" for n in range(FEATURES)]}, geometry=shapely.polygons(rings), crs=4549
            )
            frame.to_file(folder / f"lines_{file:02d}.gpkg", layer=f"L{file:02d}_{table:02d}", engine="pyogrio")


def main(folder):
    if not (folder / f"lines_{FILES - 1:02d}.gpkg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        make_layers(folder)
    from peers import start_plugin

    keep = start_plugin()
    from onemap.plugin.bridge.range import store
    from onemap.plugin.bridge.review import control_cache
    from onemap.plugin.formats.rules.rule_files import load_catalogue
    from qgis.core import QgsVectorLayer

    place = Path(tempfile.mkdtemp())
    control_cache.folder = store.folder = lambda: place
    lines = list(load_catalogue().lines)
    names = [(file, f"L{file:02d}_{table:02d}") for file in range(FILES) for table in range(TABLES)]
    mapping = {name: lines[number % len(lines)] for number, (_, name) in enumerate(names)}
    layers = [QgsVectorLayer(f"{folder}/lines_{file:02d}.gpkg|layername={name}", name, "ogr") for file, name in names]
    report(layers, mapping)
    del keep


def report(layers, mapping):
    from onemap.plugin.bridge.settings import Settings

    settings = Settings(mapping=mapping, cache_mb=4000)
    from machine import state, versions

    print(versions(), state(), sep="\n")
    total = sum(layer.featureCount() for layer in layers)
    print(f"one polygon x {len(layers)} registered layers, {total:,} features")
    session = first(layers, settings)
    with timed("nothing built, where rows lie known (seconds after the project was opened): session and first answer"):
        once(layers, settings, 2)
    with timed("the store built in the background"):
        built = session.warm(polygon(0))
    print(f"  layers in the store: {built}")
    with timed("cold, the store on disk: session and first answer"):
        session = once(layers, settings, 1)
    for number in range(5):
        with timed("warm, a range elsewhere"):
            session.check(polygon(0, 3000 * number + 6000))
    drag(session)


def drag(session, moves=20):
    """A corner dragged; then the mouse rests, and is let go."""
    from onemap.plugin.bridge.range.check import run_range

    session.check(polygon(0), is_moving=True)
    for name in ("drag, what is near read on the way", "drag, the same way again"):
        with timed(name, moves):
            for step in range(moves):
                session.check(polygon(step * 40), is_moving=True)
    with timed("the mouse rests"):
        session.check(polygon(moves * 40))
    with timed("let go, full answer"):
        run_range(session.job(polygon(moves * 40)))


@contextmanager
def timed(name, times=1):
    """Print wall and processor time, of one of `times`."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times
    rate = f", {1 / wall:.1f} updates a second" if times > 1 else ""
    print(f"{name}: {wall:.3f} s wall, {cpu:.3f} s of the processor{rate}")


def first(layers, settings):
    """A session of unread layers with its first range; prints when what was known of it."""
    from onemap.plugin.bridge.range.check import run_verdicts
    from onemap.plugin.bridge.range.session import RangeSession
    from qgis.core import QgsCoordinateReferenceSystem

    begin, parts = time.perf_counter(), []
    with timed("cold, nothing built: the verified answer of all lines"):
        session = RangeSession(layers, None, settings, QgsCoordinateReferenceSystem("EPSG:4549"))
        job, opened = session.job(polygon(0)), time.perf_counter() - begin
        job.partly = lambda known: parts.append((time.perf_counter() - begin, known))
        run_verdicts(job)
    for title, is_so in (
        ("first answer of any line, from its indexes, marked as not verified", lambda known: known.provisional),
        ("first answer of all lines, from indexes, marked as not verified", lambda known: not known.pending),
        ("first line verified", lambda known: known.verdicts),
    ):
        seconds = next((seconds for seconds, known in parts if is_so(known)), None)
        print(f"  {title}: {seconds:.2f} s" if seconds is not None else f"  {title}: not told")
    print(f"  of all these, opening the layers (in the window done before a range is drawn): {opened:.2f} s")
    return session


def once(layers, settings, shift):
    from onemap.plugin.bridge.range.session import RangeSession
    from qgis.core import QgsCoordinateReferenceSystem

    session = RangeSession(layers, None, settings, QgsCoordinateReferenceSystem("EPSG:4549"))
    result = session.check(polygon(shift))
    assert result.verdicts and len(result.findings) > 100, "the range must meet features"
    return session


def polygon(shift, east=0):
    from qgis.core import QgsGeometry

    corners = [(0, 0), (900, 100), (1000 + shift, 800), (300, 1000)]
    return QgsGeometry.fromWkt(
        "Polygon((" + ",".join(f"{X + 20000 + east + x} {Y + 20000 + y}" for x, y in [*corners, corners[0]]) + "))"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
