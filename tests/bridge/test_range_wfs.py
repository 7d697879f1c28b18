"""Ranges over a live WFS: the answers of the same land in a file, and no line is clear when the server is away."""

import pytest
import shapely
from onemap.tests.support.wfs_server import WfsServer

ZONE = "EPSG:4549"
X, Y = 500_000.0, 3_350_000.0


def square(left, low, size):
    return shapely.box(X + left, Y + low, X + left + size, Y + low + size)


ROWS = [(n, f"C{n}", square(200 * n, 0, 120)) for n in range(6)]


@pytest.fixture
def server(qgis_app):
    made = WfsServer("STBHHX", list(ROWS))
    yield made
    made.close()


def wfs_layer(server):
    from qgis.core import QgsVectorLayer

    uri = f"srsname='{ZONE}' typename='t:{server.name}' url='{server.url}' version='1.1.0'"
    layer = QgsVectorLayer(uri, server.name, "WFS")
    assert layer.isValid()
    return layer


def session(layer):
    from onemap.plugin.bridge.range.session import RangeSession
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsCoordinateReferenceSystem

    return RangeSession([layer], None, Settings(cache_mb=0), QgsCoordinateReferenceSystem(ZONE))


def checked(session, left, low, size, moving=False):
    from qgis.core import QgsGeometry

    result = session.check(QgsGeometry.fromWkt(square(left, low, size).wkt), is_moving=moving)
    (verdict,) = (v for v in result.verdicts if v.line_id == "STBHHX")
    return verdict


def test_a_service_answers_as_a_file_does(server):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    memory = QgsVectorLayer(f"Polygon?crs={ZONE}&field=code:string", "STBHHX", "memory")
    for _, code, shape in ROWS:
        feature = QgsFeature(memory.fields())
        feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
        feature.setAttributes([code])
        memory.dataProvider().addFeatures([feature])
    live, kept = session(wfs_layer(server)), session(memory)
    for left, moving in ((50, True), (150, True), (130, True), (340, False), (5000, False)):
        found, wanted = (checked(one, left, 10, 60, moving) for one in (live, kept))
        assert (found.status, found.overlap_m2, found.pieces) == (wanted.status, wanted.overlap_m2, wanted.pieces), left


def stop(server, how):
    if how == "gone":
        server.close()
    else:
        server.fail()


@pytest.mark.parametrize("how", ["gone", "fails"])
def test_a_server_that_does_not_answer_at_all_is_told(server, how):
    live = session(wfs_layer(server))
    stop(server, how)
    found = checked(live, 130, 10, 60)
    assert found.status == "failed" and "web service" in str(found.reason)


def test_what_was_downloaded_before_is_stated_once_with_its_layer(server):
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from onemap.plugin.core.land.input_check import FIRST_SAID
    from onemap.plugin.core.land.remarks import stated_once
    from onemap.plugin.gui.range.rows import first_remarks
    from qgis.core import QgsGeometry

    layer = wfs_layer(server)
    (told,) = stated_once([*LayerSnapshot(layer).remarks, *LayerSnapshot(layer, "land_use").remarks])
    assert told.code == "layer_of_service" and told.code in FIRST_SAID
    assert told.layer == server.name and server.name in told.text("zh") and "reload" in told.text("en")
    result = session(layer).check(QgsGeometry.fromWkt(square(50, 10, 60).wkt))
    assert [r.layer for r in result.remarks if r.code == "layer_of_service"] == [server.name]
    assert told.text() in first_remarks(result.remarks)


def test_a_check_asks_the_service_again(server):
    from onemap.tests.support import algorithms as h

    layer, told = wfs_layer(server), h.Feedback()
    server.change([(9, "far", square(3000, 0, 120))])
    assert len(list(layer.getFeatures())) == 1
    server.change(ROWS)
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    assert h.verdicts(h.check(projects, [layer], told))["A", "STBHHX"]["status"] == "conflict"
    assert any("downloaded for this run" in line for line in told.lines)
    server.fail()
    assert h.verdicts(h.check(projects, [layer]))["A", "STBHHX"]["status"] == "failed"
