"""Selections made by hand, to be compared as scenarios."""

from dataclasses import replace

import numpy as np
import shapely
from onemap.plugin.core.siting.model import AVOID, NEAR_NOT, Constraint, Criteria, Factor
from onemap.plugin.core.siting.results import ConstraintResult, FactorResult
from onemap.plugin.core.siting.scenarios import Scenario
from onemap.plugin.core.siting.selection import Selection, combine
from onemap.plugin.core.siting.values import Linear

ROAD = Factor("road", "距道路", "distance", Linear(800, 0), 0.6, layer="road", unit="m")
SLOPE = Factor("slope", "坡度", "slope", Linear(15, 0), 0.4, layer="dem", unit="degree")
FARM = Constraint("farm", "永久基本农田", AVOID, layer="farm")
AWAY = Constraint("away", "退让道路", NEAR_NOT, layer="road", distance_m=20.0)
CRITERIA = Criteria("小型厂房", "1", "", "0" * 64, {}, (FARM, AWAY), (ROAD, SLOPE))


def squares(places):
    return np.array([shapely.box(x, 0, x + 100, 100) for x in places])


def scenario(name, keys, scores, out=(), criteria=CRITERIA, places=None, searched=False):
    """Candidates with scores by the first factor; those in `out` overlap farmland."""
    count = len(keys)
    amount = np.array([500.0 if key in out else 0.0 for key in keys])
    known = np.ones(count, bool)
    constraints = [ConstraintResult(FARM, amount, known, amount == 0)]
    column = np.array(scores, float)
    factors = [FactorResult(replace(ROAD, weight=1.0), column, column, np.zeros(count))]
    score, evaluated = combine(factors, count)
    kept = amount == 0
    order = np.flatnonzero(kept)[np.argsort(-score[kept], kind="stable")]
    selection = Selection(
        criteria, list(keys), np.full(count, 1e4), constraints, factors, kept, score, evaluated, order
    )
    places = [200 * n for n in range(count)] if places is None else places
    return Scenario(name, selection, squares(places), searched)
