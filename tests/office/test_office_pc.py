"""The zip on a machine that has QGIS and nothing else: the distribution's Python, none of the developer's libraries.

Debian 12 ships no usable shapely (1.8.5 or none), as Windows QGIS before 3.28.5: there it comes from an offline kit,
installed into the profile the way the repair page does it. Everything else comes out of the zip.
"""

import ast
import os
import re
import subprocess
import zipfile
from functools import lru_cache
from pathlib import Path

import libraries
import pack
import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PYTHON = "/usr/bin/python3"


@lru_cache
def tracked():
    """The tracked files as they are now, committed or not, as a commit."""
    done = subprocess.run(["git", "stash", "create"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "HEAD"


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The plugin's zip made of the tracked files as they are now, and the offline kit."""
    folder = tmp_path_factory.mktemp("package")
    try:
        pack.write_plugin(folder / "onemap.zip", tracked(), scan=False)
        pack.write_kit(folder / "kit.zip")
    except (SystemExit, subprocess.CalledProcessError) as error:
        pytest.skip(f"the pinned libraries cannot be fetched: {error}")
    return folder / "onemap.zip", folder / "kit.zip"


def run(script, *arguments):
    """What a script prints, by its first word."""
    command = [PYTHON, str(HERE / "machine.py"), script, *map(str, arguments)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(arguments[1]), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8",
                   "PYTHONPATH": "/usr/share/qgis/python/plugins", "TMPDIR": os.environ["TMPDIR"]}  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    lines = re.findall(r"^([A-Z]+) (.*)$", done.stdout, re.MULTILINE)
    return dict(lines)


def test_the_main_job_runs_on_the_zip_alone(package, tmp_path):
    said = run("main_job.py", package[0], tmp_path, package[1])
    assert said["MISSING"] in ("['shapely']", "[]") and int(said["ALGORITHMS"]) >= 16
    assert said["CONFLICTS"] == "1" and said["REPORTS"] == "report.docx report.xlsx report.html"
    assert said["RULES"] == "# 县|lines:|  - id: GYL # 会议纪要3号|    buffer: 20|"


def test_without_lxml_only_word_is_off_and_says_so(package, tmp_path):
    said = run("main_job.py", package[0], tmp_path, package[1], "lxml")
    assert int(said["ALGORITHMS"]) >= 16 and said["REPORTS"] == "report.xlsx report.html"
    assert "lxml" in said["REFUSED"] and ".docx" in said["REFUSED"]


def test_install_upgrade_disable_enable_reload_leave_the_same(package, tmp_path):
    said = run("life_cycle.py", *package[:1], tmp_path, package[1], ROOT / "tests" / "support")
    counts = ast.literal_eval(said["COUNTS"])
    assert counts.pop("disabled") == 0 and len(set(counts.values())) == 1 and counts["install"] >= 16
    assert said["FAILURES"] == "[]"


def test_the_pinned_lists_name_each_file_with_its_hash():
    for row in (*libraries.rows_of(libraries.EXT_LIBS), *libraries.rows_of(libraries.KIT_WHEELS)):
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) and row["version"] in row["file"]
    assert all(
        "none-any" in row["file"] or row["file"].endswith(".tar.gz") for row in libraries.rows_of(libraries.EXT_LIBS)
    )


def test_the_package_passes_the_rules_of_the_plugin_site(tmp_path):
    """Placeholders of the addresses aside: the maintainers fill them in."""
    pytest.importorskip("bandit")
    import checker

    try:
        clean = pack.write_plugin(tmp_path / "onemap.zip", tracked())
    except (SystemExit, subprocess.CalledProcessError) as error:
        pytest.skip(f"the pinned libraries cannot be fetched: {error}")
    assert checker.faults(tmp_path / "onemap.zip", placeholders_pass=True, clean=clean) == []
    changed = "onemap/ext_libs/attr/__init__.py"
    with zipfile.ZipFile(tmp_path / "onemap.zip") as package, zipfile.ZipFile(tmp_path / "b.zip", "w") as other:
        other.writestr(changed, package.read(changed) + b"# one more line\n")
        other.writestr("onemap/ext_libs/docx/shared.py", package.read("onemap/ext_libs/docx/shared.py"))
        (fault,) = checker.unreviewed(other)
    assert changed in fault and "tools/package --scan" in fault
