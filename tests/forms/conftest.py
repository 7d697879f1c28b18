"""A workspace with records in it, QGIS running."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def ws(tmp_path):
    from onemap.plugin.store.workspace import Workspace
    from store_helpers import DIVISIONS

    csv = tmp_path / "divisions.csv"
    csv.write_text(DIVISIONS, encoding="utf-8")
    with Workspace.create(tmp_path / "county.gpkg", "330110", csv) as workspace:
        yield workspace
