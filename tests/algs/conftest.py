"""Let the tests of this folder import their helpers by name; QGIS runs for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    """Every algorithm test needs QGIS."""


@pytest.fixture
def h():
    """The helpers of this folder."""
    import helpers

    return helpers


@pytest.fixture
def path(tmp_path):
    """Path of a fresh workspace."""
    from onemap.plugin.store.workspace import Workspace

    file = tmp_path / "county.gpkg"
    Workspace.create(file, "330110").close()
    return str(file)
