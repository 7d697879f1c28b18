"""Expressions without QGIS: each is answered as QGIS answers it, or refused."""

import pytest
from onemap.plugin.formats.rules.rule_files import load_rule_set
from province.expressions import Expression, Unsupported

SAMPLES = [None, "", "是", "Y", "核心区", "一级", "01", "1", "3", "0101", "国家级", "危险区", "电力", "a_b", 1, 3, 1.0]
MORE = [
    '"a" = 1', "\"a\" <> '1'", '"a" IN (1, NULL)', "\"a\" NOT IN ('1', NULL)", "NOT \"a\" = '是'", "\"a\" ILIKE 'y%'", "\"a\" LIKE '_'",
    'FALSE OR "a" IS NOT NULL', 'coalesce(NULL, "a") = \'1\'', "left(\"a\", 1) = '0' AND \"a\" <> '01'", "\"a\" = 'it''s' OR \"a\" != 3", '"a" = NULL', 'NOT ("a" = NULL)',
]  # fmt: skip
ONLY_QGIS = [
    'to_date("a") < to_date(now())',
    '"a" > 3',
    "$area > 1",
    "\"a\" || 'x' = 'y'",
    "a = 1",
    "\"a\" = '1' extra",
    '"a" IS',
    '("a" = 1',
]


def expressions():
    rules = load_rule_set().rules
    texts = {rule.where for rule in rules} | {rule.unless for rule in rules}
    return [text for text in texts if text and "@review_date" not in text] + MORE


@pytest.mark.parametrize("text", sorted(expressions()))
def test_answers_are_those_of_qgis(text, qgis_app):
    mine = Expression(text)
    for value in SAMPLES:
        assert mine.is_true(dict.fromkeys(mine.columns, value)) == qgis_says(text, mine.columns, value), value


def qgis_says(text, columns, value):
    from onemap.plugin.bridge.layers import field_types
    from qgis.core import (
        QgsExpression,
        QgsExpressionContext,
        QgsExpressionContextUtils,
        QgsFeature,
        QgsField,
        QgsFields,
    )

    kind = {int: field_types.LONG, float: field_types.REAL}.get(type(value), field_types.TEXT)
    fields = QgsFields()
    for name in columns:
        fields.append(QgsField(name, kind))
    feature = QgsFeature(fields)
    feature.setAttributes([value] * len(columns))
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.globalScope())
    context.setFields(fields)
    context.setFeature(feature)
    expression = QgsExpression(text)
    answer = expression.evaluate(context)
    assert not expression.hasParserError() and not expression.hasEvalError()
    return bool(answer)


@pytest.mark.parametrize("value", ["是 ", "\u3000０１０１\u00a0", "Ｙ", "１", "", None, "103"])
@pytest.mark.parametrize("text", ["left(\"a\", 2) = '01' OR \"a\" IN ('是', 'Y', 1)", "\"a\" = '１'"])
def test_texts_as_people_type_them_are_answered_as_on_the_desk(text, value, qgis_app):
    from onemap.plugin.bridge.layers import field_types
    from onemap.plugin.bridge.layers.conditions import RowCondition
    from qgis.core import QgsFeature, QgsField, QgsFields

    fields = QgsFields()
    fields.append(QgsField("a", field_types.TEXT))
    feature = QgsFeature(fields)
    feature.setAttributes([value])
    assert Expression(text).is_true({"a": value}) == bool(RowCondition(text, fields, "r").mask([feature])[0])
    assert feature["a"] == value or value is None


@pytest.mark.parametrize("text", ONLY_QGIS)
def test_the_rest_is_refused(text):
    with pytest.raises(Unsupported):
        Expression(text)
