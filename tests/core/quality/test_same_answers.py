"""What arrays answer at once is what one vertex, one pair and one value after the other answer."""

import math

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.land.rings import are_ccw, rings_of
from onemap.plugin.core.quality.comparison_overlay import overlay
from onemap.plugin.core.quality.topology_cover import Coverage
from onemap.plugin.core.quality.topology_shapes import acute_angles, duplicate_vertices, short_edges
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000.0, 3_350_000.0


def crooked(random, count=60):
    """Polygons with spikes, doubled vertices, holes and several parts, among them lines and nothing at all."""
    made = [None, shapely.Polygon(), shapely.LineString([(X, Y), (X + 9, Y), (X + 0.5, Y + 0.3)])]
    for number in range(count):
        turn = np.sort(random.uniform(0, 2 * np.pi, 9))
        reach = random.uniform(0.5, 40, 9)[:, None]
        ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach + (X + 100 * number, Y)
        ring = np.insert(ring, 4, ring[3] + random.choice([0.0, 5e-5, 2e-4]), axis=0)
        shape = shapely.Polygon(ring if number % 2 else ring[::-1])
        if number % 5 == 0:
            shape = shapely.Polygon(shapely.box(X, Y, X + 90, Y + 90).exterior, [ring - (ring.min(axis=0) - (X, Y))])
        made.append(shape if number % 7 else shapely.MultiPolygon([shape, shapely.box(X, Y - 99, X + 1, Y - 90)]))
    return objects(made)


def paths(shape):
    """(vertices, whether a hole, whether an area) of every ring or line."""
    if shape is None or shape.is_empty:
        return
    for part in shapely.get_parts(shape):
        if part.geom_type == "LineString":
            yield list(part.coords), False, False
        else:
            yield list(part.exterior.coords), False, True
            yield from ((list(ring.coords), True, True) for ring in part.interiors)


def sharp(vertices, is_hole, is_area, tolerance):
    """(vertex, angle) of one path, by walking along it."""
    kept = [a for a, b in zip(vertices, vertices[1:]) if math.dist(a, b) > tolerance]
    ring = vertices[0] == vertices[-1]
    chain = [*kept, kept[0]] if ring else [*kept, vertices[-1]]
    sign = np.sign(sum((a[0] - X) * (b[1] - Y) - (b[0] - X) * (a[1] - Y) for a, b in zip(chain, chain[1:])))
    triples = list(zip(chain, chain[1:], chain[2:]))
    triples += [(chain[-2], chain[0], chain[1])] if ring else []
    for before, here, after in triples:
        back, out = np.subtract(before, here), np.subtract(after, here)
        angle = math.degrees(math.acos(np.clip(back @ out / math.hypot(*back) / math.hypot(*out), -1, 1)))
        left = (-back[0] * out[1] + back[1] * out[0]) * sign * (-1 if is_hole else 1)
        if angle < 25 and (not is_area or left >= 0):
            yield here, round(angle, 6)


@pytest.mark.parametrize("seed", range(6))
def test_vertices_are_told_as_one_after_the_other(seed):
    shapes = crooked(np.random.default_rng(seed))
    angles, doubled, short = [], [], []
    for row, shape in enumerate(shapes):
        for vertices, is_hole, is_area in paths(shape):
            angles += [(row, *at, angle) for at, angle in sharp(vertices, is_hole, is_area, 1e-4)]
            steps = [(row, math.dist(a, b)) for a, b in zip(vertices, vertices[1:])]
            doubled += [step for step in steps if step[1] <= 1e-4]
            short += [step for step in steps if 1e-4 < step[1] < 3.0]
    found = acute_angles(shapes, 25, 1e-4)
    told = zip(found.rows.tolist(), shapely.get_coordinates(found.geometries).tolist(), found.amounts.tolist())
    assert sorted((row, *at, round(angle, 6)) for row, at, angle in told) == sorted(angles) and angles
    for expected, places in ((doubled, duplicate_vertices(shapes, 1e-4)), (short, short_edges(shapes, 1e-4, 3.0))):
        assert places.rows.tolist() == [row for row, _ in expected] and expected
        assert places.amounts == pytest.approx([length for _, length in expected])


def test_rings_stand_in_the_order_of_their_polygons_and_know_how_they_turn():
    shapes = crooked(np.random.default_rng(9))
    rings, polygons = rings_of(shapes), [s if s is not None and s.area else shapely.Polygon() for s in shapes]
    parts, of = shapely.get_parts(objects(polygons), return_index=True)
    expected, part = shapely.get_rings(parts, return_index=True)
    assert rings.row.tolist() == of[part].tolist()
    assert rings.is_hole.tolist() == (np.diff(part, prepend=-1) == 0).tolist()
    assert are_ccw(rings).tolist() == shapely.is_ccw(expected).tolist()
    xy, of_ring = shapely.get_coordinates(rings.shapes, return_index=True)
    again, of_expected = shapely.get_coordinates(expected, return_index=True)
    assert (xy == again).all() and (of_ring == of_expected).all()


def net(random, side=14):
    """Parcels of a net whose corners are shaken."""
    corners = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * 50.0
    corners = corners + random.uniform(-12, 12, corners.shape) + (X, Y)
    rings = [corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]]
    return shapely.polygons(np.stack(rings, axis=2).reshape(-1, 4, 2))


@pytest.mark.parametrize("multi", (False, True))
def test_an_overlay_shares_what_pair_by_pair_shares(multi):
    before, after = net(np.random.default_rng(1)), net(np.random.default_rng(2))
    shapes = shapely.multipolygons(before, indices=np.arange(len(before))) if multi else before
    found = overlay(objects(shapes), objects(after), PLANE)
    one, other = shapely.STRtree(after).query(before)
    pieces = shapely.intersection(before[one], after[other])
    real = shapely.area(pieces) > 1e-4
    expected = sorted(zip(one[real].tolist(), other[real].tolist(), shapely.area(pieces[real]).round(6).tolist()))
    told = zip(found.first.tolist(), found.second.tolist(), shapely.area(found.pieces).round(6).tolist())
    assert list(told) == expected and len(expected) > 300


@pytest.mark.parametrize("seed", range(4))
def test_a_district_that_is_known_before_changes_no_answer(seed):
    random = np.random.default_rng(seed)
    cells = net(random, 8)
    cells = objects([shapely.affinity.translate(c, 7, 3) if random.random() < 0.3 else c for c in cells])
    district = shapely.box(X + 40, Y - 20, X + 420, Y + 380)
    plain, knowing = Coverage(cells), Coverage(cells, None, district)
    for ask in (lambda c: c.overlaps(0.01), lambda c: c.gaps(0.01), lambda c: c.uncovered(district, 0.01)):
        one, other = ask(plain), ask(knowing)
        assert (one.rows == other.rows).all() and (one.others == other.others).all() and len(one)
        assert (shapely.to_wkb(one.geometries) == shapely.to_wkb(other.geometries)).all()
