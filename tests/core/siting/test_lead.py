"""Why the first stands before the second: parts sum to the lead, and at the weight that is told both are level."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.lead import lead_of
from onemap.plugin.core.siting.model import Criteria, Factor, Need
from onemap.plugin.core.siting.results import Measured
from onemap.plugin.core.siting.selection import select
from onemap.plugin.core.siting.values import Linear


def ranked(weights, *sites):
    """The Selection of sites with scores of 0 to 100 in each factor."""
    names, value = [f"f{n}" for n in range(len(weights))], Linear(0.0, 100.0)
    factors = tuple(
        Factor(name, name, "expression", value, weight, expression=name) for name, weight in zip(names, weights)
    )
    criteria = Criteria("t", "1", "", "", {}, (), factors)
    squares = shapely.box(*np.array([(200 * n, 0, 200 * n + 100, 100) for n in range(len(sites))]).T)
    projects = Projects([f"P{n}" for n in range(len(sites))], squares, np.full(len(sites), 10_000.0))
    columns = zip(*sites)
    return select(criteria, projects, {Need("expression", detail=n): Measured(list(c)) for n, c in zip(names, columns)})


def test_the_parts_sum_to_the_lead_and_the_turning_weight_levels_it():
    found = lead_of(ranked([0.5, 0.3, 0.2], (40, 80, 60), (80, 50, 60), (0, 0, 0)))
    assert (found.first, found.second, found.is_alike) == (1, 0, True) and found.points == pytest.approx(11)
    assert sum(row.points for row in found.rows) == pytest.approx(found.points)
    assert [row.result.factor.id for row in found.gains(1)] == ["f0"]
    assert [row.result.factor.id for row in found.gains(-1)] == ["f1"]
    turning = {row.result.factor.id: row.turning for row in found.rows}
    assert turning["f2"] is None, "where both are alike no weight turns anything"
    for at, name in enumerate(("f0", "f1")):
        weights = np.array([0.5, 0.3, 0.2])
        others = np.delete(np.arange(3), at)
        weights[others] *= (1 - turning[name]) / weights[others].sum()
        weights[at] = turning[name]
        level = ranked(weights.tolist(), (40, 80, 60), (80, 50, 60))
        assert level.score[0] == pytest.approx(level.score[1]) and level.ranks().tolist() == [1, 1]


def test_one_that_is_better_in_all_is_never_overtaken():
    found = lead_of(ranked([0.5, 0.5], (80, 80), (40, 50)))
    assert not found.gains(-1) and all(row.turning is None for row in found.rows)


def test_sites_that_were_scored_by_different_factors_are_not_alike():
    found = lead_of(ranked([0.5, 0.5], (80, None), (70, 70)))
    assert not found.is_alike and all(row.turning is None for row in found.rows)
    assert np.isnan(found.rows[-1].points)


def test_there_is_no_second():
    assert lead_of(ranked([1.0], (80,))) is None and lead_of(ranked([1.0], (80,), (None,))) is None


def test_what_is_known_of_neither_counts_for_neither():
    found = lead_of(ranked([0.5, 0.3, 0.2], (40, 80, None), (80, 50, None)))
    assert found.is_alike and found.unknown == ["f2"]
    turning = {row.result.factor.id: row.turning for row in found.rows}
    level = ranked([turning["f0"], 1 - turning["f0"], 0.0], (40, 80, None), (80, 50, None))
    assert level.score[0] == pytest.approx(level.score[1]) and turning["f2"] is None
