"""What the platform did while a person had not decided yet: a decision never brings back what is over there already."""

import pytest
from onemap.plugin.core.forms.masking import mask

FORM = "project_site"


def in_conflict(desk, platform, **theirs):
    """A record that was returned, corrected here, and changed there to the same field."""
    item = desk.fill(note="n", applicant="a")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    desk.submit(FORM, item)
    platform.store(FORM, item, {"note": "theirs", **theirs})
    assert desk.push().conflict == 1
    return item


def decide(desk, choice):
    (entry,) = desk.ws.outbox.entries(("conflict",))
    desk.service.resolve(entry.key, choice)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_conflict_decided_late_ends_with_what_the_platform_has_now(desk, platform, choice):
    item = in_conflict(desk, platform)
    platform.store(FORM, item, {"note": "later", "applicant": "later too"})
    desk.pull()
    decide(desk, choice)
    for _ in range(2):
        assert desk.service.sync().error is None
    for entry in desk.ws.outbox.entries(("conflict",)):  # the later value of the field is asked about again
        assert desk.service.conflict(entry.key).remote["note"] == "later"
        desk.service.resolve(entry.key, choice)
    desk.service.sync()
    here, there = desk.record(FORM, item), platform.rows[FORM][item]["properties"]
    for name in ("note", "applicant", "status", "version"):
        assert here[name] == there[name], name
    assert here["note"] == ("mine" if choice == "mine" else "later")
    assert desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact


def test_what_was_deleted_there_while_a_conflict_waited_is_a_choice_once(desk, platform):
    item = in_conflict(desk, platform)
    platform.remove(FORM, item)
    desk.pull()
    assert desk.service.missing() == []
    decide(desk, "theirs")
    desk.service.sync()
    assert desk.ws.count(FORM, {"id": item}) == 0 and desk.service.missing() == [] and desk.ws.outbox.entries() == []


def test_a_deletion_that_was_asked_about_is_answered_by_the_conflict_with_it(desk, platform):
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    platform.remove(FORM, item)
    desk.pull()
    assert [one.item for one in desk.service.missing()] == [item]
    desk.submit(FORM, item)  # instead of answering
    assert desk.push().conflict == 1
    asked = desk.service.missing()
    decide(desk, "theirs")
    assert desk.service.missing() == [] and desk.ws.count(FORM, {"id": item}) == 0
    assert desk.service.decide_missing(asked, "offer") == 1  # a dialog that was open all the while
    assert desk.ws.outbox.entries() == [] and desk.service.sync().error is None


@pytest.mark.parametrize("way", ["theirs", "withdraw"])
def test_a_mask_takes_no_values_place_when_a_person_takes_the_platforms_side(desk, platform, way):
    item = desk.fill("plan_org", leader="张建国", grade="甲级")
    desk.service.sync()
    platform.store("plan_org", item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records("plan_org", [{"id": item, "grade": "乙级"}], "wang")
    desk.submit("plan_org", item)
    if way == "theirs":
        platform.store("plan_org", item, {"grade": None, "leader": mask("张建国")})
        assert desk.push().conflict == 1
        decide(desk, "theirs")
    else:
        (entry,) = desk.ws.outbox.entries()
        desk.ws.outbox.change(entry.key, body={**entry.body, "grade": "丁级"})
        assert desk.push().rejected == 1
        platform.store("plan_org", item, {"leader": mask("张建国")})
        (entry,) = desk.ws.outbox.entries(("rejected",))
        desk.service.withdraw(entry.key)
    assert desk.record("plan_org", item)["leader"] == "张建国"


@pytest.mark.parametrize("way", ["one page", "two pages"])
def test_a_record_deleted_and_made_again_under_its_id_is_taken_in(desk, platform, monkeypatch, way):
    """Whether or not the platform goes on counting its versions."""
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"note": "second"})
    desk.pull()
    kept = dict(platform.rows[FORM][item]["properties"])
    platform.remove(FORM, item)
    del kept["version"]
    platform.store(FORM, item, {**kept, "note": "made again"})
    assert platform.rows[FORM][item]["version"] == 1
    if way == "two pages":
        monkeypatch.setattr("onemap.plugin.sync.feed.PAGE", 1)
        monkeypatch.setattr("onemap.plugin.sync.feed.Feed.page.__defaults__", (1,))
    for _ in range(2):
        assert desk.pull().error is None
    assert desk.record(FORM, item)["note"] == "made again" and desk.service.missing() == []
