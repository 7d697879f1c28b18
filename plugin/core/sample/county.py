"""A made-up county, drawn from a seed: boundary, river, roads, settlements, about 20,000 parcels. EPSG:4549, metres.

Nothing here is a real place: 云溪县 and its code 339901 exist nowhere.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

CODE, NAME, EPSG = "339901", "云溪县", 4549
CENTRE = np.array([470_000.0, 3_330_000.0])
_RADIUS = 17_000.0
_PARCELS = 20_000
_CLASSES = {
    "0101": "水田", "0103": "旱地", "0201": "果园", "0202": "茶园", "0301": "乔木林地", "0302": "竹林地",
    "0404": "其他草地", "0601": "工业用地", "0701": "城镇住宅用地", "0702": "农村宅基地", "0809": "公用设施用地",
    "1003": "公路用地", "1006": "农村道路", "1101": "河流水面", "1104": "坑塘水面", "1202": "设施农用地",
}  # fmt: skip


@dataclass
class County:
    """Geometries of the made-up county; `parcels` and `codes` are parallel arrays."""

    boundary: Any
    river: Any
    roads: Any
    towns: np.ndarray
    town_radius: np.ndarray
    hills: Any
    parcels: np.ndarray
    codes: np.ndarray


def class_name(code: str) -> str:
    """The Chinese name of a land-use code."""
    return _CLASSES[code]


def make_county(seed: int = 20260101, parcels: int = _PARCELS) -> County:
    """Return the County of a seed with about so many parcels; the same seed gives the same county."""
    rng = np.random.default_rng(seed)
    boundary = _blob(rng, CENTRE, _RADIUS, 0.22, 240)
    river = shapely.buffer(_winding(rng, (-21_000, -6_000), (21_000, 7_000), 1_600), 60).intersection(boundary)
    roads = shapely.union_all([_winding(rng, a, b, 900) for a, b in _ROADS]).intersection(boundary)
    towns, radius = _towns(rng, boundary)
    hills = shapely.union_all([_blob(rng, CENTRE + np.array(at), r, 0.3, 60) for at, r in _HILLS])
    land = _tessellate(rng, boundary, towns, radius, parcels)
    land, codes = _classify(rng, land, _Terrain(river, roads, towns, radius, hills))
    return County(boundary, river, roads, towns, radius, hills, land, codes)


_ROADS = (
    ((-20_000, 4_000), (20_000, -3_000)),
    ((-3_000, -20_000), (4_000, 20_000)),
    ((-16_000, -12_000), (15_000, 13_000)),
)
_HILLS = (((-9_000, 9_500), 6_500), ((9_500, -9_000), 5_800), ((-11_500, -9_500), 4_200), ((11_000, 10_500), 4_600))


def _blob(rng: np.random.Generator, centre: Any, radius: float, wobble: float, vertices: int) -> shapely.Polygon:
    """A closed wavy outline around a centre."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    size = np.ones(vertices)
    for k in range(2, 9):
        size += wobble / k * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    return shapely.Polygon(
        np.round(centre + radius * size[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), 4)
    )


def _winding(rng: np.random.Generator, start: Any, end: Any, swing: float, steps: int = 160) -> shapely.LineString:
    """A line from start to end (offsets from the centre) that winds with a given swing in metres."""
    t = np.linspace(0, 1, steps)
    start, end = np.array(start, float), np.array(end, float)
    across = np.array([-(end - start)[1], (end - start)[0]]) / np.hypot(*(end - start))
    sway = sum(swing / k * np.sin(2 * np.pi * k * t * 1.5 + rng.uniform(0, 6)) for k in (1, 2, 3, 5))
    return shapely.LineString(np.round(CENTRE + start + (end - start) * t[:, None] + across * sway[:, None], 4))


def _towns(rng: np.random.Generator, boundary: shapely.Polygon) -> tuple[np.ndarray, np.ndarray]:
    """The county town at the centre and some forty villages inside the boundary; radii in metres."""
    points = CENTRE + rng.uniform(-_RADIUS, _RADIUS, (90, 2))
    inside = points[shapely.contains_xy(boundary.buffer(-1_500), points[:, 0], points[:, 1])][:45]
    return np.vstack([CENTRE, inside]), np.concatenate([[2_600], rng.uniform(180, 520, len(inside))])


def _tessellate(
    rng: np.random.Generator, boundary: shapely.Polygon, towns: np.ndarray, radius: np.ndarray, count: int
) -> np.ndarray:
    """Voronoi cells of scattered seeds, denser in settlements, cut to the boundary: neighbours share their
    edges exactly.
    """
    left, low, right, top = boundary.bounds
    points = rng.uniform((left, low), (right, top), (int(count * 1.05), 2))
    dense = [towns[i] + rng.normal(0, radius[i] * 0.6, (max(int(radius[i] / 6), 20), 2)) for i in range(len(towns))]
    points = np.round(np.vstack([points, *dense]), 1)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=boundary.envelope))
    cells = shapely.set_precision(cells, 0.0001)
    inside = shapely.contains_properly(boundary, cells)
    edge = shapely.intersection(cells[~inside & shapely.intersects(boundary, cells)], boundary)
    parcels = np.concatenate([cells[inside], shapely.get_parts(edge)])
    return parcels[shapely.area(parcels) > 50]


@dataclass(frozen=True)
class _Terrain:
    """What decides on the use of the land: water, roads, towns with their radius, hills."""

    river: Any
    roads: Any
    towns: np.ndarray
    radius: np.ndarray
    hills: Any


def _classify(rng: np.random.Generator, parcels: np.ndarray, terrain: _Terrain) -> tuple[np.ndarray, np.ndarray]:
    """Land-use code of every parcel by where it lies; the river and the roads are cut out of the parcels they cross."""
    strips = [(shapely.union_all(terrain.river), "1101"), (shapely.buffer(terrain.roads, 12), "1003")]
    middle = shapely.get_coordinates(shapely.centroid(parcels))
    codes = np.where(
        rng.random(len(parcels)) < 0.72, "0101", rng.choice(["0103", "0201", "1104", "1202", "1006"], len(parcels))
    )
    on_hill = shapely.contains_xy(terrain.hills, middle[:, 0], middle[:, 1])
    codes[on_hill] = rng.choice(["0301", "0301", "0301", "0302", "0202", "0404"], on_hill.sum())
    gap = np.hypot(*(middle[:, None] - terrain.towns[None]).transpose(2, 0, 1))
    for town in range(len(terrain.towns)):
        near = gap[:, town] < terrain.radius[town]
        kinds = ["0701", "0701", "0601", "0809"] if town == 0 else ["0702"]
        codes[near] = rng.choice(kinds, near.sum())
    for strip, code in strips:
        parcels, codes = _carve(parcels, codes, strip, code)
    return parcels, codes


def _carve(parcels: np.ndarray, codes: np.ndarray, strip: Any, code: str) -> tuple[np.ndarray, np.ndarray]:
    shapely.prepare(strip)
    hit = shapely.intersects(strip, parcels)
    inside = shapely.get_parts(shapely.intersection(parcels[hit], strip))
    outside, owner = shapely.get_parts(shapely.difference(parcels[hit], strip), return_index=True)
    pieces = np.concatenate([parcels[~hit], outside, inside])
    names = np.concatenate([codes[~hit], codes[hit][owner], np.full(len(inside), code)])
    keep = (shapely.get_type_id(pieces) == 3) & (shapely.area(pieces) > 5)
    return pieces[keep], names[keep]
