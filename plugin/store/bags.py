"""Courier bags that went out, kept until they are answered."""

import json
import zlib
from dataclasses import dataclass
from typing import Any, Optional

from .audit import canonical, canonical_text, now_text
from .database import Database

_KEPT = 20  # answered bags whose head is kept to look at


@dataclass(frozen=True)
class SentBag:
    """`manifest`: sha256 of the payload manifest, the identity of the content; `files`: digests of the attachments;
    `info`: the fields of its bag-info; `answered_at`: "" while it is under way."""

    sequence: int
    at: str
    records: int
    files: tuple[str, ...]
    manifest: str
    info: dict[str, Any]
    answered_at: str = ""


class Bags:
    """The bags of one workspace."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, bag: SentBag, payload: dict[str, str]) -> None:
        """Keep a bag that was written; `payload`: {name: text} of its JSON-lines files."""
        content = zlib.compress(canonical_text(payload).encode("utf-8"), 6)
        values = (bag.sequence, now_text(), bag.records, json.dumps(bag.files), bag.manifest, canonical(bag.info))
        with self._db.writing():
            self._db.execute("INSERT OR REPLACE INTO onemap_bag VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", (*values, content))

    def answered(self, sequence: int) -> None:
        """The receipt of a bag was taken in: its content is no longer needed."""
        with self._db.writing():
            self._db.execute(
                "UPDATE onemap_bag SET content = NULL, answered_at = ? WHERE sequence <= ? AND answered_at IS NULL",
                (now_text(), sequence),
            )
            self._db.execute("DELETE FROM onemap_bag WHERE sequence <= ?", (sequence - _KEPT,))

    def all(self) -> list[SentBag]:
        """Bags, latest first."""
        sql = "SELECT sequence, at, records, files, manifest, info, answered_at FROM onemap_bag ORDER BY sequence DESC"
        return [
            SentBag(number, at, records, tuple(json.loads(files)), manifest, json.loads(info), answered or "")
            for number, at, records, files, manifest, info, answered in self._db.rows(sql)
        ]

    def payload(self, sequence: int) -> Optional[dict[str, str]]:
        """{name: text} of a bag's JSON-lines files; None when it was answered or is not known."""
        content = self._db.value("SELECT content FROM onemap_bag WHERE sequence = ?", (sequence,))
        return None if content is None else dict(json.loads(zlib.decompress(content)))
