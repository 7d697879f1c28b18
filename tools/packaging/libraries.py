"""Fetch the pinned libraries of a release: pure-Python ones for the plugin's `ext_libs`, wheels for the offline kit.

Every file is named with its SHA-256 in a CSV; what is fetched and differs is refused.
"""

import csv
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "wheels"
EXT_LIBS = Path(__file__).with_name("ext_libs.csv")
KIT_WHEELS = ROOT / "resources" / "office" / "kit_wheels.csv"
_LEFT_OUT = ("/tests/", "/benchmarks/", "/clibz/", ".pyi", "/RECORD", "/py.typed", "/INSTALLER")


def rows_of(path):
    """The rows of a list of pinned files, as dicts."""
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def fetched(row):
    """The path of a pinned file, downloaded with pip when it is not here yet; exits when its hash differs."""
    path = CACHE / row["file"]
    _fetch([row])
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
        path.unlink(missing_ok=True)
        sys.exit(f"{row['file']}: not found, or its SHA-256 is not the pinned one")
    return path


def _fetch(rows):
    """Download those files of one target that are not here yet; each appears whole, whoever else fetches it too."""
    wanted = [row for row in rows if not (CACHE / row["file"]).exists()]
    if not wanted:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        _download(wanted, folder)
        for row in wanted:
            if (Path(folder) / row["file"]).exists():
                (Path(folder) / row["file"]).replace(CACHE / row["file"])


def _download(rows, folder):
    """pip fetches from the index that this machine is set up for; the hash decides what is kept."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "-d", folder]
    command += ["--only-binary", ":all:", *_target(rows[0])]
    named = [f"{row['package']}=={row['version']}" for row in rows]
    subprocess.run([*map(str, command), *named], check=True)


def _target(row):
    if "python" not in row:
        return ["--python-version", "3.9", "--implementation", "py", "--abi", "none", "--platform", "any"]
    platform = {"linux_x86_64": "manylinux2014_x86_64"}.get(row["platform"], row["platform"])
    return ["--python-version", row["python"][2:], "--implementation", "cp", "--platform", platform]


def ext_lib_files():
    """Yield (path below ext_libs, bytes): the modules, and for each library its METADATA and licence."""
    rows = rows_of(EXT_LIBS)
    _fetch(rows)
    for row in rows:
        for name, content in _wheel_members(fetched(row)):
            if not any(part in f"/{name}" or name.endswith(part) for part in _LEFT_OUT):
                yield name, content


def _wheel_members(path):
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            if not name.endswith("/"):
                yield name, wheel.read(name)
