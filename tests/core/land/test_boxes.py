"""Boxes that are sifted before a search: none that meets a target is lost, and few that meet none are left."""

import numpy as np
import pytest
from onemap.plugin.core.land import boxes as land_boxes
from onemap.plugin.core.land.boxes import sifted

FAR = 1e12


def some_boxes(count, size, seed):
    dice = np.random.default_rng(seed)
    corner = dice.uniform((500_000, 3_350_000), (510_000, 3_360_000), (count, 2))
    return np.hstack([corner, corner + dice.uniform(0, size, (count, 2))])


def meeting(boxes, targets):
    meets = (boxes[:, None, :2] <= targets[None, :, 2:]).all(axis=2)
    return np.flatnonzero((meets & (boxes[:, None, 2:] >= targets[None, :, :2]).all(axis=2)).any(axis=1))


@pytest.mark.parametrize(("count", "size"), [(1, 0.0), (1, 500.0), (300, 60.0), (300, 4_000.0)])
def test_no_box_that_meets_is_lost(count, size):
    boxes, targets = some_boxes(3_000, 200.0, 1), some_boxes(count, size, 2)
    targets[0] = boxes[7][[2, 3, 2, 3]] + (0, 0, size, size)  # touches a corner
    boxes[:3] = [[-FAR, -FAR, FAR, FAR], [-FAR, 3_355_000, FAR, 3_355_001], [FAR, FAR, FAR, FAR]]
    found, wanted = sifted(boxes, targets), meeting(boxes, targets)
    assert {7, 0}.issubset(wanted.tolist())
    assert set(wanted.tolist()) <= set(found.tolist())
    assert (np.diff(found) > 0).all()


def test_what_lies_apart_is_sifted_out():
    boxes, targets = some_boxes(3_000, 20.0, 3), some_boxes(50, 20.0, 4)
    assert len(sifted(boxes, targets)) < 150


def test_few_boxes_are_left_to_the_search():
    assert sifted(some_boxes(5, 10.0, 5), some_boxes(2, 10.0, 6)).tolist() == [0, 1, 2, 3, 4]


def test_no_target_takes_no_sifting(monkeypatch):
    monkeypatch.setattr(land_boxes, "_WORTH", 1)
    assert len(sifted(some_boxes(5, 10.0, 5), np.zeros((0, 4)))) == 5
