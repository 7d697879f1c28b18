"""Numbers of site selection worked out again without the plugin: shapely, GDAL's arrays and PROJ's geodesic alone."""

import numpy as np
import pytest
import shapely
from onemap.tests.support.siting import raster, shapes, write
from pyproj import Geod, Transformer

CELL, CELLS, SIDE = 10.0, 140, 1200.0
TEXT = """
layers: {farm: {}, road: {}, dem: {}}
constraints:
  - {id: farm, title: Farm, layer: farm, kind: avoid}
  - {id: keep, title: Off the road, layer: road, kind: min_distance, distance_m: 40}
  - {id: steep, title: Slope, layer: dem, kind: slope, max: 8, unit: degree}
factors:
  children:
    - {id: road, kind: distance, layer: road, unit: m, weight: 3, value: {type: linear, worst: 900, best: 0}}
    - {id: slope, kind: slope, layer: dem, unit: degree, weight: 2, value: {type: linear, worst: 12, best: 0}}
    - {id: size, kind: area, unit: m2, weight: 1, value: {type: linear, worst: 2000, best: 9000}}
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


@pytest.fixture
def land(h, tmp_path):
    """(farms, road, parcels, heights by row from the north, layers) of a made-up square."""
    rng = np.random.default_rng(18)
    corners = rng.uniform(0, SIDE - 200, (9, 2)) + [h.X, h.Y]
    farms = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 170, corners[:, 1] + 130)
    road = shapely.linestrings([[h.X - 50, h.Y + 300], [h.X + 500, h.Y + 520], [h.X + 1300, h.Y + 700]])
    at = rng.uniform(0, SIDE - 100, (60, 2)) + [h.X, h.Y]
    sizes = rng.uniform(40, 95, (60, 2))
    parcels = shapely.box(at[:, 0], at[:, 1], *(at + sizes).T)
    x, y = np.meshgrid(np.arange(CELLS) * CELL, np.arange(CELLS) * CELL)
    heights = (100 + 25 * np.sin(x / 160) * np.cos(y / 210)).astype("f4")
    dem = raster(tmp_path / "dem.tif", heights, CELL, h.X - 100, h.Y + 1300, 4549)
    layers = [
        h.layer("farm", [(shape.wkt,) for shape in farms]),
        h.layer("road", [(road.wkt,)], kind="LineString"),
        dem,
    ]
    return farms, road, parcels, heights, layers


def geodesic_m2(shape):
    """Area on the ellipsoid by PROJ, its edges cut every 10 m."""
    to_degrees = Transformer.from_crs(4549, 4490, always_xy=True)
    total = 0.0
    for part in shapely.get_parts(shapely.segmentize(shape, 10.0)):
        for ring, sign in [(part.exterior, 1), *((inner, -1) for inner in part.interiors)]:
            longitude, latitude = to_degrees.transform(*np.array(ring.coords).T)
            total += sign * abs(Geod(ellps="GRS80").polygon_area_perimeter(longitude, latitude)[0])
    return total


def mean_slope(heights, shape, left, top):
    """Horn's formula on the 3 x 3 cells, mean over the cells whose middle lies inside."""
    z = np.pad(heights.astype(float), 1, mode="edge")
    n, m = heights.shape

    def cells(row, column):
        return z[1 + row : 1 + row + n, 1 + column : 1 + column + m]

    east = (cells(-1, 1) + 2 * cells(0, 1) + cells(1, 1)) - (cells(-1, -1) + 2 * cells(0, -1) + cells(1, -1))
    south = (cells(1, -1) + 2 * cells(1, 0) + cells(1, 1)) - (cells(-1, -1) + 2 * cells(-1, 0) + cells(-1, 1))
    slope = np.degrees(np.arctan(np.hypot(east, south) / (8 * CELL)))
    x = left + (np.arange(m) + 0.5) * CELL
    y = top - (np.arange(n) + 0.5) * CELL
    inside = shapely.contains_xy(shape, *np.meshgrid(x, y))
    return slope[inside].mean()


def recomputed(h, land):
    """{key: (m2, m2 of farm, metres, degrees, score, kept)} of every parcel."""
    farms, road, parcels, heights, _ = land
    whole, found = shapely.union_all(farms), {}
    for number, parcel in enumerate(parcels):
        area, taken = geodesic_m2(parcel), shapely.intersection(parcel, whole)
        farm = geodesic_m2(taken) if taken.area else 0.0
        metres, slope = shapely.distance(parcel, road), mean_slope(heights, parcel, h.X - 100, h.Y + 1300)
        parts = 3 * (1 - metres / 900), 2 * (1 - slope / 12), (area - 2000) / 7000
        score = sum(np.clip(p, 0, w) for p, w in zip(parts, (3, 2, 1))) / 6 * 100
        found[f"P{number}"] = area, farm, metres, slope, score, farm <= 1 and metres >= 40 and slope <= 8
    return found


