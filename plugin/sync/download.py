"""A large file by Range requests: goes on where it broke off, also in another run, and is whole by its sha256
or not there.
"""

import base64
import errno
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Callable, Optional

import requests

from ..core import messages
from ..core.errors import Cancelled, OutputError
from ..core.files import put_in_place, remove
from .errors import ContractError, UnreachableError
from .options import Pace
from .transport import Transport

_BLOCK = 1 << 17  # what a line that breaks may lose
_MOST_UNANNOUNCED = 8 << 30  # bytes of a file whose length nobody said: a hundred times a county's lines
_LEFT_FREE = 256 << 20  # bytes of a disk that a download leaves to others; of a small one a twentieth
_BREAKS = 20  # times that a download breaks off and is gone on with


Progress = Optional[Callable[[int, int], None]]


def download(
    transport: Transport, url: str, target: Path, sha256: Optional[str] = None, progress: Progress = None
) -> str:
    """Fetch `url` into `target` (a Path) and return the sha256 that was checked.

    `sha256`: as announced with the link; else the reply's Repr-Digest counts. `progress(bytes, total)`. What was
    fetched of an interrupted download is kept beside the target and used while the server's ETag is the same. Raises
    ContractError for wrong bytes, UnreachableError for a line too slow for one run.
    """
    end = time.monotonic() + transport.pace.file
    part, note = Path(f"{target}.part"), Path(f"{target}.part.json")
    headers: Mapping[str, str] = {}
    seen = ""
    for attempt in range(_BREAKS):
        try:
            headers, seen = _fetch(transport, url, part, note, _in_time(url, transport.pace, end, progress))
            break
        except UnreachableError:
            if attempt == _BREAKS - 1 or time.monotonic() > end:
                raise
    expected = sha256 or _announced(headers)
    if expected and seen != expected:
        remove(part)
        remove(note)
        raise ContractError("sync_sha256", seen=seen[:12], expected=expected[:12])
    put_in_place(part, target)
    remove(note)
    return seen


def _in_time(url: str, pace: Pace, end: float, progress: Progress) -> Callable[[int, int], None]:
    """`progress` that ends a download which takes longer than a run may give to one file."""

    def heard(done: int, total: int) -> None:
        if progress:
            progress(done, total)
        if time.monotonic() > end and done != total:
            amounts = {"done": f"{done / 1e6:.1f}", "total": f"{total / 1e6:.1f}" if total else "?"}
            raise UnreachableError(url, messages.text("sync_file_slow", hours=f"{pace.file / 3600:.3g}", **amounts))

    return heard


def _fetch(transport: Transport, url: str, part: Path, note: Path, progress: Progress) -> tuple[Mapping[str, str], str]:
    """One request for what is missing; (the reply's headers, sha256 of the file) when it is complete."""
    have, tag = _kept(part, note)
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-", "If-Range": tag} if have and tag else {})}
    answer = transport.send("GET", url, headers, stream=True)
    with answer:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
        resumed = answer.status_code == 206 and found is not None and int(found[1]) == have
        length = answer.headers.get("Content-Length") or "0"
        total = int(found[2]) if resumed and found else int(length) if length.isdigit() else 0
        start = have if resumed else 0
        most = _limit(part, start, total)
        note.write_text(json.dumps({"etag": answer.headers.get("ETag", ""), "total": total}), encoding="utf-8")
        digest = _digest_of(part) if resumed else hashlib.sha256()
        with open(part, "ab" if resumed else "wb") as file:
            received = _Received(file, digest, start, total, most)
            _receive(transport, answer, received, progress)
        if total and received.done < total:
            raise UnreachableError(url, f"{received.done} < {total} bytes")
        return answer.headers, digest.hexdigest()


def _limit(part: Path, have: int, total: int) -> int:
    """Bytes that a file may have: those announced, else a bound of ours. OutputError where the disk has no room for
    what was announced; what was not announced leaves the disk its rest."""
    kept = part.stat().st_size if part.exists() else 0
    disk = shutil.disk_usage(part.parent)
    room = disk.free + kept - min(_LEFT_FREE, disk.total // 20)
    if total > room:
        raise OutputError("output_failed", output=str(part), error=os.strerror(errno.ENOSPC))
    return total or max(have, min(_MOST_UNANNOUNCED, room))


@dataclass
class _Received:
    """A file under way, its hash, the bytes it has, those it is to have (0: nobody said) and those it may have."""

    file: BinaryIO
    digest: Any
    done: int
    total: int
    most: int


def _receive(transport: Transport, answer: Any, received: _Received, progress: Progress) -> None:
    """Write and hash as the bytes come in, the hash in a thread beside."""
    file = received.file
    with ThreadPoolExecutor(1) as hasher:
        hashed = None
        try:
            for block in answer.iter_content(_BLOCK):
                if hashed:
                    hashed.result()
                hashed = hasher.submit(received.digest.update, block)
                if received.done + len(block) > received.most:
                    file.truncate(0)
                    raise ContractError("sync_contract", what=f"{answer.url[:200]}: > {received.most} bytes")
                file.write(block)
                received.done += len(block)
                transport.bytes_in += len(block)
                if progress:
                    progress(received.done, received.total)
                if transport.cancelled():
                    raise Cancelled()
        except (requests.RequestException, AttributeError) as error:  # a connection cut from outside
            raise UnreachableError(answer.url, error) from error
        except OSError as error:  # a full disk: what is there would only stand in the workspace's way
            file.truncate(0)
            raise OutputError("output_failed", output=file.name, error=error.strerror or error) from error


def _kept(part: Path, note: Path) -> tuple[int, str]:
    """(bytes, ETag) of what an earlier try left, if it can be used: a weak ETag cannot."""
    try:
        reported = json.loads(note.read_text(encoding="utf-8"))
        have = part.stat().st_size
    except (OSError, ValueError):
        return 0, ""
    usable = reported.get("etag", "").startswith('"') and 0 < have < (reported.get("total") or 0)
    return (have, reported["etag"]) if usable else (0, "")


def _announced(headers: Mapping[str, str]) -> Optional[str]:
    """sha256 in hexadecimal from Repr-Digest or Digest; None without."""
    for name, pattern in (("Repr-Digest", r"sha-256=:([^:]+):"), ("Digest", r"(?i:sha-256)=([A-Za-z0-9+/=]+)")):
        found = re.search(pattern, headers.get(name, ""))
        if found:
            try:
                return base64.b64decode(found[1]).hex()
            except ValueError as error:
                raise ContractError("sync_contract", what=f"{name}: {found[1][:80]}") from error
    return None


def _digest_of(path: Path) -> Any:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest
