"""What a process beside QGIS does for tables of GeoPackages: it reads where their rows lie, and looks at geometry.

Nothing here needs QGIS. What is out of the ordinary it leaves to the layer: then there is no answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from functools import lru_cache
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.land.array_bytes import from_bytes, geometries_at, to_bytes
from ...core.land.coordinates import misplaced
from ...core.land.crs import plane_limits
from ...core.land.row_boxes import RowBoxes
from ...core.threads import Feedback
from ...core.workers import Slot
from .gpkg_reader import GpkgFile, GpkgTable

_MAPPED = 1 << 31  # bytes of a file; a third less time for its rows


class _Question(str, Enum):
    ROWS = "rows"
    SOUND = "sound"


def read_rows(slot: Slot, tables: Sequence[GpkgTable], feedback: Optional[Feedback] = None) -> None:
    """Have tables read where their rows lie, for their `row_boxes`; what a process does not read stays as it was.

    Raises Cancelled.
    """
    with suppress(sqlite3.Error):  # whoever opens the layer will tell
        stamps = [table.file.stamp() for table in tables]
        places = [[str(table.file.path), table.name] for table in tables]
        said = slot.ask(to_bytes({"ask": _Question.ROWS.value, "tables": places}, []), feedback)
        if said is None:
            return
        header, arrays = from_bytes(said)
        for number, (table, stamp) in enumerate(zip(tables, stamps)):
            ids, sides, has_land = arrays[3 * number : 3 * number + 3]
            rows = RowBoxes(ids, sides.T, has_land, header["wrong_entries"][number])
            table.file.keep_boxes(table.name, rows, stamp)


def ask_sound(slot: Slot, plane: CRS, stored: tuple[np.ndarray, np.ndarray, np.ndarray]) -> bool:
    """Whether WKB (bytes, starts, lengths) on a plane is that of valid polygons in two dimensions, nothing else."""
    return slot.ask(to_bytes({"ask": _Question.SOUND.value, "plane": plane.srs}, stored)) == b"\1"


def answer(data: bytearray) -> bytes:
    """The answer to either question; raises whatever goes wrong."""
    header, arrays = from_bytes(data)
    if header["ask"] == _Question.SOUND.value:
        return b"\1" if are_sound(geometries_at(*arrays), _plane(header["plane"])) else b"\0"
    tables: Any = [_file(path).table(name) for path, name in header["tables"]]
    found = [table.read_boxes() for table in tables]
    arrays = [array for rows in found for array in (rows.ids, rows.boxes.T, rows.has_land)]
    return to_bytes({"wrong_entries": [rows.wrong_entries for rows in found]}, arrays)


def are_sound(geometries: np.ndarray, plane: CRS) -> bool:
    """Whether nothing is to be said of geometries on a plane: valid polygons where the plane allows them."""
    kinds = shapely.get_type_id(geometries)
    if not np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)).all():
        return False
    if shapely.has_z(geometries).any() or shapely.is_empty(geometries).any():
        return False
    boxes, limits = shapely.bounds(geometries).reshape(-1, 4), plane_limits(plane)
    if limits is not None and ((boxes[:, :2] < limits[:2]) | (boxes[:, 2:] > limits[2:])).any():
        return False
    return not misplaced(plane, boxes).mask.any() and bool(shapely.is_valid(geometries).all())


@lru_cache(maxsize=4)
def _file(path: str) -> GpkgFile:
    file = GpkgFile.of(path)  # opening it parses the schema: once for its many tables
    file.connections.mapped_bytes = _MAPPED
    return file


@lru_cache(maxsize=8)
def _plane(definition: str) -> CRS:
    return CRS.from_user_input(definition)
