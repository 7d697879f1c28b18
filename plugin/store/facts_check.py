"""What the audit chain tells of the workspace itself, beside its records: county, sources of control lines, platform,
bags, form editions, division codes and the district. Each is compared with what the file holds now."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from .audit import canonical_text
from .database import Database

DIVISIONS, DISTRICT, FORM_EDITION = "divisions_sha256", "district_sha256", "form_edition"
_TABLES = {
    DIVISIONS: "SELECT code, name, valid_from, valid_to, successor FROM onemap_division ORDER BY code",
    DISTRICT: "SELECT code, name, hex(geom) FROM district ORDER BY fid",
}
_ACTS = ("create workspace", "sources", "set platform", "set bags", "import divisions")
_COUNTS = ("divisions", "district")  # how many the acts took in, not what they are


def table_digest(database: Database, what: str) -> str:
    """sha256 of the rows of DIVISIONS or DISTRICT, as an act of the chain tells it."""
    return _digest([list(row) for row in database.rows(_TABLES[what])])


def differing_facts(database: Database) -> Iterator[tuple[str, str]]:
    """[(what, "")] or (FORM_EDITION, form and edition) of what is not as the chain tells it; what no act tells is not
    judged. What was made unreadable differs."""
    for key, stated in _stated(database).items():
        if key in _TABLES:
            if stated != table_digest(database, key):
                yield key.rsplit("_", 1)[0], ""
        elif stated != _setting(database, key):
            yield key, ""
    yield from _forms(database)


def _stated(database: Database) -> dict[str, Any]:
    """{setting or table: what the last act says of it}"""
    found: dict[str, Any] = {}
    marks = ", ".join("?" * len(_ACTS))
    sql = f"SELECT act, after FROM onemap_audit WHERE item = '' AND act IN ({marks}) ORDER BY seq"  # noqa: S608 - marks only
    for act, text in database.rows(sql, _ACTS):
        after = _act(text)
        if act == "set platform":
            found["platform"] = after
        elif act == "import divisions":
            found.update({key: value for key, value in after.items() if key == DIVISIONS})
            if DIVISIONS not in after:  # an act of a version that stated no content
                found.pop(DIVISIONS, None)
        else:
            found.update({key: value for key, value in after.items() if key not in _COUNTS})
    return found


def _act(text: Any) -> dict[str, Any]:
    """What an act tells; nothing where somebody spoilt it, which the chain itself shows."""
    after = _parsed(text)
    return after if isinstance(after, dict) else {}


def _setting(database: Database, key: str) -> Any:
    return _parsed(database.value("SELECT value FROM onemap_settings WHERE key = ?", (key,)))


def _parsed(text: Any) -> Any:
    """The value of JSON text; what is none as it stands, which is no value that we keep."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return text


def _forms(database: Database) -> Iterator[tuple[str, str]]:
    stated: dict[tuple[str, str], Any] = {}
    for form, text in database.rows("SELECT item, after FROM onemap_audit WHERE act = 'install form' ORDER BY seq"):
        after = _act(text)
        stated[form, str(after.get("edition"))] = after.get("sha256")
    rows = database.rows("SELECT form, edition, body FROM onemap_form")
    held = {(form, edition): _digest(_parsed(body)) for form, edition, body in rows}
    differing = sorted(key for key in stated.keys() | held.keys() if stated.get(key) != held.get(key))
    yield from ((FORM_EDITION, f"{form} {edition}") for form, edition in differing)


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_text(value).encode("utf-8")).hexdigest()
