"""Values and classes that two vintages write in two ways are the same; what really differs is not."""

import pytest
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.quality.comparison_values import one_spelling, same_value


@pytest.mark.parametrize(
    ("one", "other"),
    [(20, "20"), (20.0, "20"), (20, 20.0), ("20 ", "20"), (None, " "), (0.1 + 0.2, 0.3), ("12.50", 12.5), (0, "0")],
)
def test_one_value_in_two_ways(one, other):
    assert same_value(one, other) and same_value(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("020", 20), ("20", "020"), (20, 21), ("a", 20), (None, 0), ("", "0"), (0.3, 0.3001), ("1e3", 1000), ("²", 2)],
)
def test_two_values(one, other):
    assert not same_value(one, other) and not same_value(other, one)


def spelled(before, after, numbers=(False, False)):
    made, renamed = one_spelling([objects(before), objects(after)], numbers)
    return [side.tolist() for side in made], renamed


def test_classes_padded_to_six_digits_are_those_that_are_not():
    assert spelled(["0101", "02", "0702"], ["010100", "020000", "070200"])[0] == [["0101", "02", "0702"]] * 2
    assert spelled(["010100"], ["010100"]) == ([["010100"]] * 2, {})
    assert spelled(["0101", "100"], ["0102", "10000"]) == ([["0101", "100"], ["0102", "10000"]], {})


def test_a_field_of_numbers_gets_its_zeros_back_where_the_other_has_them():
    both = [["0101", "1001"], ["0101", "1001"]]
    assert spelled(["101", "1001"], ["0101", "1001"], (True, False))[0] == both
    assert spelled(["0101", "1001"], ["10100", "100100"], (False, True))[0] == both
    assert spelled(["1", "3"], ["1", "2"], (True, False))[1] == {}
    assert spelled(["101"], ["0101"])[1] == {}  # both are texts: somebody wrote them so
