"""Run by machine.py: install, upgrade in the running session, disable, enable, reload, as QGIS's plugin manager does."""

import sys

from machine import Machine

zip_path, folder, kit, helpers = ARGUMENTS  # noqa: F821
machine = Machine(zip_path, folder)
sys.path.insert(0, helpers)
from qgis import utils  # noqa: E402
from window import make_iface, settle, trace  # noqa: E402

failures = []
utils.showException = lambda kind, value, trace_, *rest, **more: failures.append(f"{kind.__name__}: {value}")
iface = utils.iface = make_iface()
iface.window.menuBar()
utils.plugin_paths = [str(machine.plugins)]
utils.home_plugin_path = str(machine.plugins)


def started():
    assert utils.loadPlugin("onemap") and utils.startPlugin("onemap"), failures
    return machine.algorithms()


def left():
    settle()
    modules = [name for name in sys.modules if name.split(".")[0] == "onemap"]
    return [*modules, *(entry for entry in sys.path if "ext_libs" in entry)], trace(iface)


utils.updateAvailablePlugins()
utils.loadPlugin("onemap")
from onemap.plugin import dependencies  # noqa: E402

if dependencies.missing_dependencies():  # the repair page would do this
    from onemap.plugin.kit import install_kit

    install_kit(kit)
    dependencies.use_libraries()
settle()
empty = trace(iface)
counts = {"install": started()}
for _ in range(2):
    machine.unpack()  # the installer replaces the files below the running plugin, then reloads it
    utils.updateAvailablePlugins()
    utils.loadPlugin("onemap")
    utils.reloadPlugin("onemap")
    counts["upgrade"] = machine.algorithms()
window = utils.plugins["onemap"].window
for page in ("review", "sites", "monitoring", "reports", "sync"):
    window.dock.show_page(page)
settle()
utils.unloadPlugin("onemap")
counts["disabled"] = machine.algorithms()
modules, now = left()
assert not modules, (modules[:5], failures)
assert now == empty, (empty, now)
counts["enable"] = started()
for _ in range(3):
    utils.reloadPlugin("onemap")
counts["reload"] = machine.algorithms()
utils.unloadPlugin("onemap")
assert left()[1] == empty, (empty, left()[1])
print("COUNTS", counts)
print("FAILURES", failures)
