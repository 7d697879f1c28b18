"""GeoPackage blobs and search trees byte by byte, as OGC 12-128 writes them; and those that are none."""

import struct

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import gpkg

BOX = (1.0, 2.0, 3.0, 5.0)  # min x, min y, max x, max y
WKB = shapely.to_wkb(shapely.box(*BOX))


def blob(flags, envelope=(), order="<", wkb=WKB, magic=b"GP"):
    return struct.pack(f"{order}2s2Bi{len(envelope)}d", magic, 0, flags, 4490, *envelope) + wkb


ENVELOPE = (1.0, 3.0, 2.0, 5.0)  # min x, max x, min y, max y


def test_a_name_is_quoted():
    assert gpkg.quoted("a") == '"a"' and gpkg.quoted('a"b""') == '"a""b"""""'


@pytest.mark.parametrize("kind, numbers", [(0, 0), (1, 4), (2, 6), (3, 6), (4, 8), (5, 0), (6, 0), (7, 0)])
@pytest.mark.parametrize("order", "<>")
def test_the_geometry_lies_behind_its_envelope(kind, numbers, order):
    made = blob(kind << 1 | (order == "<"), (0.0,) * numbers, order)
    assert gpkg.wkb_of(made) == gpkg.wkb_of(memoryview(made)) == WKB


def test_what_is_no_blob_has_no_geometry():
    assert (
        gpkg.wkb_of(None) is gpkg.wkb_of(b"") is gpkg.wkb_of(b"GP\0\1\0\0\0") is gpkg.wkb_of(b"XP" + b"\0" * 6) is None
    )
    assert gpkg.wkb_of(b"GP" + b"\0" * 6) == b""


def test_many_blobs_are_read_as_each_alone():
    stored = [
        blob(3, ENVELOPE),
        None,
        b"",
        b"GP" + b"\0" * 5,
        b"GP" + b"\0" * 6,
        b"XP" + b"\0" * 6,
        memoryview(blob(1)),
        blob(1)[:8],
    ]
    assert gpkg.wkbs_of(stored) == [gpkg.wkb_of(one) for one in stored]


def test_written_blobs_carry_box_and_system():
    (made,) = gpkg.blobs(np.array([shapely.box(*BOX)]), np.array([BOX]), 4549)
    assert struct.unpack("<2s2Bi4d", made[:40]) == (b"GP", 0, 0b11, 4549, *ENVELOPE) and made[40:] == WKB
    assert gpkg.HEAD == 40 and gpkg.wkb_of(made) == WKB


def test_a_polygon_is_wrapped_as_shapely_wraps_it():
    one, two = shapely.box(*BOX), shapely.multipolygons([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])
    shapes = np.array([one, two, shapely.Point(1, 2)])
    made = gpkg.blobs(shapes, shapely.bounds(shapes), 4549, is_multi=True)
    assert [blob[40:] for blob in made] == [shapely.to_wkb(s) for s in (shapely.multipolygons([one]), two, shapes[2])]


@pytest.mark.parametrize("is_multi", [False, True])
def test_blobs_of_many_are_header_and_wkb(is_multi):
    ring, high = shapely.Point(5, 5).buffer(3), shapely.force_3d(shapely.box(0, 0, 1, 1), 7.0)
    holed = ring.difference(shapely.box(4, 4, 5, 5))
    shapes = [
        ring,
        holed,
        shapely.box(*BOX),
        shapely.union(ring, shapely.box(20, 20, 21, 22)),
        high,
        shapely.Point(1, 2),
    ]
    shapes = np.array([*shapes, shapely.Polygon()], dtype=object)
    boxes = shapely.bounds(shapes)
    for some in (shapes, shapes[[0, 2]], shapes[:0]):
        boxes = shapely.bounds(some).reshape(-1, 4)
        made = gpkg.blobs(some, boxes, 4549, is_multi)
        for one, shape, (left, low, right, top) in zip(made, some, boxes):
            wraps = is_multi and shape.geom_type == "Polygon"
            wkb = struct.pack("<BII", 1, 6, 1) * wraps + shapely.to_wkb(shape)
            assert one == struct.pack("<2s2Bi4d", b"GP", 0, 3, 4549, left, right, low, top) + wkb
        assert len(made) == len(some) and made == gpkg.wkb_blobs(shapely.to_wkb(some), some, boxes, 4549, is_multi)


