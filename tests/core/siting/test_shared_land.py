"""Candidates that lie on one another: their land counts once, pairs are named in the order of the ranking."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.shared_land import shared_land

SQUARES = [(0, 0, 10, 10), (5, 0, 15, 10), (15, 0, 25, 10), (100, 0, 110, 10), (100, 0, 110, 10), (9.95, 0, 12, 10)]


def candidates(*boxes):
    shapes = shapely.box(*np.array(boxes, dtype=float).T)
    return Projects([f"P{n}" for n in range(len(boxes))], shapes, shapely.area(shapes) * 1.001)


def test_land_counts_once_in_every_sum():
    land = shared_land(candidates(*SQUARES[:5]))
    assert land.doubled.tolist() == [True, True, False, True, True], "neighbours share a border, no land"
    for rows, m2 in (([0, 1], 150), ([0, 2], 200), ([3, 4], 100), ([0, 1, 2, 3, 4], 350), ([], 0)):
        mask = np.zeros(5, bool)
        mask[rows] = True
        assert land.total(mask) == pytest.approx(m2 * 1.001, abs=0.01), rows


def test_borders_drawn_twice_are_no_shared_land():
    """Parcels of two surveys lie on one another by millimetres: all of them would have to be united for each sum."""
    land = shared_land(candidates(*[(10 * n, 0, 10 * n + 10.002, 10) for n in range(5)], SQUARES[0]))
    assert land.doubled.tolist() == [True, False, False, False, False, True]
    assert land.total(np.ones(6, bool)) == pytest.approx(500 * 1.001, abs=0.2)


def test_pairs_are_named_in_the_order_of_the_ranking():
    land = shared_land(candidates(*SQUARES))
    found = [(one, other, round(m2, 6)) for one, other, m2 in land.pairs([4, 1, 3, 0])]
    assert found == [("P4", "P3", 100.0), ("P1", "P0", 50.0)]
    assert [pair[:2] for pair in land.pairs([0, 5])] == [], "half a square metre is a border drawn twice"
    assert land.remarks([0, 2]) == [] and land.remarks([3, 4])[0].params["count"] == 1


def test_a_crowd_is_united_without_looking_at_every_pair(monkeypatch):
    from onemap.plugin.core.siting import shared_land as room

    monkeypatch.setattr(room, "_MOST", 3)
    monkeypatch.setattr(room, "_ROWS", 1)
    land = room.shared_land(candidates(*[(n, 0, n + 10, 10) for n in range(20)]))
    assert land.total(np.ones(20, bool)) == pytest.approx(290 * 1.001, abs=0.01) and land.remarks(range(20))
