"""Workspaces made for tests."""

import pytest


@pytest.fixture(autouse=True)
def _english():
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def path(tmp_path):
    """Path of a fresh workspace of county 330110 with a small dictionary."""
    from onemap.tests.support.workspaces import DIVISIONS, fresh_workspace

    return fresh_workspace(tmp_path / "county.gpkg", "330110", DIVISIONS, "gb18030")


@pytest.fixture
def ws(path):
    from onemap.plugin.store.workspace import Workspace

    with Workspace.open(path) as workspace:
        yield workspace
