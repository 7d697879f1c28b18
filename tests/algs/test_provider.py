"""The provider finds every algorithm; a module it cannot import is left out alone, and no module of the tree is one."""

import importlib
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
