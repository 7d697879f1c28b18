"""Values of indicators travel: filled in by counties, over the line or in a bag, to the province's summary and back."""

import pytest
from onemap.tests.support.desks import Desk

FORM, KEY = "indicator_value", b"key of county and province"


@pytest.fixture
def platform(platform):
    platform.rows[FORM] = {}
    platform.counties["reviewer"] = None
    return platform


@pytest.fixture
def province(platform, tmp_path):
    from onemap.tests.support.workspaces import ungated_workspace

    ungated_workspace(tmp_path / "province.gpkg", "330000")
    made = Desk(platform, tmp_path / "province.gpkg", "reviewer")
    yield made
    made.ws.close()


def fill(desk, code, values):
    """Submit {(indicator, year): hectares} of a county; returns the records."""
    rows = [
        {"division": code, "indicator": name, "indicator_name": name, "year": year, "value": value, "unit": "ha",
         "state": "computed"}
        for (name, year), value in values.items()
    ]  # fmt: skip
    ids = desk.ws.save_records(FORM, rows, "wang").ids
    for item in ids:
        desk.submit(FORM, item)
    return dict(zip(values, ids))


def summarised(province, h, **more):
    from onemap.plugin.store.workspace import Workspace

    given = {"WORKSPACE": str(province.path), "YEAR": 2025, "TOTALS": "memory:", "QUESTIONS": "memory:"}
    province.ws.close()  # one writer at a time
    try:
        return h.run("summarise", None, **given, **more)
    finally:
        province.ws = Workspace.open(province.path)


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def totals(result):
    return {f["indicator"]: (f["total"], f["counted"]) for f in result["TOTALS"].getFeatures() if not f["area"]}


def test_values_by_line_are_summed_and_a_question_goes_back(make_desk, province, h):
    one, two = make_desk(), make_desk("b", "county_b")
    fill(one, "330110", {("farmland", 2024): 1000.0, ("farmland", 2025): 1001.0})
    mine = fill(two, "330111", {("farmland", 2024): 500.0, ("farmland", 2025): -500.0})
    assert one.push().done == 2 and two.push().done == 2
    assert province.pull().error is None
    result = summarised(province, h, RETURN_QUESTIONS=True)
    assert totals(result) == {"farmland": (501.0, 2)} and result["QUESTION_COUNT"] == result["RETURNED_COUNT"] == 1
    asked = province.record(FORM, mine["farmland", 2025])
    assert asked["status"] == "returned" and asked["return_reason"]
    assert [e.op.value for e in province.ws.outbox.entries()] == ["update"]  # it waits for the next push
    done = province.push()
    assert (done.done, done.rejected, province.ws.outbox.entries()) == (1, 0, [])
    base = province.ws.outbox.base(FORM, asked["id"])
    assert base.row["status"] == "returned" and base.row["value"] == -500.0 and base.version == 2
    two.pull(), one.pull()
    back = two.record(FORM, mine["farmland", 2025])
    assert two.ws.count(FORM, {"status": "returned"}) == 1
    assert (back["status"], back["return_reason"]) == ("returned", asked["return_reason"])
    assert all(row["status"] == "submitted" for row in one.ws.records(FORM))
    two.ws.save_records(FORM, [{"id": back["id"], "value": 500.0}], "wang")
    two.submit(FORM, back["id"])
    assert two.push().done == 1
    province.pull()
    result = summarised(province, h)
    assert totals(result) == {"farmland": (1501.0, 2)} and result["QUESTION_COUNT"] == 0


