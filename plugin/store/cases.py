"""Review cases of a workspace: the rounds of each, frozen whole or not at all, told in the audit chain."""

import hashlib
import json
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Optional, Union

from ..core.errors import InputError
from ..core.review.round_parts import parts_of, round_of, round_of_range
from ..core.review.rounds import FrozenRound, RoundHead, RoundSummary, summary
from .audit import AuditChain, Change, canonical, canonical_text, now_text
from .database import Database

SUBJECT = "review round"
OLD_SUBJECT = "review"  # of rounds that versions before 2.0 froze
_LEVEL = 3  # of zlib: higher ones take twice the time for a hundredth of the size
_LARGEST = 1 << 30  # bytes a part may unpack to


@dataclass(frozen=True)
class CaseInfo:
    """A case as lists name it."""

    name: str
    kind: str
    rounds: int
    latest: str
    created_at: str
    created_by: str


@dataclass(frozen=True)
class RoundInfo:
    """A round as lists name it; `overrides`: acceptances that hold, `expired`: those that ran out; `signers`: in the
    order of signing; `is_old`: frozen by a version before 2.0, without findings and rule files."""

    id: str
    case: str
    kind: str
    number: int
    at: str
    actor: str
    note: str
    summary: RoundSummary
    digest: str
    overrides: int
    expired: int
    signers: tuple[str, ...]
    is_old: bool = False


@dataclass(frozen=True)
class PackedRound:
    """A round as its rows: `parts` are (name, sha256, bytes, packed content)."""

    head: str
    summary: RoundSummary
    parts: tuple[Any, ...]
    digest: str


_LISTED = (
    "SELECT r.id, c.name, c.kind, r.number, r.at, r.actor, r.note, r.summary, r.digest, "
    "(SELECT count(*) FROM onemap_override o WHERE o.round_id = r.id AND o.withdrawn = ''), "
    "(SELECT count(*) FROM onemap_override o WHERE o.round_id = r.id AND o.withdrawn = '' AND o.expires <> '' "
    "AND o.expires < date('now', 'localtime')), "
    "(SELECT group_concat(signer, char(10)) FROM (SELECT signer FROM onemap_signature s "
    "WHERE s.round_id = r.id ORDER BY s.place)), r.form = 0 "
    "FROM onemap_round r JOIN onemap_case c ON c.id = r.case_id"
)


