"""Where the rows of a layer lie, and what a spatial index says against it."""

import numpy as np
import pytest
from onemap.plugin.core.land.row_boxes import row_boxes, wrong_entries

NAN = (np.nan,) * 4
BOXES = np.array([(10, 10, 20, 20), (0, 0, 5, 5), NAN, (30, 0, 40, 5)], dtype=float)
ROWS = row_boxes(np.array([7, 3, 5, 9]), BOXES, np.array([True, True, True, True]))


def test_rows_stand_in_the_order_of_their_ids():
    assert ROWS.ids.tolist() == [3, 5, 7, 9]
    assert ROWS.boxes[2].tolist() == [10, 10, 20, 20] and ROWS.boxes.flags.f_contiguous


@pytest.mark.parametrize(
    "bounds, ids",
    [
        ((5, 5, 10, 10), [3, 7]),  # touching is meeting, on every side
        ((20, 20, 25, 25), [7]),
        ((5.01, 0, 9.99, 40), []),
        ((0, 5.01, 40, 9.99), []),
        ((11, 11, 12, 12), [7]),
        ((20.01, 0, 29, 9), []),
        ((40, 5, 50, 50), [9]),
        ((-5, -5, 0, 0), [3]),
        ((-5, -5, -0.01, 40), []),
        ((-5, -9, 50, -0.01), []),
        ((-99, -99, 99, 99), [3, 7, 9]),
        ((0, 20.01, 50, 99), []),
    ],
)
def test_which_rows_meet_a_box(bounds, ids):
    found, boxes = ROWS.meeting(bounds)
    assert found.tolist() == ids and len(boxes) == len(ids)


def test_land_without_a_place_is_named_and_no_land_is_not():
    assert ROWS.unplaced().tolist() == [5]
    assert row_boxes(np.array([1]), np.array([NAN]), np.array([False])).unplaced().tolist() == []
    infinite = np.array([(0, 0, np.inf, 1)])
    assert row_boxes(np.array([1]), infinite, np.array([True])).unplaced().tolist() == [1]


def test_equal_rows_at_equal_places():
    again = row_boxes(np.array([9, 7, 5, 3]), BOXES[[3, 0, 2, 1]], np.ones(4, bool))
    assert ROWS.same_as(again)
    assert not ROWS.same_as(row_boxes(np.array([9, 7, 5, 4]), BOXES[[3, 0, 2, 1]], np.ones(4, bool)))
    assert not ROWS.same_as(row_boxes(np.array([9, 7, 5, 3]), BOXES[[3, 1, 2, 0]], np.ones(4, bool)))


def entries(ids, boxes):
    return wrong_entries(ROWS, np.array(ids), np.array(boxes, dtype=float).reshape(-1, 4))


def test_what_an_index_has_wrong():
    a, b, c = (0, 0, 5, 5), (10, 10, 20, 20), (30, 0, 40, 5)
    assert entries([3, 7, 9], [a, b, c]) == entries([9, 3, 7], [c, a, b]) == 0
    assert entries([3, 7], [a, b]) == 1  # one is missing
    assert entries([], []) == 3
    assert entries([3, 7, 9, 11], [a, b, c, c]) == 1  # one too many
    assert entries([3, 7, 11], [a, b, c]) == 2  # one missing and one too many
    assert entries([3, 7, 9], [a, c, b]) == 2  # two change places
    assert entries([3, 7], [a, c]) == 2  # one missing and one beside its row


def test_an_index_of_single_precision_is_not_wrong():
    place = (40_515_000.3, 3_350_000.7, 40_515_100.1, 3_350_100.2)
    rows = row_boxes(np.array([1]), np.array([place]), np.array([True]))
    assert wrong_entries(rows, np.array([1]), np.float32([place]).astype(float)) == 0
    beside = np.array([place]) + (0, 0, 0, 5.0)  # metres
    assert wrong_entries(rows, np.array([1]), beside) == 1
    near_zero = row_boxes(np.array([1]), np.array([(0, 0, 1e-3, 1e-3)]), np.array([True]))
    assert wrong_entries(near_zero, np.array([1]), np.array([(0, 0, 1e-3 + 9e-7, 1e-3)])) == 0
    assert wrong_entries(near_zero, np.array([1]), np.array([(0, 0, 1e-3 + 3e-6, 1e-3)])) == 1
