"""Tables that processes read while lines are checked: the same rows, the same answers, whatever becomes of them."""

import os
import sqlite3
import time
from contextlib import closing
from threading import Event, Timer

import numpy as np
import pytest
from onemap.tests.bridge import test_range_store
from onemap.tests.bridge.test_range_store import answer, layer_of, place, session

files = test_range_store.files  # a fixture

_LONG_S = 120  # whatever else the machine does
GPKG = ("YJJBNTTB", "YJJBNTTB_2", "LSWHBHX", "SYD", "DZZH", "GYL", "SD", "JC", "FM")


@pytest.fixture
def always(monkeypatch):
    """Few rows are many; how many tables each process read is counted."""
    from onemap.plugin.bridge.review import reading_ahead

    read = []
    kept = reading_ahead.gpkg_work.read_rows

    def counted(slot, tables, feedback=None):
        kept(slot, tables, feedback)
        read.extend(table.name for table in tables if table.file.holds_boxes(table.name))

    monkeypatch.setattr(reading_ahead, "_MANY_ROWS", 1)
    monkeypatch.setattr(reading_ahead.gpkg_work, "read_rows", counted)
    monkeypatch.setattr("onemap.plugin.core.workers.PROCESSORS", 2)
    return read


def slowly(monkeypatch):
    """Here lines are opened so slowly that a process is there first."""
    from onemap.plugin.bridge.review.reading_ahead import ReadingAhead

    begin, began = ReadingAhead.begin, []

    def later(self, layer):
        if not began:
            began.append(layer)
            end = time.monotonic() + 30
            while self._waiting and time.monotonic() < end and any(t.is_alive() for t in self._threads):
                time.sleep(0.02)
        begin(self, layer)

    monkeypatch.setattr(ReadingAhead, "begin", later)


def same_everywhere(layers, expected, count=2):
    """Sessions of which each finds nothing read give the answers `expected`."""
    dice = np.random.default_rng(3)
    places = [place(dice) for _ in range(count)]
    found = [answer(session(layers, 0).check(where)) for where in places]
    assert found == expected if expected else found
    return found


def test_answers_are_those_of_layers_read_here(files, always, monkeypatch):
    expected = same_everywhere([layer_of(path) for path in files.values()], None)
    again = {name: path for name, path in files.items()}
    for path in again.values():
        os.utime(path, (1_700_000_060, 1_700_000_060))  # nothing that is kept holds any more
    slowly(monkeypatch)
    always.clear()
    same_everywhere([layer_of(path) for path in again.values()], expected)
    assert len(set(always)) > 5, always


def test_what_a_process_says_of_rows_is_what_the_table_says(files):
    from onemap.plugin.bridge.layers import gpkg_work
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile
    from onemap.plugin.core.land.array_bytes import from_bytes, to_bytes

    with closing(sqlite3.connect(files["SYD"])) as data:  # an index that lacks rows
        data.execute("DELETE FROM rtree_SYD_geom WHERE id % 3 = 0")
        data.commit()
    tables = [[str(files[name]), name] for name in GPKG]
    header, arrays = from_bytes(bytearray(gpkg_work.answer(bytearray(to_bytes({"tables": tables}, [])))))
    for number, (path, name) in enumerate(tables):
        rows = GpkgFile.of(path).table(name).read_boxes()
        ids, sides, has_land = arrays[3 * number : 3 * number + 3]
        assert np.array_equal(rows.ids, ids) and np.array_equal(rows.has_land, has_land)
        assert np.array_equal(rows.boxes, sides.T, equal_nan=True)
        assert rows.wrong_entries == header["wrong_entries"][number]
    assert max(header["wrong_entries"]) > 0


def test_a_process_that_ends_or_never_starts_changes_nothing(files, always, monkeypatch):
    layers = [layer_of(path) for path in files.values()]
    expected = same_everywhere(layers, None)
    for program in (None, "/bin/false"):
        monkeypatch.setattr("onemap.plugin.core.workers.interpreter", lambda program=program: program)
        for path in files.values():
            os.utime(path, (1_700_000_090, 1_700_000_090))
        same_everywhere([layer_of(path) for path in files.values()], expected)


