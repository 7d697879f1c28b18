"""The statutory area against the published vectors, PROJ's own ellipsoidal area, and its prescribed steps."""

import csv

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.area import statutory_area, statutory_areas
from onemap.plugin.core.land.gauss import GaussInverse
from onemap.plugin.core.land.rounding import half_up, hectares, mu
from pyproj import CRS, Geod

PLANE = CRS.from_epsg(4549)
# Vectors computed from the formula of 国土调查办发〔2008〕32号 by two public programs (domain area_test_vectors.csv).
VECTORS = [
    (4549, [(3350000, 515000), (3350000, 515100), (3350100, 515100), (3350100, 515000)], 9999.95),
    (4528, [(3350000, 40515000), (3350000, 40515100), (3350100, 40515100), (3350100, 40515000)], 9999.95),
    (4549, [(3350000, 640000), (3350000, 641000), (3351000, 641000), (3351000, 640000)], 999513.30),
    (4549, [(3320000, 420000), (3320000, 435000), (3340000, 435000), (3340000, 420000)], 299960972.36),
    (4551, [(4985000, 560000), (4985000, 575000), (5005000, 575000), (5005000, 560000)], 299966264.51),
    (4527, [(3456123.4567, 39456789.1234), (3456523.9876, 39457989.5678), (3455823.1111, 39458889.2222),
            (3454923.3333, 39457689.4444), (3455223.5555, 39456589.6666)], 2250523.21),
]  # fmt: skip


@pytest.mark.parametrize("epsg,ring,expected", VECTORS)
def test_published_vectors(epsg, ring, expected):
    polygon = shapely.Polygon([(east, north) for north, east in ring])
    assert statutory_area(polygon, CRS.from_epsg(epsg)) == pytest.approx(expected, abs=0.0101)


def test_vectors_of_the_domain_table(shared_data):
    with open(shared_data.parent / "domain" / "area_test_vectors.csv", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            ring = [tuple(map(float, pair.split()))[::-1] for pair in row["ring_x_north_y_east"].split(";")]
            area = statutory_area(shapely.Polygon(ring), CRS.from_user_input(row["crs"]))
            assert area == pytest.approx(float(row["area_statutory_m2"]), abs=0.0101), row["id"]


def test_hole_is_subtracted_and_multipart_summed():
    square = shapely.box(515000, 3350000, 515100, 3350100)
    hole = shapely.box(515040, 3350040, 515060, 3350060)
    ring = shapely.Polygon(square.exterior, [hole.exterior])
    assert statutory_area(ring, PLANE) == 9599.95
    far = shapely.box(515500, 3350000, 515600, 3350100)
    both = statutory_area(shapely.MultiPolygon([ring, far]), PLANE)
    assert both == pytest.approx(9599.95 + statutory_area(far, PLANE), abs=0.011)


def test_empty_none_and_lines_count_nothing():
    line = shapely.LineString([(515000, 3350000), (515100, 3350000)])
    mixed = shapely.GeometryCollection([line, shapely.box(515000, 3350000, 515100, 3350100)])
    areas = statutory_areas([None, shapely.Polygon(), line, mixed], PLANE)
    assert areas == pytest.approx([0.0, 0.0, 0.0, 9999.95], abs=0.0101)


def test_a_mix_of_kinds_gives_each_its_own_area():
    plain, holed = shapely.box(500000, 3350000, 500090, 3350040), shapely.box(500200, 3350000, 500500, 3350300)
    holed = shapely.difference(holed, shapely.box(500250, 3350050, 500260, 3350060))
    both = shapely.MultiPolygon([plain, holed])
    mix = [None, plain, shapely.Polygon(), both, holed, shapely.GeometryCollection([plain, plain.boundary]), plain]
    alone = [statutory_area(geometry, PLANE) for geometry in mix]
    assert statutory_areas(np.array(mix, dtype=object), PLANE).tolist() == alone
    assert alone[1] > 0 and alone[0] == alone[2] == 0 and alone[5] == alone[6] == alone[1]
    assert alone[3] == pytest.approx(alone[1] + alone[4], abs=0.011)


def test_ring_direction_and_start_do_not_matter():
    ring = np.array([(515000, 3350000), (516003, 3350100), (515900, 3351200), (515100, 3351000)])
    areas = {
        statutory_area(shapely.Polygon(np.roll(ring[::step], k, axis=0)), PLANE) for k in range(4) for step in (1, -1)
    }
    assert max(areas) - min(areas) <= 0.0101


def test_many_blocks_equal_one_by_one(monkeypatch):
    from onemap.plugin.core.land import area

    rng = np.random.default_rng(5)
    corners = rng.uniform([510000, 3340000], [520000, 3350000], (300, 2))
    boxes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 137, corners[:, 1] + 93)
    monkeypatch.setattr(area, "_BLOCK_VERTICES", 17)
    assert statutory_areas(boxes, PLANE).tolist() == [statutory_area(box, PLANE) for box in boxes]


def test_agrees_with_geodesic_area():
    """pyproj.Geod takes another road (geodesic edges): 70 m edges keep the two within 3 mm² per m² of 1e-9."""
    polygon = shapely.box(515000, 3350000, 516000, 3352000)
    lon_lat = shapely.transform(
        shapely.segmentize(polygon, 60), lambda xy: np.column_stack(_to_geographic().transform(xy[:, 0], xy[:, 1]))
    )
    geodesic, _ = Geod(ellps="GRS80").geometry_area_perimeter(lon_lat)
    assert statutory_area(polygon, PLANE) == pytest.approx(abs(geodesic), abs=0.01)


def _to_geographic():
    from pyproj import Transformer

    return Transformer.from_crs(4549, 4490, always_xy=True)


def test_fast_inverse_equals_proj():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(400000, 600000, 5000), rng.uniform(3.2e6, 3.6e6, 5000)
    fast = GaussInverse.of(PLANE.to_wkt())(x, y)
    assert np.abs(np.subtract(fast, _to_geographic().transform(x, y))).max() * 3600 < 1e-8


def test_fast_inverse_survives_coordinates_off_the_plane():
    x, y = np.full(3000, np.inf), np.linspace(3.2e6, 3.6e6, 3000)
    longitude, _ = GaussInverse.of(PLANE.to_wkt())(x, y)
    assert np.isinf(longitude).all()


def test_a_geographic_crs_is_refused():
    with pytest.raises(InputError):
        statutory_area(shapely.box(120, 30, 121, 31), CRS.from_epsg(4490))


def test_half_up_is_not_bankers():
    assert [half_up(v, 2) for v in (0.125, 0.375, -0.125, 1.005, 2.5)] == [0.13, 0.38, -0.13, 1.01, 2.5]
    assert hectares(12345.5) == 1.2346
    assert mu(10000) == 15.0