def mistakes(truth, kept, rejected):
    """What of (key, m2, farm, metres, degrees, score) rows, best first, is not so."""
    wrong = [f"{key} is out" for key in truth if truth[key][5] and key not in {row[0] for row in kept}]
    wrong += [f"{key} is in" for key, *_ in kept if not truth[key][5]]
    wrong += [f"{key} is lost" for key in truth if key not in {row[0] for row in kept} | set(rejected)]
    for key, *numbers in kept:
        close = np.isclose(numbers, truth[key][:5], rtol=1e-6, atol=[0.02, 0.02, 0.01, 0.01, 0.05])
        wrong += [
            f"{key} {name}" for name, good in zip(("area", "farm", "metres", "slope", "score"), close) if not good
        ]
    order = [key for key, *_ in kept]
    ranked = sorted(order, key=lambda key: -truth[key][4])
    gaps = [abs(truth[a][4] - truth[b][4]) for a, b in zip(order, ranked)]
    return wrong + (["order"] if max(gaps, default=0) > 0.05 else [])


def selected(h, tmp_path, land):
    parcels = h.layer("cand", [(p.wkt, f"P{n}") for n, p in enumerate(land[2])], "XMBH:string")
    values = {"CRITERIA": write(tmp_path, TEXT), "LAYERS": land[4], "SITES": "memory:", "REJECTED": "memory:"}
    told = h.Feedback()
    result = h.run("selectsites", told, CANDIDATES=parcels, CANDIDATE_KEY="XMBH", **values)
    names = ("site_key", "area_m2", "c_farm", "road_raw", "slope_raw", "score")
    rows = sorted(result["SITES"].getFeatures(), key=lambda f: f["rank"])
    return [tuple(f[n] for n in names) for f in rows], [f["site_key"] for f in result["REJECTED"].getFeatures()]


def test_what_selectsites_tells_is_so(h, tmp_path, land):
    kept, rejected = selected(h, tmp_path, land)
    assert len(kept) > 5 and len(rejected) > 5
    truth = recomputed(h, land)
    assert mistakes(truth, kept, rejected) == []
    # and it would be seen if it were not
    key, *numbers = kept[0]
    for at, name in enumerate(("area", "farm", "metres", "slope", "score")):
        changed = [v + (1.0 if n == at else 0.0) for n, v in enumerate(numbers)]
        assert f"{key} {name}" in mistakes(truth, [(key, *changed), *kept[1:]], rejected)
    assert "order" in mistakes(truth, kept[::-1], rejected)
    assert f"{key} is out" in mistakes(truth, kept[1:], [*rejected, key])
    assert f"{rejected[0]} is lost" in mistakes(truth, kept, rejected[1:])


def test_free_land_is_what_is_left(h, tmp_path, land):
    farms, road, _, _, layers = land
    text = TEXT.replace("  - {id: steep, title: Slope, layer: dem, kind: slope, max: 8, unit: degree}\n", "")
    extent = shapely.box(h.X, h.Y, h.X + SIDE, h.Y + SIDE)
    result = h.run(
        "findsites",
        EXTENT_LAYER=h.layer("extent", [(extent.wkt,)]),
        CRITERIA=write(tmp_path, text),
        LAYERS=layers,
        AREA_MIN_M2=3000,
        AREA_MAX_M2=3100,
        SITES="memory:",
        COUNT=3,
    )
    free = extent - shapely.union_all(farms) - road.buffer(40, quad_segs=256)
    assert result["FREE_M2"] == pytest.approx(geodesic_m2(free), rel=3e-4)
    sites = shapely.get_parts(shapes(result["SITES"]))
    assert len(sites) == 3 and (shapely.area(shapely.intersection(sites, free)) >= shapely.area(sites) - 0.5).all()
    for feature, site in zip(result["SITES"].getFeatures(), sites):
        assert feature["area_m2"] == pytest.approx(geodesic_m2(site), abs=0.02)
        assert feature["road_raw"] == pytest.approx(shapely.distance(site, road), abs=0.01)
