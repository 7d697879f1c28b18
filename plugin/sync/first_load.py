"""The first load of control lines: a GeoPackage instead of a hundred thousand features over the line."""

import sqlite3
from pathlib import Path
from typing import Any, Callable, Optional

from ..core.errors import InputError
from ..core.files import sqlite_uri
from ..store.geopackage import blob_wkb, ready_blob
from ..store.pulled import Pulled
from ..store.workspace import Workspace
from .download import download
from .errors import ContractError
from .transport import Transport
from .values import plain_text
from .wire import JsonObject, checked_integer, identity

_BATCH = 5000
Progress = Callable[[int, int], None]


class FirstLoad:
    """Takes the county's file into a workspace. `force`: rows there replace newer ones here (another platform);
    `checked` afterwards: the file is what the platform announced, by its sha256."""

    def __init__(self, transport: Transport, workspace: Workspace, pulled: Pulled, force: bool = False) -> None:
        self._http, self._ws, self._pulled, self._force = transport, workspace, pulled, force
        self.checked = False

    def load(self, url: str, link: JsonObject, progress: Progress, taken: Progress) -> set[str]:
        """Download the GeoPackage of `link`, take its rows into the workspace and return the set of their ids.

        `progress(bytes, total)` of the download, `taken(rows, total)` of the rows.
        """
        target = Path(f"{self._ws.path}.first-load")
        digest = str(link.get("sha256") or "") or str(link.get("checksum") or "").removeprefix("1220") or None
        # anew even if an earlier run left a complete file: it may be older than the feed's end
        download(self._http, url, target, digest, progress)
        self.checked = digest is not None
        try:
            return self._take(target, taken)
        except (sqlite3.Error, KeyError, TypeError, ValueError, IndexError) as error:
            raise ContractError("sync_contract", what=f"control_line GeoPackage: {error}") from error
        finally:
            target.unlink(missing_ok=True)

    def _take(self, path: Path, taken: Progress) -> set[str]:
        source = sqlite3.connect(sqlite_uri(path, "ro"), uri=True)
        source.row_factory = sqlite3.Row
        seen: set[str] = set()
        county = self._ws.county
        try:
            table, column = source.execute(
                "SELECT table_name, column_name FROM gpkg_geometry_columns LIMIT 1"
            ).fetchone()
            table = str(table).replace('"', "")
            total = source.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - the file's own table, quotes taken out
            cursor = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the same
            while rows := cursor.fetchmany(_BATCH):  # each batch an act of its own: a window that reads waits for one
                packed = [_row(dict(row), column) for row in rows]
                for row in packed:
                    check_county(county, row)
                seen.update(row["id"] for row in packed)
                self._pulled.put("control_line", packed, self._force)
                taken(len(seen), total)
        finally:
            source.close()
        return seen


def check_county(own: str, values: JsonObject) -> None:
    """Another county's data stays out of a workspace: InputError. What names no county is for all; the workspace of a
    city or province (330100, 330000) takes what its counties have sent."""
    county = values.get("county")
    if county and county != own and not plain_text(county, "county").startswith(_area(own)):
        raise InputError("sync_county", login_county=plain_text(county, "county")[:40], county=own)


def _row(row: dict[str, Any], column: str) -> dict[str, Any]:
    blob: Optional[bytes] = row[column]
    shape = {"blob": blob} if ready_blob(blob) else {"geometry": blob_wkb(blob)}
    version = checked_integer(row.get("version") or 1, "control_line: version")
    return {**row, **shape, "id": identity(row["id"], "control_line: id"), "version": version}


def _area(code: str) -> str:
    """What the codes of all counties of an area begin with; a county's own code as it is."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code
