"""Runs of the heights as rounds of a review case: frozen, compared, the case report written."""

from .test_check_heights import BUILDING, box, views, zones


def frozen(h, path, *heights, case="方案"):
    from onemap.plugin.bridge.heights.chosen import HeightsInput
    from onemap.plugin.bridge.heights.job import HeightsJob
    from onemap.plugin.bridge.heights.rounds import keep_as_round
    from onemap.plugin.bridge.review.rounds_target import RoundWish

    rows = [(box(400 + 40 * n, -5, 20, 10), f"B{n + 1}", height, None, 9.0) for n, height in enumerate(heights)]
    seen = views(h)
    chosen = HeightsInput(
        h.layer("FAJZW", rows, BUILDING), zones=zones(h), viewpoints=seen["VIEWPOINTS"], targets=seen["TARGETS"]
    )
    job = HeightsJob(chosen)
    return keep_as_round(job, job.run(), RoundWish(workspace=path, case=case))


def test_rounds_are_kept_and_compared(h, path, tmp_path):
    first, second = frozen(h, path, 16.8, 30.0, None), frozen(h, path, 10.0, 30.0, 40.0)
    assert (first.info.number, second.info.number, first.info.case) == (1, 2, "方案")
    report = tmp_path / "compare.docx"
    asked = {"WORKSPACE": path, "CASE": "方案", "ROUND_A": 1, "ROUND_B": 2}
    result = h.run("comparerounds", **asked, CHANGES="memory:", REPORT=str(report))
    found = {
        (f["project_key"], f["line_id"]): (f["kind"], f["status_before"], f["status_after"])
        for f in result["CHANGES"].getFeatures()
    }
    assert found["B1", "FM"] == ("resolved", "conflict", "clear") and found["B2", "FM"][1:] == ("conflict", "conflict")
    assert found["B3", "FM"][1:] == ("not_checked", "conflict") and report.stat().st_size > 1000
    case = tmp_path / "case.docx"
    h.run("casereport", WORKSPACE=path, CASE="方案", REPORT=str(case))
    assert case.stat().st_size > 1000


def test_nothing_given_of_a_line_is_not_checked(h, path):
    from onemap.plugin.store.workspace import Workspace

    info = frozen(h, path, 8.0).info
    with Workspace.open(path, read_only=True) as workspace:
        verdicts = workspace.cases.load(info.id).verdicts
    status = dict(zip(verdicts.column("line_id"), verdicts.column("status")))
    assert status == {"FM": "clear", "JC": "not_checked"}
