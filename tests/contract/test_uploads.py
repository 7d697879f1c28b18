"""tus upload of packages: resumed after a broken line and after a killed server, inspected at the end."""

import hashlib
import os
import signal
import socket
import uuid
from pathlib import Path
from urllib.parse import urlparse

import pytest

TUS = {"Tus-Resumable": "1.0.0"}


def patch(caller, url, offset, data):
    return caller.session.patch(
        url,
        data=data,
        headers={**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"},
        timeout=30,
    )


def offset(caller, url):
    return int(caller.session.head(url, headers=TUS, timeout=30).headers["Upload-Offset"])


@pytest.fixture
def package(a):
    """(id, url, bytes) of a package that waits for its bytes."""
    data = os.urandom(300_000)
    item = a.new("package", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    return item, a.properties("package", item)["upload_url"], data


def test_upload_in_pieces(a, package, problem):
    item, url, data = package
    head = a.session.head(url, headers=TUS, timeout=30)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"], head.headers["Tus-Resumable"]) == (
        "0",
        "300000",
        "1.0.0",
    )
    assert patch(a, url, 0, data[:1000]).headers["Upload-Offset"] == "1000"
    problem(patch(a, url, 0, data), 409, "offset")
    assert offset(a, url) == 1000
    assert patch(a, url, 1000, data[1000:]).status_code == 204
    assert a.properties("package", item)["inspection"] == "passed"


def test_tus_refusals(a, b, package, problem):
    item, url, data = package
    assert a.session.options(url, timeout=30).headers["Tus-Version"] == "1.0.0"
    problem(a.session.patch(url, data=b"x", headers={"Upload-Offset": "0"}, timeout=30), 412, "tus-version")
    problem(a.session.patch(url, data=b"x", headers={**TUS, "Upload-Offset": "0"}, timeout=30), 415, "media-type")
    problem(patch(a, url, 0, data + b"more"), 413, "too-large")
    problem(patch(a, url, "x", data), 400, "malformed")
    problem(patch(b, url, 0, data), 404, "not-found")
    assert b.session.head(url, headers=TUS, timeout=30).status_code == 404
    problem(patch(a, url.replace(item, str(uuid.uuid4())), 0, data), 404, "not-found")


def test_wrong_bytes_fail_the_inspection_and_may_be_sent_again(a, package):
    item, url, data = package
    patch(a, url, 0, bytes(len(data)))
    assert (
        a.properties("package", item)["inspection"] == "failed"
        and "sha256" in a.properties("package", item)["inspection_message"]
    )
    patch(a, url, 0, data) if offset(a, url) == 0 else None
    assert a.pages("changes", item=item)[-1]["properties"]["op"] == "U"


def _half(caller, url, data):
    """Announce all bytes, send half of them, and keep the line open."""
    parts = urlparse(url)
    line = socket.create_connection((parts.hostname, parts.port), timeout=10)
    headers = {**TUS, "Host": parts.netloc, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": len(data),
               "Authorization": caller.session.headers["Authorization"]}  # fmt: skip
    line.sendall(
        f"PATCH {parts.path} HTTP/1.1\r\n".encode()
        + "".join(f"{k}: {v}\r\n" for k, v in headers.items()).encode()
        + b"\r\n"
        + data[: len(data) // 2]
    )
    return line


def _wait_for_bytes(platform, item):
    file = platform.folder / "files" / "uploads" / item
    for _ in range(200):
        if file.exists() and file.stat().st_size >= 1:
            return
        signal.sigtimedwait([], 0.02)
    raise AssertionError("no byte arrived")


def test_a_broken_line_keeps_what_arrived(platform, a, package):
    item, url, data = package
    line = _half(a, url, data * 1)
    line.close()
    _wait_for_bytes(platform, item)
    for _ in range(50):
        have = offset(a, url)
        answer = patch(a, url, have, data[have:])
        if answer.status_code == 204:
            break
        signal.sigtimedwait([], 0.05)
    assert have > 0 and a.properties("package", item)["inspection"] == "passed"


def test_a_killed_server_keeps_what_arrived(start_platform, a):
    own = start_platform("--lines", 10)
    who = type(a)(own, own.tokens["county_a"])
    data = os.urandom(2_000_000)
    item = who.new("package", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    line = _half(who, who.properties("package", item)["upload_url"], data)
    _wait_for_bytes(own, item)
    children = Path(f"/proc/{own.pid}/task/{own.pid}/children").read_text(encoding="ascii").split()
    for pid in (own.pid, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    line.close()
    own.up()
    who = type(a)(own, own.tokens["county_a"])
    url = who.properties("package", item)["upload_url"]
    have = offset(who, url)
    assert have > 0
    assert (
        patch(who, url, have, data[have:]).status_code == 204
        and who.properties("package", item)["inspection"] == "passed"
    )
