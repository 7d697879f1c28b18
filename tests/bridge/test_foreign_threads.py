"""pyproj in the threads of QGIS: the same pool thread comes back to Python again and again."""

import subprocess
import sys
import textwrap
from pathlib import Path

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
