"""Pictures of divisions: their names are read, and with many divisions none lies on another."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

SIDE = 4000.0


def grid(count):
    from onemap.plugin.bridge.monitoring.land_picture import PlotClass

    shapes = [shapely.box(5e5 + SIDE * (n % 20), 3.3e6 + SIDE * (n // 20), 5e5 + SIDE * (n % 20 + 1),
                          3.3e6 + SIDE * (n // 20 + 1)) for n in range(count)]  # fmt: skip
    return [PlotClass("1", "#74c476", shapes, [f"溪口镇{n:03d}" for n in range(count)])]


@pytest.fixture
def put(monkeypatch, qgis_app):
    """The (box, text) of every label that was drawn."""
    from onemap.plugin.bridge.layers import map_labels

    drawn, real = [], map_labels.LabelPlacer.put

    def put(self, label):
        found = real(self, label)
        if found:
            drawn.append((self.taken[-1], label.text))
        return found

    monkeypatch.setattr(map_labels.LabelPlacer, "put", put)
    return drawn


@pytest.mark.parametrize("count, least, most", [(6, 6, 6), (300, 0, 60)])
def test_divisions_bear_their_names_as_far_as_there_is_room(put, count, least, most):
    from onemap.plugin.bridge.monitoring.land_picture import land_picture

    assert land_picture(grid(count), "耕地", CRS.from_epsg(4549)).startswith(b"\x89PNG")
    assert least <= len(put) <= most
    assert not any(a.intersects(b) for n, (a, _) in enumerate(put) for b, _ in put[:n])


def test_the_name_of_a_division_lies_in_it(put):
    from onemap.plugin.bridge.monitoring.land_picture import land_picture

    land_picture(grid(6), "耕地", CRS.from_epsg(4549))
    middles = np.array([(box.center().x(), text) for box, text in put], dtype=object)
    assert list(middles[np.argsort(middles[:, 0].astype(float)), 1]) == [f"溪口镇{n:03d}" for n in range(6)]


def test_the_legend_has_the_colours_of_the_map(qgis_app):
    from onemap.plugin.bridge.monitoring.land_picture import land_picture
    from qgis.PyQt.QtGui import QImage

    image = QImage.fromData(land_picture(grid(6), "耕地", CRS.from_epsg(4549)))
    rows = [y for y in range(image.height()) if any(image.pixelColor(x, y).name() == "#74c476" for x in range(30, 70))]
    assert max(rows) > image.height() * 0.85  # in the legend, at the foot
