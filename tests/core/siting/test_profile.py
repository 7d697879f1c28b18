"""The ground along the longer axis of a site, on slopes whose heights are known everywhere."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.siting.profile import profile_of
from shapely.affinity import rotate

SITE = shapely.box(1000, 2000, 1200, 2080)


def eastwards(places):
    return 50 + (places[:, 0] - 1000) * 0.08


def test_a_plane_slope_is_told_as_it_is():
    profile = profile_of(SITE, eastwards)
    assert profile.fall_percent == pytest.approx(8.0, abs=1e-6)
    assert (profile.from_, profile.to) == ("W", "E")
    assert profile.metres[-1] == pytest.approx(300)
    assert profile.lowest == pytest.approx(50, abs=0.2) and profile.highest == pytest.approx(66, abs=0.2)
    assert profile.metres[profile.inside][0] == pytest.approx(50, abs=1.3)


def test_it_follows_the_longer_side_of_a_turned_site_from_its_western_end():
    profile = profile_of(rotate(SITE, 60), lambda places: places[:, 1])
    assert (profile.from_, profile.to) == ("SW", "NE")
    assert profile.fall_percent == pytest.approx(np.sin(np.radians(60)) * 100, rel=1e-6)


def test_a_site_without_data_is_unknown_and_a_hole_is_no_height():
    assert not profile_of(SITE, lambda places: np.full(len(places), np.nan)).is_known
    holed = profile_of(SITE, lambda places: np.where(places[:, 0] < 1100, np.nan, eastwards(places)))
    assert holed.is_known and holed.lowest == pytest.approx(58, abs=0.2)
    assert holed.fall_percent == pytest.approx(8.0, abs=1e-6)
