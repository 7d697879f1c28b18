"""The workspace: one GeoPackage with a county's district, records, reviews, audit chain and outbox.

    with Workspace.open("county.gpkg") as ws:
        ws.save_records("plan_progress", rows, actor="zhang")

A method that writes is one transaction; several make one inside `with ws.transaction():`."""

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import shapely

from ..core.errors import InputError, OutputError
from ..core.files import put_in_place, remove
from ..core.land.divisions import LEVELS, Division, Divisions
from ..core.land.remarks import Remark
from . import backup, migrate, notices
from .attachments import Attachments
from .audit import AuditChain, AuditReport, Change, canonical
from .bags import Bags
from .cases_acts import CaseActs
from .database import Connect, DamagedError, Database
from .division_table import check_county, district_shape, load_divisions, read_divisions, store_divisions
from .editions import Editions
from .facts_check import DISTRICT, DIVISIONS, table_digest
from .geopackage import geometry_blob, register_table, start_file, widen_extent
from .lock import WriterLock, holder_name
from .missing import MissingItems
from .opening import open_for_reading, refusal, release, take_lock
from .outbox import Outbox
from .outside import pending_outside, record_outside_edits
from .record_access import RecordAccess
from .self_check import SelfCheck
from .uploads import Uploads
from .verify import verified


@dataclass(frozen=True)
class NewWorkspace:
    """What a new workspace begins with. `district_wkb`: multipolygon, CGCS2000 lon/lat; `actor`: who makes it, the
    user of this machine by default; `insist`: also where no dictionary knows the county; `settings`: kept as they are
    (zone, sources of control lines)."""

    district_wkb: Optional[bytes] = None
    actor: Optional[str] = None
    insist: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


_BARE = NewWorkspace()


