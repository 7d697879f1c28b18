"""Results are really drawn: every class of a renderer finds its features."""

import re
from enum import Enum
from pathlib import Path

import pytest
from onemap.plugin.core.review.tiers import EFFECTS

ROOT = Path(__file__).resolve().parents[2]
MAKES = re.compile(r"(?<!> )QgsRendererCategory\(")


class Grade(str, Enum):
    HIGH = "high"


@pytest.fixture
def layer(qgis_app):
    """One square of 80 m for each effect, side by side."""
    from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer

    made = QgsVectorLayer("Polygon?crs=EPSG:4549&field=effect:string", "findings", "memory")
    features = []
    for number, effect in enumerate(EFFECTS):
        feature = QgsFeature(made.fields())
        feature.setAttributes([effect.value])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(100 * number, 0, 100 * number + 80, 80)))
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


def drawn(layer):
    """The colours that are seen on the map in each of the squares."""
    from qgis.core import QgsMapRendererSequentialJob, QgsMapSettings, QgsRectangle
    from qgis.PyQt.QtCore import QSize

    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(400, 100))
    settings.setExtent(QgsRectangle(0, 0, 400, 100))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    places = [range(100 * number, 100 * number + 80) for number in range(len(EFFECTS))]
    return [{image.pixelColor(x, y).name() for x in place for y in range(20, 100)} for place in places]


def test_findings_are_drawn_in_the_colour_of_their_effect(layer):
    from onemap.plugin.bridge.layers.results import FindingsStyle, effect_symbol

    FindingsStyle.make().postProcessLayer(layer, None, None)
    colours = [effect_symbol(effect).color().name() for effect in EFFECTS]
    assert all(colour in seen for colour, seen in zip(colours, drawn(layer)))


def test_a_class_of_any_enum_is_its_plain_value(qgis_app):
    from onemap.plugin.bridge.layers.fills import category
    from qgis.core import QgsFillSymbol

    for value, plain in ((Grade.HIGH, "high"), (EFFECTS[0], EFFECTS[0].value), (2, 2), ("a", "a")):
        found = category(value, QgsFillSymbol(), "").value()
        assert type(found) is type(plain) and found == plain


def test_classes_are_made_in_one_place():
    makers = [p.name for p in (ROOT / "plugin").rglob("*.py") if MAKES.search(p.read_text(encoding="utf-8"))]
    assert makers == ["fills.py"]
