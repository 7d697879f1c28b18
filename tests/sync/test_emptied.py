"""A field that one desk empties is empty at every other desk, though absence alone says nothing."""

from onemap.tests.support.desks import Desk

FORM = "project_site"


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
