"""One thing is one record: keys compared as people read them, unique in the database, also after a migration."""

import shutil
import uuid

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.forms.identity import normal_text, subject_key
from onemap.plugin.core.forms.schema import form_from_schema, load_form
from onemap.plugin.store import migrate
from onemap.plugin.store.backup import backup_path
from onemap.plugin.store.identities import Identities
from onemap.plugin.store.imports import Matcher
from onemap.plugin.store.server_rows import ServerRecord
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.fault_tools import killed_at
from onemap.tests.support.workspaces import assert_intact, progress, raw, village

SPELLINGS = ("上竹", "上竹 ", " 上竹", "上\u00a0竹", "上竹\u3000", "上\u200b竹", "\ufeff上竹", "上\u2060竹\t")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_blanks_and_invisible_characters_name_nothing_new(spelling):
    assert normal_text(spelling) == "上竹"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Ａ１组", "a1组", True), ("①组", "1组", False), ("豈村", "豈村", True), ("上竹", "下竹", False)],
)
def test_widths_are_one_and_likenesses_are_two(one, other, same):
    assert (normal_text(one) == normal_text(other)) is same


def test_spellings_of_one_village_are_one_record(ws):
    rows = [village(1, zrc=spelling, pop_res=n) for n, spelling in enumerate(SPELLINGS)]
    result = ws.save_records("village_evaluation", rows, "zhang")
    assert (result.created, ws.count("village_evaluation")) == (1, 1)
    assert next(iter(ws.records("village_evaluation")))["pop_res"] == len(SPELLINGS) - 1
    assert_intact(ws)


def test_every_plan_of_a_county_has_its_own_record(ws):
    rows = [
        progress(xzqmc="竹山镇", plan_type="总体规划-乡镇级"),
        progress(xzqmc="石桥镇", plan_type="总体规划-乡镇级"),
        progress(xzqdm="330110105", xzqmc="竹山镇", plan_type="总体规划-乡镇级"),
        progress(plan_type="村庄规划", plan_name="竹山村村庄规划"),
        progress(plan_type="村庄规划", plan_name="石桥村村庄规划"),
        progress(plan_type="详细规划", plan_name="老城单元详细规划", plan_no="YH-01"),
        progress(plan_type="详细规划", plan_name="老城单元详细规划", plan_no="YH-02"),
    ]
    assert ws.save_records("plan_progress", rows, "zhang").created == 7
    assert ws.save_records("plan_progress", rows, "zhang").unchanged == 7


def test_an_id_never_bypasses_the_key(ws):
    (first,) = ws.save_records("plan_progress", [progress(percent=1)], "zhang").ids
    again = ws.save_records("plan_progress", [{**progress(percent=2), "id": "of another workspace"}], "zhang")
    assert (again.ids, again.updated, ws.count("plan_progress")) == ((first,), 1, 1)
    (other,) = ws.save_records("plan_progress", [progress(plan_type="详细规划")], "zhang").ids
    with pytest.raises(InputError, match="Another record"):
        ws.save_records("plan_progress", [{"id": other, "plan_type": "村庄规划"}], "zhang", "edit")
    assert ws.record("plan_progress", other)["plan_type"] == "详细规划"
    assert_intact(ws)


def test_the_database_itself_refuses_a_second_one(ws, path):
    ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang")
    with pytest.raises(Exception, match="UNIQUE"):
        raw(path, "INSERT INTO onemap_writing VALUES (1)", "UPDATE plan_progress SET subject_key = 'x'")


def test_a_record_without_its_whole_key_is_nobody(ws):
    ws.save_records("plan_progress", [progress(xzqdm=None), progress(xzqdm=None)], "zhang")
    assert ws.count("plan_progress") == 2


