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


def squares(kind, values):
    """One square of 80 m for each value, side by side; `kind`: the field and its type."""
    from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer

    made = QgsVectorLayer(f"Polygon?crs=EPSG:4549&field={kind}", "squares", "memory")
    features = []
    for number, value in enumerate(values):
        feature = QgsFeature(made.fields())
        feature.setAttributes([value])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(100 * number, 0, 100 * number + 80, 80)))
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


@pytest.fixture
def layer(qgis_app):
    return squares("effect:string", [effect.value for effect in EFFECTS])


def drawn(layer, ground="white"):
    """The colours that are seen on the map in each of the squares."""
    from qgis.core import QgsMapRendererSequentialJob, QgsMapSettings, QgsRectangle
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    width = 100 * layer.featureCount()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setBackgroundColor(QColor(ground))
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(width, 100))
    settings.setExtent(QgsRectangle(0, 0, width, 100))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    places = [range(100 * number, 100 * number + 80) for number in range(layer.featureCount())]
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


def test_sites_of_any_score_are_drawn_also_where_it_is_unknown(qgis_app):
    from onemap.plugin.bridge.siting.results import SitesStyle

    made = squares("score:double", [0.0, 20.0, 99.99, 100.0, None])
    SitesStyle.make().postProcessLayer(made, None, None)
    assert all(len(seen) > 1 for seen in drawn(made))


def test_land_is_coloured_by_the_classification_that_its_codes_are_of(qgis_app):
    from onemap.plugin.bridge.layers.catalogue_style import land_use_colours, style_as_land_use

    survey, newer = ["0601", "0702", "1101", "0404", "9999"], ["0601", "0702", "1101", "1701"]
    for kind, codes, wanted in (
        ("DLBM:string", survey, ["1001", "0703", "1701", "0403", ""]),
        ("YDYHFLDM:string", newer, newer),
        ("DLBM:string", newer, newer),  # codes of 2023 under the name of the survey's field
        ("YDYHFLDM:string", ["060100", "070200", "110100", "080403"], ["0601", "0702", "1101", "080403"]),
        ("DLBM:string", ["010100", "060100", "170100", "010000"], ["0101", "0601", "1701", "01"]),
    ):
        made = squares(kind, codes)
        assert style_as_land_use(made)
        for code, target, seen in zip(codes, wanted, drawn(made)):
            colour = land_use_colours()[target][0] if target else "190,190,190"
            assert "#" + "".join(f"{int(part):02x}" for part in colour.split(",")) in seen, code


def test_labels_are_read_on_dark_ground(qgis_app):
    from onemap.plugin.bridge.layers.feature_labels import label
    from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer

    made = squares("name:string", ["88", "99"])
    made.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "black", "outline_style": "no"})))
    label(made, '"name"')
    assert all("#ffffff" in seen for seen in drawn(made, "black"))


def test_numbers_of_a_design_are_not_written_over_a_whole_county(qgis_app):
    """At 1:97,000 four hundred heights are one heap, and the red parts below cannot be seen."""
    from onemap.plugin.bridge.heights import surface_style, titles

    made = squares("name:string", ["a"])
    for style in (titles.ExceedingParts, titles.AllowedHeights, titles.ViewCorridors, surface_style.BindingLand,
                  surface_style.HeightContours):  # fmt: skip
        style.make().postProcessLayer(made, None, None)
        settings = made.labeling().settings()
        assert settings.scaleVisibility and settings.minimumScale <= 50_000, style.__name__


def test_the_worst_part_gets_the_room_for_its_label(qgis_app):
    """+34.9 m of a tower was not written, as the +1.1 m beside it had taken the room."""
    from onemap.plugin.bridge.heights.titles import ExceedingParts
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsPalLayerSettings

    made = squares("exceed_value:double", [1.1, 34.9])
    ExceedingParts.make().postProcessLayer(made, None, None)
    settings = made.labeling().settings()
    known = settings.dataDefinedProperties()
    rank = known.property(QgsPalLayerSettings.Property.Priority)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(made))
    ranks = []
    for feature in made.getFeatures():
        context.setFeature(feature)
        ranks.append(QgsExpression(rank.expressionString()).evaluate(context))
    assert ranks == [pytest.approx(5 + 5 * 1.1 / 34.9), 10]


def test_labels_are_made_in_one_place():
    makers = [
        p.name for p in (ROOT / "plugin").rglob("*.py") if "QgsPalLayerSettings(" in p.read_text(encoding="utf-8")
    ]
    assert makers == ["feature_labels.py"]
