"""The indicators of the made-up county once more: plain sqlite, shapely and PROJ, none of the plugin's own code."""

import functools
import sqlite3

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

_HEADER = (8, 40, 56, 56, 72, 8, 8, 8)
_PLANE = CRS.from_epsg(4549)
_GEOD = Geod(a=6378137.0, rf=298.257222101)
_LON_LAT = Transformer.from_crs(_PLANE, CRS.from_epsg(4490), always_xy=True)
_EQUAL_AREA = Transformer.from_crs(
    CRS.from_epsg(4490), CRS.from_proj4("+proj=cea +a=6378137 +rf=298.257222101"), always_xy=True
)


@functools.lru_cache(maxsize=64)
def table(path, name):
    """A layer, read once."""
    return Table(path, name)


@functools.lru_cache(maxsize=64)
def around(path, name, metres, least=0.0):
    """All land within metres of a layer's shapes of some least area."""
    shapes = table(path, name).shapes
    return near(shapes[areas(shapes) >= least], metres)


class Table:
    """A layer of a GeoPackage: `shapes`, and columns by name."""

    def __init__(self, path, name):
        with sqlite3.connect(path) as data:
            cursor = data.execute(f'SELECT * FROM "{name}" ORDER BY fid')  # noqa: S608  (names of our own file)
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        place = names.index("geom")
        self.shapes = shapely.from_wkb([row[place][_HEADER[row[place][3] >> 1 & 7] :] for row in rows])
        self.columns = {n: np.array([row[at] for row in rows], dtype=object) for at, n in enumerate(names)}

    def where(self, field, *starts):
        """Shapes whose text begins with one of some codes."""
        return self.shapes[[str(value or "").startswith(starts) for value in self.columns[field]]]


def area(shapes):
    """Statutory m²: vertices to 0.1 mm, edges over 70 m divided, seconds to 1e-6, equal-area on the ellipsoid."""
    return float(areas(np.atleast_1d(shapes)).sum())


def areas(shapes):
    """The statutory m² of each shape."""
    polygons, shape = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    if not len(rings):
        return np.zeros(len(shapes))
    is_hole = np.append(False, polygon[1:] == polygon[:-1])
    dense = [_dense(shapely.get_coordinates(ring)) for ring in rings]
    lon, lat = _LON_LAT.transform(*np.concatenate(dense).T)
    lon, lat = np.round(np.asarray(lon) * 3600, 6) / 3600, np.round(np.asarray(lat) * 3600, 6) / 3600
    x, y = map(np.asarray, _EQUAL_AREA.transform(lon, lat))
    ends = np.cumsum([len(xy) for xy in dense])[:-1]
    sizes = [_shoelace(*ring) for ring in zip(np.split(x, ends), np.split(y, ends))]
    return np.bincount(shape[polygon], np.where(is_hole, -1, 1) * sizes, len(shapes))


def _dense(xy):
    xy = np.floor(xy * 1e4 + 0.5) / 1e4
    steps = np.diff(xy, axis=0)
    lengths = np.hypot(*steps.T)
    parts = np.where(lengths > 70, (lengths / 70).astype(int), 0) + 1
    edge = np.repeat(np.arange(len(steps)), parts)
    number = np.arange(1, len(edge) + 1) - np.repeat(np.cumsum(parts) - parts, parts)
    dense = np.round(xy[edge] + steps[edge] * (number / parts[edge])[:, None], 6)
    dense[number == parts[edge]] = xy[1:]
    return np.concatenate([xy[:1], dense])


def _shoelace(x, y):
    x, y = x - x[0], y - y[0]
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2


def length(shapes):
    """Metres on the ellipsoid."""
    total = 0.0
    for line in shapely.get_parts(np.atleast_1d(shapes)):
        lon, lat = _LON_LAT.transform(*shapely.get_coordinates(line).T)
        total += _GEOD.line_length(lon, lat)
    return total


def inside(shapes, land):
    """What of the shapes lies in some land."""
    pieces = shapely.intersection(shapes, land)
    return pieces[~shapely.is_empty(pieces)]


def near(shapes, metres):
    """All land within metres of some shapes."""
    return shapely.union_all(shapely.buffer(shapes, metres, quad_segs=64))


def parts_of(pieces, dimension):
    """Only the polygons (2) or lines (1) of overlay results."""
    flat = shapely.get_parts(shapely.get_parts(np.atleast_1d(pieces)))
    return flat[shapely.get_dimensions(flat) == dimension]


class Quotient(float):
    """A quotient of areas; `slack`: what a hundredth of a square metre more or less in its parts makes of it."""

    slack = 0.0


