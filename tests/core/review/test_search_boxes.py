"""The boxes that projects are searched with hold all of their land, also where long thin ones are cut into strips."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.review.projects import Projects


def thin(seed, count=6):
    """Crooked roads, some in two parts, some with a hole."""
    dice = np.random.default_rng(seed)
    for number in range(count):
        steps = np.cumsum(
            dice.normal((30, 55)[number % 2], 40, (dice.integers(2, 30), 2)) * (1, dice.uniform(-1, 1)), 0
        )
        road = shapely.LineString(steps + (500_000, 3_350_000)).buffer(dice.uniform(0.5, 8))
        if number % 3 == 1:
            road = road.difference(road.centroid.buffer(2))
        if number % 3 == 2:
            road = shapely.union(road, shapely.transform(road, lambda xy: xy + (0, 900)))
        yield road


@pytest.mark.parametrize("seed", range(12))
def test_all_land_lies_in_the_boxes(seed):
    geometries = np.array(list(thin(seed)), dtype=object)
    projects = Projects([str(n) for n in range(len(geometries))], geometries, np.ones(len(geometries)))
    for number, geometry in enumerate(geometries):
        boxes, owners = projects.search_boxes(np.array([number]))
        assert len(boxes) and not owners.any()
        points = shapely.get_coordinates(shapely.segmentize(geometry, 0.7))
        inside = (points[:, None] >= boxes[None, :, :2]).all(axis=2) & (points[:, None] <= boxes[None, :, 2:]).all(
            axis=2
        )
        assert inside.any(axis=1).all()
        rest = shapely.difference(geometry, shapely.union_all(shapely.box(*boxes.T)))
        assert rest.area < 1e-3


def test_boxes_of_some_projects_are_those_of_each():
    geometries = np.array([*thin(3), shapely.box(0, 0, 5, 5)], dtype=object)
    projects = Projects([str(n) for n in range(len(geometries))], geometries, np.ones(len(geometries)))
    chosen = np.array([0, 2, len(geometries) - 1])
    boxes, owners = projects.search_boxes(chosen)
    for at, number in enumerate(chosen):
        alone, _ = projects.search_boxes(np.array([number]))
        assert boxes[owners == at].tolist() == alone.tolist()
    assert owners.tolist() == sorted(owners.tolist()) and (owners == 2).sum() == 1
