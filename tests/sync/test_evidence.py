"""Absence is not deletion: what a platform does not show stays here until there is evidence, or a decision."""

import uuid

import pytest
from onemap.plugin.store.missing import Reason
from onemap.plugin.store.pulled import Pulled
from onemap.plugin.sync.identity import platform_moved
from onemap.tests.support.memory_platform import MemoryPlatform

FORM = "project_site"


@pytest.fixture
def acknowledged(desk, platform):
    """acknowledged(n) -> ids of records that the platform holds and numbered."""

    def make(count):
        items = [desk.fill() for _ in range(count)]
        assert desk.push().done == count and desk.pull().error is None
        return items

    return make


def reasons(desk):
    return {one.item: one.reason.value for one in desk.service.missing()}


@pytest.mark.parametrize("new_epoch", [True, False], ids=["new epoch", "same epoch"])
def test_a_platform_restored_from_a_backup_takes_nothing_away(desk, platform, acknowledged, new_epoch):
    before = acknowledged(5)
    backup = platform.backup()
    after = acknowledged(20)
    platform.restore(backup, new_epoch)
    result = desk.pull()
    assert result.error is None and result.missing == 20
    assert set(desk.ws.record_ids(FORM)) == {*before, *after}
    assert reasons(desk) == dict.fromkeys(after, "lost")
    assert any("restored" in line for line in result.log)
    # offered again: under new keys, and the platform has all of them once
    assert desk.service.decide_missing(desk.service.missing(), "offer") == 20
    assert desk.push().done == 20 and desk.pull().missing == 0
    assert {*before, *after} == set(platform.rows[FORM])
    assert all(desk.record(FORM, item)["case_no"] for item in after) and desk.ws.verify_audit().is_intact


def test_a_restore_before_the_first_pull_after_a_push_is_found(desk, platform, acknowledged):
    acknowledged(2)
    backup = platform.backup()
    items = [desk.fill() for _ in range(3)]
    assert desk.push().done == 3  # acknowledged, not yet pulled
    platform.restore(backup, new_epoch=False)
    result = desk.pull()
    assert result.deleted == 0 and reasons(desk) == dict.fromkeys(items, "lost")


def test_a_restored_feed_that_grew_again_is_not_mistaken_for_the_old_one(desk, make_desk, platform, acknowledged):
    acknowledged(1)
    backup = platform.backup()
    lost = acknowledged(2)
    platform.restore(backup, new_epoch=False)
    other = make_desk("other")
    news = [other.fill() for _ in range(6)]
    assert other.push().done == 6
    assert desk.pull().error is None and set(reasons(desk)) == set(lost)
    assert set(lost) <= set(desk.ws.record_ids(FORM))
    assert set(news) <= set(desk.ws.record_ids(FORM))


def test_a_platform_that_went_back_does_not_undo_what_is_here(desk, platform, acknowledged):
    (item,) = acknowledged(1)
    backup = platform.backup()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "corrected"}], "wang")
    desk.submit(FORM, item)
    assert desk.push().done == 1 and desk.pull().error is None
    assert platform.rows[FORM][item]["version"] == 3
    platform.restore(backup)
    result = desk.pull()
    assert reasons(desk) == {item: "behind"} and desk.record(FORM, item)["note"] == "corrected"
    assert result.missing == 1 and result.changed >= 0
    platform.store(FORM, item, {"status": "returned", "return_reason": "again"})
    assert desk.pull().error is None  # a newer version than the one it went back to
    assert desk.ws.verify_audit().is_intact


@pytest.mark.parametrize("choice, note", [("offer", "corrected"), ("remove", None), ("keep", "corrected")])
def test_an_older_version_is_decided(desk, platform, acknowledged, choice, note):
    (item,) = acknowledged(1)
    backup = platform.backup()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "corrected"}], "wang")
    desk.submit(FORM, item)
    desk.push(), desk.pull()
    platform.restore(backup)
    desk.pull()
    desk.service.decide_missing(desk.service.missing(), choice)
    assert desk.record(FORM, item)["note"] == note and desk.service.missing() == []
    assert len(desk.ws.outbox.entries()) == (choice == "offer") and desk.ws.verify_audit().is_intact


