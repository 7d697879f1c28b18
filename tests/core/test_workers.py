"""Processes that answer: real ones, with all that can befall them."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from onemap.plugin.core import workers as module
from onemap.plugin.core.errors import Cancelled
from onemap.plugin.core.threads import PROCESSORS
from onemap.plugin.core.workers import Workers, end_idle, lent, start_ahead
from onemap.plugin.paths import WORKER

ANSWERING = "onemap.tests.support.answering"


class Stop:
    def __init__(self, canceled=False):
        self.canceled = canceled

    def isCanceled(self):  # noqa: N802 - the interface's own name
        return self.canceled

    def setProgress(self, progress):  # noqa: N802
        pass


@pytest.fixture
def one():
    with closing(Workers(ANSWERING, 1)) as workers:
        wait_until(lambda: workers._workers[0].is_ready)
        yield workers


def wait_until(is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def asked(workers, question, feedback=None):
    """What a place of a process answers; "here" where there was none."""
    with workers.place(feedback) as slot:
        return "here" if slot is None else slot.ask(question, feedback)


def lives(pid):
    try:
        os.kill(int(pid), 0)
    except OSError:
        return False
    with open(f"/proc/{int(pid)}/stat", encoding="ascii") as state:
        return state.read().split()[2] != "Z"


def test_a_process_answers_whatever_the_size_of_the_question(one):
    for question in (b"", b"abc", os.urandom(30_000_000), b"xy"):
        assert asked(one, question) == question[::-1]


def test_every_thread_gets_the_answer_to_its_own_question(one):
    def ask(number):
        question = str(number).encode() * (number % 7 * 1000)
        found = asked(one, question)
        return found == "here" or found == question[::-1]

    with ThreadPoolExecutor(one.threads) as pool:
        assert all(pool.map(ask, range(300)))


def test_places_are_taken_at_the_processes_first_and_then_here(one):
    with one.place() as first, one.place() as second, one.place() as third:
        assert first is not None and second is not None and third is None


def test_what_a_process_cannot_answer_is_none_and_the_next_is_answered(one):
    assert asked(one, b"fail") is None
    assert asked(one, b"abc") == b"cba"


def test_what_a_library_prints_does_not_come_between(one):
    assert asked(one, b"speak") == asked(one, b"who")


def test_a_process_that_ends_leaves_its_questions_to_the_caller(one):
    assert asked(one, b"end") is None
    wait_until(lambda: not one._workers[0].is_ready)
    assert asked(one, b"abc") == "here"


def test_a_cancel_is_heard_while_an_answer_is_awaited(one):
    feedback = Stop()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(asked, one, b"sleep", feedback)
        time.sleep(0.3)
        feedback.canceled = True
        with pytest.raises(Cancelled):
            waiting.result(5)


def test_another_python_is_never_asked(monkeypatch):
    monkeypatch.setattr(module, "versions", lambda: "(2, 7, 18) 1.0 1.0 (3, 0, 0)")
    with closing(Workers(ANSWERING, 1)) as workers:
        folder = workers._folder
        wait_until(lambda: not list(folder.iterdir()))  # it has told what it is
        assert asked(workers, b"abc") == "here"


def test_without_an_interpreter_all_is_computed_here(monkeypatch):
    monkeypatch.setattr(module, "interpreter", lambda: None)
    with closing(Workers(ANSWERING, 3)) as workers:
        assert workers.threads == PROCESSORS and asked(workers, b"abc") == "here"


@pytest.mark.parametrize("program", ["/nowhere/python3", sys.prefix])
def test_an_interpreter_that_does_not_start_leaves_all_to_the_caller(monkeypatch, program):
    monkeypatch.setattr(module, "interpreter", lambda: program)
    with closing(Workers(ANSWERING, 1)) as workers:
        assert asked(workers, b"abc") == "here"


def test_a_module_that_is_not_there_leaves_all_to_the_caller():
    with closing(Workers("onemap.no_such_module", 1)) as workers:
        wait_until(lambda: workers._workers[0]._process.poll() is not None)
        assert asked(workers, b"abc") == "here"


def test_qgis_on_windows_is_no_python_and_python_lies_beside_it(monkeypatch, tmp_path):
    (tmp_path / "python.exe").write_bytes(b"")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "qgis-ltr-bin.exe"))
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    assert module.interpreter() == str(tmp_path / "python.exe")
    (tmp_path / "python.exe").unlink()
    assert module.interpreter() is None


def test_the_python_of_qgis_bin_folder_comes_first_as_geos_lies_beside_it(monkeypatch, tmp_path):
    home, beside = tmp_path / "apps" / "Python312", tmp_path / "bin" / "python3.exe"
    for place in (home / "python.exe", beside):
        place.parent.mkdir(parents=True)
        place.write_bytes(b"")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "qgis-ltr-bin.exe"))
    monkeypatch.setattr(sys, "exec_prefix", str(home))
    monkeypatch.setattr(sys, "base_exec_prefix", str(home))
    assert module.interpreter() == str(beside)
    monkeypatch.setattr(sys, "platform", "win32")
    assert module.environment()["PYTHONHOME"] == str(home)


def test_a_process_names_the_folders_of_the_path_as_windows_wants_it(monkeypatch, tmp_path):
    from onemap.plugin.core import worker

    named = []
    monkeypatch.setattr(os, "add_dll_directory", named.append, raising=False)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), "", "bin", str(tmp_path / "gone")]))
    worker._find_libraries()
    assert named == [str(tmp_path)]


def test_a_process_that_does_not_start_leaves_no_open_file(monkeypatch, tmp_path):
    """Windows keeps the folder of an open file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, closed = module.Slot.close, []
    monkeypatch.setattr(module.Slot, "close", lambda slot: closed.append(slot) or before(slot))
    with pytest.raises(OSError):
        module._Worker("/nowhere/python3", ANSWERING, tmp_path, 0, threading.Condition())
    assert len(closed) == 2 and all(slot._file.closed for slot in closed)


