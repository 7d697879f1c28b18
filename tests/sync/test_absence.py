"""What an answer does not mention stays as it is: null is a statement, absence is none."""

from types import SimpleNamespace

import pytest
import shapely
from onemap.plugin.store.geopackage import geometry_blob
from onemap.plugin.store.outbox import Operation
from onemap.plugin.store.pulled import Pulled
from onemap.plugin.sync.courier import _answer
from onemap.plugin.sync.errors import ContractError
from onemap.plugin.sync.settle import Failed, Remote
from onemap.plugin.sync.wire import feature_of, remote_item
from onemap.tests.support.desks import SQUARE, Desk

FORM = "project_site"
LINE = shapely.box(119, 30, 119.1, 30.1)


def silent(platform, *names):
    """From now on the platform's features do not mention these members or properties."""
    usual = type(platform).feature

    def feature(item, row):
        made = usual(platform, item, row)
        properties = {name: value for name, value in made["properties"].items() if name not in names}
        return {name: value for name, value in {**made, "properties": properties}.items() if name not in names}

    platform.feature = feature


def returned(desk, platform, **values):
    item = desk.fill(name="n", note="ours", applicant="a", **values)
    assert desk.service.sync().error is None
    platform.store(FORM, item, {"status": "returned", "return_reason": "why"})
    assert desk.pull().error is None
    return item


def here(desk, item):
    record = desk.record(FORM, item)
    return record["note"], record["geometry"] is not None and shapely.from_wkb(record["geometry"]).area > 0


@pytest.mark.parametrize("names", [("geometry",), ("note",), ("geometry", "note")])
def test_what_a_feature_does_not_mention_stays(desk, platform, names):
    item = returned(desk, platform)
    silent(platform, *names)
    platform.store(FORM, item, {"applicant": "theirs"})
    assert desk.pull().error is None
    assert desk.record(FORM, item)["applicant"] == "theirs" and here(desk, item) == ("ours", True)


@pytest.mark.parametrize("way", ["edited", "queued"])
@pytest.mark.parametrize("names", [("geometry",), ("note",), ("geometry", "note")])
def test_a_merge_takes_no_value_away_that_is_not_mentioned(desk, platform, names, way):
    item = returned(desk, platform)
    silent(platform, *names)
    desk.ws.save_records(FORM, [{"id": item, "name": "mine"}], "wang")
    if way == "queued":
        desk.submit(FORM, item)
    platform.store(FORM, item, {"applicant": "theirs"})
    assert desk.service.sync().error is None
    record = desk.record(FORM, item)
    assert (record["name"], record["applicant"], *here(desk, item)) == ("mine", "theirs", "ours", True)
    assert desk.ws.outbox.entries(("conflict",)) == []
    assert desk.service.sync().error is None and here(desk, item) == ("ours", True)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_decision_takes_no_value_away_that_is_not_mentioned(desk, platform, choice):
    item = returned(desk, platform)
    silent(platform, "geometry", "note")
    desk.ws.save_records(FORM, [{"id": item, "applicant": "mine"}], "wang")
    desk.submit(FORM, item)
    platform.store(FORM, item, {"applicant": "theirs"})
    assert desk.push().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    assert desk.service.conflict(entry.key).fields == ("applicant",)
    desk.service.resolve(entry.key, choice)
    assert desk.service.sync().error is None and here(desk, item) == ("ours", True)
    there = platform.rows[FORM][item]
    assert there["geometry"] is not None and there["properties"]["note"] == "ours"


def made_again(desk, platform, item):
    """Deleted there, edited here, made again there."""
    desk.ws.save_records(FORM, [{"id": item, "name": "there"}], "wang")
    desk.submit(FORM, item)
    version = platform.rows[FORM][item]["version"]
    platform.remove(FORM, item)
    assert desk.push().conflict == 1
    platform.store(FORM, item, {"name": "there", "applicant": "a", "status": "returned"})
    platform.rows[FORM][item]["version"] = version + 5
    assert desk.pull().error is None
    (entry,) = desk.ws.outbox.entries(("conflict",))
    assert desk.service.conflict(entry.key).remote is not None
    desk.service.resolve(entry.key, "theirs")


def refused_and_given_up(desk, item, **values):
    """Type into a record, hand it in, have it refused for its contents, give the change up."""
    desk.ws.save_records(FORM, [{"id": item, **values}], "wang")
    desk.submit(FORM, item)
    (entry,) = desk.ws.outbox.entries()
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    assert desk.push().rejected == 1
    desk.service.withdraw(entry.key)


