"""What indexes show while rows are read: never clear, corrected by the rows, and no part of what is kept."""

import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import shapely
from onemap.tests.bridge import test_range_store
from onemap.tests.bridge.test_range_store import X, Y, answer, layer_of, place, saved, session

FAR = 5_000.0
SHOWS = ("conflict", "involved")
files = test_range_store.files  # a fixture


@pytest.fixture
def told(monkeypatch):
    """Few rows are many, and everything that is known is told at once."""
    from onemap.plugin.bridge.range import progress
    from onemap.plugin.bridge.review import reading_ahead

    monkeypatch.setattr(reading_ahead, "_MANY_ROWS", 1)
    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    monkeypatch.setattr("onemap.plugin.core.workers.interpreter", lambda: None)


def checked(layers, where):
    """(result, everything that was told on the way) of a first range."""
    from onemap.plugin.bridge.range.check import run_verdicts

    job, parts = session(layers, 0).job(where), []
    job.partly = parts.append
    return run_verdicts(job), parts


def without_rows(path, where):
    """Take rows out of the spatial index of a table, the table itself stays."""
    with closing(sqlite3.connect(path)) as data:
        data.execute(f"DELETE FROM rtree_{path.stem}_geom WHERE {where}")  # noqa: S608 - of this test
        data.commit()
    test_range_store.aged(path)


def names(verdicts):
    return {verdict.line_name for verdict in verdicts}


def test_the_answer_is_the_same_and_the_way_to_it_never_says_clear(files, told):
    layers, dice, shown = [layer_of(path) for path in files.values()], np.random.default_rng(5), 0
    for number in range(3):
        where = place(dice)
        for path in files.values():  # what was read before does not count
            os.utime(path, (1_700_000_100 + number, 1_700_000_100 + number))
        result, parts = checked(layers, where)
        assert answer(result) == answer(session(layers, 0).check(where))
        final = {verdict.line_name: verdict for verdict in result.verdicts}
        first = next(part for part in parts if not part.pending)
        assert not first.verdicts
        for part in parts:
            assert all(verdict.status in SHOWS for verdict in part.provisional)
            everyone = [*names(part.verdicts), *names(part.provisional), *part.unseen, *part.pending]
            assert sorted(everyone) == sorted(final)
        for verdict in first.provisional:  # a sound index shows what holds
            assert final[verdict.line_name].conclusion == verdict.conclusion
            if not verdict.reason:
                assert final[verdict.line_name].overlap_m2 == pytest.approx(verdict.overlap_m2, abs=0.011)
        shown += len(first.provisional)
    assert shown > 8


def test_what_a_file_shows_at_once_is_what_its_tables_show_one_by_one(files, told, monkeypatch):
    from onemap.plugin.bridge.range import provisional

    layers, where = [layer_of(path) for path in files.values()], place(np.random.default_rng(5))
    searches = []
    monkeypatch.setattr(provisional, "shown_rows", counted(provisional.shown_rows, searches))
    at_once = shown(layers, where)
    assert len(searches) > 4
    for path in files.values():
        os.utime(path, (1_700_000_500, 1_700_000_500))
    monkeypatch.setattr(provisional, "shown_rows", lambda asked: [None] * len(asked))
    assert shown(layers, where) == at_once
    assert at_once[0] and at_once[1]


def counted(work, calls):
    """`work`, which notes what it is asked."""

    def called(asked):
        calls.append(asked)
        return work(asked)

    return called


def shown(layers, where):
    """(verdicts shown by indexes, lines of which they show nothing) of a first range."""
    first = next(part for part in checked(layers, where)[1] if not part.pending)
    return list(map(repr, first.provisional)), first.unseen


def test_a_first_look_tells_the_layers_of_the_run_nothing(files, told, monkeypatch):
    from onemap.plugin.bridge.range import check

    layers, met = [layer_of(path) for path in files.values()], []

    def looked(begun, take, feedback, look=check.look):
        look(begun, take, feedback)
        sources = [source for of_line in begun.sources.values() for source in of_line]
        met.append([(s.failure, s.unread, s.snapshot.checked_count, s.snapshot.remarks) for s in sources])
        met.append([("", "", 0, s.snapshot.fresh().remarks) for s in sources])

    monkeypatch.setattr(check, "look", looked)
    checked(layers, place(np.random.default_rng(5)))
    now, untouched = ([(f, u, n) for f, u, n, _ in rows] for rows in met)
    assert now == untouched and len(now) > 8


