"""How many removals are too many to do without asking, and what becomes of what a person decides."""

from types import SimpleNamespace

import pytest
from onemap.plugin.store.missing import MissingItem, Reason
from onemap.plugin.sync.conflicts import complete_row
from onemap.plugin.sync.intake import Intake
from onemap.plugin.sync.removals import Limits, Removals, decide
from onemap.plugin.sync.report import Report
from onemap.tests.support.desks import SQUARE

FORM = "project_site"
LIMITS = Limits(count=20, share=0.05, single=1, unlimited=())


def gone(number, collection=FORM):
    return [MissingItem(collection, str(item), Reason.DELETED) for item in range(number)]


@pytest.mark.parametrize(
    "number, known, expected",
    [(1, 1, False), (2, 10, True), (2, 40, False), (3, 40, True), (2, 0, True), (20, 1000, False), (21, 100_000, True)],
)
def test_more_than_so_many_or_than_such_a_share_are_asked_about(number, known, expected):
    intake = SimpleNamespace(pulled=SimpleNamespace(known=lambda collection: range(known)))
    assert Removals(None, "li", Report(), intake)._too_many(gone(number), LIMITS) is expected
    more = gone(number) + gone(1, "plan_org")  # a single one of another collection changes that only by the count
    assert Removals(None, "li", Report(), intake)._too_many(more, LIMITS) is (expected or number + 1 > 20)


@pytest.mark.parametrize("version, operation", [(None, "create"), (3, "replace")])
def test_what_is_offered_again_is_new_or_replaces_what_is_there(desk, version, operation):
    item = desk.fill(note="mine")
    for entry in desk.ws.outbox.entries(item=item):
        desk.ws.outbox.remove(entry.key)
    row = None if version is None else {"note": "older"}
    assert decide(desk.ws, [MissingItem(FORM, item, Reason.BEHIND, version, row)], "offer", "li") == 1
    (entry,) = desk.ws.outbox.entries(item=item)
    assert (entry.op, entry.body["note"], entry.body["status"]) == (operation, "mine", "submitted")
    assert desk.record(FORM, item)["note"] == "mine"


@pytest.mark.parametrize("reason, row, left", [(Reason.BEHIND, {"name": "older"}, ["older"]), (Reason.LOST, None, []),
                                               (Reason.DELETED, {"name": "older"}, []), (Reason.BEHIND, None, [])])  # fmt: skip
def test_what_is_removed_here_becomes_the_older_version_where_the_platform_has_one(desk, reason, row, left):
    item = desk.fill(submit=False)
    other = desk.fill(submit=False, name="other")
    assert decide(desk.ws, [MissingItem(FORM, item, reason, 1, row)], "remove", "li") == 1
    names = {record["id"]: record["name"] for record in desk.ws.records(FORM)}
    assert names.pop(other) == "other" and list(names.values()) == left


def test_what_waits_to_be_sent_is_not_missing(desk):
    waits, idle = desk.fill(), desk.fill(submit=False)
    removals = Removals(desk.ws, "li", Report(), Intake(desk.ws, "li", Report()))
    removals.absent(FORM, [waits, idle], Reason.ABSENT)
    assert [(one.item, one.reason) for one in desk.ws.missing.items()] == [(idle, Reason.ABSENT)]


def test_a_row_of_the_platform_keeps_its_shape_and_empties_what_it_does_not_name_and_was_not_sent(desk):
    form = desk.ws.form(FORM)
    row = complete_row(form, {"name": "theirs", "geometry": SQUARE.hex(), "status": None}, {"name": "ours"})
    assert row.pop("name") == "theirs" and bytes(row.pop("geometry")) == SQUARE and "status" not in row
    assert set(row) == set(form.keys) - {"name", "geometry"} and set(row.values()) == {None}


def test_a_shape_that_the_platform_has_emptied_is_empty(desk):
    row = complete_row(desk.ws.form(FORM), {"name": "theirs", "geometry": None}, None)
    assert "geometry" in row and row["geometry"] is None
