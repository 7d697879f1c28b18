"""Words on the pictures of heights: none on another, none on a building that is to be seen; bounded however many."""

import pytest
import shapely


@pytest.fixture
def canvas(qgis_app):
    from onemap.plugin.bridge.heights.canvas import Canvas

    made = Canvas((1400, 1000), (0.0, 0.0, 1000.0, 700.0), "t")
    yield made
    made.finished()


def overlapping(boxes):
    return [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.intersects(b)]


def test_words_at_one_place_stand_beside_each_other(canvas):
    assert all(canvas.note(500, 350, f"云溪{n}# +22.3 m") for n in range(5))
    assert len(canvas._taken) == 5 and not overlapping(canvas._taken)


def test_words_that_find_no_room_are_left_out(canvas):
    written = [canvas.note(500, 350, f"城区一般建筑区 ≤ {n} m") for n in range(200)]
    assert 5 < sum(written) < 40 and not overlapping(canvas._taken)


def test_words_keep_off_buildings(canvas):
    building = shapely.box(480, 330, 520, 370)
    canvas.keep_off(building)
    assert canvas.note(500, 345, "云溪壹号地块 ≤ 54 m")
    assert not overlapping(canvas._taken)


def test_words_stand_beside_a_line_where_there_is_room(canvas):
    """A border through the middle of a zone: its name stands above or below, on the line only where nothing else is."""
    line = shapely.LineString([(0, 362), (1000, 362)])
    place = canvas._drawn(line)
    assert canvas.note(200, 350, "古街建设控制地带 ≤ 18 m")
    assert place.intersects(_pixels(canvas._taken[-1])), "without the line the words stand there"
    canvas.spare(line)
    assert canvas.note(700, 350, "古街建设控制地带 ≤ 18 m")
    assert not place.intersects(_pixels(canvas._taken[-1]))
    canvas.spare(shapely.MultiLineString([[(0, y), (1000, y)] for y in range(0, 700, 5)]))
    assert canvas.note(500, 150, "云溪壹号地块 ≤ 54 m"), "lines alone leave no name out"


def _pixels(box):
    return shapely.box(box.left(), box.top(), box.right(), box.bottom())
