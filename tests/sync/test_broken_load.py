"""A first load over a line with outages goes on where it broke off."""

import pytest
from onemap.plugin.sync.errors import UnreachableError

FORM, RECORDS, PAGE = "village_evaluation", 450, 100


@pytest.fixture
def filled(platform, monkeypatch):
    monkeypatch.setattr("onemap.plugin.sync.listing.PAGE", PAGE)
    for number in range(RECORDS):
        values = {
            "xzcdm": "330110001001",
            "xzcmc": "示例村",
            "zrc": str(number),
            "cls": "集聚提升类",
            "status": "draft",
        }
        platform.store(FORM, f"00000000-0000-4000-8000-{number:012}", values)
    return platform


class Outage:
    """Lets so many pages of the form through, then nothing."""

    def __init__(self, pages):
        self.left, self.asked = pages, []

    def __call__(self, handler, path):
        if not path.endswith(f"/{FORM}/items"):
            return False
        self.asked.append(handler.path)
        self.left -= 1
        if self.left >= 0:
            return False
        handler.close_connection = True
        return True


def count(desk):
    return desk.ws.count(desk.ws.form(FORM))


@pytest.mark.parametrize(("change", "pages"), [("none", 2), ("edited", 2), ("removed", 5), ("added", 5)])
def test_what_came_in_is_kept_and_not_asked_for_again(desk, filled, change, pages):
    desk.options, filled.reply = {"attempts": 2}, Outage(3)
    assert isinstance(desk.pull().error, UnreachableError) and count(desk) == 3 * PAGE
    filled.reply = again = Outage(99)
    first, new = (f"00000000-0000-4000-8000-{number:012}" for number in (0, 150_000))
    if change == "edited":  # of the part that is not asked for again
        filled.store(FORM, first, {"cls": "城郊融合类", "status": "returned"})
    if change == "removed":
        filled.remove(FORM, first)
    if change == "added":
        filled.store(FORM, new, {**filled.rows[FORM][first]["properties"], "zrc": "new"})
    assert desk.pull().error is None and len(again.asked) == pages
    assert desk.pull().error is None  # what changed meanwhile stands in the feed behind the first load's beginning
    assert desk.service.missing() == [] and desk.ws.setting("sync_first_load") == {}
    assert count(desk) == RECORDS + {"removed": -1, "added": 1}.get(change, 0) == len(filled.rows[FORM])
    if change == "edited":
        assert desk.record(FORM, first)["cls"] == "城郊融合类"


def test_another_feed_begins_anew(desk, filled):
    desk.options, filled.reply = {"attempts": 2}, Outage(3)
    assert desk.pull().error is not None
    filled.restore(filled.backup())
    filled.reply = again = Outage(99)
    assert desk.pull().error is None and len(again.asked) == 5 and count(desk) == RECORDS


def test_an_address_that_is_over_begins_anew(desk, filled):
    desk.options, filled.reply = {"attempts": 2}, Outage(2)
    assert desk.pull().error is not None

    def over(handler, path):
        if path.endswith(f"/{FORM}/items") and "limit" not in handler.path.partition("?")[2].split("&")[0]:
            handler.refuse(400, "cursor")
            return True
        return False

    filled.reply = over
    first = desk.pull()
    filled.reply = None
    assert desk.pull().error is None and count(desk) == RECORDS and first is not None


def test_a_disk_that_is_full_skips_no_page(desk, filled, monkeypatch):
    from onemap.plugin.core.errors import OutputError
    from onemap.plugin.sync.reader import ItemReader

    def full(self, items):
        raise OutputError("store_disk_full", file="a.gpkg")

    with monkeypatch.context() as patched:
        patched.setattr("onemap.plugin.sync.reader._STEP", PAGE)
        patched.setattr(ItemReader, "apply_in_steps", full)
        assert desk.pull().error is not None and count(desk) == 0
    assert desk.pull().error is None and count(desk) == RECORDS
