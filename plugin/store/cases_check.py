"""Whether the frozen rounds, overrides and signatures of a workspace are what its audit chain tells."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Optional

from ..core.errors import InputError
from .audit import AuditChain
from .cases import OLD_SUBJECT, SUBJECT, RoundInfo, round_digest, unpacked
from .cases_acts import OVERRIDE, SIGNATURE, CaseActs
from .database import Database


def differing_cases(database: Database, audit: AuditChain, cases: CaseActs) -> list[tuple[str, str]]:
    """[(subject, id)] of rounds, overrides and signatures that differ from the chain or are gone."""
    if not database.value("SELECT count(*) FROM sqlite_master WHERE name = 'onemap_round'"):  # before 2.0: none yet
        return [(SUBJECT, item) for item in _audited(database, SUBJECT)]
    found = [(SUBJECT, info.id) for info in cases.rounds() if not _round_is_intact(database, audit, info)]
    present = {info.id for info in cases.rounds()}
    found += [(SUBJECT, item) for item in _audited(database, SUBJECT, OLD_SUBJECT) if item not in present]
    overrides = {o.id: asdict(o) for info in cases.rounds() for o in cases.overrides(info.id)}
    signatures = {f"{i.id}/{s.place}": asdict(s) for i in cases.rounds() for s in cases.signatures(i.id)}
    for subject, values in ((OVERRIDE, overrides), (SIGNATURE, signatures)):
        audited = _audited(database, subject)
        found += [(subject, i) for i in dict.fromkeys([*audited, *values]) if not _same(audited.get(i), values.get(i))]
    return found + [(SIGNATURE, item) for item in _signed_otherwise(cases) if (SIGNATURE, item) not in found]


def _signed_otherwise(cases: CaseActs) -> Iterator[str]:
    """Signatures that stand for something else than the round and its overrides as they are."""
    signed = [info for info in cases.rounds() if info.signers and not info.is_old]
    for info in signed:
        digest = cases.signed_digest(info)
        yield from (f"{info.id}/{s.place}" for s in cases.signatures(info.id) if s.digest != digest)


def _round_is_intact(database: Database, audit: AuditChain, info: RoundInfo) -> bool:
    if info.is_old:
        return _old_is_intact(database, audit, info)
    audited = audit.state_of(SUBJECT, info.id)
    if audited is None:
        return False
    head, summary = database.row("SELECT head, summary FROM onemap_round WHERE id = ?", (info.id,))
    try:
        parts = _hashes(database, info.id)
    except InputError:
        return False
    present = {"case": info.case, "round": info.number, "digest": round_digest(head, parts), "note": info.note}
    return {**present, "summary": json.loads(summary)} == audited and info.digest == audited["digest"]


def _hashes(database: Database, round_id: str) -> dict[str, str]:
    rows = database.rows("SELECT part, sha256, content FROM onemap_round_part WHERE round_id = ?", (round_id,))
    return {part: hashlib.sha256(unpacked(content, digest)).hexdigest() for part, digest, content in rows}


def _old_is_intact(database: Database, audit: AuditChain, info: RoundInfo) -> bool:
    """Rounds of versions before 2.0: the chain tells their inputs only."""
    audited = audit.state_of(OLD_SUBJECT, info.id)
    head = json.loads(database.value("SELECT head FROM onemap_round WHERE id = ?", (info.id,)))
    return audited is not None and (audited["name"], audited["round"], audited["inputs"]) == (
        info.case,
        info.number,
        head,
    )


def _same(audited: Optional[dict[str, Any]], present: Optional[dict[str, Any]]) -> bool:
    """Equal in all that the chain tells: a later version may have columns more."""
    return bool(audited and present and audited == {key: present.get(key) for key in audited})


def _audited(database: Database, *subjects: str) -> dict[str, dict[str, Any]]:
    """{item: state} of subjects as the chain tells them."""
    marks = ", ".join("?" * len(subjects))
    states: dict[str, dict[str, Any]] = {}
    sql = f"SELECT item, after FROM onemap_audit WHERE subject IN ({marks}) ORDER BY seq"  # noqa: S608 - marks only
    for item, after in database.rows(sql, subjects):
        states[item] = {**states.get(item, {}), **json.loads(after)}
    return states
