"""Comparison of two vintages: known edits are told once each, the matrix closes, changes applied give the later state."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import ellipsoidal_areas
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.quality.comparison import ChangeKind, Vintage, compare
from onemap.plugin.core.quality.comparison_matrix import Groups, matrix
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000, 3_350_000
K = ChangeKind


def box(x, y, w=100.0, h=100.0):
    return shapely.box(X + x, Y + y, X + x + w, Y + y + h)


def vintage(rows):
    """Vintage of [(key, class, value, geometry)]."""
    shapes = objects([row[3] for row in rows])
    return Vintage(
        np.arange(1, len(rows) + 1),
        objects([row[0] for row in rows]),
        objects([row[1] for row in rows]),
        [(row[2],) for row in rows],
        shapes,
        ellipsoidal_areas(shapes, PLANE),
    )


def compared(before, after):
    before, after = vintage(before), vintage(after)
    return before, after, compare(before, after, ["n"], PLANE)


def told(result):
    return sorted((c.kind.value, c.before, c.after, round(shapely.area(c.geometry))) for c in result.changes)


def grid(n=6):
    return [(f"K{i}{j}", f"0{1 + (i + j) % 3}", i, box(100 * i, 100 * j)) for i in range(n) for j in range(n)]


def test_the_same_layer_has_no_change_whatever_the_order_and_the_start_of_rings():
    rows = grid()
    turned = [
        (k, c, v, shapely.Polygon(np.roll(shapely.get_coordinates(g)[:-1], 2, axis=0))) for k, c, v, g in reversed(rows)
    ]
    before, after, result = compared(rows, turned)
    assert not result.changes and len(result.pieces) == 36
    cells = matrix(before, after, result, PLANE).cells
    assert all(cell.from_class == cell.to_class for cell in cells)


def test_known_edits_are_told_once_each():
    before = grid(3)  # positions: K00 0, K01 1, K02 2, K10 3, K11 4, K12 5, K20 6, K21 7, K22 8
    after = list(before)
    after[0] = ("K00", "01", 0, box(0, 0, 50))  # split: the other half is a new feature of the same class
    after[1] = ("K01", "09", 0, before[1][3])  # reclassed
    after[2] = ("K02", "03", "new", before[2][3])  # an attribute
    after[5] = ("K12", before[5][1], 1, box(100, 200, 103))  # reshaped: 3 m wider
    after[8] = ("K22", before[8][1], 2, box(203, 200, 97))
    gone = after.pop(6)
    after += [("NEW", "01", 0, box(50, 0, 50)), ("FAR", "07", 9, box(900, 900, 10, 10))]
    _, _, result = compared(before, after)
    assert gone[0] == "K20"
    assert told(result) == sorted([
        ("reshaped", 0, 8, 5000), ("reclassed", 1, 1, 10000), ("attribute", 2, 2, 10000),
        ("removed", 6, -1, 10000), ("added", -1, 9, 100),
        ("reclassed" if before[5][1] != before[8][1] else "reshaped", 8, 5, 300),
    ])  # fmt: skip
    (attribute,) = [c for c in result.changes if c.kind == K.ATTRIBUTE]
    assert attribute.fields == "n: 0 → new"


def test_a_duplicate_taken_away_is_removed_and_a_merge_keeps_its_land():
    rows = grid(2)
    _, _, result = compared([*rows, ("K99", "01", 0, rows[0][3])], rows)
    assert [(c.kind, c.before, c.after) for c in result.changes] == [(K.REMOVED, 4, -1)]
    merged = [("K00", "01", 0, shapely.union_all([rows[0][3], rows[1][3]])), *rows[2:]]
    _, _, result = compared(rows, merged)
    assert told(result) == [("reclassed", 1, 0, 10000)]


def test_features_without_keys_are_matched_by_overlap():
    before = [("", "01", 0, box(0, 0)), ("", "01", 1, box(200, 0))]
    after = [("", "01", 0, box(1, 0)), ("", "01", 1, box(230, 0))]
    _, _, result = compared(before, after)
    assert told(result) == [
        ("added", -1, 0, 100), ("added", -1, 1, 3000), ("removed", 0, -1, 100), ("removed", 1, -1, 3000),
        ("reshaped", 1, 1, 7000),
    ]  # fmt: skip


def test_features_without_geometry_go_by_key_or_are_counted():
    before = [("A", "01", 0, None), ("", "01", 0, None), ("B", "01", 0, box(0, 0))]
    after = [("A", "02", 0, None), ("B", "01", 0, box(0, 0))]
    _, _, result = compared(before, after)
    assert [(c.kind, c.geometry) for c in result.changes] == [(K.RECLASSED, None)]
    assert (result.unusable_before, result.unusable_after) == (1, 0)


def random_vintage(random, edits):
    """A grid of parcels with random edges, some of them of other classes, moved, gone, or new."""
    lines = np.cumsum(np.r_[0, random.uniform(20, 90, 8)])
    rows = []
    for i in range(8):
        for j in range(8):
            rows.append([f"K{i}{j}", f"0{random.integers(1, 5)}", 0, box(lines[i], lines[j], *np.diff(lines)[[i, j]])])
    later = [list(row) for row in rows]
    for n in random.choice(64, edits, replace=False):
        edit = random.integers(0, 4)
        if edit == 0:
            later[n][1] = "09"
        elif edit == 1:
            later[n][3] = None
        elif edit == 2:
            cutter = shapely.box(*(np.array(later[n][3].bounds) + (7.3, -1, 99, 1)))
            later.append(["", later[n][1], 0, later[n][3].intersection(cutter)])
            later[n][3] = later[n][3].difference(cutter)
        else:
            strip = shapely.transform(later[n][3], lambda xy: xy + (0.37, 0)).difference(
                shapely.union_all([r[3] for m, r in enumerate(later) if m != n and r[3] is not None])
            )
            later[n][3] = strip
    return [row for row in rows], [row for row in later if row[3] is not None and row[3].area > 0.01]


@pytest.mark.parametrize("seed", range(25))
def test_the_matrix_closes_and_changes_make_the_later_state(seed):
    random = np.random.default_rng(seed)
    before, after, result = compared(*random_vintage(random, int(random.integers(1, 30))))
    sums = matrix(before, after, result, PLANE)
    assert all(row.is_closed for row in sums.net), [row for row in sums.net if not row.is_closed]
    assert sum(c.area_m2 for c in sums.cells if c.from_class) == pytest.approx(
        before.areas.sum(), abs=0.01 * len(sums.cells)
    )
    assert sum(c.area_m2 for c in sums.cells if c.to_class) == pytest.approx(
        after.areas.sum(), abs=0.01 * len(sums.cells)
    )
    old, new = shapely.union_all(before.geometries), shapely.union_all(after.geometries)
    gone, come = (
        shapely.union_all([c.geometry for c in result.changes if c.kind == kind]) for kind in (K.REMOVED, K.ADDED)
    )
    assert shapely.area(old.difference(gone).union(come).symmetric_difference(new)) < 0.01
    for code in set(after.classes):
        was = shapely.union_all(before.geometries[before.classes == code])
        out = shapely.union_all(
            [
                c.geometry
                for c in result.changes
                if c.before >= 0 and before.classes[c.before] == code and c.kind in (K.REMOVED, K.RECLASSED)
            ]
        )
        into = shapely.union_all(
            [
                c.geometry
                for c in result.changes
                if c.after >= 0 and after.classes[c.after] == code and c.kind in (K.ADDED, K.RECLASSED)
            ]
        )
        now = shapely.union_all(after.geometries[after.classes == code])
        assert shapely.area(was.difference(out).union(into).symmetric_difference(now)) < 0.01


def test_every_pair_of_classes_is_what_an_independent_overlay_says():
    before, after, result = compared(*random_vintage(np.random.default_rng(77), 30))
    cells = {(c.from_class, c.to_class): c.area_m2 for c in matrix(before, after, result, PLANE).cells}
    for old in set(before.classes):
        for new in set(after.classes):
            shared = shapely.intersection(
                shapely.union_all(before.geometries[before.classes == old]),
                shapely.union_all(after.geometries[after.classes == new]),
            )
            assert cells.get((old, new), 0.0) == pytest.approx(ellipsoidal_areas([shared], PLANE)[0], abs=0.05)


def test_the_matrix_by_division_sums_to_the_matrix():
    before, after, result = compared(*random_vintage(np.random.default_rng(5), 25))
    whole = matrix(before, after, result, PLANE)
    halves = Groups(["W", "E"], objects([box(-10, -10, 150.123, 400), box(140.123, -10, 200, 1000)]))
    parts = matrix(before, after, result, PLANE, halves)
    assert {cell.group for cell in parts.cells} == {"W", "E", ""}
    for cell in whole.cells:
        same = [p.area_m2 for p in parts.cells if (p.from_class, p.to_class) == (cell.from_class, cell.to_class)]
        assert sum(same) == pytest.approx(cell.area_m2, abs=0.05)


def test_a_layer_that_overlaps_itself_is_told():
    before = [("", "01", 0, box(0, 0)), ("", "02", 0, box(50, 0))]
    after = [("", "01", 0, box(0, 0, 99)), ("", "02", 0, box(50, 0, 99))]
    before, after, result = compared(before, after)
    assert result.overlap_before_m2 > 4000 and result.overlap_after_m2 > 4000
    assert not all(row.is_closed for row in matrix(before, after, result, PLANE).net)
