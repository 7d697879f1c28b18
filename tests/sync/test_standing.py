"""What a record's status says here after a refusal is what is so: on the platform, or, where it never had it, here."""

import uuid

import pytest
import shapely
from onemap.tests.support.desks import SQUARE

FORM = "project_site"


@pytest.fixture
def locked_there(desk, platform, request):
    """An edit of ours that was decided for while the record is with the reviewers: refused by its status."""
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    platform.store(FORM, item, {"status": request.param, "note": "theirs", "return_reason": None})
    desk.pull()
    (entry,) = desk.ws.outbox.entries(("conflict",))
    desk.service.resolve(entry.key, "mine")
    assert desk.push().rejected == 1
    return item


@pytest.mark.parametrize("locked_there", ["submitted", "approved"], indirect=True)
def test_what_is_locked_there_is_not_returned_here(desk, platform, locked_there):
    there = platform.rows[FORM][locked_there]["properties"]["status"]
    record = desk.record(FORM, locked_there)
    assert (record["status"], record["note"], record["return_reason"]) == (there, "mine", None)
    (entry,) = desk.ws.outbox.entries(("rejected",))
    assert "Locked" in entry.last_error and desk.ws.verify_audit().is_intact
    desk.service.withdraw(entry.key)
    record = desk.record(FORM, locked_there)
    assert (record["status"], record["note"]) == (there, "theirs") and desk.ws.outbox.entries() == []


@pytest.mark.parametrize("locked_there", ["submitted"], indirect=True)
def test_what_the_platform_returns_later_can_be_corrected_and_goes_out(desk, platform, locked_there):
    platform.store(FORM, locked_there, {"status": "returned", "return_reason": "now"})
    assert desk.pull().error is None
    record = desk.record(FORM, locked_there)
    assert (record["status"], record["note"], record["return_reason"]) == ("returned", "mine", "now")
    desk.submit(FORM, locked_there)
    assert desk.push().done == 1 and platform.rows[FORM][locked_there]["properties"]["note"] == "mine"
    assert desk.ws.outbox.entries() == []


def test_the_answer_itself_says_what_locks(desk, platform):
    """The record went on there in the same version as we know."""
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.submit(FORM, item)
    more = {"type": "https://province.example/problems/locked-by-status", "status": "approved"}
    platform.reply = lambda handler, path: handler.command == "PUT" and (handler.refuse(409, more=more), True)[1]
    assert desk.push().rejected == 1
    assert (desk.record(FORM, item)["status"], desk.record(FORM, item)["return_reason"]) == ("approved", None)


def refused(desk, item):
    (entry,) = desk.ws.outbox.entries(item=item)
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    assert desk.push().rejected == 1
    record = desk.record(FORM, item)
    assert record["status"] == "returned" and "area_m2" in record["return_reason"]
    return entry.key


def test_a_given_up_record_that_the_platform_never_had_is_a_draft(desk):
    item = desk.fill(note="mine")
    desk.service.withdraw(refused(desk, item))
    record = desk.record(FORM, item)
    assert (record["status"], record["return_reason"], record["note"]) == ("draft", None, "mine")
    assert desk.ws.outbox.base(FORM, item).version is None and desk.ws.outbox.entries() == []
    desk.submit(FORM, item)
    assert desk.push().done == 1


def test_a_given_up_change_of_a_draft_leaves_a_draft(desk, platform):
    item = str(uuid.uuid4())
    there = {"name": "n", "status": "draft", "return_reason": None}
    platform.store(FORM, item, there, shapely.from_wkb(SQUARE))
    desk.pull()
    desk.submit(FORM, item)
    desk.service.withdraw(refused(desk, item))
    record = desk.record(FORM, item)
    assert (record["status"], record["return_reason"]) == ("draft", None)


def test_a_given_up_change_of_what_was_returned_bears_the_reviewers_words(desk, platform):
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.submit(FORM, item)
    key = refused(desk, item)
    desk.service.withdraw(key)
    record = desk.record(FORM, item)
    assert (record["status"], record["return_reason"]) == ("returned", "look again")


def test_a_platform_that_reports_no_status_leaves_the_last_one_known(desk, platform):
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.submit(FORM, item)
    key = refused(desk, item)
    del platform.rows[FORM][item]["properties"]["status"]
    desk.service.withdraw(key)
    assert desk.record(FORM, item)["status"] == "returned"
