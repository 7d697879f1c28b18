"""The county town of the made-up county for the check of heights: 2,000 buildings, a design, views, zones, an airport.

Levels are metres of the 1985 datum; the ground is a formula, so that terrain and buildings agree.
"""

from typing import Any

import numpy as np
import shapely
from shapely import affinity

from .county import CENTRE, County

Row = tuple[Any, dict[str, Any]]
COUNT = 2_000
_HILLS = (
    (-700.0, 3_900.0, 210.0, 900.0),
    (900.0, 4_700.0, 260.0, 1_200.0),
    (2_900.0, 3_300.0, 150.0, 700.0),
    (-3_300.0, 2_700.0, 170.0, 800.0),
)  # fmt: skip  (east, north, height, breadth)
_MOUND = (1_150.0, 900.0, 26.0, 90.0)  # the hill in the town that the pagoda stands on
_REACH = 1_750.0
_BLOCK, _LANE, _AVENUE = 92.0, 14.0, 30.0
_CELL, _SIZE = 10.0, 12_000.0
_TURN = 8.0


def ground(xy: np.ndarray) -> np.ndarray:
    """Level of the ground at points of the plane."""
    east, north = xy[:, 0] - CENTRE[0], xy[:, 1] - CENTRE[1]
    level = 11.0 + north * 0.0012 + 1.5 * np.sin(east / 700) * np.cos(north / 900)
    for x, y, height, breadth in (*_HILLS, _MOUND):
        level += height * np.exp(-((east - x) ** 2 + (north - y) ** 2) / (2 * (breadth / 1.5) ** 2))
    return level


def terrain() -> tuple[np.ndarray, float, float, float]:
    """(levels from north to south, left, top, cell) of the ground around the town."""
    half, count = _SIZE / 2, int(_SIZE / _CELL)
    left, top = CENTRE[0] - half, CENTRE[1] + half
    x, y = np.meshgrid(left + (np.arange(count) + 0.5) * _CELL, top - (np.arange(count) + 0.5) * _CELL)
    levels = ground(np.column_stack([x.ravel(), y.ravel()])).reshape(count, count)
    return levels, left, top, _CELL


def make_town(county: County, seed: int = 17) -> dict[str, list[Row]]:
    """{layer: [(geometry, attributes)]} of the town."""
    rng = np.random.default_rng(seed)
    parcels, design = _design(rng)
    taken = shapely.union_all([*(shape for shape, _ in parcels), shapely.buffer(shapely.union_all(county.river), 15)])
    roads = shapely.buffer(county.roads, 14)
    squares = [shape.buffer(55) for shape, _ in _viewpoints()]
    kept_free = [shape for shape, _ in _corridors()]
    return {
        "JZW": _buildings(rng, shapely.union_all([taken, roads, _park(), *squares, *kept_free])),
        "FAJZW": design,
        "YG_XMYDFW": parcels,
        "ZXCQJZGDFQ": _zones(),
        "ZXCQSXTL": _corridors(),
        "SD": _viewpoints(),
        "SXMB": _targets(),
        "PD": [_runway()],
    }


def _at(east: float, north: float) -> np.ndarray:
    return CENTRE + (east, north)


def _circle(east: float, north: float, radius: float) -> Any:
    return shapely.set_precision(shapely.Point(_at(east, north)).buffer(radius), 0.001)


def _park() -> Any:
    return _circle(_MOUND[0], _MOUND[1], 130.0)


def _buildings(rng: np.random.Generator, taken: Any) -> list[Row]:
    """Rows of houses in street blocks, low in the old town, high along the avenues; some with nothing but floors, some
    with what offices really hand in: no height, 9999, "6+1"."""
    shapely.prepare(taken)
    rows: list[Row] = []
    for east, north in _sites(rng):
        shape = _house(rng, east, north)
        if len(rows) == COUNT:
            break
        if not shapely.intersects(taken, shape):
            rows.append((shape, _attributes(rng, len(rows) + 1, (east, north), shape)))
    return rows


