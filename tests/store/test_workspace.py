"""The workspace: records in and out, keys, periods, drafts, attachments, editions, the platform's answers; what is refused and why."""

import sqlite3
from contextlib import closing

import pytest
import shapely
from onemap.plugin.core.errors import InputError, OutputError
from onemap.plugin.core.forms.schema import load_form
from onemap.plugin.store.database import DamagedError
from onemap.plugin.store.outbox import Base, RemoteState
from onemap.plugin.store.server_rows import ServerRecord
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import assert_intact, newer_edition, progress, raw, village


def test_records_come_back_as_they_went_in(ws):
    point = shapely.to_wkb(shapely.Point(120.01, 30.27))
    long_text = "第一行\n第二行" + "长" * 31_000
    row = village(1, pop_reg=0, vacant_ha=0.5, opinion=long_text, geometry=point, xzcdm="030110105001")
    result = ws.save_records("village_evaluation", [row], "zhang")
    assert (result.created, result.updated, result.unchanged) == (1, 0, 0)
    (back,) = ws.records("village_evaluation")
    assert {k: back[k] for k in row} == row
    assert back["pop_reg"] == 0 and back["households"] is None
    assert (back["status"], back["filler"], back["edition"], back["county"]) == (
        "draft",
        "zhang",
        load_form("village_evaluation").edition,
        "030110",
    )
    assert_intact(ws)


def test_the_same_rows_twice_change_nothing(ws):
    rows = [village(n) for n in range(5000)]
    assert ws.save_records("village_evaluation", rows, "zhang").created == 5000
    count = assert_intact(ws).row_count
    result = ws.save_records("village_evaluation", rows, "zhang")
    assert (result.created, result.updated, result.unchanged) == (0, 0, 5000)
    result = ws.save_records(
        "village_evaluation", [*rows[:10], village(10, cls="特色保护类"), village(10, cls="特色保护类")], "li"
    )
    assert (result.updated, result.unchanged) == (1, 11)
    assert assert_intact(ws).row_count == count + 1
    *_, row = ws.audit.rows()
    assert (row["actor"], row["before"]["cls"], row["after"]["cls"]) == ("li", "集聚提升类", "特色保护类")


def test_rows_of_one_key_within_one_save_are_one_record(ws):
    result = ws.save_records("plan_progress", [progress(percent=10), progress(percent=20)], "zhang")
    assert (result.created, result.updated) == (1, 1)
    assert [r["percent"] for r in ws.records("plan_progress")] == [20]
    ws.save_records("plan_progress", [progress(reported_at="2026-04-20")], "zhang")  # the next period is another record
    assert [r["period"] for r in ws.records("plan_progress", order="period")] == ["2026-03", "2026-04"]


def test_an_error_within_a_save_undoes_all_of_it(ws):
    def rows():
        yield from (village(n) for n in range(3000))
        raise InputError("store_missing", file="x")

    with pytest.raises(InputError):
        ws.save_records("village_evaluation", rows(), "zhang")
    assert ws.count("village_evaluation") == 0
    assert_intact(ws)
    assert ws.save_records("village_evaluation", [village(1)], "zhang").created == 1


def test_filters_search_and_order_are_safe(ws):
    ws.save_records(
        "village_evaluation",
        [village(n, opinion="100%_'; DROP TABLE x" if n == 3 else None) for n in range(20)],
        "zhang",
    )
    assert [r["zrc"] for r in ws.records("village_evaluation", [("pop_res", ">=", 117)], order="-pop_res")] == [
        "自然村19",
        "自然村18",
        "自然村17",
    ]
    assert ws.count("village_evaluation", {"pop_res": [100, 101, 5]}) == 2
    assert ws.count("village_evaluation", {"opinion": None}) == 19
    assert ws.count("village_evaluation", search="100%_'") == 1 and ws.count("village_evaluation", search="%") == 1
    assert ws.count("village_evaluation", search="自然村1 某村") == 11
    for bad in ({"id; DROP TABLE x": 1}, [("id", "OR 1=1 --", 1)]):
        with pytest.raises(InputError):
            ws.count("village_evaluation", bad)


