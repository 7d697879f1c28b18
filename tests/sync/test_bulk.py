"""Feature collections with an answer for each item, used where the platform announces them."""

import uuid

import pytest
from onemap.tests.support.memory_platform import MemoryPlatform

FORM = "project_site"


@pytest.fixture
def bulk(make_desk):
    with MemoryPlatform("bulk") as platform:
        yield platform, make_desk("bulk", on=platform)


def test_many_records_go_in_few_requests_each_with_its_answer(bulk):
    platform, desk = bulk
    items = [desk.fill() for _ in range(150)]
    entry = desk.ws.outbox.entries(item=items[3])[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    result = desk.push()
    assert (result.done, result.rejected, result.error) == (149, 1, None) and platform.reads_bulk == 2
    assert sum(method == "PUT" for method, _ in platform.seen) == 0
    assert desk.record(FORM, items[3])["status"] == "returned" and desk.ws.verify_audit().whole
    assert desk.pull().error is None and desk.record(FORM, items[0])["case_no"]


def test_a_lost_answer_to_a_bulk_counts_once(bulk):
    platform, desk = bulk
    items = {desk.fill() for _ in range(20)}
    lost = []

    def reply(handler, path):
        if handler.command == "POST" and not lost:
            lost.append(1)
            handler.county = "330110"
            with platform.lock:
                answer, handler.answer = handler.answer, lambda *a, **k: None
                handler.bulk(FORM)
                handler.answer = answer
            handler.connection.close()
            raise ConnectionAbortedError
        return False

    platform.reply = reply
    assert desk.push().done == 20 and set(platform.rows[FORM]) == items
    assert sum(row[2] == "C" and row[0] == FORM for row in platform.feed) == 20


def test_both_sides_changed_meets_the_merge_in_bulk_too(bulk):
    platform, desk = bulk
    items = [str(uuid.uuid4()) for _ in range(3)]
    for item in items:
        platform.store(FORM, item, {"name": item, "note": "n", "status": "draft"})
    desk.pull()
    for item in items:
        desk.ws.save_records(FORM, [{"id": item, "note": "mine"}], "wang")
        entry = {"id": item, "county": "330110", "status": "draft", "name": item, "note": "mine"}
        desk.ws.outbox.put(FORM, item, "replace", entry)
    platform.store(FORM, items[0], {"applicant": "theirs"})
    platform.store(FORM, items[1], {"note": "theirs"})
    platform.remove(FORM, items[2])
    result = desk.push()
    assert (result.done, result.merged, result.conflict) == (1, 1, 2)


def test_a_platform_that_announces_and_does_not_take_gets_them_one_by_one(bulk):
    platform, desk = bulk
    [desk.fill() for _ in range(5)]
    platform.reply = lambda handler, path: handler.command == "POST" and (handler.refuse(405, "No") or True)
    assert desk.push().done == 5
