"""make bench: the check against QGIS native and GeoPandas on the same data in the same run, and the area formula against QGIS.

Each contender runs in a process of its own; process start-up is left out on both sides. Wall seconds, peak memory, pairs, and ratios.
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
sys.path.insert(0, str(ROOT / "tools"))
GENERATOR = ROOT.parent / "shared" / "tools" / "make_bench_data.py"
RULES = """name: bench
version: 1
laws: {L: {title: t, doc_no: n, status: s, articles: {'1': {confidence: seen}}}}
rules: [{id: B-1, line: SD, kind: avoid, effect: prohibit, title: t, laws: [{law: L, article: '1'}]}]
"""


def make_data(folder):
    """5,000 projects x 100,000 parcels of the shared generator where it is at hand, else the made-up county's 20,000."""
    folder.mkdir(parents=True)
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    if GENERATOR.exists():
        subprocess.run([sys.executable, str(GENERATOR), str(folder), "100k"], check=True, capture_output=True)
        (folder / "proj_5k.gpkg").rename(folder / "projects.gpkg")
        (folder / "patch_100k.gpkg").rename(folder / "line.gpkg")
        return
    from demo.county import make_county
    from demo.projects import make_projects
    from demo.write import write_layer

    county = make_county()
    write_layer(folder / "projects.gpkg", "projects", make_projects(county, 5000))
    write_layer(folder / "line.gpkg", "line", [(p, {"DLBM": c}) for p, c in zip(county.parcels, county.codes)])


def start_qgis():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    return application


def start_plugin():
    """QGIS with this checkout as package `onemap` and its provider registered."""
    keep = start_qgis()
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    from onemap.processing_algs.provider import OneMapProvider
    from qgis.core import QgsApplication

    keep.provider = OneMapProvider()
    QgsApplication.processingRegistry().addProvider(keep.provider)
    return keep


def ours(folder):
    keep = start_plugin()
    import processing

    started = time.perf_counter()
    result = processing.run(
        "onemap:checkcontrollines",
        {
            "PROJECTS": str(folder / "projects.gpkg"),
            "CONTROL_LINES": [str(folder / "line.gpkg")],
            "MAPPING": '{"line": "SD"}',
            "RULES": str(folder / "rules.yaml"),
            "FINDINGS": str(folder / "ours.gpkg"),
            "VERDICTS": str(folder / "verdicts.gpkg"),
        },
    )
    seconds = time.perf_counter() - started
    del keep
    return seconds, result["FINDING_COUNT"]


def native(folder):
    keep = start_qgis()
    import processing

    started = time.perf_counter()
    made = []
    for name in ("projects", "line"):
        values = {"INPUT": str(folder / f"{name}.gpkg"), "OUTPUT": str(folder / f"fixed_{name}.gpkg")}
        made.append(processing.run("native:fixgeometries", values)["OUTPUT"])
    cut = processing.run("native:intersection", {"INPUT": made[0], "OVERLAY": made[1], "OUTPUT": str(folder / "cut.gpkg")})["OUTPUT"]
    formula = {"INPUT": cut, "FIELD_NAME": "a", "FORMULA": "$area", "FIELD_LENGTH": 20, "OUTPUT": str(folder / "area.gpkg")}
    result = processing.run("native:fieldcalculator", formula)["OUTPUT"]
    seconds = time.perf_counter() - started
    from qgis.core import QgsVectorLayer

    del keep
    return seconds, QgsVectorLayer(result, "x", "ogr").featureCount()


def geopandas_overlay(folder):
    import geopandas

    started = time.perf_counter()
    layers = [geopandas.read_file(folder / f"{name}.gpkg", engine="pyogrio") for name in ("projects", "line")]
    for layer in layers:
        layer.geometry = layer.geometry.make_valid()
    cut = layers[0].overlay(layers[1], how="intersection", keep_geom_type=True)
    cut["a"] = cut.geometry.area
    cut.to_file(folder / "geopandas.gpkg", engine="pyogrio")
    return time.perf_counter() - started, len(cut)


def area(folder):
    """Seconds a million vertices: the statutory formula against a QgsDistanceArea loop on densified parcels."""
    keep = start_qgis()
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    import shapely
    from onemap.plugin.core.area import statutory_areas
    from pyproj import CRS
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsDistanceArea, QgsVectorLayer

    layer = QgsVectorLayer(str(folder / "line.gpkg"), "x", "ogr")
    features = [f.geometry() for f in layer.getFeatures()]
    parcels = shapely.from_wkb([bytes(g.asWkb()) for g in features])
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4549"), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:1024")
    started = time.perf_counter()
    loop = [measure.measureArea(g.densifyByDistance(70)) for g in features]
    middle = time.perf_counter()
    mine = statutory_areas(parcels, CRS.from_epsg(4549))
    ended = time.perf_counter()
    assert max(abs(a - b) for a, b in zip(loop, mine)) < 0.2
    vertices = shapely.get_num_coordinates(shapely.segmentize(parcels, 70)).sum()
    del keep
    return middle - started, ended - middle, int(vertices)


def run(case, folder):
    """Run one contender in a fresh process; return its figures with the process's peak memory in MB."""
    done = subprocess.run([sys.executable, __file__, case, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    folder = Path(tempfile.mkdtemp()) / "data"
    make_data(folder)
    print(f"5,000 projects, {'100,000 generated' if GENERATOR.exists() else '20,000 demo'} parcels, file to GeoPackage, better of two runs")
    figures = {case: min((run(case, folder) for _ in range(2)), key=lambda f: f[0]) for case in ("ours", "native", "geopandas_overlay")}
    for case, (seconds, pairs, memory) in figures.items():
        print(f"{case:20s}{seconds:8.2f} s {pairs:8d} pairs {memory:6.0f} MB   {seconds / figures['ours'][0]:5.2f} x ours")
    loop, mine, vertices, _ = run("area", folder)
    print(f"area: QgsDistanceArea loop {loop / vertices * 1e6:.3f} us, ours {mine / vertices * 1e6:.3f} us a vertex: {loop / mine:.1f} x")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        answer = {"ours": ours, "native": native, "geopandas_overlay": geopandas_overlay, "area": area}[sys.argv[1]](Path(sys.argv[2]))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([*answer, memory]), flush=True)
        os._exit(0)
    main()