def test_what_the_platform_sends_is_kept_even_when_it_is_a_double(ws):
    (here,) = ws.save_records("plan_progress", [progress()], "zhang").ids
    ws.apply_server("plan_progress", ServerRecord("there", 1, {**progress(percent=5), "status": "draft"}))
    assert ws.count("plan_progress") == 2
    assert list(Identities(ws._db, ws.form("plan_progress")).doubles()) == ["there"]
    errors = ws.flow("plan_progress").errors(ws.record("plan_progress", "there"))
    assert [e.code for e in errors] == ["form_duplicate"]
    ws.delete_record("plan_progress", here, "zhang")
    ws.save_records("plan_progress", [{"id": "there", "percent": 6}], "zhang", "edit")
    assert not ws.flow("plan_progress").errors(ws.record("plan_progress", "there"))
    assert_intact(ws)


def test_doubles_made_by_plain_qgis_are_taken_in_and_named(path):
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [progress()], "zhang")
    columns = {**progress(), "id": "outside", "period": "2026-03"}
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    raw(path, (f"INSERT INTO plan_progress ({names}) VALUES ({marks})", tuple(columns.values())))  # noqa: S608
    with Workspace.open(path) as ws:
        assert list(Identities(ws._db, ws.form("plan_progress")).doubles()) == ["outside"]
        assert_intact(ws)


def old_edition():
    """plan_progress as it was before plans had names: one key for all plans of a kind."""
    schema = {**load_form("plan_progress").schema, "x-edition": "2026.1", "x-key": ["xzqdm", "plan_type", "period"]}
    schema.pop("x-key-else")
    new = ("plan_name", "plan_no", "level")
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in new}
    schema["x-checks"] = [c for c in schema["x-checks"] if c["kind"] != "unique_open"]
    return form_from_schema(schema)


@pytest.fixture
def old_workspace(tmp_path, monkeypatch):
    """A workspace as it was before records were known by their subject, three records in it."""
    real, path = migrate.steps, tmp_path / "old.gpkg"
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "steps", lambda *folder: [step for step in real(*folder) if step[0] < 3])
        made = Workspace.create(path, "330110")
    with made as ws:
        rows = [progress(), progress(plan_type="详细规划"), progress(reported_at="2026-04-20", plan_type="详细规划")]
        ws.save_records("plan_progress", rows, "zhang")
        ws.editions.install(old_edition().schema, "zhang")
    tables = [
        t
        for (t,) in raw(
            path, "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%\\_subject' ESCAPE '\\'"
        )
    ]
    statements = [f'DROP INDEX "{name}"' for name in tables]
    statements += [f'ALTER TABLE "{name[: -len("_subject")]}" DROP COLUMN subject_key' for name in tables]
    statements += [f"ALTER TABLE plan_progress DROP COLUMN {c}" for c in ("plan_name", "plan_no", "level")]
    raw(path, *statements)
    raw(path, "DELETE FROM onemap_form WHERE form = 'plan_progress' AND edition <> '2026.1'")
    return path


def test_an_old_workspace_is_migrated_with_a_backup_and_keeps_its_history(old_workspace):
    with Workspace.open(old_workspace) as ws:
        assert_intact(ws)
        found = list(ws.records("plan_progress"))
        assert len(found) == 3 and {r["edition"] for r in found} == {load_form("plan_progress").edition}
        history = [row["act"] for row in ws.audit.rows(found[0]["id"])]
        assert history[0] == "import"
        assert ws.save_records("plan_progress", [progress(percent=3)], "zhang").updated == 1
        named = {**progress(plan_type="详细规划", plan_name="老城详规", reported_at="2026-05-20"), "period": "2026-05"}
        assert ws.flow("plan_progress").previous(named)["period"] == "2026-04"
    backup = backup_path(old_workspace, "v2")
    assert raw(backup, "SELECT value FROM onemap_settings WHERE key = 'schema_version'") == [("2",)]
    assert raw(backup, "SELECT count(*) FROM plan_progress") == [(3,)]


