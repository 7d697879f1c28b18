"""Candidates far from all others are told apart, however many parcels lie close together."""

import numpy as np
import shapely
from onemap.plugin.core.siting.stray import far_off


def test_one_that_lies_far_off_is_told_with_its_distance():
    near = [shapely.box(x, 0, x + 50, 50) for x in range(0, 60_000, 5000)]
    metres = far_off(np.array([*near, shapely.box(900_000, 0, 900_050, 50)]))
    assert (metres[:-1] == 0).all() and 800_000 < metres[-1] < 900_100


def test_a_long_county_has_no_strays():
    assert not far_off(np.array([shapely.box(0, 0, 1, 1), shapely.box(300_000, 0, 300_001, 1)])).any()
    assert not len(far_off(np.array([], dtype=object)))
