"""Counting free land again: the same numbers as cutting it anew, and only what changed is cut."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting.counted_land import CountedLand
from onemap.plugin.core.siting.free_land import Exclusion, FreeLand
from onemap.plugin.core.siting.model import AVOID, NEAR_NOT, Constraint

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)
EXTENT = shapely.box(X, Y, X + 9000, Y + 7000)


class Counting(Exclusion):
    """An exclusion that counts how often land is cut by it."""

    cuts = 0

    def taken(self, box):
        Counting.cuts += 1
        return super().taken(box)


def exclusion(name, seed, kind=AVOID, metres=0.0):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 8500, (40, 2)) + [X, Y]
    made = Counting(Constraint(name, name, kind, "l", distance_m=metres), EXTENT.bounds)
    made.add(np.array([shapely.box(x, y, x + 400, y + 300) for x, y in corners]))
    made.close()
    return made


def counted(exclusions, memory):
    land = CountedLand(FreeLand(np.array([EXTENT]), exclusions, PLANE), [e.constraint for e in exclusions], memory)
    Counting.cuts = 0
    list(land.tiles())
    return land, Counting.cuts


def numbers(land):
    return [(r.alone_m2, r.removed_m2, r.remaining_m2) for r in land.removals()]


def fresh(exclusions):
    land = FreeLand(np.array([EXTENT]), exclusions, PLANE)
    list(land.tiles())
    return land


def test_a_second_count_cuts_nothing_and_tells_the_same():
    rows, memory = [exclusion("a", 1), exclusion("b", 2, NEAR_NOT, 50.0), exclusion("c", 3)], {}
    first, cuts = counted(rows, memory)
    assert cuts == 3 * len(first.cores())
    again, cuts = counted(rows, memory)
    assert cuts == 0
    expected = fresh(rows)
    assert np.array(numbers(first)) == pytest.approx(np.array(numbers(expected)), abs=0.02)
    assert numbers(again) == numbers(first) and again.area_m2 == pytest.approx(expected.area_m2, abs=0.02)


def test_what_comes_before_a_change_is_not_cut_again():
    rows, memory = [exclusion("a", 1), exclusion("b", 2, NEAR_NOT, 50.0), exclusion("c", 3)], {}
    counted(rows, memory)
    rows[2] = exclusion("c", 3, NEAR_NOT, 80.0)
    land, cuts = counted(rows, memory)
    assert cuts == len(land.cores())
    assert np.array(numbers(land)) == pytest.approx(np.array(numbers(fresh(rows))), abs=0.02)
    rows.pop(0)
    land, _ = counted(rows, memory)
    assert np.array(numbers(land)) == pytest.approx(np.array(numbers(fresh(rows))), abs=0.02)
