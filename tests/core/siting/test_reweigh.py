"""Other weights on a finished selection, against the selection itself and against every pair of sites."""

import numpy as np
import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.siting.reweigh import Trial
from onemap.tests.support.selections import random_selection, selection


@pytest.mark.parametrize("seed", range(5))
def test_the_own_weights_give_the_own_ranking(seed):
    given = random_selection(seed)
    trial = Trial(given)
    found = trial.weighed(trial.weights() * 7)  # only their ratios count
    assert np.array_equal(found.order, given.order) and not found.moved.any()
    assert found.score == pytest.approx(given.score, nan_ok=True)


def test_other_weights_by_hand():
    found = Trial(selection([[100, 0, 50], [0, 100, 60]], [0.9, 0.1])).weighed([1, 3])
    assert found.score.tolist() == [25.0, 75.0, 57.5] and found.order.tolist() == [1, 2, 0]
    assert found.former.tolist() == [3, 2, 1] and found.moved.tolist() == [2, 0, -2]


def test_only_what_was_evaluated_counts_and_only_kept_sites_are_ranked():
    found = Trial(selection([[100, np.nan, 50, 90], [0, 80, np.nan, 90]], [0.5, 0.5], order=[0, 1, 2])).weighed([1, 1])
    assert found.score.tolist() == [50.0, 80.0, 50.0, 90.0] and found.order.tolist() == [1, 0, 2]


def test_a_site_whose_only_known_factor_weighs_nothing_is_last():
    found = Trial(selection([[10, np.nan], [np.nan, 90]], [0.5, 0.5])).weighed([1, 0])
    assert found.order.tolist() == [0, 1] and np.isnan(found.score[1])


@pytest.mark.parametrize("weights", [[0, 0], [1], [1, -1], [1, np.nan]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(InputError):
        Trial(selection([[1, 2], [2, 1]], [0.5, 0.5])).weighed(weights)


@pytest.mark.parametrize("seed", range(8))
def test_the_front_holds_exactly_the_sites_that_no_other_betters(seed):
    dice = np.random.default_rng(seed)
    columns = dice.integers(0, 12, (2, 60)).astype(float)  # many sites alike
    columns[0, 5] = np.nan
    given = selection(columns, [0.5, 0.5], order=range(0, 60, 2))
    x, y = columns

    def bettered(i):
        return any(x[j] >= x[i] and y[j] >= y[i] and (x[j] > x[i] or y[j] > y[i]) for j in range(0, 60, 2))

    wanted = {i for i in range(0, 60, 2) if not np.isnan(x[i]) and not bettered(i)}
    assert set(Trial(given).unbettered(0, 1).tolist()) == wanted
