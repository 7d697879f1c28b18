"""What tells whether one layer changed: its own table where a file holds several, so that a neighbour's change is none.

A store that a county keeps its layers in changes with every version of any of them; a round that read one layer must
not look out of date because of another.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ..files import sqlite_uri
from .file_state import FileStamp, is_settled, known_sha256, stamp_of

_PREFIX = "layer:"  # before the digest of a table, which no program for files computes
_MARK = "layername="
_KEPT: dict[tuple[str, str], tuple[tuple[FileStamp, ...], str]] = {}
_MOST_KEPT = 256


def source_parts(source: str) -> tuple[str, str]:
    """(path, table) of a layer's source as rounds keep it, "" for no table."""
    path, *rest = source.split("|")
    return path, next((part[len(_MARK) :] for part in rest if part.lower().startswith(_MARK)), "")


def layer_sha256(file: Path, source: str) -> str:
    """The digest of a layer as it is: of its table in a GeoPackage with several, else of its file; raises OSError."""
    return _table_digest(Path(file), source_parts(source)[1]) or known_sha256(Path(file))


def are_comparable(digests: Iterable[str]) -> bool:
    """Whether digests were made in one way: those of tables tell nothing about those of files."""
    return len({digest.startswith(_PREFIX) for digest in digests}) < 2


def is_unchanged(source: str, digest: str) -> bool:
    """Whether a layer is what it was when it had this digest; one kept before tables had their own is of the file.

    Raises OSError.
    """
    path = Path(source_parts(source)[0])
    return digest == (layer_sha256(path, source) if digest.startswith(_PREFIX) else known_sha256(path))


def _table_digest(path: Path, table: str) -> str:
    """The digest of one of several tables, "" where the file is no such GeoPackage."""
    if not table or path.suffix.lower() != ".gpkg":
        return ""
    stamps, key = stamp_of(path), (str(path), table.lower())
    kept = _KEPT.get(key)
    if kept is not None and kept[0] == stamps:
        return kept[1]
    try:
        with closing(sqlite3.connect(sqlite_uri(path, "ro"), uri=True)) as database:
            database.execute("BEGIN")  # all of one state
            digest = _digest(database, table)
    except sqlite3.Error:
        return ""
    if digest and is_settled(stamps) and stamp_of(path) == stamps:
        _KEPT[key] = (stamps, digest)
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
    return digest


def _digest(database: sqlite3.Connection, table: str) -> str:
    named = [name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")]
    found = next((name for name in named if name.lower() == table.lower()), None)
    if len(named) < 2 or found is None:
        return ""
    digest = hashlib.sha256()
    for row in _content(database, found):
        digest.update(ascii(row).encode("ascii"))
    return _PREFIX + digest.hexdigest()


def _content(database: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """Columns, reference system and rows of a table, one after the other."""
    quoted = '"' + table.replace('"', '""') + '"'
    yield from database.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
    yield from database.execute(
        "SELECT g.column_name, g.geometry_type_name, g.z, g.m, s.organization, s.organization_coordsys_id, "
        "s.definition FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s USING (srs_id) WHERE g.table_name = ?",
        (table,),
    )
    yield from database.execute(f"SELECT rowid, * FROM {quoted} ORDER BY rowid")  # noqa: S608 - a name, quoted
