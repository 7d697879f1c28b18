"""Make the checkout importable as `onemap` whatever its folder is called, and find the shared real data when present."""

import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
# what QGIS, killed processes and fixtures leave behind goes with this folder; pytest's own folders stay to be looked into
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
_TEMP = Path(tempfile.mkdtemp(prefix="onemap-tests-"))
_TEMP.chmod(0o755)  # PostgreSQL and the runs of another user work in folders of their own below it
os.environ["TMPDIR"] = tempfile.tempdir = str(_TEMP)
_LINKS = Path(tempfile.mkdtemp(prefix="onemap-plugins-"))
(_LINKS / "onemap").symlink_to(ROOT, target_is_directory=True)
sys.path.insert(0, str(_LINKS))
SHARED = ROOT.parent / "shared"
os.environ["QGIS_AUTH_DB_DIR_PATH"] = _SECRETS = tempfile.mkdtemp(
    prefix="onemap-auth-"
)  # never the developer's own passwords
# nor settings that another run of the tests writes at the same time: QGIS keeps its own below the folder of data
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = _SECRETS
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # child processes would compile every library anew at each start


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    """Thousands of tests come and none goes: looking for garbage among them takes a quarter of collecting, and a share
    of every test that follows."""
    gc.disable()
    yield
    gc.collect()
    gc.freeze()
    gc.enable()


_RUNNING = []  # the application lives as long as Python: a widget that is deleted after it ends the process with a crash


def pytest_configure(config):
    config.add_cleanup(lambda: shutil.rmtree(_TEMP, ignore_errors=True))  # the first to be added is the last to be done
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as with Ctrl+C: servers and folders go with the session


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Processes at once (-n) take whole files, so that what a file prepares is prepared once."""
    from onemap.tests.support.sharing import Sharing

    return Sharing(config, log)


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):  # one of several processes
        from onemap.tests.support.sharing import dearest_first

        dearest_first(items)


@pytest.fixture(scope="session", autouse=True)
def reports_of_one_language():
    """Every report that a test writes is looked through for sentences of another language than its own."""
    from onemap.plugin import report
    from onemap.tests.support.one_language import checked

    own, report._writer = report._writer, checked(report._writer)
    yield
    report._writer = own


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real test data; tests that need it are skipped where it is not present."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the real test data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def zone(monkeypatch):
    """Sets the time zone that this system has until the test ends."""

    def chosen(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of this system cannot be chosen by a program")
    yield chosen
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="session")
def qgis_app():
    """A QGIS application without a window, with Processing and the onemap provider registered."""
    from qgis.core import QgsApplication

    app = QgsApplication.instance() or QgsApplication([], False)
    _RUNNING.append(app)
    QgsApplication.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from onemap.processing_algs.provider import OneMapProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("onemap") is None:
        app.onemap_provider = OneMapProvider()  # kept: the registry does not keep the Python side alive
        registry.addProvider(app.onemap_provider)
    return app
