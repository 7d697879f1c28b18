"""Sums of a comparison as they are printed: before + added - removed = after in every unit, parts their sum."""

import random

import pytest
import shapely
from onemap.plugin.core.quality.amounts import MU, Amount, closed_amounts, closed_parts
from onemap.plugin.core.quality.comparison import Change, ChangeKind
from onemap.plugin.core.quality.comparison_balance import balance_of, cell_amounts, conclusion
from onemap.plugin.core.quality.comparison_matrix import Cell, Matrix, NetRow

LAND = shapely.box(0, 0, 1, 1)


def made(before, added, removed, after):
    changes = [Change(ChangeKind.ADDED, -1, 0, m2, LAND) for m2 in added]
    changes += [Change(ChangeKind.REMOVED, 0, -1, m2, LAND) for m2 in removed]
    return balance_of(Matrix([], [NetRow("A", before, after, 0.0, 1)]), changes)


def is_closed(one):
    total = one.before + one.added - one.removed + one.gap
    return total.values() == one.after.values()


@pytest.mark.parametrize("seed", range(40))
def test_every_unit_adds_up(seed):
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    added, removed = (
        [round(dice.uniform(0, 10 ** dice.randint(0, 6)), 2) for _ in range(dice.randint(0, 4))] for _ in "12"
    )
    before = round(dice.uniform(1e7, 1e8), 2)
    one = made(before, added, removed, round(before + sum(added) - sum(removed), 2))
    assert is_closed(one) and one.gap == Amount(0.0, 0.0, 0.0)
    for exact, printed in ((added, one.added), (removed, one.removed)):
        m2, ha, mu = printed.values()
        assert m2 == round(sum(exact), 2) and abs(ha - m2 / 1e4) < 1.51e-4 and abs(mu - m2 * 0.0015) < 1.51e-2
        parts = closed_amounts(exact, printed)
        assert sum(parts, Amount.of(0.0)) == (printed if exact else Amount.of(0.0))
        assert all(abs(p.ha - m2 / 1e4) < 1.51e-4 and abs(p.mu - m2 * 0.0015) < 1.51e-2 for p, m2 in zip(parts, exact))


@pytest.mark.parametrize("seed", range(20))
def test_the_cells_of_the_matrix_add_up_in_every_unit(seed):
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    flows = [("A", ""), ("B", ""), ("", "A"), ("", "B"), ("A", "B"), ("B", "A"), ("A", "A"), ("B", "B")]
    cells = [Cell("", old, new, 1, round(dice.uniform(0.01, 1e5), 2)) for old, new in flows]
    changes = [Change(kind, 0, 0, cell.area_m2, LAND) for kind, pair in
               ((ChangeKind.REMOVED, cells[:2]), (ChangeKind.ADDED, cells[2:4]), (ChangeKind.RECLASSED, cells[4:6]))
               for cell in pair]  # fmt: skip
    before = sum(cell.area_m2 for cell in cells if cell.from_class)
    after = sum(cell.area_m2 for cell in cells if cell.to_class)
    table = Matrix(cells, [NetRow("A", round(before, 2), round(after, 2), 0.0, 1)])
    found = balance_of(table, changes)
    amounts = dict(zip(flows, cell_amounts(table, found, changes)))
    assert sum((amounts[f] for f in flows if f[0]), Amount.of(0.0)) == found.before
    assert sum((amounts[f] for f in flows if f[1]), Amount.of(0.0)) == found.after
    for cell, amount in zip(cells, amounts.values()):
        assert abs(amount.mu - cell.area_m2 * 0.0015) < 1.51e-2 and abs(amount.m2 - cell.area_m2) < 0.011
    odd = Matrix(cells, [NetRow("A", round(before + 99, 2), round(after + 99, 2), 0.0, 1)])  # overlaps: not closed
    assert cell_amounts(odd, balance_of(odd, changes), changes)[-1] == Amount.of(cells[-1].area_m2)


def test_what_overlaps_itself_is_a_row_of_its_own():
    one = made(20_000.0, [10.0], [4.0], 20_018.5)
    assert one.gap.m2 == 12.5 and one.added.m2 == 10.0 and is_closed(one)
    assert made(20_000.0, [], [], 20_000.01).gap.m2 == 0.01


@pytest.mark.parametrize(
    "parts, total, wanted",
    [
        ([10_000.0, 4054.5], Amount(14_054.5, 1.4054, 21.08), [1.0, 0.4054]),  # a hectare stays one
        ([10_000.0, 4054.5], Amount(14_054.5, 1.4055, 21.08), [1.0, 0.4055]),
        ([0.4, 0.4, 0.4], Amount(1.2, 0.0001, 0.0), [0.0001, 0.0, 0.0]),
        ([0.0, 50_000.0], Amount(50_000.0, 4.9999, 75.0), [0.0, 4.9999]),  # nothing stays nothing
        ([], Amount(0.0, 0.0, 0.0), []),
    ],
)
def test_the_part_that_rounding_hurts_least_gives_way(parts, total, wanted):
    assert [part.ha for part in closed_amounts(parts, total)] == wanted


def test_changes_of_both_signs_add_up_and_what_did_not_change_stays():
    changes = [10_003.0, -4_003.33, 0.0, -2.0]
    found = closed_parts(changes, 9.0, MU)
    assert found == [15.0, -6.0, 0.0, 0.0] and all(abs(mu - m2 * 0.0015) < 0.01 for mu, m2 in zip(found, changes))


@pytest.mark.parametrize(
    "added, removed, wanted",
    [
        ([], [], "两期数据没有变化。"),
        ([0.4], [0.5], "除 2 块碎图斑（共 0.90 平方米，均小于 1 平方米）外，两期数据没有变化。"),
        ([4054.5, 0.5], [10.0], "与前期相比：新增 2 块 0.4055 公顷（6.08 亩）；减少 1 块 0.0010 公顷（0.01 亩）。"),
    ],
)
def test_the_conclusion_says_whether_anything_changed_and_how_much(added, removed, wanted):
    changes = [Change(ChangeKind.ADDED, -1, 0, m2, LAND) for m2 in added]
    changes += [Change(ChangeKind.REMOVED, 0, -1, m2, LAND) for m2 in removed]
    found = balance_of(Matrix([], [NetRow("A", 20_000.0, 20_000.0 + sum(added) - sum(removed), 0.0, 1)]), changes)
    assert conclusion(found, changes, 1.0, "zh") == wanted


@pytest.mark.parametrize(
    "gap, pieces, is_closed", [(0.01, 1, True), (0.015, 1, False), (0.015, 2, True), (0.01, 0, True)]
)
def test_a_class_closes_to_a_cent_a_piece(gap, pieces, is_closed):
    assert NetRow("A", 1.0, 1.0, gap, pieces).is_closed == is_closed
