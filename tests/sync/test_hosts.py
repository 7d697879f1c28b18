"""Only the named host: links, redirects and stored places that lead elsewhere get nothing."""

import json
import uuid

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.sync import discovery
from onemap.plugin.sync.credentials import StaticToken
from onemap.plugin.sync.errors import ContractError, ForeignHostError
from onemap.plugin.sync.options import TransportOptions
from onemap.plugin.sync.transport import Transport, origin
from onemap.tests.support.memory_platform import MemoryPlatform


@pytest.fixture
def stranger():
    """A host that nobody named, which writes down what it gets."""
    with MemoryPlatform(lines=0) as made:
        yield made


class ApiKey(StaticToken):
    """A login by a header of a name of its own, as some gateways want it."""

    def headers(self):
        return {"X-Api-Key": "geheim", **super().headers()}


def test_a_foreign_link_to_the_items_gets_no_record(desk, platform, stranger):
    def reply(handler, path):
        if path == "/collections":
            listed = [platform.describe(name) for name in (*platform.rows, "changes")]
            for one in listed:
                for link in one["links"]:
                    link["href"] = link["href"].replace(platform.origin, stranger.origin)
            handler.answer(200, {"collections": listed, "links": []})
            return True
        return False

    platform.reply = reply
    desk.fill()
    pushed, pulled = desk.push(), desk.pull()
    assert stranger.seen == [] and pushed.pending == 1
    assert {pushed.error.code, pulled.error.code} == {"sync_foreign_host"} and stranger.origin in str(pushed.error)
    platform.reply = None
    assert desk.push().done == 1  # the next run looks again


def test_places_that_came_with_a_workspace_are_not_trusted(desk, platform, stranger):
    desk.pull()
    kept = desk.ws.setting("sync_places")
    items = {"project_site": stranger.url + "/collections/project_site/items"}
    desk.ws.set_setting("sync_places", {platform.url: {**kept[platform.url], "items": items}})
    desk.fill()
    assert desk.push().done == 1 and stranger.seen == []
    desk.ws.set_setting("sync_places", {platform.url: ["nonsense"]})
    assert desk.pull().error is None


def test_a_kept_address_that_leads_nowhere_is_asked_for_again_in_the_same_run(desk, platform):
    desk.pull()
    item = str(uuid.uuid4())
    platform.store("project_site", item, {"name": "甲", "note": "n"})
    desk.pull()
    kept = desk.ws.setting("sync_places")
    items = {n: address.replace("/collections/", "/moved/") for n, address in kept[platform.url]["items"].items()}
    desk.ws.set_setting("sync_places", {platform.url: {**kept[platform.url], "items": items}})
    desk.fill()
    desk.ws.delete_record("project_site", item, "wang")
    result = desk.service.sync()
    assert result.error is None and result.done == 2 and not result.conflict and not result.rejected
    assert item not in platform.rows["project_site"]
    assert desk.ws.setting("sync_places") == kept


def test_a_platform_that_is_gone_is_asked_twice_at_most(desk, platform):
    desk.pull()
    asked = []

    def reply(handler, path):
        asked.append(path)
        handler.refuse(404)
        return True

    platform.reply = reply
    desk.fill()
    assert desk.service.sync().error is not None
    assert len(asked) < 12


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_login_follows_a_redirect_to_another_host(platform, stranger, method):
    def reply(handler, path):
        handler.answer(302 if method == "GET" else 308, None, Location=stranger.url + path)
        return True

    platform.reply = reply
    http = Transport(platform.url, ApiKey(platform.token), options=TransportOptions(pause=0.01))
    with pytest.raises(ForeignHostError):
        http.send(method, "collections/project_site/items/x", data=b"{}" if method == "PUT" else None)
    assert stranger.seen == []
    allowed = Transport(
        platform.url,
        ApiKey(platform.token),
        options=TransportOptions(pause=0.01, attempts=1, hosts=[stranger.url + "/"]),
    )
    stranger.reply = lambda handler, path: handler.answer(200, {"ok": True}) or True
    assert allowed.send(method, "collections/project_site/items/x", data=b"{}").status_code == 200
    (seen,) = stranger.headers_seen
    assert "X-Api-Key" not in seen and "Authorization" not in seen