def test_a_first_look_reads_no_whole_layer(files, told, monkeypatch):
    from onemap.plugin.bridge.range import check
    from onemap.plugin.bridge.review import control_layer

    asked, looking = [], []

    def looked(*given, look=check.look):
        looking.append(True)
        look(*given)
        looking.clear()

    def takes(layer, takes_any=control_layer.takes_any):
        asked.append(bool(looking))
        return takes_any(layer)

    monkeypatch.setattr(check, "look", looked)
    monkeypatch.setattr(control_layer, "takes_any", takes)
    with closing(sqlite3.connect(files["DZZH"])) as data:  # words of which nobody knows whether a rule means them
        for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            data.execute(f'DROP TRIGGER "{name}"')  # they ask for functions of GDAL
        data.execute("UPDATE DZZH SET lx = '某词'")
        data.commit()
    test_range_store.aged(files["DZZH"])
    checked([layer_of(files["DZZH"])], _range(shapely.box(X - 10, Y - 10, X + 1200, Y + 1200)))
    assert asked and not any(asked)


def test_an_index_that_lacks_rows_is_corrected_and_it_is_said(files, told):
    from onemap.plugin.formats.rules.rule_files import line_title

    path = files["SD"]
    everywhere = shapely.box(X - 10, Y - 10, X + 1200, Y + 1200)
    without_rows(path, "1 = 1")
    result, parts = checked([layer_of(path)], _range(everywhere))
    line = layer_line(result)
    assert line.status in SHOWS and line.overlap_m2 > 0
    first = next(part for part in parts if not part.pending)
    assert line.line_name in first.unseen and line.line_name not in names(first.provisional)
    assert line.line_name not in names(first.verdicts)
    assert ["range_corrected"] == [remark.code for remark in result.remarks if remark.code.startswith("range_")]
    assert line_title(line.line_name) in result.remarks[0].text()
    assert "range_corrected" not in [remark.code for remark in result.report().remarks]


def test_an_index_that_lacks_some_rows_shows_less_and_the_rows_decide(files, told):
    path = files["SD"]
    without_rows(path, "id % 2 = 0")
    result, parts = checked([layer_of(path)], _range(shapely.box(X - 10, Y - 10, X + 1200, Y + 1200)))
    (shown,) = next(part for part in parts if part.provisional).provisional
    assert 0 < shown.overlap_m2 < layer_line(result).overlap_m2
    assert "range_corrected" in [remark.code for remark in result.remarks]


def test_an_index_that_shows_what_is_not_there_fails_nothing(files, told):
    path = files["SD"]
    with closing(sqlite3.connect(path)) as data:
        data.execute(f"INSERT INTO rtree_SD_geom VALUES (9999, {X}, {X + 900}, {Y}, {Y + 900})")  # noqa: S608
        data.commit()
    test_range_store.aged(path)
    layers, where = [layer_of(path)], _range(shapely.box(X, Y, X + 900, Y + 900))
    result, parts = checked(layers, where)
    assert not any(part.provisional for part in parts)  # the line is being verified
    assert answer(result) == answer(session(layers, 0).check(where))
    assert layer_line(result).status in SHOWS


def test_where_nothing_lies_lines_are_being_verified_until_they_are_clear(files, told):
    result, parts = checked([layer_of(files["SD"])], _range(shapely.box(X + FAR, Y + FAR, X + FAR + 50, Y + FAR + 50)))
    line = layer_line(result)
    assert line.status == "clear"
    for part in parts:
        assert line.line_name in [*part.unseen, *part.pending, *names(part.verdicts)]
        assert not part.provisional
    assert not [remark for remark in result.remarks if remark.code == "range_corrected"]


def test_what_absence_would_break_and_layers_without_index_are_not_guessed(files, told, tmp_path):
    shp = saved(tmp_path / "SD.shp", "SD", 9, 45, driver="ESRI Shapefile")
    everywhere = _range(shapely.box(X - 10, Y - 10, X + 1200, Y + 1200))
    result, parts = checked([layer_of(shp), layer_of(files["LSWHBHX"]), layer_of(files["GYL"])], everywhere)
    sd = next(verdict for verdict in result.verdicts if verdict.line_id == "SD")
    assert sd.status in SHOWS
    assert not any(sd.line_name in names(part.provisional) for part in parts)


def test_nobody_looks_first_where_nobody_listens(files, told, monkeypatch):
    from onemap.plugin.bridge.range import check

    monkeypatch.setattr(check, "look", lambda *_: pytest.fail("a first look"))
    session([layer_of(files["SD"])], 0).check(place(np.random.default_rng(1)))


def layer_line(result):
    """The verdict of the line of layer SD."""
    return next(verdict for verdict in result.verdicts if verdict.line_id == "SD")


def _range(box):
    from qgis.core import QgsGeometry

    return QgsGeometry.fromWkt(box.wkt)
