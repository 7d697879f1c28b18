"""What the first bytes of a file say: whether it is what its name says, and how fine a map is."""

import struct
from pathlib import Path
from typing import Optional

from ...core.land.remarks import Remark
from ...core.land.shapefile import shapefile_faults

_SQLITE = b"SQLite format 3\0"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGIC = {
    ".pdf": (b"%PDF",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".png": (b"\x89PNG",),
    ".xlsx": (b"PK",), ".docx": (b"PK",), ".xls": (_OLE,), ".gpkg": (_SQLITE,), ".sqlite": (_SQLITE,),
    ".tif": (b"II*\0", b"MM\0*", b"II+\0"), ".mdb": (b"\0\1\0\0Standard Jet DB", b"\0\1\0\0Standard ACE DB"),
}  # fmt: skip
_APP0, _SCAN = 0xE0, 0xDA
_INCH = {1: 1.0, 2: 2.54}  # units of JFIF: dots an inch, dots a centimetre
_PNG_INCH = 0.0254


def trouble(place: Path) -> Optional[Remark]:
    """What is wrong with a file by its bytes, None for nothing; raises OSError where it cannot be read."""
    suffix = place.suffix.lower()
    if suffix == ".gdb":
        return _of_folder(place)
    with place.open("rb") as stream:
        head = stream.read(100)
    if not head:
        return Remark("file_empty")
    wanted = _MAGIC.get(suffix)
    if wanted and not head.startswith(wanted):
        return Remark("file_other_kind", params={"suffix": suffix})
    if suffix in (".gpkg", ".sqlite"):
        return _of_database(head, place.stat().st_size)
    if suffix == ".shp":
        faults = shapefile_faults(place)
        return Remark(faults[0].code, params=faults[0].params) if faults else None
    return None


def _of_folder(place: Path) -> Optional[Remark]:
    """A file geodatabase is a folder with a catalogue table; a half copy lacks tables or their indexes."""
    if not place.is_dir():
        return Remark("file_other_kind", params={"suffix": ".gdb"})
    names = {file.name.lower() for file in place.iterdir()}
    if "a00000001.gdbtable" not in names:
        return Remark("gdb_incomplete", params={"file": "a00000001.gdbtable"})
    for name in sorted(names):
        index = name.replace(".gdbtable", ".gdbtablx")
        if name.endswith(".gdbtable") and index not in names:
            return Remark("gdb_incomplete", params={"file": index})
    return None


def _of_database(head: bytes, size: int) -> Optional[Remark]:
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    stated = (65536 if page == 1 else page) * pages
    if head[24:28] == head[92:96] and size < stated:
        return Remark("database_cut_short", params={"bytes": size, "stated": stated})
    return None


def resolution(place: Path) -> Optional[int]:
    """Dots an inch that an image says of itself, None where it says nothing; raises OSError."""
    with place.open("rb") as stream:
        data = stream.read(1 << 16)
    if data.startswith(b"\x89PNG"):
        return _of_png(data)
    return _of_jpeg(data) if data.startswith(b"\xff\xd8") else None


def _of_png(data: bytes) -> Optional[int]:
    at = data.find(b"pHYs")
    if at < 0 or len(data) < at + 13 or data[at + 12] != 1:
        return None
    return round(struct.unpack_from(">I", data, at + 4)[0] * _PNG_INCH)


def _of_jpeg(data: bytes) -> Optional[int]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:
        size = struct.unpack_from(">H", data, at + 2)[0]
        if data[at + 1] == _APP0 and data[at + 4 : at + 9] == b"JFIF\0" and len(data) >= at + 16:
            unit, across = data[at + 11], struct.unpack_from(">H", data, at + 12)[0]
            return round(across * _INCH[unit]) if unit in _INCH else None
        at += 2 + size
    return None
