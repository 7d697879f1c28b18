"""What has to be reported is a list of its own; due list and roll-up count what is missing, and agree with plain SQL."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest
import shapely
from onemap.plugin.core.forms.periods import periods_between
from onemap.plugin.store.due import reminder_text
from onemap.tests.support.workspaces import progress, raw

DAY = date(2026, 4, 20)
WORDS = {
    "nothing": "nothing", "head": "{county} {form} {period}: {count}", "unit": "{unit}{people}: {count}", "no_unit": "?",
    "line": "- {name}: {state}, {day}", "never": "never", "skipped": "{count} skipped", "late": "late", "foot": "end",
    "state": {"missing": "missing"},
}  # fmt: skip


def duty(title, **more):
    base = {"form": "plan_progress", "code": "330110", "name": "余杭区", "plan_type": "村庄规划", "title": title}
    return {**base, "unit": "自然资源局", "who": "张三", **more}


@pytest.fixture
def listed(ws):
    """Four plans to report: one reported, one skipped, one never, one of next year."""
    duties = [duty("甲"), duty("乙", due_day=10), duty("丙", since="2026-02"), duty("丁", since="2027-01")]
    ws.save_records("report_duty", duties, "zhang")
    rows = [
        progress(plan_name="甲", reported_at="2026-04-02"),
        progress(plan_name="甲 ", reported_at="2026-03-02"),
        progress(plan_name="乙", reported_at="2026-01-02", stage_date="2026-01-01"),
        progress(plan_name="戊", reported_at="2026-03-02"),
    ]
    ws.save_records("plan_progress", rows, "zhang")
    return ws


def test_the_list_says_what_is_missing_skipped_and_never_reported(listed):
    items = {i.values["plan_name"].strip(): i for i in listed.due("plan_progress", DAY)}
    assert {name: (i.state, i.skipped, i.never, i.late) for name, i in items.items()} == {
        "甲": ("draft", 0, False, False),
        "乙": ("missing", 2, False, True),
        "丙": ("missing", 2, True, False),
        "戊": ("missing", 0, False, False),  # not in the list, but reported last month
    }
    assert items["乙"].deadline == date(2026, 4, 10) and items["丙"].who == "张三"
    made = listed.copy_from_last("plan_progress", items["丙"], "zhang")
    assert listed.record("plan_progress", made)["plan_name"] == "丙"
    assert {i.state for i in listed.due("plan_progress", DAY)} == {"draft", "missing"}


def test_what_reached_its_last_stage_is_asked_no_more(listed):
    row = progress(plan_name="丙", reported_at="2026-03-03", stage="数据汇交入库")
    listed.save_records("plan_progress", [row], "zhang")
    assert "丙" not in {i.values["plan_name"] for i in listed.due("plan_progress", DAY)}


def test_forms_without_periods_are_due_by_the_list(ws):
    ws.save_records(
        "report_duty", [duty("东头", form="village_evaluation", code="330110100201", deadline="2026-04-01")], "z"
    )
    (item,) = ws.due("village_evaluation", DAY)
    assert (item.state, item.late, item.values["zrc"]) == ("missing", True, "东头")
    ws.save_records("village_evaluation", [{"xzcdm": "330110100201", "xzcmc": "竹山村", "zrc": "东头"}], "z")
    assert [i.state for i in ws.due("village_evaluation", DAY)] == ["draft"]


@pytest.mark.parametrize(
    ("more", "day", "found"),
    [
        ({"due_day": 20}, DAY, [(date(2026, 4, 20), False)]),  # on its last day a record is not late
        ({"due_day": 19}, DAY, [(date(2026, 4, 19), True)]),
        ({"due_day": 31}, DAY, [(date(2026, 4, 30), False)]),
        (
            {"since": "2026-04-30", "until": "2026-04-01"},
            DAY,
            [(date(2026, 4, 25), False)],
        ),  # whole months; the form says the 25th
        ({"since": "2026-05-01"}, DAY, []),
        ({"until": "2026-03-31"}, DAY, []),
    ],
)
def test_a_duty_holds_from_its_first_month_to_its_last_and_is_late_after_its_day(ws, more, day, found):
    ws.save_records("report_duty", [duty("甲", **more)], "zhang")
    assert [(item.deadline, item.late) for item in ws.due("plan_progress", day)] == found


def test_what_is_handed_in_stands_last_and_is_never_late(listed):
    done = listed.record_ids("plan_progress", {"plan_name": "甲"})[0]
    listed.change_status("plan_progress", done, "ready", "zhang")
    listed.change_status("plan_progress", done, "submitted", "li")
    items = listed.due("plan_progress", date(2027, 1, 1), period="2026-04")
    assert [i.state for i in items] == ["missing"] * (len(items) - 1) + ["submitted"] and len(items) > 2
    assert [i.late for i in items] == [True] * (len(items) - 1) + [False]
    assert (items[-1].record, items[-1].skipped) == (done, 0) and items[-1].previous not in (None, done)


def test_a_form_without_periods_and_without_a_day_is_due_at_the_end_of_the_year(ws):
    ws.save_records("report_duty", [duty("东头", form="village_evaluation", code="330110100201")], "z")
    assert [(i.deadline, i.late, i.skipped, i.never) for i in ws.due("village_evaluation", date(2026, 12, 31))] == [
        (date(2026, 12, 31), False, 0, True)
    ]


def test_the_reminder_names_units_people_and_things(listed):
    text = reminder_text(listed.due("plan_progress", DAY), "余杭区", "月报", WORDS)
    assert (
        "自然资源局（张三）: 3" in text and "乙: missing，2 skipped，late, 2026-04-10" in text and text.endswith("end")
    )
    assert reminder_text([], "x", "y", WORDS) == "nothing"


@pytest.mark.parametrize(
    ("first", "last", "first_too", "count"),
    [("2026-01", "2026-04", False, 2), ("2026-04", "2026-04", False, 0), ("2025-11", "2026-02", True, 3),
     ("2024", "2026", False, 1), ("", "2026", False, 0)],
)  # fmt: skip
def test_periods_between(first, last, first_too, count):
    assert periods_between(first, last, first_too) == count


def test_the_roll_up_counts_by_state_as_sql_does_and_names_what_is_missing(listed, path):
    for name in ("甲", "甲 "):
        for record in listed.record_ids("plan_progress", {"plan_name": name}):
            listed.change_status("plan_progress", record, "ready", "zhang")
            listed.change_status("plan_progress", record, "submitted", "li")
    for states, condition in (
        (("submitted", "approved"), "status IN ('submitted', 'approved')"), (("approved",), "status = 'approved'"), (None, "1"),
    ):  # fmt: skip
        by_hand = raw(path, f"SELECT count(*) FROM plan_progress WHERE period = '2026-03' AND {condition}")[0][0]  # noqa: S608
        rows = listed.roll_up("plan_progress", "county", "2026-03", states=states)
        assert sum(row.total for row in rows) == by_hand
    (row,) = listed.roll_up("plan_progress", "county", "2026-04")
    assert (row.total, row.missing, row.never) == (1, 3, 1)


def test_what_is_missing_of_a_form_without_a_division_is_missing_of_the_workspaces_county(ws):
    """Its records are counted there, too."""
    ws.save_records("report_duty", [duty("某规划院", form="plan_org", number="91330110MA27U0XX1A")], "zhang")
    for level, code in (("county", "330110"), ("city", "3301")):
        assert [(row.code, row.missing, row.never) for row in ws.roll_up("plan_org", level)] == [(code, 1, 1)]


def test_the_latest_period_is_of_the_calendar(ws):
    rows = [progress(reported_at="2036-12-20"), progress(reported_at="2026-02-20"), progress(reported_at="2025-12-20")]
    ws.save_records("plan_progress", rows, "zhang")
    assert ws.latest_period("plan_progress", date(2026, 4, 20)) == "2026-02"
    assert ws.latest_period("plan_progress", date(2025, 6, 1)) == "2025-06"


def test_land_is_summed_from_the_polygons(ws):
    box = shapely.to_wkb(shapely.multipolygons([shapely.box(120.0, 30.3, 120.001, 30.301)]))
    row = {"xzqdm": "330110", "unit_no": "A-01", "unit_name": "老城", "stage": "公示", "geometry": box}
    ws.save_records("detail_unit", [row, {**row, "unit_no": "A-02", "geometry": None}], "zhang")
    (found,) = ws.roll_up("detail_unit", "county", states=None)
    assert found.total == 2 and found.land_m2 == pytest.approx(96.2 * 110.9, rel=0.01)


def test_a_workspace_without_a_list_of_duties_asks_for_what_was_reported_before(ws, path):
    ws.save_records("plan_progress", [progress(plan_name="甲", reported_at="2026-03-02")], "zhang")
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("DROP TABLE report_duty")
    assert [item.state for item in ws.due("plan_progress", DAY)] == ["missing"]
