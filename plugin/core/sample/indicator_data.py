"""Three years of land use, facilities, statistics and goals of the made-up county, for its indicators."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from .county import CENTRE, CODE, County

Row = tuple[Any, dict[str, Any]]  # geometry, attributes

YEARS = (2023, 2024, 2025)
_TOWNS = ("城关镇", "竹坞镇", "石桥镇", "东山乡", "新塘乡", "溪口乡")
_SETTLED = ("05", "06", "07", "08")
_GROWTH = (0, 0.0008, 0.0014)  # share of the fields built over since the first year, by year


def township_rows(county: County) -> list[Row]:
    """Six townships that part the county: land nearest to the county town and to five villages."""
    seats = np.vstack([county.towns[:1], county.towns[np.argsort(-county.town_radius)[1:6]]])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seats), extend_to=county.boundary.envelope))
    cells = [next(cell for cell in cells if cell.contains(shapely.Point(seat))) for seat in seats]
    return [
        (cell.intersection(county.boundary), {"XZQDM": f"{CODE}{number:03d}", "XZQMC": _TOWNS[number - 1]})
        for number, cell in enumerate(cells, 1)
    ]


def land_rows(county: County, year: int) -> list[Row]:
    """The parcels of a year: every year some fields near settlements were built over."""
    codes = _codes(county, year)
    rows = enumerate(zip(county.parcels, codes, _settlements(county, codes)), 1)
    return [
        (parcel, {"BSM": f"{CODE}0000{i:08d}", "DLBM": code, "CZCSXM": settlement})
        for i, (parcel, code, settlement) in rows
    ]


def _codes(county: County, year: int) -> Any:
    """Fields nearest to the county town go first."""
    codes = county.codes.copy()
    middle = shapely.get_coordinates(shapely.centroid(county.parcels))
    fields = np.flatnonzero(np.isin(codes, ["0101", "0103"]))
    order = fields[np.argsort(np.hypot(*(middle[fields] - county.towns[0]).T), kind="stable")]
    built = order[: int(len(order) * _GROWTH[YEARS.index(year)])]
    codes[built[0::2]], codes[built[1::2]] = "0601", "0701"
    return codes


def _settlements(county: County, codes: Any) -> list[str]:
    """The attribute 城镇村属性码 of every parcel: the county town is urban, all other built land a village's."""
    town = shapely.distance(county.parcels, shapely.Point(county.towns[0])) < county.town_radius[0] * 1.3
    return [
        "" if code[:2] not in _SETTLED else "203" if not urban else "201A" if code == "0601" else "201"
        for code, urban in zip(codes.tolist(), town.tolist())
    ]


def facility_layers(county: County, year: int, seed: int = 5) -> dict[str, list[Row]]:
    """Facilities and works of a year: each year there is a little more."""
    rng = np.random.default_rng(seed)
    grown = 1 + 0.12 * YEARS.index(year)
    layers = {name: _points(county, rng, int(count * grown)) for name, count in _POINTS.items()}
    layers.update({name: _patches(county, rng, int(count * grown), size) for name, (count, size) in _PATCHES.items()})
    layers["CSDLZX"] = _streets(county, int(30 * grown))
    layers["GSGL"] = [(line, {"MC": "云溪高速"}) for line in shapely.get_parts(county.roads)[:6]]
    layers["ZHGL"] = _streets(county, int(6 * grown), 400.0)
    layers["JZJD"] = _buildings(county, rng, int(700 * grown))
    layers["DZZHYHD"] = [
        (point, {"MC": f"隐患点{i}", "ZLZT": "已治理" if rng.random() < 0.4 * grown else "监测"})
        for i, (point, _) in enumerate(_points(county, rng, 40, 12_000), 1)
    ]
    return layers


_POINTS = {"NLJSD": 9, "YLWS": 2, "XXSS": 8, "ZXSS": 4, "SQWSSS": 6, "SQYLSS": 5, "SQWHSS": 5, "SQTYSS": 7}
_PATCHES = {
    "GYLDGC": (14, 150.0), "YJBNCS": (5, 90.0), "STXFXM": (3, 300.0), "CSGXXM": (4, 120.0), "QJNYSS": (5, 70.0),
    "TSM": (60, 110.0), "GBZNT": (25, 500.0),
}  # fmt: skip


def lasting_layers(county: County, seed: int = 9) -> dict[str, list[Row]]:
    """Layers that stand for every year."""
    rng = np.random.default_rng(seed)
    city = shapely.Point(county.towns[0]).buffer(county.town_radius[0] * 1.2, 24).intersection(county.boundary)
    sites = [(p, {"MC": f"文物保护单位{i}"}) for i, (p, _) in enumerate(_points(county, rng, 18, 11_000), 1)]
    return {"CQFW": [(city, {"MC": "云溪城区"})], "ZRWHYC": sites}


