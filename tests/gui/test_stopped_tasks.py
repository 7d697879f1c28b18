"""A task that the user stops in QGIS's own list of tasks: whoever started it learns of it."""

import time

from onemap.tests.support.window import settle, wait_for


def _started(work):
    from onemap.plugin.bridge.tasks import WorkTask
    from qgis.core import QgsApplication

    told = []
    task = WorkTask("t", work, lambda result: told.append(("done", result)), lambda error: told.append(error.code))
    QgsApplication.taskManager().addTask(task)
    return task, told


def _until_cancelled(feedback):
    from onemap.plugin.core.threads import raise_if_cancelled

    while True:
        raise_if_cancelled(feedback)
        time.sleep(0.005)


def _stop_in_qgis(task):
    """As the list of tasks does it: by QGIS's object, which calls what the class overrides."""
    from qgis.core import QgsApplication, QgsTask

    wait_for(lambda: task.status() == QgsTask.TaskStatus.Running)
    QgsApplication.taskManager().cancelAll()


def test_stopped_in_the_list_of_tasks(qgis_app):
    task, told = _started(_until_cancelled)
    _stop_in_qgis(task)
    wait_for(lambda: told)
    assert told == ["cancelled"]


def test_stopped_before_it_began(qgis_app):
    from onemap.plugin.bridge.tasks import WorkTask
    from qgis.core import QgsApplication

    told = []
    task = WorkTask("t", lambda feedback: 1, told.append, lambda error: told.append(error.code))
    task.hold()
    QgsApplication.taskManager().addTask(task)
    QgsApplication.taskManager().cancelAll()
    wait_for(lambda: told)
    assert told == ["cancelled"]


def test_stopped_too_late_it_is_done(qgis_app):
    def work(feedback):
        while not feedback.isCanceled():
            time.sleep(0.005)
        return "written"

    task, told = _started(work)
    _stop_in_qgis(task)
    wait_for(lambda: told)
    assert told == [("done", "written")]


def test_whoever_drops_it_is_told_nothing(qgis_app):
    task, told = _started(_until_cancelled)
    task.drop()
    task.waitForFinished()
    settle(0.2)
    assert told == []


def test_the_page_runs_no_more(iface):
    from onemap.plugin.bridge.tasks import WorkTask
    from onemap.plugin.gui.widgets.work_page import WorkPage

    class Page(WorkPage):
        def _enable(self):
            self.is_running = self.task is not None

    page = Page(iface)
    task = WorkTask("t", _until_cancelled, page._ended, page._failed)
    page._begin(task)
    assert page.is_running
    _stop_in_qgis(task)
    wait_for(lambda: not page.is_running)
    assert page.message.text() == "Cancelled by the user."
