"""What a process beside QGIS does for tables of GeoPackages: it reads where their rows lie.

Nothing here needs QGIS. What is out of the ordinary it leaves to the layer: then there is no answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Optional

from ...core.land.array_bytes import from_bytes, to_bytes
from ...core.land.row_boxes import RowBoxes
from ...core.threads import Feedback
from ...core.workers import Slot
from .gpkg_reader import GpkgFile, GpkgTable

_MAPPED = 1 << 31  # bytes of a file; a third less time for its rows


def read_rows(slot: Slot, tables: Sequence[GpkgTable], feedback: Optional[Feedback] = None) -> None:
    """Have tables read where their rows lie, for their `row_boxes`; what a process does not read stays as it was.

    Raises Cancelled.
    """
    with suppress(sqlite3.Error):  # whoever opens the layer will tell
        stamps = [table.file.stamp() for table in tables]
        places = [[str(table.file.path), table.name] for table in tables]
        said = slot.ask(to_bytes({"tables": places}, []), feedback)
        if said is None:
            return
        header, arrays = from_bytes(said)
        for number, (table, stamp) in enumerate(zip(tables, stamps)):
            ids, sides, has_land = arrays[3 * number : 3 * number + 3]
            rows = RowBoxes(ids, sides.T, has_land, header["wrong_entries"][number])
            table.file.keep_boxes(table.name, rows, stamp)


def answer(data: bytearray) -> bytes:
    """The answer to `read_rows`; raises whatever goes wrong."""
    header, _ = from_bytes(data)
    tables: Any = [_file(path).table(name) for path, name in header["tables"]]
    found = [table.read_boxes() for table in tables]
    arrays = [array for rows in found for array in (rows.ids, rows.boxes.T, rows.has_land)]
    return to_bytes({"wrong_entries": [rows.wrong_entries for rows in found]}, arrays)


@lru_cache(maxsize=4)
def _file(path: str) -> GpkgFile:
    file = GpkgFile.of(path)  # opening it parses the schema: once for its many tables
    file.connections.mapped_bytes = _MAPPED
    return file
