"""The overlay with statutory or ellipsoidal area by ours and by the peers: files in, GeoPackage (or the peer's own file) out.

Every contender takes a folder with projects.gpkg (field XMMC) and line.gpkg (field pid), starts its clock after its start-up, and
returns ([wall s, processor s, MB], path of its result).
"""

import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))
from machine import Clock  # noqa: E402

RULES = """name: bench
version: 1
laws: {L: {title: t, doc_no: n, status: s, articles: {'1': {confidence: seen}}}}
rules: [{id: B-1, line: SD, kind: avoid, effect: prohibit, title: t, laws: [{law: L, article: '1'}]}]
"""


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


def table_of(path):
    """The name of the only table of a GeoPackage: what QGIS calls the layer."""
    with closing(sqlite3.connect(path)) as data:
        return data.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]


def ours(folder, warm=False):
    """The product: onemap:checkcontrollines with one rule; `warm` with the control line cached before."""
    keep = start_plugin()
    import processing
    from onemap.plugin.bridge.review import control_cache

    place = Path(tempfile.mkdtemp())
    control_cache.folder = lambda: place
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    values = {
        "PROJECTS": str(folder / "projects.gpkg"),
        "PROJECT_KEY": "XMMC",
        "CONTROL_LINES": [str(folder / "line.gpkg")],
        "MAPPING": json.dumps({table_of(folder / "line.gpkg"): "SD"}),
        "RULES": str(folder / "rules.yaml"),
        "USE_CACHE": warm,
        "FINDINGS": str(folder / "ours.gpkg"),
        "VERDICTS": str(folder / "verdicts.gpkg"),
    }
    if warm:  # its results lie elsewhere: everybody writes where no file is yet
        elsewhere = {name: values[name].replace(".gpkg", "_built.gpkg") for name in ("FINDINGS", "VERDICTS")}
        processing.run("onemap:checkcontrollines", {**values, **elsewhere, "USE_CACHE": True, "BUILD_CACHE": True})
    clock = Clock()
    processing.run("onemap:checkcontrollines", values)
    spent = clock.stop()
    del keep
    return spent, folder / "ours.gpkg"


def ours_warm(folder):
    return ours(folder, warm=True)


def native(folder):
    """QGIS native: fixgeometries of both, intersection, $area."""
    keep = start_qgis()
    import processing

    clock = Clock()
    made = []
    for name in ("projects", "line"):
        values = {"INPUT": str(folder / f"{name}.gpkg"), "OUTPUT": str(folder / f"fixed_{name}.gpkg")}
        made.append(processing.run("native:fixgeometries", values)["OUTPUT"])
    cut = processing.run(
        "native:intersection", {"INPUT": made[0], "OVERLAY": made[1], "OUTPUT": str(folder / "cut.gpkg")}
    )["OUTPUT"]
    formula = {
        "INPUT": cut,
        "FIELD_NAME": "a",
        "FORMULA": "$area",
        "FIELD_LENGTH": 20,
        "OUTPUT": str(folder / "native.gpkg"),
    }
    processing.run("native:fieldcalculator", formula)
    spent = clock.stop()
    del keep
    return spent, folder / "native.gpkg"


def geopandas(folder):
    """GeoPandas: make_valid of both, overlay, planar area."""
    import geopandas

    clock = Clock()
    layers = [geopandas.read_file(folder / f"{name}.gpkg", engine="pyogrio") for name in ("projects", "line")]
    for layer in layers:
        layer.geometry = layer.geometry.make_valid()
    cut = layers[0].overlay(layers[1], how="intersection", keep_geom_type=True)
    cut["a"] = cut.geometry.area
    cut.to_file(folder / "geopandas.gpkg", engine="pyogrio")
    return clock.stop(), folder / "geopandas.gpkg"


_JOIN = """
SELECT p.XMMC AS XMMC, c.pid AS pid, ST_Intersection(p.g, c.g) AS geom, ST_Area(ST_Intersection(p.g, c.g)) AS a
FROM projects p JOIN line c ON ST_Intersects(p.g, c.g)
"""


def duckdb(folder):
    """DuckDB spatial: ST_Read, ST_MakeValid, spatial join, GeoPackage out."""
    import duckdb as engine
    import duckdb_extension_spatial

    data = engine.connect(config={"allow_unsigned_extensions": "true"})
    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension")
    data.execute(f"LOAD '{extension}'")
    out = folder / "duckdb.gpkg"
    out.unlink(missing_ok=True)
    clock = Clock()
    for name, key in (("projects", "XMMC"), ("line", "pid")):
        source = f"SELECT {key}, ST_MakeValid(geom) AS g FROM ST_Read('{folder / name}.gpkg')"  # noqa: S608
        data.execute(f"CREATE TABLE {name} AS {source}")
    whole = f"SELECT * FROM ({_JOIN}) WHERE ST_Area(geom) > 0"  # noqa: S608
    data.execute(f"COPY ({whole}) TO '{out}' WITH (FORMAT gdal, DRIVER 'GPKG', SRS 'EPSG:4549')")
    return clock.stop(), out


def sedonadb(folder):
    """SedonaDB: pyogrio in, ST_MakeValid, spatial join, GeoParquet out (it writes no GeoPackage)."""
    import geopandas
    import sedonadb as engine

    data = engine.connect()
    out = folder / "sedona.parquet"
    clock = Clock()
    for name in ("projects", "line"):
        frame = geopandas.read_file(folder / f"{name}.gpkg", engine="pyogrio")
        data.create_data_frame(frame).to_view(f"{name}_raw", overwrite=True)
    for name, key in (("projects", "XMMC"), ("line", "pid")):
        valid = data.sql(f'SELECT "{key}", ST_MakeValid(geometry) AS g FROM {name}_raw')  # noqa: S608 our own names
        valid.to_memtable().to_view(name, overwrite=True)
    data.sql(_JOIN.replace("p.XMMC", 'p."XMMC"').replace("AS XMMC", 'AS "XMMC"')).to_parquet(out)
    return clock.stop(), out
