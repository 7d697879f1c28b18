"""Maps are rendered by QGIS for real and judged by their pixels."""

import threading

import numpy as np
import pytest
import shapely
from onemap.plugin.core.review.findings import Finding
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

X, Y = 500_000, 3_350_000
LINES = ["永久基本农田", "生态保护红线", "城镇开发边界"]


def objects(*geometries):
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array


def square(x, y, size=100.0):
    return box(X + x, Y + y, X + x + size, Y + y + size)


def finding(key, geometry: BaseGeometry, effect="prohibit", fid=1):
    return Finding(key, "A", LINES[0], "R", effect, fid, "", 5_000.0, 10_000.0, 50.0, False, "", "", "", "", geometry)


def plane_wkt():
    from pyproj import CRS

    return CRS.from_epsg(4549).to_wkt()


def renderer(projects, findings=(), geometries=(), patterns=("solid",), overlaps=None, wkt=None):
    from onemap.plugin.bridge.layers.maps import MapLayer, MapRenderer

    layers = [
        MapLayer(
            f"L{n}",
            LINES[n % 3] + str(n // 3 or ""),
            "#00ff00",
            "#0000ff",
            patterns[n % len(patterns)],
            objects(*group),
        )
        for n, group in enumerate(geometries)
    ]
    return MapRenderer(wkt or plane_wkt(), layers, projects, list(findings), overlaps)


def pixels(png):
    """An array (rows, columns, red-green-blue)."""
    from qgis.PyQt.QtGui import QImage

    image = QImage.fromData(png).convertToFormat(QImage.Format.Format_RGB32)
    data = image.constBits().asstring(image.width() * image.height() * 4)
    return np.frombuffer(data, np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)


def share(rgb, colour, tolerance=60):
    return (np.abs(rgb - np.array(colour)).max(axis=2) <= tolerance).mean()


@pytest.fixture(scope="module")
def one():
    return renderer({"甲": square(0, 0)}, [finding("甲", square(0, 0, 50))], [[square(-500, -500, 1000)]])


def test_a_project_map_shows_project_line_and_conflict(one):
    image = one.project_map("甲")
    rgb = pixels(image.png)
    assert rgb.shape == (1000, 1400, 3)
    assert (image.width_mm, image.height_mm) == (
        160.0,
        pytest.approx(160 / 1.4),
    )  # two of them, with captions, fill a page
    assert image.project_key == "甲" and "甲" in image.caption
    assert share(rgb, (125, 255, 125)) > 0.3  # the filled line, half shining through
    assert share(rgb, (215, 25, 28)) > 0.005  # the hatched piece
    assert share(rgb, (0, 0, 0)) > 0.005  # the project's outline and the frame
    assert np.abs(rgb[-40:-8, 8:-8].mean() - 255) < 40  # the foot is paper, not map


def test_the_foot_grows_with_the_legend_and_the_picture_keeps_its_size():
    projects = {"甲": square(0, 0)}
    crowded = [[square(-50 - n, -50, 300)] for n in range(23)]
    rgb = pixels(renderer(projects, [], crowded, ("solid", "none", "diagonal", "dots", "cross")).project_map("甲").png)
    plain = pixels(renderer(projects).project_map("甲").png)
    assert rgb.shape == plain.shape == (1000, 1400, 3)

    def foot(picture):  # rows below the lower edge of the map, a black line across
        lines = np.flatnonzero((picture[:, 20:1380].max(axis=2) < 90).all(axis=1))
        return 1000 - max(line for line in lines if line < 990)

    assert foot(rgb) > foot(plain) + 100


def test_the_overview_shows_every_project():
    projects = {str(n): square(n * 2_000, 0, 400) for n in range(5)}
    rgb = pixels(renderer(projects).overview_map().png)
    middle = rgb[200:800, 20:1380].max(axis=2) < 90
    columns = np.flatnonzero(middle.any(axis=0))
    groups = 1 + (np.diff(columns) > 40).sum()
    assert groups == 5


def test_pieces_of_every_kind_are_drawn():
    mixed = GeometryCollection(
        [
            MultiPolygon([square(0, 0, 20), square(40, 0, 20)]),
            LineString([(X, Y + 60), (X + 90, Y + 60)]),
            Point(X + 50, Y + 90),
        ]
    )
    projects = {"甲": square(0, 0)}
    drawn = pixels(renderer(projects, [finding("甲", mixed)]).project_map("甲").png)
    empty = pixels(renderer(projects).project_map("甲").png)
    red = (np.abs(drawn - np.array((215, 25, 28))).max(axis=2) < 60) & (
        np.abs(empty - np.array((215, 25, 28))).max(axis=2) >= 60
    )
    rows = np.flatnonzero(red[70:850].any(axis=1))
    assert 1 + (np.diff(rows) > 20).sum() >= 3  # areas, line and point lie apart


def test_areas_and_planes_come_from_what_is_given():
    from pyproj import CRS

    custom = CRS.from_proj4("+proj=tmerc +lon_0=60 +x_0=500000 +ellps=GRS80 +units=m").to_wkt()
    with_sum = renderer(
        {"甲": square(0, 0)}, [finding("甲", square(0, 0))], overlaps={("甲", "A"): 1_234.5}, wkt=custom
    )
    assert with_sum._legend_text(finding("甲", None)).endswith("永久基本农田 1,234.50 m²")
    assert with_sum._legend_text(finding("乙", None)).endswith("永久基本农田")
    assert with_sum._legend_text(finding("乙", None, fid=None)).endswith("永久基本农田以外")
    assert with_sum.project_map("甲").png.startswith(b"\x89PNG")


def test_missing_and_empty_geometries_do_no_harm():
    projects = {"甲": square(0, 0), "乙": None, "丙": shapely.Polygon()}
    maps = renderer(projects, [finding("甲", None), finding("甲", shapely.Polygon())])
    assert maps.overview_map().png and maps.project_map("甲").png


def test_the_same_map_can_be_drawn_in_a_worker_thread(one):
    done = []
    worker = threading.Thread(target=lambda: done.append(one.project_map("甲")))
    worker.start()
    worker.join(60)
    assert done
    difference = np.abs(pixels(done[0].png) - pixels(one.project_map("甲").png)).max(axis=2)
    assert (difference > 8).mean() < 0.001, (difference > 0).mean()


def test_a_long_key_is_shortened_not_cut_by_the_frame():
    key = "很长的项目编号" * 20
    rgb = pixels(renderer({key: square(0, 0)}).project_map(key).png)
    assert (rgb[10:54, 5:20] > 200).all() and (rgb[10:54, -20:-5] > 200).all()


def test_scale_bars_are_round():
    from onemap.plugin.bridge.layers.map_frame import round_length

    for metres, expected in ((1, 1), (3.9, 2), (7, 5), (99, 50), (100, 100), (23_456, 20_000)):
        assert round_length(metres) == pytest.approx(expected)
