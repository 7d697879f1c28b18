"""The page of review cases on real widgets: every check is kept, looked at, compared, accepted, signed, reported."""

import pytest
from onemap.tests.support.window import WORK, settle


def square(x, width=100.0):
    x, y = WORK[0] + x, WORK[1]
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 100},{x} {y + 100},{x} {y}))"


def layer(name, rows, fields=("XMBH", "XMMC")):
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    made = QgsVectorLayer("Polygon?crs=EPSG:4549" + "".join(f"&field={f}:string" for f in fields), name, "memory")
    for wkt, *values in rows:
        feature = QgsFeature(made.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        made.dataProvider().addFeatures([feature])
    made.updateExtents()
    QgsProject.instance().addMapLayer(made)
    return made


@pytest.fixture
def records(window, tmp_path):
    """The Reports page with a workspace open."""
    from onemap.plugin.store.workspace import Workspace
    from qgis.core import QgsProject, QgsSettings

    path = tmp_path / "county.gpkg"
    Workspace.create(path, "330110").close()
    page = window.dock.page("reports")
    page.actor = "张工@pc1"
    page.open(path)
    yield page
    page.close_workspace()
    QgsSettings().remove("onemap/workspace")
    QgsProject.instance().clear()


def check(projects, controls):
    import processing

    values = {"PROJECTS": projects, "PROJECT_KEY": "XMBH", "CONTROL_LINES": controls}
    return processing.run("onemap:checkcontrollines", {**values, "FINDINGS": "memory:", "VERDICTS": "memory:"})


def waited(page):
    for _ in range(200):
        settle(0.02)
        if page.task is None:
            return page
    raise AssertionError("the work did not end")


@pytest.fixture
def page(window, records):
    """The page of cases after two checks: A moved off the farmland, B kept, C new on it."""
    farmland = layer("YJJBNTTB", [(square(50), "1"), (square(350), "2"), (square(650), "3")], ("TBBH",))
    made = window.dock.page("cases")
    check(layer("三批次", [(square(0), "A", "甲"), (square(300), "B", "乙"), (square(900), "C", "丙")]), [farmland])
    later = [(square(-120), "A", "甲"), (square(300), "B", "乙"), (square(620), "C", "丙")]
    check(layer("三批次", later), [farmland])
    settle()
    return made


def test_without_a_workspace_the_page_says_what_to_do(window):
    page = window.dock.page("cases")
    page.refresh()
    assert "open one on the page Reports" in page.where.text()
    assert page._hint.isVisibleTo(page) and "create a workspace" in page._hint.text()
    assert not any(button.isEnabled() for button in page.buttons.values())


def test_every_check_appears_as_a_round(page, records):
    assert page.case_box.currentData() == "三批次" and "2 rounds" in page.case_box.currentText()
    assert [row.texts[:5] for row in page.rows.rows] == [("2", "2", "0", "0", "0/2"), ("1", "2", "0", "0", "0/2")]
    assert "张工@pc1" in page.about.text() and records.workspace.verify_audit().is_intact


def test_two_rounds_stand_side_by_side(page, tmp_path, monkeypatch):
    page.acts.compare()
    dialog = waited(page).dialog
    texts = {(row.texts[0], row.texts[3]) for row in dialog.rows.rows}
    assert texts == {("A", "Resolved"), ("B", "Unchanged"), ("C", "Newly found")}
    assert dialog.rows.rowCount() == 3 and dialog.view.model().index(0, 0).data() == "C"
    dialog.view.selectRow(0)
    settle(0.1)
    boxes = [one.canvas.extent() for one in (dialog.maps.before, dialog.maps.after)]
    assert boxes[0].center() == boxes[1].center() and abs(boxes[1].center().x() - WORK[0] - 685) < 1
    dialog.search.setText("甲")
    assert dialog.rows.rowCount() == 1
    dialog.add_layers()
    from onemap.plugin.gui.review import cases_acts

    target = tmp_path / "compare.xlsx"
    monkeypatch.setattr(cases_acts.QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    dialog._write(dialog.found.comparison)
    waited(page)
    sizes = [target.stat().st_size]
    assert sizes[0] > 5000 and "Written" in page.notice.text()
    for select in (lambda: page.view.selectAll(), lambda: page.view.selectRow(0)):  # two rounds, the case
        select()
        target.unlink()
        page.acts.report()
        waited(page)
        sizes.append(target.stat().st_size)
    assert len({*sizes[1:]}) == 2


def test_findings_are_accepted_and_the_acceptance_taken_back(page, records, monkeypatch):
    from onemap.plugin.gui.review import cases_round
    from onemap.plugin.store.cases_acts import Reason

    answers = [Reason("approval", "  "), Reason("approval", "批文17号", "2099-01-01")]

    class Dialog:
        def __init__(self, count, parent):
            assert count == 1

        def exec(self):
            return bool(answers)

        def reason(self):
            return answers.pop(0)

    monkeypatch.setattr(cases_round, "ReasonDialog", Dialog)
    page.acts.look()
    dialog = waited(page).dialog
    assert dialog.rows.rowCount() == 2 and not dialog.accept_button.isEnabled()
    dialog.view.selectRow(0)
    dialog.accept_findings()
    assert "批文17号" in dialog.rows.rows[0].texts[6] and "1 findings accepted" in dialog.note.text()
    assert page.rows.rows[0].texts[:4] == ("2", "2", "0", "1"), "the verdict stays, the acceptance is counted apart"
    dialog.view.selectRow(0)
    dialog.withdraw()
    assert dialog.rows.rows[0].texts[6] == "" and records.workspace.verify_audit().is_intact


def test_two_persons_sign(page, records, monkeypatch):
    from onemap.plugin.gui.review import cases_acts

    real = cases_acts.SignDialog

    def signed_by(name):
        class Dialog(real):
            def exec(self):
                self.signer.setText(name)
                return True

        monkeypatch.setattr(cases_acts, "SignDialog", Dialog)
        page.view.selectRow(0)
        page.acts.sign()

    signed_by("张三")
    assert page.rows.rows[0].texts[4] == "1/2"
    signed_by("张 三@pc2")
    assert "another person" in page.notice.text() and page.rows.rows[0].texts[4] == "1/2"
    signed_by("李四")
    assert page.rows.rows[0].texts[4] == "2/2" and not page.buttons["sign"].isEnabled()
    assert "三批次" in records.workspace.cases.signatures(page.rounds[0].id)[0].opinion
    page.acts.look()
    dialog = waited(page).dialog
    dialog.view.selectRow(0)
    assert not dialog.accept_button.isEnabled()
    assert records.workspace.verify_audit().is_intact


def test_an_old_round_is_computed_again_and_checked_again(page, monkeypatch):
    import processing

    page.view.selectRow(1)
    page.acts.rerun()
    waited(page)
    settle()
    waited(page)
    assert "identical byte for byte" in page.notice.text() and "no file of its own" in page.notice.text()
    opened = {}
    monkeypatch.setattr(processing, "createAlgorithmDialog", lambda name, values: opened.update(values) or Shown())
    page.acts.again()
    assert opened["CASE"] == "三批次" and opened["PROJECT_KEY"] == "XMBH" and len(opened["CONTROL_LINES"]) == 1


class Shown:
    def show(self):
        pass


def test_the_window_that_looks_into_a_round_ends_with_the_workspace(page, records):
    page.acts.compare()
    assert waited(page).dialog is not None
    records.close_workspace()
    assert page.dialog is None and page.rounds == []
    assert not any(button.isEnabled() for button in page.buttons.values()) or page.reports.workspace is None


def test_the_dialogs_ask_in_words(window):
    from onemap.plugin.core.review.rounds import RoundSummary
    from onemap.plugin.gui.review.cases_dialogs import ReasonDialog, SignDialog
    from onemap.plugin.store.cases import RoundInfo

    reason = ReasonDialog(2)
    reason.text.setPlainText("批文")
    assert (reason.reason().category, reason.reason().expires) == ("exception", "")
    reason.limited.setChecked(True)
    assert len(reason.reason().expires) == 10
    info = RoundInfo("i", "甲", "plan_review", 1, "", "", "", RoundSummary(), "", 0, 0, ("张三",))
    assert SignDialog(info, "", "同意").opinion.toPlainText() == "同意"


def test_the_kind_of_a_case_is_chosen_and_told_in_the_chain(page, records):
    page.kind_box.setCurrentIndex(page.kind_box.findData("plan_review"))
    page.kind_box.activated.emit(page.kind_box.currentIndex())
    assert page.rounds[0].kind == "plan_review" and page.kind_box.currentData() == "plan_review"
    assert [row["after"] for row in records.workspace.audit.rows("三批次")][-1] == {"kind": "plan_review"}
    assert records.workspace.verify_audit().is_intact


def test_a_round_of_an_earlier_version_can_still_be_looked_at_and_compared(page, records):
    import json

    shape = {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}
    inputs = {"rules": {"name": "n", "version": "1", "sha256": "ab"}, "date": "2026-05-01", "range": shape}
    verdicts = [{"line": "YJJBNT", "status": "conflict", "effect": "prohibit", "overlap_m2": 4.0, "share_pct": 1.0}]
    result = json.dumps({"area_m2": 40.5, "verdicts": verdicts}).encode()
    database = records.workspace._db
    with database.writing():
        database.execute("INSERT INTO onemap_case VALUES ('c', '旧件', 'range', '2026-05-01T00:00:00Z', '张工')")
        for number in (1, 2):
            row = (f"o{number}", "c", number, "2026-05-01T00:00:00Z", "张工", "", 0, json.dumps(inputs), "{}", "")
            database.execute("INSERT INTO onemap_round VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            part = (f"o{number}", "result", "", len(result), result)
            database.execute("INSERT INTO onemap_round_part VALUES (?, ?, ?, ?, ?)", part)
    page.refresh()
    page.case_box.setCurrentIndex(page.case_box.findData("旧件"))
    assert [row.texts[:3] for row in page.rows.rows] == [("2", "—", "—"), ("1", "—", "—")]
    assert not page.buttons["sign"].isEnabled() and not page.buttons["rerun"].isEnabled()
    page.acts.look()
    dialog = waited(page).dialog
    dialog.view.selectAll()
    assert not dialog.accept_button.isEnabled()
    page.acts.compare()
    assert [row.texts[3] for row in waited(page).dialog.rows.rows] == ["Unchanged"]


def test_the_workspace_of_last_time_is_opened_by_a_check(window, tmp_path):
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.store.workspace import Workspace
    from qgis.core import QgsProject, QgsSettings

    path = tmp_path / "last.gpkg"
    Workspace.create(path, "330110").close()
    settings = Settings.load()
    settings.workspace = str(path)
    settings.save()
    try:
        result = check(layer("四批次", [(square(0), "A", "甲")]), [layer("YJJBNTTB", [(square(50), "1")], ("TBBH",))])
        page = window.dock.page("reports")
        assert result["ROUND"] == 1 and page.workspace.path == path
        page.close_workspace()
        again = check(
            QgsProject.instance().mapLayersByName("四批次")[0], QgsProject.instance().mapLayersByName("YJJBNTTB")
        )
        assert "ROUND" not in again, "one that was closed stays closed"
    finally:
        QgsSettings().remove("onemap/workspace")
        QgsProject.instance().clear()


def test_a_round_whose_layers_have_a_new_version_is_marked(page, records):
    from onemap.plugin.store.dependants import STALE

    workspace, shown = page.reports.workspace, page.case_box.currentData()
    assert "⚠" not in page.case_box.currentText()
    with workspace.transaction():
        workspace.set_setting(STALE, {workspace.cases.rounds(shown)[0].id: ["YJJBNT"]})
    page.refresh()
    assert page.case_box.currentData() == shown and page.case_box.currentText().startswith("⚠")
    assert page.rows.index(0, 0).data().startswith("⚠") and not page.rows.index(1, 0).data().startswith("⚠")
    assert "YJJBNT" in page.about.text()
    page.view.selectRow(1)
    assert "YJJBNT" not in page.about.text()


def test_a_round_is_started_again_with_the_area_and_dates_it_had(window):
    from onemap.plugin.core.review.rounds import RoundHead, RoundInput
    from onemap.plugin.gui.review.cases_acts import check_values

    inputs = [RoundInput(role, role, f"{role}.gpkg") for role in ("projects", "control_line", "control_extent")]
    dates = '{"YJJBNT": "2023-12-31"}'
    head = RoundHead("2026-11-27", "", "", "1", "", "", {}, {"LAYER_DATES": dates, "MAPPING": ""}, tuple(inputs))
    assert check_values(head) == {
        "PROJECTS": "projects.gpkg",
        "CONTROL_LINES": ["control_line.gpkg"],
        "CONTROL_EXTENT": "control_extent.gpkg",
        "LAYER_DATES": dates,
    }


def test_a_workspace_of_the_first_version_that_may_only_be_read_says_what_it_lacks(window, tmp_path, monkeypatch):
    from onemap.plugin.store import migrate
    from onemap.plugin.store.workspace import Workspace

    known, page = migrate.steps(), window.dock.page("cases")
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "steps", lambda folder=None: known[:1])
        Workspace.create(tmp_path / "old.gpkg", "330110").close()
    with Workspace.open(tmp_path / "old.gpkg", read_only=True) as old:
        monkeypatch.setattr(page.reports, "workspace", old)
        page.refresh()
        assert "onemap_round" in page._hint.text() or "onemap_case" in page._hint.text()
        monkeypatch.undo()
    page.refresh()
