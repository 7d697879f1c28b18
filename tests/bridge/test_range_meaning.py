"""What a range means where its drawing, or the project that it is drawn in, is not as it should be."""

import pytest
import shapely

ZONE = "EPSG:4549"
X, Y = 500_000.0, 3_350_000.0


@pytest.fixture
def project(qgis_app, tmp_path):
    """A project with one layer of farmland of a square kilometre."""
    from qgis.core import QgsProject

    project = QgsProject()
    project.addMapLayer(saved(tmp_path, "YJJBNT", shapely.box(X, Y, X + 1000, Y + 1000)))
    return project


def saved(folder, name, shape):
    from qgis.core import (
        QgsCoordinateTransformContext,
        QgsFeature,
        QgsGeometry,
        QgsVectorFileWriter,
        QgsVectorLayer,
    )

    layer, path = QgsVectorLayer(f"Polygon?crs={ZONE}&field=MC:string", name, "memory"), folder / f"{name}.gpkg"
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
    layer.dataProvider().addFeatures([feature])
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    assert write(layer, str(path), QgsCoordinateTransformContext(), options)[0] == 0
    return QgsVectorLayer(f"{path}|layername={name}", name, "ogr")


def checked(project, *corners):
    from qgis.core import QgsGeometry, QgsPointXY

    return checked_in(project, QgsGeometry.fromPolygonXY([[QgsPointXY(X + x, Y + y) for x, y in corners]]))


def checked_in(project, drawn):
    from onemap.plugin.bridge.range.session import RangeSession
    from onemap.plugin.bridge.review.control_sources import layers_to_answer_for
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.formats.rules.rule_files import load_catalogue
    from qgis.core import QgsCoordinateReferenceSystem

    layers = layers_to_answer_for(load_catalogue(), {}, project)
    session = RangeSession(layers, None, Settings(cache_mb=0), QgsCoordinateReferenceSystem(ZONE))
    result = session.check(drawn)
    return result, {verdict.line_id: verdict for verdict in result.verdicts}


BESIDE = ((1100, 0), (1200, 0), (1200, 100), (1100, 100))


@pytest.mark.parametrize("gone", ["YJJBNT_2", "STBHHX"])
def test_a_layer_of_the_project_that_cannot_be_opened_is_told_and_its_line_is_not_clear(project, tmp_path, gone):
    from qgis.core import QgsVectorLayer

    assert checked(project, *BESIDE)[1]["YJJBNT"].status == "clear"
    project.addMapLayer(QgsVectorLayer(f"{tmp_path}/gone.gpkg|layername={gone}", gone, "ogr"))
    _, found = checked(project, *BESIDE)
    line = gone.split("_")[0]
    assert found[line].status == "failed" and gone in str(found[line].reason)
    assert checked(project, (10, 10), (90, 10), (90, 90))[1]["YJJBNT"].status == "conflict"


def test_a_drawing_that_crosses_itself_is_told(project):
    result, found = checked(project, (100, 100), (300, 300), (300, 100), (100, 300))
    assert [remark.code for remark in result.remarks] == ["range_repaired"]
    assert result.project_m2 == found["YJJBNT"].overlap_m2 == pytest.approx(20_000, abs=1)
    assert not checked(project, (100, 100), (300, 100), (300, 300))[0].remarks


def test_a_drawing_without_land_is_refused_in_words(project):
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError) as raised:
        checked(project, (100, 100), (200, 200), (300, 300))
    assert raised.value.code == "range_no_land"


@pytest.mark.parametrize("low, status", [(10.0, "conflict"), (-0.2, "conflict"), (-0.5, "clear"), (-2.0, "clear")])
def test_most_of_a_range_is_no_sliver_however_small_it_is(project, low, status):
    verdict = checked(project, (50, low), (50.7, low), (50.7, low + 0.7), (50, low + 0.7))[1]["YJJBNT"]
    assert (verdict.status, verdict.slivers) == (status, 1 if low == -0.5 else 0)


def test_a_selected_feature_that_is_not_valid_takes_the_others_with_it_into_the_range(project):
    from onemap.plugin.bridge.range.shapes import selected_range
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer, crossed = QgsVectorLayer(f"Polygon?crs={ZONE}", "chosen", "memory"), [(0, 0), (20, 20), (20, 0), (0, 20)]
    shapes = [shapely.Polygon([(X + x, Y + y) for x, y in crossed]), shapely.box(X + 15, Y, X + 25, Y + 10)]
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
        layer.dataProvider().addFeatures([feature])
    layer.selectAll()
    result, _ = checked_in(project, selected_range(layer, 1.0))
    expected = shapely.union_all([shapely.make_valid(shape) for shape in shapes]).area
    assert result.project_m2 == pytest.approx(expected, abs=0.1)
    assert [remark.code for remark in result.remarks] == ["range_repaired"]


def test_a_range_is_told_what_its_use_was_taken_for_without_fields_that_it_cannot_have(project, tmp_path):
    project.addMapLayer(saved(tmp_path, "CZKFBJ", shapely.box(X, Y, X + 50, Y + 1000)))
    result, found = checked(project, (10, 10), (90, 10), (90, 90))
    assert found["CZKFBJ"].status != "clear"
    assert [remark.code for remark in result.remarks] == ["range_use_unknown"]


def test_a_layer_that_cannot_be_opened_does_not_make_every_step_of_a_drag_read_all_anew(project, tmp_path):
    from onemap.plugin.bridge.range.session import RangeSession
    from onemap.plugin.bridge.review.control_sources import layers_to_answer_for
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.formats.rules.rule_files import load_catalogue
    from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsVectorLayer

    project.addMapLayer(QgsVectorLayer(f"{tmp_path}/gone.gpkg|layername=STBHHX", "STBHHX", "ogr"))
    layers = layers_to_answer_for(load_catalogue(), {}, project)
    session = RangeSession(layers, None, Settings(cache_mb=0), QgsCoordinateReferenceSystem(ZONE))
    for step in range(3):
        place = QgsGeometry.fromWkt(shapely.box(X + 10 * step, Y, X + 50, Y + 50).wkt)
        found = {verdict.line_id: verdict for verdict in session.check(place, is_moving=True).verdicts}
        assert (found["YJJBNT"].status, found["STBHHX"].status) == ("conflict", "failed")
        assert session._followed.serves(session.job(place).review)


def test_land_that_is_not_saved_yet_belongs_to_the_extent_of_its_layer(project):
    from qgis.core import QgsFeature, QgsGeometry

    (layer,) = project.mapLayers().values()
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(shapely.box(X + 1100, Y, X + 1200, Y + 100).wkt))
    layer.addFeature(feature)
    result, found = checked(project, *BESIDE)
    assert found["YJJBNT"].status == "conflict" and found["YJJBNT"].share_pct == 100
    assert "outside_all_layers" not in [remark.code for remark in result.remarks]
