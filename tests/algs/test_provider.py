"""The provider finds every algorithm; a module it cannot import is left out alone, and no module of the tree is one."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = sorted(
    f.stem for f in (Path(__file__).resolve().parents[2] / "processing_algs").glob("*.py") if f.stem != "__init__"
)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported(name, qgis_app):
    importlib.import_module(f"onemap.processing_algs.{name}")


def test_a_missing_library_leaves_out_one_algorithm(qgis_app, monkeypatch):
    import builtins

    from onemap.processing_algs import provider

    whole = {kind.NAME for kind in provider.algorithm_classes()}
    original = builtins.__import__

    def failing(name, *rest, **more):
        if name.endswith("processing_algs.statutory_area"):
            raise ModuleNotFoundError("No module named 'openpyxl'", name="openpyxl")
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", failing)
    assert whole - {kind.NAME for kind in provider.algorithm_classes()} == {"statutoryarea"}


HEAVY = ("openpyxl", "lxml", "docx", "pypdf", "requests", "urllib3", "jsonschema", "PIL")
REGISTERED = """
import sys
sys.path.insert(0, sys.argv[1])
from qgis.core import QgsApplication
application = QgsApplication([], False)
QgsApplication.initQgis()
from onemap.processing_algs.provider import OneMapProvider
provider = OneMapProvider()
QgsApplication.processingRegistry().addProvider(provider)
print(len(provider.algorithms()), *sorted({name.split(".")[0] for name in sys.modules}), flush=True)
import os
os._exit(0)
"""


def test_registering_loads_no_library_that_only_some_work_needs():
    root = next(path for path in sys.path if "onemap-plugins" in path)
    done = subprocess.run([sys.executable, "-c", REGISTERED, root], capture_output=True, text=True, check=True)
    count, *loaded = done.stdout.split()
    assert int(count) > 30 and "onemap" in loaded
    assert set(HEAVY) & set(loaded) == set()


def test_work_that_misses_its_library_names_it(qgis_app):
    from onemap.plugin.bridge.tasks import unexpected
    from onemap.plugin.core.errors import LibraryError, UnexpectedError

    missing = ModuleNotFoundError("No module named 'requests.adapters'", name="requests.adapters")
    assert isinstance(unexpected(missing), LibraryError) and "requests " in str(unexpected(missing))
    ours = ModuleNotFoundError("No module named 'onemap.plugin.x'", name="onemap.plugin.x")
    assert isinstance(unexpected(ours), UnexpectedError)
