"""What the three files of a shapefile say of each other: a half copy is noticed before its land is missed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .file_state import companion

_HEADER, _RECORD = 100, 8  # bytes of a header, of a record of the index


@dataclass(frozen=True)
class Fault:
    """One contradiction; `code` is a key of resources/messages/."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def shapefile_faults(path: Path) -> list[Fault]:
    """Contradictions between .shp, .shx and .dbf; raises OSError where a file cannot be read."""
    found, index, table = [], companion(path, ".shx"), companion(path, ".dbf")
    for file in filter(None, (path, index)):
        stated, size = _stated_bytes(file), file.stat().st_size
        if size < stated or size < _HEADER:
            found.append(Fault("file_cut_short", {"file": file.name, "bytes": size, "stated": stated}))
    if index is None:
        return [*found, Fault("file_missing", {"file": path.with_suffix(".shx").name})]
    shapes = max(index.stat().st_size - _HEADER, 0) // _RECORD
    if table is not None and _table_rows(table) != shapes:
        found.append(Fault("rows_differ", {"file": table.name, "rows": _table_rows(table), "shapes": shapes}))
    if table is not None and table.stat().st_size < _table_bytes(table):
        params = {"file": table.name, "bytes": table.stat().st_size, "stated": _table_bytes(table)}
        found.append(Fault("file_cut_short", params))
    return found + _index_faults(path, index)


def search_index_fits(path: Path) -> bool:
    """Whether a .qix beside a shapefile is younger than the shapes and lists as many."""
    tree, index = companion(path, ".qix"), companion(path, ".shx")
    if tree is None or index is None or tree.stat().st_mtime_ns < path.stat().st_mtime_ns:
        return False
    with open(tree, "rb") as stream:
        header = stream.read(16)
    order = "big" if header[3:4] == b"\x02" else "little"
    shapes = max(index.stat().st_size - _HEADER, 0) // _RECORD
    return header[:3] == b"SQT" and int.from_bytes(header[8:12], "big" if order == "big" else "little") == shapes


def _index_faults(path: Path, index: Path) -> list[Fault]:
    """Records of the index that lie beyond the end of the shapes."""
    size, data = path.stat().st_size, index.read_bytes()[_HEADER:]
    beyond = sum(
        2 * (int.from_bytes(data[at : at + 4], "big") + int.from_bytes(data[at + 4 : at + 8], "big")) + 8 > size
        for at in range(0, len(data) - _RECORD + 1, _RECORD)
    )
    return [Fault("shapes_beyond_end", {"file": path.name, "count": beyond})] if beyond else []


def _stated_bytes(file: Path) -> int:
    with open(file, "rb") as stream:
        return 2 * int.from_bytes(stream.read(28)[24:28], "big")


def _table_head(table: Path) -> bytes:
    with open(table, "rb") as stream:
        return stream.read(32)


def _table_rows(table: Path) -> int:
    return int.from_bytes(_table_head(table)[4:8], "little")


def _table_bytes(table: Path) -> int:
    head = _table_head(table)
    return int.from_bytes(head[8:10], "little") + int.from_bytes(head[4:8], "little") * int.from_bytes(
        head[10:12], "little"
    )
