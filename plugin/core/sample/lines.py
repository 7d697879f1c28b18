"""Control-line layers of the made-up county, derived from its land so that they look like a real plan."""

from typing import Any

import numpy as np
import shapely

from .county import CENTRE, County

Row = tuple[Any, dict[str, Any]]  # geometry, attributes


def control_layers(county: County, seed: int = 7) -> dict:
    """Return {layer name: [(geometry, attributes)]}; the military line is left out, as it would be in an office."""
    rng = np.random.default_rng(seed)
    growth = _growth(county)
    built = shapely.union_all([shape for shape, _ in growth])
    redline = _redline(county, built)
    layers = {
        "YJJBNTTB": _farmland(county, rng, shapely.union_all([built, *(shape for shape, _ in redline)])),
        "STBHHX": redline,
        "CZKFBJ": growth,
    }
    layers.update(_city_lines(county, rng))
    layers.update(_nature_lines(county, rng))
    layers.update(_other_lines(county, rng))
    return layers


def _farmland(county: County, rng: np.random.Generator, taken: Any) -> list[Row]:
    """Permanent basic farmland: most paddy fields away from settlements, whole parcels that neither of the other two
    lines meets.
    """
    settled = shapely.union_all(shapely.buffer(shapely.points(county.towns), county.town_radius * 1.6 + 250))
    taken = taken.union(settled)
    shapely.prepare(taken)
    free = ~shapely.intersects(taken, county.parcels)
    chosen = np.isin(county.codes, ["0101"]) & (rng.random(len(county.codes)) < 0.86) & free
    return [
        (parcel, {"BSM": f"3399010000{i:08d}", "YSDM": "2005010300", "JBNTTBBH": f"{i:06d}", "DLBM": "0101"})
        for i, parcel in enumerate(county.parcels[chosen], 1)
    ]


