"""Workspaces made for tests."""

import pytest


@pytest.fixture(autouse=True)
def _english():
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def path(tmp_path):
    """Path of a fresh workspace of county 330110 with a small dictionary."""
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.workspaces import DIVISIONS

    csv = tmp_path / "divisions.csv"
    csv.write_text(DIVISIONS, encoding="gb18030")
    file = tmp_path / "county.gpkg"
    Workspace.create(file, "330110", csv).close()
    return file


@pytest.fixture
def ws(path):
    from onemap.plugin.store.workspace import Workspace

    with Workspace.open(path) as workspace:
        yield workspace
