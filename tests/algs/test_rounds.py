"""Runs of the check kept as rounds: the diff an oracle predicts, overrides that go on, outputs that destroy nothing."""

from datetime import date, timedelta

import pytest
import shapely
from onemap.tests.support import rounds as made
from onemap.tests.support.rounds import checked, opened


def area_of(h, strip):
    from onemap.plugin.core.land.area import statutory_areas
    from onemap.plugin.core.land.crs import parse_crs

    if strip is None:
        return 0.0
    x, width = h.X + strip[0], strip[1]
    return float(statutory_areas([shapely.box(x, h.Y, x + width, h.Y + 100)], parse_crs("EPSG:4549"))[0])


def test_the_diff_of_thirty_edits_is_the_one_predicted(h, path, tmp_path):
    farmland = made.farmland_layer()
    first = checked(h, path, made.project_layer(made.projects()), [farmland], ROUND_NOTE="初审")
    now, told = made.edited()
    second = checked(h, path, made.project_layer(now), [farmland])
    assert (first["ROUND"], second["ROUND"], second["CASE"]) == (1, 2, "一期")
    report = tmp_path / "compare.docx"
    result = h.run(
        "comparerounds", WORKSPACE=path, CASE="一期", ROUND_A=1, ROUND_B=2, CHANGES="memory:", REPORT=str(report)
    )
    rows = {f["project_key"]: f for f in result["CHANGES"].getFeatures()}
    assert {k: (f["kind"], f["key_before"]) for k, f in rows.items()} == {k: (t[0], t[3]) for k, t in told.items()}
    for key, (kind, before, after, old_key) in told.items():
        row = rows[key]
        assert row["before_m2"] == pytest.approx(area_of(h, before), abs=0.011), key
        assert row["after_m2"] == pytest.approx(area_of(h, after), abs=0.011), key
        assert row["change_m2"] == pytest.approx(row["after_m2"] - row["before_m2"], abs=0.001)
        assert row["cause"] == ("none" if kind == "unchanged" else "data")
        assert row["matched_by"] == ("key" if key == old_key else "geometry")
        assert not row.geometry().isEmpty()
    counts = {
        name: result[name]
        for name in ("NEW_COUNT", "GROWN_COUNT", "UNCHANGED_COUNT", "REDUCED_COUNT", "RESOLVED_COUNT")
    }
    assert counts == {"NEW_COUNT": 6, "GROWN_COUNT": 6, "UNCHANGED_COUNT": 182, "REDUCED_COUNT": 6, "RESOLVED_COUNT": 6}
    assert report.stat().st_size > 10_000
    case = tmp_path / "case.xlsx"
    assert h.run("casereport", WORKSPACE=path, CASE="一期", REPORT=str(case))["ROUND_COUNT"] == 2
    assert case.stat().st_size > 5_000
    audit = h.run("verifyaudit", WORKSPACE=path)
    assert (audit["BROKEN_AT"], audit["DIFFERING_COUNT"]) == (0, 0)


def test_without_a_workspace_nothing_is_kept_and_a_case_is_refused(h):
    projects, farmland = made.project_layer({"A": (0, 100.0)}), made.farmland_layer()
    assert "ROUND" not in h.check(projects, [farmland])
    with pytest.raises(Exception, match="WORKSPACE"):
        h.check(projects, [farmland], CASE="一期")


def test_a_wrong_workspace_is_refused_before_the_run(h, tmp_path):
    out = tmp_path / "findings.gpkg"
    with pytest.raises(Exception, match="does not exist"):
        checked(
            h,
            str(tmp_path / "none.gpkg"),
            made.project_layer({"A": (0, 100.0)}),
            [made.farmland_layer()],
            FINDINGS=str(out),
        )
    assert not out.exists()


def test_with_a_workspace_open_in_the_window_every_run_is_kept(h, path):
    from onemap.plugin.bridge.review.rounds_target import use_in_window

    projects, farmland = made.project_layer({"A": (0, 100.0)}), made.farmland_layer()
    with opened(path) as ws:
        use_in_window(ws, "张工")
        try:
            result = h.check(projects, [farmland])
            again = h.check(projects, [farmland], WORKSPACE=path, CASE="甲")
        finally:
            use_in_window(None)
        (info,) = ws.cases.rounds("用地")
        assert (result["ROUND"], result["CASE"], info.actor, again["CASE"]) == (1, "用地", "张工", "甲")
        assert ws.verify_audit().is_intact
    assert "ROUND" not in h.check(projects, [farmland])


