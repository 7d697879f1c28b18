"""Warnings and goals: what each rule asks, its colour and its numbers; unknown is never green."""

from datetime import date

import pytest
from onemap.plugin.core.indicators.formula import Formula
from onemap.plugin.core.indicators.formula_nodes import Measure, MeasureKind, Number, Selection
from onemap.plugin.core.indicators.indicator_goals import next_target, standing
from onemap.plugin.core.indicators.indicator_model import Direction, Holds, Indicator, Nature
from onemap.plugin.core.indicators.indicator_results import last_day
from onemap.plugin.core.indicators.indicator_units import Unit
from onemap.plugin.core.indicators.indicator_values import MeasureUse, Outcome, Place
from onemap.plugin.core.indicators.warning_rules import Colour, Finding, status_of
from onemap.plugin.core.indicators.warning_trend import trend_of
from onemap.plugin.core.land.remarks import Remark
from onemap.plugin.formats.rules.indicator_files import load_warning_rules

RULES = load_warning_rules()
PLACE = Place(0, "339901", "云溪县")


def indicator(direction, holds=Holds.ALWAYS, nature=Nature.BINDING):
    formula = Formula("1", Number(1), ())
    return Indicator("x", "甲", "x", "", Unit("km2", 1.0, ()), nature, direction, holds, formula)


def judged(value, base, target, direction=Direction.AT_MOST, holds=Holds.ALWAYS, year=2025, **more):
    kind = indicator(direction, holds, more.pop("nature", Nature.BINDING))
    outcome = Outcome(kind, PLACE, year, value)
    if value is None:
        outcome.missing.append(Remark("indicator_no_layer", params={"layer": "乙", "year": year}))
        return status_of(Finding(outcome, standing(kind, 0, year, None, None)), RULES)
    return status_of(Finding(outcome, standing(kind, value, year, base, target), **more), RULES)


def test_a_limit_is_not_held_where_what_counts_is_not_known():
    """Ten towers of at most twelve, and forty buildings without a height: nobody knows that there are not forty more."""
    kind = indicator(Direction.AT_MOST)
    outcome = Outcome(kind, PLACE, 2025, 10.0)
    place = standing(kind, 10.0, 2025, (2020, 9.9), (2035, 12.0))
    assert status_of(Finding(outcome, place), RULES).colour == Colour.GREEN
    towers = Measure(MeasureKind.COUNT, Selection("buildings"))
    outcome.measures.append(MeasureUse(towers, 2025, 10.0, 10, left_out=40))
    found = status_of(Finding(outcome, place), RULES)
    assert found.colour == Colour.YELLOW and codes(found) == ["warning_incomplete"]
    assert "40" in found.warnings[0].remark.text("zh")


def codes(status):
    return [warned.remark.code for warned in status.warnings]


@pytest.mark.parametrize(
    ("value", "base", "target", "direction", "colour", "code"),
    [
        (27.7, (2020, 24.0), (2035, 27.6), Direction.AT_MOST, Colour.RED, "warning_broken_at_most"),
        (26.0, (2020, 24.0), (2035, 27.6), Direction.AT_MOST, Colour.RED, "warning_pace_limit"),  # 55.6 % > 33.3 + 15
        (25.7, (2020, 24.0), (2035, 27.6), Direction.AT_MOST, Colour.GREEN, None),  # 47.2 % < 48.3 %
        (326.4, (2020, 332.0), (2035, 326.5), Direction.AT_LEAST, Colour.RED, "warning_broken_at_least"),
        (331.0, (2020, 332.0), (2035, 326.5), Direction.AT_LEAST, Colour.GREEN, None),
        (333.0, (2020, 332.0), (2035, 326.5), Direction.AT_LEAST, Colour.GREEN, None),
    ],
)
def test_limits(value, base, target, direction, colour, code):
    status = judged(value, base, target, direction)
    assert status.colour is colour and codes(status)[:1] == ([code] if code else [])


def test_near_the_limit_late_in_the_time():
    status = judged(27.3, (2020, 24.0), (2035, 27.6), year=2034)
    assert (status.colour, codes(status)) == (Colour.ORANGE, ["warning_near"])
    assert "91.7%" in status.warnings[0].remark.text("zh") and "0.30" in status.warnings[0].remark.text("zh")


def test_goals_are_judged_by_their_pace_and_broken_only_in_their_year():
    late = {"direction": Direction.AT_LEAST, "holds": Holds.BY_YEAR, "nature": Nature.EXPECTED}
    assert codes(judged(5.5, (2020, 5.0), (2035, 8.0), **late)) == ["warning_pace_goal"]
    assert judged(6.0, (2020, 5.0), (2035, 8.0), **late).colour is Colour.GREEN
    assert codes(judged(7.9, (2020, 5.0), (2035, 8.0), year=2035, **late)) == ["warning_broken_at_least"]
    assert judged(6.0, None, (2035, 8.0), **late).colour is Colour.BLUE  # pace unknown: not good, not bad
    assert judged(8.0, None, (2035, 8.0), **late).colour is Colour.GREEN


def test_what_is_not_computed_is_grey_and_what_has_no_target_blue():
    status = judged(None, None, None)
    assert status.colour is Colour.GREY and "缺少 2025 年的图层“乙”" in status.warnings[0].remark.text("zh")
    assert judged(5.0, None, None).colour is Colour.BLUE


def test_trend_of_theil_and_sen():
    assert trend_of({2024: 1.0, 2025: 2.0}) is None
    trend = trend_of({2021: 10.0, 2022: 11.0, 2023: 99.0, 2024: 13.0, 2025: 14.0})  # one odd year does not turn it
    assert trend.slope == pytest.approx(1.0) and trend.at(2035) == pytest.approx(24.0)
    assert trend.reaches(20.0) == 2031


def test_a_trend_that_passes_the_limit_early_is_warned_of():
    trend = trend_of({2023: 24.6, 2024: 24.9, 2025: 25.2})
    status = judged(25.2, (2020, 24.0), (2035, 27.6), trend=trend)
    assert codes(status) == ["warning_trend_limit"] and status.warnings[0].remark.params["reached"] == 2033
    slow = trend_of({2023: 24.6, 2024: 24.7, 2025: 24.8})
    assert judged(24.8, (2020, 24.0), (2035, 27.6), trend=slow).colour is Colour.GREEN


def test_old_layers_are_yellow():
    status = judged(25.0, (2020, 24.0), (2035, 27.6), oldest="2024", oldest_layer="DLTB", age_days=401)
    assert (status.colour, codes(status)) == (Colour.YELLOW, ["warning_stale"])
    assert (
        judged(25.0, (2020, 24.0), (2035, 27.6), oldest="2024", oldest_layer="D", age_days=400).colour is Colour.GREEN
    )


def test_days_and_targets():
    assert (last_day("2024"), last_day("2024-02"), last_day("2024-02-03")) == (
        date(2024, 12, 31), date(2024, 2, 29), date(2024, 2, 3))  # fmt: skip
    assert next_target({2025: 1.0, 2035: 2.0}, 2026) == (2035, 2.0)
    assert next_target({2025: 1.0, 2035: 2.0}, 2040) == (2035, 2.0) and next_target({}, 2025) is None


def test_every_sentence_has_chinese_with_its_numbers():
    from onemap.plugin.core.messages import catalogue

    for code in (code for code in catalogue() if code.startswith("warning_")):
        assert "{name}" in catalogue()[code]["zh"], code
