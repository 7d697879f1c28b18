"""Areas that applicants state, in whatever unit, against the computed ones."""

import numpy as np
import pytest
from onemap.plugin.core.review.stated_areas import compared

COMPUTED = np.array([10_000.0, 20_000.0, 30_000.0])


@pytest.mark.parametrize(
    "field, texts, unit",
    [
        ("YDMJ", ["1.0", "2", "3.01"], "ha"),
        ("用地面积", ["15", "30亩", "45"], "mu"),
        ("用地面积", ["10,000", "２００００", None], "m2"),
        ("面积_亩", ["15", "30", "45"], "mu"),
    ],
)
def test_areas_that_agree_in_some_unit_say_nothing(field, texts, unit):
    found = compared(field, texts, COMPUTED)
    assert found.unit == unit and not found.differs.any()


def test_one_that_differs_is_told_from_the_unit_of_the_others():
    assert compared("YDMJ", ["1", "2", "3.3"], COMPUTED).differs.tolist() == [False, False, True]


def test_a_unit_in_the_name_holds():
    assert compared("用地面积_亩", ["1", "2", "3"], COMPUTED).differs.all()


def test_nothing_stated_is_not_compared():
    assert compared("YDMJ", ["", None, "0"], COMPUTED) is None
