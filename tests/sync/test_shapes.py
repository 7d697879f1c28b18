"""Replies of any shape: one error in words, never a Python error, never stuck, and the audit chain stays whole."""

import contextlib
import json
import uuid

import pytest
import requests
from onemap.plugin.store.pulled import Pulled
from onemap.plugin.sync.errors import ContractError
from onemap.plugin.sync.transport import Transport
from onemap.plugin.sync.values import column_value
from onemap.plugin.sync.wire import parse_object
from onemap.tests.support.memory_platform import MemoryPlatform
from onemap.tests.support.warped import run_warped

FORM = "project_site"


@pytest.mark.parametrize("seed", range(4))
def test_warped_replies_end_in_words_and_leave_the_chain_whole(make_desk, seed, monkeypatch):
    monkeypatch.setattr("onemap.plugin.sync.transport._PAUSE_CAP", 0.001)
    with MemoryPlatform() as platform:
        desk = make_desk("warped", on=platform, attempts=2)
        _, sent, warper = run_warped(platform, desk, seed, 60)
        assert sent >= 60 and desk.ws.verify_audit().is_intact
        for _ in range(4):  # with good replies everything comes to rest
            for entry in desk.ws.outbox.entries(("conflict",)):
                desk.service.resolve(entry.key, "theirs")
            assert desk.service.sync().error is None
        assert set(platform.rows[FORM]) - warper.hidden <= set(desk.ws.record_ids(FORM))
        Pulled(desk.ws).load_anew(platform.url, [FORM])  # what a page of the feed hid comes with a whole listing
        assert desk.service.sync().error is None
        assert set(platform.rows[FORM]) <= set(desk.ws.record_ids(FORM)) and desk.ws.verify_audit().is_intact


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"5", b"{", b'{"a": NaN}', b'{"a": ' + b"9" * 9000 + b"}",
        pytest.param(b'{"a": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}", id="deeper than any Python reads"),
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_told(data):
    if sum(data.count(c) for c in (b"9",)) > 5000:
        try:
            parse_object(data, "x")
        except ContractError as error:
            assert str(error)
        return
    with pytest.raises(ContractError):
        parse_object(data, "x")


@pytest.mark.parametrize(
    "kind, value, kept",
    [
        *[
            ("text", 12, "12"),
            ("text", 1.5, "1.5"),
            ("text", True, "true"),
            ("text", {"a": 1}, '{"a": 1}'),
            ("text", "\ud800x", "?x"),
        ],
        *[
            ("integer", "12", 12),
            ("integer", 3.0, 3),
            ("number", "1.5", 1.5),
            ("number", 7, 7.0),
            ("date", "20260301", "2026-03-01"),
        ],
        *[("date", "2026-03-01T00:00:00Z", "2026-03-01"), ("files", "[]", None), ("text", None, None)],
    ],
)
def test_values_become_what_the_column_holds(kind, value, kept):
    assert column_value(kind, value, "f") == kept


@pytest.mark.parametrize(
    "kind, value",
    [("integer", "x"), ("integer", 1.5), ("integer", 2**63), ("number", "1e999"), ("number", True), ("date", "2026-02-30"), ("date", 5),
     ("files", [{"name": "a"}]), ("files", 5), ("integer", [1])],
)  # fmt: skip
def test_values_that_fit_no_column_are_told(kind, value):
    with pytest.raises(ContractError):
        column_value(kind, value, "f")


def test_a_number_in_a_text_field_leaves_the_chain_whole(desk, platform):
    item = str(uuid.uuid4())
    platform.store(FORM, item, {"name": 12, "note": 1.50, "area_m2": "300", "applicant": {"a": 1}})
    result = desk.pull()
    assert (
        result.error is None and desk.record(FORM, item)["name"] == "12" and desk.record(FORM, item)["area_m2"] == 300
    )
    assert desk.ws.verify_audit().is_intact
    platform.store(FORM, item, {"note": 7})
    assert desk.pull().error is None and desk.ws.verify_audit().is_intact


def test_one_unreadable_record_stops_nothing_and_is_asked_for_again(desk, platform):
    bad, good = str(uuid.uuid4()), str(uuid.uuid4())
    platform.store(FORM, bad, {"name": "bad", "area_m2": "much"})
    platform.store(FORM, good, {"name": "good"})
    result = desk.pull()
    assert result.error is None and result.unreadable == 1 and desk.ws.count(FORM) == 1
    assert any(bad in line and "area_m2" in line for line in result.log)
    with platform.lock:
        platform.rows[FORM][bad]["properties"]["area_m2"] = 5
    assert desk.pull().unreadable == 0 and desk.record(FORM, bad)["area_m2"] == 5 and desk.ws.verify_audit().is_intact


REPLY = json.dumps(
    {"items": [{"名称": "云溪县", "text": 'a "b" \\ \n', "n": -1.5e3, "yes": True, "no": None}]}
).encode()


@pytest.mark.parametrize("end", range(1, len(REPLY)))
def test_a_reply_cut_anywhere_is_asked_for_again(end):
    """Within an escape, a number, a word or between them: JSON that ends early is no answer of the platform."""
    answer = requests.Response()
    answer._content, answer.url = REPLY[:end], "https://platform.example/x"
    with pytest.raises(requests.ConnectionError):
        Transport._parse(answer)


@pytest.mark.parametrize(
    "body", [b'{"a": tru, "b": 1, "c": 2}', rb'{"a": "\ux", "b": "something longer"}', b"<html>oops</html>"]
)
def test_a_whole_reply_that_is_wrong_is_not_asked_for_again(body):
    answer = requests.Response()
    answer._content, answer.url = body, "https://platform.example/x"
    with contextlib.suppress(ContractError):  # told where the body is used
        Transport._parse(answer)


def test_a_single_polygon_comes_as_the_column_holds_it(desk, platform):
    """QGIS takes no Polygon into a layer of MultiPolygons; it is the same shape, so that nothing is sent for it."""
    import shapely

    item = str(uuid.uuid4())
    platform.store(FORM, item, {"name": "一块", "status": "draft"}, shapely.box(119.01, 30.105, 119.1, 30.2))
    assert desk.pull().error is None
    shape = shapely.from_wkb(desk.record(FORM, item)["geometry"])
    assert shape.geom_type == "MultiPolygon" and shapely.equals(shape, shapely.box(119.01, 30.105, 119.1, 30.2))
    assert desk.service.sync().merged == 0 and platform.rows[FORM][item]["version"] == 1


@pytest.mark.parametrize("pages", [("new", "old"), ("old", "new"), ("new old",), ("old new",)], ids="/".join)
def test_an_item_that_a_listing_shows_twice_is_the_later_one(desk, platform, pages):
    """Pages that come from two copies of a database, or that move while they are read."""
    import copy

    import shapely

    item = str(uuid.uuid4())
    platform.store(
        FORM, item, {"name": "n", "note": "old", "status": "draft"}, shapely.box(119.01, 30.105, 119.1, 30.2)
    )
    shown = {"old": copy.deepcopy(platform.feature(item, platform.rows[FORM][item]))}
    platform.store(FORM, item, {"note": "new"})
    shown["new"] = platform.feature(item, platform.rows[FORM][item])

    def reply(handler, path):
        if handler.command != "GET" or not path.endswith(f"/{FORM}/items"):
            return False
        number = int(handler.query.get("page", 0))
        more = (
            [{"rel": "next", "href": f"{platform.origin}{path}?page={number + 1}"}] if number + 1 < len(pages) else []
        )
        features = [shown[name] for name in pages[number].split()]
        features += [{**shown["old"], "id": f"other {number}"}]  # without it the pages would go in a circle
        handler.answer(200, {"features": features, "links": more, "numberMatched": 1 + len(pages)})
        return True

    platform.reply = reply
    desk.pull()
    assert desk.record(FORM, item)["note"] == "new"