class Workspace(RecordAccess):
    """Made by `create` or `open`. `read_only`; `notice` (a Remark or None): why, or what opening did to the file."""

    def __init__(self, database: Database, lock: Optional[WriterLock] = None, notice: Optional[Remark] = None) -> None:
        self._db, self._lock, self.notice = database, lock, notice
        self.path, self.read_only = database.path, database.read_only
        self.audit = AuditChain(database)
        self.outbox = Outbox(database)
        self.missing = MissingItems(database, self.outbox)
        self.uploads = Uploads(database, self.outbox)
        self.bags = Bags(database)
        self.attachments = Attachments(database)
        self.cases = CaseActs(database, self.audit, self.attachments)
        self.editions = Editions(database, self.audit)
        self.self_check = SelfCheck(database, self.cases, self.attachments, self.divisions)
        self._divisions: Optional[Divisions] = None

    def demand_writable(self) -> None:
        """Raise OutputError that says why nothing can be written, where that is so."""
        if self.read_only:
            raise refusal(self.notice, self.path)

    @classmethod
    def create(
        cls,
        path: Union[str, Path],
        county: str,
        divisions_csv: Union[str, Path, None] = None,
        content: NewWorkspace = _BARE,
        connect: Connect = sqlite3.connect,
    ) -> "Workspace":
        """Make a new workspace and return it open.

        `county`: 6-digit code; `divisions_csv`: dictionary (code,name[,valid_from,valid_to,successor]).
        Raises InputError for a wrong code, for one that no dictionary knows (unless the user insists) or a
        file that exists, OutputError when it cannot be written. A half-made file never carries the name asked for.
        """
        path, county = Path(path), str(county).strip()
        if len(county) != 6 or not county.isascii() or not county.isdigit():
            raise InputError("form_division_form", value=county, digits=6)
        if path.exists():
            raise InputError("store_exists", file=path.name)
        divisions = read_divisions(divisions_csv) if divisions_csv else []
        if not content.insist:
            check_county(county, divisions)
        half = path.with_name(path.name + ".part")
        try:
            half.touch()  # a folder that takes no new file is named as such, not as a file that cannot be opened
            half.unlink()
            cls._build(Database(half, "rwc", connect), county, divisions, content)
            put_in_place(half, path)
        except OSError as error:
            raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error
        finally:
            remove(half)
        return cls.open(path, connect=connect)

    @classmethod
    def _build(cls, database: Database, county: str, divisions: Sequence[Division], made: NewWorkspace) -> None:
        actor, district = made.actor or holder_name(), made.district_wkb
        try:
            with database.transaction():
                migrate.build(database)
                start_file(database)
                workspace = cls(database)
                facts = {"county": county, "workspace_id": str(uuid.uuid4()), **made.settings}
                for key, value in facts.items():
                    workspace.set_setting(key, value)
                register_table(database, "district", "行政区", "multipolygon")
                store_divisions(database, divisions)
                name = database.value("SELECT name FROM onemap_division WHERE code = ?", (county,)) or ""
                workspace._set_district(county, name, district)
                content = {**facts, "divisions": len(divisions), "district": bool(district)}
                content.update((what, table_digest(database, what)) for what in (DIVISIONS, DISTRICT))
                workspace.audit.append(actor, "create workspace", "workspace", Change("", None, content))
                workspace.editions.install_built_in(actor)
        finally:
            database.close()

    @classmethod
    def open(
        cls,
        path: Union[str, Path],
        read_only: bool = False,
        actor: Optional[str] = None,
        connect: Connect = sqlite3.connect,
    ) -> "Workspace":
        """Open a workspace; read-only when asked to, when somebody else writes to it, or when the medium cannot be
        written.

        Raises InputError for a missing file or something else than a workspace, DamagedError (naming the last backup)
        for a broken file: see `recover`.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError("store_missing", file=str(path))
        lock, notice = (None, None) if read_only else take_lock(path)
        try:
            return cls._open(path, lock, notice, actor or holder_name(), connect)
        except DamagedError as error:
            release(lock)
            raise DamagedError(
                "store_damaged_backup", file=path.name, error=error.params["error"], day=backup.backup_day(path) or "-"
            ) from error
        except BaseException:
            release(lock)
            raise

    @classmethod
    def _open(
        cls, path: Path, lock: Optional[WriterLock], notice: Optional[Remark], actor: str, connect: Connect
    ) -> "Workspace":
        database = Database(path, "rw", connect) if lock else open_for_reading(path, connect)
        try:
            backup.check_structure(database)
            workspace = cls(database, lock, notice)
            workspace._bring_along(actor)
            return workspace
        except BaseException:
            database.close()
            raise

    def _bring_along(self, actor: str) -> None:
        """What opening for writing does to a file; a full disk must not keep the user from the work, but is told."""
        if self.read_only:
            older = migrate.version_notice(self._db)
            return self._note(older) if older is not None else None
        old, new = migrate.migrate(self._db, self.audit, actor, ensure_tables=self.editions.ensure_tables)
        if old != new:
            kept = backup.backup_path(self.path, f"v{old}").name
            self._note(Remark("store_upgraded", params={"file": self.path.name, "backup": kept}))
        self.editions.install_built_in(actor)
        if not self.identity:
            self.set_setting("workspace_id", str(uuid.uuid4()))
        record_outside_edits(self._db, self.audit, self.forms(), self.county)
        try:
            backup.back_up_daily(self._db)
        except OutputError as error:
            self._note(Remark(error.code, params=error.params))

    def _note(self, notice: Remark) -> None:
        """Keep the first notice of opening; whoever listens hears all."""
        self.notice = self.notice or notice
        notices.tell(notice)

    @staticmethod
    def recover(path: Union[str, Path], actor: Optional[str] = None) -> tuple["Workspace", Path]:
        """Replace a damaged workspace by its last backup.

        Return (Workspace, path under which the damaged file is kept).
        """
        lock, notice = take_lock(Path(path))
        if lock is None:
            raise refusal(notice, Path(path))
        try:
            aside = backup.restore(path)
        finally:
            release(lock)
        workspace = Workspace.open(path, actor=actor)
        workspace.audit_act(actor or holder_name(), "recover", "workspace", Change("", None, {"damaged": aside.name}))
        return workspace, aside

    def close(self) -> None:
        self._db.close()
        release(self._lock)

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def back_up(self) -> Path:
        """Write a backup now and return its path."""
        target = backup.backup_path(self.path)
        backup.write_backup(self._db, target)
        return target

    @property
    def county(self) -> str:
        """6-digit code of the workspace's county."""
        return self.setting("county")

    @property
    def identity(self) -> str:
        """What tells this workspace from others, its copies and backups aside; "" in one that was never written by this
        version."""
        return self.setting("workspace_id", "")

    def setting(self, key: str, default: Any = None) -> Any:
        """A value kept in the workspace (parsed JSON)."""
        text = self._db.value("SELECT value FROM onemap_settings WHERE key = ?", (key,))
        return default if text is None else json.loads(text)

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a value (anything JSON can tell)."""
        with self._db.writing():
            self._db.execute("INSERT OR REPLACE INTO onemap_settings VALUES (?, ?)", (key, canonical(value)))

    def divisions(self) -> Divisions:
        """The division dictionary (core.divisions.Divisions)."""
        if self._divisions is None:
            self._divisions = load_divisions(self._db)
        return self._divisions

    def import_divisions(self, csv_path: Union[str, Path], actor: str) -> int:
        """Add a dictionary file and return how many codes it held."""
        found = read_divisions(csv_path)
        with self._db.writing():
            count = store_divisions(self._db, found)
            levels: dict[str, Any] = {LEVELS[d]: sum(len(x.code) == d for x in found) for d in LEVELS}
            levels[DIVISIONS] = table_digest(self._db, DIVISIONS)
            self.audit.append(actor, "import divisions", "divisions", Change("", None, levels))
        self._divisions = None
        return count

    def district(self) -> Any:
        """The county's area (shapely, CGCS2000 lon/lat), None where the workspace has none."""
        return district_shape(self._db)

    def _set_district(self, code: str, name: str, wkb: Optional[bytes]) -> None:
        self._db.execute("INSERT INTO district (geom, code, name) VALUES (?, ?, ?)", (geometry_blob(wkb), code, name))
        if wkb:
            widen_extent(self._db, "district", shapely.from_wkb(wkb).bounds)

    def transaction(self) -> AbstractContextManager[Database]:
        """Context manager: everything written inside is one act, all or nothing."""
        return self._db.writing()

    def audit_act(self, actor: str, act: str, subject: str, change: Change) -> None:
        """Write a row of the audit chain (joins an open transaction)."""
        with self._db.writing():
            self.audit.append(actor, act, subject, change)

    def pending_outside(self) -> int:
        """How many records other programs changed that the chain does not hold yet."""
        return sum(len(pending_outside(self._db, form)) for form in self.editions.ids())

    def verify_audit(self) -> AuditReport:
        """Check the chain, and compare records, rounds and settings with it: AuditReport (store/verify.py)."""
        return verified(self)
