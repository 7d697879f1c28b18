"""pyproj in the threads of QGIS: the same pool thread comes back to Python again and again."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SCRIPT = """
    import sys, time
    from qgis.core import QgsApplication, QgsTask
    app = QgsApplication([], False)
    app.initQgis()
    sys.path.insert(0, {links!r})
    from onemap.plugin.bridge.tasks import WorkTask
    from onemap.plugin.core.land.crs import parse_crs, working_plane
    plane, done = parse_crs("EPSG:4549"), []
    for number in range(8):
        work = lambda feedback: (plane.is_geographic, working_plane(parse_crs("EPSG:4490"), (120, 30)).to_wkt())
        task = WorkTask("t", work, done.append, lambda error: sys.exit(str(error)))
        QgsApplication.taskManager().addTask(task)
        while len(done) <= number:
            app.processEvents()
            time.sleep(0.005)
    print("done", len(done))
"""


def test_a_pool_thread_may_come_back(qgis_app):
    """In a process of its own, as what is tested for is a crash."""
    import onemap

    links = str(Path(onemap.__file__).parent.parent)
    code = textwrap.dedent(SCRIPT).format(links=links)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "done 8" in done.stdout, done.stderr[-2000:]


QUITTING = """
    import os, sys, threading, time
    from qgis.core import QgsApplication, QgsTask
    app = QgsApplication([], True)
    app.initQgis()
    sys.path.insert(0, {links!r})
    from onemap import classFactory
    from onemap.plugin.bridge.tasks import WorkTask
    from onemap.tests.support.window import make_iface
    iface = make_iface()
    plugin, threads = classFactory(iface), []
    plugin.initGui()
    def done(thread):
        threads.append(thread)
        app.quit()
    class Waiting(QgsTask):
        # of QGIS or another plugin: it asks a server that does not answer
        def run(self):
            threads.append(threading.get_native_id())
            while not self.isCanceled():
                time.sleep(0.01)
            return False
    waiting = Waiting("w")
    QgsApplication.taskManager().addTask(waiting)
    while not threads:
        app.processEvents()
    task = WorkTask("t", lambda feedback: threading.get_native_id(), done, lambda error: sys.exit(str(error)))
    QgsApplication.taskManager().addTask(task)
    app.exec()
    def left():
        return [thread for thread in threads if os.path.exists(f"/proc/self/task/{{thread}}")]
    end = time.monotonic() + 2  # a thread that has ended is listed a moment longer; one that rests stays for 30 seconds
    while left() and time.monotonic() < end:
        time.sleep(0.01)
    print("left", left(), "of", len(threads))
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are listed in /proc")
def test_threads_of_tasks_end_before_qgis_lets_go_of_what_they_use(qgis_app):
    import onemap

    code = textwrap.dedent(QUITTING).format(links=str(Path(onemap.__file__).parent.parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "left [] of 2" in done.stdout, done.stdout + done.stderr[-2000:]