def test_another_address_is_another_platform(desk, platform, acknowledged, make_desk):
    items = acknowledged(30)
    with MemoryPlatform(lines=0) as elsewhere:
        elsewhere.tokens = platform.tokens
        desk.url = elsewhere.url
        result = desk.pull()
        assert result.error is None and result.deleted == 0
        assert set(desk.ws.record_ids(FORM)) == set(items)
        assert not any(one.collection == FORM for one in desk.service.missing())
        assert len(Pulled(desk.ws).versions("control_line")) == 300  # kept, and asked about
        assert {one.reason for one in desk.service.missing()} == {Reason.ABSENT}
    desk.url = platform.url
    assert desk.pull().error is None and reasons(desk) == {}  # the first platform's own bases still hold
    assert set(desk.ws.record_ids(FORM)) == set(items) and desk.ws.verify_audit().is_intact


def test_a_platform_that_moved_keeps_its_bases(desk, platform, acknowledged):
    items = acknowledged(3)
    with MemoryPlatform() as moved:
        moved.tokens, moved.epoch = platform.tokens, platform.epoch
        moved.rows, moved.feed, moved.keys = platform.backup()
        moved.remove(FORM, items[0])
        platform_moved(desk.ws, platform.url, moved.url, "li")
        desk.url = moved.url
        result = desk.pull()
        assert (result.deleted, result.missing, result.error) == (1, 0, None)
        assert set(desk.ws.record_ids(FORM)) == set(items[1:])


def expire(platform, status=410):
    """The feed forgets old cursors, the platform is the same."""

    def reply(handler, path):
        if path.endswith("/changes/items") and int(handler.query.get("after", 0)) not in (
            0,
            *range(len(platform.feed) - 2, 9999),
        ):
            handler.refuse(status)
            return True
        return False

    platform.reply = reply


@pytest.mark.parametrize("status", [400, 422])
def test_a_cursor_that_the_platform_does_not_know_is_given_up(make_desk, status):
    """A reply on the way may have been damaged when it was kept."""
    with MemoryPlatform() as platform:
        desk = make_desk("one", on=platform)
        items = [desk.fill() for _ in range(3)]
        desk.push()
        assert desk.pull().error is None
        new = str(uuid.uuid4())
        for n in range(5):
            platform.store("control_line", new if n == 0 else str(uuid.uuid4()), {"name": str(n), "zone": "YJJBNT"})
        expire(platform, status)
        assert desk.pull().error is None
        assert set(desk.ws.record_ids(FORM)) == set(items)


@pytest.mark.parametrize(
    "habit, removed", [((), 1), (("no_count",), 0), (("no_next",), 0)], ids=["proven", "no count", "no next"]
)
def test_a_listing_removes_only_what_it_proves(make_desk, tmp_path, habit, removed):
    with MemoryPlatform(*habit) as platform:
        desk = make_desk("one", on=platform)
        items = [desk.fill() for _ in range(5)]
        desk.push()
        if habit == ("no_next",):
            platform.habits = frozenset()
        assert desk.pull().error is None
        platform.habits = frozenset(habit)
        platform.remove(FORM, items[0], told=False)
        for n in range(5):  # the feed goes on behind the desk's cursor
            platform.store("control_line", str(uuid.uuid4()), {"name": str(n), "zone": "YJJBNT"})
        expire(platform)
        result = desk.pull()
        if habit == ("no_next",):
            assert result.error.code == "sync_listing_short" and result.missing == 0
        else:
            assert result.error is None and result.missing == 1 - removed, result
        assert desk.ws.count(FORM) == 5 - removed and result.deleted == removed


