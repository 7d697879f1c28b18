"""Facilities among so many candidates that sorting matters: bounds hold, ends are told, order is by what each adds."""

import itertools

import numpy as np
import pytest
from onemap.plugin.core.siting.coverage import Coverage, Objective, place


def county(seed, demand=60, candidates=50):
    dice = np.random.default_rng(seed)
    homes, sites = dice.uniform(0, 20_000, (demand, 2)), dice.uniform(0, 20_000, (candidates, 2))
    return np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1)), dice.integers(1, 500, demand).astype(float)


@pytest.mark.parametrize("seed", range(4))
def test_two_among_fifty_are_the_best_pair(seed):
    distance, weight = county(seed)
    found = place(Coverage(distance, weight), 2, Objective.MEDIAN)
    best = min((weight * distance[:, list(pair)].min(axis=1)).sum() for pair in itertools.combinations(range(50), 2))
    assert found.value == pytest.approx(best) and found.bound <= best * (1 + 1e-9) and found.proven
    covering = place(Coverage(distance, weight, 3_000.0), 2, Objective.COVER)
    most = max(
        weight[distance[:, list(pair)].min(axis=1) <= 3_000.0].sum() for pair in itertools.combinations(range(50), 2)
    )
    assert covering.value == most and covering.bound >= most * (1 - 1e-9) and covering.proven


@pytest.mark.parametrize("objective", list(Objective))
def test_all_candidates_or_none(objective):
    distance, weight = county(9, 20, 5)
    every = place(Coverage(distance, weight, 5_000.0), 5, objective)
    assert sorted(every.chosen) == list(range(5)) and every.proven and every.value == pytest.approx(every.bound)
    none = place(Coverage(distance, weight, 5_000.0), 0, objective)
    assert len(none.chosen) == 0 and none.proven


def test_the_one_that_adds_most_comes_first():
    near = np.where(np.eye(4, dtype=bool), 100.0, 9_000.0)
    found = place(Coverage(near, np.array([10.0, 40.0, 20.0, 30.0]), 500.0), 3, Objective.COVER)
    assert list(found.chosen) == [1, 3, 2] and found.value == 90


def test_nobody_to_be_served_is_no_fault():
    far = np.full((3, 4), np.inf)
    found = place(Coverage(far, np.ones(3), 500.0), 2, Objective.COVER)
    assert found.value == 0 and len(found.chosen) == 2
