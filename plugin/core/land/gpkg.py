"""What a GeoPackage looks like from inside, for all who read or write one: blobs of geometry and quoted names."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from .types import Array

MAGIC = b"GP"
HEAD = 40  # bytes of a blob that hold its header with an envelope of four numbers
_HEADER = (8, 40, 56, 56, 72, 8, 8, 8)  # bytes before the WKB, by bits 1-3 of the flags (OGC 12-128 2.1.3)
_ENVELOPE, _EMPTY = 0b11, 0x10  # little endian with an envelope of four numbers; the flag of an empty geometry
_ONE_PART = struct.pack("<BII", 1, 6, 1)  # what WKB of a multipolygon has before that of its only polygon


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def wkb_of(blob: Optional[bytes]) -> Optional[bytes]:
    """WKB inside a GeoPackage blob; None for a null geometry or something that is no such blob."""
    if not blob or len(blob) < 8 or bytes(blob[:2]) != MAGIC:
        return None
    return bytes(blob[_HEADER[blob[3] >> 1 & 7] :])


def wkbs_of(stored: Iterable[Optional[bytes]]) -> list[Optional[bytes]]:
    """As `wkb_of`, of many."""
    return [
        blob[_HEADER[blob[3] >> 1 & 7] :]
        if type(blob) is bytes and len(blob) >= 8 and blob[:2] == MAGIC
        else wkb_of(blob)
        for blob in stored
    ]


_HEAD = np.dtype([("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4"), ("sides", "<f8", 4)])
_BEGIN = np.dtype([("order", "u1"), ("kind", "<u4")])  # of WKB
_PART = np.dtype([("order", "u1"), ("kind", "<u4"), ("parts", "<u4")])  # how WKB begins, with the number of its parts
_RING = np.dtype([("order", "u1"), ("kind", "<u4"), ("rings", "<u4"), ("points", "<u4")])  # a polygon of one ring


def blobs(geometries: Array, boxes: Array, srs_id: int, is_multi: bool = False) -> list[bytes]:
    """GeoPackage blobs of geometries with their boxes (n x 4: min x, min y, max x, max y).

    `is_multi`: a single polygon becomes a multipolygon of one part.
    """
    points = shapely.get_num_coordinates(geometries)
    is_ring = (shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON) & (points > 0)
    is_ring &= (shapely.get_num_interior_rings(geometries) == 0) & ~shapely.has_z(geometries)
    rings, rest = np.flatnonzero(is_ring), np.flatnonzero(~is_ring)
    made = _ring_blobs(geometries[rings], boxes[rings], points[rings], srs_id, is_multi)
    if not len(rest):
        return made
    others = wkb_blobs(shapely.to_wkb(geometries[rest]), geometries[rest], boxes[rest], srs_id, is_multi)
    found = np.empty(len(geometries), dtype=object)
    found[rings], found[rest] = made, others
    return list(found.tolist())


def _ring_blobs(rings: Array, boxes: Array, points: Array, srs_id: int, is_multi: bool) -> list[bytes]:
    """Polygons of one ring each: all vertices are taken at once, half the time of WKB polygon by polygon."""
    heads = np.zeros(len(rings), [("head", _HEAD), *([("part", _PART)] if is_multi else []), ("ring", _RING)])
    _fill(heads["head"], boxes, srs_id)
    if is_multi:
        heads["part"] = (1, 6, 1)
    ring = heads["ring"]
    ring["order"], ring["kind"], ring["rings"], ring["points"] = 1, 3, 1, points
    body, ends = shapely.get_coordinates(rings).tobytes(), np.cumsum(points) * 16
    places = zip(_rows(heads), (ends - points * 16).tolist(), ends.tolist())
    return [head + body[a:b] for head, a, b in places]


def wkb_blobs(wkb: Iterable[bytes], geometries: Array, boxes: Array, srs_id: int, is_multi: bool) -> list[bytes]:
    """As `blobs`, of geometries whose WKB is there."""
    single = (shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON) & is_multi
    heads = np.zeros(len(boxes), _HEAD)
    _fill(heads, boxes, srs_id)
    rows = zip(_rows(heads), wkb, single.tolist())
    return [head + (_ONE_PART if wrapped else b"") + data for head, data, wrapped in rows]


def are_blobs(values: Array) -> bool:
    """Whether an array of geometries holds them as blobs."""
    return len(values) > 0 and type(values[0]) is bytes


def blob_geometries(stored: Array) -> Array:
    """The geometries of blobs as `blobs` makes them."""
    found: Array = shapely.from_wkb([blob[HEAD:] for blob in stored])
    return found


def placed_blobs(stored: Array, srs_id: int, is_multi: bool = False) -> tuple[list[bytes], Array]:
    """Blobs as `blobs` makes them, of whatever system, in another one, and their boxes; `is_multi` as there."""
    begin = _HEAD.itemsize + _BEGIN.itemsize
    begins = np.frombuffer(b"".join([blob[:begin] for blob in stored]), [("head", _HEAD), ("wkb", _BEGIN)])
    heads = begins["head"].copy()
    heads["srs"] = srs_id
    single = (begins["wkb"]["kind"] == shapely.GeometryType.POLYGON.value) & is_multi
    rows = zip(_rows(heads), stored, single.tolist())
    made = [head + (_ONE_PART if wrapped else b"") + blob[HEAD:] for head, blob, wrapped in rows]
    return made, heads["sides"][:, [0, 2, 1, 3]]


def _fill(heads: Array, boxes: Array, srs_id: int) -> None:
    heads["magic"], heads["flags"], heads["srs"], heads["sides"] = MAGIC, _ENVELOPE, srs_id, boxes[:, [0, 2, 1, 3]]


def _rows(table: Array) -> Iterator[bytes]:
    """The bytes of each row."""
    return (row for (row,) in struct.iter_unpack(f"{table.itemsize}s", table.tobytes()))


@dataclass(frozen=True)
class Heads:
    """What the headers of some blobs say: `boxes` n x 4, not-a-number where there is none; booleans for the rest."""

    boxes: Array
    is_null: Array
    is_empty: Array


def wkb_starts(lengths: Array, starts: Array, body: bytes) -> Optional[Array]:
    """Where in `body` the WKB of each blob (`lengths` bytes from `starts` on) begins; None where one is no blob."""
    if (lengths < 8).any():
        return None
    data = np.frombuffer(body, np.uint8)
    if not ((data[starts] == MAGIC[0]) & (data[starts + 1] == MAGIC[1])).all():
        return None
    found: Array = starts + np.array(_HEADER)[data[starts + 3] >> 1 & 7]
    return found


def read_heads(heads: Sequence[Optional[bytes]]) -> Heads:
    """Read the first HEAD bytes of blobs; None stands for a null geometry."""
    lengths = np.array([-1 if head is None else len(head) for head in heads], dtype=int)
    return read_joined_heads(lengths, b"".join(head for head in heads if head is not None))


def read_joined_heads(lengths: Array, body: bytes) -> Heads:
    """As `read_heads`, of heads that lie end to end in `body`; -1 bytes stand for a null geometry."""
    count = len(lengths)
    complete = lengths == HEAD  # rows cut shorter than a header hold no envelope
    data = np.frombuffer(body, np.uint8)
    starts = np.cumsum(np.maximum(lengths, 0)) - np.maximum(lengths, 0)
    if complete.all():
        table = data.reshape(-1, HEAD)
    else:
        table = np.zeros((count, HEAD), np.uint8)
        table[complete] = data[starts[complete][:, None] + np.arange(HEAD)]
    flags = table[:, 3]
    is_blob = (table[:, 0] == MAGIC[0]) & (table[:, 1] == MAGIC[1])
    placed = is_blob & (flags >> 1 & 7 >= 1) & (flags >> 1 & 7 <= 4) & (flags & _EMPTY == 0)
    if (placed & (flags & 1 == 1)).all():
        sides = np.frombuffer(table, _HEAD)["sides"]
        boxes = np.empty((count, 4), order="F")
        for side, at in enumerate((0, 2, 1, 3)):
            boxes[:, side] = sides[:, at]
        return Heads(boxes, lengths < 0, ~placed)
    boxes = np.full((count, 4), np.nan)
    for rows, kind in ((placed & (flags & 1 == 1), "<f8"), (placed & (flags & 1 == 0), ">f8")):
        boxes[rows] = np.ascontiguousarray(table[rows, 8:]).view(kind)[:, [0, 2, 1, 3]]
    is_empty = is_blob & (flags & _EMPTY != 0)
    for row in np.flatnonzero((lengths >= 8) & (lengths < HEAD)):
        head = body[starts[row] : starts[row] + lengths[row]]
        is_empty[row] = head[:2] == MAGIC and bool(head[3] & _EMPTY)
    return Heads(boxes, lengths < 0, is_empty)


def leaf_entries(nodes: dict[int, bytes]) -> tuple[Array, Array]:
    """(ids, boxes n x 4 in single precision) that an R-tree of SQLite lists, from its node table, in no order."""
    level = np.array([1], dtype=np.int64)
    depth = int.from_bytes(nodes[1][:2], "big") if 1 in nodes else 0
    for _ in range(depth):
        level = _cells(nodes, level)["id"]
    cells = _cells(nodes, level)
    return cells["id"].astype(np.int64), cells["box"][:, [0, 2, 1, 3]]


_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])  # min x, max x, min y, max y


def _cells(nodes: dict[int, bytes], numbers: Array) -> Array:
    pages = [nodes.get(number, b"") for number in numbers.tolist()]
    cells = [page[4 : 4 + int.from_bytes(page[2:4], "big") * _CELL.itemsize] for page in pages]
    if any(len(part) % _CELL.itemsize for part in cells):
        raise ValueError("a page of the R-tree is cut short")
    return np.frombuffer(b"".join(cells), _CELL)
