"""Merging field by field: geometries are the same as shapes, whatever text and start they have, and moved ones are not."""

import pytest
import shapely
from onemap.plugin.sync.merge import differs, merge, same

LAND = shapely.box(120.0, 30.0, 120.01, 30.01)
APART = shapely.box(120.02, 30.0, 120.03, 30.01)
TURNED = shapely.Polygon([*LAND.exterior.coords[2:-1], *LAND.exterior.coords[:3]])


def row(shape, **more):
    return {"geometry": None if shape is None else shapely.to_wkb(shape, hex=True), **more}


def moved(metres):
    return shapely.transform(LAND, lambda xy: xy + metres / 111_000)


@pytest.mark.parametrize(
    "other, is_same",
    [
        (LAND, True),
        (shapely.MultiPolygon([LAND]), True),
        (TURNED, True),
        (shapely.reverse(LAND), True),
        (moved(0.00005), True),
        (moved(0.01), False),
        (APART, False),
        (shapely.MultiPolygon([LAND, APART]), False),  # the first part is the same
        (None, False),
    ],
)
def test_a_geometry_is_the_same_as_a_shape(other, is_same):
    assert same("geometry", row(LAND)["geometry"], row(other)["geometry"]) is is_same
    assert same("geometry", row(other)["geometry"], row(LAND)["geometry"]) is is_same


def test_a_part_more_there_and_a_move_here_are_a_conflict():
    both = merge(row(LAND), row(moved(5)), row(shapely.MultiPolygon([LAND, APART])))
    assert both.conflicts == ("geometry",) and both.from_remote == ()
    taken = merge(row(LAND), row(TURNED), row(APART))
    assert (taken.conflicts, taken.from_remote) == ((), ("geometry",)) and taken.merged == row(APART)
    kept = merge(row(LAND), row(APART), row(shapely.MultiPolygon([LAND])))
    assert (kept.conflicts, kept.from_remote, kept.merged) == ((), (), row(APART))


def test_nothing_and_empty_are_the_same_and_numbers_and_falsehood_are_something():
    assert same("name", None, "") and same("photos", [], None) and not same("count", 0, None)
    assert not same("is_done", False, None) and not same("name", "a", "")
    both = merge({"a": 1, "b": 1}, {"a": 1, "b": 2, "c": ""}, {"a": 3, "b": 1})
    assert (both.merged, both.conflicts, both.from_remote) == ({"a": 3, "b": 2, "c": ""}, (), ("a",))
    assert merge(None, {"a": 1}, {"a": 2}).conflicts == ("a",) and merge(None, {"a": 1}, {"a": 1}).conflicts == ()


def test_a_row_differs_by_its_own_fields_alone():
    assert not differs({"a": 1, "status": "draft", "id": "x"}, {"a": 1, "status": "ready", "id": "y", "b": ""})
    assert differs({"a": 1}, {"a": 2}) and differs(None, {"a": 1}) and differs({"a": 1}, {}) and not differs(None, {})
