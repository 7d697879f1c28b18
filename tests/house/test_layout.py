"""The house rules that a machine can check: who imports whom, sizes, top level, packaging list, no machine paths."""

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "formats", "store", "sync", "report", "bridge", "gui")
MAY_IMPORT = {
    "core": {"core"},
    "formats": {"core", "formats"},
    "store": {"core", "store"},
    "sync": {"core", "store", "sync"},
    "report": {"core", "report"},
    "bridge": {"core", "formats", "store", "sync", "report", "bridge"},
    "gui": {*ROOMS},
    "processing_algs": {"bridge", "core", "formats", "report", "store", "sync", "processing_algs"},
    "forms": {"bridge", "core", "store", "forms"},
}
OUTSIDE_FORBIDDEN = {
    "core": {"qgis", "requests", "openpyxl", "osgeo", "docx", "yaml", "jsonschema"},
    "formats": {"qgis"},
    "store": {"qgis", "requests"},
    "sync": {"qgis"},
    "gui": {"sqlite3", "requests"},
}
ALLOWED_BY_FILE = {"plugin/core/form_validation.py": {"jsonschema"}}  # forms are checked by a kept library, in one place
TOP_LEVEL = set(
    "metadata.txt __init__.py plugin processing_algs forms resources i18n tests pb_tool.cfg README.md README.zh_CN.md CHANGELOG.md LICENSE "
    "CONTRIBUTING.md Makefile pyproject.toml tools docs .ci .gitattributes .gitignore".split()
)


def tracked():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).exists()]


def product_files():
    return [f for f in tracked() if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in ("plugin", "processing_algs", "forms")]


def room_of(file):
    parts = file.relative_to(ROOT).parts
    return parts[1] if parts[0] == "plugin" and len(parts) > 2 else parts[0]


def imports(file):
    """(absolute module, None) or (None, room) of every import in a file."""
    package = file.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0], None
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            target = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*target, a.name] for a in node.names] if len(target) < 2 else [target]
            for path in names:
                yield None, path[1] if path[0] == "plugin" and len(path) > 1 else path[0]


@pytest.mark.parametrize("file", product_files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_keep_to_the_table(file):
    room = room_of(file)
    for module, target in imports(file):
        if module in ALLOWED_BY_FILE.get(str(file.relative_to(ROOT)), ()):
            continue
        if module:
            assert module not in OUTSIDE_FORBIDDEN.get(room, ()), f"{room} must not import {module}"
            assert module not in ("PyQt5", "PyQt6", "onemap"), f"import {module} through qgis.PyQt or relatively"
        elif room in MAY_IMPORT:
            assert target in MAY_IMPORT[room], f"{room} must not import {target}"


@pytest.mark.parametrize("file", product_files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_files_and_functions_are_short(file):
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 45, f"{node.name} is too long"


def test_top_level_is_the_prescribed_one():
    assert {f.relative_to(ROOT).parts[0] for f in tracked()} <= TOP_LEVEL


def test_packaging_list_equals_the_tree():
    listing = configparser.ConfigParser()
    listing.read(ROOT / "pb_tool.cfg")
    files = listing["files"]
    named = {*files["python_files"].split(), *files["extras"].split(), *files["extra_dirs"].split()}
    ignored = re.findall(r"^(\S+) export-ignore$", (ROOT / ".gitattributes").read_text(), re.MULTILINE)
    shipped = {f.relative_to(ROOT).parts[0] for f in tracked()} - set(ignored) - {"docs"}
    assert named == shipped
    for locale in files["locales"].split():
        assert (ROOT / "i18n" / f"onemap_{locale}.qm").exists()


def test_metadata_is_complete():
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    for key in "name description version qgisMinimumVersion author email about tracker repository homepage hasProcessingProvider".split():
        assert general.get(key), key
    assert (general["qgisMinimumVersion"], general["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert (ROOT / general["icon"]).exists()
    assert "supportsQt6" not in general


def test_nothing_names_a_machine():
    sign = re.compile(r"/(?:work|root|home)/\w")
    for file in tracked():
        if file.suffix in (".py", ".md", ".txt", ".yaml", ".json", ".cfg", ".toml", "") and file != Path(__file__):
            assert not sign.search(file.read_text(encoding="utf-8", errors="ignore")), file


def test_package_holds_what_qgis_needs(tmp_path):
    target = tmp_path / "onemap.zip"
    subprocess.run(["git", "archive", "--format=zip", "--prefix=onemap/", "-o", str(target), "HEAD"], cwd=ROOT, check=True)
    import zipfile

    names = zipfile.ZipFile(target).namelist()
    assert {"onemap/metadata.txt", "onemap/LICENSE", "onemap/__init__.py", "onemap/i18n/onemap_zh_CN.qm"} <= set(names)
    assert not [
        n for n in names if n.endswith(".pyc") or "__pycache__" in n or n.startswith(("onemap/tests/", "onemap/tools/", "onemap/.git"))
    ]
    assert target.stat().st_size < 25_000_000
