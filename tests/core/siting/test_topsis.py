"""TOPSIS against a calculation by hand, and where it has nothing to say."""

from types import SimpleNamespace

import numpy as np
import pytest
from onemap.plugin.core.siting.topsis import topsis


def selection(columns, weights, order=None):
    factors = [
        SimpleNamespace(score=np.array(c, dtype=float), factor=SimpleNamespace(weight=w))
        for c, w in zip(columns, weights)
    ]
    count = len(columns[0]) if columns else 2
    return SimpleNamespace(order=np.array(order if order is not None else range(count)), factors=factors)


def test_closeness_by_hand():
    """Columns (30, 40) of length 50 and (80, 60) of length 100, weights 0.6 and 0.4."""
    found = topsis(selection([[30, 40], [80, 60]], [0.6, 0.4]))
    # weighted: (0.36, 0.32) and (0.48, 0.24): the first lacks 0.12 of the one, the second 0.08 of the other
    assert found.closeness == pytest.approx([0.08 / 0.20, 0.12 / 0.20])
    assert list(found.rank) == [2, 1]


def test_a_site_that_is_best_in_all_is_first_and_the_worst_last():
    found = topsis(selection([[10, 90, 50], [20, 80, 40]], [0.5, 0.5], order=[1, 2, 0]))
    assert found.closeness[0] == 1 and found.closeness[2] == 0 and list(found.rank) == [1, 2, 3]


def test_sites_alike_share_a_rank_and_unknown_ones_have_none():
    found = topsis(selection([[50, 50, np.nan, 20], [70, 70, 60, 10]], [0.5, 0.5]))
    assert list(found.rank) == [1, 1, 0, 3] and np.isnan(found.closeness[2])
    assert list(topsis(selection([[0, 0]], [1.0])).rank) == [1, 1]
    assert not topsis(selection([], [])).rank.any()
