"""Large geometries in pieces: nothing is lost, nothing counts twice, lines stay lines."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.siting.divide import divided, short_lines, within_box


def ragged(vertices, radius=1000.0):
    """A star-shaped polygon of many vertices."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    out = radius * (1 + 0.2 * np.sin(37 * turn))
    return shapely.Polygon(np.stack([out * np.cos(turn), out * np.sin(turn)], axis=1))


def test_a_box_cuts_polygons_to_polygons_and_lines_to_lines():
    line = shapely.LineString([(-10, 5), (30, 5)])
    assert within_box(line, (0, 0, 10, 10)).equals(shapely.LineString([(0, 5), (10, 5)]))
    land = shapely.box(-5, -5, 5, 5)
    assert within_box(land, (0, 0, 10, 10)).equals(shapely.box(0, 0, 5, 5))
    touching = within_box(shapely.box(-5, 0, 0, 10), (0, 0, 10, 10))
    assert touching.area == 0 and touching.is_empty  # what only touches leaves no land


def test_a_cut_whose_fast_answer_is_invalid_is_made_exactly():
    """A comb whose teeth meet the border of the box in one point."""
    comb = shapely.Polygon([(0, 0), (4, 10), (8, 0), (12, 10), (16, 0), (16, -5), (0, -5)])
    for box in ((0, 0, 16, 10), (0, -5, 16, 0), (-1, -6, 17, 10)):
        piece = within_box(comb, box)
        assert piece.is_valid
        assert piece.area == pytest.approx(comb.intersection(shapely.box(*box)).area)


@pytest.mark.parametrize("vertices", [999, 1001, 20_000])
def test_pieces_of_large_polygons_add_up(vertices):
    shapes = np.array([shapely.box(5000, 0, 5010, 10), ragged(vertices)], dtype=object)
    pieces, owners = divided(shapes)
    assert set(owners) == {0, 1}
    for number, shape in enumerate(shapes):
        mine = pieces[owners == number]
        assert shapely.area(mine).sum() == pytest.approx(shape.area, rel=1e-12)
        assert shapely.union_all(mine).symmetric_difference(shape).area < 1e-6 * shape.area
    assert (len(pieces) > 2) == (vertices > 1000)
    assert shapely.get_num_coordinates(pieces).max() <= 1001


def test_short_lines_are_the_whole_boundary_in_pieces_of_24_edges():
    shapes = np.array([ragged(500), shapely.LineString([(0, n) for n in range(100)]), shapely.Point(1, 2)])
    lines = short_lines(shapes)
    flat = lines[shapely.get_dimensions(lines) == 1]
    assert shapely.get_num_coordinates(flat).max() == 25
    length = ragged(500).exterior.length + 99
    assert shapely.length(flat).sum() == pytest.approx(length)
    assert shapely.equals(lines[shapely.get_dimensions(lines) == 0], shapely.Point(1, 2)).all()