def _points(county: County, rng: np.random.Generator, count: int, reach: float = 0.0) -> list[Row]:
    size = reach or county.town_radius[0] * 1.3
    return [(shapely.Point(np.round(CENTRE + rng.normal(0, size / 2, 2), 3)), {"MC": f"{i}"}) for i in range(count)]


def _patches(county: County, rng: np.random.Generator, count: int, size: float) -> list[Row]:
    places = CENTRE + rng.normal(0, county.town_radius[0] * 0.6, (count, 2))
    sizes = size * rng.uniform(0.5, 1.5, (count, 2))
    return [(shapely.box(x, y, x + w, y + h), {"MC": f"{i}"}) for i, ((x, y), (w, h)) in enumerate(zip(places, sizes))]


def _streets(county: County, count: int, apart: float = 200.0) -> list[Row]:
    reach, (x, y) = county.town_radius[0] * 1.4, county.towns[0]
    lines = []
    for number in range(count):
        off = (number // 2 - count // 4) * apart
        along = (
            [(x - reach, y + off), (x + reach, y + off)] if number % 2 else [(x + off, y - reach), (x + off, y + reach)]
        )
        lines.append((shapely.LineString(along), {"MC": f"街{number}"}))
    return lines


def _buildings(county: County, rng: np.random.Generator, count: int) -> list[Row]:
    rows = []
    for number, ((x, y), (w, h)) in enumerate(
        zip(CENTRE + rng.normal(0, county.town_radius[0] * 0.5, (count, 2)), rng.uniform(10, 45, (count, 2)))
    ):
        floors = int(rng.integers(1, 8)) if number % 60 else int(rng.integers(32, 40))
        rows.append((shapely.box(x, y, x + w, y + h), {"JZGD": round(floors * 3.1, 1), "JZCS": floors}))
    return rows


def statistic_rows(years: Sequence[int] = YEARS) -> Iterator[tuple[str, int, str, float, str]]:
    """(code, year, key, value, unit) of the county and its townships, in units as yearbooks have them."""
    shares = (0.42, 0.17, 0.13, 0.11, 0.09, 0.08)
    for step, year in enumerate(years):
        people = 318_000 + 2_100 * step
        for number, share in enumerate(shares, 1):
            code = f"{CODE}{number:03d}"
            urban = 0.9 if number == 1 else 0.35
            yield code, year, "常住人口", round(people * share), "人"
            yield code, year, "城镇常住人口", round(people * share * urban), "人"
            yield code, year, "农村常住人口", round(people * share * (1 - urban)), "人"
        yield CODE, year, "城区常住人口", 12.1 + 0.2 * step, "万人"
        yield CODE, year, "地区生产总值", 268.4 + 14.2 * step, "亿元"
        yield CODE, year, "用水总量", 1.92 - 0.02 * step, "亿立方米"
        yield CODE, year, "常住人口城镇化率", 58.1 + 0.7 * step, "%"
        yield CODE, year, "每千人口医疗卫生机构床位数", 6.1 + 0.1 * step, "张/千人"


def goal_rows(county: County) -> Iterator[tuple[str, str, str, int, float]]:
    """(indicator, division code, kind, year, value) of the county: limits near to what it had in the first year."""
    codes, km2 = county.codes, shapely.area(county.parcels) / 1e6
    fields = float(km2[np.isin(codes, ["0101", "0103"])].sum())
    built = float(km2[np.isin(codes, ["0601", "0701", "0702", "0809", "1003"])].sum())
    forest = float(km2[np.isin(codes, ["0301", "0302"])].sum())
    known = {
        "cropland_area": (fields * 1.002, fields * 0.9974),
        "settled_area": (None, built * 1.02),
        "built_area": (built * 0.996, built * 1.045),
        "forest_area": (None, forest * 0.98),
        "road_density": (5.2, 8.0),
        "park_coverage": (8.0, 60.0),
        "tower_count": (None, 12.0),
        "redline_area": (None, float(county.hills.area / 1e6 * 0.5)),
        "permeable_share": (1.5, 4.0),
        "hospital_coverage": (30.0, 60.0),
    }
    for indicator, (base, target) in known.items():
        if base is not None:
            yield indicator, CODE, "基期", 2020, round(base, 4)
        yield indicator, CODE, "目标", 2035, round(target, 4)
