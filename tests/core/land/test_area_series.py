"""The coefficients of the statutory area, derived a second time: the exact integral of the ellipsoid's zone, term by term."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from onemap.plugin.core.land import area

E2 = Fraction("0.0066943800229")


def coefficients():
    """cos B / (1 - e2 sin2 B)2 as a power series up to e8, integrated, its powers of sines as sines of multiples of B."""
    multiples = [Fraction(0)] * 5  # of sin B, sin 3B, sin 5B, sin 7B, sin 9B
    for k in range(5):
        factor = Fraction(k + 1, 2 * k + 1) * E2**k / 4**k
        for j in range(k + 1):
            multiples[k - j] += (-1) ** (k - j) * factor * comb(2 * k + 1, j)
    return multiples


def test_the_series_is_that_of_the_ellipsoid():
    """A survey bureau adds up by the same five numbers: a wrong digit shows in every area of the county."""
    right = [abs(float(c)) for c in coefficients()]
    assert area._series() == pytest.approx(right, rel=1e-15, abs=0)


def test_the_zone_from_the_equator_is_the_closed_form():
    """b2 G(B) is the ellipsoid's area per radian: sin B / 2(1 - e2 sin2 B) + artanh(e sin B) / 2e."""
    latitudes = np.radians([0.5, 18.2, 30.25, 41.0, 53.5])
    e, s = np.sqrt(float(E2)), np.sin(latitudes)
    exact = s / (2 * (1 - float(E2) * s * s)) + np.arctanh(e * s) / (2 * e)
    assert area._authalic(latitudes) == pytest.approx(exact, rel=2e-11, abs=0)
