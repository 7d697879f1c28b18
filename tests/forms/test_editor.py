"""The editor of a record: pages, presets, divisions by name, a calendar, and nothing left behind by an empty form."""

import time
from datetime import date

import pytest
from onemap.tests.support.workspaces import progress, village


@pytest.fixture
def editor(ws):
    from onemap.forms.map_geometry import EditorContext
    from onemap.forms.record_editor import RecordEditor

    opened = []

    def make(form_id="plan_progress", record=None):
        opened.append(RecordEditor(ws, form_id, record, EditorContext("zhang")))
        opened[-1].show()
        return opened[-1]

    yield make
    for dialog in opened:
        dialog.close()


def test_a_new_record_begins_with_what_is_known(editor, ws):
    made = editor()
    values = made.values()
    assert (values["xzqdm"], values["xzqmc"], values["reported_at"]) == ("330110", "余杭区", date.today().isoformat())
    assert not made.save() and ws.count("plan_progress") == 0
    made.keep_draft()
    assert ws.drafts("plan_progress") == []  # an empty form leaves nothing
    made.set_values({**progress(), "reporter": "张三"})
    assert made.save()
    assert editor().values()["reporter"] == "张三"


def test_pages_count_their_problems_and_lead_to_the_first(editor):
    made = editor()
    assert made.pages.tabs.count() == 3
    made.set_values({"percent": 500})
    made.show_errors()
    assert "(" in made.pages.tabs.tabText(1)
    made.go_to("phone")
    assert made.pages.tabs.currentIndex() == 2
    assert editor("plan_org").pages.tabs is None


def test_a_division_is_found_by_its_name(editor, ws):
    made = editor()
    widget = made.widgets["xzqdm"]
    assert any("余杭区" in line for line in widget.lines)
    made.widgets["xzqmc"].set_value("")
    widget.set_value("余杭")
    widget.editingFinished.emit()
    assert (widget.value(), made.widgets["xzqmc"].value()) == ("330110", "余杭区")


def test_a_day_is_read_as_an_import_reads_it_or_chosen(editor):
    from qgis.PyQt.QtCore import QDate

    made = editor()
    day = made.widgets["stage_date"]
    for text, value in (("2026年3月5日", "2026-03-05"), ("2026.3.5", "2026-03-05"), ("2026年3月", "2026年3月")):
        day.setText(text)
        assert day.value() == value
    made.show_errors()
    assert "no day" in made.errors["stage_date"].text()
    day.take(QDate(2026, 3, 7))
    assert day.value() == "2026-03-07" and day.calendar().layout().count() == 1
    made.widgets["percent"].setText("1,2")
    assert made.widgets["percent"].value() == "1,2"


def test_an_identifier_is_read_as_an_import_reads_it(editor):
    made = editor("plan_org")
    made.widgets["uscc"].setText(" ９1350100m000100y43\u200b")
    made.widgets["phone"].setText("138 0013 8000")
    assert (made.widgets["uscc"].value(), made.widgets["phone"].value()) == ("91350100M000100Y43", "13800138000")


def test_the_wheel_changes_only_the_box_in_focus(editor):
    from qgis.PyQt.QtCore import QPoint, QPointF, Qt
    from qgis.PyQt.QtGui import QWheelEvent

    box = editor().widgets["stage"]
    box.set_value("公示")
    box.clearFocus()
    point = QPointF(5, 5)
    turn = QWheelEvent(
        point, point, QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    box.wheelEvent(turn)
    assert box.value() == "公示" and not turn.isAccepted()


def test_a_whole_province_is_selected_without_asking_for_every_row(ws):
    from onemap.forms.record_list import RecordList

    ws.save_records("village_evaluation", (village(n) for n in range(3000)), "zhang")
    window = RecordList(ws, "zhang", "village_evaluation")
    window.show()
    asked = []
    real = window.model.record_id
    window.model.record_id = lambda row: asked.append(row) or real(row)
    started = time.process_time()
    window.recordTable.selectAll()
    print(f"{time.process_time() - started:.3f} s")
    assert "3000" in window.noticeLabel.text() and asked == []
    assert len(window.selected()) == 3000
    window.close()