def test_drafts_are_kept_apart_until_saved(ws):
    record = ws.save_draft("plan_progress", {"xzqmc": "余"})
    ws.save_draft("plan_progress", {"xzqmc": "余杭", "geometry": b"\x01\x02"}, record)
    assert ws.draft("plan_progress", record) == {"xzqmc": "余杭", "geometry": b"\x01\x02"}
    assert ws.count("plan_progress") == 0
    ws.save_records("plan_progress", [{**progress(), "id": record}], "zhang", "edit")
    assert ws.draft("plan_progress", record) is None and ws.drafts("plan_progress") == []


def test_roll_up_counts_sums_and_weighs(ws):
    ws.save_records("village_evaluation", [village(n, score=None if n % 2 else 50.0 + n) for n in range(4)], "zhang")
    ws.save_records(
        "village_evaluation", [{**village(9), "xzcdm": "330105001201", "cls": "城郊融合类", "score": 90}], "zhang"
    )
    rows = [(r.code, r.name, r.total, r.leading) for r in ws.roll_up("village_evaluation", "county", states=None)]
    assert rows == [("330105", "拱墅区", 1, "城郊融合类"), ("330110", "余杭区", 4, "集聚提升类")]
    (province,) = ws.roll_up("village_evaluation", "province", states=None)
    assert (province.name, province.total, province.sums["pop_res"]) == ("浙江省", 5, 515)
    assert province.means["score"] == pytest.approx((50 + 52 + 90) / 3)
    assert ws.roll_up("plan_progress", "city", "2026-03") == []


def test_attachments_are_kept_once_and_checked(ws, tmp_path):
    file = tmp_path / "照片.jpg"
    file.write_bytes(b"picture" * 100)
    first = ws.attachments.add(file)
    assert ws.attachments.add(file) == first and raw(ws.path, "SELECT count(*) FROM onemap_attachment") == [(1,)]
    ws.save_records("plan_progress", [progress(attach=[first])], "zhang")
    (back,) = ws.records("plan_progress")
    assert back["attach"] == [first]
    ws.attachments.save_as(first["sha256"], tmp_path / "out.jpg")
    assert (tmp_path / "out.jpg").read_bytes() == file.read_bytes()
    raw(ws.path, "UPDATE onemap_attachment SET content = 'other'")
    with pytest.raises(InputError, match="changed"):
        ws.attachments.content(first["sha256"])


def test_a_newer_edition_takes_over_and_old_records_stay_readable(path):
    org = {"name": "某院", "uscc": "91110000600037341L", "leader": "陈"}
    with Workspace.open(path) as ws:
        ws.save_records("plan_org", [org], "zhang")
        form = ws.editions.install(newer_edition(), "platform")
        assert form.edition == "2026.10" and ws.form("plan_org").keys[-1] == "website"
        ws.save_records("plan_org", [{"uscc": org["uscc"], "website": "http://x.cn"}], "zhang")
    with Workspace.open(path) as ws:
        assert ws.form("plan_org").edition == "2026.10"
        (back,) = ws.records("plan_org")
        assert back["website"] == "http://x.cn" and back["edition"] == "2026.10"
        (old,) = ws.records(ws.editions.edition("plan_org", load_form("plan_org").edition))
        assert old["leader"] == "陈"
        assert_intact(ws)


def test_an_edition_that_would_harm_the_workspace_is_refused(ws):
    schema = newer_edition()
    taken = {**schema["properties"], "county": schema["properties"]["website"]}
    for wrong in (
        {"properties": taken},
        {"x-form": "onemap_audit"},
        {"x-form": "district"},
        {"x-form": "a; DROP TABLE b"},
    ):
        with pytest.raises(InputError):
            ws.editions.install({**schema, **wrong}, "x")
    assert ws.form("plan_org").edition == load_form("plan_org").edition
    assert_intact(ws)