def quotient(part, whole, factor=1.0):
    if not whole:
        return None
    made = Quotient(factor * part / whole)
    made.slack = 1e-12 + abs(made) * (1e-9 + 0.01 / whole + (0.01 / part if part else 0.0))
    return made


def county(path, year, division):
    """{indicator id: value in its unit} of one division polygon in the made-up county; None: not computable."""

    def layer(name):
        return table(path, name)

    def yearly(name):
        return table(path, f"{name}_{year}")

    def clipped(shapes, dimension=2):
        return parts_of(inside(shapes, division), dimension)

    def once(*tables):
        return shapely.union_all(np.concatenate([t.shapes for t in tables])).intersection(division)

    def points(shapes):
        return int(shapely.intersects(shapely.point_on_surface(shapes), division).sum())

    land, houses, city = yearly("DLTB"), yearly("JZJD"), once(layer("CQFW"))
    redline, boundary = once(layer("STBHHX")), once(layer("CZKFBJ"))
    settled = clipped(land.where("CZCSXM", "201", "202", "203"))
    homes, crops = clipped(land.where("DLBM", "07")), clipped(land.where("DLBM", "01"))
    houses_in = inside(houses.shapes, city)
    floors = houses.columns["JZCS"][~shapely.is_empty(shapely.intersection(houses.shapes, city))].astype(float)
    built = ("05", "06", "07", "08", "09", "1001", "1002", "1003", "1004", "1005", "1007", "1008", "1009", "1109",
             "1201")  # fmt: skip
    whole, km2 = area(division), 1e6

    def share(part, all_of):
        return quotient(part, all_of, 100)

    def sized(name):
        return area(once(yearly(name)))

    hazards = yearly("DZZHYHD")
    return {
        "wetland_area": area(clipped(land.where("DLBM", "0303", "0304", "0306", "0402", "1105", "1106", "1108"))) / km2,
        "water_share": share(area(clipped(land.where("DLBM", "1101", "1102", "1103", "1104"))), whole),
        "farmland_area": area(clipped(layer("YJJBNTTB").shapes)) / km2,  # no two overlap: a sum is their union
        "cropland_area": area(crops) / km2,
        "high_standard_share": share(sized("GBZNT"), area(crops)),
        "redline_area": area(redline) / km2,
        "redline_settled": area(parts_of(inside(settled, redline), 2)) / km2,
        "heritage_area": area(once(layer("LSWHBHX"), layer("ZXCQCSZX"))) / km2,
        "heritage_count": points(layer("ZRWHYC").shapes),
        "permeable_share": share(area(once(yearly("TSM")).intersection(city)), area(city)),
        "waterlogging_count": points(yearly("NLJSD").shapes),
        "tower_count": points(houses.shapes[houses.columns["JZGD"].astype(float) >= 100]),
        "hazard_treated": points(hazards.where("ZLZT", "已治理")),
        "industrial_share": share(area(clipped(land.where("DLBM", "0601"))), area(settled)),
        "road_density": None if city.is_empty else length(parts_of(inside(yearly("CSDLZX").shapes, city), 1)) / 1e3
        / (area(city) / km2),
        "renewal_area": sized("CSGXXM") / km2,
        "residential_share": share(area(homes), area(settled)),
        "jobs_housing": quotient(area(homes), area(clipped(land.where("DLBM", "05", "0601", "08H")))),
        "built_area": area(clipped(land.where("DLBM", *built))) / km2,
        "settled_area": area(settled) / km2,
        "building_density": share(area(parts_of(houses_in, 2)), area(city)),
        "boundary_settled": area(parts_of(inside(settled, boundary), 2)) / km2,
        "floor_area": float((areas(houses_in) * floors).sum()),
        "forest_area": area(clipped(land.where("DLBM", "03"))) / km2,
        "grass_area": area(clipped(land.where("DLBM", "04"))) / km2,
        "restoration_area": sized("STXFXM") / km2,
        "clean_energy_area": sized("QJNYSS"),
        "gallery_length": length(clipped(yearly("ZHGL").shapes, 1)) / 1e3,
        "expressway_density": length(clipped(yearly("GSGL").shapes, 1)) / 1e3 / (whole / km2),
        "railway_density": None,
        "station_coverage": None,
        "hospital_coverage": share(area(parts_of(inside(homes, around(path, f"YLWS_{year}", 2000)), 2)), area(homes)),
        "burial_area": None,
        "park_coverage": share(area(parts_of(inside(homes, around(path, f"GYLDGC_{year}", 300, 400.0)), 2)), area(homes)),
    }  # fmt: skip
