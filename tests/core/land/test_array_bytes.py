"""Arrays and geometries to bytes and back."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import array_bytes
from onemap.plugin.core.land.array_bytes import (
    blob_arrays,
    blobs_of,
    from_bytes,
    geometries_at,
    geometries_of,
    to_bytes,
    wkb_arrays,
)
from onemap.plugin.core.land.gpkg import blobs


@pytest.mark.parametrize(
    "array",
    [
        np.arange(5),
        np.array([1.5, np.nan, -np.inf]),
        np.zeros(0),
        np.zeros((0, 3)),
        np.array([True, False, True]),
        np.arange(12.0).reshape(3, 4)[:, ::2],
        np.array([7], np.uint8),
    ],
)
def test_an_array_comes_back_as_it_was_and_may_be_written_to(array):
    header, (first, found, last) = from_bytes(
        bytearray(to_bytes({"名": [1, None, "二"]}, [np.array([3]), array, array]))
    )
    assert header == {"名": [1, None, "二"]} and first.tolist() == [3]
    for one in (found, last):
        assert one.dtype == array.dtype and one.shape == array.shape
        np.testing.assert_array_equal(one, array)
    found[...] = 0


def test_geometries_come_back_to_the_bit():
    shapes = [
        "POINT (1 2)",
        "POLYGON EMPTY",
        None,
        "POLYGON Z ((0 0 1, 1 0 2, 1 1 3, 0 0 1))",
        "LINESTRING (0 0, 0.1 0.3)",
    ]
    given = np.array([shapely.from_wkt(text) if text else None for text in shapes], dtype=object)
    found = geometries_of(*wkb_arrays(given))
    assert found[2] is None
    assert [shapely.to_wkb(one) for one in found] == [shapely.to_wkb(one) for one in given]
    assert len(geometries_of(*wkb_arrays(np.zeros(0, object)))) == 0


def test_geometries_may_lie_anywhere_in_the_bytes():
    wkb = shapely.to_wkb(shapely.Point(3, 4))
    data = np.frombuffer(b"head" + wkb + b"between" + wkb, np.uint8)
    starts, lengths = np.array([4, 0, 11 + len(wkb)]), np.array([len(wkb), -1, len(wkb)])
    found = geometries_at(data, starts, lengths)
    assert found[1] is None and found[0] == found[2] == shapely.Point(3, 4)
    with pytest.raises(shapely.GEOSException):
        geometries_at(data, starts + 1, lengths)


@pytest.mark.parametrize("at_once", [1, 100, 250])
def test_many_are_made_share_by_share(monkeypatch, at_once):
    monkeypatch.setattr(array_bytes, "_AT_ONCE", at_once)
    given = np.array(
        [None, *shapely.buffer(shapely.points(np.arange(20.0).reshape(-1, 2)), 1), None, shapely.Point(1, 2)]
    )
    found = geometries_of(*wkb_arrays(given))
    assert shapely.to_wkb(found).tolist() == shapely.to_wkb(given).tolist()
    polygons = given[1:-2]
    assert blobs_of(*blob_arrays(polygons)).tolist() == blobs(polygons, shapely.bounds(polygons), 0)