def _sites(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Middles of houses: street blocks of the town, each in three rows of four, nearest the centre first."""
    step, found = _BLOCK + _LANE, []
    count = int(_REACH / step)
    for i in range(-count, count + 1):
        for j in range(-count, count + 1):
            origin = np.array([i, j]) * step + np.sign((i, j)) * _AVENUE / 2
            for u in (-34.5, -11.5, 11.5, 34.5):
                for v in (-31.0, 0.0, 31.0):
                    if rng.random() < 0.82:
                        found.append(tuple(origin + (u, v)))
    turn = np.radians(_TURN)
    turned = np.array(found) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    order = np.argsort(np.hypot(*turned.T) + rng.normal(0, 60, len(turned)))
    return [(float(x), float(y)) for x, y in turned[order]]


def _house(rng: np.random.Generator, east: float, north: float) -> Any:
    width, depth = rng.uniform(12, 19), rng.uniform(10, 15)
    shape = shapely.box(-width / 2, -depth / 2, width / 2, depth / 2)
    if rng.random() < 0.25:
        shape = shape.difference(shapely.box(width * 0.1, depth * 0.05, width, depth))
    shape = affinity.rotate(shape, _TURN + rng.normal(0, 1.5), origin=(0, 0))
    return shapely.set_precision(affinity.translate(shape, *_at(east, north)), 0.001)


def _attributes(rng: np.random.Generator, number: int, place: tuple[float, float], shape: Any) -> dict[str, Any]:
    away = float(np.hypot(place[0] + 600, place[1] - 500))  # from the old street
    floors = int(np.clip(rng.normal(3 if away < 600 else 6, 1.2), 2, 11))
    if away > 700 and rng.random() < 0.03:
        floors = int(rng.integers(14, 27))
    height: Any = round(floors * rng.uniform(2.9, 3.3) + rng.uniform(0.5, 1.5), 1)
    message: Any = str(floors)
    if number % 7 == 0:
        height = None  # known by its floors alone
    if number % 400 == 0:
        height, message = (9999.0, message) if number % 800 == 0 else (None, f"{floors}+1")
    middle = shapely.get_coordinates(shape.centroid)
    base = round(float(ground(middle)[0]), 2) if number % 3 == 0 else None
    return {"JZBH": f"JZ{number:05d}", "JZGD": height, "CS": message, "SWDPBG": base}


def _design(rng: np.random.Generator) -> tuple[list[Row], list[Row]]:
    """(parcels with their conditions, the buildings that a designer hands in on them)."""
    parcels: list[Row] = []
    buildings: list[Row] = []
    places = (
        ("云溪壹号地块", 370.0, 60.0, 54.0),
        ("古街北地块", -430.0, 760.0, 24.0),
        ("溪南商务地块", 700.0, -640.0, 80.0),
    )
    for name, east, north, highest in places:
        shape = affinity.rotate(shapely.box(*_at(east, north), *_at(east + 170, north + 130)), _TURN)
        shape = shapely.set_precision(shape, 0.001)
        conditions = {"RJLGX": 2.6, "JZGDGX": highest, "JZMDGX": 32.0, "LDLDX": 30.0, "JZTX": "退让用地红线8米"}
        parcels.append((shape, {"MC": name, **conditions}))
        corner, turn = shapely.get_coordinates(shape.centroid)[0], np.radians(_TURN)
        for number, (u, v) in enumerate((u, v) for u in (-58, -19, 19, 58) for v in (-34, 12)):
            middle = corner + (u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn))
            block = affinity.rotate(shapely.box(*(middle - (11, 8)), *(middle + (11, 8))), _TURN)
            height = round(float(highest * rng.uniform(0.75, 1.08)), 1)
            base = round(float(ground(middle[None])[0]), 2)
            key = f"{name[:2]}{number + 1}#"
            values = {"JZBH": key, "JZGD": height, "CS": str(max(int(height // 3), 1)), "SWDPBG": base}
            buildings.append((shapely.set_precision(block, 0.001), values))
    return parcels, buildings


def _zones() -> list[Row]:
    """Height zones in rings around the old street, the pagoda's surroundings, and the rest of the town."""
    core, control = _circle(-600, 500, 330), _circle(-600, 500, 620)
    around, town = _circle(_MOUND[0], _MOUND[1], 380), _circle(0, 0, 2_100)
    strict = shapely.union_all([control, around])
    rows = [
        (core, "古街核心保护范围", 12.0, "云溪古街保护规划第8条：核心保护范围内新建建筑檐口不高于12米"),
        (shapely.difference(control, core), "古街建设控制地带", 18.0, "云溪古街保护规划第9条"),
        (shapely.difference(around, control), "云溪塔风貌协调区", 24.0, "云溪县城总体城市设计第21条"),
        (shapely.difference(town, strict), "城区一般高度区", 60.0, "云溪县城总体城市设计第18条"),
    ]
    return [(shape, {"MC": name, "JZGDGX": limit, "GKYQ": clause}) for shape, name, limit, clause in rows]


def _viewpoints() -> list[Row]:
    rows: tuple[tuple[str, float, float, str, Any, Any, float], ...] = (
        ("云溪桥头", -250.0, -560.0, "云溪塔", None, None, 8.0),
        ("古街城楼", -600.0, 160.0, "云溪塔", None, None, 12.0),
        ("滨水公园观景台", 150.0, -900.0, "云溪塔", 330.0, 30.0, 30.0),
    )
    return [
        (shapely.Point(_at(east, north)), {"MC": name, "YG": eye, "MB": aim, "FWQ": start, "FWZ": stop, "GCJZ": "1985"})
        for name, east, north, aim, start, stop, eye in rows
    ]


def _targets() -> list[Row]:
    base = float(ground(_at(_MOUND[0], _MOUND[1])[None])[0])
    shape = shapely.set_precision(_circle(_MOUND[0], _MOUND[1], 7.0).simplify(0.5), 0.001)
    level = {"BG": round(base + 12.0, 2), "DBG": round(base + 36.0, 2), "BJJL": 600.0, "GCJZ": "1985"}
    return [(shape, {"MC": "云溪塔", **level, "GKYQ": "云溪县城总体城市设计第25条：塔身三分之二以上可见"})]


def _corridors() -> list[Row]:
    """The two views to the pagoda as a plan draws them: strips of 60 m, from 20 m in front of the viewpoints."""
    rows = []
    for name, east, north in (("桥头—云溪塔视线通廊", -250.0, -560.0), ("古街—云溪塔视线通廊", -600.0, 160.0)):
        line = shapely.LineString([_at(east, north), _at(_MOUND[0], _MOUND[1])])
        strip = shapely.set_precision(shapely.buffer(line, 30, cap_style="flat"), 0.001)
        rows.append((strip, {"MC": name, "GKYQ": "云溪县城总体城市设计第25条"}))
    return rows


def _runway() -> Row:
    line = shapely.LineString([_at(-6_600, -4_300), _at(-4_400, -3_300)])
    level = round(float(ground(_at(-5_500, -3_800)[None])[0]), 2)
    return line, {"MC": "云溪通用机场", "BG": level, "GCJZ": "1985"}
