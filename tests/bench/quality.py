"""The geometry checks of an inspection against QGIS's own on the same made-up parcels, in one run.

usage: python tests/bench/quality.py [SIDE] [ours]      (SIDE² parcels, 100; "ours": without the peers)
Every step in wall seconds and in processor seconds of all its threads: on a busy machine only the latter say much.
1 % of the parcels are moved by 2 m, 1 % left out, 1 % cross themselves. QGIS: Check validity (GEOS) and, where this QGIS has
them, its geometry checks; where it has none, union of the layer with itself (overlaps) and dissolve (gaps).
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT / "tests" / "bench"))
from windows import _fractal  # noqa: E402 - beside, once its folder is known

ORIGIN, SIZE, DEPTH = np.array([480_000.0, 3_350_000.0]), 200.0, 4
CHECKS = {  # of newer QGIS versions: (algorithm, its limit, the item of ours)
    "native:checkgeometryoverlap": {"MIN_OVERLAP_AREA": 0},
    "native:checkgeometrygap": {"GAP_THRESHOLD": 0},
    "native:checkgeometryangle": {"MIN_ANGLE": 10},
    "native:checkgeometryduplicatenodes": {},
    "native:checkgeometrymultipart": {},
    "native:checkgeometryarea": {"AREATHRESHOLD": 10},
}

SAME = ("invalid", "repair", "edges", "overlaps", "gaps")  # what the peers answer too


def made_parcels(side, seed=1):
    """Rings (n, vertices, 2) of side² parcels that share fractal edges, with the faults that the head of this file names."""
    random = np.random.default_rng(seed)
    steps = np.arange(side + 1)
    nodes = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1) * SIZE
    nodes = nodes + random.uniform(-0.12, 0.12, nodes.shape) * SIZE
    across, up = (_fractal(a, b, DEPTH, random) for a, b in ((nodes[:-1], nodes[1:]), (nodes[:, :-1], nodes[:, 1:])))
    i, j = (index.ravel() for index in np.meshgrid(steps[:-1], steps[:-1], indexing="ij"))
    sides = (across[i, j], up[i + 1, j], across[i, j + 1][:, ::-1], up[i, j][:, ::-1])
    rings = np.round(np.concatenate([part[:, :-1] for part in sides], axis=1) + ORIGIN, 4)
    fate = random.integers(0, 100, len(rings))
    rings[fate == 0] += (2.0, 0.0)
    crossed = rings[fate == 1]
    crossed[:, [5, 9]] = crossed[:, [9, 5]]
    rings[fate == 1] = crossed
    return rings[fate != 2]


def parcels_of(side, folder):
    """The parcels as polygons; made in another process, so that this one's memory is that of the checks."""
    import subprocess

    path = Path(folder) / "rings.npy"
    subprocess.run([sys.executable, __file__, "make", str(side), str(path)], check=True)
    rings = np.load(path, mmap_mode="r")
    return np.concatenate([shapely.polygons(np.array(part)) for part in np.array_split(rings, len(rings) // 5000 + 1)])


def ours(parcels, plane):
    """{item: (seconds, processor seconds, memory so far, number)}; everything that an inspection asks of a layer of polygons."""
    from onemap.plugin.core.land.repair import make_usable
    from onemap.plugin.core.quality import topology_shapes as shapes
    from onemap.plugin.core.quality.topology_areas import AreaRule, computed_areas, wrong_areas
    from onemap.plugin.core.quality.topology_cover import Coverage

    told = {}

    def step(name, work):
        begun, worked = time.perf_counter(), time.process_time()
        found = work()
        took = time.perf_counter() - begun, time.process_time() - worked
        told[name] = (*took, memory(), len(found.rows) if hasattr(found, "rows") else -1)
        return found

    n = len(parcels)
    seen = step("repair", lambda: make_usable(parcels, np.arange(n), "bench"))
    sound = seen.mask & ~np.isin(np.arange(n), [repair.fid for repair in seen.repairs])  # as an inspection reads them
    step("invalid", lambda: shapes.invalid(np.where(sound, None, parcels)))
    usable = seen.geometries
    step("multipart", lambda: shapes.multipart(parcels))
    step("duplicate vertices", lambda: shapes.duplicate_vertices(parcels, 1e-4))
    step("short edges", lambda: shapes.short_edges(parcels, 1e-4, 0.01))
    step("acute angles", lambda: shapes.acute_angles(parcels, 10, 1e-4))
    areas = step("statutory areas", lambda: computed_areas(usable, plane, "statutory"))
    step("slivers", lambda: shapes.smaller(usable, areas, np.full(n, 10.0)))
    step("areas stated", lambda: wrong_areas(usable, areas, areas, AreaRule()))
    cover = step("edges", lambda: Coverage(usable))
    step("overlaps", lambda: cover.overlaps(0.01))
    step("gaps", lambda: cover.gaps(0.01))
    return told


def peers(parcels, folder):
    """{algorithm of QGIS: (seconds, processor seconds)}"""
    from onemap.plugin.core.land.repair import make_usable

    processing = started_processing()
    layer = written(parcels, folder, "parcels")
    told = {"qgis:checkvalidity (GEOS)": timed(lambda: run(processing, "qgis:checkvalidity", INPUT_LAYER=layer, METHOD=2, VALID_OUTPUT="memory:", INVALID_OUTPUT="memory:", ERROR_OUTPUT="memory:"))}  # fmt: skip
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    found = [name for name in CHECKS if registry.algorithmById(name) is not None]
    sound = written(make_usable(parcels, np.arange(len(parcels)), "bench").geometries, folder, "sound")
    for name in found:
        told[name] = timed(lambda name=name: run(processing, name, INPUT=sound, UNIQUE_ID="fid", ERRORS="memory:", OUTPUT="memory:", **CHECKS[name]))  # fmt: skip
    if not found:
        told["native:union with itself"] = timed(lambda: run(processing, "native:union", INPUT=sound, OUTPUT="memory:"))
        told["native:dissolve"] = timed(
            lambda: run(processing, "native:dissolve", INPUT=sound, FIELD=[], OUTPUT="memory:")
        )
    return told


def started_processing():
    from qgis.core import QgsApplication

    application = QgsApplication.instance() or QgsApplication([], False)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    processing.kept = application
    return processing


def run(processing, name, **parameters):
    return processing.run(name, parameters)


def timed(work):
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return np.array([time.perf_counter() - begun, time.process_time() - worked])


def written(parcels, folder, name):
    """A GeoPackage of the parcels."""
    from osgeo import ogr, osr

    ogr.UseExceptions()
    path, reference = str(Path(folder) / f"{name}.gpkg"), osr.SpatialReference()
    reference.ImportFromEPSG(4549)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = source.CreateLayer(name, reference, ogr.wkbMultiPolygon)
    layer.StartTransaction()
    for wkb in shapely.to_wkb(parcels):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(bytes(wkb))))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    return path


def main(arguments):
    links = Path(tempfile.mkdtemp())
    (links / "onemap").symlink_to(ROOT, target_is_directory=True)
    sys.path.insert(0, str(links))
    from pyproj import CRS

    side = int(next((word for word in arguments if word.isdigit()), 100))
    if "make" in arguments:
        np.save(arguments[-1], made_parcels(side))
        return
    parcels = parcels_of(side, links)
    vertices = int(shapely.get_num_coordinates(parcels).sum())
    print(f"{len(parcels):,} parcels, {vertices:,} vertices; memory with the data {memory()} MB", flush=True)
    told = ours(parcels, CRS.from_epsg(4549))
    for name, (seconds, worked, used, number) in told.items():
        found = f" {number:9,} found" if number >= 0 else ""
        print(f"  {name:28} {seconds:8.2f} s {worked:8.2f} cpu s {used:6,} MB{found}")
    mine = np.sum([told[name][:2] for name in told], axis=0)
    print(f"OneMap Desk, all of these     {mine[0]:8.2f} s {mine[1]:8.2f} cpu s, at most {memory()} MB", flush=True)
    if "ours" in arguments:
        return
    theirs = peers(parcels, links)
    for name, (seconds, worked) in theirs.items():
        print(f"  {name:36} {seconds:8.2f} s {worked:8.2f} cpu s")
    same, other = np.sum([told[name][:2] for name in SAME], axis=0), np.sum(list(theirs.values()), axis=0)
    print(
        f"QGIS, these alone {other[0]:.2f} s, {other[1]:.2f} cpu s: {other[0] / same[0]:.1f} times as long ({other[1] / same[1]:.1f} times "
        f"the processor) as {', '.join(SAME)}"
    )


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1:])
