"""Run the province batch as people run it: in its own environment, on two local workers. Skipped where that is not made."""

import json
import shutil
import subprocess

import pytest
from onemap.tests.support.province import PROGRAM, PYTHON

ROWS = """
import json, sys
import pyarrow.parquet as pq
rows = {}
for name in ("findings", "verdicts", "summaries", "problems"):
    rows[name] = pq.read_table(sys.argv[1] + "/" + name).to_pylist()
print(json.dumps(rows, default=bytes.hex))
"""


@pytest.fixture(scope="session")
def batch():
    """batch(folder, *arguments) -> {"findings", "verdicts", ...: rows, "run": what run.json says}; stderr if `refused`."""
    if (
        not PYTHON.exists()
        or subprocess.run([str(PYTHON), "-c", "import pyspark, pyarrow"], capture_output=True).returncode
    ):
        pytest.skip("the province batch has no environment: make province")
    if not shutil.which("java"):
        pytest.skip("the province batch needs Java 17")

    def run(folder, *arguments, master="local[2]", refused=False, env=None):
        command = [PROGRAM, "--language", "en", *arguments, "--out", folder, "--master", master]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=env)
        if refused:
            assert done.returncode == 1 and not (folder / "run.json").exists()
            return done.stderr
        assert done.returncode == 0, done.stderr[-3000:]
        rows = subprocess.run([str(PYTHON), "-c", ROWS, str(folder)], capture_output=True, text=True, check=True)
        return {**json.loads(rows.stdout), "run": json.loads((folder / "run.json").read_text(encoding="utf-8"))}

    return run


@pytest.fixture(scope="session")
def county(qgis_app, tmp_path_factory):
    """(county.gpkg, projects.gpkg, layer names) of the made-up county; a few keys come twice or are missing."""
    from demo.county import make_county
    from demo.lines import control_layers
    from demo.projects import make_projects
    from demo.write import write_county

    drawn = make_county()
    projects = make_projects(drawn)
    for number, key in ((5, "XM20260001"), (6, ""), (7, " XM20260001 ")):
        projects[number][1]["XMBH"] = key
    return write_county(tmp_path_factory.mktemp("county"), drawn, control_layers(drawn), projects)
