"""Three hundred made-up projects: blocks, L shapes and roads, most where a county builds, some on purpose
invalid or far out.
"""

from typing import Any

import numpy as np
import shapely
from shapely import affinity

from .county import CENTRE, County

_KINDS = (
    ("标准厂房", "工业用地"), ("安置小区", "城镇住宅用地"), ("农产品冷链中心", "物流仓储用地"),
    ("村级卫生室", "医疗卫生用地"), ("光伏电站", "公用设施用地"), ("小学迁建", "教育用地"),
    ("道路改建", "公路用地"), ("污水提升泵站", "公用设施用地"),
)  # fmt: skip
_PLACES = ("城北", "云溪", "竹坞", "石桥", "东山", "茶园", "新塘", "古街", "溪口", "西坪")


def make_projects(county: County, count: int = 300, seed: int = 11) -> list:
    """Return [(geometry, {XMBH, XMMC, YDXZ, SQDW})]."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(1, count + 1):
        kind, use = _KINDS[rng.integers(len(_KINDS))]
        place = _place(rng, county)
        shape = _road(rng, place) if kind == "道路改建" else _block(rng, place, number)
        name = f"{_PLACES[rng.integers(len(_PLACES))]}{kind}{number}号地块"
        rows.append((shape, {"XMBH": f"XM2026{number:04d}", "XMMC": name, "YDXZ": use, "SQDW": "云溪县某建设单位"}))
    return rows


def _place(rng: np.random.Generator, county: County) -> np.ndarray:
    if rng.random() < 0.75:  # near a settlement, where most building is asked for
        town = rng.integers(len(county.towns)) if rng.random() < 0.6 else 0
        return county.towns[town] + rng.normal(0, county.town_radius[town] * 0.9 + 200, 2)
    return CENTRE + rng.uniform(-12_500, 12_500, 2)


def _block(rng: np.random.Generator, place: np.ndarray, number: int) -> Any:
    width, depth = rng.uniform(40, 260, 2)
    if number % 75 == 0:  # a bow-tie, as they come out of hand-typed boundary points
        return shapely.Polygon([place, place + (width, depth), place + (width, 0), place + (0, depth)])
    shape = shapely.box(*place, place[0] + width, place[1] + depth)
    if number % 3 == 0:
        shape = shape.difference(
            shapely.box(place[0] + width * 0.55, place[1] + depth * 0.5, place[0] + width, place[1] + depth)
        )
    if number % 10 == 0 and number % 3:
        shape = shape.difference(affinity.scale(shape, 0.3, 0.3))
    return _rounded(affinity.rotate(shape, rng.uniform(0, 90)))


def _road(rng: np.random.Generator, place: np.ndarray) -> Any:
    steps = np.cumsum(rng.normal((120, 40), (40, 60), (12, 2)), axis=0)
    return _rounded(
        shapely.buffer(shapely.LineString(place + steps), rng.uniform(8, 16), cap_style="flat", join_style="mitre")
    )


def _rounded(shape: Any) -> Any:
    return shapely.set_precision(shape, 0.001)
