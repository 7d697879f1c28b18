"""What a person said of a defect stays with it when a layer is saved again, cut back to a stage, or read in another
order; a defect that is another one takes nothing over."""

from dataclasses import replace

import pytest
import shapely
from onemap.plugin.core.quality.defects import Defect, DefectState, Severity
from onemap.plugin.core.quality.inspection import Inspection
from onemap.plugin.core.quality.inspection_states import Earlier, _former_place, keep_states, place_of
from onemap.plugin.formats.rules.inspection_files import load_specification

BOX = shapely.box(500000.05, 3350000.05, 500100.15, 3350100.25)


def after(defects, earlier, *checked):
    run = Inspection(load_specification("county"), defects=[replace(d) for d in defects])
    for check, layer in checked:
        run.take(run.rule(check, layer), 1, ())
    keep_states(run, earlier)
    return run.defects


def kept(defects, mark=place_of):
    """The defects as a file gives them back: excused, with a point for their place."""
    said = {"state": DefectState.EXCEPTION, "note": "ok"}
    return [Earlier(mark(d), replace(d, **said, geometry=shapely.Point(1, 1))) for d in defects]


def overlap(one, other, geometry=BOX):
    return Defect("Q509", Severity.A, "SD", 1, one, "5.00", params={"fid": one, "other": other}, geometry=geometry)


@pytest.mark.parametrize("change", [1e-9, -1e-9, 1e-4, -1e-4])
def test_the_last_digits_of_coordinates_do_not_matter(change):
    moved = shapely.transform(BOX, lambda xy: xy + change)
    area = Defect("Q601", Severity.A, "SD", 3, "B3", "12.00", "10009.95", geometry=BOX)
    found = after([overlap("a", "b", moved), replace(area, wanted="10009.96", geometry=moved)],
                  kept([overlap("a", "b"), area]))  # fmt: skip
    assert [(d.state, d.note) for d in found] == [(DefectState.EXCEPTION, "ok")] * 2


def test_the_order_of_features_and_of_rings_does_not_matter():
    one = Defect("Q402", Severity.A, "SD", 7, "", "x", "codes", params={"field": "DLBM"}, geometry=BOX)
    again = [overlap("b", "a", shapely.reverse(BOX)), replace(one, fid=99)]
    assert [d.state for d in after(again, kept([overlap("a", "b"), one]))] == [DefectState.EXCEPTION] * 2


def test_another_place_value_or_feature_takes_nothing_over():
    stored = Defect("Q402", Severity.A, "SD", 7, "k", "1.50", "codes", params={"field": "DLBM"}, geometry=BOX)
    others = [
        overlap("a", "c"),
        overlap("a", "b", shapely.transform(BOX, lambda xy: xy + 0.5)),
        replace(stored, value="1.51"),
        replace(stored, key="l"),
    ]
    found = after(others, kept([overlap("a", "b"), stored]), ("overlap", "SD"))
    assert [d.state for d in found] == [DefectState.OPEN] * 4 + [DefectState.EXCEPTION] * 2


def test_two_that_look_alike_are_two():
    twice = [Defect("Q506", Severity.B, "SD", n, "", "3.00", geometry=BOX) for n in (1, 2)]
    found = after(twice, kept(twice[:1]))
    assert sorted(d.state.value for d in found) == ["exception", "open"]


def test_a_defect_that_a_run_only_carries_on_is_known_in_the_next():
    first = overlap("a", "b")
    second = after([], kept([first]))
    assert [d.state for d in second] == [DefectState.EXCEPTION] and place_of(second[0]) == place_of(first)
    third = after([first], [Earlier(place_of(second[0]), second[0])], ("overlap", "SD"))
    assert [(d.state, d.note) for d in third] == [(DefectState.EXCEPTION, "ok")]


def test_marks_of_earlier_versions_are_known():
    assert [d.state for d in after([overlap("a", "b")], kept([overlap("a", "b")], _former_place))] == [
        DefectState.EXCEPTION
    ]