def test_many_tombstones_are_asked_about_few_are_not(desk, platform, acknowledged):
    items = acknowledged(40)
    platform.remove(FORM, items[0])
    assert desk.pull().deleted == 1 and desk.ws.count(FORM) == 39
    for item in items[1:4]:  # 3 of 39: more than 5 %
        platform.remove(FORM, item)
    result = desk.pull()
    assert (result.deleted, result.missing) == (0, 3) and desk.ws.count(FORM) == 39
    assert any("3 items" in line for line in result.log)
    desk.service.decide_missing(desk.service.missing()[:2], "remove")
    assert desk.ws.count(FORM) == 37 and desk.pull().missing == 0  # the last one alone needs no question
    assert desk.ws.count(FORM) == 36 and desk.ws.verify_audit().is_intact


def test_twenty_one_tombstones_ask_whatever_the_share(desk, platform):
    assert desk.pull().error is None
    for n in range(21):
        platform.remove("control_line", str(uuid.UUID(int=2 * n + 1)))
    result = desk.pull()
    assert (result.deleted, result.missing) == (0, 21) and len(Pulled(desk.ws).versions("control_line")) == 300


@pytest.mark.parametrize("edit", ["returned and edited", "typed", "conflict"])
def test_what_was_not_sent_is_never_removed(desk, platform, acknowledged, edit):
    (item,) = acknowledged(1)
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    if edit == "typed":
        desk.ws.save_draft(FORM, {"note": "half a sen"}, item)
    else:
        desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
    if edit == "conflict":
        platform.store(FORM, item, {"note": "theirs"})
        assert desk.pull().conflict == 1
    platform.remove(FORM, item)
    result = desk.pull()
    assert result.deleted == 0 and desk.ws.count(FORM) == 1
    if edit == "conflict":
        (entry,) = desk.ws.outbox.entries(("conflict",))
        found = desk.service.conflict(entry.key)
        assert found.remote is None and found.local["note"] == "mine"
        desk.service.resolve(entry.key, "mine")
        assert desk.push().done == 1 and platform.rows[FORM][item]["properties"]["note"] == "mine"
    else:
        assert reasons(desk) == {item: "edited"}
        desk.service.decide_missing(desk.service.missing(), "offer")
        assert desk.ws.count(FORM) == 1
        desk.submit(FORM, item)
        assert desk.push().done == 1 and item in platform.rows[FORM]
    assert desk.ws.verify_audit().is_intact


def test_a_cursor_beyond_the_end_of_the_feed_forces_a_comparison(desk, platform, acknowledged):
    items = acknowledged(4)
    platform.feed.clear()
    result = desk.pull()
    assert result.error is None and result.deleted == 0 and desk.ws.count(FORM) == 4 and not reasons(desk)
    assert any("compared" in line for line in result.log)
    platform.store(FORM, items[0], {"status": "returned", "return_reason": "x"})
    assert desk.pull().returned and desk.ws.verify_audit().is_intact


def test_what_was_kept_is_not_asked_about_again(desk, platform, acknowledged):
    backup = platform.backup()
    items = acknowledged(3)
    platform.restore(backup)
    desk.pull()
    assert desk.service.decide_missing(desk.service.missing(), "keep") == 3
    assert desk.pull().missing == 0 and set(desk.ws.record_ids(FORM)) == set(items)


def test_a_workspace_of_the_former_version_keeps_its_bases(desk, platform, acknowledged):
    """Bases without a platform go to the one platform that the workspace exchanged with."""
    items = acknowledged(2)
    with desk.ws.transaction():
        desk.ws._db.execute("UPDATE onemap_base SET platform = '', epoch = ''")
        desk.ws._db.execute("DELETE FROM onemap_settings WHERE key = 'sync_platform'")
        kept = desk.ws.setting("sync_position")
        old = {url: {"epoch": reported["epoch"], "cursor": reported["cursor"]} for url, reported in kept.items()}
        desk.ws.set_setting("sync_position", old)
    from onemap.plugin.store.workspace import Workspace

    desk.ws.close()
    desk.ws = Workspace.open(desk.path)
    assert desk.pull().error is None and desk.ws.outbox.base(FORM, items[0]).version == 1
    platform.remove(FORM, items[0])
    assert desk.pull().deleted == 1
