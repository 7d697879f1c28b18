"""The checker refuses what plugins.qgis.org refuses, one fault at a time."""

import zipfile
from pathlib import Path

import checker
import exemptions
import pytest

ROOT = Path(__file__).resolve().parents[2]

METADATA = """[general]
name=A
description=b
about=c
version=1.0
qgisMinimumVersion=3.22
author=d
email=desk@planning.gov.cn
tracker=https://planning.gov.cn/issues
repository=https://planning.gov.cn/code
homepage=https://planning.gov.cn
"""
GOOD = {"onemap/metadata.txt": METADATA, "onemap/__init__.py": "", "onemap/LICENSE": "GPL"}


def faults(tmp_path, files, **options):
    path = tmp_path / "plugin.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return checker.faults(path, **options)


def test_a_good_package_has_no_fault(tmp_path):
    assert faults(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    "change, word",
    [
        ({"onemap/metadata.txt": METADATA.replace("tracker=", "old=")}, "tracker is missing"),
        ({"onemap/metadata.txt": METADATA.replace("desk@planning.gov.cn", "a@example.org")}, "email is a placeholder"),
        ({"onemap/metadata.txt": METADATA.replace("3.22", "new")}, "qgisMinimumVersion"),
        ({"onemap/libs/shapely.pyd": "x"}, "binary"),
        ({"onemap/tool": b"\x7fELF\x02"}, "binary"),
        ({"onemap/__pycache__/a.py": ""}, "does not belong"),
        ({"onemap/key.txt": "-----BEGIN " + "RSA PRIVATE KEY-----"}, "private key"),
        ({"onemap/a.py": 'URL = "https://desk:' + 'secret1@host/"'}, "password in a URL"),
        ({"onemap/a.py": "import pickle\npickle.loads(b'')\n"}, "bandit"),
        ({"other/a.py": ""}, "top folder"),
        ({"onemap/ext_libs/attr/__init__.py": "x = 1\n"}, "not in scanned.csv as it is: onemap/ext_libs/attr"),
    ],
)
def test_each_fault_is_found(tmp_path, change, word):
    if word == "bandit":
        pytest.importorskip("bandit")
    assert any(word in fault for fault in faults(tmp_path, {**GOOD, **change}))


def test_placeholders_pass_where_asked(tmp_path):
    text = METADATA.replace("https://planning.gov.cn/issues", "https://example.org/issues")
    assert faults(tmp_path, {**GOOD, "onemap/metadata.txt": text}, placeholders_pass=True) == []
    assert faults(tmp_path, {**GOOD, "onemap/metadata.txt": text})


def test_only_files_in_which_nothing_was_found_are_not_scanned_again(tmp_path):
    """One finding that the source settles, one that nothing settles, a file that is no Python, and a clean one."""
    pytest.importorskip("bandit")
    risky = "import pickle\npickle.loads(b'')\n"
    files = {"good.py": "x = 1\n", "said.py": "assert 1  # noqa: S101\n", "bad.py": risky, "broken.py": "x = (\n"}
    (tmp_path / "stage").mkdir()
    for name, content in files.items():
        (tmp_path / "stage" / name).write_text(content, encoding="utf-8")
    clean = exemptions.exempt(tmp_path / "stage")
    assert len(clean) == 1
    packed = {f"onemap/{file.name}": file.read_bytes() for file in (tmp_path / "stage").iterdir()}
    found = faults(tmp_path, {**GOOD, **packed}, clean=clean)
    assert found and all("onemap/bad.py" in fault for fault in found)
    assert found == faults(tmp_path, {**GOOD, **packed})
    packed["onemap/good.py"] = risky  # another content under a clean name is scanned
    assert any("good.py" in fault for fault in faults(tmp_path, {**GOOD, **packed}, clean=clean))


def test_a_long_table_of_values_is_left_out_of_the_scan_and_nothing_else():
    rows = "".join(f'    "a{n}": "b",\n' for n in range(1200))
    text = f"import pickle\nA = {{\n{rows}}}\nB = {{\n{rows}    'c': pickle.loads(b''),\n}}\nC = 1\n"
    thin = exemptions.without_tables(text)
    assert thin.count('"b"') == 1200 and len(thin.split("\n")) == len(text.split("\n"))
    assert thin.split("\n")[1] == "A = {}" and "pickle.loads" in thin and thin.endswith("C = 1\n")
