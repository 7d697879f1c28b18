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
LINES = ("YJJBNTTB", "STBHHX", "CZKFBJ", "DLTB")


def make_data(folder):
    from demo.county import make_county
    from demo.lines import control_layers
    from demo.projects import make_projects
    from demo.write import write_county

    county = make_county()
    write_county(folder, county, control_layers(county), make_projects(county, 3000))


def start_qgis():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    return application


def ours(folder):
    keep = start_qgis()
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    import processing
    from onemap.processing_algs.provider import OneMapProvider
    from qgis.core import QgsApplication

    keep.provider = OneMapProvider()
    QgsApplication.processingRegistry().addProvider(keep.provider)
    started = time.perf_counter()
    result = processing.run(
        "onemap:checkcontrollines",
        {
            "PROJECTS": str(folder / "projects.gpkg"),
            "CONTROL_LINES": [f"{folder / 'county.gpkg'}|layername={name}" for name in LINES],
            "MAPPING": '{"DLTB": "KCZYKZX", "CZKFBJ": "HH"}',  # lines with plain overlap rules, so that all contenders do the same
            "FINDINGS": str(folder / "ours.gpkg"),
            "VERDICTS": str(folder / "verdicts.gpkg"),
        },
    )
    return time.perf_counter() - started, result["FINDING_COUNT"]


def native(folder):
    keep = start_qgis()
    import processing

    started, pairs = time.perf_counter(), 0
    fixed = processing.run("native:fixgeometries", {"INPUT": str(folder / "projects.gpkg"), "OUTPUT": str(folder / "fixed.gpkg")})["OUTPUT"]
    for name in LINES:
        source = f"{folder / 'county.gpkg'}|layername={name}"
        line = processing.run("native:fixgeometries", {"INPUT": source, "OUTPUT": str(folder / f"f_{name}.gpkg")})["OUTPUT"]
        cut = processing.run("native:intersection", {"INPUT": fixed, "OVERLAY": line, "OUTPUT": str(folder / f"i_{name}.gpkg")})["OUTPUT"]
        formula = {"INPUT": cut, "FIELD_NAME": "a", "FORMULA": "$area", "FIELD_LENGTH": 20, "OUTPUT": str(folder / f"a_{name}.gpkg")}
        from qgis.core import QgsVectorLayer

        pairs += QgsVectorLayer(processing.run("native:fieldcalculator", formula)["OUTPUT"], "x", "ogr").featureCount()
    del keep
    return time.perf_counter() - started, pairs


def geopandas_overlay(folder):
    import geopandas

    started, pairs = time.perf_counter(), 0
    projects = geopandas.read_file(folder / "projects.gpkg", engine="pyogrio")
    projects.geometry = projects.geometry.make_valid()
    for name in LINES:
        line = geopandas.read_file(folder / "county.gpkg", layer=name, engine="pyogrio")
        line.geometry = line.geometry.make_valid()
        cut = projects.overlay(line[["geometry"]], how="intersection", keep_geom_type=True)
        cut["a"] = cut.geometry.area
        cut.to_file(folder / f"g_{name}.gpkg", engine="pyogrio")
        pairs += len(cut)
    return time.perf_counter() - started, pairs


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

    layer = QgsVectorLayer(f"{folder / 'county.gpkg'}|layername=DLTB", "x", "ogr")
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
    print("3,000 projects x 4 layers (26,000 parcels and lines), file to GeoPackage, 2 cores, second of two runs")
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
