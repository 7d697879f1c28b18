"""A platform that answers a write with success and another thing in its body: the record is asked for before it counts
as sent."""

import json

import pytest

FORM = "project_site"
ENVELOPES = [
    (200, {"code": 500, "msg": "内部错误", "data": None}),
    (200, {"success": False, "message": "内部错误"}),
    (200, {"status": "error", "error": "内部错误"}),
    (202, {"queued": "内部错误"}),
    (201, "内部错误"),
]


def answering(status, body, method="PUT", take=False):
    """Answers every write so; `take`: after the platform has done it."""

    def reply(handler, path):
        if handler.command != method or f"/{FORM}/items/" not in path:
            return False
        if take:
            item, length = path.rsplit("/", 1)[1], int(handler.headers["Content-Length"] or 0)
            sent = json.loads(handler.body if hasattr(handler, "body") else handler.rfile.read(length))
            handler.platform.store(FORM, item, sent["properties"])
        handler.answer(status, body if isinstance(body, dict) else body.encode())
        return True

    return reply


@pytest.mark.parametrize(("status", "body"), ENVELOPES)
def test_a_success_that_is_none_loses_no_record(desk, platform, a, status, body):
    item, platform.reply = desk.fill(), answering(status, body)
    result = desk.push()
    (entry,) = desk.ws.outbox.entries()
    assert (result.done, entry.state) == (0, "pending") and "内部错误" in entry.last_error
    platform.reply = None
    assert desk.push().done == 1 and a.properties(FORM, item)["status"] == "submitted"
    assert platform.rows[FORM][item]["version"] == 1


def test_a_change_that_was_not_made_is_sent_again(desk, platform, a):
    item = desk.fill()
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mended"}], "wang")
    desk.submit(FORM, item)
    platform.reply = answering(*ENVELOPES[0])
    assert desk.push().done == 0
    platform.reply = None
    assert desk.push().done == 1 and a.properties(FORM, item)["note"] == "mended"


def test_what_somebody_else_wrote_meanwhile_is_not_taken_for_ours(desk, platform):
    item = desk.fill(note="n")
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "note": "mended"}], "wang")
    desk.submit(FORM, item)
    platform.store(FORM, item, {"note": "theirs"})
    platform.reply = answering(*ENVELOPES[0])
    assert (desk.push().conflict, desk.record(FORM, item)["note"]) == (1, "mended")


def test_a_deletion_that_was_not_made_is_sent_again(desk, platform):
    item = desk.fill(submit=False)
    desk.submit(FORM, item)
    desk.service.sync()
    platform.store(FORM, item, {"status": "draft"})
    desk.pull()
    desk.ws.delete_record(FORM, item, "wang")
    platform.reply = answering(*ENVELOPES[0], method="DELETE")
    assert desk.push().done == 0 and item in platform.rows[FORM]
    platform.reply = None
    assert desk.push().done == 1 and item not in platform.rows[FORM]


def test_a_success_with_a_body_of_its_own_is_one_when_the_record_is_there(desk, platform):
    item, platform.reply = desk.fill(), answering(200, {"code": 0, "msg": "ok"}, take=True)
    assert desk.push().done == 1 and desk.ws.outbox.entries() == []
    assert desk.ws.outbox.base(FORM, item).version == 1