def refused(desk, platform, item):
    platform.store(FORM, item, {"name": "there"})
    assert desk.pull().error is None
    desk.ws.outbox.forget_fields(FORM, ["note"])
    refused_and_given_up(desk, item, applicant="later")


def went_back(desk, platform, item):
    platform.store(FORM, item, {"name": "there"})
    former = platform.backup()
    platform.store(FORM, item, {"name": "later"})
    desk.pull()
    platform.restore(former)
    assert desk.pull().missing == 1
    desk.service.decide_missing(desk.service.missing(), "remove")


@pytest.mark.parametrize("way", [made_again, refused, went_back])
def test_a_whole_record_taken_over_empties_nothing_that_was_never_mentioned(desk, platform, way):
    item = returned(desk, platform)
    silent(platform, "geometry", "note")
    desk.ws.outbox.forget_fields(FORM, ["note"])  # as of a platform that never mentioned it
    way(desk, platform, item)
    record = desk.record(FORM, item)
    assert (record["name"], record["applicant"], *here(desk, item)) == ("there", "a", "ours", True)
    assert desk.pull().error is None and here(desk, item) == ("ours", True)


def test_what_was_empty_when_it_came_is_empty_again_when_the_change_is_given_up(desk, platform, tmp_path):
    """A record of somebody else's that came without a field: there was nothing in it on either side."""
    item = desk.fill(name="n")
    assert desk.push().done == 1
    other = Desk(platform, tmp_path / "other.gpkg")
    silent(platform, "note")
    assert other.pull().error is None
    platform.rows[FORM][item]["properties"]["status"] = "returned"
    other.ws.change_status(FORM, item, "returned", "li", "why")
    refused_and_given_up(other, item, note="ours")
    assert other.record(FORM, item)["note"] is None


def test_what_was_sent_empty_is_empty_again_when_the_change_is_given_up(desk, platform):
    item = desk.fill(name="n")
    assert desk.push().done == 1  # the base is what was sent: complete
    silent(platform, "note")
    platform.rows[FORM][item]["properties"]["status"] = "returned"
    desk.ws.change_status(FORM, item, "returned", "li", "why")
    refused_and_given_up(desk, item, note="ours")
    assert desk.record(FORM, item)["note"] is None


def test_null_is_a_statement(desk, platform):
    item = returned(desk, platform)
    platform.rows[FORM][item]["geometry"] = None
    platform.store(FORM, item, {"note": None})
    assert desk.pull().error is None and here(desk, item) == (None, False)


@pytest.mark.parametrize("wrong", [0, "", [], False])
def test_what_is_no_geometry_and_no_properties_is_not_read_as_none(wrong):
    for name in ("geometry", "properties"):
        with pytest.raises(ContractError):
            feature_of({"id": "a", "geometry": None, "properties": {}, name: wrong}, "x")


def test_an_empty_object_says_nothing_of_a_shape():
    for value in ({"id": "a"}, {"id": "a", "geometry": {}}):
        assert not remote_item(FORM, feature_of({**value, "properties": {"version": 1}}, "x")).says_shape
    assert remote_item(FORM, feature_of({"id": "a", "geometry": None, "properties": {"version": 1}}, "x")).says_shape


def test_a_receipt_that_does_not_say_what_is_there_says_no_deletion():
    entry = SimpleNamespace(op=Operation.REPLACE, collection=FORM)
    assert isinstance(_answer(entry, {"status": 412}), Failed)
    assert _answer(entry, {"status": 412, "theirs": None}) == Remote(None)
    with pytest.raises(ContractError):
        _answer(entry, {"status": 412, "theirs": {}})


def test_handed_down_data_keep_what_is_not_mentioned(desk, platform):
    platform.store("control_line", "L1", {"name": "line", "zone": "Z"}, LINE)
    assert desk.pull().error is None
    silent(platform, "geometry", "zone")
    platform.store("control_line", "L1", {"name": "renamed"}, LINE)
    assert desk.pull().error is None
    (row,) = Pulled(desk.ws).rows("control_line", id="L1")
    assert (row["name"], row["zone"], row["version"]) == ("renamed", "Z", 2)
    with desk.ws.transaction():
        assert desk.ws._db.value("SELECT geom FROM control_line WHERE id = 'L1'") is not None


def test_null_empties_handed_down_data(desk):
    pulled, row = Pulled(desk.ws), {"id": "L1", "version": 1, "zone": "Z", "geometry": SQUARE}
    pulled.put("control_line", [row])
    pulled.put("control_line", [{"id": "L1", "version": 2, "zone": None, "geometry": None}])
    ((zone, geometry),) = desk.ws._db.rows("SELECT zone, geom FROM control_line")
    assert (zone, geometry) == (None, geometry_blob(None))
