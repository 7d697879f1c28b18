"""NULL is nothing, the word NULL is a word, keys keep all their digits."""

import pytest


@pytest.mark.parametrize(
    "value,text",
    [
        ("NULL", "NULL"),
        ("", ""),
        (0, "0"),
        (2**63 - 1, "9223372036854775807"),
        (3.3e17, "330000000000000000"),
        (1.5, "1.5"),
    ],
)
def test_values_as_text(qgis_app, value, text):
    from onemap.plugin.bridge.layers.values import text_of

    assert text_of(value) == text


def test_nothing(qgis_app):
    from onemap.plugin.bridge.layers.values import is_null, text_of
    from qgis.core import NULL, QgsFeature, QgsVectorLayer

    feature = QgsFeature(QgsVectorLayer("None?field=a:integer", "x", "memory").fields())
    feature.setAttributes([NULL])
    assert is_null(None) and is_null(NULL) and is_null(feature["a"]) and text_of(feature["a"]) is None


def test_a_date_is_a_date(qgis_app):
    from onemap.plugin.bridge.layers.values import text_of
    from qgis.PyQt.QtCore import QDate, QDateTime, QTime

    assert text_of(QDate(2026, 3, 5)) == "2026-03-05"
    assert text_of(QDateTime(QDate(2026, 3, 5), QTime(8, 0))) == "2026-03-05T08:00:00"
