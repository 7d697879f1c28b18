"""The first load of control lines: a GeoPackage instead of a hundred thousand features over the line."""

import sqlite3
from pathlib import Path

from ..core.errors import InputError
from ..store.geopackage import blob_wkb, ready_blob
from .download import download
from .errors import ContractError

_BATCH = 5000


def load(transport, url, link, workspace, pulled, progress=None, taken=None):
    """Download the GeoPackage of `link`, take its rows into the workspace and return the set of their ids.

    `progress(bytes, total)` of the download, `taken(rows, total)` of the rows.
    """
    target = Path(f"{workspace.path}.first-load")
    digest = link.get("sha256") or str(link.get("checksum", "")).removeprefix("1220") or None
    download(
        transport, url, target, digest, progress
    )  # anew even if an earlier run left a whole file: it may be older than the feed's end
    try:
        seen = _take(target, workspace, pulled, taken or (lambda done, total: None))
    except (sqlite3.Error, KeyError) as error:
        raise ContractError("sync_contract", what=f"control_line GeoPackage: {error}") from error
    finally:
        target.unlink(missing_ok=True)
    return seen


def _take(path, workspace, pulled, taken):
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    source.row_factory = sqlite3.Row
    seen = set()
    try:
        table, column = source.execute("SELECT table_name, column_name FROM gpkg_geometry_columns LIMIT 1").fetchone()
        table = table.replace('"', "")
        total = source.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - the file's own table, quotes taken out
        cursor = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the same
        while rows := cursor.fetchmany(
            _BATCH
        ):  # each batch an act of its own: a window that reads meanwhile waits for one, not for all
            packed = [_row(dict(row), column) for row in rows]
            for row in packed:
                demand_county(workspace, row)
            seen.update(row["id"] for row in packed)
            pulled.put("control_line", packed)
            taken(len(seen), total)
    finally:
        source.close()
    return seen


def demand_county(workspace, values):
    """Another county's data stays out of a workspace: InputError. What names no county is for all."""
    theirs = values.get("county")
    if theirs and str(theirs) != workspace.county:
        raise InputError("sync_county", theirs=theirs, mine=workspace.county)


def _row(row, column):
    blob = row[column]
    shape = {"blob": blob} if ready_blob(blob) else {"geometry": blob_wkb(blob)}
    return {**row, **shape, "version": row.get("version") or 1}
