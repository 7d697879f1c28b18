"""Dry run, history, and the way back from a pull."""

import os
import uuid

from onemap.plugin.store.anchors import anchors_in, compare_anchors, kept_anchors
from onemap.plugin.store.sync_runs import runs, undo_pull

FORM = "project_site"


def test_a_dry_run_says_what_a_sync_does_and_does_nothing(desk, platform):
    assert desk.service.preview().everything and desk.service.preview().to_fetch["control_line"] == 300
    items = [desk.fill() for _ in range(3)]
    assert desk.service.sync().done == 3
    desk.fill()
    desk.ws.outbox.put("plan_org", "x", "delete", None)
    platform.store(FORM, items[0], {"status": "returned", "return_reason": "r"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": items[0], "note": "mine"}], "wang")
    platform.store(FORM, items[0], {"note": "theirs"})
    platform.store(FORM, str(uuid.uuid4()), {"name": "new"})
    platform.remove(FORM, items[1])
    before, seen = desk.path.read_bytes(), len(platform.seen)
    found = desk.service.preview()
    assert found.to_send == {(FORM, "create"): 1, ("plan_org", "delete"): 1} and not found.everything
    assert (found.to_fetch[FORM], found.to_remove[FORM], found.in_conflict) == (2, 1, [(FORM, items[0])])
    assert desk.path.read_bytes() == before and all(method == "GET" for method, _ in platform.seen[seen:])


def test_a_dry_run_counts_files(desk):
    reported = desk.ws.attachments.add_content("a.jpg", os.urandom(500))
    item = desk.fill()
    entry = desk.ws.outbox.entries(item=item)[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "files": [reported]})
    found = desk.service.preview()
    assert (found.files, found.file_bytes) == (1, 500)


def test_every_run_that_moved_something_is_in_the_history(desk, platform):
    item = desk.fill()
    assert desk.service.sync().done == 1
    desk.service.sync()  # nothing new
    platform.store(FORM, item, {"status": "returned", "return_reason": "r", "updated_by": "shen"})
    desk.service.sync()
    latest, first = runs(desk.ws)
    assert first.counts["done"] == 1 and latest.counts["changed"] == 1 and latest.actor == "li"
    assert latest.changes == ((FORM, item, "shen"),) and latest.platform == platform.url
    assert desk.ws.verify_audit().is_intact


def test_a_pull_can_be_undone(desk, platform):
    items = [desk.fill(note="ours") for _ in range(3)]
    desk.service.sync()
    states = {item: desk.record(FORM, item) for item in items}
    platform.store(FORM, items[0], {"status": "returned", "return_reason": "r", "note": "changed there"})
    platform.store(FORM, items[1], {"status": "returned", "return_reason": "r"})
    made = str(uuid.uuid4())
    platform.store(FORM, made, {"name": "made there"})
    platform.remove(FORM, items[2])
    result = desk.service.sync()
    assert result.deleted == 1 and desk.ws.count(FORM) == 3
    desk.ws.save_records(FORM, [{"id": items[1], "note": "worked on since"}], "wang")
    undone = undo_pull(desk.ws, runs(desk.ws)[0].seq, "li")
    assert undone.reverted == 3 and undone.skipped == ((FORM, items[1]),)
    for item in (items[0], items[2]):
        now = desk.record(FORM, item)
        same = ("name", "note", "status", "version", "case_no", "geometry")
        assert {k: now[k] for k in same} == {k: states[item][k] for k in same}
    assert desk.ws.count(FORM, {"id": made}) == 0 and desk.record(FORM, items[1])["note"] == "worked on since"
    assert desk.ws.verify_audit().is_intact and undo_pull(desk.ws, runs(desk.ws)[0].seq, "li").reverted == 0


def test_the_result_of_a_run_carries_the_head_of_the_chain(desk, platform, tmp_path):
    desk.fill()
    result = desk.service.sync()
    assert desk.service.sync().audit == ""  # nothing was moved
    log = tmp_path / "sync.json"
    log.write_text(result.as_json(), encoding="utf-8")
    (anchor,) = anchors_in(log)
    assert (anchor.seq, anchor.hash) == desk.ws.audit.head()
    assert len(compare_anchors(desk.ws, [anchor, *kept_anchors(desk.ws)]).matching) == 2
