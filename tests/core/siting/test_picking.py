"""The sites that are kept: as good as trying every set, apart from each other, ties told."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from onemap.plugin.core.siting.guide import best_of_each
from onemap.plugin.core.siting.picking import pick, tied


def squares(seed, count, extent=900, side=60):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, extent, (count, 2))
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners]), rng.uniform(0, 100, count)


def apart(sites, rows, spacing):
    pairs = combinations(rows, 2)
    if spacing:
        return all(sites[a].distance(sites[b]) > spacing for a, b in pairs)
    return all(sites[a].intersection(sites[b]).area == 0 for a, b in pairs)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("spacing", [0, 150, 300])
def test_no_other_set_is_worth_more(seed, spacing):
    sites, score = squares(seed, 16)
    chosen = pick(sites, score, 4, spacing)
    assert apart(sites, chosen, spacing) and list(score[chosen]) == sorted(score[chosen], reverse=True)
    sets = (rows for size in range(1, 5) for rows in combinations(range(16), size) if apart(sites, rows, spacing))
    assert score[chosen].sum() == pytest.approx(max(score[list(rows)].sum() for rows in sets), abs=1e-4)


def test_many_candidates_are_picked_in_bounded_work():
    sites, score = squares(1, 3000, extent=3000)
    chosen = pick(sites, score, 5, 400)
    assert len(chosen) == 5 and apart(sites, chosen, 400)
    greedy = []
    for row in np.argsort(-score):
        if len(greedy) < 5 and apart(sites, [*greedy, row], 400):
            greedy.append(row)
    assert score[chosen].sum() >= score[greedy].sum() - 1e-4


def test_without_scores_as_many_as_fit():
    sites = np.array([shapely.box(n * 70, 0, n * 70 + 50, 50) for n in range(5)])
    assert sorted(pick(sites, np.full(5, np.nan), 3, 30)) == [0, 2, 4]


def test_candidates_that_tie_with_the_last_are_counted():
    assert tied(np.array([9.0, 7.0, 7.0, 7.0, 3.0]), [0, 1]) == 2
    assert tied(np.array([9.0, 7.0, 6.0]), [0, 1]) == 0
    assert tied(np.array([np.nan, np.nan]), [0]) == 0 == tied(np.array([]), [])


def test_one_high_place_does_not_hide_the_others():
    xy = np.array([[x, 0.0] for x in (1, 2, 3, 4, 501, 502)])
    order = best_of_each(xy, np.array([90.0, 91, 92, 93, 50, 51]), 100.0, 2)
    assert list(order) == [3, 2, 5, 4, 1, 0]


def test_of_sets_that_are_worth_the_same_the_one_with_the_best_site_is_taken():
    """A middle site against its neighbours: two sets of two are worth 16; the one that holds the better site wins."""
    row = np.array([shapely.box(n * 40, 0, n * 40 + 50, 50) for n in range(4)])
    assert pick(row, np.array([9.0, 3.0, 4.0, 7.0]), 2, 0) == [0, 3]
    row = np.array([shapely.box(x, 0, x + 50, 50) for x in (0, 30, 60, 200, 230, 260)])
    score = np.array([8.0, 10.0, 8.0, 6.0, 7.0, 6.0])
    assert pick(row, score, 3, 0) == [0, 2, 4]
