"""An inspection again: only what changed is checked, with the same result as a whole run; what was said of defects stays."""

import pytest


@pytest.fixture
def session(qgis_app):
    from onemap.plugin.bridge.quality.inspection_session import InspectionSession
    from qgis.core import QgsSettings

    QgsSettings().remove("onemap/inspection")
    return InspectionSession()


@pytest.fixture
def database():
    from onemap.tests.support import plan_database

    made = plan_database.clean_database()
    made.tables["XZYDYH"].rows[3][1]["CZCSXM"] = "999"
    made.tables["XZYDYH"].rows[7][1]["XZQMC"] = None
    return made


def run(session, package, only_changed=False):
    from onemap.plugin.bridge.quality.inspection_given import InspectionInput

    ran = session.start(InspectionInput(package, "example_province"), only_changed)(None)
    return ran, session.finish(ran)


def told(defects):
    return sorted((d.item, d.layer, d.key, d.state.value, d.note) for d in defects)


def test_only_what_changed_is_checked_again(session, database, tmp_path):
    import shutil

    from onemap.plugin.bridge.quality.inspection_given import InspectionInput

    first, layer = run(session, database.write(tmp_path / "package"))
    assert told(session.defects)[0][0] == "Q401" and layer.featureCount() == 2 and first.reused == 0
    again, _ = run(session, tmp_path / "package", True)
    assert (again.checked, again.reused) == (0, first.checked) and told(session.defects) == told(
        first.outcome.run.defects
    )
    outcomes = {key: (o.checked, o.found, o.why) for key, o in again.outcome.run.outcomes.items()}
    assert outcomes == {key: (o.checked, o.found, o.why) for key, o in first.outcome.run.outcomes.items()}
    whole = session.start(InspectionInput(tmp_path / "package", "example_province", limit=5), True)(None)
    assert (whole.checked, whole.reused) == (first.checked, 0)  # asked for something else: nothing is taken over
    database.tables["XZYDYH"].rows[7][1]["XZQMC"] = "云溪县"
    shutil.rmtree(tmp_path / "package")
    third, _ = run(session, database.write(tmp_path / "package"), True)
    assert 0 < third.checked < first.checked
    assert [(t[0], t[3]) for t in told(session.defects)] == [("Q401", "fixed"), ("Q402", "open")]


def test_what_was_said_of_a_defect_stays_in_its_layer_and_in_a_later_session(session, database, tmp_path):
    from onemap.plugin.bridge.quality.inspection_session import InspectionSession
    from onemap.plugin.core.errors import InputError
    from onemap.plugin.core.quality.defects import DefectState

    package = database.write(tmp_path / "package")
    _, layer = run(session, package)
    before = session.outcome.score.points
    number = [d.item for d in session.defects].index("Q402")
    with pytest.raises(InputError):
        session.mark([number], DefectState.EXCEPTION, " ", "张三")
    session.mark([number], DefectState.EXCEPTION, "省厅同意", "张三")
    assert sum(lost.points for lost in session.outcome.score.deductions) == 100 - session.outcome.score.points
    assert {(lost.item, lost.count) for lost in session.outcome.score.deductions} == {("Q401", 1)}
    assert session.outcome.score.points > before and session.outcome.score.exceptions == 1
    kept = {f["item"]: (f["state"], f["note"], f["who"]) for f in layer.getFeatures()}
    assert kept["Q402"] == ("exception", "省厅同意", "张三") and kept["Q401"][0] == "open"
    later = InspectionSession()
    run(later, package)
    assert [(t[0], t[3], t[4]) for t in told(later.defects)] == [
        ("Q401", "open", ""),
        ("Q402", "exception", "省厅同意"),
    ]
    assert (
        len(list((tmp_path / "质检结果").glob("*.gpkg"))) == 2
        or len(list((tmp_path / "inspection").glob("*.gpkg"))) == 2
    )


def test_arcs_are_told_and_their_land_is_measured_by_chords(session, tmp_path):
    from onemap.plugin.bridge.quality.inspection_given import InspectionInput
    from osgeo import ogr, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4549)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(tmp_path / "arcs.gpkg"))
    layer = source.CreateLayer("DLTB", reference, ogr.wkbMultiSurface)
    ring = "480000 3330000,480050 3330050,480100 3330000,480050 3329950,480000 3330000"
    for wkt in (
        f"MULTISURFACE(CURVEPOLYGON(CIRCULARSTRING({ring})))",
        "MULTISURFACE(((481000 3330000,481100 3330000,481100 3330100,481000 3330000)))",
    ):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
    layer = source = None
    ran = session.start(InspectionInput(tmp_path / "arcs.gpkg", "survey", stages=(5,)))(None)
    arcs = [d for d in ran.outcome.run.defects if d.item == "Q503"]
    assert [d.fid for d in arcs] == [1] and arcs[0].geometry.area == pytest.approx(7854, rel=0.01)
    assert not [d for d in ran.outcome.run.defects if d.item in ("Q501", "Q502")]
