"""Skylines: bins against a ray each, ridges overtopped, the skyline of a scene against gdal_viewshed."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.settings import default_settings
from onemap.plugin.core.heights.sights import Eye
from onemap.plugin.core.heights.skyline import building_silhouette, rises_above, terrain_silhouette
from onemap.plugin.core.heights.terrain import Terrain

SETTINGS = default_settings(azimuth_step_deg=0.5)


def scattered(seed, count=30, reach=400):
    rng = np.random.default_rng(seed)
    shapes, raw = [], []
    for _ in range(count):
        x, y = rng.uniform(-reach, reach, 2)
        if np.hypot(x, y) < 40:
            continue
        block = shapely.box(x, y, x + rng.uniform(6, 30), y + rng.uniform(6, 30))
        shapes.append(shapely.affinity.rotate(block, rng.uniform(0, 90)))
        raw.append(RawBuilding(height=float(rng.uniform(3, 60)), base=float(rng.uniform(-2, 4))))
    return make_buildings(range(len(raw)), map(str, range(len(raw))), np.array(shapes, dtype=object), raw, SETTINGS)


@pytest.mark.parametrize("seed", range(4))
def test_every_bin_is_what_a_ray_meets(seed):
    buildings, eye = scattered(seed), Eye("亭", 3.0, -2.0, 6.0)
    found = building_silhouette(eye, buildings, SETTINGS)
    for number in range(0, len(found.azimuths), 7):
        turn = np.radians(found.azimuths[number])
        ray = shapely.LineString([(3, -2), (3 + 2000 * np.sin(turn), -2 + 2000 * np.cos(turn))])
        angles = [-90.0]
        for row, footprint in enumerate(buildings.footprints):
            met = shapely.get_coordinates(ray.intersection(footprint)) - (3, -2)
            away = np.hypot(*met.T)
            angles += list(np.degrees(np.arctan((buildings.top[row] - 6.0) / away)))
        assert found.angles[number] >= max(angles) - 1e-9  # the ends of edges count in their bins as well
        assert found.angles[number] <= highest_in_bin(buildings, found.azimuths[number]) + 1e-9


def highest_in_bin(buildings, azimuth):
    """The most that any ray of a bin of half a degree may meet."""
    left, right = (np.radians(azimuth + side) for side in (-0.2501, 0.2501))
    corners = [(3, -2), *((3 + 3000 * np.sin(turn), -2 + 3000 * np.cos(turn)) for turn in (left, right))]
    wedge, angles = shapely.Polygon(corners), [-90.0]
    for row, footprint in enumerate(buildings.footprints):
        away = np.hypot(*(shapely.get_coordinates(wedge.intersection(footprint)) - (3, -2)).T)
        angles += list(np.degrees(np.arctan((buildings.top[row] - 6.0) / away)))
        if len(away):
            nearest = shapely.distance(wedge.intersection(footprint), shapely.Point(3, -2))
            angles.append(np.degrees(np.arctan((buildings.top[row] - 6.0) / nearest)))
    return max(angles)


def test_a_ridge_that_is_overtopped():
    """A wall of hills 1,000 m to the north, 100 m high; a tower of 40 m 200 m away shows 80/200 - 90/1000 of a radian."""
    levels = np.zeros((150, 300))
    levels[20:23] = 100.0
    terrain = Terrain(levels, -1500.0, 1225.0, 10.0)
    rows = [
        (shapely.box(-10, 200, 10, 220), 90.0),
        (shapely.box(100, 200, 110, 210), 10.0),
        (shapely.box(-10, -220, 10, -200), 90.0),
    ]
    raw = [RawBuilding(height=height, base=0.0) for _, height in rows]
    buildings = make_buildings(range(3), "abc", np.array([shape for shape, _ in rows], dtype=object), raw, SETTINGS)
    eye = Eye("台", 0.0, 0.0, 10.0)
    ridge = terrain_silhouette(eye, terrain, SETTINGS)
    north = np.argmin(np.abs(ridge.azimuths - 0.25))
    assert ridge.angles[north] == pytest.approx(np.degrees(np.arctan(90 / 1000)), abs=0.05)
    rises = rises_above(ridge, (eye, (330.0, 30.0)), buildings, SETTINGS)
    assert {rise.building for rise in rises} == {0}
    worst = max(rises, key=lambda rise: rise.metres)
    assert worst.metres == pytest.approx(200 * (80 / 200 - 90 / 1000), abs=0.6)
    assert worst.degrees == pytest.approx(np.degrees(np.arctan(0.4) - np.arctan(0.09)), abs=0.1)
    everywhere = rises_above(ridge, (eye, (0.0, 360.0)), buildings, SETTINGS)
    assert {rise.building for rise in everywhere} == {0, 2}


def test_ground_in_sight_agrees_with_gdal_viewshed():
    """A rasterised scene: cells of the ground seen from a tower, by our silhouettes of the buildings in front of each,
    and by gdal_viewshed; outside one cell of edges of buildings and shadows 99.9 % agree."""
    gdal = pytest.importorskip("osgeo.gdal", reason="the viewshed compared with is that of GDAL")
    size, rng = 200, np.random.default_rng(5)
    surface = np.zeros((size, size), dtype=np.float32)
    shapes, heights = [], []
    for _ in range(14):
        column, row = rng.integers(10, 180, 2)
        w, d = rng.integers(4, 14, 2)
        if abs(column + w / 2 - 100) < 22 and abs(row + d / 2 - 100) < 22:
            continue
        shape = shapely.box(column, size - row - d, column + w, size - row)
        if any(shape.distance(other) < 3 for other in shapes):
            continue
        height = float(rng.uniform(5, 18))
        surface[row : row + d, column : column + w] = height
        shapes.append(shape)
        heights.append(height)
    eye = (100.5, 99.5, 30.0)  # the centre of cell (row 100, column 100)
    seen = viewshed(gdal, surface, eye)
    ours = visible(np.array(shapes, dtype=object), np.array(heights), size, eye)
    edge = near_edges(seen) | near_edges(ours) | near_edges(surface > 0)
    compared = ~edge & (surface == 0)
    assert compared.sum() > 0.5 * size * size and (seen[compared] == ours[compared]).mean() >= 0.999
    assert 0.05 < 1 - ours[compared].mean()  # and something is hidden at all


def viewshed(gdal, surface, eye):
    size = len(surface)
    data = gdal.GetDriverByName("MEM").Create("", size, size, 1, gdal.GDT_Float32)
    data.SetGeoTransform((0, 1, 0, size, 0, -1))
    data.GetRasterBand(1).WriteArray(surface)
    made = gdal.ViewshedGenerate(data.GetRasterBand(1), "MEM", "", [], eye[0], eye[1], eye[2], 0.0, 1, 0, 0, -1, 0.0,
                                 gdal.GVM_Edge, 500.0)  # fmt: skip
    return made.ReadAsArray() == 1


def visible(shapes, heights, size, eye):
    """Cells whose middle is seen: no building stands above the ray from the eye to the ground there."""
    x, y = np.meshgrid(np.arange(size) + 0.5, size - np.arange(size) - 0.5)
    away = np.hypot(x - eye[0], y - eye[1])
    hidden = np.zeros((size, size), dtype=bool)
    settings = default_settings(azimuth_step_deg=0.02)
    bins = (np.degrees(np.arctan2(x - eye[0], y - eye[1])) % 360 / 0.02).astype(int)
    for shape, height in zip(shapes, heights):
        one = make_buildings(
            [1], ["a"], np.array([shape], dtype=object), [RawBuilding(height=height, base=0.0)], settings
        )
        angles = np.radians(building_silhouette(Eye("e", eye[0], eye[1], eye[2]), one, settings).angles)
        ground = np.where(angles > np.radians(-89), eye[2] / np.tan(np.maximum(-angles, 1e-6)), np.inf)
        behind = away > shapely.distance(shape, shapely.points(eye[0], eye[1]))
        hidden |= behind & (away < ground[bins]) & (ground[bins] < np.inf)
    return ~hidden


def near_edges(mask):
    found = np.zeros_like(mask, dtype=bool)
    for axis in (0, 1):
        change = np.diff(mask.astype(np.int8), axis=axis) != 0
        for shift in (-1, 0, 1, 2):
            padded = np.zeros_like(found)
            source = np.moveaxis(change, axis, 0)
            target = np.moveaxis(padded, axis, 0)
            rows = np.flatnonzero(np.arange(len(source)) + shift < len(target))
            rows = rows[rows + shift >= 0]
            target[rows + shift] |= source[rows]
            found |= padded
    return found