def test_kill_9_at_every_statement_of_the_migration(old_workspace, tmp_path):
    copy, seen = tmp_path / "copy.gpkg", set()
    for statement in range(0, 1500, 17):
        shutil.copy(old_workspace, copy)
        killed = killed_at(statement, lambda connect: Workspace.open(copy, connect=connect))
        columns = [row[1] for row in raw(copy, "PRAGMA table_info(plan_progress)")]
        version = raw(copy, "SELECT value FROM onemap_settings WHERE key = 'schema_version'")[0][0]
        assert (version == "2") is ("subject_key" not in columns)
        seen.add(version)
        with Workspace.open(copy) as ws:  # goes on where the killed one stopped
            assert_intact(ws)
            assert ws.count("plan_progress") == 3
            assert not list(Identities(ws._db, ws.form("plan_progress")).doubles())
            assert ws.save_records("plan_progress", [progress(percent=3)], "zhang").updated == 1
        if not killed:
            break
    assert not killed and len(seen) == 2


def test_an_old_workspace_can_be_read_without_being_changed(old_workspace):
    before = old_workspace.read_bytes()
    with Workspace.open(old_workspace, read_only=True) as ws:
        assert [r["plan_name"] for r in ws.records("plan_progress", search="余杭")] == [None] * 3
    assert old_workspace.read_bytes() == before


def test_the_key_is_complete_only_with_what_is_required():
    form = load_form("plan_progress")
    assert subject_key(form, progress(plan_type=None)) is None
    assert subject_key(form, progress(plan_name="甲")) != subject_key(form, progress())


def remote_village(number, key=None):
    name = f"自然村{number if key is None else key}"
    row = {"xzcdm": "330110001200", "xzcmc": "第1村", "zrc": name, "status": "draft"}
    return ServerRecord(str(uuid.UUID(int=number)), 1, row)


def test_a_first_load_looks_its_keys_up_and_never_reads_those_of_the_whole_table(ws, monkeypatch):
    asked = []
    find = Identities.holders_of
    monkeypatch.setattr(Identities, "holders_of", lambda self, some: asked.append(len(some)) or find(self, some))
    monkeypatch.setattr(Identities, "all_holders", lambda self: pytest.fail("the whole table was read"))
    for start in range(1, 1800, 600):
        ws.apply_server_many("village_evaluation", [remote_village(n) for n in range(start, start + 600)])
    assert ws.count("village_evaluation") == 1800 and asked == [500, 100] * 3
    assert ws.verify_audit().is_intact


def test_records_of_one_key_in_a_pull_are_all_kept_and_one_of_them_holds_the_key(ws):
    ws.apply_server_many("village_evaluation", [remote_village(1)])
    ws.apply_server_many("village_evaluation", [remote_village(2, 1), remote_village(3), remote_village(4, 3)])
    held = dict(ws._db.rows("SELECT id, subject_key IS NOT NULL FROM village_evaluation"))
    assert held == {remote_village(n).id: n in (1, 3) for n in (1, 2, 3, 4)}
    assert ws.verify_audit().is_intact


def test_one_project_in_two_task_years_of_one_file_is_one_record_that_moved_on(ws):
    """The form's key holds no period: the later row changes what the earlier one wrote."""
    row = {"xzq_dm": "330110", "xm_mc": "老粮库改造", "dk_guid": "D1", "type": "旧城镇"}
    rows = [{**row, "task_year": 2025, "stage": "供地"}, {**row, "task_year": 2026, "stage": "开工"}]
    result = ws.save_records("redevelopment_project", rows, "zhang")
    assert (result.created, result.updated) == (1, 1)
    (kept,) = ws.records("redevelopment_project")
    assert (kept["task_year"], kept["stage"], kept["period"]) == (2026, "开工", "2026")
    assert ws.verify_audit().is_intact


def test_two_periods_of_one_thing_are_two_records_to_an_import(ws):
    first, second = ws.save_records(
        "plan_progress", [progress(reported_at="2026-03-02"), progress(reported_at="2026-04-02")], "zhang"
    ).ids
    matcher = Matcher(ws, ws.form("plan_progress"))
    rows = [progress(reported_at="2026-03-20"), progress(reported_at="2026-04-20"), progress(reported_at="2026-05-20")]
    assert [(matcher.present(row) or {}).get("id") for row in rows] == [first, second, None]
    assert len({matcher.identity(row) for row in rows}) == 3
    assert [(matcher.match(row).record or {}).get("id") for row in rows] == [first, second, None]
