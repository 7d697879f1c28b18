"""One table per form, made from its schema: columns, indexes, and the triggers that watch over writes by other
programs.
"""

from collections.abc import Iterator

from ..core.errors import InputError
from ..core.forms.identity import PERIOD, subject_key
from ..core.forms.schema import Form
from .database import Database, quoted
from .geopackage import register_table

SYSTEM = (  # columns that every record has beside its form's fields
    ("id", "TEXT"),
    ("county", "TEXT"),
    ("period", "TEXT"),
    ("status", "TEXT DEFAULT 'draft'"),
    ("case_no", "TEXT"),
    ("version", "INTEGER"),
    ("filler", "TEXT"),
    ("reviewer", "TEXT"),
    ("return_reason", "TEXT"),
    ("edition", "TEXT"),
    ("created_at", "TEXT"),
    ("updated_at", "TEXT"),
    ("updated_by", "TEXT"),
)
SYSTEM_COLUMNS = tuple(name for name, _ in SYSTEM)
SUBJECT = "subject_key"  # what a record is about; follows from its key, so neither the chain nor the platform holds it
_OURS = ("onemap_", "gpkg_", "sqlite_", "rtree_")
LOCKED = ("submitted", "approved")
_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "DATE", "files": "TEXT"}
_NEW_ID = (  # a random UUID (version 4) made by SQLite itself
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
    " || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)
_OUTSIDE = "WHEN NOT EXISTS (SELECT 1 FROM onemap_writing)"


def ensure_table(database: Database, form: Form) -> None:
    """Make the table of a form, or add the columns that a newer edition brings; no column is ever taken away."""
    if form.id.startswith(_OURS) or form.id in ("district", "layer_styles"):
        raise InputError("store_field_reserved", form=form.id, field=form.id)
    clash = {"fid", "geom", "geometry", SUBJECT, *SYSTEM_COLUMNS} & set(form.keys)
    if clash:
        raise InputError("store_field_reserved", form=form.id, field=", ".join(sorted(clash)))
    known = columns_of(database, form.id)
    if not known:
        _create(database, form)
    for field in form.fields:
        if known and field.key not in known:
            database.execute(f"ALTER TABLE {quoted(form.id)} ADD COLUMN {quoted(field.key)} {_TYPES[field.value_type]}")
    if known and SUBJECT not in known:
        database.execute(f"ALTER TABLE {quoted(form.id)} ADD COLUMN {SUBJECT} TEXT")
    rekey(database, form)
    register_table(database, form.id, form.title["zh"], form.geometry)


def rekey(database: Database, form: Form) -> None:
    """Work out anew what every record is about. Of several records of one key the first one holds it, submitted ones
    before drafts; the others are left without, and are named as doubles wherever they are judged."""
    table, names = quoted(form.id), [*_key_fields(form), PERIOD]
    for name in ("_key", "_subject"):
        database.execute(f"DROP INDEX IF EXISTS {quoted(form.id + name)}")
    database.execute(f"UPDATE {table} SET {SUBJECT} = NULL WHERE {SUBJECT} IS NOT NULL")  # noqa: S608 - checked identifiers
    columns, locked = ", ".join(map(quoted, names)), ", ".join(f"'{s}'" for s in LOCKED)
    found, seen = [], set()
    sql = f"SELECT fid, {columns} FROM {table} ORDER BY status NOT IN ({locked}), fid"  # noqa: S608 - checked identifiers
    for fid, *values in database.rows(sql):
        subject, period = subject_key(form, dict(zip(names, values))), values[-1] or ""
        identity = (subject, period if PERIOD in form.key else "")
        if subject is not None and identity not in seen:
            seen.add(identity)
            found.append((subject, fid))
    database.executemany(f"UPDATE {table} SET {SUBJECT} = ? WHERE fid = ?", found)  # noqa: S608 - checked identifiers
    database.execute(f"CREATE UNIQUE INDEX {quoted(form.id + '_subject')} ON {table} ({identity_sql(form)})")


def identity_sql(form: Form) -> str:
    """SQL of what no two records of a form share, as the index holds it."""
    return f"{SUBJECT}, ifnull({PERIOD}, '')" if PERIOD in form.key else SUBJECT


def _key_fields(form: Form) -> list[str]:
    """Fields that a key may be taken from."""
    return list(dict.fromkeys([*(name for name in form.key if name != PERIOD), *form.key_else.values()]))


def columns_of(database: Database, table: str) -> list[str]:
    """Names of a table's columns; empty when there is no such table."""
    return [row[1] for row in database.rows(f"PRAGMA table_info({quoted(table)})")]


def _create(database: Database, form: Form) -> None:
    columns = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    if form.geometry != "none":
        columns.append(f"geom {form.geometry.upper()}")
    columns += [f"{quoted(name)} {kind}" for name, kind in (*SYSTEM, (SUBJECT, "TEXT"))]
    columns += [f"{quoted(field.key)} {_TYPES[field.value_type]}" for field in form.fields]
    table = quoted(form.id)
    database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    database.execute(f"CREATE UNIQUE INDEX {quoted(form.id + '_id')} ON {table} (id)")
    database.execute(f"CREATE INDEX {quoted(form.id + '_status')} ON {table} (status, period)")
    for statement in _triggers(form.id):
        database.execute(statement)


def _triggers(name: str) -> Iterator[str]:
    """Writes by plain QGIS or QField: noted for the audit chain; submitted and approved records are refused."""
    table, locked = quoted(name), ", ".join(f"'{s}'" for s in LOCKED)
    note = f"INSERT INTO onemap_outside (form, record, op) VALUES ('{name}',"  # noqa: S608 - the form's name is a checked identifier
    for op, now in (("UPDATE", f" OR NEW.status IN ({locked})"), ("DELETE", "")):
        yield (
            f"CREATE TRIGGER {quoted(f'{name}_locked_{op.lower()}')} BEFORE {op} ON {table} "
            f"{_OUTSIDE} AND (OLD.status IN ({locked}){now}) BEGIN "
            "SELECT RAISE(ABORT, '已提交或已批准的记录不能修改 / submitted and approved records are not changed'); END"
        )
    new_id = f"CASE WHEN ifnull(id, '') = '' THEN {_NEW_ID} ELSE id END"
    settle = f"UPDATE {table} SET id = {new_id}, status = 'draft' WHERE fid = NEW.fid"  # noqa: S608
    yield (
        f"CREATE TRIGGER {quoted(name + '_outside_insert')} AFTER INSERT ON {table} {_OUTSIDE} BEGIN "  # noqa: S608 - checked identifiers
        f"{settle}; {note} (SELECT id FROM {table} WHERE fid = NEW.fid), 'create'); END"
    )
    yield (
        f"CREATE TRIGGER {quoted(name + '_outside_update')} AFTER UPDATE ON {table} "
        f"{_OUTSIDE} AND OLD.id IS NOT NULL AND OLD.id <> '' BEGIN "
        f"{note} OLD.id, 'update'); END"
    )
    yield (
        f"CREATE TRIGGER {quoted(name + '_outside_delete')} AFTER DELETE ON {table} {_OUTSIDE} BEGIN {note} "
        "OLD.id, 'delete'); END"
    )