def test_a_read_only_workspace_does_not_stop_a_run_that_asked_for_nothing(h, path):
    from onemap.plugin.bridge.review.rounds_target import use_in_window
    from onemap.plugin.store.workspace import Workspace

    projects, farmland = made.project_layer({"A": (0, 100.0)}), made.farmland_layer()
    with Workspace.open(path, read_only=True) as ws:
        use_in_window(ws, "张工")
        try:
            feedback = h.Feedback()
            assert h.check(projects, [farmland], feedback)["PROJECT_COUNT"] == 1
            assert any("read-only" in line for line in feedback.lines)
            with pytest.raises(Exception, match="read-only"):
                h.check(projects, [farmland], CASE="甲")
        finally:
            use_in_window(None)


def test_a_round_holds_what_the_run_gave(h, path):
    farmland = made.farmland_layer()
    result = checked(h, path, made.project_layer({"A": (0, 100.0), "B": (250 * 300.0, 100.0)}), [farmland])
    with opened(path) as ws:
        frozen = ws.cases.load(ws.cases.round("一期", 1).id)
    verdicts = h.verdicts(result)
    names = ("project_key", "line_id", "status", "effect", "overlap_m2", "reason")
    for row in zip(*(frozen.verdicts.column(name) for name in names)):
        assert tuple(verdicts[row[:2]][name] for name in names) == row
    assert len(frozen.verdicts) == 46 and len(frozen.findings) == result["FINDING_COUNT"]
    assert frozen.head.inputs[0].feature_count == 2 and len(frozen.head.inputs[0].sha256) == 64
    assert frozen.rule_files and frozen.head.parameters["PROJECT_KEY"] == "XMBH"
    assert frozen.geometries[0].area == pytest.approx(5000, abs=1)


def test_accepted_findings_go_on_unless_something_changed(h, path):
    from onemap.plugin.store.cases_acts import Reason

    rows, farmland = {"A": (0, 100.0), "B": (300, 100.0), "C": (600, 100.0)}, made.farmland_layer()
    checked(h, path, made.project_layer(rows), [farmland])
    with opened(path) as ws:
        info = ws.cases.round("一期", 1)
        ws.cases.override(
            info, [0, 1, 2], Reason("approval", "批文", (date.today() + timedelta(9)).isoformat()), "zhang"
        )
        ws.cases.sign(info, "张三", "", "zhang")
    feedback = h.Feedback()
    h.check(
        made.project_layer({**rows, "B": (300, 120.0)}),
        [farmland],
        feedback,
        PROJECT_KEY="XMBH",
        WORKSPACE=path,
        CASE="一期",
    )
    assert any("2 accepted findings are carried over" in line for line in feedback.lines)
    assert any("1 acceptances are not carried over: the geometry" in line for line in feedback.lines)
    with opened(path) as ws:
        info = ws.cases.round("一期", 2)
        assert info.overrides == 2 and all(o.carried_from for o in ws.cases.overrides(info.id))
        assert info.summary.prohibited == 3, "an acceptance changes no verdict"
        assert ws.verify_audit().is_intact
    checked(h, path, made.project_layer(rows), [farmland], CARRY_OVERRIDES=False)
    with opened(path) as ws:
        assert ws.cases.round("一期", 3).overrides == 0


def test_what_cannot_be_compared_says_so(h, path):
    farmland = made.farmland_layer()
    for case, match in (("二期", "no review case"),):
        with pytest.raises(Exception, match=match):
            h.run("casereport", WORKSPACE=path, CASE=case, REPORT="none.docx")
        with pytest.raises(Exception, match=match):
            h.run("comparerounds", WORKSPACE=path, CASE=case, ROUND_A=1, ROUND_B=2, CHANGES="memory:")
    checked(h, path, made.project_layer({"A": (0, 100.0)}), [farmland])
    for a, b, match in ((0, 0, "only one round"), (1, 1, "two different"), (1, 7, "no round 7")):
        with pytest.raises(Exception, match=match):
            h.run("comparerounds", WORKSPACE=path, CASE="一期", ROUND_A=a, ROUND_B=b, CHANGES="memory:")


