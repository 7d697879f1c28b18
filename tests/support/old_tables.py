"""Bytes of an .xls (BIFF8 in an OLE container) and of a .dbf without a shapefile, as offices still send them."""

import struct

_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_workbook(rows, title="Sheet1"):
    """An .xls of one sheet; texts and numbers."""
    name = title.encode("utf-16-le")
    sheet = _bof(0x10) + _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet += _cell(number, column, value)
    sheet += _record(0x0A, b"")
    entry = struct.pack("<BBBB", 0, 0, len(title), 1) + name
    place = len(_bof(5)) + 4 + 4 + len(entry) + 4  # behind the part that lists the sheets
    book = _bof(5) + _record(0x85, struct.pack("<I", place) + entry) + _record(0x0A, b"") + sheet
    return _ole(book)


def _bof(kind):
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def _cell(row, column, value):
    if value is None:
        return b""
    head = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x204, head + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, head + struct.pack("<d", value))


def _ole(stream):
    stream += bytes(max(4096 - len(stream), -len(stream) % _SECTOR))
    sectors = len(stream) // _SECTOR  # sector 0: FAT, 1: directory, from 2 on the stream
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    return head + table + entries + stream


def _entry(name, kind, child, start, size):
    text = name.encode("utf-16-le") + b"\0\0"
    data = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return data + bytes(36) + struct.pack("<IQ", start, size)


def plain_dbf(names, rows, encoding="gbk"):
    """A .dbf of text fields of 40 bytes."""
    head, size = 32 + 32 * len(names) + 1, 1 + 40 * len(names)
    data = struct.pack("<BBBBIHH", 3, 126, 1, 1, len(rows), head, size) + bytes(20)
    for name in names:
        data += name.encode(encoding).ljust(11, b"\0") + b"C" + bytes(4) + bytes([40, 0]) + bytes(14)
    data += b"\r"
    for row in rows:
        data += b" " + b"".join(str(value).encode(encoding).ljust(40) for value in row)
    return data + b"\x1a"
