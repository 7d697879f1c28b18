"""findsites finds the best sites there are: compared with a dense greedy search, sizes of a range, existing facilities."""

import numpy as np
import pytest
import shapely
from onemap.tests.support.siting import shapes, write

SIDE = 6000.0


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def points(h, name, seed, count):
    rng = np.random.default_rng(seed)
    rows = [(f"POINT({h.X + x} {h.Y + y})",) for x, y in rng.uniform(0, SIDE, (count, 2))]
    return h.layer(name, rows, kind="Point")


TWO = """
layers: {fac: {}, home: {}, water: {}}
constraints: [{id: water, title: Water, layer: water, kind: avoid}]
factors:
  children:
    - {id: fac, kind: distance, layer: fac, unit: m, weight: 3, value: {type: linear, worst: 1500, best: 0}}
    - {id: home, kind: distance, layer: home, unit: m, weight: 2, value: {type: linear, worst: 0, best: 900}}
"""
LOCAL = """
layers: {fac: {}, home: {}, water: {}}
constraints: [{id: water, title: Water, layer: water, kind: avoid}]
factors:
  children:
    - {id: fac, kind: distance, layer: fac, unit: m, value: {type: linear, worst: 60, best: 0}}
"""


def run(h, tmp_path, text, layers, **values):
    extent = h.layer("extent", [(h.box_wkt(0, 0, SIDE),)])
    told = h.Feedback()
    values = {"SITES": "memory:", "COUNT": 5, "AREA_MIN_M2": 1300, "AREA_MAX_M2": 1370, "SPACING": 500, **values}
    result = h.run("findsites", told, EXTENT_LAYER=extent, CRITERIA=write(tmp_path, text), LAYERS=layers, **values)
    return result, told.lines


def dense_greedy(score_of, free, side, spacing):
    """Sum of scores of five squares picked one after the other from a dense grid."""
    xs = np.arange(side / 2, SIDE - side / 2, 12.0)
    xy = np.stack(np.meshgrid(xs, xs), -1).reshape(-1, 2) + free.bounds[:2]
    boxes = shapely.box(*(xy - side / 2).T, *(xy + side / 2).T)
    shapely.prepare(free)
    boxes = boxes[shapely.covers(free, boxes)]
    score, total = score_of(boxes), 0.0
    for _ in range(5):
        best = int(np.argmax(score))
        total += score[best]
        score = np.where(shapely.dwithin(boxes, boxes[best], spacing), -1.0, score)
    return total


@pytest.mark.parametrize("text, within", [(TWO, 0.995), (LOCAL, 0.99)])
def test_the_sum_of_scores_is_that_of_a_dense_greedy_search(h, tmp_path, text, within):
    fac, home = points(h, "fac", 1, 12), points(h, "home", 2, 60)
    water = h.layer("water", [(h.box_wkt(x, y, 700),) for x, y in ((500, 500), (3000, 2200), (4500, 4800))])
    result, _ = run(h, tmp_path, text, [fac, home, water])
    ways = [shapely.STRtree(shapes(layer)) for layer in (fac, home)]

    def score_of(boxes):
        near = [tree.query_nearest(boxes, return_distance=True, all_matches=False)[1] for tree in ways]
        if text is LOCAL:
            return np.clip(1 - near[0] / 60, 0, 1) * 100
        return np.clip(1 - near[0] / 1500, 0, 1) * 60 + np.clip(near[1] / 900, 0, 1) * 40

    free = shapely.box(h.X, h.Y, h.X + SIDE, h.Y + SIDE).difference(shapely.union_all(shapes(water)))
    expected = dense_greedy(score_of, free, np.sqrt(1326.0), 500)
    found = [f["score"] for f in result["SITES"].getFeatures()]
    assert len(found) == 5 and sum(found) >= expected * within


def test_sizes_in_the_range_are_searched(h, tmp_path):
    text = """
layers: {}
constraints: []
factors: {children: [{id: size, kind: area, value: {type: linear, worst: 10000, best: 60000}}]}
"""
    result, _ = run(h, tmp_path, text, [], AREA_MIN_M2=10_000, AREA_MAX_M2=60_000, COUNT=3)
    areas = [f["area_m2"] for f in result["SITES"].getFeatures()]
    assert len(areas) == 3 and min(areas) > 59_500 and max(areas) <= 60_000
    small = text.replace("worst: 10000, best: 60000", "worst: 60000, best: 10000")
    result, _ = run(h, tmp_path, small, [], AREA_MIN_M2=10_000, AREA_MAX_M2=60_000, COUNT=3)
    assert max(f["area_m2"] for f in result["SITES"].getFeatures()) < 10_100


def test_existing_facilities_keep_the_spacing(h, tmp_path):
    fac, home = points(h, "fac", 1, 12), points(h, "home", 2, 60)
    water = h.layer("water", [(h.box_wkt(500, 500, 700),)])
    there = points(h, "there", 1, 6)  # the first six of the facilities have a station already
    result, told = run(h, tmp_path, TWO, [fac, home, water], EXISTING=there)
    sites = shapely.get_parts(shapes(result["SITES"]))
    assert len(sites) == 5 and shapely.distance(sites[:, None], shapes(there)[None]).min() >= 500
    assert any("现有设施" in line or "Existing facilities" in line for line in told)


def test_ties_with_what_was_left_out_are_told(h, tmp_path):
    text = TWO.replace("worst: 1500, best: 0", "worst: 90000, best: 80000").replace("best: 900", "best: 0.001")
    fac, home = points(h, "fac", 1, 2), points(h, "home", 2, 2)
    water = h.layer("water", [(h.box_wkt(500, 500, 700),)])
    _, told = run(h, tmp_path, text, [fac, home, water])
    assert any("have the same score as the last" in line or "同分" in line for line in told)
