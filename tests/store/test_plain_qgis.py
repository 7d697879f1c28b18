"""Plain QGIS (and so QField): the GeoPackage brings its own forms, edits made there reach the audit chain, locks hold."""

import sqlite3
from contextlib import closing

import pytest
from onemap.plugin.core.forms.schema import FORM_IDS, load_form
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import assert_intact, progress, village


@pytest.fixture
def layer(qgis_app):
    from qgis.core import QgsVectorLayer

    def load(path, name):
        made = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        assert made.isValid()
        return made

    return load


def test_the_layers_carry_their_forms(path, layer):
    from qgis.core import QgsFieldConstraints

    for form_id in FORM_IDS:
        form, made = load_form(form_id), layer(path, form_id)
        fields = made.fields()
        assert {"none": "NoGeometry", "point": "Point", "multipolygon": "MultiPolygon"}[form.geometry] == _kind(made)
        for field in form.fields:
            index = fields.indexOf(field.key)
            assert made.attributeAlias(index) == field.title_zh
            strength = fields.at(index).constraints().constraintStrength(QgsFieldConstraints.ConstraintNotNull)
            assert (strength == QgsFieldConstraints.ConstraintStrengthHard) == field.required
            setup = made.editorWidgetSetup(index)
            if field.codes:
                values = [list(item.items())[0] for item in setup.config()["map"]]
                assert setup.type() == "ValueMap" and [(v, zh) for zh, v in values if zh] == [
                    (v, zh) for v, zh, _ in field.codes
                ]
        assert made.editorWidgetSetup(fields.indexOf("id")).type() == "Hidden"
        assert made.defaultValueDefinition(fields.indexOf("id")).expression() == "uuid('WithoutBraces')"
        assert made.editFormConfig().readOnly(fields.indexOf("status"))


def _kind(layer):
    from qgis.core import QgsWkbTypes

    return QgsWkbTypes.displayString(layer.wkbType())


def test_constraints_judge_in_qgis_as_they_do_here(path, layer):
    from qgis.core import QgsFeature, QgsVectorLayerUtils

    made = layer(path, "plan_org")
    index = made.fields().indexOf("uscc")
    for value, right in (("91110000600037341L", True), ("9111000060003734", False), ("91110000600037341l", False)):
        feature = QgsFeature(made.fields())
        feature.setAttribute(index, value)
        assert QgsVectorLayerUtils.validateAttribute(made, feature, index)[0] == right


def test_records_are_seen_and_drawn(path, layer):
    import shapely

    with Workspace.open(path) as ws:
        ws.save_records(
            "village_evaluation", [village(1, geometry=shapely.to_wkb(shapely.Point(120.5, 30.5)))], "zhang"
        )
    made = layer(path, "village_evaluation")
    (feature,) = made.getFeatures()
    assert feature["zrc"] == "自然村1" and feature.geometry().asPoint().x() == 120.5
    assert made.crs().authid() == "EPSG:4490" and made.extent().contains(feature.geometry().boundingBox())
    assert made.renderer().type() == "categorizedSymbol" and made.renderer().classAttribute() == "status"


def edit(layer, change):
    assert layer.startEditing()
    change(layer)
    return layer.commitChanges()


def test_edits_in_plain_qgis_reach_the_chain(path, layer):
    from qgis.core import QgsFeature

    with Workspace.open(path) as ws:
        kept, gone = ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang").ids
        ws.change_status("plan_progress", kept, "ready", "zhang")
    made = layer(path, "plan_progress")
    names = made.fields()
    by_id = {f["id"]: f.id() for f in made.getFeatures()}

    def change(target):
        target.changeAttributeValue(by_id[kept], names.indexOf("problem"), "外业补充")
        target.deleteFeature(by_id[gone])
        feature = QgsFeature(names)
        for key, value in progress(plan_type="专项规划").items():
            feature.setAttribute(names.indexOf(key), value)
        target.addFeature(feature)

    assert edit(made, change), made.commitErrors()
    del made
    with Workspace.open(path) as ws:
        assert_intact(ws)
        rows = {r["plan_type"]: r for r in ws.records("plan_progress")}
        assert set(rows) == {"村庄规划", "专项规划"}
        assert (rows["村庄规划"]["problem"], rows["村庄规划"]["status"]) == ("外业补充", "draft")
        made_outside = rows["专项规划"]
        assert (
            len(made_outside["id"]) == 36 and made_outside["period"] == "2026-03" and made_outside["county"] == "330110"
        )
        reported = [(r["act"], r["item"]) for r in ws.audit.rows() if r["actor"] == "QGIS/QField"]
        assert set(reported) == {
            ("edit outside", kept),
            ("delete outside", gone),
            ("create outside", made_outside["id"]),
        }
    with Workspace.open(path) as ws:
        assert len([r for r in ws.audit.rows() if r["actor"] == "QGIS/QField"]) == 3  # told once


