"""What a person reads of a record's past: who changed which field when, without the workspace's bookkeeping."""

from onemap.tests.support.workspaces import progress


def test_who_changed_what_and_when(ws):
    from onemap.forms.history_dialog import HistoryDialog
    from onemap.forms.map_geometry import EditorContext
    from onemap.forms.record_editor import RecordEditor

    (record,) = ws.save_records("plan_progress", [progress(percent=10)], "zhang").ids
    ws.save_records("plan_progress", [{"id": record, "percent": 35, "stage": "批复"}], "wang", "edit")
    ws.change_status("plan_progress", record, "ready", "li")
    ws.change_status("plan_progress", record, "submitted", "zhao")
    ws.save_records("plan_progress", [progress(plan_type="详细规划")], "zhang")
    form = ws.form("plan_progress")
    dialog = HistoryDialog(form, ws.record_history("plan_progress", record))
    table = dialog.table
    lines = [[table.item(row, column).text() for column in range(6)] for row in range(table.rowCount())]
    assert all(len(line[0]) == 16 and line[1] and line[2] for line in lines)
    told = {(line[1], line[2].split(" [")[0], *line[3:]) for line in lines}
    percent, status = form.field("percent").title_with_unit, "Status"
    assert ("Edit", "wang", percent, "10", "35") in told and ("Import", "zhang", percent, "", "10") in told
    assert ("Ready", "li", status, "Draft", "Ready") in told
    assert ("Submitted", "zhao", "Reviewer", "", "zhao") in told
    assert ("Edit", "wang", form.field("stage").title, "Public display", "Approved") in told
    assert lines[0][1] == "Submitted" and lines[-1][1] == "Import"
    shown = " ".join(word for line in lines for word in line)
    assert "county" not in shown and "edition" not in shown and record not in shown and "详细规划" not in shown
    editor = RecordEditor(ws, "plan_progress", record, EditorContext("zhang"))
    assert not editor.historyButton.isHidden()
    editor.close()
    fresh = RecordEditor(ws, "plan_progress", None, EditorContext("zhang"))
    assert fresh.historyButton.isHidden()
    fresh.close()


def test_a_geometry_is_told_by_its_area(ws):
    import shapely
    from onemap.forms.history_dialog import HistoryDialog

    shape = shapely.to_wkb(shapely.MultiPolygon([shapely.box(120, 30, 120.001, 30.001)]))
    (record,) = ws.save_records("project_site", [{"name": "厂房", "geometry": shape}], "zhang").ids
    dialog = HistoryDialog(ws.form("project_site"), ws.record_history("project_site", record))
    lines = [[dialog.table.item(row, column).text() for column in (3, 5)] for row in range(dialog.table.rowCount())]
    assert any(name == "Geometry" and "m²" in after for name, after in lines)
