"""The way of a record, what stops it, and what is due."""

from datetime import date

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.forms.schema import FieldError
from onemap.plugin.store.flow import RecordErrors
from onemap.tests.support.workspaces import assert_intact, progress


def codes(ws, record, status="ready"):
    with pytest.raises(RecordErrors) as caught:
        ws.change_status("plan_progress", record, status, "zhang")
    return [(e.field, e.code) for e in caught.value.errors]


def save(ws, *rows):
    return ws.save_records("plan_progress", rows, "zhang").ids


def test_the_way_of_a_record(ws):
    (record,) = save(ws, progress(stage_date=None))
    assert codes(ws, record) == [("stage_date", "form_required")]
    ws.save_records("plan_progress", [{"id": record, "stage_date": "2026-03-01"}], "zhang", "edit")
    ws.change_status("plan_progress", record, "ready", "zhang")
    with pytest.raises(InputError, match="another person"):
        ws.change_status("plan_progress", record, "submitted", "zhang")
    with pytest.raises(InputError, match="cannot go"):
        ws.change_status("plan_progress", record, "approved", "li")
    ws.change_status("plan_progress", record, "submitted", "li")
    (entry,) = ws.outbox.entries(["pending"])
    assert (entry.collection, entry.item, entry.op, entry.body["status"]) == (
        "plan_progress",
        record,
        "create",
        "submitted",
    )
    assert_intact(ws)


def test_an_error_of_the_record_as_a_whole_is_said_without_a_field(ws):
    form = ws.form("plan_progress")
    whole, own = FieldError("", "form_other", "two of three are wanted"), FieldError("stage", "form_required", "empty")
    assert str(RecordErrors(form, "甲", [whole])).count("two of three are wanted") == 1
    told = str(RecordErrors(form, "甲", [own, whole]))
    assert f"{form.field('stage').title}: empty" in told and "two of three" not in told and "2" in told


def test_a_submitted_record_is_locked_until_it_is_returned(ws):
    (record,) = save(ws, progress())
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    assert ws.save_records("plan_progress", [progress(percent=99)], "zhang").locked == (record,)
    assert ws.record("plan_progress", record)["percent"] is None
    with pytest.raises(InputError, match="cannot be changed"):
        ws.delete_record("plan_progress", record, "zhang")
    with pytest.raises(InputError, match="reason"):
        ws.change_status("plan_progress", record, "returned", "wang")
    ws.change_status("plan_progress", record, "returned", "wang", "补充材料")
    assert ws.save_records("plan_progress", [progress(percent=99)], "zhang").updated == 1
    back = ws.record("plan_progress", record)
    assert (back["status"], back["reviewer"], back["return_reason"], back["percent"]) == (
        "returned",
        "li",
        "补充材料",
        99,
    )
    assert_intact(ws)


def test_editing_a_ready_record_makes_it_a_draft(ws):
    (record,) = save(ws, progress())
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.save_records("plan_progress", [progress(percent=5)], "li")
    assert ws.record("plan_progress", record)["status"] == "draft"
    assert_intact(ws)


def test_a_stage_goes_back_only_with_a_note(ws):
    save(ws, progress(stage="批复"))
    later = progress(reported_at="2026-04-20")
    (record,) = save(ws, later)
    assert codes(ws, record) == [("stage", "form_stage_back")]
    save(ws, {**later, "problem": "重新公示"})
    ws.change_status("plan_progress", record, "ready", "zhang")


def test_division_codes_must_be_known_and_in_force(ws):
    (record,) = save(ws, progress(xzqdm="330103"))
    with pytest.raises(RecordErrors, match="330105 拱墅区"):
        ws.change_status("plan_progress", record, "ready", "zhang")


def test_due_names_what_is_missing_and_late(ws):
    save(ws, progress(), progress(stage="数据汇交入库", plan_type="详细规划"), progress(plan_type="专项规划"))
    (record,) = save(ws, progress(reported_at="2026-04-03"))
    items = ws.due("plan_progress", date(2026, 4, 20))
    assert [(i.key[1], i.state, i.late) for i in items] == [
        ("专项规划", "missing", False),
        ("村庄规划", "draft", False),
    ]
    assert items[1].record == record and items[0].previous and items[0].deadline == date(2026, 4, 25)
    assert [i.late for i in ws.due("plan_progress", date(2026, 4, 26))] == [True, True]
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    assert [(i.state, i.late) for i in ws.due("plan_progress", date(2026, 4, 26))] == [
        ("missing", True),
        ("submitted", False),
    ]
    assert ws.due("plan_org", date(2026, 4, 26)) == []
