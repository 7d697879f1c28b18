"""The contract clause by clause, as the client keeps it on the wire: over real HTTP, on a platform in memory."""

import json
import uuid

import pytest
import shapely
from onemap.plugin.core import messages
from onemap.plugin.core.errors import OneMapError
from onemap.plugin.sync.credentials import ClientCredentials
from onemap.plugin.sync.errors import ForeignHostError, UnreachableError
from onemap.plugin.sync.service import SyncService
from onemap.tests.support.memory_platform import MemoryPlatform

FORM = "project_site"
MANAGED = {"case_no", "version", "updated_at", "updated_by", "return_reason"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("onemap.plugin.sync.transport._PAUSE_CAP", 0.01)


class Writes:
    """Listens to what is written: [(method, item, headers, body)]; `answers`: statuses for the next writes."""

    def __init__(self, platform, *answers, **headers):
        self.heard, self.answers, self.headers = [], list(answers), headers
        platform.reply = self

    def __call__(self, handler, path):
        if handler.command not in ("PUT", "PATCH", "DELETE"):
            return False
        body = json.loads(handler.body) if handler.body else None
        self.heard.append((handler.command, path.rsplit("/", 1)[1], dict(handler.headers), body))
        if self.answers:
            handler.refuse(self.answers.pop(0), "Words of the platform", **self.headers)
            return True
        return False


def returned(desk, platform, **values):
    """A record that was sent and came back."""
    item = desk.fill(**values)
    desk.service.sync()
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    desk.pull()
    return item


def test_requests_as_the_contract_writes_them(desk, platform):
    """Precondition, key, media type; a uuid of ours; nothing that the server manages; coordinates as they are here."""
    writes = Writes(platform)
    item = returned(desk, platform, note="n")
    desk.submit(FORM, item)
    desk.push()
    platform.store(FORM, item, {"status": "returned"})
    desk.pull()
    desk.ws.delete_record(FORM, item, "wang")
    desk.push()
    (create, replace, delete) = writes.heard
    assert [one[0] for one in writes.heard] == ["PUT", "PUT", "DELETE"] and {one[1] for one in writes.heard} == {item}
    assert create[2]["If-None-Match"] == "*" and "If-Match" not in create[2]
    assert (replace[2]["If-Match"], delete[2]["If-Match"]) == ('"2"', '"4"') and "If-None-Match" not in replace[2]
    keys = [one[2]["Idempotency-Key"] for one in writes.heard]
    assert len({uuid.UUID(key) for key in keys}) == 3 and uuid.UUID(create[1])
    for _, _, headers, body in (create, replace):
        assert headers["Content-Type"] == "application/geo+json" and body["id"] == item
        assert not MANAGED & set(body["properties"]) and body["properties"]["county"] == "330110"
        assert body["geometry"]["type"] == "MultiPolygon"
        sent = shapely.from_geojson(json.dumps(body["geometry"]))
        assert sent.bounds == (119.01, 30.105, 119.1, 30.2)  # longitude first, no shift
    assert delete[3] is None and platform.rows[FORM] == {}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_under_the_same_key(desk, platform, status):
    writes = Writes(platform, status, status, Retry_After="0")
    item = desk.fill()
    assert desk.push().done == 1 and platform.rows[FORM][item]["version"] == 1
    assert len(writes.heard) == 3 and len({one[2]["Idempotency-Key"] for one in writes.heard}) == 1
    assert len({json.dumps(one[3]) for one in writes.heard}) == 1


@pytest.mark.parametrize("status", [400, 403, 409, 415, 422, 428])
def test_a_refusal_returns_the_record_with_the_platforms_words_and_stops_no_other(desk, platform, status):
    writes = Writes(platform, status)
    items = [desk.fill(), desk.fill()]
    result = desk.push()
    assert (result.done, result.rejected, result.pending, result.error) == (1, 1, 0, None) and len(writes.heard) == 2
    (entry,) = desk.ws.outbox.entries()
    assert "Words of the platform" in entry.last_error and entry.item in items
    assert desk.record(FORM, entry.item)["status"] == "returned"
    desk.submit(FORM, entry.item)
    assert desk.push().done == 1 and desk.ws.outbox.entries() == [] and set(platform.rows[FORM]) == set(items)
    keys = [one[2]["Idempotency-Key"] for one in writes.heard if one[1] == entry.item]
    assert len(set(keys)) == 2  # another request than the one that was refused


def test_a_token_that_ends_in_the_middle_is_renewed_and_the_run_goes_on(desk, platform):
    desk.credentials = ClientCredentials(platform.origin + "/keys", "county_a", platform.clients["county_a"])
    items, writes = [desk.fill() for _ in range(6)], Writes(platform)
    reply, ended = platform.reply, []

    def over(handler, path):
        if len(writes.heard) == 3 and not ended:
            ended.append(platform.tokens["county_a"])
            platform.tokens["county_a"] = "e.y.another"
        return reply(handler, path)

    platform.reply = over
    result = desk.push()
    assert (result.done, result.error) == (6, None) and ended
    assert sorted(i for c, i, op, _, _ in platform.feed if c == FORM and op == "C") == sorted(items)


def test_a_renewal_that_is_refused_ends_the_run_and_keeps_everything(desk, platform):
    desk.credentials = ClientCredentials(platform.origin + "/keys", "county_a", "wrong")
    desk.fill()
    result = desk.push()
    assert result.error.code == "sync_login" and result.pending == 1 and desk.ws.outbox.counts()["rejected"] == 0


@pytest.mark.parametrize("status", [500, 502])
def test_a_gateways_page_is_told_by_its_title_and_loses_nothing(desk, platform, status):
    def page(handler, path):
        handler.answer(status, b"<html><head><title>Bad Gateway</title></head><body>x</body></html>", "text/html")
        return True

    items = [desk.fill() for _ in range(9)]
    platform.reply = page
    for step in (desk.push, desk.pull, desk.service.sync):
        result = step()
        assert "Bad Gateway" in str(result.error) and "<" not in str(result.error)
    platform.reply = None
    assert desk.service.sync().done == 9 and set(platform.rows[FORM]) == set(items)


def test_a_platform_that_goes_down_is_not_asked_for_every_record(desk, platform):
    for _ in range(60):
        desk.fill()
    writes = Writes(platform, *[503] * 1000, Retry_After="0")
    assert desk.push().pending == 60 and len(writes.heard) < 60
    platform.reply = None
    assert desk.push().done == 60


def test_a_server_that_says_nothing_is_left_after_its_time(make_desk, platform):
    import threading

    go = threading.Event()
    desk = make_desk("slow", timeout=(1, 0.2), attempts=2)
    item = desk.fill()

    def silent(handler, path):
        if handler.command == "PUT" and not go.is_set():
            go.wait(20)
        return False

    platform.reply = silent
    result = desk.push()
    assert isinstance(result.error, UnreachableError) and result.pending == 1
    go.set()
    platform.reply = None
    assert desk.push().done == 1 and platform.rows[FORM][item]["version"] == 1


@pytest.mark.parametrize("length", [40, 20_000])
def test_a_body_of_another_length_than_promised_is_no_answer(desk, platform, length):
    """Shorter than announced, or going on behind its end: asked for again, and never the answer to the next request."""
    wrong = [2]

    def other(handler, path):
        if path.endswith("/collections") and wrong[0]:
            wrong[0] -= 1
            data = json.dumps({"collections": [], "links": [], "more": "x" * 500}).encode()
            handler.close_connection = length > len(data)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
            handler.wfile.write(head.encode() + data)
            return True
        return False

    platform.reply = other
    desk.fill()
    result = desk.service.sync()
    assert result.error is None and result.done == 1 and wrong == [0]


def test_a_file_that_goes_on_behind_its_announced_end_is_not_taken(desk, platform, tmp_path):
    from onemap.plugin.sync.download import download

    sent = []

    def endless(handler, path):
        if not path.endswith("file.gpkg"):
            return False
        sent.append(handler.headers.get("Range"))
        head = 'HTTP/1.1 206 x\r\nETag: "1"\r\nConnection: close\r\nContent-Range: bytes 100-199/200\r\n\r\n'
        handler.close_connection = True
        handler.wfile.write(head.encode() + b"y" * 5000)
        return True

    platform.reply = endless
    (tmp_path / "file.gpkg.part").write_bytes(b"x" * 100)  # an earlier run broke off here
    (tmp_path / "file.gpkg.part.json").write_text(json.dumps({"etag": '"1"', "total": 200}))
    with pytest.raises(OneMapError) as refused:
        download(desk.transport, "file.gpkg", tmp_path / "file.gpkg")
    assert refused.value.code == "sync_contract" and sent == ["bytes=100-"]
    assert not (tmp_path / "file.gpkg").exists() and (tmp_path / "file.gpkg.part").stat().st_size == 0


def test_a_file_with_another_hash_than_announced_is_not_taken_and_the_pages_are(desk, platform, monkeypatch):
    monkeypatch.setattr("onemap.plugin.sync.download._announced", lambda headers: "0" * 64)
    monkeypatch.setattr("onemap.plugin.sync.discovery.enclosure", lambda *a: {"href": "/files/330110.gpkg"})
    result = desk.pull()
    assert result.error is None and any("differs from the one" in line for line in result.log)
    from onemap.plugin.store.pulled import Pulled

    assert len(Pulled(desk.ws).versions("control_line")) == 300
    assert not list(desk.path.parent.glob("*.first-load*"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["https://elsewhere.example/x", "http://127.0.0.1:1/x", "//elsewhere.example/x"])
def test_no_redirect_leads_to_another_host(desk, platform, status, target):
    def away(handler, path):
        handler.answer(status, None, Location=target)
        return True

    item = desk.fill()
    desk.pull()
    platform.reply = away
    for step in (desk.pull, desk.push):
        result = step()
        assert isinstance(result.error, (ForeignHostError, UnreachableError)), result.error
    assert desk.ws.outbox.entries()[0].item == item and desk.record(FORM, item)["status"] == "submitted"


def test_a_listing_that_changes_between_its_pages_brings_every_row(make_desk, tmp_path):
    """A platform that counts rows instead of going on behind the last one: what slips down is on neither page."""
    with MemoryPlatform("no_enclosure") as platform:  # pages of two
        items = [str(uuid.UUID(int=n + 1)) for n in range(7)]
        for item in items:
            platform.store(FORM, item, {"name": item, "status": "submitted"})
        desk, pages = make_desk(on=platform), []

        def moving(handler, path):
            if path.endswith(f"/{FORM}/items") and handler.command == "GET":
                pages.append(handler.query)
                if len(pages) == 2:
                    platform.remove(FORM, items[0])
            return False

        platform.reply = moving
        assert desk.pull().error is None and desk.pull().error is None
        assert set(desk.ws.record_ids(FORM)) == set(items[1:]) and len(pages) > 5


def test_a_number_given_twice_is_told(desk, platform):
    first, second = desk.fill(), desk.fill()
    desk.push()
    number = platform.rows[FORM][first]["properties"]["case_no"]
    platform.store(FORM, second, {"case_no": number})
    result = desk.pull()
    assert result.doubled == 1 and any(number in line for line in result.log)
    assert {desk.record(FORM, item)["case_no"] for item in (first, second)} == {number}
    platform.store(FORM, second, {"case_no": "330110-XM-2026-90000"})
    assert desk.pull().doubled == 0


def test_a_clock_that_is_years_off_changes_nothing(desk, platform, monkeypatch):
    """Neither what is sent, nor what is newer, nor how long a wait is, comes from this machine's clock."""
    import time

    now = time.time
    item = returned(desk, platform, note="n")
    monkeypatch.setattr(time, "time", lambda: now() + 3e8)
    desk.ws.save_records(FORM, [{"id": item, "note": "from the future"}], "wang")
    desk.submit(FORM, item)
    assert desk.push().done == 1
    monkeypatch.setattr(time, "time", lambda: now() - 3e8)
    platform.store(FORM, item, {"status": "returned", "note": "later"})
    desk.pull()
    assert desk.record(FORM, item)["note"] == "later"
    desk.ws.save_records(FORM, [{"id": item, "note": "from the past"}], "wang")
    desk.submit(FORM, item)
    assert desk.push().done == 1 and platform.rows[FORM][item]["properties"]["note"] == "from the past"


@pytest.mark.parametrize(
    "days, text",
    [(None, "certificate verify failed"), ((-9, -2), "has expired"), ((2, 9), "not valid yet")],
    ids=["another authority", "expired", "early"],
)
def test_a_certificate_that_is_not_good_gets_nothing(desk, platform, tmp_path, days, text):
    """The platform's certificate is another one all of a sudden: no byte of a record, no login goes there."""
    pytest.importorskip("cryptography")
    import ssl

    import requests
    from onemap.tests.support.tls import Authority

    known, stranger = Authority(tmp_path, "known"), Authority(tmp_path, "stranger")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*known.issue("server")[:2])
    platform.http.socket = context.wrap_socket(platform.http.socket, server_side=True, do_handshake_on_connect=False)
    platform.origin = platform.origin.replace("http:", "https:")
    desk.url = platform.url = platform.origin

    def session():
        made = requests.Session()
        made.trust_env, made.verify = False, str(known.file)
        return made

    desk.options["session"] = session()
    desk.fill()
    assert desk.push().done == 1
    if days:
        stranger = known
        known.from_day, known.to_day = days
    context.load_cert_chain(*stranger.issue("server")[:2])
    desk.options["session"], desk.options["attempts"] = session(), 2
    item, before = desk.fill(), len(platform.seen)
    result = desk.service.sync()
    assert isinstance(result.error, UnreachableError) and text in str(result.error), result.error
    assert len(platform.seen) == before and result.pending == 1 and item not in platform.rows[FORM]
    known.from_day, known.to_day = -1, 2
    context.load_cert_chain(*known.issue("server")[:2])
    desk.options["session"] = session()
    assert desk.push().done == 1


def test_what_the_machine_review_finds_comes_with_its_record_and_goes_with_it(desk, platform):
    from onemap.plugin.store.pulled import Pulled

    item = returned(desk, platform, note="n")
    (former,) = Pulled(desk.ws).rows("finding", target_id=item)
    desk.ws.save_records(FORM, [{"id": item, "note": "corrected"}], "wang")
    desk.submit(FORM, item)
    assert desk.service.sync().done == 1
    (now,) = Pulled(desk.ws).rows("finding", target_id=item)
    assert now["id"] != former["id"] and now["target_version"] == 3
    assert desk.record(FORM, item)["case_no"] == platform.rows[FORM][item]["properties"]["case_no"]


def test_messages_of_the_exchange_exist_in_both_languages():
    for code in ("bag_newer", "bag_other_workspace", "sync_numbers_doubled"):
        for language in ("en", "zh"):
            messages.set_language(language)
            assert messages.text(code, numbers="x") != code
    messages.set_language("en")


def test_two_runs_of_one_desk_send_nothing_twice(desk, platform):
    desk.fill()
    assert [SyncService(desk.ws, desk.transport, "li").sync().done for _ in range(3)] == [1, 0, 0]
    assert sum(c == FORM for c, *_ in platform.feed) == 1


@pytest.mark.parametrize("what", ["everything", "writes", "files"])
@pytest.mark.parametrize("status, wait", [(429, "3600"), (503, "86400")])
def test_a_platform_that_asks_for_an_hour_is_left_alone_for_it(desk, platform, monkeypatch, status, wait, what):
    """Not waited for, not asked again, and not by the next run either: of a long time an hour is kept."""
    from onemap.plugin.sync import busy

    asked, answering = [], {"everything": lambda *_: True, "writes": _writes, "files": _files}[what]

    def refuse(handler, path):
        if answering(handler, path):
            asked.append(handler.command)
            handler.refuse(status, "Maintenance", Retry_After=wait)
            return True
        return False

    assert desk.pull().error is None
    items = [desk.fill() for _ in range(6)]
    entry = desk.ws.outbox.entries(item=items[0])[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "files": [desk.ws.attachments.add_content("a", b"x")]})
    platform.reply = refuse
    result, now = desk.service.sync(), busy.time.time()
    assert f"{int(wait) // 60} minutes" in str(result.error) and f"HTTP {status}" in str(result.error)
    assert len(asked) <= {"everything": 1, "writes": 4, "files": 1}[what]  # as many as were under way
    platform.reply, seen = None, len(platform.seen)
    for seconds in (10, 3500):
        monkeypatch.setattr(busy.time, "time", lambda at=now + seconds: at)
        assert f"HTTP {status}" in str(desk.service.sync().error) and len(platform.seen) == seen
    for seconds in (-7200, 3700):  # a clock that was put back counts for nothing
        monkeypatch.setattr(busy.time, "time", lambda at=now + seconds: at)
        assert desk.service.sync().error is None and {*items} <= {*platform.rows[FORM]}
    assert desk.ws.uploads.records_open() == 0


def _writes(handler, path):
    return handler.command == "PUT"


def _files(handler, path):
    return "/uploads/" in path
