"""Facility placement against the mixed-integer solver HiGHS (scipy) on problems of growing size.

usage: coverage.py [SECONDS [SIZE ...]]      (SECONDS: what the solver may take for a problem, 60 unless said; SIZE as 1200x150)
`make bench CASES=coverage_long` gives it half an hour for each problem of 1,200 places and 150 candidates.
People scattered over a county of 20 km; as many facilities as told, which serve most of them within 2.5 km (cover) or
to which all have the least way in sum (median). `short of`: how far our value is from the best that the solver found,
`our bound`: how far at most from the best there is, by our own bound. Seconds are of the processor; the solver's wall
time follows them, and how far from the best it knew itself to be where it had not ended.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from machine import state, versions

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((120, 40), (300, 60), (600, 100), (1200, 150), (2000, 400))
NUMBERS = (4, 10)
REACH_M = 2_500.0


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def scattered(demand, candidates):
    dice = np.random.default_rng(demand)
    homes, sites = dice.uniform(0, 20_000, (demand, 2)), dice.uniform(0, 20_000, (candidates, 2))
    return np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1)), dice.integers(0, 500, demand).astype(float)


def program(problem, number, is_cover):
    """(cost, constraints) of the 0-1 program: open candidates first, then who is served (by whom)."""
    from scipy import optimize, sparse

    demand, candidates = problem.distance.shape
    if is_cover:
        links = sparse.csr_array((problem.distance <= problem.reach_m).astype(float))
        cost = np.concatenate([np.zeros(candidates), -problem.weight])
        limits = [optimize.LinearConstraint(sparse.hstack([-links, sparse.eye(demand)]), -np.inf, 0)]
    else:
        cost = np.concatenate([np.zeros(candidates), (problem.weight[:, None] * problem.distance).ravel()])
        opened = sparse.kron(np.ones((demand, 1)), -sparse.eye(candidates))
        limits = [optimize.LinearConstraint(sparse.hstack([opened, sparse.eye(demand * candidates)]), -np.inf, 0)]
        once = sparse.kron(sparse.eye(demand), np.ones((1, candidates)))
        limits.append(optimize.LinearConstraint(sparse.hstack([sparse.csr_array((demand, candidates)), once]), 1, 1))
    is_open = np.concatenate([np.ones(candidates), np.zeros(len(cost) - candidates)])
    return cost, [*limits, optimize.LinearConstraint(is_open, number, number)], is_open


def solved(problem, number, is_cover, seconds):
    """(best value the solver found, what it took in words)"""
    from scipy import optimize

    before, wall = processor(), time.perf_counter()
    cost, limits, is_open = program(problem, number, is_cover)
    answer = optimize.milp(
        cost, constraints=limits, integrality=is_open, bounds=optimize.Bounds(0, 1), options={"time_limit": seconds}
    )
    value = abs(answer.fun) if answer.fun is not None else np.nan
    took = f"{processor() - before:.2f} ({time.perf_counter() - wall:.1f})"
    gap = answer.mip_gap if answer.mip_gap is not None else np.nan
    return value, took if answer.status == 0 else f"{took}, not proven, {gap * 100:.1f} %"


def compare(shape, number, is_cover, seconds):
    from onemap.plugin.core.siting.coverage import Coverage, Objective, place

    distance, weight = scattered(*shape)
    problem = Coverage(distance, weight, REACH_M if is_cover else np.inf)
    before = processor()
    found = place(problem, number, Objective.COVER if is_cover else Objective.MEDIAN)
    own = processor() - before
    best, solver = solved(problem, number, is_cover, seconds)
    short = (best - found.value if is_cover else found.value - best) / best * 100
    name = f"{'cover' if is_cover else 'median'}, {shape[0]:,} x {shape[1]}, {number}"
    ours = "proven" if found.proven else f"{found.gap_pct:.2f} %"
    print(f"| {name} | {found.value:,.0f} | {best:,.0f} | {short:+.3f} % | {ours} | {own:.2f} | {solver} |", flush=True)


def main(seconds, sizes):
    links = tempfile.mkdtemp()
    (Path(links) / "onemap").symlink_to(ROOT)
    sys.path.insert(0, links)
    print(versions(), state(), f"the solver: HiGHS of scipy, {seconds:,.0f} s of wall time a problem", sep="\n")
    print("| problem | ours | solver's best | short of | our bound | our s | solver's s |", "|" + "---|" * 7, sep="\n")
    for shape in sizes:
        for is_cover in (True, False):
            if is_cover or shape[0] * shape[1] <= 200_000:  # a median has a variable for every pair
                for number in NUMBERS:
                    compare(shape, number, is_cover, seconds)


if __name__ == "__main__":
    asked = [tuple(map(int, size.split("x"))) for size in sys.argv[2:]]
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0, asked or SIZES)
