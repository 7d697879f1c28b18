"""Files that hold nothing but coordinates: 点号,圈号,X,Y or 点号,X,Y or X,Y, with or without a line of titles."""

import re
from typing import NamedTuple, Optional

import numpy as np

from ...core.errors import InputError
from .model import Parcel, ParcelFile, Point
from .text import angle_or_number, cells, plain

_NORTH = re.compile(r"^(x|n|b|北|纵|纬)|北坐标|纵坐标|^x坐标|纬度", re.IGNORECASE)
_EAST = re.compile(r"^(y|e|l|东|横|经)|东坐标|横坐标|^y坐标|经度", re.IGNORECASE)
_RING = re.compile("圈号|ring", re.IGNORECASE)
_SHOWN = 60
_LARGEST_RING = 9999


class _Columns(NamedTuple):
    """Index of every column, -1 for one that the file lacks."""

    name: int
    ring: int
    north: int
    east: int


def read_bare(lines: list[tuple[int, str]], encoding: str) -> ParcelFile:
    """A ParcelFile of one parcel without head fields, from (line number, text) of a file without sections.

    Raises InputError naming the line. The file says nothing about its CRS: `place` wants one to be chosen.
    """
    number, first = lines[0]
    titles = _titles(cells(first))
    rows = lines[1:] if titles else lines
    if not rows or not (titles or _values(cells(first))):
        raise InputError("txt_no_section", line=number)
    columns = titles or _guessed(cells(rows[0][1]))
    parcel = Parcel({}, [])
    for number, line in rows:
        parcel.points.append(_point(cells(line), columns, number, line))
        parcel.lines.append(number)
    return ParcelFile({}, [parcel], encoding=encoding, is_bare=True)


def _titles(parts: list[str]) -> Optional[_Columns]:
    """The columns that a line of titles names, None for a line that is none."""
    if _values(parts):
        return None
    names = [plain(part) for part in parts]
    north, east = (next((i for i, n in enumerate(names) if sign.search(n)), -1) for sign in (_NORTH, _EAST))
    ring = next((i for i, n in enumerate(names) if _RING.search(n)), -1)
    if north < 0 or east < 0 or north == east:
        return None
    return _Columns(0 if 0 not in (north, east, ring) else -1, ring, north, east)


def _values(parts: list[str]) -> bool:
    """Whether a line could be a point: two of its cells are numbers."""
    found = [np.isfinite(angle_or_number(part)) for part in parts]
    return len(found) >= 2 and sum(found) >= 2


def _guessed(parts: list[str]) -> _Columns:
    """The columns of a file without titles; a small whole number before two others is the ring."""
    if len(parts) == 2:
        return _Columns(-1, -1, 0, 1)
    ring = angle_or_number(parts[1])
    if len(parts) == 3 or not (ring == int(ring if np.isfinite(ring) else -1) and 0 <= ring <= _LARGEST_RING):
        return _Columns(0, -1, 1, 2)
    return _Columns(0, 1, 2, 3)


def _point(parts: list[str], columns: _Columns, number: int, line: str) -> Point:
    texts = [parts[i] if 0 <= i < len(parts) else "" for i in columns]
    if not np.isfinite([angle_or_number(texts[2]), angle_or_number(texts[3])]).all():
        raise InputError("txt_bad_point", line=number, text=line[:_SHOWN])
    return Point(texts[0], texts[1] or "1", texts[2], texts[3])
