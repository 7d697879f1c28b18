"""tus 1.0 (core and creation) for packages: bytes are on disk as they come in, so a broken upload goes on where it stopped."""

import base64
import fcntl
import hashlib
import os
import uuid
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Response, g, request

from . import database
from .problems import Problem

BLUEPRINT = Blueprint("uploads", __name__)
VERSION = {"Tus-Resumable": "1.0.0"}
OFFER = {
    **VERSION,
    "Tus-Version": "1.0.0",
    "Tus-Extension": "creation",
    "Tus-Max-Size": str(1 << 40),
    "Cache-Control": "no-store",
}


def _package(identifier):
    """(sha256, size, inspection) of a package that the caller may write."""
    if request.headers.get("Tus-Resumable") != "1.0.0":
        raise Problem(412, "tus-version", "Tus-Resumable: 1.0.0 is needed", OFFER)
    try:
        item = uuid.UUID(identifier)
    except ValueError as error:
        raise Problem(404, "not-found", "No such upload", VERSION) from error
    with database.session(g.who) as cursor:
        row = cursor.execute("SELECT sha256, size, inspection FROM data.package WHERE id = %s", (item,)).fetchone()
    if row is None:
        raise Problem(404, "not-found", "No such upload", VERSION)
    return row


def _file(identifier):
    folder = Path(os.environ["ONEMAP_FILES"]) / "uploads"
    folder.mkdir(exist_ok=True)
    return folder / str(uuid.UUID(identifier))


@BLUEPRINT.route("/uploads", methods=["OPTIONS"])
@BLUEPRINT.route("/uploads/<identifier>", methods=["OPTIONS"])
def options(identifier=None):
    return Response(status=204, headers=OFFER)


@BLUEPRINT.route("/uploads", methods=["POST"])
def create():
    """Creation: `Upload-Metadata: package <base64 of the package's id>`."""
    pairs = dict(
        (part.strip().split(" ", 1) + [""])[:2] for part in request.headers.get("Upload-Metadata", "").split(",")
    )
    try:
        identifier = base64.b64decode(pairs.get("package", ""), validate=True).decode()
        length = int(request.headers["Upload-Length"])
    except (ValueError, KeyError) as error:
        raise Problem(
            400, "malformed", "Upload-Length and Upload-Metadata with the package are needed", VERSION
        ) from error
    if _package(identifier)[1] != length:
        raise Problem(
            422,
            "invalid",
            "Upload-Length differs from the package's size",
            VERSION,
            constraint="size",
            column="size",
            fields=["size"],
        )
    return Response(status=201, headers={**VERSION, "Location": f"{os.environ['ONEMAP_URL']}/uploads/{identifier}"})


@BLUEPRINT.route("/uploads/<identifier>", methods=["HEAD"])
def offset(identifier):
    size = _package(identifier)[1]
    file = _file(identifier)
    have = file.stat().st_size if file.exists() else 0
    return Response(status=200, headers={**OFFER, "Upload-Offset": str(have), "Upload-Length": str(size)})


@BLUEPRINT.route("/uploads/<identifier>", methods=["PATCH"])
def receive(identifier):
    digest, size, state = _package(identifier)
    if request.mimetype != "application/offset+octet-stream":
        raise Problem(415, "media-type", "application/offset+octet-stream is needed", VERSION)
    if g.who.role != "county":
        raise Problem(403, "forbidden", "Only a county uploads", VERSION)
    with _locked(identifier) as handle:
        have = handle.seek(0, os.SEEK_END)
        if state == "failed" and have == size:  # a package that failed its inspection is sent afresh
            have = handle.truncate(0)
        _check_offset(have, size)
        have = _append(handle, have, size)
        if have == size:
            _finish(identifier, digest, handle.name)
    return Response(status=204, headers={**VERSION, "Upload-Offset": str(have)})


def _check_offset(have, size):
    text = request.headers.get("Upload-Offset", "")
    if not text.isascii() or not text.isdigit():
        raise Problem(400, "malformed", "Upload-Offset is not a number", VERSION)
    if int(text) != have:
        raise Problem(
            409,
            "offset",
            "Upload-Offset is not where the upload stands",
            {**VERSION, "Upload-Offset": str(have)},
            offset=have,
        )
    if have + (request.content_length or 0) > size:
        raise Problem(413, "too-large", "More bytes than the package has", VERSION)


@contextmanager
def _locked(identifier):
    with open(_file(identifier), "ab", buffering=0) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Problem(
                423, "upload-locked", "Another request writes this upload", {**VERSION, "Retry-After": "1"}
            ) from error
        yield handle


def _append(handle, have, size):
    while have < size:
        block = request.stream.read(min(1 << 18, size - have))
        if not block:
            break
        have += handle.write(block)
    os.fsync(handle.fileno())
    return have


def _finish(identifier, digest, name):
    seen = hashlib.sha256()
    with open(name, "rb") as file:
        while block := file.read(1 << 20):
            seen.update(block)
    ok = seen.hexdigest() == digest
    with database.session(g.who) as cursor:
        cursor.execute(
            "SELECT api.finish_upload(%s, %s, %s)",
            (identifier, ok, None if ok else "sha256 differs: " + seen.hexdigest()),
        )
