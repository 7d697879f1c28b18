"""Feature collections with an answer for each item, used where the platform announces them: in memory and in earnest."""

import uuid

import pytest
import requests
from onemap.tests.support.callers import Caller
from onemap.tests.support.memory_platform import MemoryPlatform

FORM = "project_site"


@pytest.fixture
def bulk(make_desk):
    with MemoryPlatform("bulk") as platform:
        yield platform, make_desk("bulk", on=platform)


@pytest.fixture(scope="session")
def real_platform(start_platform):
    return start_platform("--lines", 10, "--bulk")


@pytest.fixture(params=["memory", "real"])
def side(request, make_desk):
    """(platform, desk, its counting session, a caller of the county) on either platform."""
    made = MemoryPlatform("bulk").__enter__() if request.param == "memory" else None
    platform = made or request.getfixturevalue("real_platform")
    session = CountingSession()
    yield (
        platform,
        make_desk("bulk", on=platform, session=session),
        session,
        Caller(platform, platform.tokens["county_a"]),
    )
    if made:
        made.__exit__()


class CountingSession(requests.Session):
    """Counts requests by method. `lose`: the answer to the next POST does not arrive; `taken`: collections are taken."""

    def __init__(self):
        super().__init__()
        self.trust_env, self.seen, self.lose, self.taken = False, [], False, True

    def request(self, method, url, **options):
        if method == "POST" and not self.taken:
            refusal = requests.Response()
            refusal.status_code, refusal.url, refusal._content, refusal._content_consumed = 405, url, b"{}", True
            return refusal
        answer = super().request(method, url, **options)
        self.seen.append(method)
        if self.lose and method == "POST":
            self.lose = False
            raise requests.ConnectionError("the answer is lost")
        return answer


def test_many_records_go_in_few_requests_each_with_its_answer(side):
    platform, desk, session, _ = side
    items = [desk.fill() for _ in range(150)]
    entry = desk.ws.outbox.entries(item=items[3])[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    result = desk.push()
    assert (result.done, result.rejected, result.error) == (149, 1, None)
    assert (session.seen.count("POST"), session.seen.count("PUT")) == (2, 0)
    assert desk.record(FORM, items[3])["status"] == "returned" and desk.ws.verify_audit().is_intact
    assert desk.pull().error is None and desk.record(FORM, items[0])["case_no"]


def test_a_lost_answer_to_a_bulk_counts_once(side):
    platform, desk, session, caller = side
    items = {desk.fill() for _ in range(20)}
    session.lose = True
    assert desk.push().done == 20 and not session.lose
    assert all(feed_of(caller, item).count("C") == 1 for item in items)


def test_a_record_that_went_in_bulk_and_is_sent_alone_counts_once(side):
    """The platform stops to take collections between the lost answer and the repetition: the same key, alone."""
    platform, desk, session, caller = side
    items = {desk.fill() for _ in range(5)}
    session.lose, desk.options["attempts"] = True, 1
    assert desk.push().done == 0
    session.taken = False
    assert desk.push().done == 5 and session.seen.count("PUT") == 5
    assert all(feed_of(caller, item).count("C") == 1 for item in items)


def feed_of(caller, item):
    """Operations that the feed reports of a record."""
    return [row["properties"]["op"] for row in caller.pages("changes", item=item)]


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
