"""What a process beside QGIS answers during a check: it reads what it is to look at where that is stored."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Optional

from ...core.land.array_store import packed_at
from ...core.land.overlay import HUGE
from ...core.review import chunk_answers
from ...core.review.stored_shapes import Read, StoredShapes
from ..layers.gpkg_reader import GpkgFile, GpkgTable

if TYPE_CHECKING:
    from ...core.land.types import Array

TABLE, CACHE = "table", "cache"
_HUGE_BYTES = 16 * HUGE  # a vertex takes sixteen


def answer(data: bytearray) -> bytes:
    """As chunk_answers.answer; LookupError also for what QGIS's process has to read by itself."""
    question = [data]
    del data  # who answers may let go of what is as large as all that is computed with
    return chunk_answers.answer(question.pop(), _READERS)


def rest() -> None:
    """Nothing is asked for a while: let go of files."""
    _table.cache_clear()


def _of_table(place: list[Any], arrays: list[Array]) -> Read:
    path, name, column = place
    found = _table(path, name).stored(arrays[0].copy(), column)
    if found is None or (found[0].lengths > _HUGE_BYTES).any():
        raise LookupError
    return Read(*found)


def _of_cache(place: list[Any], arrays: list[Array]) -> Read:
    return Read(StoredShapes(*packed_at(place[0], [array.copy() for array in arrays])), [])


_READERS = {TABLE: _of_table, CACHE: _of_cache}


@lru_cache(maxsize=8)
def _table(path: str, name: str) -> GpkgTable:
    table: Optional[GpkgTable] = GpkgFile.of(path).table(name)
    if table is None:
        raise LookupError
    return table
