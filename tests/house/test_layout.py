"""The house rules that a machine can check: who imports whom, sizes, top level, packaging list, no machine paths."""

import configparser
import re
import subprocess
from pathlib import Path

from .rooms import (
    ALLOWED_BY_FILE,
    INNER,
    MAY_IMPORT,
    OUTSIDE_FORBIDDEN,
    ROOT,
    SHARED_FILES,
    WIRING,
    imports,
    inner_arrow_allowed,
    place_of,
    product_files,
    tracked,
)
from .sizes import FILE_LINES, FUNCTION_LINES, LONG_FILES, MANY_PARAMETERS, PARAMETERS
from .source import source

TOP_LEVEL = set(
    "metadata.txt __init__.py plugin processing_algs forms resources i18n tests pb_tool.cfg README.md README.zh_CN.md CHANGELOG.md LICENSE "
    "CONTRIBUTING.md Makefile pyproject.toml tools docs .ci .gitattributes .gitignore".split()
)


def broken_arrows(file):
    """What a file imports against the table."""
    tier, room = place_of(file)
    for module, target in imports(file):
        if module in ALLOWED_BY_FILE.get(str(file.relative_to(ROOT)), ()):
            continue
        if module:
            if module in OUTSIDE_FORBIDDEN.get(tier, ()):
                yield f"{tier} must not import {module}"
            if module in ("PyQt5", "PyQt6", "onemap"):
                yield f"import {module} through qgis.PyQt or relatively"
        elif tier in MAY_IMPORT:
            if target[0] not in MAY_IMPORT[tier]:
                yield f"{tier} must not import {target[0]}"
            if target[0] == tier and not inner_arrow_allowed(tier, room, target[1]):
                yield f"{tier}/{room} must not import {tier}/{target[1]}"
            if tier == "forms" and target[0] == "gui" and target[1] != "widgets":
                yield f"forms must not import gui/{target[1]}"


def faults_of_all(of_one):
    """Every fault of every product file, with the file in front."""
    files = product_files()
    assert len(files) > 500
    return [f"{file.relative_to(ROOT)}: {fault}" for file in files for fault in of_one(file)]


def test_imports_keep_to_the_table():
    assert faults_of_all(broken_arrows) == []


def test_every_file_lies_in_a_room():
    for file in product_files():
        tier, room = place_of(file)
        if tier not in INNER or room == "__init__":
            continue
        on_top = SHARED_FILES.get(tier, set()) | WIRING.get(tier, set())
        assert room in INNER[tier] or room in on_top, f"{file.relative_to(ROOT)}: no such room"


def test_nobody_else_counts_parents():
    """Where resources lie is known in plugin/paths.py alone."""
    counting = re.compile(r"__file__\)(?:\.resolve\(\))?(?:\.parents\[|\.parent\.parent)")
    for file in product_files():
        if file.relative_to(ROOT) != Path("plugin/paths.py"):
            assert not counting.search(file.read_text(encoding="utf-8")), file


def oversized(file):
    """What of a file is larger than the house allows."""
    facts, name = source(file), str(file.relative_to(ROOT))
    if facts.lines > LONG_FILES.get(name, FILE_LINES):
        yield f"{facts.lines} lines"
    for function in facts.functions:
        if function.lines > FUNCTION_LINES:
            yield f"{function.name} is too long"
        if function.name not in MANY_PARAMETERS.get(name, ()) and function.parameters > PARAMETERS:
            yield f"{function.name} takes too much: a dataclass instead"


def test_files_and_functions_are_short():
    assert faults_of_all(oversized) == []


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
    assert general["supportsQt6"] == "True"  # the Qt 6 builds of QGIS 3.4x load no plugin without it; QGIS 4 ignores it
    for key in ("name", "description", "about", "tags"):
        for locale in ("zh", "zh-Hans", "zh_CN"):  # QGIS takes the exact name of the user's locale
            assert any("一" <= letter <= "鿿" for letter in general[f"{key}[{locale}]"]), (key, locale)


def test_nothing_names_a_machine():
    sign = re.compile(r"/(?:work|root|home)/\w")
    for file in tracked():
        if file.suffix in (".py", ".md", ".txt", ".yaml", ".json", ".cfg", ".toml", "") and file != Path(__file__):
            assert not sign.search(file.read_text(encoding="utf-8", errors="ignore")), file


def test_package_holds_what_qgis_needs(tmp_path):
    target = tmp_path / "onemap.zip"
    subprocess.run(
        ["git", "archive", "--format=zip", "--prefix=onemap/", "-o", str(target), "HEAD"], cwd=ROOT, check=True
    )
    import zipfile

    names = zipfile.ZipFile(target).namelist()
    assert {"onemap/metadata.txt", "onemap/LICENSE", "onemap/__init__.py", "onemap/i18n/onemap_zh_CN.qm"} <= set(names)
    assert "onemap/plugin/py.typed" in names
    assert not [
        n
        for n in names
        if n.endswith(".pyc") or "__pycache__" in n or n.startswith(("onemap/tests/", "onemap/tools/", "onemap/.git"))
    ]
    assert target.stat().st_size < 25_000_000
