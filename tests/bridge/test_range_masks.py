"""Masks of conditions: rows that hold the same are asked once, and get what each would get by itself."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

WHERE = (
    '"mc" LIKE \'%1%\' OR "xgz" IS NULL',
    "\"XGZ\" IN ('24', '1.0') AND \"MC\" IS NOT NULL",
    'try(to_real("XGZ"), 0) > 20',
    "coalesce(\"MC\", '') = ''",
    '"N" = 1 OR "R" > 0.5',
)
VALUES = [None, "", "24", "24 ", "图斑 1", "不详", "1", "1.0", "２４"]


@pytest.fixture
def table(qgis_app, tmp_path):
    """300 rows of few values, among them numbers and bytes where text is declared."""
    from qgis.core import QgsCoordinateTransformContext, QgsFeature, QgsVectorFileWriter, QgsVectorLayer

    dice, path = np.random.default_rng(17), tmp_path / "a.gpkg"
    fields = "field=MC:string&field=XGZ:string&field=N:integer&field=R:double"
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:4549&{fields}", "a", "memory")
    features = []
    for _ in range(300):
        feature = QgsFeature(layer.fields())
        text = [VALUES[at] for at in dice.integers(0, len(VALUES), 2)]
        feature.setAttributes([*text, int(dice.integers(0, 3)), [0.0, -0.0, 1.0, None][dice.integers(0, 4)]])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "a"
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    assert write(layer, str(path), QgsCoordinateTransformContext(), options)[0] == 0
    return path


def masks_of(path, known=None):
    """[(mask by the room, mask asked row by row)] of each condition."""
    from onemap.plugin.bridge.layers.conditions import RowCondition
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from onemap.plugin.bridge.range.masks import _answers
    from qgis.core import QgsVectorLayer

    snapshot = LayerSnapshot(QgsVectorLayer(f"{path}|layername=a", "a", "ogr"))
    fids = snapshot.table.ids()
    found = []
    for number, text in enumerate(WHERE):
        condition = RowCondition(text, snapshot.fields, f"R{number}")
        features = snapshot.features_by_id(fids.tolist(), sorted(condition.columns))
        each = condition.mask([features[fid] for fid in fids.tolist()])
        answers = {} if known is None else known.setdefault(condition.identity, {})
        found.append((_answers(snapshot, condition, fids, answers), each))
    return found


def test_every_row_gets_what_it_gets_by_itself(table):
    for together, each in masks_of(table):
        assert np.array_equal(together, each)
        assert 0 < each.sum() < len(each)


def test_values_that_are_no_texts_get_their_own_answer(table):
    with closing(sqlite3.connect(table)) as data:
        for trigger in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            data.execute(f'DROP TRIGGER "{trigger[0]}"')
        data.execute("UPDATE a SET XGZ = 24 WHERE fid % 7 = 0")
        data.execute("UPDATE a SET MC = x'3234' WHERE fid % 11 = 0")
        data.execute("UPDATE a SET N = 'drei' WHERE fid % 5 = 0")
        data.commit()
    for together, each in masks_of(table):
        assert np.array_equal(together, each)


def test_a_second_layer_is_not_asked_again_and_other_kinds_of_fields_are(table, tmp_path):
    known = {}
    first = masks_of(table, known)
    kept = {identity: dict(answers) for identity, answers in known.items()}
    second = masks_of(table, known)
    assert known == kept and all(kept.values())
    for (a, _), (b, each) in zip(first, second):
        assert np.array_equal(a, b) and np.array_equal(b, each)
    for identity in list(kept):  # another kind of field is another question
        assert all(isinstance(kind, tuple) for kind in identity[2:])
