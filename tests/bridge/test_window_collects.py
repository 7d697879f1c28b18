"""Unused cycles that hold what belongs to the window are not destroyed by a thread that works beside it."""

import gc
import threading

import pytest
from onemap.tests.support.window import settle, wait_for


class Cycle:
    """Stands for a closed dialog whose own signals lead back to it; tells which thread destroyed it."""

    def __init__(self, seen):
        self.myself, self.seen = self, seen

    def __del__(self):
        self.seen.append(threading.current_thread() is threading.main_thread())


@pytest.fixture
def cycles(qgis_app):
    """Few looks are due when the test begins, and none is switched off."""
    settle()
    gc.collect()
    assert gc.isenabled()
    yield []
    settle(0.1)
    assert gc.isenabled()


def work_that_makes_objects(released):
    def work(_feedback):
        kept = [[] for _ in range(300_000)]
        released.wait(10)
        return len(kept)

    return work


def started(work, done, failed=lambda error: None):
    from onemap.plugin.bridge.tasks import WorkTask
    from qgis.core import QgsApplication

    task = WorkTask("t", work, done, failed)
    QgsApplication.taskManager().addTask(task)
    return task


def test_a_cycle_of_the_window_is_destroyed_by_the_window_and_while_work_goes_on(cycles):
    done, released = [], threading.Event()
    for _ in range(5):
        Cycle(cycles)
    task = started(work_that_makes_objects(released), done.append)
    wait_for(lambda: cycles)
    assert task is not None and not done and set(cycles) == {True}
    released.set()
    wait_for(lambda: done)


def test_a_task_that_fails_or_is_never_run_gives_it_back(cycles):
    from onemap.plugin.bridge.tasks import WorkTask

    failed = []
    task = started(lambda feedback: 1 / 0, None, failed.append)
    wait_for(lambda: failed)
    settle(0.1)
    assert gc.isenabled()
    task = WorkTask("t", None, None, None)
    assert not gc.isenabled()
    del task
    settle(0.1)
    assert gc.isenabled()


def test_an_algorithm_in_a_thread_leaves_it_to_the_window_and_one_in_the_window_changes_nothing(cycles):
    from onemap.plugin.bridge.foreign_threads import window_collects

    with window_collects():
        assert gc.isenabled()
    seen = []

    def work():
        with window_collects():
            seen.append(gc.isenabled())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


def test_a_task_that_is_gone_can_be_cancelled(qgis_app):
    """A page may keep what QGIS has deleted: the user stopped it in QGIS's own list, or it ended unseen."""
    from qgis.PyQt import sip

    done = []
    task = started(lambda feedback: 1, done.append)
    wait_for(lambda: done and sip.isdeleted(task))
    task.cancel()
