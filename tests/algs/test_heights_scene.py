"""Buildings in 3D: solids grey and red by numbers, cameras of viewpoints kept in a layout; a QGIS without 3D."""

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsPointXY,
    QgsProject,
    QgsReadWriteContext,
)
from qgis.PyQt.QtXml import QDomDocument

from .test_check_heights import run, town, views, zones

pytest.importorskip("qgis._3d", reason="this QGIS is built without 3D")


def solids(layer):
    """{building: [(bottom, height, rule)]} as the renderer of a layer would draw them."""
    from onemap.plugin.bridge.heights.scene import _kind

    renderer, found = layer.renderer3D(), {}
    for rule in renderer.rootRule().children():
        properties = rule.symbol().dataDefinedProperties()
        for feature in layer.getFeatures():
            context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
            context.setFeature(feature)
            if QgsExpression(rule.filterExpression()).evaluate(context):
                numbers = [
                    properties.property(kind).valueAsDouble(context)[0]
                    for kind in (_kind("Height"), _kind("ExtrusionHeight"))
                ]
                found.setdefault(feature["building_key"], []).append(
                    (*(round(n, 2) for n in numbers), rule.description())
                )
    return found


def test_what_exceeds_is_red_all_else_grey(h):
    from onemap.plugin.bridge.heights.scene import dress_in_3d

    layer = run(h, town(h), ZONES=zones(h), **views(h))["LIMITS"]
    assert dress_in_3d(layer)
    found = solids(layer)
    assert found["B1"] == [(9.0, 10.4, "Buildings"), (19.4, 6.4, "Above the limit")]
    assert found["B2"] == [(9.0, 24.0, "Buildings"), (33.0, 6.0, "Above the limit")]
    assert found["B3"] == [(9.0, 18.0, "Buildings")] and "B4" not in found
    document = QDomDocument()
    element = document.createElement("renderer")
    layer.renderer3D().writeXml(element, QgsReadWriteContext())
    assert element.hasChildNodes()


def test_cameras_of_viewpoints_are_kept(h, tmp_path):
    """From the eye to the target, in a layout and as a bookmark; again: replaced, not doubled."""
    from onemap.plugin.bridge.heights.scene import keep_cameras
    from onemap.plugin.core.heights.settings import default_settings
    from onemap.plugin.core.heights.sights import Eye, Target, make_view
    from qgis.core import QgsCoordinateReferenceSystem
    from shapely import Point

    eye, blind = Eye("亭", 500_000, 3_350_000, 11.6), Eye("无", 500_000, 3_350_000, None)
    target = Target("塔", Point(501_200, 3_350_000), 35.0)
    seen = [make_view(one, target, default_settings()) for one in (eye, blind)]
    project, crs = QgsProject(), QgsCoordinateReferenceSystem("EPSG:4549")
    project.setCrs(crs)
    layer = run(h, town(h), **views(h))["LIMITS"]
    for _ in range(2):
        assert keep_cameras(seen, [layer], crs, project) == 1
    (mark,) = project.bookmarkManager().bookmarks()
    assert mark.name() == seen[0].name and mark.extent().contains(QgsPointXY(501_200, 3_350_000))
    (layout,) = project.layoutManager().layouts()
    pose = layout.itemById(seen[0].name).cameraPose()
    assert pose.headingAngle() == pytest.approx(270) and pose.pitchAngle() == pytest.approx(91.12, abs=0.01)
    assert pose.distanceFromCenterPoint() == pytest.approx(1200.23, abs=0.01) and pose.centerPoint().y() == 35.0


def test_a_qgis_without_3d_says_so(h, monkeypatch):
    from onemap.plugin.bridge.heights import scene

    monkeypatch.setattr(scene, "threed", None)
    layer = run(h, town(h), **views(h))["LIMITS"]
    assert not scene.has_3d() and not scene.dress_in_3d(layer)