def test_values_in_a_bag_are_summed(make_desk, province, platform, h, tmp_path):
    """What the bag carries is all that the province needs: its requests, made for the county, arrive as by line."""
    from onemap.plugin.sync.bag import BagReader
    from onemap.plugin.sync.courier import Courier
    from onemap.tests.support.callers import Caller

    one = make_desk()
    fill(one, "330110", {("farmland", 2025): 1001.5, ("forest", 2025): 20.0})
    assert Courier(one.ws, KEY, "li").pack(tmp_path / "1.zip") == 2
    with BagReader(tmp_path / "1.zip", KEY, "330110") as bag:
        lines = list(bag.lines("requests.jsonl"))
    county = Caller(platform, platform.tokens["county_a"])
    for line in lines:
        answer = county.raw(line["method"], line["collection"], line["item"], headers=line["headers"],
                            data=line["body"].encode())  # fmt: skip
        assert answer.status_code in (200, 201), answer.text
    province.pull()
    assert totals(summarised(province, h)) == {"farmland": (1001.5, 1), "forest": (20.0, 1)}


@pytest.fixture
def asked(make_desk, province, h):
    """(county's desk, id of its record) of a value that the province has returned and not yet sent back."""
    county = make_desk("b", "county_b")
    mine = fill(county, "330111", {("farmland", 2024): 500.0, ("farmland", 2025): -500.0})
    county.push(), province.pull()
    assert summarised(province, h, RETURN_QUESTIONS=True)["RETURNED_COUNT"] == 1
    return county, mine["farmland", 2025]


def test_a_question_about_a_value_that_has_changed_is_not_sent(asked, province, platform):
    county, record = asked
    platform.store(FORM, record, {"value": 500.0})  # corrected over another line
    result = province.push()
    assert (result.done, result.conflict, result.rejected, province.ws.outbox.entries()) == (0, 0, 0, [])
    assert platform.rows[FORM][record]["properties"]["status"] == "submitted"
    province.pull()
    known = province.record(FORM, record)
    assert (known["status"], known["value"]) == ("submitted", 500.0)


def test_a_desk_that_is_no_reviewer_keeps_its_question_with_the_answer(asked, province, platform):
    from onemap.plugin.sync.credentials import StaticToken

    _, record = asked
    province.credentials = StaticToken(platform.tokens["county_b"])
    assert province.push().rejected == 1
    (entry,) = province.ws.outbox.entries()
    assert entry.last_error and province.record(FORM, record)["status"] == "returned"
    assert platform.rows[FORM][record]["properties"]["status"] == "submitted"


def test_a_question_goes_back_in_a_bag(asked, province, platform, tmp_path):
    from onemap.plugin.sync.bag import BagReader
    from onemap.plugin.sync.courier import Courier
    from onemap.tests.support.callers import Caller

    county, record = asked
    assert Courier(province.ws, KEY, "li").pack(tmp_path / "1.zip") == 1
    with BagReader(tmp_path / "1.zip", KEY, "330000") as bag:
        (line,) = bag.lines("requests.jsonl")
    answer = Caller(platform, platform.tokens["reviewer"]).raw(
        line["method"], line["collection"], line["item"], headers=line["headers"], data=line["body"].encode()
    )
    assert answer.ok, answer.text
    county.pull()
    back = county.record(FORM, record)
    assert back["status"] == "returned" and back["return_reason"] == province.record(FORM, record)["return_reason"]


def test_a_county_that_returns_its_own_record_tells_nobody(make_desk):
    county = make_desk("b", "county_b")
    mine = fill(county, "330111", {("farmland", 2025): 5.0})
    county.push()
    assert county.ws.give_back(FORM, mine["farmland", 2025], "zhao", "again") is False
    assert county.ws.outbox.entries() == [] and county.record(FORM, mine["farmland", 2025])["status"] == "returned"


@pytest.mark.parametrize(("own", "theirs", "fits"), [
    ("330000", "330111", True), ("330100", "330111", True), ("330100", "330211", False), ("330000", "320111", False),
    ("330110", "330111", False), ("330110", "330110", True), ("330110", "", True),
])  # fmt: skip
def test_whose_records_a_workspace_takes(own, theirs, fits):
    from onemap.plugin.core.errors import InputError
    from onemap.plugin.sync.first_load import check_county

    if fits:
        check_county(own, {"county": theirs})
        return
    with pytest.raises(InputError):
        check_county(own, {"county": theirs})
