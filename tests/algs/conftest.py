"""QGIS runs for all tests of this folder."""

import pytest


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    """Every algorithm test needs QGIS."""


@pytest.fixture
def h():
    """The helpers of this folder."""
    from onemap.tests.support import algorithms as helpers

    return helpers


@pytest.fixture
def path(tmp_path):
    """Path of a fresh workspace."""
    from onemap.tests.support.workspaces import fresh_workspace

    return str(fresh_workspace(tmp_path / "county.gpkg"))
