"""A field that one desk empties is empty at every other desk, though absence alone says nothing."""

import pytest
import shapely
from onemap.plugin.store.pulled import Pulled
from onemap.tests.support.desks import Desk

FORM = "project_site"
LINE = shapely.box(119, 30, 119.1, 30.1)


def leave_out_nulls(platform):
    """From now on the platform's features lack every property that is empty."""
    usual = type(platform).feature

    def feature(item, row):
        made = usual(platform, item, row)
        return {**made, "properties": {k: v for k, v in made["properties"].items() if v is not None}}

    platform.feature = feature


@pytest.mark.parametrize("announced", ["never", "always", "later"])
def test_a_platform_that_leaves_out_what_is_empty_has_to_say_so(desk, platform, tmp_path, announced):
    leave_out_nulls(platform)
    platform.habits = {*platform.habits, *(["omits-null"] if announced == "always" else ())}
    other = Desk(platform, tmp_path / "other.gpkg")
    item = desk.fill(name="n", note="ours", applicant="a")
    platform.store("control_line", "L1", {"name": "line", "zone": "Z"}, LINE)
    assert desk.service.sync().error is None and other.pull().error is None
    platform.habits = {*platform.habits, *(["omits-null"] if announced == "later" else ())}
    if announced == "later":
        other.fill()
        assert other.push().done == 1
    platform.store(FORM, item, {"status": "returned", "note": None})
    platform.store("control_line", "L1", {"name": "line", "zone": None}, LINE)
    assert other.pull().error is None
    record, (line,) = other.record(FORM, item), Pulled(other.ws).rows("control_line", id="L1")
    kept = ("ours", "Z") if announced == "never" else (None, None)
    assert (record["note"], line["zone"]) == kept and (record["applicant"], record["name"]) == ("a", "n")
    assert record["geometry"] is not None and other.ws.outbox.entries() == []


def test_a_field_that_one_desk_empties_is_empty_at_the_other(desk, platform, tmp_path):
    other = Desk(platform, tmp_path / "other.gpkg")
    item = desk.fill(name="n", note="ours", applicant="a")
    assert desk.service.sync().error is None and other.pull().error is None
    assert other.record(FORM, item)["note"] == "ours"
    platform.store(FORM, item, {"status": "returned", "return_reason": "why"})
    assert desk.pull().error is None
    desk.ws.save_records(FORM, [{"id": item, "note": None}], "wang")
    desk.submit(FORM, item)
    assert desk.push().done == 1
    assert other.pull().error is None and desk.pull().error is None
    assert other.record(FORM, item)["note"] is None and desk.record(FORM, item)["note"] is None


def test_a_platform_that_cannot_say_now_whether_it_omits_is_asked_again(desk, platform):
    from onemap.plugin.sync.unnamed import omits_null

    def failing(handler, path):
        if path == platform.path("conformance"):
            handler.refuse(503, "away")
            return True
        return False

    def learned():
        desk.service._forget_places()
        assert desk.pull().error is None
        return omits_null(desk.ws)

    desk.options, platform.reply = {"attempts": 1}, failing
    assert not learned()
    platform.habits, platform.reply = {*platform.habits, "omits-null"}, None
    assert desk.pull().error is None and omits_null(desk.ws)  # though its addresses are known
    platform.reply = failing
    assert learned()  # as it last said
