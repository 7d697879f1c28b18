"""What persons do to a frozen round: accept findings with a reason, and sign. Every act is a row of the audit chain."""

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date

from ..core.errors import InputError
from ..core.review.round_table import RoundTable
from ..core.review.rounds_overrides import CarryStep, Override
from .attachments import Attachments
from .audit import AuditChain, Change, canonical_text, now_text
from .cases import ReviewCases, RoundInfo, round_digest
from .database import Database

OVERRIDE, SIGNATURE = "review override", "review signature"
_PLACES = 2
_OVERRIDE_COLUMNS = tuple(f.name for f in fields(Override))
_SIGNED = ("finding", "category", "reason", "actor", "at", "expires", "attachment", "carried_from", "withdrawn")
_COLUMNS = ", ".join(_OVERRIDE_COLUMNS)


@dataclass(frozen=True)
class Reason:
    """Why a finding is accepted. `category`: id of override_reasons.yaml; `expires`: last day, YYYY-MM-DD, or "";
    `attachment`: path of a supporting file, or ""."""

    category: str
    text: str
    expires: str = ""
    attachment: str = ""


@dataclass(frozen=True)
class Signature:
    """One of the two signatures of a round; `digest` is the content that was signed, overrides included."""

    place: int
    signer: str
    opinion: str
    digest: str
    at: str


def normalised_identity(name: str) -> str:
    """A person's name as it is compared: width, case, spaces and invisible characters and the PC after "@" left out."""
    plain = unicodedata.normalize("NFKC", str(name)).casefold().split("@")[0]
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


