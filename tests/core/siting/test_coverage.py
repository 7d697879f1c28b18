"""Facility placement against every choice there is, and against the mixed-integer solver HiGHS."""

import itertools

import numpy as np
import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.siting.coverage import Coverage, Objective, place, place_fewest
from onemap.tests.support.long_runs import count

COVER, MEDIAN = Objective.COVER, Objective.MEDIAN


def scattered(seed, demand, candidates, gaps=0.0):
    """Distances between random places of a county of 20 km, some of them without a way."""
    dice = np.random.default_rng(seed)
    homes, sites = dice.uniform(0, 20_000, (demand, 2)), dice.uniform(0, 20_000, (candidates, 2))
    distance = np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1))
    distance[dice.uniform(size=distance.shape) < gaps] = np.inf
    return distance, dice.integers(0, 500, demand).astype(float)


def served(problem, columns):
    near = problem.distance[:, columns].min(axis=1, initial=np.inf)
    return problem.weight[near <= problem.reach_m].sum()


def weighted_metres(problem, columns):
    near = problem.distance[:, columns].min(axis=1, initial=np.inf)
    far = problem.distance[np.isfinite(problem.distance)].max()
    near[~np.isfinite(near)] = far
    near[~np.isfinite(problem.distance).any(axis=1)] = 0  # nobody can reach them
    return (problem.weight * near).sum()


