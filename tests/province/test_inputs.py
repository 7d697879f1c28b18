"""GeoParquet as its specification has it, PostGIS on a real server, and what is refused."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from onemap.tests.support.province import PROGRAM, PYTHON, finding_rows, verdict_rows

MINES = "CKQ_CKQDJ"
BIN = next(
    (
        p
        for p in ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin")
        if os.path.isdir(p)
    ),
    None,
)
CHECK_FILE = """
import json, sys
import pyarrow.parquet as pq, shapely
table = pq.read_table(sys.argv[1])
boxes = [list(b.values()) for b in table.column("bbox").to_pylist()]
real = shapely.bounds(shapely.from_wkb(table.column("geometry").to_pylist())).tolist()
print(json.dumps({"geo": json.loads(pq.read_metadata(sys.argv[1]).metadata[b"geo"]), "rows": len(table), "names": table.column_names, "same": boxes == real}))
"""


def test_geoparquet_is_what_its_specification_says(batch, county, tmp_path):
    file = tmp_path / "out.parquet"
    subprocess.run([PROGRAM, "convert", county[1], "projects", file], check=True, capture_output=True)
    told = json.loads(
        subprocess.run([PYTHON, "-c", CHECK_FILE, file], check=True, capture_output=True, text=True).stdout
    )
    column = told["geo"]["columns"]["geometry"]
    assert told["geo"]["version"] == "1.1.0" and told["geo"]["primary_column"] == "geometry"
    assert column["encoding"] == "WKB" and column["geometry_types"] == ["MultiPolygon"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4549}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"] and len(column["bbox"]) == 4
    assert told["rows"] == 300 and told["same"] and {"fid", "XMBH", "XMMC"} <= set(told["names"])


def test_rules_that_need_qgis_are_refused_by_name(batch, county, tmp_path):
    database, projects, _ = county
    said = batch(tmp_path / "out", "--projects", projects, "--control", f"{database}|{MINES}", refused=True)
    assert "to_date" in said and "--leave-out" in said
    assert "Traceback" not in said


def test_inputs_that_cannot_be_used_are_refused(batch, county, tmp_path):
    database, projects, _ = county
    for arguments, word in (
        (["--projects", tmp_path / "none.gpkg"], "no such file"),
        (["--projects", projects, "--key", "NOKEY"], "NOKEY"),
        (["--projects", projects, "--control", f"{database}|XZQ"], "LINE=SOURCE"),
        (["--projects", "postgresql:host=/nowhere password=x|t"], "password"),
    ):
        assert word in batch(tmp_path / "out", *arguments, refused=True)


@pytest.fixture(scope="module")
def server():
    """Connection parameters of a PostGIS server of our own, without password, on a socket only."""
    if not BIN or not shutil.which("runuser") or os.geteuid():
        pytest.skip("PostgreSQL is not on this machine, or this is not root, who may start it as postgres")
    folder = Path(tempfile.mkdtemp(prefix="onemap-pg-"))  # pytest's own folders are closed to other users
    shutil.chown(folder, "postgres")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    try:
        as_postgres(f"{BIN}/initdb", "-A", "trust", "-D", folder / "data")
        as_postgres(f"{BIN}/pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        yield f"host={folder} dbname=postgres user=postgres"
        as_postgres(f"{BIN}/pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def as_postgres(*command):
    subprocess.run(
        ["runuser", "-u", "postgres", "--", *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/"
    )


@pytest.fixture
def loaded(server, county):
    """The server with the made-up county's projects and two of its lines."""
    from osgeo import gdal

    gdal.UseExceptions()
    as_postgres("psql", "-q", "-d", server, "-c", "CREATE EXTENSION IF NOT EXISTS postgis")
    target = gdal.OpenEx(f"PG:{server}", gdal.OF_VECTOR | gdal.OF_UPDATE)
    database, projects, _ = county
    for file, layer in ((projects, "projects"), (database, "YJJBNTTB"), (database, "LSWHBHX")):
        gdal.VectorTranslate(
            target, str(file), options=["-preserve_fid", "-lco", "LAUNDER=NO", "-lco", "FID=ogc_fid", layer]
        )
    target = None
    return server


def test_postgis_gives_what_the_files_give(batch, county, loaded, tmp_path):
    database, projects, _ = county
    files = batch(
        tmp_path / "a", "--projects", projects, "--control", f"{database}|YJJBNTTB", "--control", f"{database}|LSWHBHX"
    )
    base = f"postgresql:{loaded}|public."
    tables = batch(
        tmp_path / "b", "--projects", base + "projects", "--control", base + "YJJBNTTB", "--control", base + "LSWHBHX"
    )
    undated = [
        [{**row, "layer_date": ""} for row in found["findings"]] for found in (files, tables)
    ]  # a file has a day
    assert finding_rows(undated[0]) == finding_rows(undated[1]) and len(files["findings"]) > 100
    assert verdict_rows(files["verdicts"]) == verdict_rows(tables["verdicts"])