@pytest.mark.parametrize("is_multi", [False, True])
def test_blobs_of_no_system_are_put_into_one(is_multi):
    ring = shapely.Point(5, 5).buffer(3)
    shapes = np.array(
        [ring, ring.difference(shapely.box(4, 4, 5, 5)), shapely.union(ring, shapely.box(20, 20, 21, 22))]
    )
    boxes = shapely.bounds(shapes)
    stored = np.array(gpkg.blobs(shapes, boxes, 0), dtype=object)
    made, found = gpkg.placed_blobs(stored, 4549, is_multi)
    assert made == gpkg.blobs(shapes, boxes, 4549, is_multi) and found.tolist() == boxes.tolist()
    assert gpkg.are_blobs(stored) and not gpkg.are_blobs(shapes) and not gpkg.are_blobs(shapes[:0])
    assert (shapely.to_wkb(gpkg.blob_geometries(stored)) == shapely.to_wkb(shapes)).all()


@pytest.mark.parametrize("kind, more", [(1, ()), (2, (0.0, 9.0)), (3, (0.0, 9.0)), (4, (0.0, 9.0, 0.0, 9.0))])
@pytest.mark.parametrize("order", "<>")
def test_heads_tell_the_box_in_either_byte_order(kind, more, order):
    heads = gpkg.read_heads([blob(kind << 1 | (order == "<"), (*ENVELOPE, *more), order)[:40]])
    assert heads.boxes.tolist() == [list(BOX)]
    assert not heads.is_null[0] and not heads.is_empty[0]


@pytest.mark.parametrize("kind", [0, 5, 6, 7])
def test_heads_without_an_envelope_tell_no_box(kind):
    heads = gpkg.read_heads([blob(kind << 1 | 1)[:40]])
    assert np.isnan(heads.boxes).all() and not heads.is_null[0] and not heads.is_empty[0]


def test_empty_null_short_and_foreign_heads():
    """A row without land is told from one whose place nobody knows."""
    whole = blob(0b00011, ENVELOPE)[:40]
    empty = blob(0b10011, ENVELOPE)[:40]  # the flag counts, whatever the envelope says
    foreign = blob(0b10011, ENVELOPE, magic=b"XP")[:40]
    half = blob(0b10011, ENVELOPE, magic=b"GX")[:40]
    short_empty, short = blob(0b10001, wkb=b""), blob(0b00001, wkb=b"")
    short_foreign = blob(0b10001, wkb=b"", magic=b"XX")
    heads = gpkg.read_heads(
        [whole, None, empty, foreign, half, short_empty, short, short_foreign, b"GP\0\x10\0\0\0", b""]
    )
    assert heads.is_null.tolist() == [False, True] + [False] * 8
    assert heads.is_empty.tolist() == [False, False, True, False, False, True, False, False, False, False]
    assert np.isfinite(heads.boxes).all(axis=1).tolist() == [True] + [False] * 9
    assert heads.boxes.shape == (10, 4)


def test_no_heads_at_all():
    heads = gpkg.read_heads([])
    assert heads.boxes.shape == (0, 4) and len(heads.is_null) == len(heads.is_empty) == 0


def node(depth, *cells):
    """A node of SQLite's R-tree: depth (in the root), number of cells, cells of id and min x, max x, min y, max y."""
    return struct.pack(">HH", depth, len(cells)) + b"".join(struct.pack(">q4f", *cell) for cell in cells) + b"\0" * 48


def test_a_flat_tree_lists_its_rows():
    ids, boxes = gpkg.leaf_entries({1: node(0, (7, 1, 3, 2, 5), (-2, 10, 30, 20, 50))})
    assert ids.tolist() == [7, -2] and boxes.tolist() == [[1, 2, 3, 5], [10, 20, 30, 50]]
    assert ids.dtype == np.int64 and boxes.dtype.kind == "f"


def test_a_tree_of_three_floors_lists_the_rows_of_its_leaves():
    everywhere = (0, 9, 0, 9)
    nodes = {
        1: node(2, (2, *everywhere), (3, *everywhere)),
        2: node(0, (4, *everywhere)),
        3: node(0, (5, *everywhere)),
        4: node(0, (40, 1, 2, 3, 4), (41, 1, 2, 3, 4)),
        5: node(0, (50, 5, 6, 7, 8)),
    }
    ids, boxes = gpkg.leaf_entries(nodes)
    assert ids.tolist() == [40, 41, 50] and boxes[2].tolist() == [5, 7, 6, 8]


def test_a_tree_that_lost_nodes_lists_what_is_left():
    assert len(gpkg.leaf_entries({})[0]) == 0
    ids, boxes = gpkg.leaf_entries({1: node(1, (2, 0, 9, 0, 9), (3, 0, 9, 0, 9)), 3: node(0, (8, 1, 2, 3, 4))})
    assert ids.tolist() == [8] and boxes.shape == (1, 4)