def test_what_the_platform_tells_is_taken_in(ws):
    (record,) = ws.save_records("plan_progress", [progress()], "zhang").ids
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    body = progress(percent=70, status="returned", return_reason="缺图", case_no="330110-JD-2026-00001")
    ws.apply_server("plan_progress", ServerRecord(record, 3, body))
    back = ws.record("plan_progress", record)
    assert (back["status"], back["version"], back["case_no"], back["percent"]) == (
        "returned",
        3,
        "330110-JD-2026-00001",
        70,
    )
    assert ws.outbox.base("plan_progress", record).version == 3
    assert_intact(ws)
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    ws.apply_server("plan_progress", ServerRecord(record, 4, {"percent": 71}))  # without a status: the one it had
    assert ws.record("plan_progress", record)["status"] == "submitted"
    assert_intact(ws)
    ws.apply_server("plan_progress", ServerRecord(record))
    assert ws.count("plan_progress") == 0 and ws.outbox.base("plan_progress", record) == Base()
    assert_intact(ws)


def test_outbox_entries_move_through_their_states(ws):
    key = ws.outbox.put("plan_progress", "r1", "create", {"a": 1})
    newer = ws.outbox.put("plan_progress", "r1", "create", {"a": 2})  # not yet tried: the newer body goes
    assert newer != key and [e.key for e in ws.outbox.entries()] == [newer]
    key = ws.outbox.put("plan_progress", "r1", "create", {"a": 2})
    assert key == newer
    ws.outbox.change(key, state="sending", attempts=1)
    assert ws.outbox.put("plan_progress", "r1", "replace", {"a": 3}) != key
    ws.outbox.change(key, state="conflict", remote=RemoteState(9), last_error="412")
    assert ws.outbox.get(key).remote == RemoteState(9)
    assert ws.outbox.counts() == {"pending": 1, "sending": 0, "done": 0, "conflict": 1, "rejected": 0}
    with pytest.raises(InputError):
        ws.outbox.change(key, state="lost")
    ws.outbox.remove(key)
    assert [e.body for e in ws.outbox.entries()] == [{"a": 3}]


