"""A workspace with records in it, QGIS running."""

import pytest


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def ws(tmp_path):
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.workspaces import DIVISIONS, fresh_workspace

    with Workspace.open(fresh_workspace(tmp_path / "county.gpkg", "330110", DIVISIONS)) as workspace:
        yield workspace
