"""Deciding a conflict: the record here follows at once, and nothing but a conflict can be decided."""

import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.tests.support.desks import SQUARE

FORM = "project_site"


@pytest.fixture
def conflict(desk, a):
    """(record, key of its entry): the note was changed on both sides, the applicant there alone, the name here alone."""
    item = a.new(name="both", note="n", applicant="a")
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine", "name": "ours"}], "wang")
    desk.submit(FORM, item)
    a.patch(FORM, item, '"1"', {"note": "theirs", "applicant": "b"})
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    return item, entry.key


def test_a_conflict_says_who_changed_what(desk, conflict):
    found = desk.service.conflict(conflict[1])
    assert (found.fields, found.taken, found.kept) == (("note",), ("applicant",), ("name", "status"))


@pytest.mark.parametrize(
    "choice, note, applicant, goes_out",
    [
        ("mine", "mine", "b", True),
        ("theirs", "theirs", "b", True),
        ({"note": "mine"}, "mine", "b", True),
        ({"note": "theirs"}, "theirs", "b", True),
    ],
)
def test_what_was_decided_stands_in_the_record_at_once(desk, conflict, choice, note, applicant, goes_out):
    item, key = conflict
    desk.service.resolve(key, choice)
    record = desk.record(FORM, item)
    assert (record["note"], record["applicant"]) == (note, applicant)
    waiting = desk.ws.outbox.entries(item=item)
    assert [entry.state for entry in waiting] == ["pending"] * goes_out and key not in [e.key for e in waiting]
    for entry in waiting:
        assert (entry.op, entry.body["note"], entry.body["applicant"]) == ("replace", note, applicant)
    assert (record["name"], record["status"]) == ("ours", "submitted"), "only we changed these"


def test_where_nothing_of_ours_is_left_nothing_is_sent(desk, a):
    item = a.new(name="both", note="n")
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    desk.submit(FORM, item)
    a.patch(FORM, item, '"1"', {"note": "theirs", "status": "submitted"})
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    desk.service.resolve(entry.key, {"note": "theirs"})
    assert desk.ws.outbox.entries(item=item) == [] and desk.record(FORM, item)["note"] == "theirs"


def test_mine_in_a_record_that_is_locked_there_takes_what_only_the_platform_changed(desk, a, reviewer):
    """Edited here, handed in from another machine and changed there: nothing of it waited in the outbox."""
    item = a.new(name="both", note="n", applicant="a")
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    a.patch(FORM, item, '"1"', {"applicant": "b", "status": "submitted"})
    desk.pull()
    (entry,) = desk.ws.outbox.entries(("conflict",))
    found = desk.service.conflict(entry.key)
    assert (found.fields, found.taken, found.kept) == (("note",), ("applicant",), ())
    desk.service.resolve(entry.key, "mine")
    record = desk.record(FORM, item)
    assert (record["note"], record["applicant"], record["status"]) == ("mine", "b", "submitted")


@pytest.mark.parametrize("choice", ["mine", {"grade": "mine"}])
def test_a_mask_is_nothing_that_the_platform_changed(desk, platform, choice):
    item = desk.fill("plan_org", leader="张建国", grade="甲级")
    desk.service.sync()
    platform.store("plan_org", item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records("plan_org", [{"id": item, "grade": "乙级"}], "wang")
    desk.submit("plan_org", item)
    platform.store("plan_org", item, {"grade": None, "leader": "张**"})
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    assert "leader" not in desk.service.conflict(entry.key).taken
    desk.service.resolve(entry.key, choice)
    record = desk.record("plan_org", item)
    assert (record["leader"], record["grade"]) == ("张建国", "乙级")


def test_only_a_conflict_can_be_decided(desk, conflict):
    _, key = conflict
    waiting = desk.fill()
    (entry,) = desk.ws.outbox.entries(item=waiting)
    for wrong in (entry.key, "no such key"):
        with pytest.raises(InputError, match="There is no entry"):
            desk.service.resolve(wrong, "mine")
        with pytest.raises(InputError):
            desk.service.withdraw(wrong)
    with pytest.raises(InputError):
        desk.service.withdraw(key)
    assert desk.ws.outbox.get(entry.key) == entry and desk.ws.outbox.get(key).state == "conflict"


def test_the_platform_s_row_is_taken_whole(desk, conflict):
    item, key = conflict
    theirs = desk.service.conflict(key).remote
    desk.service.resolve(key, "theirs")
    record = desk.record(FORM, item)
    assert shapely.equals(shapely.from_wkb(record["geometry"]), shapely.from_wkb(bytes.fromhex(theirs["geometry"])))
    assert (record["note"], record["version"]) == ("theirs", 2)


def test_a_record_that_is_gone_there_and_kept_here_is_offered_as_a_new_one(desk, a):
    item = a.new(name="both", note="n")
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    desk.submit(FORM, item)
    a.delete(FORM, item, '"1"')
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    assert desk.service.conflict(entry.key).remote is None
    desk.service.resolve(entry.key, {"note": "mine"})
    assert desk.record(FORM, item)["note"] == "mine"
    (waiting,) = desk.ws.outbox.entries(item=item)
    assert (waiting.op, waiting.body["note"], waiting.body["status"]) == ("create", "mine", "submitted")
    assert desk.push().done == 1 and a.properties(FORM, item)["note"] == "mine"


def rejected(desk, item):
    (entry,) = desk.ws.outbox.entries(item=item)
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    assert desk.push().rejected == 1
    return entry.key


def test_a_refused_change_that_is_given_up_becomes_what_the_platform_has(desk, a):
    item = a.new(name="both", note="n")
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    desk.submit(FORM, item)
    desk.service.withdraw(rejected(desk, item))
    assert desk.record(FORM, item)["note"] == "n" and desk.ws.outbox.entries(item=item) == []


def test_a_refused_record_that_the_platform_never_had_stays_here(desk):
    item = desk.fill(note="mine", geometry=SQUARE)
    desk.service.withdraw(rejected(desk, item))
    assert desk.record(FORM, item)["note"] == "mine" and desk.ws.outbox.entries(item=item) == []
