"""Large packages and attachments by tus 1.0: goes on at the byte where the platform stands, whatever broke."""

import base64
import hashlib
import time
from pathlib import Path
from typing import BinaryIO, Callable, Optional
from urllib.parse import urljoin

import requests

from ..core.errors import OneMapError
from .errors import ContractError, PlatformError, UnreachableError
from .transport import Transport
from .wire import JsonObject, feature_of, packed_json

CHUNK, _FIRST, _LEAST = 4 << 20, 1 << 19, 1 << 14  # bytes of one request: at most, at first, at least
_QUICK = 4.0  # seconds: a block that took less may be followed by one twice as long
_TRUSTED = 8  # blocks that arrived: then longer ones are tried again than the one that broke
_TOO_LARGE = 413
_TUS = {"Tus-Resumable": "1.0.0"}
Progress = Optional[Callable[[int, int], None]]


def sha256_of(path: Path) -> str:
    """sha256 of a file in hexadecimal, read in blocks."""
    with open(path, "rb") as file:
        return _digest(file)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def send_package(
    transport: Transport, path: Path, identifier: str, name: Optional[str] = None, progress: Progress = None
) -> JsonObject:
    """Register a package under a uuid of ours and upload its file; return the record's properties with the state of
    its inspection.

    Calling it again with the same identifier goes on where an earlier call ended.
    """
    with open(path, "rb") as file:
        return send_file(transport, file, identifier, name or Path(path).name, progress)


def send_file(
    transport: Transport, file: BinaryIO, identifier: str, name: str, progress: Progress = None, **more: str
) -> JsonObject:
    """As `send_package`, of an open file. `more`: further properties of the package's record."""
    url = transport.items("package", identifier)
    file.seek(0)
    properties = {**more, "name": name, "sha256": _digest(file), "size": file.tell()}
    body = packed_json({"type": "Feature", "id": identifier, "geometry": None, "properties": properties})
    headers = {"If-None-Match": "*", "Idempotency-Key": f"package-{identifier}", "Content-Type": "application/geo+json"}
    try:
        transport.send("PUT", url, headers, body)
    except PlatformError as error:
        if error.status != 412:  # 412: an earlier call registered it
            raise
    known = feature_of(transport.get_json(url)[0], "package").properties
    if str(known.get("sha256", properties["sha256"])).lower() != properties["sha256"]:
        raise ContractError("sync_contract", what=f"package {identifier}")
    if not isinstance(known.get("upload_url"), str):
        if str(known.get("inspection") or "").lower() != "passed":  # it has the bytes, or says where they go
            raise ContractError("sync_contract", what=f"package {identifier}: upload_url")
    else:
        address = transport.named(transport.url(known["upload_url"]))
        Upload(transport, file, address, identifier).run(progress)
    return feature_of(transport.get_json(url)[0], "package").properties


class Upload:
    """Brings an open file to a tus address (an upload, or a place to create one)."""

    def __init__(self, transport: Transport, file: BinaryIO, url: str, identifier: str = "", breaks: int = 20) -> None:
        self._http, self._file, self._url, self._identifier = transport, file, url, identifier
        self._size, self._breaks, self._stalled = file.seek(0, 2), breaks, 0
        self._block, self._most, self._taken = _FIRST, CHUNK, CHUNK  # bytes: of the next, at most, that a gateway takes
        self._arrived = self._proven = 0  # blocks since one of no proven length broke; bytes of the longest

    def run(self, progress: Progress = None) -> None:
        """Send what the platform does not have yet. `progress(bytes, size)`."""
        offset: Optional[int] = None
        reached = -1
        trouble: Optional[OneMapError] = None
        while offset is None or offset < self._size:
            trouble = trouble or ContractError("sync_upload_lost", offset=max(0, reached), size=self._size)
            try:
                offset = self._offset() if offset is None else self._send(offset)
            except (UnreachableError, PlatformError) as error:
                self._demand_hope(error, offset is not None)
                offset, trouble = None, error
            if offset is not None and offset > self._size:
                raise ContractError("sync_upload_lost", offset=offset, size=self._size)
            if offset is not None and offset > reached:
                reached, self._stalled, trouble = offset, 0, None
                if progress:
                    progress(offset, self._size)
            else:
                self._pause(trouble)

    def _demand_hope(self, error: OneMapError, sending: bool) -> None:
        """Raise an error that no other try mends. What follows goes in smaller blocks: a slow line may not bring a
        large one in time, and a gateway may refuse it. A platform that is not there when it is asked where it stands
        says nothing about blocks."""
        status = getattr(error, "status", 0)
        smaller, has_new_token = status == _TOO_LARGE and self._block > _LEAST, status == 401 and not self._stalled
        if not (error.retryable or smaller or has_new_token or status in (409, 423)):
            raise error
        if sending and (error.retryable or smaller):
            if smaller or self._block > self._proven:  # else it was not its length that broke it
                self._arrived, self._most = 0, max(_LEAST, self._block // 2)
            self._taken = self._most if smaller else self._taken
            self._block = max(_LEAST, self._block // 4)

    def _pause(self, trouble: OneMapError) -> None:
        """Wait a little longer after each try that brought nothing; raise the trouble after too many."""
        self._stalled += 1
        if self._stalled >= self._breaks:
            raise trouble
        time.sleep(min(2.0, self._http.pause * self._stalled))

    def _send(self, offset: int) -> Optional[int]:
        """Where the platform stands after another block; None where it does not say: then it is asked."""
        self._file.seek(offset)
        headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        block, begun = self._file.read(self._block), time.monotonic()
        reported = _reported(self._http.send("PATCH", self._url, headers, block, attempts=1))
        self._arrived, self._proven = self._arrived + 1, max(self._proven, len(block))
        if self._arrived % _TRUSTED == 0:
            self._most = min(self._taken, self._most * 2)
        if time.monotonic() - begun < _QUICK:
            self._block = min(self._most, self._block * 2)
        return reported

    def _offset(self) -> int:
        """Bytes that the platform has; makes the upload where there is none."""
        try:
            reported = _reported(self._http.send("HEAD", self._url, _TUS))
            if reported is not None:
                return reported
        except PlatformError as error:
            if error.status not in (404, 405):
                raise
        metadata = "package " + base64.b64encode(self._identifier.encode()).decode()
        headers = {**_TUS, "Upload-Length": str(self._size), "Upload-Metadata": metadata}
        answer = self._http.send("POST", self._url, headers)
        if not answer.headers.get("Location"):
            raise ContractError("sync_contract", what=f"tus {answer.status_code}: Location")
        self._url = self._http.named(urljoin(answer.url, answer.headers["Location"]))
        return _reported(answer) or 0


def _reported(answer: requests.Response) -> Optional[int]:
    text = str(answer.headers.get("Upload-Offset", "")).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
