"""A window with the plugin in it, on real widgets."""

import sys

import pytest
from onemap.tests.support.window import make_iface, settle


@pytest.fixture(autouse=True)
def _no_error_in_a_slot(monkeypatch):
    """An error in what a signal or a timer calls fails its test; PyQt would end the whole run."""
    errors = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _traceback: errors.append(error))
    yield
    if errors:
        raise errors[0]


@pytest.fixture
def iface(qgis_app):
    made = make_iface()
    yield made
    made.window.deleteLater()


@pytest.fixture
def without_provider(qgis_app):
    """The plugin registers its own provider; the test session's steps aside for it."""
    from onemap.processing_algs.provider import OneMapProvider
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    registry.removeProvider("onemap")
    yield registry
    registry.removeProvider("onemap")
    qgis_app.onemap_provider = OneMapProvider()
    registry.addProvider(qgis_app.onemap_provider)


@pytest.fixture
def window(iface, without_provider):
    from onemap import classFactory

    plugin = classFactory(iface)
    plugin.initGui()
    iface.window.resize(900, 600)
    iface.window.show()
    yield plugin.window
    plugin.unload()
    settle()
