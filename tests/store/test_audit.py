"""The audit chain: rows cannot be changed, and if they are, the first broken link is named."""

import sqlite3

import pytest
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import assert_intact, progress, raw

NO_TRIGGERS = [f"DROP TRIGGER onemap_audit_no_{name}" for name in ("update", "delete")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE onemap_audit SET actor = 'x'",
        "DELETE FROM onemap_audit",
        "REPLACE INTO onemap_audit SELECT * FROM onemap_audit WHERE 0",
    ],
)
def test_rows_cannot_be_changed_through_sql(ws, sql):
    ws.save_records("plan_progress", [progress()], "zhang")
    if sql.startswith("REPLACE"):
        raw(ws.path, sql)
    else:
        with pytest.raises(sqlite3.IntegrityError):
            raw(ws.path, sql)
    assert_intact(ws)


@pytest.mark.parametrize(
    ("sql", "row", "reason"),
    [
        ("UPDATE onemap_audit SET actor = 'x' WHERE seq = 5", 5, "audit_row_changed"),
        (
            "UPDATE onemap_audit SET after = replace(after, '公示', '批复') WHERE seq = {last}",
            "last",
            "audit_row_changed",
        ),
        ("DELETE FROM onemap_audit WHERE seq = 4", 4, "audit_row_missing"),
        ("DELETE FROM onemap_audit WHERE seq >= {last}", "last", "audit_cut_off"),
        ("UPDATE onemap_audit SET hash = prev WHERE seq = 3", 3, "audit_row_changed"),
        ("UPDATE onemap_audit SET prev = hash WHERE seq = 3", 3, "audit_link_broken"),
        ("SELECT 1", "next", "audit_triggers_gone"),
    ],
)
def test_the_first_broken_link_is_named(path, sql, row, reason):
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang")
        last = assert_intact(ws).row_count
    raw(path, *NO_TRIGGERS, sql.format(last=last))
    with Workspace.open(path, read_only=True) as ws:
        report = ws.verify_audit()
    assert (report.broken_at, report.reason) == ({"last": last, "next": last + 1}.get(row, row), reason)


def test_a_record_changed_behind_the_chain_is_found(path):
    with Workspace.open(path) as ws:
        ids = ws.save_records(
            "plan_progress", [progress(), progress(plan_type="详细规划"), progress(plan_type="专项规划")], "zhang"
        ).ids
    hidden = (
        "INSERT INTO onemap_writing VALUES (1)",
        "DELETE FROM onemap_writing",
    )  # as if the triggers did not see it
    changes = (
        ("UPDATE plan_progress SET stage = '批复' WHERE id = ?", (ids[0],)),
        ("DELETE FROM plan_progress WHERE id = ?", (ids[1],)),
    )
    raw(path, hidden[0], *changes, hidden[1])
    with Workspace.open(path) as ws:
        assert set(ws.verify_audit().differing) == {("plan_progress", ids[0]), ("plan_progress", ids[1])}


def test_hashes_are_those_of_the_canonical_json(ws):
    import hashlib
    import json

    ws.save_records("plan_progress", [progress()], "张三")
    prev = "0" * 64
    for values in raw(
        ws.path, "SELECT seq, at, actor, act, subject, item, before, after, prev, hash FROM onemap_audit ORDER BY seq"
    ):
        text = json.dumps(list(values[:9]), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert values[8] == prev and hashlib.sha256(text.encode()).hexdigest() == values[9]
        prev = values[9]


def test_a_clock_set_back_breaks_nothing_and_is_told(ws, monkeypatch):
    from onemap.plugin.store import audit, records

    ws.save_records("plan_progress", [progress()], "zhang")
    for module in (audit, records):
        monkeypatch.setattr(module, "now_text", lambda: "2001-01-01T00:00:00Z")
    ws.save_records("plan_progress", [progress(percent=1)], "zhang")
    monkeypatch.undo()
    ws.save_records("plan_progress", [progress(percent=2)], "zhang")
    report = assert_intact(ws)
    assert report.clock_back == (report.row_count - 1,)
    assert ws.record_ids("plan_progress") == [row["item"] for row in ws.audit.rows()][-1:]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE onemap_settings SET value = '\"330105\"' WHERE key = 'county'", "county"),
        ("DELETE FROM onemap_settings WHERE key = 'sources'", "sources"),
        ("UPDATE onemap_division SET name = '假' WHERE code = '330110'", "divisions"),
        ("INSERT INTO onemap_division VALUES ('330111', '假', NULL, NULL, '')", "divisions"),
        ("UPDATE district SET code = '330111'", "district"),
        ("UPDATE onemap_form SET body = json_set(body, '$.title', '假') WHERE form = 'plan_org'", "plan_org"),
        ("DELETE FROM onemap_form WHERE form = 'plan_org'", "plan_org"),
        (
            "INSERT INTO onemap_form SELECT form, '2999.1', body, sha256, installed_at FROM onemap_form LIMIT 1",
            "2999.1",
        ),
        ("UPDATE onemap_settings SET value = '\"other\"' WHERE key = 'workspace_id'", "workspace_id"),
        ("UPDATE onemap_settings SET value = 'spoilt' WHERE key = 'county'", "county"),
        ("UPDATE onemap_form SET body = 'spoilt' WHERE form = 'plan_org'", "form_edition plan_org"),
        ("DROP TABLE plan_org", "plan_org"),
        ("UPDATE onemap_audit SET after = 'spoilt' WHERE act = 'create workspace'", "audit_row_changed"),
        ("UPDATE onemap_audit SET after = '[]' WHERE act = 'install form'", "audit_row_changed"),
        ("UPDATE onemap_audit SET after = NULL WHERE act = 'install form'", "audit_row_changed"),
        ("DELETE FROM onemap_settings WHERE key = 'audit_head'", "audit_cut_off"),
    ],
)
def test_what_the_workspace_itself_is_cannot_be_changed_unnoticed(tmp_path, statement, named):
    """County, sources, division codes, district, form editions, the mark of the chain's end."""
    from onemap.plugin.store.workspace import NewWorkspace

    path, codes = tmp_path / "county.gpkg", tmp_path / "codes.csv"
    codes.write_text("code,name\n330110,余杭区\n", encoding="utf-8")
    Workspace.create(path, "330110", codes, NewWorkspace(settings={"sources": [["YJJBNT", "a.gpkg"]]})).close()
    with Workspace.open(path, read_only=True) as workspace:
        assert_intact(workspace)
    gone = ["DROP TRIGGER IF EXISTS rtree_district_geom_update6"]
    gone += ["DROP TRIGGER onemap_audit_no_update"] if "onemap_audit " in statement else []
    raw(path, *gone, statement)
    with Workspace.open(path, read_only=True) as workspace:
        report = workspace.verify_audit()
        assert workspace.pending_outside() == 0  # said beside it
    assert not report.is_intact
    assert any(named in said for said in [*map(" ".join, report.differing), report.reason])


def test_division_codes_that_are_imported_by_an_act_fit_the_chain(tmp_path):
    codes = tmp_path / "codes.csv"
    codes.write_text("code,name\n330110,余杭区\n330110105,仓前街道\n", encoding="utf-8")
    with Workspace.create(tmp_path / "county.gpkg", "330110") as workspace:
        workspace.import_divisions(codes, "zhang")
        assert_intact(workspace)
