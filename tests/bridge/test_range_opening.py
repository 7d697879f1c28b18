"""Layers that are opened in turns answer as layers that are opened at once; what changes meanwhile ends the turns."""

import pytest

ZONE = "EPSG:4549"
X, Y = 500_000, 3_350_000
NAMES = ("YJJBNT", "STBHHX", "CZKFBJ")


def square(left, low, size):
    from qgis.core import QgsGeometry, QgsRectangle

    return QgsGeometry.fromRect(QgsRectangle(X + left, Y + low, X + left + size, Y + low + size))


@pytest.fixture
def project(qgis_app, monkeypatch):
    from onemap.plugin.bridge.range import opening, state
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsFeature, QgsProject, QgsVectorLayer

    monkeypatch.setattr(opening, "_TURN_S", -1.0)
    # a turn is about layers: neither settings that another test left nor the age of a file decide about it
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls: cls()))
    monkeypatch.setattr(state, "is_settled", lambda stamps: True)
    project = QgsProject.instance()
    project.clear()
    for number, name in enumerate(NAMES):
        layer = QgsVectorLayer(f"Polygon?crs={ZONE}&field=TBBH:string", name, "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(square(100 * number, 0, 150))
        layer.dataProvider().addFeatures([feature])
        project.addMapLayer(layer)
    yield project
    project.clear()


@pytest.fixture
def sessions(project):
    from onemap.plugin.bridge.range.session import ProjectSession

    made = [ProjectSession(), ProjectSession()]
    yield made
    for one in made:
        one.dispose()


def crs():
    from qgis.core import QgsCoordinateReferenceSystem

    return QgsCoordinateReferenceSystem(ZONE)


def test_layers_opened_in_turns_are_used_and_answer_alike(sessions, monkeypatch):
    from onemap.plugin.bridge.review.preparing import Review

    in_turns, at_once = sessions
    turns = len(list(in_turns.opening(crs())))
    assert turns > len(NAMES) and in_turns.is_ready
    wanted = at_once.get(crs()).check(square(50, 50, 300))
    monkeypatch.setattr(Review, "opening", lambda *_: pytest.fail("the layers are open"))
    found = in_turns.get(crs()).check(square(50, 50, 300))
    assert [repr(verdict) for verdict in found.verdicts] == [repr(verdict) for verdict in wanted.verdicts]
    assert len(found.findings) == len(wanted.findings) == len(NAMES)
    assert not list(in_turns.opening(crs()))


@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_layer_that_is_removed_meanwhile_is_not_touched(sessions, project, at):
    in_turns, turns = sessions[0], sessions[0].opening(crs())
    for _ in range(at + 1):
        next(turns)
    project.removeMapLayer(next(key for key, layer in project.mapLayers().items() if layer.name() == "CZKFBJ"))
    assert not list(turns) and not in_turns.is_ready
    verdicts = {verdict.line_id: verdict for verdict in in_turns.get(crs()).check(square(50, 50, 300)).verdicts}
    assert "not" in repr(verdicts["CZKFBJ"].conclusion).lower()


def test_what_changes_after_the_turns_is_opened_anew(sessions, project):
    in_turns = sessions[0]
    list(in_turns.opening(crs()))
    project.removeMapLayer(next(key for key, layer in project.mapLayers().items() if layer.name() == "YJJBNT"))
    assert len(in_turns.get(crs()).layers()) == len(NAMES) - 1
