"""Projects against one huge red line: through `Windows` and against the undivided multipolygon, same answers, seconds of both.

usage: python tests/bench/windows.py [PROJECTS] [REDLINE.gpkg]      (1,000 and a generated multipolygon of a million vertices)
"""

import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = np.array([500_000.0, 3_350_000.0])
PLAIN = 100  # projects that meet the undivided geometry: it takes a tenth of a second each
BLOCKS = 16


def fractal_land(cells, depth, size=220.0, seed=1):
    """A MultiPolygon with shared-corner parts, ponds, islands in ponds and slivers: `cells`² cells of `size` m, 45 % of them land.

    Every cell edge is a fractal of 2^depth segments, vertices on 0.1 mm as surveys give them.
    """
    random = np.random.default_rng(seed)
    steps = np.arange(cells + 1)
    nodes = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1) * size
    nodes = nodes + random.uniform(-0.12, 0.12, nodes.shape) * size
    across, up = (_fractal(a, b, depth, random) for a, b in ((nodes[:-1], nodes[1:]), (nodes[:, :-1], nodes[:, 1:])))
    column, row = (index.ravel() for index in np.meshgrid(steps[:-1], steps[:-1], indexing="ij"))
    sides = (across[column, row], up[column + 1, row], across[column, row + 1][:, ::-1], up[column, row][:, ::-1])
    land = shapely.polygons(np.concatenate([side[:, :-1] for side in sides], axis=1) + ORIGIN)
    height = random.normal(size=(cells, cells))
    for _ in range(2):
        height = height + sum(np.roll(height, step, axis) for step in (1, -1) for axis in (0, 1)) / 2
    land = land[(height > np.quantile(height, 0.55)).ravel() & shapely.is_valid(land)]
    centres = shapely.centroid(land)
    ponds = random.uniform(size=len(land)) < 0.15
    islands = ponds & (random.uniform(size=len(land)) < 0.5)
    land[ponds] = shapely.difference(land[ponds], shapely.buffer(centres[ponds], size * 0.25))
    slivers = shapely.buffer(shapely.LineString([(0, 0), (size * 5, size / 9)]), 0.02)
    slivers = [
        shapely.transform(slivers, lambda xy, at=at: xy + at) for at in shapely.get_coordinates(centres[:: cells * 2])
    ]
    return shapely.union_all(np.concatenate([land, shapely.buffer(centres[islands], size * 0.1), slivers]))


def _fractal(start, end, depth, random):
    """Lines (..., 2^depth + 1, 2) between points (..., 2), by displaced midpoints."""
    line = np.stack([start, end], axis=-2)
    for _ in range(depth):
        step = np.diff(line, axis=-2)
        aside = np.stack([-step[..., 1], step[..., 0]], axis=-1) * random.uniform(-0.09, 0.09, (*step.shape[:-1], 1))
        finer = np.empty((*line.shape[:-2], 2 * line.shape[-2] - 1, 2))
        finer[..., ::2, :], finer[..., 1::2, :] = line, line[..., :-1, :] + step / 2 + aside
        line = finer
    return np.round(line, 4)


def projects_over(geometry, count, seed=2):
    """Valid projects in spatial order, as the engine takes them: six parcels of 1,000 m2 to 20 ha, then one 20 m corridor of up to 6 km."""
    random = np.random.default_rng(seed)
    low, high = np.split(shapely.bounds(geometry), 2)
    centres = low + random.uniform(size=(count, 2)) * (high - low)
    column, row = ((centres - low) / (high - low) * BLOCKS).astype(int).T
    centres = centres[np.lexsort((np.where(column % 2, -row, row), column))]
    made = []
    for number, (centre, area) in enumerate(zip(centres, np.exp(random.uniform(np.log(1e3), np.log(2e5), count)))):
        turn = random.uniform(0, np.pi)
        if number % 7 == 6:
            half = np.array([np.cos(turn), np.sin(turn)]) * min(area / 40, 3000)
            made.append(shapely.buffer(shapely.LineString([centre - half, centre + half]), 10, cap_style="flat"))
            continue
        angles = turn + np.linspace(0, 2 * np.pi, random.integers(8, 120), endpoint=False)
        radii = np.sqrt(area / np.pi) * np.exp(random.normal(0, 0.05, len(angles)))
        made.append(shapely.Polygon(centre + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)))
    return np.array(made, dtype=object)


def read(path):
    """The union of the first table of a GeoPackage of polygons: one feature as it is."""
    with sqlite3.connect(path) as database:
        table, column = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchone()
        blobs = [row[0] for row in database.execute(f'SELECT "{column}" FROM "{table}"')]  # noqa: S608 (names from the file's own list)
    header = [8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7] for blob in blobs]
    shapes = shapely.from_wkb([blob[start:] for blob, start in zip(blobs, header)])
    return shapely.make_valid(shapes[0] if len(shapes) == 1 else shapely.union_all(shapes))


def through_windows(projects, geometry):
    """Pieces, and seconds of making the windows, of the local views, of the intersections."""
    from onemap.plugin.core.land.windows import Windows

    marks = [time.perf_counter()]
    windows = Windows(geometry)
    marks.append(time.perf_counter())
    local = np.array([windows.local(box) for box in shapely.bounds(projects)], dtype=object)
    marks.append(time.perf_counter())
    shapely.prepare(projects)
    meets = shapely.intersects(projects, local)
    pieces = np.full(len(projects), shapely.Polygon(), dtype=object)
    pieces[meets] = shapely.intersection(projects[meets], local[meets])
    marks.append(time.perf_counter())
    return pieces, np.diff(marks)


def undivided(projects, geometry):
    started = time.perf_counter()
    shapely.prepare(projects)
    pieces = np.full(len(projects), shapely.Polygon(), dtype=object)
    meets = shapely.intersects(projects, geometry)
    pieces[meets] = shapely.intersection(projects[meets], geometry)
    return pieces, time.perf_counter() - started


def main(count=1000, redline=None):
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    geometry = read(redline) if redline else fractal_land(226, 5)
    rings, vertices = shapely.get_num_interior_rings(shapely.get_parts(geometry)), shapely.get_num_coordinates(geometry)
    print(f"{vertices:,} vertices, {len(rings):,} parts, {rings.sum():,} holes; {int(count):,} projects")
    projects = projects_over(geometry, int(count))
    mine, seconds = through_windows(projects, geometry)
    print("windows {:.2f} s + local views {:.2f} s + intersections {:.2f} s = {:.2f} s".format(*seconds, seconds.sum()))
    some = np.unique(np.linspace(0, len(projects) - 1, PLAIN).astype(int))
    plain, whole = undivided(projects[some], geometry)
    whole *= len(projects) / len(some)
    print(f"undivided, prepared projects: {whole:.2f} s (from {len(some)} of them): {whole / seconds.sum():.1f} x ours")
    error = np.abs(shapely.area(plain) - shapely.area(mine[some])).max()
    same = shapely.equals_exact(shapely.normalize(plain), shapely.normalize(mine[some]), 0.0).mean()
    print(f"areas differ by at most {error:.1e} m2; {same:.0%} of the pieces equal bit by bit")
    if error > 0.01:
        sys.exit("areas differ")


if __name__ == "__main__":
    main(*sys.argv[1:])