def test_a_file_that_changes_meanwhile_is_read_anew(files, always, monkeypatch):
    from onemap.plugin.bridge.layers import gpkg_work
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile

    table = GpkgFile.of(files["SD"]).table("SD")

    class Slot:
        def ask(self, question, feedback=None):
            said = gpkg_work.answer(bytearray(question))
            os.utime(files["SD"], (1_700_000_200, 1_700_000_200))
            return bytearray(said)

    gpkg_work.read_rows(Slot(), [table])
    assert not table.file.holds_boxes("SD")


def test_nothing_of_qgis_is_needed_to_read_rows(files):
    import subprocess
    import sys

    code = "import sys; import onemap.plugin.bridge.layers.gpkg_work; sys.exit('qgis.core' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=60).returncode == 0


def test_a_cancel_is_heard_while_a_process_reads(qgis_app):
    from onemap.plugin.bridge.review.reading_ahead import ReadingAhead
    from onemap.plugin.core.errors import Cancelled

    class Stop:
        def isCanceled(self):  # noqa: N802 - the interface's own name
            return True

    layer = object()
    with closing(ReadingAhead([], Stop())) as ahead:
        ahead._read[layer] = Event()
        with pytest.raises(Cancelled):
            ahead.begin(layer)


def test_rows_are_read_once_from_when_a_large_check_is_prepared(files, monkeypatch):
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile, GpkgTable
    from onemap.plugin.bridge.review import control_cache, running

    read, started, given, begun, may_end = [], [], [], Event(), Event()
    rows_ahead = running.RowsAhead

    def counted(self, own=GpkgTable.read_boxes):
        if self.file.path in wanted:  # a thread of an earlier test may still be at its own
            read.append(self.name)
            begun.set()
            assert may_end.wait(_LONG_S)
        return own(self)

    def recorded(tables):
        given.append([table.name for table in tables])
        return rows_ahead(tables)

    wanted = {files["SYD"], files["FM"]}
    monkeypatch.setattr(GpkgTable, "read_boxes", counted)
    monkeypatch.setattr(running, "RowsAhead", recorded)
    monkeypatch.setattr(running, "start_ahead", started.append)
    layers = [layer_of(files["SYD"]), layer_of(files["FM"])]
    assert running.make_ready(layers[0], layers) is None and not started  # a small one
    monkeypatch.setattr(running, "_MANY_PROJECTS", 1)
    monkeypatch.setattr(running, "_MANY_CONTROLS", 1)
    tables = [GpkgFile.of(files[name]).table() for name in ("SYD", "FM")]
    kept = running.make_ready(layers[0], [*layers, "gone.gpkg"])
    assert begun.wait(_LONG_S) and started and given == [["SYD", "FM"]]
    Timer(0.05, may_end.set).start()  # by then the rows are asked for here too; if not, they are all the same
    assert [len(table.row_boxes().ids) > 0 for table in tables] == [True, True]
    assert sorted(read) == ["FM", "SYD"]  # who opens a table that is being read waits for that
    monkeypatch.setattr(control_cache, "are_any", lambda: True)
    for path in (files["SYD"], files["FM"]):
        os.utime(path, (1_700_000_090, 1_700_000_090))
    running.make_ready(layers[0], layers, cache_mb=100)
    assert given[-1] == [], "what a cache holds need not be read"
    del kept


def test_a_damaged_table_stops_no_other_from_being_read_ahead():
    from threading import Event
    from types import SimpleNamespace

    from onemap.plugin.bridge.review.reading_ahead import RowsAhead

    def broken():
        raise IndexError("a page that is none")

    read = Event()
    kept = RowsAhead([SimpleNamespace(row_boxes=broken), SimpleNamespace(row_boxes=read.set)])
    assert read.wait(30) and kept is not None
