"""Let the tests of this folder import their helpers by name; QGIS runs for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _qgis(qgis_app):
    """Every algorithm test needs QGIS."""
