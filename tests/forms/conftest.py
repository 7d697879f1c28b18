"""A workspace with records in it, QGIS running."""

import pytest


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def ws(tmp_path):
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.workspaces import DIVISIONS

    csv = tmp_path / "divisions.csv"
    csv.write_text(DIVISIONS, encoding="utf-8")
    with Workspace.create(tmp_path / "county.gpkg", "330110", csv) as workspace:
        yield workspace