def test_no_output_replaces_a_workspace(h, path, tmp_path):
    from onemap.plugin.bridge.review.rounds_target import use_in_window

    projects, farmland = made.project_layer({"A": (0, 100.0)}), made.farmland_layer()
    checked(h, path, projects, [farmland])
    checked(h, path, projects, [farmland])
    with pytest.raises(Exception, match="county.gpkg"):
        checked(h, path, projects, [farmland], FINDINGS=path)
    with pytest.raises(Exception, match="county.gpkg"):
        h.run("comparerounds", WORKSPACE=path, CASE="一期", ROUND_A=1, ROUND_B=2, CHANGES=path)
    with opened(path) as ws:
        use_in_window(ws, "张工")
        try:
            with pytest.raises(Exception, match="county.gpkg"):
                h.check(projects, [farmland], FINDINGS=path)
        finally:
            use_in_window(None)
        assert len(ws.cases.rounds()) == 2 and ws.verify_audit().is_intact


def test_a_workspace_that_is_closed_during_the_run_leaves_the_results(h, path):
    from onemap.plugin.bridge.review.rounds_target import use_in_window

    ws = opened(path)
    use_in_window(ws, "张工")
    ws.close()
    feedback = h.Feedback()
    try:
        result = h.check(made.project_layer({"A": (0, 100.0)}), [made.farmland_layer()], feedback)
    finally:
        use_in_window(None)
    assert result["PROJECT_COUNT"] == 1 and "ROUND" not in result
    assert any("not kept as a round" in line for line in feedback.lines)


def test_a_run_with_too_many_findings_is_kept_without_their_shapes(h, path, monkeypatch):
    from onemap.plugin.bridge.review import rounds
    from onemap.plugin.store.cases_acts import Reason

    monkeypatch.setattr(rounds, "SHAPES_KEPT", 2)
    rows, farmland = {"A": (0, 100.0), "B": (300, 100.0), "C": (600, 100.0)}, made.farmland_layer()
    feedback = h.Feedback()
    h.check(made.project_layer(rows), [farmland], feedback, PROJECT_KEY="XMBH", WORKSPACE=path, CASE="一期")
    assert any("are not saved in the round" in line for line in feedback.lines)
    with opened(path) as ws:
        info = ws.cases.round("一期", 1)
        frozen = ws.cases.load(info.id)
        assert frozen.geometries is None and len(frozen.findings) == 3 and info.summary.prohibited == 3
        ws.cases.override(info, [0], Reason("other", "试"), "zhang")
    feedback = h.Feedback()
    h.check(made.project_layer(rows), [farmland], feedback, PROJECT_KEY="XMBH", WORKSPACE=path, CASE="一期")
    assert any("1 acceptances are not carried over" in line for line in feedback.lines)
    told = h.run("comparerounds", WORKSPACE=path, CASE="一期", ROUND_A=1, ROUND_B=2, CHANGES="memory:")
    assert told["UNCHANGED_COUNT"] == 3 and all(f.geometry().area() > 9000 for f in told["CHANGES"].getFeatures())


def test_a_filter_set_between_two_rounds_resolves_nothing(h, path, tmp_path):
    from qgis.core import QgsProject, QgsVectorFileWriter, QgsVectorLayer

    file = str(tmp_path / "YJJBNTTB.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    context = QgsProject.instance().transformContext()
    QgsVectorFileWriter.writeAsVectorFormatV3(made.farmland_layer([(50, 100.0), (350, 100.0)]), file, context, options)
    layer = QgsVectorLayer(file, "YJJBNTTB", "ogr")
    projects = made.project_layer({"A": (0, 100.0), "B": (300, 100.0)})
    checked(h, path, projects, [layer])
    layer.setSubsetString("TBBH = '1'")
    checked(h, path, projects, [layer])
    result = h.run("comparerounds", WORKSPACE=path, CASE="一期", CHANGES="memory:")
    assert (result["RESOLVED_COUNT"], result["UNKNOWN_COUNT"], result["UNCHANGED_COUNT"]) == (0, 1, 1)
