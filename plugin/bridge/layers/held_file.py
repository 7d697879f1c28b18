"""A file that another program holds: said at once, before QGIS waits for it, several times and without a word."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Optional

from ...core.errors import InputError
from ...core.files import sqlite_uri

_DATABASES = (".gpkg", ".sqlite", ".db")
_PATIENCE = 0.3  # seconds: a program that only saves is done by then


def refuse_held(file: Optional[Path], layer: str) -> None:
    """Raise InputError where another program writes a database file so that nobody may read it."""
    if file is None or file.suffix.lower() not in _DATABASES or not file.is_file():
        return
    try:
        with closing(sqlite3.connect(sqlite_uri(file.resolve(), "ro"), uri=True, timeout=_PATIENCE)) as data:
            data.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise InputError("layer_held", layer=layer, file=file) from error
