"""How long the window stands still: a heartbeat every 5 ms on the UI thread, its longest gap for each thing a user does.

usage: .venv/bin/python tests/bench/ui_gaps.py [--where]       prints a table; the aim is no gap over 100 ms
The heartbeat is a timer of the same thread: what it misses, a user's click would have waited for. The machine's own
jitter is measured first, with nothing to do.
"""

import os
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
folder = Path(tempfile.mkdtemp())
(folder / "onemap").symlink_to(ROOT)
sys.path[:0] = [str(folder), str(ROOT / "tests" / "support")]

from qgis.core import QgsApplication  # noqa: E402

application = QgsApplication([], True, str(folder / "profile"))
QgsApplication.initQgis()
sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
from processing.core.Processing import Processing  # noqa: E402
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer  # noqa: E402
from qgis.PyQt.QtCore import QEventLoop, QTimer  # noqa: E402
from window import make_iface  # noqa: E402

Processing.initialize()
_BEAT_MS = 5


class Heart:
    """Beats on the UI thread; `longest` is the longest gap since `start`, in milliseconds."""

    def __init__(self):
        self.timer = QTimer()
        self.timer.setInterval(_BEAT_MS)
        self.timer.timeout.connect(self.beat)
        self.timer.start()
        self.start()

    def start(self):
        self.last, self.longest = time.monotonic(), 0.0

    def beat(self):
        now = time.monotonic()
        self.longest, self.last = max(self.longest, (now - self.last) * 1000), now


def run_until(done, seconds=90):
    """Let the event loop run, as QGIS does."""
    loop, end = QEventLoop(), time.monotonic() + seconds
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    poll.start(20)
    loop.exec()
    poll.stop()


def rest(seconds):
    end = time.monotonic() + seconds
    run_until(lambda: time.monotonic() >= end)


def watch(heart):
    """Say where the UI thread is whenever it stands still (--where)."""
    main = threading.main_thread().ident
    while True:
        time.sleep(0.02)
        if time.monotonic() - heart.last > 0.06:
            stack = traceback.extract_stack(sys._current_frames()[main])[-7:]
            print(
                "    ", " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(stack)), flush=True
            )


heart, rows = Heart(), []
if "--where" in sys.argv:
    threading.Thread(target=watch, args=(heart,), daemon=True).start()


def measure(title, act, done=None):
    """The longest gap while `act` runs from the event loop and until `done()`; things are given half a second to end."""
    rest(0.3)
    heart.start()
    QTimer.singleShot(0, act)
    rest(0.05)
    run_until(done or (lambda: True))
    rest(0.5)
    rows.append((title, heart.longest))
    print(f"{title:<44}{heart.longest:>8.0f} ms", flush=True)


def many_layers():
    """300 layers of everyday names, each with one square."""
    layers = []
    for number in range(300):
        layer = QgsVectorLayer("Polygon?crs=EPSG:4549&field=BSM:string", f"图层{number}_永农_2023", "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({number} 0,{number + 1} 0,{number + 1} 1,{number} 0))"))
        layer.dataProvider().addFeatures([feature])
        layers.append(layer)
    return layers


def main():
    from onemap import classFactory
    from onemap.plugin.gui.review import controller as controller_module

    class Documents(controller_module.QStandardPaths):
        @staticmethod
        def writableLocation(_):
            return str(folder / "documents")

    controller_module.QStandardPaths = Documents
    iface = make_iface()
    iface.window.resize(1366, 740)
    iface.window.show()
    plugin = classFactory(iface)
    measure("nothing (the machine's own jitter)", lambda: None)
    measure("start of the plugin", plugin.initGui)
    rest(3)  # what is read ahead
    window = plugin.window
    for name in ("review", "sites", "monitoring", "reports", "sync"):
        measure(f"open page {name}", lambda name=name: window.dock.show_page(name))
    desk = window.dock.show_page("review").controller
    measure(
        "make and open the sample county", desk.make_sample, lambda: desk._task is None and not desk.check.table.busy
    )
    measure("check of the sample", desk.check.start_or_stop, lambda: desk.result.tally is not None)
    measure("click on a project", lambda: desk.result.projects.selectRow(0))
    layer = desk.check.projects.currentLayer()
    shape = next(layer.getFeatures()).geometry()
    measure("range check", lambda: window.take_range(shape, layer.crs()),
            lambda: window.checks.task is None and window.panel.verdicts.rowCount())  # fmt: skip
    sites = window.dock.show_page("sites")
    rest(2)
    measure("site run", sites.run, lambda: sites.jobs.running is None)
    window.dock.show_page("review")
    QgsProject.instance().clear()
    rest(1)
    layers = many_layers()
    measure("300 layers added, check page open", lambda: QgsProject.instance().addMapLayers(layers),
            lambda: len(desk.check.table.proposals) == 300 and not desk.check.table.busy)  # fmt: skip
    QgsProject.instance().clear()
    plugin.unload()
    worst = max(gap for title, gap in rows[1:])
    print(f"longest gap {worst:.0f} ms; idle {rows[0][1]:.0f} ms")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
