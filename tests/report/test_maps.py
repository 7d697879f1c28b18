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
    from onemap.plugin.bridge.layers.map_content import MapContent, MapLayer
    from onemap.plugin.bridge.layers.maps import MapRenderer

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
    return MapRenderer(wkt or plane_wkt(), layers, MapContent(projects, list(findings), overlaps or {}))


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
    assert share(rgb, (215, 25, 28)) > 0.003  # the hatched piece
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
    middle = rgb[300:700, 60:1340].max(axis=2) < 60  # black, not the grey ticks of the grid
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


def test_no_two_control_lines_look_alike():
    """All lines of the catalogue: hatch and outline together are each one's own; the pieces' hatch is nobody's."""
    from onemap.plugin.bridge.layers.map_style import CONFLICT_FILL, looks
    from onemap.plugin.formats.rules.rule_files import load_catalogue

    lines = load_catalogue().lines.values()
    made = looks((line.id, line.pattern) for line in lines)
    assert len(set(made.values())) == len(made) == len(list(lines)) >= 23
    assert CONFLICT_FILL not in {look.fill for look in made.values()}
    fills = [made[line].fill for line in ("YJJBNT", "STBHHX", "CZKFBJ")]
    assert len(set(fills)) == 3


def test_scales_are_round_and_hold_what_is_shown():
    from onemap.plugin.bridge.layers.map_style import round_scale

    for metres, millimetres, expected in (
        (160, 160, 1_000),
        (161, 160, 1_250),
        (1_000, 160, 8_000),
        (9_000, 100, 100_000),
    ):
        assert round_scale(metres, millimetres) == expected
    for metres in np.geomspace(20, 1e6, 200):
        scale = round_scale(metres, 153.0)
        assert metres <= scale * 0.153 * (1 + 1e-6) and scale * 0.153 <= metres * 1.36
        assert scale / 10 ** np.floor(np.log10(scale)) in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8)


def test_the_scale_that_is_printed_is_the_scale_of_the_print():
    from onemap.plugin.bridge.layers.maps import _around

    box, scale = _around((X, Y, X + 100, Y + 80), (1_340, 600), (1_400, 1_000), 160.0)
    assert box.width() == pytest.approx(scale * 160 * 1_340 / 1_400 / 1_000)
    assert box.width() / box.height() == pytest.approx(1_340 / 600)
    assert box.xMinimum() < X and box.xMaximum() > X + 100 and box.yMinimum() < Y and box.yMaximum() > Y + 80


@pytest.fixture
def placer():
    from onemap.plugin.bridge.layers.map_labels import LabelPlacer
    from onemap.plugin.report.blocks.fonts import chinese_family
    from qgis.PyQt.QtCore import QRectF
    from qgis.PyQt.QtGui import QImage, QPainter

    image = QImage(1_000, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    yield LabelPlacer((painter, chinese_family(), QRectF(0, 0, 1_000, 700)), [QRectF(900, 0, 100, 100)])
    painter.end()


def test_labels_never_lie_on_another_nor_leave_the_map(placer):
    from onemap.plugin.bridge.layers.map_labels import Label

    pick = np.random.default_rng(3)
    put = [placer.put(Label(x, y, "永久基本农田 1,234.50 m²")) for x, y in pick.uniform((0, 0), (1_000, 700), (300, 2))]
    assert 10 < sum(put) < 300
    boxes = placer.taken
    for number, taken in enumerate(boxes[1:], 1):
        assert 0 <= taken.left() and taken.right() <= 1_002 and -1 <= taken.top() and taken.bottom() <= 701
        inner = taken.adjusted(2, 1, -2, -1)
        assert not any(inner.intersects(other.adjusted(2, 1, -2, -1)) for other in boxes[:number])


def test_a_label_outside_the_map_is_left_out(placer):
    from onemap.plugin.bridge.layers.map_labels import Label

    assert not placer.put(Label(-20, 50, "外面")) and placer.put(Label(50, 50, "里面"))


def test_land_use_and_place_names_lie_below():
    from onemap.plugin.bridge.layers.map_content import Backdrop

    maps = renderer({"甲": square(0, 0)})
    plain = pixels(maps.project_map("甲").png)
    maps.backdrops["甲"] = Backdrop([(square(-300, -300, 700), "0301")], [(Point(X - 60, Y + 40), "竹山村")])
    drawn = pixels(maps.project_map("甲").png)
    wood = (213, 232, 207)
    assert share(drawn, wood, 4) > 0.2 and share(plain, wood, 4) == 0
    assert share(drawn[100:700], (48, 48, 48), 20) > share(plain[100:700], (48, 48, 48), 20)  # the name
    assert share(drawn, (0, 0, 0), 20) > 0.9 * share(plain, (0, 0, 0), 20)  # the project stays on top


def test_a_hatched_line_is_seen_on_land_of_its_own_colour():
    from onemap.plugin.bridge.layers.map_style import fill_colour

    assert fill_colour("#ffe97f", "#a38400", "f_diagonal").name() == "#a38400"
    solid = fill_colour("#ffe97f", "#a38400", "solid")
    assert solid.name() == "#ffe97f" and solid.alpha() < 255


def test_coordinates_stand_around_the_map():
    """The frame of numbers differs when the land lies elsewhere, the map does not."""
    here, there = (pixels(renderer({"甲": g}).project_map("甲").png) for g in (square(0, 0), square(20_000, 30_000)))
    band = (np.abs(here[66:92] - there[66:92]).max(axis=2) > 60).mean()
    assert band > 0.001
    assert (np.abs(here[300:600, 200:1_200] - there[300:600, 200:1_200]).max(axis=2) > 60).mean() < 0.001


def test_a_label_finds_a_place_off_the_outline_of_a_site_and_a_name_is_left_out_rather_than_on_it():
    from onemap.plugin.bridge.layers.map_labels import Label, LabelPlacer
    from onemap.plugin.report.blocks.fonts import chinese_family
    from qgis.PyQt.QtCore import QRectF
    from qgis.PyQt.QtGui import QImage, QPainter

    image = QImage(1_000, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    site = shapely.boundary(shapely.box(480, 340, 520, 360))
    placer = LabelPlacer((painter, chinese_family(), QRectF(0, 0, 1_000, 700)), (), np.array([site], dtype=object))
    assert placer.put(Label(500, 350, "XZ-01"))
    (box,) = placer.taken
    assert not shapely.box(box.left() + 2, box.top() + 1, box.right() - 2, box.bottom() - 1).intersects(site)
    wall = shapely.boundary(shapely.box(100, 100, 160, 160))
    crowded = np.array([wall, *(shapely.affinity.translate(wall, 7 * n, 5 * n) for n in range(5))], dtype=object)
    placer = LabelPlacer((painter, chinese_family(), QRectF(0, 0, 1_000, 700)), (), crowded)
    assert not placer.put(Label(130, 130, "0101", moves=False))
    road = shapely.STRtree([shapely.LineString([(0, 350), (1_000, 350)])])
    placer = LabelPlacer((painter, chinese_family(), QRectF(0, 0, 1_000, 700)), (), (), road)
    assert placer.put(Label(500, 350, "城关镇")) and not placer.taken[0].contains(500, 350)
    painter.end()
