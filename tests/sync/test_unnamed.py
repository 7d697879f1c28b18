"""Fields that a mapped platform has no name for are ours alone: nothing that it says or takes empties them."""

from dataclasses import replace

import pytest
from onemap.plugin.paths import RESOURCES
from onemap.plugin.sync.adapter import adapted, load_mapping
from onemap.plugin.sync.options import TransportOptions
from onemap.plugin.sync.service import SyncService
from onemap.tests.support.arcgis_double import ArcgisDouble

FILE = RESOURCES / "sync" / "platforms" / "example_arcgis.json"
FORM = "project_site"
WHOLE = load_mapping(FILE)
SITES = WHOLE.collections[FORM]
NAMED = {name: theirs for name, theirs in SITES.fields.items() if name not in ("note", "project_code")}
PART = replace(WHOLE, collections={**WHOLE.collections, FORM: replace(SITES, fields=NAMED)})


@pytest.fixture
def other(make_desk):
    with ArcgisDouble(PART) as platform:
        desk = make_desk("arcgis", on=platform)
        desk.mapping, kind = PART, type(desk)

        class Adapted(kind):
            @property
            def service(self):
                options = TransportOptions(**{"pause": 0.01, **self.options})
                return SyncService(self.ws, adapted(self.mapping, self.url, self.credentials, options=options), "li")

        desk.__class__ = Adapted
        yield platform, desk


def returned(desk, server):
    """A record with a note that the platform has no name for, handed in and returned."""
    item = desk.fill(note="ours", applicant="a", name="n")
    assert desk.service.sync().error is None
    server.store(FORM, item, {"status": "returned", "return_reason": "why"})
    assert desk.pull().error is None and desk.record(FORM, item)["status"] == "returned"
    return item


def test_a_review_is_no_conflict_and_takes_nothing_away(other):
    server, desk = other
    item = returned(desk, server)
    desk.submit(FORM, item)
    assert desk.service.sync().done == 1
    server.store(FORM, item, {"status": "approved"})
    result = desk.pull()
    assert (result.conflict, result.merged, result.error) == (0, 0, None), result
    record = desk.record(FORM, item)
    assert (record["note"], record["status"]) == ("ours", "approved") and desk.ws.outbox.entries() == []


def test_what_merges_by_itself_leaves_it(other):
    server, desk = other
    item = returned(desk, server)
    desk.ws.save_records(FORM, [{"id": item, "name": "mine", "note": "ours, later"}], "wang")
    desk.submit(FORM, item)
    server.store(FORM, item, {"applicant": "theirs"})
    result = desk.push()
    assert (result.done, result.merged, result.conflict) == (1, 1, 0), result
    assert desk.pull().error is None
    record = desk.record(FORM, item)
    assert (record["name"], record["applicant"], record["note"]) == ("mine", "theirs", "ours, later")


@pytest.mark.parametrize("choice", ["mine", "theirs", {"name": "theirs"}])
def test_a_decision_leaves_it(other, choice):
    server, desk = other
    item = returned(desk, server)
    desk.ws.save_records(FORM, [{"id": item, "name": "mine"}], "wang")
    desk.submit(FORM, item)
    server.store(FORM, item, {"name": "theirs"})
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    found = desk.service.conflict(entry.key)
    assert found.fields == ("name",) and "note" not in (*found.taken, *found.kept)
    desk.service.resolve(entry.key, choice)
    assert desk.service.sync().error is None
    record = desk.record(FORM, item)
    assert (record["note"], record["name"]) == ("ours", "mine" if choice == "mine" else "theirs")


def test_a_withdrawn_refusal_leaves_it(other):
    server, desk = other
    item = returned(desk, server)
    desk.ws.save_records(FORM, [{"id": item, "name": "mine", "note": "ours, later"}], "wang")
    desk.submit(FORM, item)
    (entry,) = desk.ws.outbox.entries()
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    assert desk.push().rejected == 1
    desk.service.withdraw(entry.key)
    record = desk.record(FORM, item)
    assert (record["name"], record["note"], record["status"]) == ("n", "ours, later", "returned")
    assert desk.pull().conflict == 0


def test_the_platforms_older_version_leaves_it(other):
    server, desk = other
    item = returned(desk, server)
    backup = server.backup()
    server.store(FORM, item, {"name": "later"})
    desk.pull()
    server.restore(backup)
    assert desk.pull().missing == 1
    desk.service.decide_missing(desk.service.missing(), "remove")
    record = desk.record(FORM, item)
    assert (record["name"], record["note"]) == ("n", "ours")


def test_a_name_given_later_brings_it_there_and_empties_nothing(other):
    server, desk = other
    item = returned(desk, server)
    desk.mapping = server.mapping = WHOLE
    server.store(FORM, item, {"applicant": "later", "note": None})
    result = desk.pull()
    assert (result.error, result.conflict) == (None, 0) and desk.record(FORM, item)["note"] == "ours"
    desk.submit(FORM, item)
    assert desk.service.sync().done == 1 and server.rows[FORM][item]["properties"]["note"] == "ours"