class CaseActs(ReviewCases):
    """ReviewCases with overrides and signatures; `attachments`: the workspace's."""

    def __init__(self, database: Database, audit: AuditChain, attachments: Attachments) -> None:
        super().__init__(database, audit)
        self._attachments = attachments

    # overrides

    def overrides(self, round_id: str) -> list[Override]:
        """Overrides of a round, oldest first, withdrawn ones included."""
        sql = f"SELECT {_COLUMNS} FROM onemap_override WHERE round_id = ? ORDER BY at, rowid"  # noqa: S608 our own names
        return [Override(*row) for row in self._db.rows(sql, (round_id,))]

    def override(self, info: RoundInfo, findings: Sequence[int], reason: Reason, actor: str) -> list[Override]:
        """Accept findings (their numbers in the round) with a reason; return the Overrides.

        InputError for a round or finding that is not of this workspace, a signed round, a reason that says nothing, a
        day that is none or has passed.
        """
        self._open_round(info)
        self._check_reason(reason)
        table = RoundTable.from_bytes(self.part(info.id, "findings"))
        if not findings or any(not 0 <= number < len(table) for number in findings):
            raise InputError("finding_foreign", case=info.case, number=info.number)
        with self._db.writing():
            file = self._attachments.add(reason.attachment) if reason.attachment else {"sha256": "", "name": ""}
            common = (
                reason.category,
                reason.text.strip(),
                actor,
                now_text(),
                reason.expires,
                file["sha256"],
                file["name"],
            )
            made = [Override(str(uuid.uuid4()), info.id, number, *common) for number in sorted(set(findings))]
            self._replace_older(info, {o.finding for o in made}, actor)
            self._keep(made, "override", actor)
        return made

    def carry(self, info: RoundInfo, steps: Sequence[CarryStep], actor: str) -> list[Override]:
        """Keep what CarrySteps take on to a round as overrides of its own, of the person who accepted; return them."""
        self._open_round(info)
        made = [
            replace(s.override, id=str(uuid.uuid4()), round_id=info.id, finding=s.finding, carried_from=s.override.id)
            for s in steps
            if s.finding is not None
        ]
        with self._db.writing():
            self._keep(made, "carry override", actor)
        return made

    def withdraw(self, override: Override, actor: str) -> None:
        """Take an override back; it stays in the list, marked."""
        self._open_round(self.round_by_id(override.round_id))
        with self._db.writing():
            self._withdraw(override, actor)

    def _withdraw(self, override: Override, actor: str) -> None:
        at = f"{now_text()} {actor}"
        self._db.execute("UPDATE onemap_override SET withdrawn = ? WHERE id = ?", (at, override.id))
        self._audit.append(
            actor, "withdraw override", OVERRIDE, Change(override.id, {"withdrawn": ""}, {"withdrawn": at})
        )

    def _replace_older(self, info: RoundInfo, findings: Iterable[int], actor: str) -> None:
        for known in self.overrides(info.id):
            if known.finding in findings and not known.withdrawn:
                self._withdraw(known, actor)

    def _keep(self, overrides: Sequence[Override], act: str, actor: str) -> None:
        places = ", ".join("?" * len(_OVERRIDE_COLUMNS))
        rows = [tuple(asdict(o).values()) for o in overrides]
        self._db.executemany(f"INSERT INTO onemap_override ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608 our own names
        if overrides:
            changes = [Change(o.id, None, asdict(o)) for o in overrides]
            self._audit.append_many(actor, act, OVERRIDE, changes)

    def _open_round(self, info: RoundInfo) -> None:
        """Refuse what is not exactly a round of this workspace, and what was signed."""
        known = self.round_by_id(info.id)
        if (known.case, known.number, known.digest) != (info.case, info.number, info.digest):
            raise InputError("round_foreign")
        if known.is_old:
            raise InputError("round_old", case=known.case, number=known.number)
        if known.signers:
            raise InputError("round_signed", case=known.case, number=known.number, signers=", ".join(known.signers))

    @staticmethod
    def _check_reason(reason: Reason) -> None:
        if not reason.category or not reason.text.strip():
            raise InputError("override_unreasoned")
        if reason.expires:
            try:
                last = date.fromisoformat(reason.expires)
            except ValueError as error:
                raise InputError("override_day", value=reason.expires) from error
            if last < date.today():
                raise InputError("override_expired", value=reason.expires)

    # signatures

    def signatures(self, round_id: str) -> list[Signature]:
        """The Signatures of a round in order."""
        sql = "SELECT place, signer, opinion, digest, at FROM onemap_signature WHERE round_id = ? ORDER BY place"
        return [Signature(*row) for row in self._db.rows(sql, (round_id,))]

    def signed_digest(self, info: RoundInfo) -> str:
        """Hash of what a signature stands for: the round's content and its overrides as they are now."""
        overrides = {o.id: canonical_text([getattr(o, name) for name in _SIGNED]) for o in self.overrides(info.id)}
        return round_digest(info.digest, overrides)

    def sign(self, info: RoundInfo, signer: str, opinion: str, actor: str) -> Signature:
        """Sign a round; two different persons do, the first as reviewer, the second as the one who approves.

        InputError for an empty name, the same person twice, a third signature, a round of an earlier version.
        """
        known, identity = self.round_by_id(info.id), normalised_identity(signer)
        if (known.case, known.number, known.digest) != (info.case, info.number, info.digest):
            raise InputError("round_foreign")
        if known.is_old:
            raise InputError("round_old", case=known.case, number=known.number)
        if not identity:
            raise InputError("signer_nameless")
        if len(known.signers) >= _PLACES:
            raise InputError("round_signed", case=known.case, number=known.number, signers=", ".join(known.signers))
        if identity in {normalised_identity(name) for name in known.signers}:
            raise InputError("signer_twice", signer=signer.strip())
        made = Signature(len(known.signers) + 1, signer.strip(), opinion, self.signed_digest(known), now_text())
        with self._db.writing():
            row = (str(uuid.uuid4()), info.id, made.place, made.signer, identity, opinion, made.digest, made.at)
            self._db.execute("INSERT INTO onemap_signature VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._audit.append(actor, "sign round", SIGNATURE, Change(f"{info.id}/{made.place}", None, asdict(made)))
        return made
