"""Two columns of numbers: which is east, which system; on the borders of the country and of the zones."""

import numpy as np
import pytest
from onemap.plugin.core.land.point_columns import PointForm, columns_of_points, evident_crs, plane_choices


def told(first, second):
    found = columns_of_points(np.array(first, dtype=float), np.array(second, dtype=float))
    return found and (found.form, found.east_first, int(found.fits.sum()))


@pytest.mark.parametrize(
    "north, east, form",
    [
        (3.0, 73.0, PointForm.DEGREES),
        (54.5, 136.5, PointForm.DEGREES),
        (2.99, 73.0, None),
        (54.51, 136.5, None),
        (3.0, 72.99, None),
        (54.5, 136.51, None),
        (300_000.0, 40_100_000.0, PointForm.PREFIXED),
        (6_500_000.0, 40_900_000.0, PointForm.PREFIXED),
        (3_350_000.0, 13_500_000.0, PointForm.PREFIXED),
        (3_350_000.0, 23_500_000.0, PointForm.PREFIXED),
        (3_350_000.0, 45_500_000.0, PointForm.PREFIXED),
        (3_350_000.0, 25_500_000.0, PointForm.PREFIXED),
        (3_350_000.0, 46_500_000.0, None),
        (3_350_000.0, 12_500_000.0, None),
        (3_350_000.0, 24_500_000.0, None),
        (299_999.0, 40_500_000.0, None),
        (6_500_001.0, 40_500_000.0, None),
        (3_350_000.0, 40_099_999.0, None),
        (3_350_000.0, 40_900_001.0, None),
        (1_000_000.0, 100_000.0, PointForm.PLAIN),
        (6_500_000.0, 900_000.0, PointForm.PLAIN),
        (999_999.0, 500_000.0, None),
        (6_500_001.0, 500_000.0, None),
        (3_350_000.0, 99_999.0, None),
        (3_350_000.0, 900_001.0, None),
    ],
)
def test_the_size_of_the_numbers_tells_the_form(north, east, form):
    assert told([north], [east]) == (form and (form, False, 1))
    assert told([east], [north]) == (form and (form, True, 1))


def test_most_points_decide_and_the_others_are_named():
    found = columns_of_points(np.array([120.1, 120.2, 30.3, 0.0]), np.array([30.1, 30.2, 120.3, 0.0]))
    assert found.form is PointForm.DEGREES and found.east_first and found.fits.tolist() == [True, True, False, False]


def system(form_east):
    columns = columns_of_points(np.full(len(form_east), 3_350_000.0), np.array(form_east, dtype=float))
    crs = evident_crs(columns, np.array(form_east, dtype=float))
    return crs and crs.to_epsg()


def test_what_the_numbers_tell_of_the_system():
    assert system([40_500_000.0, 40_400_000.0]) == 4528 and system([25_500_000.0]) == 4513
    assert system([20_500_000.0]) == 4498 and system([45_500_000.0]) == 4533
    assert system([500_000.0]) is None  # no zone is written
    assert system([40_500_000.0, 39_500_000.0]) is None  # two zones
    assert system([40_500_000.0, 40_500_000.0, 46_000_000.0]) == 4528  # what does not fit has no say
    degrees = columns_of_points(np.array([30.1]), np.array([120.1]))
    assert evident_crs(degrees, np.array([120.1])).to_epsg() == 4490


def test_the_choices_begin_with_degrees_and_the_own_zone():
    codes = [code for code, _ in plane_choices()]
    every = [4490, *range(4534, 4555), *range(4513, 4534), *range(4502, 4513), *range(4491, 4502)]
    assert codes == [f"EPSG:{code}" for code in every]
    near = [code for code, _ in plane_choices(120.2)]
    assert near[:3] == ["EPSG:4490", "EPSG:4549", "EPSG:4528"] and sorted(near) == sorted(codes)
    for border, plain in ((75.0, 4534), (135.0, 4554)):
        assert plane_choices(border)[1][0] == f"EPSG:{plain}"
    for outside in (73.4, 136.6, -75.0):
        assert [code for code, _ in plane_choices(outside)] == codes
    assert "CGCS2000" in dict(plane_choices())["EPSG:4549"]