def every_choice(problem, number):
    free = np.setdiff1d(np.arange(problem.distance.shape[1]), problem.fixed)
    return [[*problem.fixed, *some] for some in itertools.combinations(free, number)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_choice_is_better(seed, number):
    distance, weight = scattered(seed, 40, 9, gaps=0.2)
    fixed = np.array([seed % 9]) if seed % 3 == 0 else np.zeros(0, int)
    covering = Coverage(distance, weight, 4_000.0, fixed)
    found = place(covering, number, COVER)
    assert found.proven and found.value == found.bound == max(
        served(covering, c) for c in every_choice(covering, number)
    )
    median = Coverage(distance, weight, fixed=fixed)
    found = place(median, number, MEDIAN)
    best = min(weighted_metres(median, c) for c in every_choice(median, number))
    assert found.proven and found.value == pytest.approx(best, rel=1e-9)
    assert not set(found.chosen) & set(fixed) and len(set(found.chosen)) == number


def highs(problem, number, objective):
    """The best value by a mixed-integer solver."""
    optimize = pytest.importorskip("scipy.optimize", reason="the solver compared with (HiGHS) comes with scipy")
    sparse = pytest.importorskip("scipy.sparse", reason="the solver compared with (HiGHS) comes with scipy")
    demand, candidates = problem.distance.shape
    if objective == COVER:
        gain, links = problem.weight, (problem.distance <= problem.reach_m).astype(float)
        cost = np.concatenate([np.zeros(candidates), -gain])
        rows = sparse.hstack([sparse.csr_array(-links), sparse.eye(demand)])
        limits = [optimize.LinearConstraint(rows, -np.inf, 0)]
        rest = demand
    else:
        cost = np.concatenate([np.zeros(candidates), (problem.weight[:, None] * problem.distance).ravel()])
        opened = sparse.kron(np.ones((demand, 1)), -sparse.eye(candidates))
        limits = [optimize.LinearConstraint(sparse.hstack([opened, sparse.eye(demand * candidates)]), -np.inf, 0)]
        once = sparse.kron(sparse.eye(demand), np.ones((1, candidates)))
        limits.append(optimize.LinearConstraint(sparse.hstack([sparse.csr_array((demand, candidates)), once]), 1, 1))
        rest = demand * candidates
    count = np.concatenate([np.ones(candidates), np.zeros(rest)])
    limits.append(optimize.LinearConstraint(count, number, number))
    integer = np.concatenate([np.ones(candidates), np.zeros(rest)])
    solved = optimize.milp(cost, constraints=limits, integrality=integer, bounds=optimize.Bounds(0, 1))
    return abs(solved.fun)


@pytest.mark.parametrize("objective,number", [(COVER, 4), (COVER, 8), (MEDIAN, 3), (MEDIAN, 6)])
def test_the_solver_finds_nothing_better(objective, number):
    distance, weight = scattered(7, 120, 40)
    problem = Coverage(distance, weight, 2_500.0 if objective == COVER else np.inf)
    found, best = place(problem, number, objective), highs(problem, number, objective)
    assert found.value == pytest.approx(best, rel=1e-6)
    assert found.gap_pct < 3


@pytest.mark.parametrize("objective", [COVER, MEDIAN])
@pytest.mark.parametrize("seed", range(6))
def test_the_bound_of_what_is_not_proven_holds(objective, seed, monkeypatch):
    monkeypatch.setattr("onemap.plugin.core.siting.coverage._LEAVES", 1)
    distance, weight = scattered(seed, 60, 12)
    problem = Coverage(distance, weight, 3_000.0 if objective == COVER else np.inf)
    found = place(problem, 4, objective)
    choices = every_choice(problem, 4)
    if objective == COVER:
        best = max(served(problem, c) for c in choices)
        assert found.value <= best * (1 + 1e-9) <= found.bound * (1 + 2e-9)
    else:
        best = min(weighted_metres(problem, c) for c in choices)
        assert found.bound * (1 - 1e-9) <= best * (1 + 1e-9) and best <= found.value * (1 + 1e-9)


def test_a_large_problem_ends_near_the_bound():
    distance, weight = scattered(3, count(2_000, 800), count(400, 160))
    found = place(Coverage(distance, weight), 10, MEDIAN)
    assert found.gap_pct < 1.5 and len(found.chosen) == 10


def test_who_is_served_by_whom():
    distance = np.array([[100.0, 900.0], [800.0, 200.0], [5_000.0, 6_000.0], [np.inf, np.inf]])
    found = place(Coverage(distance, np.ones(4), 1_000.0), 2, COVER)
    assert found.nearest.tolist() == [0, 1, -1, -1] and found.metres[:2].tolist() == [100.0, 200.0]
    assert found.metres[2:].tolist() == [5_000.0, np.inf] and found.value == 2


def test_facilities_that_are_there_serve_and_are_not_chosen_again():
    distance = np.array([[100.0, 900.0, 9_000.0], [900.0, 100.0, 9_000.0], [9_000.0, 9_000.0, 10.0]])
    found = place(Coverage(distance, np.array([5.0, 5.0, 1.0]), 1_000.0, np.array([0])), 1, COVER)
    assert found.chosen.tolist() == [2] and found.value == 11


def test_the_fewest_that_cover_a_share():
    distance = np.full((6, 6), 9_000.0)
    for demand, candidate in ((0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2)):
        distance[demand, candidate] = 10.0
    problem = Coverage(distance, np.ones(6), 1_000.0)
    assert [len(place_fewest(problem, share)[0].chosen) for share in (50, 83, 100)] == [1, 2, 3]
    found, proven = place_fewest(problem, 84)
    assert proven and found.value == 6 and found.chosen.tolist() == [0, 1, 2]
    distance[5, 2] = np.inf  # one that nobody can serve
    assert place_fewest(problem, 100)[0].value == 5


@pytest.mark.parametrize(
    "change,code",
    [
        ({"weight": np.array([1.0, -1.0])}, "coverage_weights"),
        ({"weight": np.array([1.0, np.nan])}, "coverage_weights"),
        ({"distance": np.array([[np.nan, 1.0], [1.0, 1.0]])}, "coverage_distances"),
        ({"distance": np.zeros((0, 2)), "weight": np.zeros(0)}, "coverage_nothing"),
        ({"fixed": np.array([0, 1])}, "coverage_nothing"),
    ],
)
def test_what_cannot_be_solved_is_said(change, code):
    values = {"distance": np.ones((2, 2)), "weight": np.ones(2), "reach_m": 5.0, **change}
    with pytest.raises(InputError) as caught:
        place(Coverage(**values), 1, COVER)
    assert caught.value.code == code


def test_too_many_pairs_are_refused_before_anything_is_made():
    with pytest.raises(InputError) as caught:
        place(Coverage(np.broadcast_to(1.0, (100_000, 1_000)), np.ones(100_000)), 1, COVER)
    assert caught.value.code == "coverage_too_large"


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_choice_does_not_hang_on_the_unit_of_the_weights(scale):
    distance, weight = scattered(11, 50, 12)
    for objective in (COVER, MEDIAN):
        reach = 3_000.0 if objective == COVER else np.inf
        one = place(Coverage(distance, weight, reach), 3, objective)
        other = place(Coverage(distance, weight * scale, reach), 3, objective)
        assert other.value == pytest.approx(one.value * scale, rel=1e-9) and other.proven


def test_numbers_that_cannot_do_are_not_tried(monkeypatch):
    """Thirty hamlets, each served by a candidate of its own: nothing below thirty is solved."""
    distance = np.full((30, 30), 9_000.0)
    np.fill_diagonal(distance, 10.0)
    tried = []

    def counted(problem, number, *rest):
        tried.append(number)
        return place(problem, number, *rest)

    monkeypatch.setattr("onemap.plugin.core.siting.coverage.place", counted)
    found, proven = place_fewest(Coverage(distance, np.ones(30), 1_000.0), 100)
    assert tried == [30] and proven and found.value == 30


def test_one_candidate_alone_can_be_the_fewest():
    alone = Coverage(np.array([[100.0], [9_000.0]]), np.array([3.0, 1.0]), 1_000.0)
    found, proven = place_fewest(alone, 75)
    assert found.chosen.tolist() == [0] and proven