class ReviewCases:
    """The cases of one Workspace; `database` and `audit` are the workspace's."""

    def __init__(self, database: Database, audit: AuditChain) -> None:
        self._db, self._audit = database, audit

    # looking

    def cases(self) -> list[CaseInfo]:
        """CaseInfos, the one with the latest round first."""
        sql = (
            "SELECT c.name, c.kind, count(r.id), ifnull(max(r.at), ''), c.created_at, c.created_by FROM onemap_case c "
            "LEFT JOIN onemap_round r ON r.case_id = c.id GROUP BY c.id ORDER BY max(r.at) DESC, c.name"
        )
        return [CaseInfo(*row) for row in self._db.rows(sql)]

    def rounds(self, case: str = "") -> list[RoundInfo]:
        """RoundInfos, latest first; `case`: of one case only."""
        if case:
            rows = self._db.rows(f"{_LISTED} WHERE c.name = ? ORDER BY r.number DESC", (case,))
        else:
            rows = self._db.rows(f"{_LISTED} ORDER BY r.at DESC, r.rowid DESC")
        return [_info(row) for row in rows]

    def round(self, case: str, number: int) -> RoundInfo:
        """One round of a case; InputError naming the rounds there are."""
        found = self._db.row(f"{_LISTED} WHERE c.name = ? AND r.number = ?", (case, number))
        if found is None:
            known = ", ".join(str(info.number) for info in reversed(self.rounds(case))) or "-"
            raise InputError("round_unknown", case=case, number=number, known=known)
        return _info(found)

    def round_by_id(self, round_id: str) -> RoundInfo:
        """One round; InputError when this workspace has none of that id."""
        found = self._db.row(f"{_LISTED} WHERE r.id = ?", (round_id,))
        if found is None:
            raise InputError("round_foreign")
        return _info(found)

    def head(self, round_id: str) -> RoundHead:
        """What a round was computed from."""
        form, text = self._db.row("SELECT form, head FROM onemap_round WHERE id = ?", (round_id,)) or (None, "")
        if form is None:
            raise InputError("round_foreign")
        return RoundHead.from_json(json.loads(text)) if form else self.load(round_id).head

    def load(self, round_id: str) -> FrozenRound:
        """The whole round; InputError when it is not here or is not what was frozen."""
        found = self._db.row("SELECT form, head FROM onemap_round WHERE id = ?", (round_id,))
        if found is None:
            raise InputError("round_foreign")
        if not found[0]:
            return round_of_range(json.loads(found[1]), json.loads(self._raw(round_id, "result")))
        return round_of(RoundHead.from_json(json.loads(found[1])), self._parts(round_id))

    def part(self, round_id: str, part: str) -> bytes:
        """Bytes of one part as they were frozen."""
        parts = self._parts(round_id, part)
        if part not in parts:
            raise InputError("round_foreign")
        return parts[part]

    def _parts(self, round_id: str, only: Optional[str] = None) -> dict[str, bytes]:
        sql = "SELECT part, sha256, content FROM onemap_round_part WHERE round_id = ?1 AND part = ifnull(?2, part)"
        rows = self._db.rows(sql, (round_id, only))
        return {part: unpacked(content, digest) for part, digest, content in rows}

    def _raw(self, round_id: str, part: str) -> bytes:
        sql = "SELECT content FROM onemap_round_part WHERE round_id = ? AND part = ?"
        return self._db.value(sql, (round_id, part)) or b"{}"

    # freezing

    def create(self, name: str, kind: str, actor: str) -> None:
        """Make a case; one that is there already takes another kind."""
        name = name.strip()
        if not name:
            raise InputError("case_nameless")
        with self._db.writing():
            known = self._db.value("SELECT kind FROM onemap_case WHERE name = ?", (name,))
            if known is None:
                values = (f"case-{uuid.uuid4()}", name, kind, now_text(), actor)
                self._db.execute("INSERT INTO onemap_case VALUES (?, ?, ?, ?, ?)", values)
            elif kind and known != kind:
                self._db.execute("UPDATE onemap_case SET kind = ? WHERE name = ?", (kind, name))
            if known is None or (kind and known != kind):
                self._audit.append(actor, "review case", "review case", Change(name, {"kind": known}, {"kind": kind}))

    def freeze(
        self, case: str, frozen: Union[FrozenRound, PackedRound], actor: str, note: str = "", kind: str = ""
    ) -> RoundInfo:
        """Keep a run as the next round of a case, which is made if there is none. One transaction: all or nothing."""
        packed = frozen if isinstance(frozen, PackedRound) else pack(frozen)
        identity, case, values = str(uuid.uuid4()), case.strip(), asdict(packed.summary)
        with self._db.writing():
            self.create(case, kind, actor)
            case_id = self._db.value("SELECT id FROM onemap_case WHERE name = ?", (case,))
            last = self._db.value("SELECT max(number) FROM onemap_round WHERE case_id = ?", (case_id,))
            number = 1 + (last or 0)
            row = (identity, case_id, number, now_text(), actor, note, 1, packed.head, canonical(values), packed.digest)
            self._db.execute("INSERT INTO onemap_round VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            rows = [(identity, *part) for part in packed.parts]
            self._db.executemany("INSERT INTO onemap_round_part VALUES (?, ?, ?, ?, ?)", rows)
            after = {"case": case, "round": number, "digest": packed.digest, "note": note, "summary": values}
            self._audit.append(actor, "freeze round", SUBJECT, Change(identity, None, after))
        return self.round_by_id(identity)


def pack(frozen: FrozenRound) -> PackedRound:
    """A round ready for the store: what takes time is done before the workspace is held."""
    parts = tuple((name, *_packed(content)) for name, content in sorted(parts_of(frozen).items()))
    head = canonical_text(frozen.head.to_json())
    digest = round_digest(head, {name: sha for name, sha, _, _ in parts})
    return PackedRound(head, summary(frozen), parts, digest)


def round_digest(head: str, parts: dict[str, str]) -> str:
    """sha256 over the head (canonical JSON text) and the hashes of the parts: the identity of a round's content."""
    return hashlib.sha256(canonical_text([head, parts]).encode("utf-8")).hexdigest()


def unpacked(content: bytes, digest: str) -> bytes:
    """The bytes of a packed part; InputError when they are not those that were frozen."""
    try:
        engine = zlib.decompressobj()
        found = engine.decompress(content, _LARGEST)
    except zlib.error as error:
        raise InputError("round_unreadable") from error
    if engine.unconsumed_tail or hashlib.sha256(found).hexdigest() != digest:
        raise InputError("round_unreadable")
    return found


def _packed(content: bytes) -> tuple[str, int, bytes]:
    """(sha256, bytes, packed content)."""
    return hashlib.sha256(content).hexdigest(), len(content), zlib.compress(content, _LEVEL)


def _info(row: Sequence[Any]) -> RoundInfo:
    names = ("id", "case", "kind", "number", "at", "actor", "note")
    signers = tuple(row[11].split("\n")) if row[11] else ()
    values = {"summary": RoundSummary.from_json(json.loads(row[7])), "digest": row[8]}
    counts = {"overrides": row[9] - row[10], "expired": row[10]}
    return RoundInfo(**dict(zip(names, row)), **values, **counts, signers=signers, is_old=bool(row[12]))
