"""Schema versions of a workspace: numbered SQL files, run forwards in one transaction after a backup."""

from pathlib import Path
from typing import Callable, Optional

from ..core.errors import InputError
from ..core.land.remarks import Remark
from .audit import AuditChain, Change
from .backup import backup_path, write_backup
from .database import Database

SCHEMA = Path(__file__).resolve().parent / "schema"


def steps(folder: Path = SCHEMA) -> list[tuple[int, Path]]:
    """[(version, path)] of the SQL files in order of version (001_base.sql is version 1)."""
    return sorted((int(file.name.split("_")[0]), file) for file in Path(folder).glob("[0-9]*_*.sql"))


def version_of(database: Database) -> int:
    """Schema version of a workspace."""
    return int(database.value("SELECT value FROM onemap_settings WHERE key = 'schema_version'") or 0)


def migrate(
    database: Database,
    audit: AuditChain,
    actor: str,
    folder: Path = SCHEMA,
    ensure_tables: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Bring a workspace to the newest version; return (old, new). A backup of the old state is kept as
    <name>.v<old>.gpkg.

    `ensure_tables()`: brings the record tables, which follow from the forms, along in the same transaction.
    InputError when the workspace is newer than this plugin.
    """
    known = steps(folder)
    old, new = _versions(database, known)
    if old == new:
        return old, new
    write_backup(database, backup_path(database.path, f"v{old}"))
    with database.writing():
        for version, file in known:
            if version > old:
                database.run_script(file.read_text(encoding="utf-8"))
        ensure_tables()
        set_version(database, new)
        audit.append(actor, "migrate", "workspace", Change("", {"schema_version": old}, {"schema_version": new}))
    return old, new


def version_notice(database: Database) -> Optional[Remark]:
    """What to know of a workspace that is only read: that it is of an earlier version; InputError when it is newer."""
    old, new = _versions(database, steps())
    facts = {"file": database.path.name, "version": old, "known": new}
    return Remark("store_older_read", params=facts) if old < new else None


def _versions(database: Database, known: list[tuple[int, Path]]) -> tuple[int, int]:
    """(version of a workspace, version of this plugin)"""
    old, new = version_of(database), known[-1][0]
    if old > new:
        raise InputError("store_newer", file=database.path.name, version=old, known=new)
    return old, new


def build(database: Database) -> None:
    """Make the tables of the newest version in an empty file."""
    for version, file in steps():
        database.run_script(file.read_text(encoding="utf-8"))
        set_version(database, version)


def set_version(database: Database, version: int) -> None:
    database.execute("INSERT OR REPLACE INTO onemap_settings VALUES ('schema_version', ?)", (str(version),))