def test_submitted_records_and_signatures_cannot_be_forged_in_qgis(path, layer):
    with Workspace.open(path) as ws:
        locked, free = ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang").ids
        ws.change_status("plan_progress", locked, "ready", "zhang")
        ws.change_status("plan_progress", locked, "submitted", "li")
    made = layer(path, "plan_progress")
    by_id, names = {f["id"]: f.id() for f in made.getFeatures()}, made.fields()
    assert not edit(made, lambda target: target.changeAttributeValue(by_id[locked], names.indexOf("percent"), 1))
    made.rollBack()
    assert not edit(made, lambda target: target.deleteFeature(by_id[locked]))
    made.rollBack()
    assert not edit(made, lambda target: target.changeAttributeValue(by_id[free], names.indexOf("status"), "approved"))
    made.rollBack()
    del made
    with Workspace.open(path) as ws:
        assert_intact(ws)
        assert (
            ws.record("plan_progress", locked)["percent"] is None
            and ws.record("plan_progress", free)["status"] == "draft"
        )


def test_both_write_while_qgis_is_in_edit_mode(path, layer):
    """QGIS keeps the file open for editing; saves here go through, and so does QGIS's own save afterwards."""
    with Workspace.open(path) as ws:
        first, second = ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang").ids
        made = layer(path, "plan_progress")
        by_id, index = {f["id"]: f.id() for f in made.getFeatures()}, made.fields().indexOf("problem")
        assert made.startEditing()
        made.changeAttributeValue(by_id[first], index, "来自QGIS")
        ws.save_records("plan_progress", [{"id": second, "problem": "来自表单"}], "li", "edit")
        assert made.commitChanges(), made.commitErrors()
        ws.save_records("plan_progress", [{"id": second, "percent": 5}], "li", "edit")
        del made
        assert {r["problem"] for r in ws.records("plan_progress")} == {"来自QGIS", "来自表单"}
    with Workspace.open(path) as ws:
        assert_intact(ws)
        assert ws.record("plan_progress", second)["percent"] == 5


def test_a_spatial_index_made_by_qgis_does_not_stop_saves(path, layer):
    import shapely

    made = layer(path, "village_evaluation")
    assert made.dataProvider().createSpatialIndex()
    del made
    with Workspace.open(path) as ws:
        ws.save_records(
            "village_evaluation",
            [village(n, geometry=shapely.to_wkb(shapely.Point(120 + n, 30))) for n in range(3)],
            "zhang",
        )
        ws.save_records("village_evaluation", [village(1, geometry=None)], "zhang")
        assert_intact(ws)
    from qgis.core import QgsRectangle

    made = layer(path, "village_evaluation")
    assert [f["zrc"] for f in made.getFeatures(QgsRectangle(121.5, 29, 123, 31))] == ["自然村2"]


def test_records_changed_in_sql_are_named_with_their_fields_before_and_since_the_chain_has_them(path):
    with Workspace.open(path) as ws:
        changed, gone = ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划")], "zhang").ids
        assert ws.verify_audit().pending == ws.verify_audit().outside == ()
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE plan_progress SET problem = '改过' WHERE id = ?", (changed,))
        plain.execute("DELETE FROM plan_progress WHERE id = ?", (gone,))
    wanted = {(changed, "edit outside"), (gone, "delete outside")}
    with Workspace.open(path, read_only=True) as ws:
        report = ws.verify_audit()
    assert {(e.record, e.act) for e in report.pending} == wanted and not report.outside
    assert [e.fields for e in report.pending if e.record == changed] == [("problem",)] and report.is_intact
    with Workspace.open(path) as ws:  # takes them in
        report = ws.verify_audit()
    assert {(e.record, e.act) for e in report.outside} == wanted and not report.pending
    assert any("problem" in e.fields for e in report.outside)
