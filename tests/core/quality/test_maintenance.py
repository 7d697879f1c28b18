"""The maintenance of a plan database: what was before, what changed, what is there now."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import crs as crs_rules
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.quality.comparison import Vintage
from onemap.plugin.core.quality.maintenance import (
    LayerKind,
    MaintainedLayer,
    Maintenance,
    Numbers,
    PieceMaker,
    maintain,
)

X, Y = 500_000, 3_350_000
PLANE = crs_rules.parse_crs("EPSG:4549")
CLASSES = MaintainedLayer("GHFQ", "规划分区", LayerKind.CLASS, "GHFQDM", ("MJ",), "2090020610")
LINES = MaintainedLayer("HLFXKZX", "洪涝风险控制线", LayerKind.LINE)


def box(x, y, w=100, h=100):
    return shapely.box(X + x, Y + y, X + x + w, Y + y + h)


def vintage(*rows):
    shapes = objects([shape for shape, _ in rows])
    keys, classes = objects([""] * len(rows)), objects([c for _, c in rows])
    return Vintage(np.arange(len(rows)), keys, classes, [()] * len(rows), shapes, statutory_areas(shapes, PLANE))


def work(layer, before, after, tolerance=1.0):
    return maintain(layer, before, after, PieceMaker(tolerance, PLANE))


def test_a_reclassed_part_brings_the_whole_polygon_of_before_and_all_of_today_on_it():
    before = vintage((box(0, 0), "A"), (box(100, 0), "B"))
    after = vintage((box(0, 0, 60), "A"), (box(60, 0, 140), "B"))  # 40 m of A became B, joined to its neighbour
    made = work(CLASSES, before, after)
    assert made.before == [0] and made.before_m2 == pytest.approx(before.areas[0])
    assert [(round(shapely.area(p.geometry)), p.after) for p in made.after] == [(6000, 0), (4000, 1)]
    assert [(round(shapely.area(p.geometry)), p.before, p.after, p.kind) for p in made.changes] == [
        (4000, 0, 1, Maintenance.RECLASSED)
    ]
    assert made.after_m2 == pytest.approx(made.before_m2, abs=0.02) and made.uncovered_m2 == 0


def test_the_same_land_cut_otherwise_is_no_change_and_slivers_are_counted():
    before, after = vintage((box(0, 0, 200), "A")), vintage((box(0, 0), "A"), (box(100, 0), "A"))
    assert work(CLASSES, before, after).is_unchanged
    after = vintage((box(0, 0, 199.995), "A"), (box(199.995, 0, 0.005), "B"))
    made = work(CLASSES, before, after)
    assert made.is_unchanged and made.slivers == 1 and made.sliver_m2 == pytest.approx(0.5, abs=0.01)


def test_a_change_of_two_parts_becomes_single_parts_with_areas_that_sum():
    parts = shapely.multipolygons([box(10, 10, 20, 20), box(60, 60, 20, 20)])
    rest = shapely.difference(box(0, 0), parts)
    made = work(CLASSES, vintage((box(0, 0), "A")), vintage((rest, "A"), (parts, "B")))
    assert [round(shapely.area(p.geometry)) for p in made.changes] == [400, 400] and len(made.after) == 3
    assert made.changed_m2(Maintenance.RECLASSED) == pytest.approx(sum(statutory_areas([parts], PLANE)), abs=0.02)


def test_land_that_one_of_them_does_not_cover_is_told():
    made = work(CLASSES, vintage((box(0, 0), "A")), vintage((box(0, 0, 50), "A")))
    assert made.is_unchanged and made.uncovered_m2 == pytest.approx(5000, rel=1e-3)


def test_lines_hand_out_what_they_lost_and_take_in_what_they_gained():
    before = vintage((box(0, 0), ""), (box(500, 0), ""), (box(900, 0), ""))
    after = vintage((box(30, 0), ""), (box(500, 0), ""), (box(700, 0), ""))
    made = work(LINES, before, after)
    kinds = sorted((p.kind.value, round(shapely.area(p.geometry))) for p in made.changes)
    assert kinds == [("1", 3000), ("1", 10000), ("3", 3000), ("3", 10000)]
    assert made.before == [0, 2] and [p.after for p in made.after] == [0, 2]
    land = lambda shapes: shapely.union_all(list(shapes))  # noqa: E731
    taken = land(p.geometry for p in made.changes if p.kind is Maintenance.TAKEN_IN)
    out = land(p.geometry for p in made.changes if p.kind is Maintenance.HANDED_OUT)
    again = shapely.union(shapely.difference(land(before.geometries), out), taken)
    assert shapely.area(shapely.symmetric_difference(again, land(after.geometries))) < 1e-6  # B = A - out + in


@pytest.mark.parametrize("seed", range(6))
def test_the_changes_applied_to_before_give_after(seed):
    dice = np.random.default_rng(seed)
    cells = [(x, y) for x in range(6) for y in range(6)]
    old = {cell: "ABC"[dice.integers(3)] for cell in cells}
    new = {cell: "ABC"[dice.integers(3)] if dice.random() < 0.2 else c for cell, c in old.items()}
    made_of = lambda classes: vintage(*((box(100 * x, 100 * y), classes[x, y]) for x, y in cells))  # noqa: E731
    before, after = made_of(old), made_of(new)
    made = work(CLASSES, before, after)
    wrong = {n for n, cell in enumerate(cells) if old[cell] != new[cell]}
    assert set(made.before) == wrong == {p.after for p in made.changes}
    sums = sum(before.areas[sorted(wrong)])
    assert made.changed_m2(Maintenance.RECLASSED) == pytest.approx(sums, abs=0.01 * (len(wrong) + 1))


def test_numbers_continue_behind_those_of_the_county():
    numbers = Numbers("330110", "2026-11-27", ["330110000000000041", "330105000000009999", "x", None])
    assert [numbers.bsm(), numbers.bsm()] == ["330110000000000042", "330110000000000043"]
    assert numbers.whbh() == "20261127000001"
