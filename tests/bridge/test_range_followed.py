"""Ranges that follow each other on layers that stay open: every answer is that of a check that knows of no other."""

import os
from dataclasses import replace

import numpy as np
import pytest
import shapely

ZONE = "EPSG:4549"
X, Y = 500_000.0, 3_350_000.0
NAMES = ("YJJBNTTB", "YJJBNTTB_2", "STBHHX", "CZKFBJ")


def square(dice, size):
    left, low = dice.uniform(0, 900, 2) + (X, Y)
    return shapely.box(left, low, left + size, low + size)


@pytest.fixture
def files(qgis_app, tmp_path):
    """Layers of overlapping squares; of one line there are two."""
    from qgis.core import QgsCoordinateTransformContext, QgsFeature, QgsGeometry, QgsVectorFileWriter, QgsVectorLayer

    dice, paths = np.random.default_rng(7), []
    for name in NAMES:
        layer = QgsVectorLayer(f"Polygon?crs={ZONE}&field=code:string", name, "memory")
        for number in range(60):
            feature = QgsFeature(layer.fields())
            feature.setGeometry(QgsGeometry.fromWkt(square(dice, dice.uniform(20, 90)).wkt))
            feature.setAttributes([str(number)])
            layer.dataProvider().addFeatures([feature])
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = "GPKG", name
        paths.append(tmp_path / f"{name}.gpkg")
        write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
        assert write(layer, str(paths[-1]), QgsCoordinateTransformContext(), options)[0] == 0
        os.utime(paths[-1], (1_700_000_000, 1_700_000_000))
    return paths


def session(paths):
    from onemap.plugin.bridge.range.session import RangeSession
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

    mapping = {"YJJBNTTB_2": "YJJBNT"}
    layers = [QgsVectorLayer(f"{path}|layername={path.stem}", path.stem, "ogr") for path in paths]
    return RangeSession(layers, None, Settings(cache_mb=0, mapping=mapping), QgsCoordinateReferenceSystem(ZONE))


def geometry(left, low, size):
    from qgis.core import QgsGeometry

    return QgsGeometry.fromWkt(shapely.box(X + left, Y + low, X + left + size, Y + low + size).wkt)


def answer(result):
    findings = sorted(repr((f.line_id, f.rule_id, f.layer_name, f.control_fid, f.overlap_m2)) for f in result.findings)
    return findings, sorted(repr(verdict) for verdict in result.verdicts)


def test_a_range_that_wanders_is_answered_as_if_it_were_the_first(files):
    dice, followed, met = np.random.default_rng(3), session(files), 0
    left, low = 300.0, 300.0
    for step in range(12):
        left, low = np.clip([left, low] + dice.normal(0, 400 if step % 5 == 4 else 30, 2), 0, 900)
        place = geometry(left, low, dice.uniform(50, 250))
        found = followed.check(place)
        assert answer(found) == answer(session(files).check(place)), step
        met += len(found.findings)
    assert met > 100


def test_what_is_near_is_read_once(files, monkeypatch):
    from onemap.plugin.bridge.review import gpkg_layer
    from onemap.plugin.core.review import control_group

    made = []
    for module, name in ((control_group, "NearGroup"), (gpkg_layer, "TablesNear")):
        kind = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *where, kind=kind: made.append(where) or kind(*where))
    followed = session(files)
    for step in range(5):
        followed.check(geometry(400 + 5 * step, 400, 200))
    assert len(made) == 3  # one a line


def test_a_file_that_changes_ends_it(files):
    from onemap.plugin.bridge.range.state import StaleSource

    followed = session(files)
    followed.check(geometry(400, 400, 200))
    os.utime(files[0])
    with pytest.raises(StaleSource):
        followed.check(geometry(405, 400, 200))


def test_a_layer_that_failed_is_not_kept(files):
    from onemap.plugin.bridge.review.near_sources import NearSources
    from onemap.plugin.bridge.review.running import run_review

    followed, near = session(files), NearSources(holds=True)
    review = followed.job(geometry(400, 400, 200)).review
    run_review(review, lambda outcome: None, near=near)
    assert near.serves(review)
    near.layers[0].failure = "damaged"
    run_review(review, lambda outcome: None, near=near)
    assert not near.serves(review)


def test_of_a_moving_range_only_overlaps_differ_and_say_so(files):
    dice, moved, met = np.random.default_rng(5), session(files), 0
    for _ in range(6):
        place = geometry(*dice.uniform(0, 800, 2), dice.uniform(50, 250))
        moving, resting = moved.check(place, is_moving=True), session(files).check(place)
        assert not resting.at_most
        for at_most, exact in zip(moving.verdicts, resting.verdicts):
            assert at_most.line_id == exact.line_id
            assert at_most.overlap_m2 >= exact.overlap_m2
            alike = replace(at_most, overlap_m2=exact.overlap_m2, share_pct=exact.share_pct)
            assert (alike if at_most.line_id in moving.at_most else at_most) == exact
        assert answer(moving)[0] == answer(resting)[0]
        assert answer(moved.check(place)) == answer(resting)  # the mouse rests
        met += len(moving.at_most)
    assert met > 3


def test_zones_are_looked_at_for_every_range_that_rests_or_is_far_from_the_last(files, monkeypatch):
    from onemap.plugin.bridge.review import running

    asked, followed = [], session(files)
    monkeypatch.setattr(running, "check_zones", lambda projects, layers, *_: asked.extend(layers))
    counts = []
    for left, is_moving in ((400, False), (410, True), (420, True), (420, False), (60_000, True), (60_010, True)):
        asked.clear()
        followed.check(geometry(left, 400, 200), is_moving=is_moving)
        counts.append(len(asked))
    assert counts == [4, 0, 0, 4, 4, 0]