def test_a_redirect_within_the_platform_keeps_the_login(platform):
    platform.reply = lambda handler, path: (
        path == "/old" and (handler.answer(301, None, Location="/conformance") or True)
    )
    http = Transport(platform.url, StaticToken(platform.token), options=TransportOptions(pause=0.01))
    assert "conformsTo" in http.get_json("old")[0]


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_circle_of_redirects_ends_in_words(platform, status):
    platform.reply = lambda handler, path: handler.answer(status, None, Location="/b" if path == "/a" else "/a") or True
    http = Transport(platform.url, StaticToken(platform.token), options=TransportOptions(pause=0.01))
    for method in ("GET", "PUT") if status != 302 else ("GET",):
        with pytest.raises(ContractError) as ended:
            http.send(method, "a", data=b"{}")
        assert ended.value.code == "sync_redirects"
    assert len(platform.seen) < 20


def test_a_foreign_file_is_not_fetched_and_the_pages_are(desk, platform, stranger):
    old = platform.describe

    def describe(collection, deep=False):
        reported = old(collection, deep)
        for link in reported["links"]:
            if link["rel"] == "enclosure":
                link["href"] = link["href"].replace(platform.origin, stranger.origin)
        return reported

    platform.describe = describe
    result = desk.pull()
    assert result.error is None and stranger.seen == [] and any(stranger.origin in line for line in result.log)
    from onemap.plugin.store.pulled import Pulled

    assert len(Pulled(desk.ws).versions("control_line")) == 300


def test_a_foreign_next_link_ends_the_pull(desk, platform, stranger):
    old = platform.link

    def link(rel, path, **more):
        reported = old(rel, path, **more)
        return (
            {**reported, "href": reported["href"].replace(platform.origin, stranger.origin)}
            if rel == "next"
            else reported
        )

    platform.habits = frozenset({"no_enclosure"})
    platform.link = link
    result = desk.pull()
    assert result.error.code == "sync_foreign_host" and stranger.seen == []


def test_the_secret_goes_to_no_foreign_token_endpoint(platform, stranger):
    def reply(handler, path):
        if path.startswith("/.well-known"):
            handler.answer(200, {"token_endpoint": stranger.origin + "/keys"})
            return True
        return False

    platform.reply = reply
    with pytest.raises(ForeignHostError):
        discovery.token_endpoint(Transport(platform.url, StaticToken(""), options=TransportOptions(pause=0.01)))
    allowed = Transport(platform.url, StaticToken(""), options=TransportOptions(pause=0.01, hosts=[stranger.origin]))
    assert discovery.token_endpoint(allowed) == stranger.origin + "/keys"


def test_a_foreign_upload_address_gets_no_bytes(desk, platform, stranger, tmp_path):
    import uuid

    from onemap.plugin.sync.upload import send_package

    (tmp_path / "p.zip").write_bytes(b"abc" * 1000)
    platform.upload_url = lambda item: f"{stranger.origin}/uploads/{item}"
    with pytest.raises(ForeignHostError):
        send_package(desk.transport, tmp_path / "p.zip", str(uuid.uuid4()))
    assert stranger.seen == []


def test_a_gateways_inner_name_is_the_platforms_own(desk, platform):
    """The landing page itself carries the inner name: the outer one is used."""

    def reply(handler, path):
        if handler.command == "GET" and path == "/":
            inner = "http://inner.example:8080"
            rels = (("self", "/"), ("conformance", "/conformance"), ("data", "/collections"))
            handler.answer(200, {"links": [{"rel": rel, "href": inner + path} for rel, path in rels]})
            return True
        return False

    platform.reply = reply
    desk.fill()
    assert desk.push().done == 1 and desk.pull().error is None


def test_origins():
    assert origin("HTTPS://A.example:443/x") == origin("https://a.example") != origin("https://a.example:8443")
    assert origin("http://[::1") == ("", "")
    with pytest.raises(InputError):
        Transport("https://li:geheim@platform.example", StaticToken(""))
    assert Transport("http://platform.example", StaticToken("")).plain
    assert not Transport("http://127.0.0.1:1", StaticToken("")).plain
    assert json.dumps(origin("https://a.example")) == '["https", "a.example"]'
