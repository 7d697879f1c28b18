"""Large packages by tus 1.0: goes on at the byte where the platform stands, whatever broke."""

import base64
import hashlib
import json
import time
from pathlib import Path
from urllib.parse import urljoin

from .errors import ContractError, PlatformError, UnreachableError

CHUNK = 4 << 20
_TUS = {"Tus-Resumable": "1.0.0"}


def sha256_of(path):
    """sha256 of a file in hexadecimal, read in blocks."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def send_package(transport, path, identifier, name=None, progress=None):
    """Register a package under a uuid of ours and upload its file; return the record's properties with the state of
    its inspection.

    Calling it again with the same identifier goes on where an earlier call ended.
    """
    path = Path(path)
    url = transport.items("package", identifier)
    properties = {"name": name or path.name, "sha256": sha256_of(path), "size": path.stat().st_size}
    body = json.dumps(
        {"type": "Feature", "id": identifier, "geometry": None, "properties": properties},
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    headers = {"If-None-Match": "*", "Idempotency-Key": f"package-{identifier}", "Content-Type": "application/geo+json"}
    try:
        transport.send("PUT", url, headers, body)
    except PlatformError as error:
        if error.status != 412:  # 412: an earlier call registered it
            raise
    told = transport.get_json(url)[0]["properties"]
    if str(told.get("sha256", properties["sha256"])).lower() != properties["sha256"]:
        raise ContractError("sync_contract", what=f"package {identifier}")
    if told.get("upload_url"):
        upload(transport, transport.url(told["upload_url"]), path, identifier, progress)
    return transport.get_json(url)[0]["properties"]


def upload(transport, url, path, identifier="", progress=None, breaks=20):
    """Bring a file to a tus address (an upload, or a place to create one). `progress(bytes, size)`."""
    size, stalled, offset, reached = Path(path).stat().st_size, 0, None, -1
    with open(path, "rb") as file:
        while offset is None or offset < size:
            try:
                if offset is None:
                    url, offset = _offset(transport, url, size, identifier)
                else:
                    file.seek(offset)
                    offset = _told_offset(_patch(transport, url, offset, file.read(CHUNK)))
            except (UnreachableError, PlatformError) as error:
                if not error.retryable and getattr(error, "status", 0) not in (409, 423):
                    raise
                offset, trouble = None, error
            else:
                trouble = ContractError("sync_upload_lost", offset=offset, size=size)
            if offset is not None and offset > reached:
                reached, stalled = offset, 0
                if progress:
                    progress(offset, size)
            else:
                stalled = _pause(transport, stalled + 1, breaks, trouble)


def _pause(transport, stalled, breaks, trouble):
    """Wait a little longer after each try that brought nothing; raise the trouble after too many."""
    if stalled >= breaks:
        raise trouble
    time.sleep(min(2.0, transport.pause * stalled))
    return stalled


def _told_offset(answer):
    """Where the platform says that it stands; None where it does not: then it is asked."""
    text = answer.headers.get("Upload-Offset", "").strip()
    return int(text) if text.isdigit() else None


def _patch(transport, url, offset, block):
    headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return transport.send(
        "PATCH", url, headers, block, attempts=1
    )  # after a break the platform is asked where it stands


def _offset(transport, url, size, identifier):
    """(address of the upload, bytes that the platform has)."""
    try:
        answer = transport.send("HEAD", url, _TUS)
        if _told_offset(answer) is not None:
            return url, _told_offset(answer)
    except PlatformError as error:
        if error.status not in (404, 405):
            raise
    metadata = "package " + base64.b64encode(identifier.encode()).decode()
    answer = transport.send("POST", url, {**_TUS, "Upload-Length": str(size), "Upload-Metadata": metadata})
    if not answer.headers.get("Location"):
        raise ContractError("sync_contract", what=f"tus {answer.status_code}: Location")
    return urljoin(answer.url, answer.headers["Location"]), _told_offset(answer) or 0
