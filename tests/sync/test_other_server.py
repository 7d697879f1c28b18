"""The client against a platform that keeps the contract with other habits than ours."""

import pytest
from onemap.plugin.core import messages
from onemap.tests.support import memory_platform
from onemap.tests.support.memory_platform import MemoryPlatform

HABITS = {
    "plain": ("small_pages",), "moved": ("moved",), "relative": ("relative",), "moved and relative": ("moved", "relative"), "weak": ("weak",),
    "gzip_tag": ("gzip_tag",), "no_tag": ("no_tag",), "no_version": ("no_version",), "html": ("html",), "no_epoch": ("no_epoch",),
    "no_enclosure": ("no_enclosure",), "deep_enclosure": ("deep_enclosure",), "broken_enclosure": ("broken_enclosure",), "extra": ("extra",),
    "ok200": ("ok200",), "busy_date": ("busy_date",), "no_filter": ("no_filter",), "moved_writes": ("moved_writes",),
    "text_cursor": ("text_cursor",), "list_links": ("list_links",), "opaque_tag": ("opaque_tag",),
    "everything": ("moved", "relative", "weak", "html", "no_epoch", "no_enclosure", "extra", "ok200", "no_filter", "moved_writes", "text_cursor", "list_links"),
    "no_count": ("no_count",), "everything else": ("gzip_tag", "no_version", "deep_enclosure", "busy_date", "no_epoch", "html"),
}  # fmt: skip


@pytest.fixture
def other(make_desk):
    """other(*habits) -> (server, desk)."""
    opened = []
    messages.set_language("en")

    def start(*habits):
        server = MemoryPlatform(*habits).__enter__()
        opened.append(server)
        return server, make_desk("other", on=server)

    yield start
    for server in opened:
        server.__exit__()


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
def test_a_round_with_another_platform(other, habits):
    from onemap.plugin.store.pulled import Pulled

    server, desk = other(*habits)
    items = [desk.fill() for _ in range(4)]
    pushed, pulled = desk.push(), desk.pull()
    assert (pushed.done, pushed.error, pulled.error) == (4, None, None), (pushed, pulled)
    assert all(
        desk.record("project_site", i)["case_no"] and desk.record("project_site", i)["version"] == 1 for i in items
    )
    assert sorted(r["name"] for r in Pulled(desk.ws).rows("control_line")) == [f"line {n}" for n in range(5)]
    # the province works: one returned, one gone, a line renamed
    server.store("project_site", items[0], {"status": "returned", "return_reason": "why"})
    server.remove("project_site", items[1])
    server.store("control_line", next(iter(server.rows["control_line"])), {"name": "renamed"})
    pulled = desk.pull()
    assert pulled.error is None and pulled.returned == [("project_site", items[0], "why")], pulled
    assert desk.ws.count("project_site", {"id": items[1]}) == 0
    assert "renamed" in {r["name"] for r in Pulled(desk.ws).rows("control_line")}
    # handed in again, while somebody else changes the same record
    desk.ws.save_records("project_site", [{"id": items[0], "note": "mine"}], "wang")
    desk.submit("project_site", items[0])
    server.store("project_site", items[0], {"applicant": "theirs"})
    pushed = desk.push()
    assert (pushed.done, pushed.merged, pushed.error) == (1, 1, None), pushed
    held = server.rows["project_site"][items[0]]["properties"]
    assert (held["note"], held["applicant"], held["status"]) == ("mine", "theirs", "submitted")
    assert desk.pull().error is None and desk.ws.verify_audit().is_intact
    server.seen.clear()
    assert desk.service.sync().error is None and len(server.seen) <= 3
    assert desk.ws.outbox.entries() == []


@pytest.mark.parametrize("habits", [(), ("html",)])
def test_what_it_refuses_is_told_in_its_words(other, habits):
    server, desk = other(*habits)
    item = desk.fill()
    server.store("project_site", item, {"status": "approved", "name": "made elsewhere", "county": "330110"})
    desk.ws.outbox.set_base("project_site", item, 1, {})
    result = desk.push()
    assert result.rejected == 1 and "Locked by status" in result.log[0], result


def test_without_locking_nothing_is_pushed(other, monkeypatch):
    server, desk = other()
    monkeypatch.setattr(memory_platform, "CONFORMS", ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"])
    desk.fill()
    result = desk.push()
    assert result.error.code == "sync_no_locking" and result.pending == 1
    assert not [seen for seen in server.seen if seen[0] == "PUT"]


def test_the_token_endpoint_is_found(other):
    from onemap.plugin.sync import discovery
    from onemap.plugin.sync.credentials import ClientCredentials, StaticToken
    from onemap.plugin.sync.options import TransportOptions
    from onemap.plugin.sync.transport import Transport

    server, desk = other("well_known", "moved")
    found = discovery.token_endpoint(Transport(server.url, StaticToken(""), options=TransportOptions(pause=0.01)))
    assert found == server.origin + "/keys"
    desk.credentials = ClientCredentials(found, "a", server.secret)
    desk.fill()
    assert desk.push().done == 1


def test_a_portals_page_is_no_acknowledgement(other):
    """A captive portal answers everything with 200 and a page of its own."""
    server, desk = other()
    desk.fill()
    assert desk.pull().error is None  # the addresses are known
    page = b"<html><title>Please log in</title></html>"
    server.reply = lambda handler, path: handler.command == "PUT" and (handler.answer(200, page, "text/html") or True)
    result = desk.push()
    assert (result.done, result.pending) == (0, 1) and "HTTP 200" in str(result.error)
