"""Tables of a frozen round as columns whose bytes depend on nothing but their values: equal tables, equal bytes."""

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from ..errors import InputError
from ..land.types import Array

_SHARE = 0.5  # a column with fewer different values than this share of its rows is kept as values and positions


class RoundTable:
    """Columns of plain values (text, numbers, booleans, None); as bytes they are canonical JSON."""

    def __init__(self, columns: dict[str, Any], count: int) -> None:
        self._columns, self._count = columns, count
        self._values: dict[str, list[Any]] = {}

    @classmethod
    def of(cls, columns: dict[str, list[Any]], count: int) -> "RoundTable":
        """A table of {name: list}."""
        return cls({name: _packed(values) for name, values in columns.items()}, count)

    @classmethod
    def from_bytes(cls, content: bytes) -> "RoundTable":
        """The table of what `to_bytes` gave; raises InputError for anything else."""
        try:
            reported = json.loads(content)
            return cls({str(k): v for k, v in reported["columns"].items()}, int(reported["count"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("round_unreadable") from error

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        values = {"count": self._count, "columns": self._columns}
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")

    def __len__(self) -> int:
        return self._count

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def column(self, name: str, default: Any = "") -> list[Any]:
        """Values of a column; `default` for every row where a table of an older version has none."""
        if name not in self._columns:
            return [default] * self._count
        if name not in self._values:
            held = self._columns[name]
            self._values[name] = [held["of"][at] for at in held["at"]] if isinstance(held, dict) else held
        return self._values[name]

    def codes(self, name: str, default: Any = "") -> tuple[list[Any], Array]:
        """(different values, array of each row's position among them)."""
        held = self._columns.get(name, [default] * self._count)
        if isinstance(held, dict):
            return held["of"], np.asarray(held["at"], dtype=np.int64)
        places: dict[Any, int] = {}
        at = [places.setdefault(value, len(places)) for value in held]
        return list(places), np.asarray(at, dtype=np.int64)

    def row(self, number: int) -> dict[str, Any]:
        """One row as {name: value}."""
        return {name: self.column(name)[number] for name in self._columns}


def _packed(values: Sequence[Any]) -> Any:
    """A column as {"of": different values, "at": positions} where that is shorter."""
    places: dict[tuple[type, Any], int] = {}
    at = [places.setdefault((type(value), value), len(places)) for value in values]
    if values and len(places) < _SHARE * len(values):
        return {"of": [_plain(value) for _, value in places], "at": at}
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """What JSON can tell: an Enum of text as its text, a number that is none as None."""
    if isinstance(value, float):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, str):
        return str(getattr(value, "value", value))
    return value


def geometries_to_bytes(geometries: Any) -> bytes:
    """Geometries as length and WKB one after the other; length 0 stands for None."""
    blobs = [b"" if blob is None else blob for blob in shapely.to_wkb(np.asarray(geometries, dtype=object))]
    return struct.pack("<q", len(blobs)) + np.array([len(b) for b in blobs], dtype="<i8").tobytes() + b"".join(blobs)


def geometries_from_bytes(content: bytes) -> Array:
    """The geometries of what `geometries_to_bytes` gave; raises InputError for anything else."""
    try:
        (count,) = struct.unpack_from("<q", content)
        lengths = np.frombuffer(content, dtype="<i8", count=count, offset=8)
        ends = 8 + 8 * count + np.cumsum(lengths)
        blobs = [content[end - length : end] or None for end, length in zip(ends.tolist(), lengths.tolist())]
        found = np.empty(count, dtype=object)
        found[:] = shapely.from_wkb(np.array([*blobs, None], dtype=object))[:-1]
        return found
    except (struct.error, ValueError, shapely.errors.GEOSException) as error:
        raise InputError("round_unreadable") from error
