"""Settings that people answer for, such as the tasks of a year: each is set by an act of the audit chain that tells the
sha256 of its content."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from .audit import Change, canonical_text
from .database import Database
from .facts_check import differing_facts

if TYPE_CHECKING:
    from .workspace import Workspace

TASKS = "redevelopment_tasks"
AUDITED = (TASKS,)
_DIGEST = "setting_sha256"


def set_audited(workspace: "Workspace", key: str, value: Any, change: Any) -> None:
    """Keep a value by an act; `change`: (actor, act, facts)."""
    actor, act, facts = change
    with workspace.transaction():
        workspace.set_setting(key, value)
        workspace.audit_act(actor, act, key, Change("", None, {**facts, _DIGEST: _digest(canonical_text(value))}))


def differing_settings(database: Database) -> list[tuple[str, str]]:
    """[(key, "")] of audited settings and facts of the workspace that are not what the last act kept; acts of versions
    before this one tell no content and are not judged."""
    return [*((key, "") for key in AUDITED if _differs(database, key)), *differing_facts(database)]


def _differs(database: Database, key: str) -> bool:
    text = database.value("SELECT value FROM onemap_settings WHERE key = ?", (key,))
    said = database.value(
        "SELECT after FROM onemap_audit WHERE item = '' AND subject = ? ORDER BY seq DESC LIMIT 1", (key,)
    )
    if said is None:
        return text is not None
    try:
        digest = json.loads(said).get(_DIGEST)
    except (ValueError, AttributeError):  # somebody spoilt the act, which the chain itself shows
        return True
    return digest is not None and (text is None or _digest(text) != digest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