def test_what_cannot_be_opened_says_why(tmp_path, path):
    with pytest.raises(InputError, match="does not exist"):
        Workspace.open(tmp_path / "none.gpkg")
    (tmp_path / "text.gpkg").write_text("no database at all " * 100)
    with pytest.raises(DamagedError, match="Last backup: -"):
        Workspace.open(tmp_path / "text.gpkg")
    raw(tmp_path / "other.gpkg", "CREATE TABLE a (b)")
    with pytest.raises(InputError, match="not a workspace"):
        Workspace.open(tmp_path / "other.gpkg")
    raw(path, "UPDATE onemap_settings SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(InputError, match="newer plugin"):
        Workspace.open(path)


def test_what_cannot_be_made_says_why(tmp_path, path):
    with pytest.raises(InputError, match="exists"):
        Workspace.create(path, "330110")
    with pytest.raises(InputError, match="6 digits"):
        Workspace.create(tmp_path / "n.gpkg", "33011")
    bad = tmp_path / "bad.csv"
    bad.write_text("code,name\n33,浙江\n3x,杭州\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3"):
        Workspace.create(tmp_path / "n.gpkg", "330110", bad)
    with pytest.raises(OutputError):
        Workspace.create(tmp_path / "no" / "n.gpkg", "330110")
    assert not list(tmp_path.glob("*.part"))


def test_what_nobody_gave_is_not_summed_up_as_zero(ws):
    ws.save_records("village_evaluation", [village(1, pop_reg=0), village(2)], "zhang")
    (row,) = ws.roll_up("village_evaluation", "county", states=None)
    assert row.sums["pop_reg"] == 0 and "households" not in row.sums


def test_a_column_that_a_workspace_opened_for_reading_has_not_got_yet_is_empty(ws, path):
    (record,) = ws.save_records("plan_progress", [progress(percent=5)], "zhang").ids
    ws.close()
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("ALTER TABLE plan_progress DROP COLUMN percent")
    with Workspace.open(path, read_only=True) as reading:
        assert reading.record("plan_progress", record)["percent"] is None
        assert reading.record_ids("plan_progress", {"percent": None}, order="-percent") == [record]
        assert reading.record_ids("plan_progress", {"percent": 5}) == []


def test_an_outbox_entry_takes_no_column_and_no_state_that_it_does_not_know(ws):
    key = ws.outbox.put("plan_progress", "a", "create", {"id": "a"})
    for values in ({"seq": 7}, {"state": "gone"}, {"seq": 7, "state": "pending"}):
        with pytest.raises(InputError):
            ws.outbox.change(key, **values)
    assert [(entry.key, entry.state) for entry in ws.outbox.entries()] == [(key, "pending")]


def test_counts_stand_in_the_order_of_the_form_and_the_stage_furthest_behind_leads(ws):
    codes = [code[0] for code in ws.form("plan_progress").field("stage").codes]
    first, second = next((a, b) for n, a in enumerate(codes) for b in codes[n + 1 :] if a > b)
    rows = [progress(plan_name=name, stage=stage) for name, stage in (("甲", second), ("乙", first))]
    ws.save_records("plan_progress", rows, "zhang")
    (row,) = ws.roll_up("plan_progress", "county", states=None)
    assert list(row.counts.items()) == [(first, 1), (second, 1)] and row.leading == first


def test_a_workspace_of_an_earlier_version_keeps_all_and_says_that_it_was_brought_along(tmp_path, monkeypatch):
    from onemap.plugin.store import migrate, notices

    path, known = tmp_path / "old.gpkg", migrate.steps()
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "steps", lambda *_folder: known[:-1])
        with Workspace.create(path, "330110") as ws:
            ws.save_records("plan_progress", [progress()], "zhang")
            ws.save_draft("plan_progress", {"xzqmc": "余"})
            assert ws.notice is None
    heard = []
    with notices.listening(heard.append), Workspace.open(path, read_only=True) as ws:
        assert [note.code for note in heard] == [ws.notice.code] == ["store_older_read"]
        assert migrate.version_of(ws._db) == known[-2][0] and not list(tmp_path.glob("old.v*"))
    with notices.listening(heard.append), Workspace.open(path) as ws:
        assert [note.code for note in heard[1:]] == ["store_upgraded"]
        assert (ws.notice.code, ws.notice.params["backup"]) == ("store_upgraded", f"old.v{known[-2][0]}.gpkg")
        assert (tmp_path / ws.notice.params["backup"]).is_file() and not ws.read_only
        assert (ws.count("plan_progress"), len(ws.drafts("plan_progress"))) == (1, 1)
        assert ws.verify_audit().is_intact
    with Workspace.open(path) as ws:
        assert ws.notice is None


def test_the_chain_of_a_workspace_of_the_first_version_is_verified_and_what_it_lacks_is_said(tmp_path, monkeypatch):
    from onemap.plugin.store import migrate

    path, known = tmp_path / "old.gpkg", migrate.steps()
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "steps", lambda folder=None: known[:1])
        Workspace.create(path, "330110").close()
    with Workspace.open(path, read_only=True) as ws:
        assert ws.verify_audit().is_intact
        with pytest.raises(InputError) as lacking:
            ws.cases.rounds()
        assert (lacking.value.code, lacking.value.params["what"]) == ("store_lacks", "onemap_round")


def test_a_workspace_of_a_later_version_is_not_even_read(tmp_path):
    from onemap.plugin.store import migrate

    path = tmp_path / "later.gpkg"
    with Workspace.create(path, "330110") as ws:
        with ws.transaction() as database:
            migrate.set_version(database, 99)
    for read_only in (True, False):
        with pytest.raises(InputError, match="99"):
            Workspace.open(path, read_only=read_only)
