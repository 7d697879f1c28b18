"""The expressions of the national rules, asked of features as offices write them."""

from datetime import date

import pytest
from onemap.plugin.bridge.layers import field_types
from onemap.plugin.formats.rules.rule_files import load_rule_set
from qgis.core import QgsFeature, QgsField, QgsFields
from qgis.PyQt.QtCore import QDate


def answers(rule, **values):
    """Whether the rule picks a feature with these values (texts, dates); fields left out are absent."""
    from onemap.plugin.bridge.layers.conditions import RowCondition

    fields = QgsFields()
    for name, value in values.items():
        fields.append(QgsField(name, field_types.DATE if isinstance(value, QDate) else field_types.TEXT))
    condition = RowCondition(rule.where, fields, rule.id, rule.where_needs)
    if condition.absent:
        return rule.where_fallback
    feature = QgsFeature(fields)
    feature.setAttributes(list(values.values()))
    return bool(condition.mask([feature])[0])


def rules_of(line, day=date(2026, 11, 27)):
    return {rule.id: rule for rule in load_rule_set().for_line(line, day)}


@pytest.mark.parametrize(
    "until", ["20301231", "2030-12-31", "2030/1/5", "2030.12", "2030年1月5日", "2030年", "长期", "", None, "47848"]
)
def test_a_licence_that_runs_is_consulted_about(until, qgis_app):
    rules = rules_of("KQ")
    assert (answers(rules["KQ-expired"], yxqz=until), answers(rules["KQ-1"], yxqz=until)) == (False, True)


@pytest.mark.parametrize(
    "until", ["20260105", "2026-11-26", "2020/1/5", "2020年12月31日", "2020-01-01T00:00:00", QDate(2019, 5, 1)]
)
def test_a_licence_that_ended_is_told(until, qgis_app):
    rules = rules_of("KQ")
    assert (answers(rules["KQ-expired"], yxqz=until), answers(rules["KQ-1"], yxqz=until)) == (True, False)


def test_the_date_of_the_review_decides(qgis_app):
    rules = rules_of("KQ", date(2019, 6, 1))
    assert not answers(rules["KQ-expired"], yxqz="2020-01-01") and answers(rules["KQ-1"], yxqz=QDate(2020, 1, 1))


@pytest.mark.parametrize(
    "values,picked",
    [
        ({"lx": "公路建筑控制区"}, {"DLGX-road", "DLGX-road-zone"}),
        ({"lx": None, "mc": "G60沪昆高速两侧"}, {"DLGX-road", "DLGX-road-zone"}),
        ({"mc": "110kV云溪变电站出线"}, {"DLGX-power", "DLGX-power-zone"}),
        ({"lx": "高铁", "mc": None}, {"DLGX-rail", "DLGX-rail-zone"}),
        ({"lx": "", "mc": "甲线"}, {"DLGX-1"}),
        ({"lx": None}, {"DLGX-1"}),
    ],
)
def test_a_safety_zone_cites_the_law_of_its_kind_only(values, picked, qgis_app):
    rules = rules_of("DLGX")
    assert {rule_id for rule_id, rule in rules.items() if answers(rule, **values) is True} == picked


def test_without_either_field_the_fallback_decides(qgis_app):
    rules = rules_of("DLGX")
    assert answers(rules["DLGX-1"], other="x") == "all" and answers(rules["DLGX-road"], other="x") == "none"


@pytest.mark.parametrize("code", ["0101", " 0101", "０１０３", "0101\u3000", "耕地", "旱地", "", "  ", None, "103"])
def test_land_whose_class_is_not_known_to_be_another_is_cultivated(code, qgis_app):
    assert answers(rules_of("GD")["GD-1"], DLBM=code) is True


@pytest.mark.parametrize("code", ["0303k", "1101", "2121", "０３０１", "11"])
def test_other_land_is_not(code, qgis_app):
    assert answers(rules_of("GD")["GD-1"], DLBM=code) is False


@pytest.mark.parametrize(
    "level,rule",
    [
        ("一级 ", 1),
        ("１", 1),
        ("Ⅰ级", 1),
        ("I级", 1),
        ("1级保护区", 1),
        ("二级", 2),
        ("II级", 2),
        ("2", 2),
        ("准保护区", 3),
    ],
)
def test_a_source_area_by_its_level_however_it_is_written(level, rule, qgis_app):
    rules = rules_of("SYD")
    picked = {rule_id for rule_id in ("SYD-1", "SYD-2", "SYD-3") if answers(rules[rule_id], bhqjb=level) is True}
    assert picked == {f"SYD-{rule}"}