def _near(county: County, place: Any, radius: float, corners: int = 24) -> Any:
    """A rounded figure around a place (metres east and north of the centre), cut at the county's boundary."""
    x, y = place
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = (
        CENTRE
        + (x, y)
        + radius * (1 + 0.18 * np.sin(3 * angle + x))[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    )
    return shapely.Polygon(np.round(ring, 4)).intersection(county.boundary)


def _redline(county: County, built: Any) -> list[Row]:
    """Ecological redline: the hills but for what lies inside the urban development boundary."""
    hills = shapely.get_parts(shapely.simplify(county.hills.buffer(-700).intersection(county.boundary), 20))
    hills = _apart(hills, built)
    rows = []
    for number, hill in enumerate(hills, 1):
        core = hill.buffer(-1_500)
        rows.append(
            (
                hill.difference(core),
                {"hxmc": f"云溪水源涵养红线{number}区", "hxbm": f"ST{number:03d}", "sfzrbhdhxq": "否"},
            )
        )
        if not core.is_empty:
            rows.append(
                (core, {"hxmc": f"云溪山自然保护地{number}核心区", "hxbm": f"ST{number:03d}H", "sfzrbhdhxq": "是"})
            )
    return rows


def _growth(county: County) -> list[Row]:
    """Urban development boundary: the county town and the three largest villages, in parts as plans have them."""
    rows = [(_near(county, (0, 0), 3_100, 48), {"bjfq": "集中建设区", "lx": "城市", "bsm": "1"})]
    for number, index in enumerate(np.argsort(-county.town_radius)[1:4], 2):
        x, y = county.towns[index] - CENTRE
        rows.append(
            (
                _near(county, (x, y), county.town_radius[index] + 350),
                {"bjfq": "集中建设区", "lx": "镇", "bsm": str(number)},
            )
        )
    rows.append((rows[0][0].buffer(450), {"bjfq": "弹性发展区", "lx": "城市", "bsm": "9"}))
    taken, parts = shapely.Polygon(), []
    for shape, values in rows:
        parts += [(part, values) for part in _apart([shape], taken)]
        taken = taken.union(shape)
    return parts


def _apart(shapes: Any, taken: Any) -> np.ndarray:
    """Polygons of `shapes` outside `taken`, half a millimetre off it so that rounding makes no overlap."""
    rest = shapely.get_parts(shapely.difference(shapes, shapely.buffer(taken, 0.0005)))
    return rest[(shapely.get_type_id(rest) == 3) & (shapely.area(rest) > 1)]


def _city_lines(county: County, rng: np.random.Generator) -> dict[str, list[Row]]:
    park = [
        (_near(county, rng.uniform(-2_200, 2_200, 2), 220, 12), {"ldlx": "公园绿地", "dkbh": f"G{i}"}) for i in range(6)
    ]
    plants = [
        (_near(county, rng.uniform(-2_500, 2_500, 2), 90, 8), {"hxxm": name})
        for name in ("污水处理厂", "变电站", "垃圾转运站")
    ]
    old_town = _near(county, (-600, 500), 420)
    return {
        "ZXCQCSZX": [(old_town, {"wwmc": "云溪古街历史文化街区", "bhdj": "省级"})],
        "ZXCQCSLVX": park,
        "ZXCQCSLX": [(county.river.buffer(25).intersection(_near(county, (0, 0), 3_400)), {"sshdmc": "云溪"})],
        "ZXCQCSHX": plants,
        "LSWHBHX": [
            (old_town.buffer(30), {"jqmc": "云溪古街", "fqmc": "核心保护范围"}),
            (old_town.buffer(180).difference(old_town.buffer(30)), {"jqmc": "云溪古街", "fqmc": "建设控制地带"}),
        ],
        "景观风貌": [(_near(county, (900, -400), 700), {"mc": "溪山视廊"})],
    }


def _nature_lines(county: County, rng: np.random.Generator) -> dict[str, list[Row]]:
    hills = shapely.get_parts(county.hills.intersection(county.boundary))
    forest = county.parcels[np.isin(county.codes, ["0301"]) & (rng.random(len(county.codes)) < 0.12)]
    source = _near(county, (-13_000, 3_500), 1_500)
    return {
        "ZRBHD": [
            (hills[0].buffer(-1_200), {"bhdmc": "云溪山森林公园", "bhfq": "一般控制区"}),
            (hills[0].buffer(-2_600), {"bhdmc": "云溪山自然保护区", "bhfq": "核心保护区"}),
        ],
        "SYDBHQ": [
            (source, {"sydmc": "云溪水库", "bhqjb": "一级"}),
            (
                source.buffer(1_200).difference(source).intersection(county.boundary),
                {"sydmc": "云溪水库", "bhqjb": "二级"},
            ),
            (
                source.buffer(2_600).difference(source.buffer(1_200)).intersection(county.boundary),
                {"sydmc": "云溪水库", "bhqjb": "准保护区"},
            ),
        ],
        "GJGYL": [(p, {"xbh": f"L{i:05d}"}) for i, p in enumerate(forest)],
        "湿地": [(_near(county, (8_500, 3_600), 900), {"sdmc": "云溪湿地", "sdjb": "省级"})],
        "dzyjbhq": [(_near(county, (-9_500, 12_000), 600), {"mc": "云溪古生物化石点"})],
        "HHGLFW": [(county.river.buffer(70).intersection(county.boundary), {"hdmc": "云溪"})],
        "HLFXKZX": [(county.river.buffer(260).intersection(county.boundary), {"BSM": "HL1"})],
    }


def _other_lines(county: County, rng: np.random.Generator) -> dict[str, list[Row]]:
    slides = CENTRE + rng.uniform(-13_000, 13_000, (30, 2))
    hazard = [
        (_near(county, at - CENTRE, 420, 14), {"mc": f"易发区{i}", "lx": "高易发区"})
        for i, at in enumerate(slides[:14])
    ]
    hazard += [
        (_near(county, at - CENTRE, 160, 10), {"mc": f"危险区{i}", "lx": "危险区"})
        for i, at in enumerate(slides[14:20])
    ]
    mines = [
        (_near(county, rng.uniform(-12_000, 12_000, 2), 500, 6), {"xkzh": f"C33990120{i:02d}", "yxqz": y})
        for i, y in enumerate(("2030-12-31", "2024-06-30", "2035-01-01"))
    ]
    return {
        "dzyfq": [row for row in hazard if not row[0].is_empty],
        "矿产资源控制线": [(_near(county, (6_000, -12_500), 1_500), {"BSM": "KC1"})],
        "CKQ_CKQDJ": [row for row in mines if not row[0].is_empty],
        "机场净空": [(_near(county, (-4_500, -4_500), 2_400), {"mc": "云溪通用机场净空区"})],
        "安全保护区": [
            (shapely.buffer(county.roads, 30).intersection(county.boundary), {"mc": "主要公路两侧", "lx": ""})
        ],
    }
