"""Supporting files kept inside the workspace, each once, by its sha256."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Union

from ..core.errors import InputError, OutputError
from ..core.files import put_in_place
from .audit import now_text

LIMIT_BYTES = 100_000_000


class Attachments:
    """Files of one workspace; a record's files field lists {"name", "sha256", "bytes"}."""

    def __init__(self, database: Any) -> None:
        self._db = database

    def add(self, path: Union[str, Path]) -> dict[str, Any]:
        """Take a file in and return {"name", "sha256", "bytes"}; InputError when it cannot be read or passes 100 MB."""
        path = Path(path)
        try:
            size = path.stat().st_size
            if size > LIMIT_BYTES:
                raise InputError("attachment_too_large", file=path.name, limit=LIMIT_BYTES // 1_000_000)
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise InputError("attachment_gone", file=path.name) from error
        except (PermissionError, IsADirectoryError) as error:
            raise InputError("attachment_closed", file=path.name) from error
        except OSError as error:
            raise InputError("attachment_unreadable", file=path.name, error=error.strerror or error) from error
        if not content:
            raise InputError("attachment_empty", file=path.name)
        return self.add_content(path.name, content)

    def add_content(self, name: str, content: bytes) -> dict[str, Any]:
        """Take bytes in under a name."""
        digest = hashlib.sha256(content).hexdigest()
        with self._db.writing():
            self._db.execute(
                "INSERT OR IGNORE INTO onemap_attachment VALUES (?, ?, ?, ?, ?)",
                (digest, name, len(content), content, now_text()),
            )
        return {"name": name, "sha256": digest, "bytes": len(content)}

    def content(self, digest: str) -> bytes:
        """Bytes of a file; InputError when it is not here or is no longer what its sha256 says."""
        content = self._db.value("SELECT content FROM onemap_attachment WHERE sha256 = ?", (digest,))
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != digest:
            raise InputError("attachment_missing", sha256=digest[:12])
        return content

    def blocks(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes of a file piece by piece, whatever its size.

        InputError when it is not here. The reader checks the sha256.
        """
        found = self._db.row("SELECT rowid, bytes FROM onemap_attachment WHERE sha256 = ?", (digest,))
        if found is None:
            raise InputError("attachment_missing", sha256=digest[:12])
        yield from self._db.blob_blocks("onemap_attachment", "content", *found)

    def present(self, digests: Iterable[str]) -> set[str]:
        """Those of some files that are kept here."""
        return {d for d in digests if self._db.value("SELECT 1 FROM onemap_attachment WHERE sha256 = ?", (d,))}

    def sizes(self, digests: Iterable[str]) -> dict[str, int]:
        """{sha256: bytes} of those of some files that are kept here."""
        found = {d: self._db.value("SELECT bytes FROM onemap_attachment WHERE sha256 = ?", (d,)) for d in digests}
        return {digest: size for digest, size in found.items() if size is not None}

    def save_as(self, digest: str, target: Union[str, Path]) -> None:
        """Write a file out, complete or not at all: what stood in its place stays where it cannot be."""
        part = Path(f"{target}.part")
        content = self.content(digest)
        try:
            part.write_bytes(content)
            put_in_place(part, target)
        except OSError as error:
            raise OutputError("output_failed", output=str(target), error=error.strerror or error) from error
        finally:
            with suppress(OSError):  # of a folder that may not be written
                part.unlink()