def test_a_python_that_lies_first_on_the_path_may_be_another(monkeypatch, tmp_path):
    other = tmp_path / "python3"
    other.write_bytes(b"")
    monkeypatch.setattr(sys, "executable", str(other))
    assert Path(module.interpreter()).parent == Path(sys.exec_prefix) / "bin"
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "nowhere"))
    assert module.interpreter() == str(other)


def test_closing_ends_the_processes_and_leaves_no_file(one):
    pid, folder = asked(one, b"who"), one._folder
    assert lives(pid) and not list(folder.iterdir())  # nobody else can open what lies in the files
    one.close()
    assert not lives(pid) and not folder.exists()


def test_a_process_ends_when_its_caller_is_gone_and_leaves_no_folder():
    act = f"""
import os, sys, time
sys.path[:0] = {[path for path in sys.path if path]!r}
from onemap.plugin.core.workers import Workers, end_idle, lent, start_ahead
from onemap.plugin.paths import WORKER
workers = Workers({ANSWERING!r}, 1)
while not workers._workers[0].is_ready:
    time.sleep(0.01)
with workers.place() as slot:
    print(slot.ask(b"who").decode(), workers._folder, flush=True)
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", act], capture_output=True, text=True, timeout=60)
    pid, _, folder = done.stdout.strip().partition(" ")
    assert pid.isdigit(), done.stderr
    wait_until(lambda: not lives(pid))
    assert folder and not Path(folder).exists()


@pytest.fixture
def idle(monkeypatch):
    monkeypatch.setattr(module, "PROCESSORS", 2)  # so that one is started on any machine
    end_idle()
    yield
    end_idle()


def who():
    """The process that a run gets; it is asked, as the first question waits until it is there."""
    with lent(ANSWERING) as workers:
        wait_until(lambda: workers._workers[0].is_ready)
        return asked(workers, b"who")


def test_the_next_run_gets_the_process_of_the_last(idle):
    first = who()
    assert lives(first) and who() == first
    end_idle()
    assert not lives(first)
    assert who() != first


def test_what_was_started_ahead_is_what_a_run_gets(idle):
    start_ahead(ANSWERING)
    ahead = module._idle._kept
    with lent(ANSWERING) as workers:
        assert workers is ahead
        with lent(ANSWERING) as others:  # a second run at the same time
            assert others is not workers
    assert workers.are_alive != others.are_alive  # one of the two is kept


def test_processes_of_a_run_that_comes_to_no_end_are_ended(idle):
    with pytest.raises(ZeroDivisionError), lent(ANSWERING) as workers:
        wait_until(lambda: workers._workers[0].is_ready)
        pid = asked(workers, b"who")
        1 / 0  # noqa: B018
    assert not lives(pid)


def test_a_process_that_died_meanwhile_is_replaced(idle):
    first = who()
    os.kill(int(first), 9)
    wait_until(lambda: not lives(first))
    assert who() != first


def test_processes_wait_some_minutes_only(idle, monkeypatch):
    monkeypatch.setattr(module, "_IDLE", 0.1)
    pid = who()
    wait_until(lambda: not lives(pid))


def test_a_process_starts_without_the_libraries_that_it_does_not_need(idle):
    """Each of them is a quarter of its start."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, onemap.plugin.core.review.chunk_answers; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), WORKER: "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    loaded = set(done.stdout.split())
    assert "shapely" in loaded, done.stderr
    assert not loaded & {"pyproj", "importlib.metadata", "urllib.request", "qgis"}
