"""What does not pass its self-check leaves the house by no way: not by a push, not in a bag, however it came into the
outbox."""

import json

import pytest
import shapely
from onemap.plugin.sync.courier import Courier
from onemap.plugin.sync.credentials import StaticToken
from onemap.plugin.sync.options import TransportOptions
from onemap.plugin.sync.service import SyncService
from onemap.plugin.sync.transport import Transport
from onemap.tests.support.self_checks import FORM, SITE, check_round, control_layer, county, good_site, hand_in
from onemap.tests.support.workspaces import assert_intact


@pytest.fixture
def ws(tmp_path, platform):
    with county(tmp_path / "gated.gpkg", code=platform.counties["county_a"]) as made:
        yield made


def service(ws, platform):
    return SyncService(
        ws,
        Transport(platform.url, StaticToken(platform.tokens["county_a"]), options=TransportOptions(pause=0.02)),
        "li",
    )


def checked(ws, tmp_path):
    ws.cases.freeze("A", check_round([SITE], control_layer(tmp_path)), "wang")


def body(ws, item, **changes):
    shape = json.loads(shapely.to_geojson(SITE))
    return {"id": item, "county": ws.county, "status": "submitted", "name": "n", "geometry": shape, **changes}


def test_a_project_that_passes_goes_with_its_polygon(ws, platform, a, tmp_path):
    record = good_site(ws)
    checked(ws, tmp_path)
    hand_in(ws, record)
    result = service(ws, platform).push()
    assert (result.done + result.file_pending, result.rejected, result.error) == (1, 0, None)
    assert a.properties(FORM, record)["status"] == "submitted"


def test_what_was_put_into_the_outbox_by_another_way_is_not_sent_and_comes_back(ws, platform, a):
    record = good_site(ws, materials=[], area_m2=10_000)
    ws.outbox.put(FORM, record, "create", body(ws, record, area_m2=10_000))
    result = service(ws, platform).push()
    assert (result.done, result.rejected) == (0, 1) and not platform.rows[FORM]
    (entry,) = ws.outbox.entries()
    assert entry.state == "rejected" and entry.attempts == 0 and "Not sent" in entry.last_error
    assert_intact(ws)


def test_lines_that_changed_after_it_was_handed_in_stop_it_and_it_is_returned(ws, platform, tmp_path):
    record = good_site(ws)
    checked(ws, tmp_path)
    hand_in(ws, record)
    control_layer(tmp_path, "the lines of today")
    assert service(ws, platform).push().rejected == 1 and not platform.rows[FORM]
    held = ws.record(FORM, record)
    assert held["status"] == "returned" and "Control layers changed" in held["return_reason"]
    checked(ws, tmp_path)  # done again with the lines of today
    hand_in(ws, record)
    assert service(ws, platform).push().rejected == 0 and len(platform.rows[FORM]) == 1


def test_a_bag_leaves_it_behind_too(ws, tmp_path):
    good = good_site(ws)
    checked(ws, tmp_path)
    hand_in(ws, good)
    bad = good_site(ws, name="another")
    ws.outbox.put(FORM, bad, "create", body(ws, bad))
    log = []
    assert Courier(ws, b"k" * 32, "li", log.append).pack(tmp_path / "out.zip") == 1
    assert [(e.item, e.state.value) for e in ws.outbox.entries()] == [(good, "sending"), (bad, "rejected")]
    assert any(bad in line for line in log)


def test_what_was_tried_before_is_repeated_as_it_was(ws, tmp_path):
    """A request that may have reached the platform is the same request under the same key until it is answered."""
    good = good_site(ws)
    checked(ws, tmp_path)
    hand_in(ws, good)
    Courier(ws, b"k" * 32, "li").pack(tmp_path / "one.zip")
    control_layer(tmp_path, "the lines of today")
    assert Courier(ws, b"k" * 32, "li").pack(tmp_path / "two.zip") == 1
