"""Where a photo was taken, from EXIF blocks written byte by byte in both orders; broken ones say nothing."""

import struct

import pytest
import shapely
from onemap.plugin.core.forms.photo_place import farthest_metres, metres_from, photo_place

EAST = ((120, 1), (7, 1), (3012, 100))  # 120 degrees 7 minutes 30.12 seconds
NORTH = ((30, 1), (15, 1), (4550, 100))


def tiff(lat=NORTH, lon=EAST, refs=(b"N", b"E"), order="<", tags=None):
    """A TIFF block whose first directory holds one tag, the place of the GPS directory."""
    first, gps = 8, 8 + 2 + 12 + 4
    data = gps + 2 + 4 * 12 + 4
    entries = tags or [(1, refs[0].ljust(4, b"\0")), (2, struct.pack(f"{order}I", data)),
                       (3, refs[1].ljust(4, b"\0")), (4, struct.pack(f"{order}I", data + 24))]  # fmt: skip
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", first)
    root = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, gps) + b"\0" * 4
    table = (
        struct.pack(f"{order}H", len(entries))
        + b"".join(struct.pack(f"{order}HHI", tag, 5, 3) + value for tag, value in entries)
        + b"\0" * 4
    )
    numbers = [n for pair in (*lat, *lon) for n in pair]
    return head + root + table + struct.pack(f"{order}{len(numbers)}I", *numbers)


def segment(mark, content):
    return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content


def jpeg(block, before=b"", name=b"Exif\0\0"):
    return b"\xff\xd8" + before + segment(0xE1, name + block) + b"\xff\xda\0\2" + b"\0" * 40


PLACE = (120 + 7 / 60 + 30.12 / 3600, 30 + 15 / 60 + 45.5 / 3600)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    "refs, signs",
    [((b"N", b"E"), (1, 1)), ((b"S", b"E"), (1, -1)), ((b"N", b"W"), (-1, 1)), ((b"S\0", b"W\0"), (-1, -1))],
)
def test_degrees_minutes_seconds_and_their_sides(order, refs, signs):
    found = photo_place(jpeg(tiff(refs=refs, order=order)))
    assert found == pytest.approx((PLACE[0] * signs[0], PLACE[1] * signs[1]), abs=1e-12)


@pytest.mark.parametrize(
    "before",
    [
        segment(0xE0, b"JFIF\0" + b"\0" * 9),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),  # the same mark with another name
        b"\xff\x01\xff\xd0\xff\xd9",  # marks that have no length
        segment(0xE0, b"") * 150,
    ],
)
def test_other_segments_are_passed_over(before):
    assert photo_place(jpeg(tiff(), before)) == pytest.approx(PLACE)


def test_a_search_is_bounded():
    assert photo_place(jpeg(tiff(), segment(0xE0, b"") * 199)) is not None
    assert photo_place(jpeg(tiff(), segment(0xE0, b"") * 200)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG" + jpeg(tiff())[4:],
        b"\xff\xd8\xff\xda\0\2" + segment(0xE1, b"Exif\0\0" + tiff()),  # behind the picture's start
        b"\xff\xd8\x00\xe1" + jpeg(tiff())[4:],
        jpeg(tiff(), name=b"Exix\0\0"),
        jpeg(b"XX" + tiff()[2:]),
        jpeg(b""),
        jpeg(tiff(tags=[(1, b"N\0\0\0")])),
        jpeg(tiff()[:-30]),
        jpeg(tiff()[:-1]),  # cut by one byte: the next one belongs to the picture
        jpeg(tiff())[:30],
        jpeg(tiff().replace(struct.pack("<H", 0x8825), struct.pack("<H", 0x8769))),  # no GPS directory
    ],
)
def test_what_says_no_place_is_none(content):
    assert photo_place(content) is None


@pytest.mark.parametrize(
    "lat, lon, is_place",
    [
        (((90, 1), (0, 1), (0, 1)), ((180, 1), (0, 1), (0, 1)), True),
        (((90, 1), (0, 1), (1, 1)), ((120, 1), (0, 1), (0, 1)), False),
        (((30, 1), (0, 1), (0, 1)), ((180, 1), (0, 1), (1, 1)), False),
        (((0, 1), (0, 1), (0, 1)), ((0, 1), (0, 1), (0, 1)), False),  # a camera without a fix
        (((0, 1), (0, 1), (0, 1)), ((120, 1), (0, 1), (0, 1)), True),
        (((30, 1), (0, 0), (0, 0)), ((120, 1), (0, 0), (0, 0)), True),  # nought of nought is nought
        (((30, 0), (0, 1), (0, 1)), ((120, 1), (0, 1), (0, 1)), False),
    ],
)
def test_places_on_the_border_of_the_world(lat, lon, is_place):
    assert (photo_place(jpeg(tiff(lat, lon))) is not None) == is_place


def test_the_sides_of_a_place_at_the_pole_keep_their_sign():
    south = tiff(((90, 1), (0, 1), (0, 1)), ((180, 1), (0, 1), (0, 1)), (b"S", b"W"))
    assert photo_place(jpeg(south)) == (-180, -90)


def test_metres_from_a_record():
    square = shapely.to_wkb(shapely.box(120, 30, 120.01, 30.01))
    assert metres_from(square, (120.005, 30.005)) == 0
    assert metres_from(square, (120.005, 30.011)) == pytest.approx(110.9, abs=0.1)
    assert metres_from(square, (120.011, 30.005)) == pytest.approx(96.5, abs=0.1)
    assert farthest_metres() > 0
